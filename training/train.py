"""Train the entailment model on the prepared examples: `python -m training.train WORK [--settings FILE]`.

Writes checkpoints and a log into WORK. Run it again on the same folder to continue from the last checkpoint.
"""

import argparse
import hashlib
import json
import time
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from training.batches import Batch, Encoded, collate, encode, plan_batches
from training.example import read_examples
from training.model import EntailmentModel

DEFAULTS = Path(__file__).with_name("settings.toml")
EVERY = 50
"""Number of steps between two lines of the log."""


@dataclass(frozen=True)
class Stage:
    """A stage of training: its file of examples and its learning rates. `settings.toml` explains each field."""

    name: str
    learning_rate: float
    head_learning_rate: float
    warm_up_steps: int
    decay_from: float
    share: float


@dataclass(frozen=True)
class Settings:
    """The settings of a training run. `settings.toml` explains each field."""

    base: str
    start: str
    layers: int
    frozen_layers: int
    max_tokens: int
    batch_tokens: int
    weight_decay: float
    word_loss: float
    word_weight: float
    twin_loss: float
    stages: tuple[Stage, ...]
    seed: int
    threads: int
    checkpoint_minutes: float


def read_settings(path: Path) -> Settings:
    """Read a settings file. A missing or an unknown name is an error."""
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    fields.pop("data", None)
    fields["stages"] = tuple(Stage(**stage) for stage in fields["stages"])
    return Settings(**fields)


def load_tokenizer(base: Path, max_tokens: int) -> Tokenizer:
    """Load the tokenizer of the base model. It truncates the evidence to fit into `max_tokens`."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens, strategy="only_first")
    return tokenizer


def stage_batches(path: Path, tokenizer: Tokenizer, settings: Settings, seed: int) -> list[list[Encoded]]:
    """Return the batches of one stage, in order."""
    groups: dict[str, list[Encoded]] = defaultdict(list)
    for example in read_examples(path):
        groups[example.group].append(encode(tokenizer, example))
    return plan_batches(list(groups.values()), settings.batch_tokens, seed)


def losses(model: EntailmentModel, batch: Batch, settings: Settings) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the total loss of a batch, and the loss of the label of each example (for the log)."""
    entailed, unsupported, addressed = model(batch.input_ids, batch.attention_mask, batch.claim_mask)
    logits = torch.where(batch.addressed, addressed, entailed)
    by_example = binary_cross_entropy_with_logits(logits, batch.labels, reduction="none")
    total = (by_example * batch.weights).sum() / batch.weights.sum()
    if settings.word_loss:
        known = batch.claim_mask.float() * batch.marks_known.unsqueeze(-1)
        words = binary_cross_entropy_with_logits(
            unsupported, batch.marks, reduction="none", pos_weight=torch.tensor(settings.word_weight)
        )
        total = total + settings.word_loss * (words * known).sum() / known.sum().clamp(min=1.0)
    if settings.twin_loss and batch.twins:
        right, wrong = (torch.tensor(rows) for rows in zip(*batch.twins, strict=True))
        total = total + settings.twin_loss * softplus(entailed[wrong] - entailed[right]).mean()
    return total, by_example.detach()


def rate_at(step: int, steps: int, stage: Stage) -> float:
    """Return the factor of the learning rate at a step: warm-up, plateau, decay (Hägele et al., arXiv:2405.18392)."""
    warm = min(1.0, (step + 1) / stage.warm_up_steps)
    left = (steps - step) / max(1.0, steps * (1.0 - stage.decay_from))
    return min(warm, max(0.0, left))


def autocast() -> torch.autocast:
    """Return a context that uses bfloat16 if the processor has instructions for it (AMX, AVX-512 BF16)."""
    names = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    queries = [getattr(torch.cpu, name, None) for name in names]
    return torch.autocast("cpu", torch.bfloat16, enabled=any(query is not None and query() for query in queries))


