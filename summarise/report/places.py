"""Places of an article by line or page.

Lines are those of the text extracted from HTML, or of a Markdown file.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from summarise.data import Article, CheckedSentence, Evidence, LineSpan, PageSpan, Span

BREAK = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text, from 1, ended by LF, CR LF or CR.

    With `pages`, places are named by page, and `page` is the noun. `numbered` are the original file's lines.
    """

    def __init__(
        self, text: str, pages: Sequence[PageSpan] = (), page: str = "page", numbered: Sequence[LineSpan] = ()
    ) -> None:
        self._text = text
        self._pages = pages
        self._page = page
        self._starts = [0, *(found.end() for found in BREAK.finditer(text))]
        self._numbers = [line.number for line in numbered]
        if numbered:
            self._starts = [line.start for line in numbered]

    def of(self, offset: int) -> int:
        """Return the line of an offset; a line break belongs to the line that it ends."""
        index = bisect_right(self._starts, offset)
        return self._numbers[max(index - 1, 0)] if self._numbers else index

    def column(self, offset: int) -> int:
        """Return an offset's column, in code points from 1."""
        return offset - self._starts[self.of(offset) - 1] + 1

    def told(self, span: Span) -> str:
        """Return a span's place: "line 5", "lines 5-7", "page 3"."""
        if page := self.page(span):
            return page
        first, last = self.of(span.start), self.of(span.end - 1)
        return f"line {first}" if first == last else f"lines {first}-{last}"

    def page(self, span: Span) -> str | None:
        """Return a span's pages, or None."""
        numbers = [page.number for page in self._pages if page.overlaps(span)]
        if not numbers:
            return None
        first, last = min(numbers), max(numbers)
        return f"{self._page} {first}" if first == last else f"{self._page}s {first}-{last}"

    def hold(self, words: str) -> bool:
        """Return whether the text contains words, whatever their case and line breaks."""
        return stands_in(words.casefold(), self._line)

    @cached_property
    def _line(self) -> str:
        return " ".join(self._text.split()).casefold()


def page_called(article: Article) -> str:
    """Return the noun for a page."""
    return "slide" if article.format == "pptx" else "page"


def characters_told(spans: Sequence[Span]) -> str:
    """Return the offsets of the first three spans."""
    return ", ".join([f"{one.start}-{one.end}" for one in spans[:3]] + ["…"] * (len(spans) > 3))


def lines_of(article: Article) -> Lines:
    """Return the lines, pages or slides of an article."""
    return Lines(article.text, article.pages, page_called(article), article.lines)


def stands_in(words: str, text: str) -> bool:
    """Return whether a text contains words literally, at word boundaries."""
    if not words:
        return False
    start = r"(?<!\w)" if words[0].isalnum() else ""
    end = r"(?!\w)" if words[-1].isalnum() else ""
    return re.search(f"{start}{re.escape(words)}{end}", text) is not None


def telling(sentence: CheckedSentence) -> tuple[Evidence, ...]:
    """Return the evidence to show: opposing places, else all of an unverified sentence, else the best.

    Contradicting places are included even if they are not evidence.
    """
    against = sentence.opposing
    opposing = tuple(place for place in sentence.evidence if any(map(place.overlaps, against)))
    if sentence.verdict == "contradicted":
        unseen = [place for place in against if not any(map(place.overlaps, opposing))]
        opposing += tuple(dict.fromkeys(unseen))
    return opposing or (sentence.evidence if sentence.verdict == "unverified" else sentence.evidence[:1])
