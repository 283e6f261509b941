"""A report with the files that it is about, and where in the file of a summary each of its sentences stands.

Reads no file.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from summarise.data import CheckedSentence, Report, Span
from summarise.report.places import Lines

WORD = re.compile(r"\S+")


class Region(NamedTuple):
    """A stretch of a file: lines and columns from 1, in code points; the last column is the one behind the end."""

    line: int
    column: int
    end_line: int
    end_column: int


class UnreadFile(NamedTuple):
    """A summary that could not be checked, because its file or its article's cannot be read, and the `reason`."""

    summary: str
    article: str
    reason: str


class CheckedFile(NamedTuple):
    """A report, the article's file or address, and the summary's file with its text.

    `summary` is None where the sentences stand in no file: a model has just written them, say.
    """

    report: Report
    article: str
    summary: str | None = None
    text: str = ""

    def regions(self) -> list[tuple[CheckedSentence, Region | None]]:
        """Return each sentence with its region in the summary's file; None where it does not stand there as it is."""
        sentences = self.report.sentences
        lines = Lines(self.text)
        spans = sentence_spans(self.text, [one.text for one in sentences])
        return [(one, region_of(span, lines)) for one, span in zip(sentences, spans, strict=True)]


def region_of(span: Span | None, lines: Lines) -> Region | None:
    """Return where a span stands among the lines of its text."""
    if span is None:
        return None
    last = span.end - 1
    return Region(lines.of(span.start), lines.column(span.start), lines.of(last), lines.column(last) + 1)


def sentence_spans(text: str, sentences: Sequence[str]) -> list[Span | None]:
    """Return where sentences stand in a text, one after another, however lines are broken; None for one that does not.

    Time grows with the text, times the number of sentences that do not stand there.
    """
    words = list(WORD.finditer(text))
    folded = " ".join(word[0] for word in words)
    # The place in the text of each character of `folded`; a blank has that behind the word before it.
    places = [place for word in words for place in range(word.start(), word.end() + 1)]
    spans: list[Span | None] = []
    position = 0
    for sentence in sentences:
        said = " ".join(sentence.split())
        start = folded.find(said, position) if said else -1
        if start < 0:
            spans.append(None)
            continue
        position = start + len(said)
        spans.append(Span(start=places[start], end=places[position - 1] + 1))
    return spans
