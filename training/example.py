"""Defines the training examples (evidence, claim, label, wrong words), and reads and writes them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Example:
    """A claim with its evidence and its label.

    `before`: the previous sentence of the same summary, as context for the claim. `label`: 1 if the evidence entails
    the claim, else 0. `marks`: character spans of the unsupported words of the claim, empty for an entailed claim, None
    if the wrong words are unknown. `group`: a true claim and the false claims made from it have the same group. If
    `head` is "addressed", the claim is a sentence of an article, without evidence, and the label is 1 if the sentence
    instructs a machine.
    """

    evidence: str
    claim: str
    label: int
    source: str
    group: str
    marks: tuple[tuple[int, int], ...] | None = None
    weight: float = 1.0
    before: str = ""
    head: str = "entailed"


def write_examples(path: Path, examples: Iterable[Example]) -> int:
    """Write examples as JSON Lines, and return their number."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_examples(path: Path) -> Iterator[Example]:
    """Read a file that `write_examples` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            marks = fields.pop("marks")
            yield Example(marks=None if marks is None else tuple((start, end) for start, end in marks), **fields)
