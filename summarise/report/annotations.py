"""Writes reports for continuous integration: compiler-style lines, GitHub annotations, JUnit XML and SARIF.

JUnit: each sentence is a test case; only elements and attributes of Jenkins's schema are used. A failure has its
message in an attribute and in its text, because some readers show only one of them. Names of test cases are numbered,
because some readers merge equal names.

SARIF 2.1.0 (OASIS): each unsupported sentence is a result; accepted sentences are suppressed results. Results point
into the summary's file, or into the article if the summary is not in a file.
"""

import hashlib
import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from summarise.data import CheckedSentence, Quote, Report, Span
from summarise.report.markdown import escaped
from summarise.report.text import counted, coverage_text, named, run_line, shortfalls
from summarise.report.wording import (
    CONTROL,
    Fault,
    Lines,
    acceptance,
    citation_faults,
    citation_texts,
    disagreement_texts,
    fault_of,
    finding_texts,
    lines_of,
    one_line,
    quotation,
    reason,
    shown_evidence,
    weakness,
    whose,
)
from summarise.version import __version__

WORD = re.compile(r"\S+")
# Characters that XML does not allow.
UNWRITABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Region(NamedTuple):
    """A region of a file. Lines and columns (code points) count from 1; `end_column` is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class UnreadFile(NamedTuple):
    """A summary that was not checked, because its file or its article could not be read."""

    summary: str
    article: str
    reason: str


class CheckedFile(NamedTuple):
    """A report with the file names of article and summary. `text`: the text of the summary's file.

    `summary` is None if the sentences are not in a file.
    """

    report: Report
    article: str
    summary: str | None = None
    text: str = ""

    def regions(self) -> list[tuple[CheckedSentence, Region | None]]:
        """Return each sentence with its region in the summary's file, or None if the sentence is not found there."""
        sentences = self.report.sentences
        lines = Lines(self.text)
        text = blanked([place for one in sentences for place in one.citations], self.text)
        spans = sentence_spans(text, [one.text for one in sentences])
        return [(one, region_of(span, lines)) for one, span in zip(sentences, spans, strict=True)]


def region_of(span: Span | None, lines: Lines) -> Region | None:
    """Return the region of a span."""
    if span is None:
        return None
    last = span.end - 1
    return Region(lines.of(span.start), lines.column(span.start), lines.of(last), lines.column(last) + 1)


def blanked(marks: Sequence[Quote], text: str) -> str:
    """Replace the citation marks in a text by blanks of the same length, so that offsets remain valid."""
    parts, position = [], 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        if mark.start >= position and text[mark.start : mark.end] == mark.text:
            parts += [text[position : mark.start], " " * len(mark.text)]
            position = mark.end
    return "".join([*parts, text[position:]])


def sentence_spans(text: str, sentences: Sequence[str]) -> list[Span | None]:
    """Return the span of each sentence in a text, or None if the sentence is not found. White space may differ.

    Time grows with the text's length times the number of sentences that are not found.
    """
    words = list(WORD.finditer(text))
    folded = "".join(word[0] for word in words)
    # the offset in the text of each character of `folded`
    places = [place for word in words for place in range(word.start(), word.end())]
    spans: list[Span | None] = []
    position = 0
    for sentence in sentences:
        quote = "".join(sentence.split())
        start = folded.find(quote, position) if quote else -1
        if start < 0:
            spans.append(None)
            continue
        position = start + len(quote)
        spans.append(Span(start=places[start], end=places[position - 1] + 1))
    return spans


# severity levels in SARIF and in workflow commands
LEVELS: dict[Fault, str] = {"contradicted": "error", "unverified": "warning", "miscited": "warning"}


class Problem(NamedTuple):
    """The problem of a sentence, as text: errors, quoted sentence, quoted evidence, verdict."""

    wrong: list[str]
    summary: str
    places: list[str]
    verdict: str

    @property
    def message(self) -> str:
        """The errors, the sentence and the evidence, one a line."""
        return "\n".join([*self.wrong, self.summary, *self.places])


