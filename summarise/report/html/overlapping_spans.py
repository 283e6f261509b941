"""Lay spans that overlap over a text: cut it where any of them begins or ends.

Knows neither articles nor HTML.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from summarise.data import Span


class Piece(NamedTuple):
    """A stretch of the text, and which of the spans cover it, by index; no span begins or ends within."""

    start: int
    end: int
    on: tuple[int, ...]


def pieces(length: int, spans: Sequence[Span], *, cuts: Iterable[int] = ()) -> Iterator[Piece]:
    """Yield the pieces of a text of `length` in order, without gap or overlap; `cuts` are places to part it besides.

    What lies beyond the text is not there.
    """
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for index, span in enumerate(spans):
        if span.start < length:
            opening.setdefault(span.start, []).append(index)
            closing.setdefault(min(span.end, length), []).append(index)
    borders = sorted({length, *opening, *closing, *(cut for cut in cuts if 0 < cut < length)} - {0})
    open_spans = set(opening.get(0, ()))
    start = 0
    for border in borders:
        if border > start:
            yield Piece(start, border, tuple(sorted(open_spans)))
        open_spans.difference_update(closing.get(border, ()))
        open_spans.update(opening.get(border, ()))
        start = border
