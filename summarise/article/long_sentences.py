"""What is no sentence, because it is longer than any: cut, so that no reading of a sentence takes for ever.

A table without line ends, a list of names, encoded data, a text without a full stop.
"""

import unicodedata
from collections.abc import Iterator

from summarise.article.paragraphs import trim

LONGEST = 2_000
"""Characters of a sentence. The longest of news have a few hundred, those of laws seldom more than a thousand."""
_ENDS = ("; ", ", ", " ")
"""Where a part may end, best first; it ends behind it."""


def parted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the places of parts of `text[start:end]`, in order: one, or as many as LONGEST needs.

    Nothing between them is left out but white space. A part ends at a clause's end in its second half, else behind a
    word, else anywhere but before a mark that belongs to the character before it.
    """
    while end - start > LONGEST:
        stop = _stop(text, start)
        begin, last = trim(text, start, stop)
        if begin < last:
            yield begin, last
        start = stop
    begin, last = trim(text, start, end)
    if begin < last:
        yield begin, last


def _stop(text: str, start: int) -> int:
    high = start + LONGEST
    for mark in _ENDS:
        if (found := text.rfind(mark, start + LONGEST // 2, high)) >= 0:
            return found + len(mark)
    while high > start + LONGEST // 2 and unicodedata.category(text[high]).startswith("M"):
        high -= 1
    return high