def problem_of(sentence: CheckedSentence, lines: Lines) -> Problem | None:
    """Return a sentence's problem, even if it was accepted; None if the sentence is supported and correctly cited."""
    if sentence.verdict == "supported" and sentence.well_cited:
        return None
    errors = [str(error) for error in finding_texts(sentence, "error", lines)]
    return Problem(
        [*(errors or filter(None, (reason(sentence),))), *citation_faults(sentence)],
        f"summary: {quotation(' '.join(sentence.text.split()))}",
        [f"{lines.place(place)}: {quotation(' '.join(place.text.split()))}" for place in shown_evidence(sentence)],
        f"{sentence.verdict}, probability {sentence.probability:.2f}, {whose(sentence)}",
    )


def _unsupported(file: CheckedFile) -> Iterator[tuple[CheckedSentence, Region | None, Problem]]:
    """Yield each sentence that did not pass, with its region and problem."""
    lines = lines_of(file.report.facts.article)
    for sentence, region in file.regions():
        problem = None if sentence.passed else problem_of(sentence, lines)
        if problem is not None:
            yield sentence, region, problem


def problem_lines(files: Sequence[CheckedFile | UnreadFile]) -> list[str]:
    """Return lines: "file:line:column: verdict: problem" for sentences that did not pass, and one for unread files."""
    return [named(one_line(line)) for file in files for line in _problem_lines(file)]


def _problem_lines(file: CheckedFile | UnreadFile) -> Iterator[str]:
    if isinstance(file, UnreadFile):
        yield f"{file.summary}: error: {file.reason}"
        return
    for sentence, region, problem in _unsupported(file):
        where = ":".join(map(str, [file.summary or file.article, *(region[:2] if region else ())]))
        yield f"{where}: {fault_of(sentence)}: {'; '.join([*problem.wrong, problem.summary])}"


# maximum number of files, and of sentences, in a job summary, because GitHub's limit is 1 MiB
LISTED = 200


def annotations(files: Sequence[CheckedFile | UnreadFile]) -> list[str]:
    """Return GitHub workflow commands for unread files, and for sentences that did not pass."""
    return [command for file in files for command in _commands(file)]


def job_summary(files: Sequence[CheckedFile | UnreadFile]) -> str:
    """Return Markdown: a table of the files, and the sentences that did not pass."""
    rows = [_row(file) for file in sorted(files, key=lambda file: isinstance(file, CheckedFile) and file.report.passed)]
    if len(rows) > LISTED:
        rows[LISTED:] = [f"| and {len(rows) - LISTED} more | | |"]
    lines = [line for file in files if isinstance(file, CheckedFile) for line in _summary_lines(file)]
    if len(lines) > LISTED:
        lines[LISTED:] = [f"- and {len(lines) - LISTED} more"]
    blocks = [[_title(files)], ["| summary | verdict | sentences |", "|---|---|---|", *rows], lines]
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
    for sentence, region, problem in _unsupported(file):
        properties = _command_properties(file, region) | {"title": problem.verdict}
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        yield f"::{LEVELS[fault_of(sentence)]} {listed}::{_data(problem.message)}"


def _command_properties(file: CheckedFile, region: Region | None) -> dict[str, str]:
    if file.summary is None:
        return {}
    if region is None:
        return {"file": file.summary}
    found = {"file": file.summary, "line": str(region.line), "endLine": str(region.end_line)}
    if region.line == region.end_line:
        found |= {"col": str(region.column), "endColumn": str(region.end_column)}
    return found


def _summary_lines(file: CheckedFile) -> Iterator[str]:
    for sentence, region, problem in _unsupported(file):
        where = escaped(file.summary or file.article) + (f", line {region.line}" if region else "")
        why = "; ".join([*problem.wrong, *problem.places])
        yield f"- **{fault_of(sentence)}**, {where}: {escaped(quotation(sentence.text))}. {escaped(why)}"


