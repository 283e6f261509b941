"""Which strategy a model gets, and why: a weak writer rewrites sentences, any other drafts the summary."""

from summarise.backends.writers import writer_of
from summarise.data import Record, Strategy


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
