"""Reports for GitHub Actions: workflow commands that annotate sentences, and a job summary in Markdown.

Decides nothing. What a summary or an article says can start no command: a command is one line, and what would end it
is escaped.
"""

from collections.abc import Iterator, Sequence

from summarise.report.bidirectional import named
from summarise.report.checked_files import CheckedFile, Region, UnreadFile
from summarise.report.markdown import escaped
from summarise.report.problems import LEVELS, unsupported
from summarise.report.text import counted
from summarise.report.wording import CONTROL, quotation

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
