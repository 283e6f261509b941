"""Train the writer's adapter: `python -m training.writer.train WORK [--passes N] [--start ADAPTER.gguf --rate R]`.

Reads the base model in `WORK/base` (`training/writer/base.py`) and `WORK/examples.jsonl`. Writes `adapter.pt`, a line
of `log.jsonl` every ten steps, and a checkpoint every four minutes. Run it again to continue from the checkpoint.
With `--start`, it continues the training of an adapter with other examples, in a new folder WORK.
"""

import argparse
import json
import math
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer

from training.writer.export import read_adapter
from training.writer.model import Encoded, adapt, loss_of

BATCH_TOKENS = 2048
LEARNING_RATE, LAST_SHARE = 4e-4, 0.05
# Maxima. The warm-up is also at most a fifth of the steps, and a twentieth of the articles is held out at most.
WARM_UP_STEPS, HELD_OUT_ARTICLES = 30, 25
CHECKPOINT_SECONDS = 240.0
LOG_STEPS, TEST_STEPS = 10, 200


def encode(tokenizer: Any, row: dict[str, str]) -> Encoded:
    """Return the tokens of an example in the model's chat format."""
    prompt = (
        f"<|im_start|>system\n{row['system']}<|im_end|>\n<|im_start|>user\n{row['user']}<|im_end|>\n"
        "<|im_start|>assistant\n"
    )
    head = tokenizer(prompt, add_special_tokens=False).input_ids
    return head + tokenizer(f"{row['answer']}<|im_end|>", add_special_tokens=False).input_ids, len(head)


def batches(examples: Sequence[Encoded], seed: int) -> list[list[Encoded]]:
    """Return batches of examples of similar length, in random order."""
    rng = random.Random(seed)
    plan: list[list[Encoded]] = []
    batch: list[Encoded] = []
    for example in sorted(examples, key=lambda example: len(example[0]) + rng.random() * 30):
        if batch and (len(batch) + 1) * max(len(example[0]), len(batch[-1][0])) > BATCH_TOKENS:
            plan.append(batch)
            batch = []
        batch.append(example)
    plan.append(batch)
    rng.shuffle(plan)
    return plan


def share_of_rate(step: int, steps: int) -> float:
    """Return the factor of the learning rate at a step: warm-up, then half a cosine."""
    warm = min(1.0, (step + 1) / min(WARM_UP_STEPS, steps / 5))
    return warm * (LAST_SHARE + (1 - LAST_SHARE) * 0.5 * (1 + math.cos(math.pi * step / steps)))


def held_out_loss(model: nn.Module, test: Sequence[list[Encoded]]) -> float:
    """Return the mean loss per answer token on held-out articles."""
    with torch.no_grad():
        sums = [loss_of(model, batch) for batch in test]
    return float(sum(loss for loss, _ in sums)) / sum(count for _, count in sums)


def train(work: Path, *, passes: float, start: Path | None, rate: float) -> None:
    """Run the training, from the last checkpoint if there is one."""
    torch.manual_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(work / "base")
    model = AutoModelForCausalLM.from_pretrained(work / "base", attn_implementation="eager")
    parameters = adapt(model)
    rows = [json.loads(line) for line in (work / "examples.jsonl").read_text(encoding="utf-8").splitlines()]
    articles = sorted({row["article"] for row in rows})
    held_out = set(random.Random(5).sample(articles, max(1, min(HELD_OUT_ARTICLES, len(articles) // 20))))
    data = [encode(tokenizer, row) for row in rows if row["article"] not in held_out]
    test = batches([encode(tokenizer, row) for row in rows if row["article"] in held_out], 0)
    plan = [batch for number in range(math.ceil(passes)) for batch in batches(data, number)]
    plan = plan[: round(len(plan) * passes / math.ceil(passes))]
    optimiser = torch.optim.AdamW(parameters.values(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: share_of_rate(step, len(plan)))
    checkpoint, first = work / "checkpoint.pt", 0
    if start is not None:
        unknown = model.load_state_dict(read_adapter(start), strict=False).unexpected_keys
        if unknown:
            raise SystemExit(f"{start} is not an adapter of this model: it has {unknown[0]}")
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(kept["adapter"], strict=False)
        optimiser.load_state_dict(kept["optimiser"])
        schedule.load_state_dict(kept["schedule"])
        first = kept["step"]
    saved = begun = time.monotonic()
    seen, window = 0, list[float]()
    for step in range(first, len(plan)):
        loss, count = loss_of(model, plan[step])
        (loss / count).backward()
        nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        seen += sum(len(tokens) for tokens, _ in plan[step])
        window.append(float(loss.detach()) / count)
        done = step + 1
        if done % LOG_STEPS == 0 or done == len(plan):
            entry = {"step": done, "of": len(plan), "loss": round(sum(window) / len(window), 3)}
            entry["tokens_a_second"] = round(seen / (time.monotonic() - begun))
            if done % TEST_STEPS == 0 or done == len(plan):
                entry["held_out"] = round(held_out_loss(model, test), 3)
            with (work / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")
            window = []
        if time.monotonic() - saved > CHECKPOINT_SECONDS or done == len(plan):
            adapter = {name: parameter.detach() for name, parameter in parameters.items()}
            state = {"adapter": adapter, "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict()}
            torch.save({**state, "step": done}, work / "checkpoint.new")
            (work / "checkpoint.new").replace(checkpoint)
            torch.save(adapter, work / "adapter.pt")
            saved = time.monotonic()


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--passes", type=float, default=1.0)
    parser.add_argument("--start", type=Path, help="the adapter to continue with (GGUF)")
    parser.add_argument("--rate", type=float, default=LEARNING_RATE, help="the highest learning rate")
    options = parser.parse_args()
    train(options.work, passes=options.passes, start=options.start, rate=options.rate)


if __name__ == "__main__":
    main()