class Run:
    """A training run in a folder with the prepared files, the checkpoint, the log and the final weights."""

    def __init__(self, work: Path, settings: Settings) -> None:
        self._work = work
        self._settings = settings
        base = work / settings.base
        self._tokenizer = load_tokenizer(base, settings.max_tokens)
        self._pad = json.loads((base / "config.json").read_text(encoding="utf-8"))["pad_token_id"]
        self._model = EntailmentModel(base, settings.layers)
        self._model.freeze(settings.frozen_layers)
        if settings.start:
            self._model.load(torch.load(work / settings.start, weights_only=True))
        self._saved = time.monotonic()
        digest = hashlib.sha256(repr(settings).encode())
        for stage in settings.stages:
            digest.update((work / f"{stage.name}.jsonl").read_bytes())
        self._digest = digest.hexdigest()

    def train(self) -> None:
        """Run every stage, from the last checkpoint if there is one, and write `weights.pt`."""
        kept = self._load_checkpoint()
        for number, stage in enumerate(self._settings.stages):
            if kept is None or number >= kept["stage"]:
                self._stage(number, stage, kept if kept and number == kept["stage"] else None)
        torch.save(self._model.state_dict(), self._work / "weights.pt")

    def _load_checkpoint(self) -> dict[str, Any] | None:
        if not self._checkpoint.exists():
            return None
        kept: dict[str, Any] = torch.load(self._checkpoint, weights_only=True)
        if kept["same"] != self._digest:
            raise SystemExit(f"{self._checkpoint} is from other data or settings: remove it, or use another folder")
        self._model.load(kept["model"])
        return kept

    @property
    def _checkpoint(self) -> Path:
        return self._work / "checkpoint.pt"

    def _stage(self, number: int, stage: Stage, kept: dict[str, Any] | None) -> None:
        settings = self._settings
        path = self._work / f"{stage.name}.jsonl"
        batches = stage_batches(path, self._tokenizer, settings, settings.seed + number)
        batches = batches[: ceil(stage.share * len(batches))]
        trained = [(name, parameter) for name, parameter in self._model.named_parameters() if parameter.requires_grad]
        body = [parameter for name, parameter in trained if name.startswith("encoder.")]
        heads = [parameter for name, parameter in trained if not name.startswith("encoder.")]
        optimiser = torch.optim.AdamW(
            [{"params": body, "lr": stage.learning_rate}, {"params": heads, "lr": stage.head_learning_rate}],
            weight_decay=settings.weight_decay,
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate_at(step, len(batches), stage))
        if kept is not None:
            optimiser.load_state_dict(kept["optimiser"])
            schedule.load_state_dict(kept["schedule"])
        log = Log(self._work / "log.jsonl", stage.name, len(batches))
        self._model.train()
        for step in range(kept["step"] if kept else 0, len(batches)):
            batch = collate(batches[step], self._pad)
            with autocast():
                loss, by_example = losses(self._model, batch, settings)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            log.add(step + 1, batch, by_example, schedule.get_last_lr()[0])
            if time.monotonic() - self._saved > settings.checkpoint_minutes * 60 or step + 1 == len(batches):
                state = {"model": self._model.state_dict(), "optimiser": optimiser.state_dict()}
                self._save({**state, "schedule": schedule.state_dict(), "stage": number, "step": step + 1})

    def _save(self, state: dict[str, Any]) -> None:
        new = self._work / "checkpoint.new"
        torch.save({**state, "same": self._digest}, new)
        new.replace(self._checkpoint)
        self._saved = time.monotonic()


class Log:
    """Writes a line every 50 steps: the loss by data set, and the speed."""

    def __init__(self, path: Path, stage: str, steps: int) -> None:
        self._path, self._stage, self._steps = path, stage, steps
        self._started = time.monotonic()
        self._tokens = 0
        self._window: dict[str, list[float]] = defaultdict(list)

    def add(self, step: int, batch: Batch, by_example: torch.Tensor, rate: float) -> None:
        """Add the losses of a step."""
        self._tokens += batch.input_ids.numel()
        for source, value in zip(batch.sources, by_example.tolist(), strict=True):
            self._window[source].append(value)
        if step % EVERY:
            return
        entry = {
            "stage": self._stage,
            "step": step,
            "of": self._steps,
            "rate": round(rate, 8),
            "tokens_a_second": round(self._tokens / (time.monotonic() - self._started)),
            "loss": {name: [round(sum(v) / len(v), 3), len(v)] for name, v in sorted(self._window.items())},
        }
        with self._path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
        self._window.clear()


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="folder with the prepared files")
    parser.add_argument("--settings", type=Path, default=DEFAULTS)
    arguments = parser.parse_args()
    settings = read_settings(arguments.settings)
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    Run(arguments.work, settings).train()


if __name__ == "__main__":
    main()
