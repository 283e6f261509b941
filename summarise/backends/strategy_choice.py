"""Which strategy a model gets, and why.

Measures nothing itself: the figures are those of `measured_errors.json` (made by `benchmarks/quality`). Of a model that
nobody measured only its kind and size are known.
"""

import json
import re
from functools import cache
from importlib.resources import files

from summarise.data import Record, Strategy

ENOUGH = 0.3
"""A model of whose drafted sentences more than this share have errors is not trusted with a whole draft."""
SMALL = 2.0
"""Billions of parameters below which a model that nobody measured is taken to be weak."""


class MeasuredErrors(Record):
    """What was measured of a model: how many sentences it drafted at once, how many of them had errors, and when."""

    sentences: int
    with_errors: int
    date: str

    @property
    def share(self) -> float:
        """The share of its sentences that had errors."""
        return self.with_errors / self.sentences if self.sentences else 1.0


class StrategyChoice(Record):
    """The strategy that a model gets, and why, in words."""

    strategy: Strategy
    why: str


def strategy_for(backend: str) -> StrategyChoice:
    """Return the strategy for a backend by its id, such as "local:smollm2-135m-instruct", and the reason."""
    kind, _, model = backend.partition(":")
    known = measured().get(model.casefold())
    if known is not None:
        share = f"{known.with_errors} of {known.sentences} drafted sentences had errors ({known.date})"
        weak = known.share > ENOUGH
        return StrategyChoice(strategy="select-then-rewrite" if weak else "direct", why=f"measured: {share}")
    if kind == "extract":
        return StrategyChoice(strategy="direct", why="copies sentences, without a model")
    size = billions(model)
    if size is not None and size < SMALL:
        why = f"not measured, but with {size:g} billion parameters too small to draft at once"
        return StrategyChoice(strategy="select-then-rewrite", why=why)
    return StrategyChoice(strategy="direct", why="not measured; assumed able to write a whole draft")


_SIZE = re.compile(r"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?)\s*([bm])(?![a-z0-9])", re.IGNORECASE)


def billions(model: str) -> float | None:
    """Return how many billions of parameters a model's name tells, None where it does not: "qwen2.5-0.5b" has 0.5."""
    sizes = [float(number) / (1000 if unit in "mM" else 1) for number, unit in _SIZE.findall(model)]
    return max(sizes) if sizes else None


@cache
def measured() -> dict[str, MeasuredErrors]:
    """Return what was measured, by the model's name in lower case."""
    table = json.loads((files("summarise.backends") / "measured_errors.json").read_text(encoding="utf-8"))
    return {model: MeasuredErrors.model_validate(row) for model, row in table.items()}
