"""Makes batches of tokens from examples. A batch has examples of similar length; a seed determines the order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from training.example import Example


@dataclass(frozen=True)
class Encoded:
    """An example as tokens. `claim`: whether a token is in the claim. `marks`: whether it is unsupported, or None."""

    ids: tuple[int, ...]
    claim: tuple[bool, ...]
    marks: tuple[bool, ...] | None
    example: Example


@dataclass(frozen=True)
class Batch:
    """The tensors of one training step. `addressed`: which rows are examples for the head `addressed`.

    `twins`: pairs of rows, a true claim and a false claim that was made from it.
    """

    input_ids: torch.Tensor
    attention_mask: torch.Tensor
    claim_mask: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor
    marks: torch.Tensor
    marks_known: torch.Tensor
    addressed: torch.Tensor
    twins: tuple[tuple[int, int], ...]
    sources: tuple[str, ...]


def encode(tokenizer: Tokenizer, example: Example) -> Encoded:
    """Tokenise an example. The tokenizer truncates the evidence, never the claim."""
    lead = f"{example.before} " if example.before else ""
    encoding = tokenizer.encode(example.evidence, lead + example.claim)
    claim = tuple(
        sequence == 1 and end > len(lead)
        for sequence, (_, end) in zip(encoding.sequence_ids, encoding.offsets, strict=True)
    )
    marks = None
    if example.marks is not None:
        marks = tuple(
            inside and any(start < high + len(lead) and low + len(lead) < end for low, high in example.marks)
            for inside, (start, end) in zip(claim, encoding.offsets, strict=True)
        )
    return Encoded(tuple(encoding.ids), claim, marks, example)


def collate(rows: Sequence[Encoded], pad: int) -> Batch:
    """Make a batch of examples, padded with the token `pad` to the same length."""
    width = max(len(row.ids) for row in rows)

    def padded(values: Sequence[int | bool], fill: int) -> list[int]:
        return [*map(int, values), *[fill] * (width - len(values))]

    twins = [
        (i, j)
        for i, first in enumerate(rows)
        for j, second in enumerate(rows)
        if first.example.label == 1 and second.example.label == 0 and first.example.group == second.example.group
    ]
    return Batch(
        input_ids=torch.tensor([padded(row.ids, pad) for row in rows]),
        attention_mask=torch.tensor([padded([1] * len(row.ids), 0) for row in rows]),
        claim_mask=torch.tensor([padded(row.claim, 0) for row in rows]),
        labels=torch.tensor([float(row.example.label) for row in rows]),
        weights=torch.tensor([row.example.weight for row in rows]),
        marks=torch.tensor([padded(row.marks or [False] * len(row.ids), 0) for row in rows]).float(),
        marks_known=torch.tensor([row.marks is not None for row in rows]).float(),
        addressed=torch.tensor([row.example.head == "addressed" for row in rows]),
        twins=tuple(twins),
        sources=tuple(row.example.source for row in rows),
    )


def plan_batches(groups: Sequence[Sequence[Encoded]], tokens: int, seed: int) -> list[list[Encoded]]:
    """Make batches of at most `tokens` padded tokens, in random order. A group is not split over batches."""
    order = random.Random(seed)
    groups = list(groups)
    order.shuffle(groups)
    ordered = sorted(groups, key=lambda group: max(len(row.ids) for row in group) // 8)
    batches: list[list[Encoded]] = []
    rows: list[Encoded] = []
    width = 0
    for group in ordered:
        wider = max(width, *(len(row.ids) for row in group))
        if rows and wider * (len(rows) + len(group)) > tokens:
            batches.append(rows)
            rows, wider = [], max(len(row.ids) for row in group)
        rows, width = [*rows, *group], wider
    if rows:
        batches.append(rows)
    order.shuffle(batches)
    return batches
