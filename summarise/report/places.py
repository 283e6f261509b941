"""Places of an article as people name them: the number of a line. Does not read what the article says.

Of an article that came from HTML the lines are those of the text that was taken out of the page.
"""

import re
from bisect import bisect_right
from functools import cached_property

from summarise.data import CheckedSentence, Evidence, Finding, Span

BREAK = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text, counted from 1 as an editor counts them: each ends with LF, CR LF or CR."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in BREAK.finditer(text))]

    def of(self, offset: int) -> int:
        """Return the number of the line in which an offset lies; a break belongs to the line that it ends."""
        return bisect_right(self._starts, offset)

    def told(self, span: Span) -> str:
        """Return a span's line in words, or its first and last: "line 5", "lines 5-7"."""
        first, last = self.of(span.start), self.of(span.end - 1)
        return f"line {first}" if first == last else f"lines {first}-{last}"

    def sole(self, words: str) -> Span | None:
        """Return where words stand, None where they stand nowhere, or in several places."""
        start = self._text.find(words) if words else -1
        if start < 0 or self._text.find(words, start + 1) >= 0:
            return None
        return Span(start=start, end=start + len(words))

    def hold(self, words: str, *, exactly: bool = False) -> bool:
        """Tell whether words stand there, however lines are broken; in any case of letters unless `exactly`."""
        return stands_in(words, self._line) if exactly else stands_in(words.casefold(), self._line.casefold())

    @cached_property
    def _line(self) -> str:
        return " ".join(self._text.split())


def stands_in(words: str, text: str) -> bool:
    """Tell whether words, and no parts of words, stand literally in a text."""
    if not words:
        return False
    start = r"(?<!\w)" if words[0].isalnum() else ""
    end = r"(?!\w)" if words[-1].isalnum() else ""
    return re.search(f"{start}{re.escape(words)}{end}", text) is not None


def narrowed(finding: Finding) -> Span | None:
    """Return where the article says what a finding holds against the summary; None where the finding has no evidence.

    Those words themselves where they stand in the evidence, which may be a whole sentence, else the evidence.
    """
    if not finding.evidence:
        return None
    place = finding.evidence[0]
    at = place.text.find(finding.article_says) if finding.article_says else -1
    if at < 0 or not finding.article_says:
        return place
    return Span(start=place.start + at, end=place.start + at + len(finding.article_says))


def telling(sentence: CheckedSentence) -> tuple[Evidence, ...]:
    """Return of a sentence's evidence what has to be seen: what opposes it; of a doubtful one all; else the best.

    What contradicts a sentence is seen even where it is no part of its evidence.
    """
    against = [place for finding in sentence.findings if finding.severity == "error" for place in finding.evidence]
    opposing = tuple(place for place in sentence.evidence if any(map(place.overlaps, against)))
    if sentence.verdict == "contradicted":
        unseen = [place for place in against if not any(map(place.overlaps, opposing))]
        opposing += tuple(dict.fromkeys(unseen))
    return opposing or (sentence.evidence if sentence.verdict == "unverified" else sentence.evidence[:1])