def _data(text: str) -> str:
    kept = "\n".join(CONTROL.sub("", line) for line in named(text).split("\n"))
    # The percent sign first, because it begins the other escapes.
    return kept.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# maximum characters of the sentence in the name of its test case
NAMED = 80


def report_junit(report: Report, *, name: str) -> str:
    """Return a report as JUnit XML with a suite called `name`. Characters that XML does not allow become U+FFFD."""
    return reports_junit([CheckedFile(report, name)], name=name)


def reports_junit(files: Sequence[CheckedFile | UnreadFile], *, name: str) -> str:
    """Return one JUnit document with a suite for each file. An unread file is a suite with one failed test case."""
    root = ElementTree.Element("testsuites", _counts(files, name))
    for file in files:
        called = file.summary or file.article
        suite = ElementTree.SubElement(root, "testsuite", {**_counts([file], called), "skipped": "0"})
        if isinstance(file, UnreadFile):
            _add_unread(suite, file, called)
        else:
            _add_report(suite, file.report, called)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _counts(files: Sequence[CheckedFile | UnreadFile], name: str) -> dict[str, str]:
    checked = [file.report for file in files if isinstance(file, CheckedFile)]
    unread = len(files) - len(checked)
    sentences = [sentence for report in checked for sentence in report.sentences]
    return _attributes(
        name=name,
        tests=str(len(sentences) + unread),
        failures=str(sum(not sentence.passed for sentence in sentences) + unread),
        errors="0",
        time=f"{sum(report.run.seconds for report in checked):.3f}",
    )


def _add_unread(suite: ElementTree.Element, file: UnreadFile, name: str) -> None:
    case = ElementTree.SubElement(suite, "testcase", _attributes(name="1. not read", classname=name, time="0"))
    failure = _add(case, "failure", f"{file.reason}\narticle: {file.article}")
    failure.attrib.update(_attributes(type="unread", message=file.reason))


def _add_report(suite: ElementTree.Element, report: Report, name: str) -> None:
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in _suite_properties(report).items():
        ElementTree.SubElement(properties, "property", _attributes(name=key, value=value))
    lines = lines_of(report.facts.article)
    for number, sentence in enumerate(report.sentences, start=1):
        short = textwrap.shorten(sentence.text, NAMED, placeholder=" …")
        # Sentences are not timed, but some readers require a time.
        case = _attributes(name=f"{number}. {short}", classname=name, time="0")
        _tell(ElementTree.SubElement(suite, "testcase", case), sentence, lines)
    printed = [*disagreement_texts(report, lines), coverage_text(report, width=10_000), run_line(report)]
    _add(suite, "system-out", "\n".join(filter(None, printed)))
    if lacking := shortfalls(report):
        _add(suite, "system-err", "\n".join(lacking))


def _suite_properties(report: Report) -> dict[str, str]:
    run = report.run
    values = {
        "verdict": report.verdict,
        "support": f"{report.support:.3f}",
        "probability": f"{report.probability:.3f}",
        "writer": run.writer,
        "coverage": None if report.coverage is None else f"{report.coverage:.3f}",
        "version": run.version,
        "backend": run.backend,
        "model": run.model or run.backend,
        "judge": run.judge,
    }
    return {key: value for key, value in values.items() if value is not None}


def _tell(case: ElementTree.Element, sentence: CheckedSentence, lines: Lines) -> None:
    """Add a sentence's errors as a failure of its test case, its notes and accepted errors as output."""
    weak = weakness(sentence)
    printed = [f"{weak}, probability {sentence.probability:.2f}"] if weak else []
    printed += map(str, finding_texts(sentence, "note", lines))
    printed += citation_texts(sentence) if sentence.well_cited else []
    if (problem := problem_of(sentence, lines)) is not None:
        if (accepted := acceptance(sentence)) is not None:
            printed = [accepted, problem.message, problem.verdict, *printed]
        else:
            failure = _add(case, "failure", f"{problem.message}\n{problem.verdict}")
            failure.attrib.update(_attributes(type=fault_of(sentence), message="; ".join(problem.wrong)))
    if printed:
        _add(case, "system-out", "\n".join(printed))


