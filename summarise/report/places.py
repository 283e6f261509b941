"""Places of an article as people name them: the number of a line or a page. Does not read what the article says.

Of an article that came from HTML the lines are those of the text that was taken out of the page; of Markdown those of
the file. Of one that has pages they would be nobody's, so its places are pages, or slides.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from summarise.data import Article, CheckedSentence, Evidence, LineSpan, PageSpan, Span

BREAK = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text, counted from 1 as an editor counts them: each ends with LF, CR LF or CR.

    Of a text that has `pages`, called a `page` each, those are told in their place; of one that was taken out of a
    file, `numbered` are the lines of that file.
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
        """Return the number of the line in which an offset lies; a break belongs to the line that it ends."""
        index = bisect_right(self._starts, offset)
        return self._numbers[max(index - 1, 0)] if self._numbers else index

    def column(self, offset: int) -> int:
        """Return where in its line an offset lies, in code points from 1."""
        return offset - self._starts[self.of(offset) - 1] + 1

    def told(self, span: Span) -> str:
        """Return a span's line in words, or its first and last: "line 5", "lines 5-7", "page 3"."""
        if page := self.page(span):
            return page
        first, last = self.of(span.start), self.of(span.end - 1)
        return f"line {first}" if first == last else f"lines {first}-{last}"

    def page(self, span: Span) -> str | None:
        """Return a span's page in words, or its first and last; None where the article has no pages."""
        numbers = [page.number for page in self._pages if page.overlaps(span)]
        if not numbers:
            return None
        first, last = min(numbers), max(numbers)
        return f"{self._page} {first}" if first == last else f"{self._page}s {first}-{last}"

    def hold(self, words: str) -> bool:
        """Tell whether words stand there, however lines are broken, and in any case of letters."""
        return stands_in(words.casefold(), self._line)

    @cached_property
    def _line(self) -> str:
        return " ".join(self._text.split()).casefold()


def page_called(article: Article) -> str:
    """Return what a page of an article is called."""
    return "slide" if article.format == "pptx" else "page"


def characters_told(spans: Sequence[Span]) -> str:
    """Return the places of some spans by character, of three at most."""
    return ", ".join([f"{one.start}-{one.end}" for one in spans[:3]] + ["…"] * (len(spans) > 3))


def lines_of(article: Article) -> Lines:
    """Return the lines of an article, or the pages of a document, or the slides of a presentation."""
    return Lines(article.text, article.pages, page_called(article), article.lines)


def stands_in(words: str, text: str) -> bool:
    """Tell whether words, and no parts of words, stand literally in a text."""
    if not words:
        return False
    start = r"(?<!\w)" if words[0].isalnum() else ""
    end = r"(?!\w)" if words[-1].isalnum() else ""
    return re.search(f"{start}{re.escape(words)}{end}", text) is not None


def telling(sentence: CheckedSentence) -> tuple[Evidence, ...]:
    """Return of a sentence's evidence what has to be seen: what opposes it; of a doubtful one all; else the best.

    What contradicts a sentence is seen even where it is no part of its evidence.
    """
    against = sentence.opposing
    opposing = tuple(place for place in sentence.evidence if any(map(place.overlaps, against)))
    if sentence.verdict == "contradicted":
        unseen = [place for place in against if not any(map(place.overlaps, opposing))]
        opposing += tuple(dict.fromkeys(unseen))
    return opposing or (sentence.evidence if sentence.verdict == "unverified" else sentence.evidence[:1])
