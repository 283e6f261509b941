"""What the model is trained on: one evidence, one claim, and what is wrong with it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Example:
    """An evidence and a claim with its label.

    `before` is the sentence of the same summary that the claim leans on; it is read with the claim and not judged.
    `label` is 1 where the evidence entails the claim, else 0. `marks` are the character spans of the claim's
    unsupported words: empty for a claim that is entailed, None where nobody knows which words are wrong. Examples of
    one `group` are a true claim and the false ones that were made from it. With `head` "addressed" the claim is a
    sentence of an article, without evidence, and its label tells whether it is addressed to a machine.
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
    """Write one example a line as JSON; returns how many there were."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_examples(path: Path) -> Iterator[Example]:
    """Read what `write_examples` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            marks = fields.pop("marks")
            yield Example(marks=None if marks is None else tuple((start, end) for start, end in marks), **fields)
