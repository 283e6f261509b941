"""Problems of checked files, as annotations and a job summary of GitHub Actions."""

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


LEVELS: dict[Verdict, str] = {"contradicted": "error", "unverified": "warning"}
"""How grave a verdict is, in the words that SARIF and workflow commands share."""


class Problem(NamedTuple):
    """What is `wrong` with a sentence, what it `said`, the article's `places` that tell, and its `verdict` in words."""

    wrong: list[str]
    said: str
    places: list[str]
    verdict: str

    @property
    def lines(self) -> list[str]:
        """All of it, a line each."""
        return [*self.wrong, self.said, *self.places, self.verdict]


def problem_of(sentence: CheckedSentence, lines: Lines) -> Problem | None:
    """Return what is wrong with a sentence, whether or not a person accepted it; None where it is supported.

    `lines` are the article's.
    """
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
    """Yield each sentence that neither is supported nor was accepted, where it stands, and what is wrong with it."""
    lines = lines_of(file.report.facts.article)
    for sentence, region in file.regions():
        problem = None if sentence.passed else problem_of(sentence, lines)
        if problem is not None:
            yield sentence, region, problem


def problem_lines(files: Sequence[CheckedFile | UnreadFile]) -> list[str]:
    """Return a line for each such sentence, as compilers write them: file:line:column: verdict: what is wrong.

    Of a file that was not read: file: error: why.
    """
    return [line for file in files for line in _lines(file)]


def _lines(file: CheckedFile | UnreadFile) -> list[str]:
    if isinstance(file, UnreadFile):
        return [named(one_line(f"{file.summary}: error: {file.reason}"))]
    return [_line(file, *found) for found in unsupported(file)]


def _line(file: CheckedFile, sentence: CheckedSentence, region: Region | None, problem: Problem) -> str:
    where = ":".join(map(str, [file.summary or file.article, *(region[:2] if region else ())]))
    return named(one_line(f"{where}: {sentence.verdict}: {'; '.join([*problem.wrong, problem.said])}"))


LISTED = 200
"""So many files, and so many sentences, are told in a job summary, which GitHub refuses above a mebibyte."""


def annotations(files: Sequence[CheckedFile | UnreadFile]) -> list[str]:
    """Return a workflow command for each sentence that neither is supported nor was accepted, and file not read."""
    return [command for file in files for command in _commands(file)]


def job_summary(files: Sequence[CheckedFile | UnreadFile]) -> str:
    """Return Markdown: a table of the files, then each sentence that neither is supported nor was accepted."""
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
    """Return text as the data of a workflow command; the percent sign first, which escapes."""
    kept = "\n".join(CONTROL.sub("", line) for line in named(text).split("\n"))
    return kept.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
