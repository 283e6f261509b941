"""What the reader of a summary should know besides its verdicts. Does not word it: `report` does."""

from collections.abc import Sequence

from summarise.data import Notice
from summarise.settings.model import Length, is_shorter
from summarise.writing.headlines import headline_faults
from summarise.writing.strategies import SummaryTask


def notices_of(task: SummaryTask, texts: Sequence[str]) -> tuple[Notice, ...]:
    """Return what is to be said of a task and of the sentences that came of it."""
    if task.style == "headline":
        return headline_faults(" ".join(texts))
    if is_shorter(task.article, task.length):
        return ("article shorter than wanted",)
    return ("fewer sentences than wanted",) if _too_few(len(texts), task.length) else ()


def _too_few(shown: int, length: Length) -> bool:
    """Tell whether clearly fewer sentences are shown than wanted: any fewer if somebody asked, else half of them."""
    if length.words is not None:
        return False
    return shown < length.sentences if length.given else 2 * shown <= length.sentences
