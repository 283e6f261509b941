"""Writes reports for continuous integration: compiler-style lines, GitHub annotations, JUnit XML and SARIF.

JUnit XML follows Jenkins's schema: each sentence is a test case. Test case names are numbered, because some programs
merge equal names.

SARIF 2.1.0 (OASIS): each unsupported sentence is a result; accepted sentences are suppressed results. Results point
into the summary's file, or else into the article.
"""

import hashlib
import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from summarise.data import Article, CheckedSentence, Quote, Report, Span
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
        """Return each sentence with its region in the summary's file, or None if it is not found."""
        sentences = self.report.sentences
        lines = Lines(Article(text=self.text))
        text = blanked([mark for sentence in sentences for mark in sentence.citations], self.text)
        spans = sentence_spans(text, [sentence.text for sentence in sentences])
        regions = [None if span is None else region_of(span, lines) for span in spans]
        return list(zip(sentences, regions, strict=True))


def region_of(span: Span, lines: Lines) -> Region:
    """Return the lines and columns of a span."""
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
    """Find sentences, in order, in a text. Returns their spans, None for a sentence that is not found.

    White space may differ.
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


class Rule(NamedTuple):
    """A kind of problem (a rule in SARIF). `level`: "error" or "warning". `about`: its description."""

    level: str
    about: str


RULES: dict[Fault | Literal["unread"], Rule] = {
    "contradicted": Rule("error", "The article contradicts the sentence."),
    "unverified": Rule("warning", "The article does not support the sentence."),
    "miscited": Rule("warning", "A source that the sentence cites is missing or does not support it."),
    "unread": Rule("error", "The summary or its article cannot be read."),
}


class Problem(NamedTuple):
    """A sentence that is not supported or is cited wrongly, with texts about it.

    `wrong`: its errors and wrong citations; without errors, the reason for the verdict. `summary`: the quoted sentence.
    `places`: positions in the article with the quoted evidence. `verdict`: "unverified, probability 0.31, the model's
    words".
    """

    sentence: CheckedSentence
    region: Region | None
    wrong: list[str]
    summary: str
    places: list[str]
    verdict: str

    @property
    def fault(self) -> Fault:
        """The kind of problem: "contradicted", "unverified" or "miscited"."""
        return fault_of(self.sentence)

    @property
    def message(self) -> str:
        """The errors, the sentence and the evidence, each on a line."""
        return "\n".join([*self.wrong, self.summary, *self.places])


def problem_of(sentence: CheckedSentence, lines: Lines, region: Region | None = None) -> Problem | None:
    """Return the problem of a sentence, even of an accepted one; None if it is supported and well cited."""
    if sentence.verdict == "supported" and sentence.well_cited:
        return None
    errors = [str(error) for error in finding_texts(sentence, "error", lines)]
    return Problem(
        sentence,
        region,
        [*(errors or filter(None, (reason(sentence),))), *citation_faults(sentence)],
        f"summary: {quotation(' '.join(sentence.text.split()))}",
        [f"{lines.place(place)}: {quotation(' '.join(place.text.split()))}" for place in shown_evidence(sentence)],
        f"{sentence.verdict}, probability {sentence.probability:.2f}, {whose(sentence)}",
    )


def problems_in(file: CheckedFile, *, accepted: bool = False) -> list[Problem]:
    """Return the problems in a file; with `accepted`, also those of accepted sentences."""
    lines = Lines(file.report.facts.article)
    found = (problem_of(sentence, lines, region) for sentence, region in file.regions())
    return [problem for problem in found if problem and (accepted or problem.sentence.accepted is None)]


def problem_lines(files: Sequence[CheckedFile | UnreadFile]) -> list[str]:
    """Return "FILE:LINE:COLUMN: VERDICT: PROBLEM" for each sentence that did not pass, and lines for unread files."""
    return [named(one_line(line)) for file in files for line in _problem_lines(file)]


def _problem_lines(file: CheckedFile | UnreadFile) -> Iterator[str]:
    if isinstance(file, UnreadFile):
        yield f"{file.summary}: error: {file.reason}"
        return
    for problem in problems_in(file):
        where = ":".join(map(str, [file.summary or file.article, *(problem.region or ())[:2]]))
        yield f"{where}: {problem.fault}: {'; '.join([*problem.wrong, problem.summary])}"


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
    if not failed:
        return f"### {unread} of {len(files)} summaries not read" if unread else "### All summaries supported"
    return f"### {failed} of {len(files)} summaries not supported" + (f", {unread} not read" if unread else "")


def _row(file: CheckedFile | UnreadFile) -> str:
    if isinstance(file, UnreadFile):
        return f"| {escaped(file.summary)} | not read | {escaped(file.reason)} |"
    return f"| {escaped(file.summary or file.article)} | {file.report.verdict} | {counted(file.report)} |"


def _commands(file: CheckedFile | UnreadFile) -> Iterator[str]:
    if isinstance(file, UnreadFile):
        yield f"::error file={_property(file.summary)},title=not read::{_data(file.reason)}"
        return
    for problem in problems_in(file):
        properties = _command_properties(file, problem.region) | {"title": problem.verdict}
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        yield f"::{RULES[problem.fault].level} {listed}::{_data(problem.message)}"


def _command_properties(file: CheckedFile, region: Region | None) -> dict[str, str]:
    if file.summary is None:
        return {}
    if region is None:
        return {"file": file.summary}
    properties = {"file": file.summary, "line": str(region.line), "endLine": str(region.end_line)}
    if region.line == region.end_line:
        properties |= {"col": str(region.column), "endColumn": str(region.end_column)}
    return properties


def _summary_lines(file: CheckedFile) -> Iterator[str]:
    for problem in problems_in(file):
        where = escaped(file.summary or file.article) + (f", line {problem.region.line}" if problem.region else "")
        why = escaped("; ".join([*problem.wrong, *problem.places]))
        yield f"- **{problem.fault}**, {where}: {escaped(quotation(problem.sentence.text))}. {why}"


def _data(text: str) -> str:
    clean = "\n".join(CONTROL.sub("", line) for line in named(text).split("\n"))
    # Escape the percent sign first, because the other escapes contain it.
    return clean.replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# maximum number of a sentence's characters in the name of its test case
NAMED = 80


def reports_junit(files: Sequence[CheckedFile | UnreadFile], *, name: str) -> str:
    """Return a JUnit document with a suite for each file. An unread file is a suite with one failed test case.

    Characters that XML does not allow become U+FFFD.
    """
    root = ElementTree.Element("testsuites", _counts(files, name))
    for file in files:
        suite_name = file.summary or file.article
        suite = ElementTree.SubElement(root, "testsuite", {**_counts([file], suite_name), "skipped": "0"})
        if isinstance(file, UnreadFile):
            _add_unread(suite, file, suite_name)
        else:
            _add_report(suite, file.report, suite_name)
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
    lines = Lines(report.facts.article)
    for number, sentence in enumerate(report.sentences, start=1):
        short = textwrap.shorten(sentence.text, NAMED, placeholder=" …")
        # Sentences are not timed, but some readers require a time.
        case = _attributes(name=f"{number}. {short}", classname=name, time="0")
        _add_results(ElementTree.SubElement(suite, "testcase", case), sentence, lines)
    output = [*disagreement_texts(report, lines), coverage_text(report, width=10_000), run_line(report)]
    _add(suite, "system-out", "\n".join(filter(None, output)))
    if warnings := shortfalls(report):
        _add(suite, "system-err", "\n".join(warnings))


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


def _add_results(case: ElementTree.Element, sentence: CheckedSentence, lines: Lines) -> None:
    weak = weakness(sentence)
    output = [f"{weak}, probability {sentence.probability:.2f}"] if weak else []
    output += map(str, finding_texts(sentence, "note", lines))
    output += citation_texts(sentence) if sentence.well_cited else []
    if (problem := problem_of(sentence, lines)) is not None:
        if (accepted := acceptance(sentence)) is not None:
            output = [accepted, problem.message, problem.verdict, *output]
        else:
            failure = _add(case, "failure", f"{problem.message}\n{problem.verdict}")
            failure.attrib.update(_attributes(type=problem.fault, message="; ".join(problem.wrong)))
    if output:
        _add(case, "system-out", "\n".join(output))


def _add(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag)
    element.text = _in_xml(text)
    return element


def _attributes(**values: str) -> dict[str, str]:
    return {name: _in_xml(value) for name, value in values.items()}


def _in_xml(text: str) -> str:
    return UNWRITABLE.sub("\ufffd", named(text))


SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def reports_sarif(files: Sequence[CheckedFile | UnreadFile]) -> str:
    """Return reports as one SARIF log (JSON)."""
    rules = [
        {"id": name, "shortDescription": {"text": rule.about}, "defaultConfiguration": {"level": rule.level}}
        for name, rule in RULES.items()
    ]
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
            **_rule("unread"),
            "message": {"text": _in_json(file.reason)},
            "locations": [_location(file.summary, None)],
            "partialFingerprints": {"file/v1": hashlib.sha256(file.summary.encode(errors="replace")).hexdigest()},
        }
        return
    lines = Lines(file.report.facts.article)
    for problem in problems_in(file, accepted=True):
        yield _result(file, problem, lines)


def _rule(name: Fault | Literal["unread"]) -> dict[str, Any]:
    return {"ruleId": name, "ruleIndex": list(RULES).index(name), "level": RULES[name].level}


def _result(file: CheckedFile, problem: Problem, lines: Lines) -> dict[str, Any]:
    sentence = problem.sentence
    # In other formats than text, lines of the article differ from lines of the file.
    as_file = file.report.facts.article.format == "text"
    places = [
        _location(file.article, region_of(place, lines) if as_file else None, quotation(one_line(place.text)))
        for place in shown_evidence(sentence)
    ]
    own = [] if file.summary is None else [_location(file.summary, problem.region)]
    words = f"{file.summary}\n{one_line(sentence.text)}"
    result: dict[str, Any] = {
        **_rule(problem.fault),
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
        names = ("startLine", "startColumn", "endLine", "endColumn")
        physical["region"] = dict(zip(names, region, strict=True))
    message = {} if text is None else {"message": {"text": _in_json(text)}}
    return {"physicalLocation": physical, **message}


def _uri(name: str) -> str:
    if urlsplit(name).scheme in ("http", "https"):
        return name
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _in_json(text: str) -> str:
    return named(text).encode(errors="replace").decode()
