"""How well a model keeps to an article: measured (`writers.json`), or assumed by its kind."""

import json
import re
from functools import cache
from importlib.resources import files

from pydantic import Field

from summarise.data import Record, Strategy, Writer
from summarise.settings.providers import provider

SMALL = 2.0
"""A model of fewer billions of parameters that nobody measured is taken for a weak writer."""
_SIZE = re.compile(r"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?)\s*([bm])(?![a-z0-9])", re.IGNORECASE)


class MeasuredWriter(Record):
    """A measured writer: `right` of its `sentences` were right, and when that was measured.

    The Qwen models: sentences that they did not copy, as two readers agree. SmolLM2: drafted sentences without an error
    of the checks, copies among them.
    """

    writer: Writer
    sentences: int = Field(ge=1)
    right: int = Field(ge=0)
    date: str

    @property
    def share(self) -> float:
        """The share of right sentences; one of each kind is added, so that it is never 0 or 1."""
        return (self.right + 1) / (self.sentences + 2)


class WriterRecord(Record):
    """A writer's kind, its measured share of right sentences (None: not measured), and the reason in words."""

    writer: Writer
    share: float | None = None
    why: str


def writer_of(backend: str) -> WriterRecord:
    """Return the record of a backend's model by its id, such as "local:smollm2-135m-instruct"."""
    kind, _, model = backend.partition(":")
    known = measured().get(model.casefold())
    if known is not None:
        why = f"measured: {known.right} of {known.sentences} sentences right ({known.date})"
        return WriterRecord(writer=known.writer, share=known.share, why=why)
    if kind == "extract":
        return WriterRecord(writer="strong", why="copies sentences, without a model")
    size = billions(model)
    if size is not None and size < SMALL:
        why = f"not measured, but with {size:g} billion parameters too small to draft at once"
        return WriterRecord(writer="weak", why=why)
    named = provider(kind)
    if named is not None and named.hosted:
        return WriterRecord(writer="strong", why="not measured; a hosted model is taken for a strong writer")
    return WriterRecord(writer="middle", why="not measured")


def billions(model: str) -> float | None:
    """Return how many billions of parameters a model's name states, or None: "qwen2.5-0.5b" has 0.5."""
    sizes = [float(number) / (1000 if unit in "mM" else 1) for number, unit in _SIZE.findall(model)]
    return max(sizes) if sizes else None


@cache
def measured() -> dict[str, MeasuredWriter]:
    """Return the measured writers by the model's name in lower case."""
    table = json.loads((files("summarise.backends") / "writers.json").read_text(encoding="utf-8"))
    return {model: MeasuredWriter.model_validate(row) for model, row in table.items()}


class StrategyChoice(Record):
    """The strategy that a model gets, and the reason in words."""

    strategy: Strategy
    why: str


def strategy_for(backend: str) -> StrategyChoice:
    """Return the strategy for a backend by its id, such as "local:smollm2-135m-instruct", and the reason."""
    record = writer_of(backend)
    if record.writer == "weak":
        return StrategyChoice(strategy="select-then-rewrite", why=record.why)
    if record.share is not None or backend.partition(":")[0] == "extract":
        return StrategyChoice(strategy="direct", why=record.why)
    return StrategyChoice(strategy="direct", why="not measured; assumed able to write a whole draft")
