"""Train the answer head: `python -m training.answers.train TRAINING WORK OUT.pt [--meetings QMSUM_FOLDER]`.

The encoder is not trained: its states are computed once (`WORK/answers-*.npy`), with the shipped weights. Prints, after
each pass over the questions, how well the head answers those about held-out articles. Takes half an hour on two cores.
"""

import argparse
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

import summarise.checks.entailment.model as entailment
from training.answers.head import ENCODER_SIZE, LAYERS, AnswerHead
from training.answers.questions import Example, Question, documents, examples, questions
from training.model import EntailmentModel
from training.restore import read_weights
from training.train import DEFAULTS, load_tokenizer, read_settings

PASSES, LEARNING_RATE, WEIGHT_DECAY = 4, 1e-3, 0.02
WARM_UP = 60
BATCH_TOKENS = 4000
ANSWERS_WEIGHT = 2.0
"""Weight of a sentence that answers, relative to one that does not."""
WRONGLY_REFUSED = (0.05, 0.1, 0.2)


class Data(NamedTuple):
    """Windows, and the encoder's states of all their tokens. `starts[i]`: the first row of window `i` in `states`."""

    examples: list[Example]
    states: np.ndarray
    starts: np.ndarray


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("training", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--meetings", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    random_ = random.Random(options.seed)
    tokenizer = load_tokenizer(options.work / read_settings(DEFAULTS).base, 512)
    tokenizer.no_truncation()
    texts = documents(options.training, options.meetings)
    learnt, held_out = (
        list(examples(questions(held_out=out), texts, tokenizer, random.Random(3), every=out)) for out in (False, True)
    )
    train, test = (_data(options.work, name, windows) for name, windows in (("train", learnt), ("test", held_out)))
    head = AnswerHead()
    optimiser = torch.optim.AdamW(head.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    step, steps = 0, PASSES * sum(1 for _ in _batches(train, random.Random(0)))
    for number in range(PASSES):
        batches = list(_batches(train, random_))
        random_.shuffle(batches)
        head.train()
        for batch in batches:
            decay = 0.5 * (1.0 + math.cos(math.pi * min(1.0, step / steps)))
            optimiser.param_groups[0]["lr"] = LEARNING_RATE * min(1.0, step / WARM_UP) * max(0.02, decay)
            logits, labels = _logits(head, train, batch)
            loss = binary_cross_entropy_with_logits(logits, labels, pos_weight=torch.tensor(ANSWERS_WEIGHT))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimiser.step()
            step += 1
        torch.save(head.state_dict(), options.out)
        print(number + 1, report(head, test), flush=True)


def _data(work: Path, name: str, windows: list[Example]) -> Data:
    """Compute the encoder's states, or read them from the file of an earlier run."""
    starts = np.cumsum([0, *(len(example.tokens) for example in windows)])
    path = work / f"answers-{name}.npy"
    if not path.exists():
        np.save(path, _states(work, windows, starts))
    states = np.load(path)
    if len(states) != starts[-1]:
        raise ValueError(f"{path} was computed for other questions: delete it")
    return Data(windows, states, starts)


def _states(work: Path, windows: Sequence[Example], starts: np.ndarray) -> np.ndarray:
    settings = read_settings(DEFAULTS)
    model = EntailmentModel(work / settings.base, settings.layers)
    model.load(read_weights(entailment.BUILT_IN / "model.onnx"))
    encoder = model.encoder.to(torch.bfloat16).eval()
    states = np.zeros((starts[-1], len(LAYERS) * ENCODER_SIZE), np.float16)
    for batch in _by_length(windows, sorted(range(len(windows)), key=lambda at: len(windows[at].tokens))):
        ids, mask, _ = _padded([windows[at] for at in batch])
        with torch.no_grad():
            layers = encoder(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
        both = torch.cat([layers[layer] for layer in LAYERS], -1).to(torch.float16).numpy()
        for row, at in enumerate(batch):
            states[starts[at] : starts[at + 1]] = both[row, : len(windows[at].tokens)]
    return states


def _padded(batch: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return token ids, attention mask and question mask."""
    width = max(len(example.tokens) for example in batch)
    ids = torch.ones((len(batch), width), dtype=torch.long)
    mask, question = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, example in enumerate(batch):
        length = len(example.tokens)
        ids[row, :length] = torch.tensor(example.tokens)
        mask[row, :length] = 1
        question[row, :length] = torch.from_numpy(example.in_question.astype(np.int64))
    return ids, mask, question


def _batches(data: Data, random_: random.Random) -> Iterator[list[int]]:
    lengths = [len(example.tokens) for example in data.examples]
    yield from _by_length(
        data.examples, sorted(range(len(lengths)), key=lambda at: lengths[at] + 12 * random_.random())
    )


def _by_length(windows: Sequence[Example], order: Sequence[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    for at in order:
        width = max((len(windows[other].tokens) for other in [*batch, at]), default=0)
        if batch and width * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def _tokens(head: AnswerHead, data: Data, batch: Sequence[int]) -> torch.Tensor:
    _, mask, question = _padded([data.examples[at] for at in batch])
    states = torch.zeros((*mask.shape, data.states.shape[1]))
    for row, at in enumerate(batch):
        own = data.states[data.starts[at] : data.starts[at + 1]]
        states[row, : len(own)] = torch.from_numpy(own.astype(np.float32))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits: torch.Tensor = head(states, mask, question)
    return logits.float()


def _sentences(tokens: torch.Tensor, example: Example) -> Iterator[tuple[int, torch.Tensor]]:
    """Yield the number and the log odds of each scored sentence."""
    for number in sorted({int(owner) for owner in example.owners if owner >= 0}):
        own = torch.from_numpy(np.flatnonzero(example.owners == number))
        yield number, torch.logsumexp(tokens[own], 0)


def _logits(head: AnswerHead, data: Data, batch: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return log odds and labels of the sentences of a batch, without those that only hint at an answer."""
    tokens = _tokens(head, data, batch)
    logits, labels = [], []
    for row, at in enumerate(batch):
        example = data.examples[at]
        for number, logit in _sentences(tokens[row], example):
            if number in example.question.answers or number not in example.question.partly:
                logits.append(logit)
                labels.append(float(number in example.question.answers))
    return torch.stack(logits), torch.tensor(labels)


def report(head: AnswerHead, data: Data) -> str:
    """Return figures of the ranking of sentences, and of the decision whether a document answers the question."""
    head.eval()
    by_question: dict[Question, dict[int, float]] = defaultdict(dict)
    for batch in _by_length(data.examples, range(len(data.examples))):
        with torch.no_grad():
            tokens = _tokens(head, data, batch)
        for row, at in enumerate(batch):
            example = data.examples[at]
            by_question[example.question].update((n, float(logit)) for n, logit in _sentences(tokens[row], example))
    best = {question: max(scores.values()) for question, scores in by_question.items()}
    answered = np.array([value for question, value in best.items() if question.answers])
    unanswered = np.array([value for question, value in best.items() if not question.answers])
    parts = [f"AUC {float((answered[:, None] > unanswered[None]).mean()):.3f}"]
    for share in WRONGLY_REFUSED:
        limit = float(np.quantile(answered, share))
        parts.append(
            f"below {limit:+.1f}: {share:.0%} of the answered, {float((unanswered < limit).mean()):.0%} of the others"
        )
    for kind in ("plain", "other"):
        ranked = [
            (question.answers, sorted(scores, key=scores.__getitem__, reverse=True))
            for question, scores in by_question.items()
            if question.kind == kind
        ]
        first = [sum(bool(right & set(order[:count])) for right, order in ranked) / len(ranked) for count in (1, 2, 4)]
        parts.append(
            f"{kind}: the answer among the first 1, 2, 4 sentences " + ", ".join(f"{part:.0%}" for part in first)
        )
    return "; ".join(parts)


if __name__ == "__main__":
    main()
