"""Problems of checked files as compiler-style lines, GitHub annotations and a job summary."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from summarise.data import CheckedSentence, Report, Span, Verdict
from summarise.report.markdown import escaped
from summarise.report.places import Lines, lines_of, telling
from summarise.report.text import counted, named
from summarise.report.wording import CONTROL, findings_told, one_line, quotation, reason, whose

WORD = re.compile(r"\S+")


class Region(NamedTuple):
    """A region of a file, counted from 1 in code points; `end_column` is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class UnreadFile(NamedTuple):
    """A summary that could not be read, or whose article could not."""

    summary: str
    article: str
    reason: str


class CheckedFile(NamedTuple):
    """A report with its file names. `summary` is None if the sentences are not in a file."""

    report: Report
    article: str
    summary: str | None = None
    text: str = ""

    def regions(self) -> list[tuple[CheckedSentence, Region | None]]:
        """Return each sentence with its region in the summary's file, if found."""
        sentences = self.report.sentences
        lines = Lines(self.text)
        spans = sentence_spans(self.text, [one.text for one in sentences])
        return [(one, region_of(span, lines)) for one, span in zip(sentences, spans, strict=True)]


def region_of(span: Span | None, lines: Lines) -> Region | None:
    """Return the region of a span."""
    if span is None:
        return None
    last = span.end - 1
    return Region(lines.of(span.start), lines.column(span.start), lines.of(last), lines.column(last) + 1)


def sentence_spans(text: str, sentences: Sequence[str]) -> list[Span | None]:
    """Return the span of each sentence in a text, if found; line breaks may differ.

    Time grows with the text's length times the number of sentences not found.
    """
    words = list(WORD.finditer(text))
    folded = " ".join(word[0] for word in words)
    # The offset in the text of each character of `folded`; a blank has the end of the word before it.
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


# Levels of SARIF and of workflow commands.
LEVELS: dict[Verdict, str] = {"contradicted": "error", "unverified": "warning"}


class Problem(NamedTuple):
    """An unsupported sentence in words."""

    wrong: list[str]
    said: str
    places: list[str]
    verdict: str

    @property
    def lines(self) -> list[str]:
        """All parts as lines."""
        return [*self.wrong, self.said, *self.places, self.verdict]


def problem_of(sentence: CheckedSentence, lines: Lines) -> Problem | None:
    """Return a sentence's problem, accepted or not; None if it is supported. `lines` are the article's."""
    if sentence.verdict == "supported":
        return None
    errors = [str(error) for error in findings_told(sentence, "error", lines)]
    return Problem(
        errors or list(filter(None, (reason(sentence),))),
        f"summary: {quotation(' '.join(sentence.text.split()))}",
        [f"{lines.told(place)}: {quotation(' '.join(place.text.split()))}" for place in telling(sentence)],
        f"{sentence.verdict}, probability {sentence.probability:.2f}, {whose(sentence)}",
    )


def unsupported(file: CheckedFile) -> Iterator[tuple[CheckedSentence, Region | None, Problem]]:
    """Yield each sentence neither supported nor accepted, with region and problem."""
    lines = lines_of(file.report.facts.article)
    for sentence, region in file.regions():
        problem = None if sentence.passed else problem_of(sentence, lines)
        if problem is not None:
            yield sentence, region, problem


def problem_lines(files: Sequence[CheckedFile | UnreadFile]) -> list[str]:
    """Return lines `file:line:column: verdict: problem`, or `file: error: reason`."""
    return [line for file in files for line in _lines(file)]


def _lines(file: CheckedFile | UnreadFile) -> list[str]:
    if isinstance(file, UnreadFile):
        return [named(one_line(f"{file.summary}: error: {file.reason}"))]
    return [_line(file, *found) for found in unsupported(file)]


def _line(file: CheckedFile, sentence: CheckedSentence, region: Region | None, problem: Problem) -> str:
    where = ":".join(map(str, [file.summary or file.article, *(region[:2] if region else ())]))
    return named(one_line(f"{where}: {sentence.verdict}: {'; '.join([*problem.wrong, problem.said])}"))


# Files, and sentences, in a job summary: GitHub's limit is 1 MiB.
LISTED = 200


def annotations(files: Sequence[CheckedFile | UnreadFile]) -> list[str]:
    """Return workflow commands for unread files and for sentences neither supported nor accepted."""
    return [command for file in files for command in _commands(file)]


def job_summary(files: Sequence[CheckedFile | UnreadFile]) -> str:
    """Return Markdown: a table of the files, and the sentences neither supported nor accepted."""
    rows = [_row(file) for file in sorted(files, key=lambda file: isinstance(file, CheckedFile) and file.report.passed)]
    if len(rows) > LISTED:
        rows[LISTED:] = [f"| and {len(rows) - LISTED} more | | |"]
    told = [line for file in files if isinstance(file, CheckedFile) for line in _told(file)]
    if len(told) > LISTED:
        told[LISTED:] = [f"- and {len(told) - LISTED} more"]
    blocks = [[_title(files)], ["| summary | verdict | sentences |", "|---|---|---|", *rows], told]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _title(files: Sequence[CheckedFile | UnreadFile]) -> str:
    unread = sum(isinstance(file, UnreadFile) for file in files)
    failed = sum(isinstance(file, CheckedFile) and not file.report.passed for file in files)
    counts = [(count, what) for count, what in ((failed, "not supported"), (unread, "not read")) if count]
    if not counts:
        return "### All summaries supported"
    (first, what), *others = counts
    return "### " + ", ".join(
        [f"{first} of {len(files)} summaries {what}", *(f"{count} {what}" for count, what in others)]
    )


def _row(file: CheckedFile | UnreadFile) -> str:
    if isinstance(file, UnreadFile):
        return f"| {escaped(file.summary)} | not read | {escaped(file.reason)} |"
    return f"| {escaped(file.summary or file.article)} | {file.report.verdict} | {counted(file.report)} |"


def _commands(file: CheckedFile | UnreadFile) -> Iterator[str]:
    if isinstance(file, UnreadFile):
        yield f"::error file={_property(file.summary)},title=not read::{_data(file.reason)}"
        return
    for sentence, region, problem in unsupported(file):
        told = "\n".join([*problem.wrong, problem.said, *problem.places])
        properties = _properties(file, region) | {"title": problem.verdict}
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        yield f"::{LEVELS[sentence.verdict]} {listed}::{_data(told)}"


def _properties(file: CheckedFile, region: Region | None) -> dict[str, str]:
    if file.summary is None:
        return {}
    if region is None:
        return {"file": file.summary}
    found = {"file": file.summary, "line": str(region.line), "endLine": str(region.end_line)}
    if region.line == region.end_line:
        found |= {"col": str(region.column), "endColumn": str(region.end_column)}
    return found


def _told(file: CheckedFile) -> Iterator[str]:
    for sentence, region, problem in unsupported(file):
        where = escaped(file.summary or file.article) + (f", line {region.line}" if region else "")
        why = "; ".join([*problem.wrong, *problem.places])
        yield f"- **{sentence.verdict}**, {where}: {escaped(quotation(sentence.text))}. {escaped(why)}"


def _data(text: str) -> str:
    kept = "\n".join(CONTROL.sub("", line) for line in named(text).split("\n"))
    # The percent sign first, because it begins the other escapes.
    return kept.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