def _add(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag)
    element.text = _in_xml(text)
    return element


def _attributes(**values: str) -> dict[str, str]:
    return {name: _in_xml(value) for name, value in values.items()}


def _in_xml(text: str) -> str:
    return UNWRITABLE.sub("\ufffd", named(text))


SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RULES: dict[Fault, str] = {
    "contradicted": "The article says otherwise than the sentence.",
    "unverified": "The article does not say what the sentence says, or leaves it open.",
    "miscited": "A source that the sentence cites is missing or does not support it.",
}

# the SARIF rule for a file that cannot be read
UNREAD = "unread"


def reports_sarif(files: Sequence[CheckedFile | UnreadFile]) -> str:
    """Return reports as one SARIF log (JSON)."""
    rules: list[dict[str, Any]] = [
        {"id": verdict, "shortDescription": {"text": about}, "defaultConfiguration": {"level": LEVELS[verdict]}}
        for verdict, about in RULES.items()
    ]
    unread = {"text": "The summary or its article cannot be read."}
    rules.append({"id": UNREAD, "shortDescription": unread, "defaultConfiguration": {"level": "error"}})
    run = {
        "tool": {"driver": {"name": "summarise", "semanticVersion": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [result for file in files for result in _results_of(file)],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _results_of(file: CheckedFile | UnreadFile) -> Iterator[dict[str, Any]]:
    if isinstance(file, UnreadFile):
        yield {
            "ruleId": UNREAD,
            "ruleIndex": len(RULES),
            "level": "error",
            "message": {"text": _in_json(file.reason)},
            "locations": [_location(file.summary, None)],
            "partialFingerprints": {"file/v1": hashlib.sha256(file.summary.encode(errors="replace")).hexdigest()},
        }
        return
    lines = lines_of(file.report.facts.article)
    for sentence, region in file.regions():
        problem = problem_of(sentence, lines)
        if problem is not None:
            yield _result(file, sentence, region, problem, lines)


def _result(
    file: CheckedFile, sentence: CheckedSentence, region: Region | None, problem: Problem, lines: Lines
) -> dict[str, Any]:
    # In other formats than text, lines of the article differ from lines of the file.
    as_file = file.report.facts.article.format == "text"
    places = [
        _location(file.article, region_of(place, lines) if as_file else None, quotation(one_line(place.text)))
        for place in shown_evidence(sentence)
    ]
    own = [] if file.summary is None else [_location(file.summary, region)]
    words = f"{file.summary}\n{one_line(sentence.text)}"
    result: dict[str, Any] = {
        "ruleId": fault_of(sentence),
        "ruleIndex": list(RULES).index(fault_of(sentence)),
        "level": LEVELS[fault_of(sentence)],
        "message": {"text": _in_json(problem.message)},
        "locations": own or places[:1],
        "relatedLocations": [location | {"id": number} for number, location in enumerate(places, start=1)],
        # The fingerprint does not contain the position, so that it stays the same if lines move.
        "partialFingerprints": {"sentence/v1": hashlib.sha256(words.encode()).hexdigest()},
        "properties": {"support": round(sentence.support, 3), "probability": round(sentence.probability, 3)},
    }
    if sentence.accepted is not None:
        result["suppressions"] = [{"kind": "external", "justification": _in_json(one_line(sentence.accepted))}]
    return result


def _location(name: str, region: Region | None, text: str | None = None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(name)}}
    if region is not None:
        physical["region"] = {
            "startLine": region.line,
            "startColumn": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        }
    message = {} if text is None else {"message": {"text": _in_json(text)}}
    return {"physicalLocation": physical, **message}


def _uri(name: str) -> str:
    if urlsplit(name).scheme in ("http", "https"):
        return name
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _in_json(text: str) -> str:
    return named(text).encode(errors="replace").decode()
