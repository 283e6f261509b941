"""Which strategy a model gets, and why: by its writer's record, or by its size."""

from summarise.backends.writers import billions, writer_of
from summarise.data import Record, Strategy

SMALL = 2.0
"""A model of fewer billions of parameters that nobody measured is not trusted with a whole draft."""


class StrategyChoice(Record):
    """The strategy that a model gets, and the reason in words."""

    strategy: Strategy
    why: str


def strategy_for(backend: str) -> StrategyChoice:
    """Return the strategy for a backend by its id, such as "local:smollm2-135m-instruct", and the reason."""
    record = writer_of(backend)
    if record.share is not None:
        strategy: Strategy = "select-then-rewrite" if record.writer == "weak" else "direct"
        return StrategyChoice(strategy=strategy, why=record.why)
    if backend.partition(":")[0] == "extract":
        return StrategyChoice(strategy="direct", why=record.why)
    size = billions(backend.partition(":")[2])
    if size is not None and size < SMALL:
        why = f"not measured, but with {size:g} billion parameters too small to draft at once"
        return StrategyChoice(strategy="select-then-rewrite", why=why)
    return StrategyChoice(strategy="direct", why="not measured; assumed able to write a whole draft")
