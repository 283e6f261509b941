"""Reads `samples.jsonl`: rewrites that the model wrote with each of its adapters, labelled by readers.

The adapters are numbered in the order of their training (README.md). Samples of earlier adapters that are `full` train
a later adapter. Samples of the last adapter are used to fit the choice among samples.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.drafts.copying import unpacked
from training.split import excerpts_to_train
from training.writer.pairs import articles, context_of

SAMPLES = Path(__file__).with_name("samples.jsonl")


@dataclass(frozen=True)
class Sample:
    """A rewrite of the sentence number `of`. `passes`: whether it passes the checks (None: not checked).

    `context` and `source`: the sentences of the request. Labels: right, thin (right, but without a detail that a reader
    would want), wrong, unclear.
    """

    adapter: int
    article: int
    of: int
    context: tuple[str, ...]
    source: str
    text: str
    likelihood: float
    labels: tuple[str, ...]
    passes: bool | None

    @property
    def right(self) -> bool | None:
        """Whether all readers called it right or thin; None if they disagree."""
        verdicts = {label in ("right", "thin") for label in self.labels}
        return None if len(verdicts) > 1 else verdicts.pop()

    @property
    def full(self) -> bool:
        """Whether all readers called it right."""
        return set(self.labels) == {"right"}


def labelled_samples(data: Path) -> Iterator[Sample]:
    """Yield the samples. `data`: the folder with `claims.jsonl.gz`."""
    texts = {row["id"]: row["article"] for row in excerpts_to_train(data / "claims.jsonl.gz")}
    sentences = articles(data)
    for row in map(json.loads, SAMPLES.read_text(encoding="utf-8").splitlines()):
        own, (number,) = sentences[row["article"]], row["of"]
        yield Sample(
            adapter=row["adapter"],
            article=row["article"],
            of=number,
            context=tuple(context_of(own, number)),
            source=own[number],
            text=unpacked(row["text"], texts[row["article"]]),
            likelihood=row["likelihood"],
            labels=tuple(row["labels"]),
            passes=row.get("passes"),
        )
