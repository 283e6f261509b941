"""Characters that nobody sees, taken out of a text when it is read.

Zero-width characters, marks of direction, tags, variation selectors beyond the one that a sign may have, soft hyphens:
they part words that a reader sees whole, turn what is shown around, or carry a text of their own (Boucher et al. 2022,
"Bad Characters: Imperceptible NLP Attacks"). Joiners stay between letters of scripts that need them, and within emoji.
Words that a mark turns around are read as they are shown. Offsets count what is left.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

from summarise.data import Article, Span

Place = TypeVar("Place", bound=Span)

_ALWAYS = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_OVERRIDDEN = re.compile("(?<=\u202e)[^\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u202a-\u202e\\n]{2,}")
"""Letters of no script that is written from right to left, behind a mark that shows them from right to left."""
_JOINERS = "\u200c\u200d"
_SELECTORS = "\ufe00-\ufe0f"
_UNSEEN = re.compile(
    f"[{_ALWAYS}]+"
    # A joiner between anything but letters beyond the scripts of Europe, or emoji.
    f"|(?<![\u0590-\u1dff\u2190-\u2bff\ufb1d-\ufe0f\U0001f000-\U0001faff])[{_JOINERS}]+|(?<=[{_JOINERS}])[{_JOINERS}]+"
    # A selector behind a letter, or behind another one.
    f"|(?<=[^\\W\\d_\u1800-\u18af])[{_SELECTORS}]+|(?<=[{_SELECTORS}])[{_SELECTORS}]+"
)


def without_unseen(content: Article) -> Article:
    """Return what was read without the characters that nobody sees; pages and lines move with their text."""
    told = {name: visible(value) for name in ("title", "author", "date") if (value := getattr(content, name))}
    gone = [] if content.text.isascii() else [match.span() for match in _UNSEEN.finditer(_turned(content.text))]
    if not gone:
        return content.model_copy(update=told)
    moved = _Moved(gone)

    def shown(spans: Sequence[Place]) -> tuple[Place, ...]:
        found = [span.model_copy(update={"start": moved(span.start), "end": moved(span.end)}) for span in spans]
        return tuple(span for span in found if span.start < span.end)

    pages, lines = shown(content.pages), shown(content.lines)
    return content.model_copy(update={**told, "text": visible(content.text), "pages": pages, "lines": lines})


def visible(text: str) -> str:
    """Return a text as it is seen: without the characters that nobody sees, words that these turn around turned."""
    return _UNSEEN.sub("", _turned(text))


def _turned(text: str) -> str:
    return _OVERRIDDEN.sub(lambda words: words.group()[::-1], text)


class _Moved:
    """Where an offset is when the spans in order are taken out."""

    def __init__(self, gone: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in gone]
        self._gone = gone
        self._before = [0, *accumulate(end - start for start, end in gone)]

    def __call__(self, offset: int) -> int:
        index = bisect_left(self._starts, offset)
        inside = max(0, self._gone[index - 1][1] - offset) if index else 0
        return offset - self._before[index] + inside
