"""What the reader of a summary should know besides its verdicts. Does not word it: `report` does."""

from summarise.data import Notice
from summarise.settings.length import is_shorter
from summarise.writing.headlines import headline_faults
from summarise.writing.strategies import SummaryTask


def notices_of(task: SummaryTask, text: str) -> tuple[Notice, ...]:
    """Return what is to be said of a task and of the `text` that came of it."""
    short: tuple[Notice, ...] = ("article shorter than wanted",) if is_shorter(task.article, task.length) else ()
    return (*short, *(headline_faults(text) if task.style == "headline" else ()))
