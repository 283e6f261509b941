"""Checked summaries as JUnit XML, with a test case for each sentence.

Only elements and attributes of Jenkins's schema are written. Failures repeat their message, because some readers show
only one; names have numbers, because some readers merge equal names.
"""

import textwrap
from collections.abc import Sequence
from xml.etree import ElementTree

from summarise.data import CheckedSentence, Report
from summarise.report.annotations import UnreadFile, problem_of
from summarise.report.places import Lines, lines_of
from summarise.report.text import coverage_text, named, run_line, shortfalls, writable
from summarise.report.wording import acceptance, findings_told, weakness

# Characters of a sentence in its test case's name.
NAMED = 80


def report_junit(report: Report, *, name: str) -> str:
    """Return a report as XML for UTF-8, with U+FFFD for characters that XML does not allow."""
    return reports_junit([(report, name)], name=name)


def reports_junit(reports: Sequence[tuple[Report | UnreadFile, str]], *, name: str) -> str:
    """Return named reports as one document. An unread file is a failed test case."""
    root = ElementTree.Element("testsuites", _counts([report for report, _ in reports], name))
    for report, called in reports:
        if isinstance(report, UnreadFile):
            _add_unread(root, report, called)
        else:
            _add_suite(root, report, called)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _counts(reports: Sequence[Report | UnreadFile], name: str) -> dict[str, str]:
    checked = [report for report in reports if isinstance(report, Report)]
    unread = len(reports) - len(checked)
    sentences = [sentence for report in checked for sentence in report.sentences]
    return _attributes(
        name=name,
        tests=str(len(sentences) + unread),
        failures=str(sum(not sentence.passed for sentence in sentences) + unread),
        errors="0",
        time=f"{sum(report.run.seconds for report in checked):.3f}",
    )


def _add_unread(root: ElementTree.Element, file: UnreadFile, name: str) -> None:
    suite = ElementTree.SubElement(root, "testsuite", {**_counts([file], name), "skipped": "0"})
    case = ElementTree.SubElement(suite, "testcase", _attributes(name="1. not read", classname=name, time="0"))
    failure = _add(case, "failure", f"{file.reason}\narticle: {file.article}")
    failure.attrib.update(_attributes(type="unread", message=file.reason))


def _add_suite(root: ElementTree.Element, report: Report, name: str) -> None:
    suite = ElementTree.SubElement(root, "testsuite", {**_counts([report], name), "skipped": "0"})
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in _properties(report).items():
        ElementTree.SubElement(properties, "property", _attributes(name=key, value=value))
    lines = lines_of(report.facts.article)
    for number, sentence in enumerate(report.sentences, start=1):
        short = textwrap.shorten(sentence.text, NAMED, placeholder=" …")
        # Sentences are not timed, but some readers require a time.
        case = _attributes(name=f"{number}. {short}", classname=name, time="0")
        _tell(ElementTree.SubElement(suite, "testcase", case), sentence, lines)
    _add(suite, "system-out", "\n".join(filter(None, (coverage_text(report, width=10_000), run_line(report)))))
    if told := shortfalls(report):
        _add(suite, "system-err", "\n".join(told))


def _properties(report: Report) -> dict[str, str]:
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
    """Add errors as a failure; notes and accepted errors as output."""
    weak = weakness(sentence)
    printed = [f"{weak}, probability {sentence.probability:.2f}"] if weak else []
    printed += map(str, findings_told(sentence, "note", lines))
    if (problem := problem_of(sentence, lines)) is not None:
        if (accepted := acceptance(sentence)) is not None:
            printed = [accepted, *problem.lines, *printed]
        else:
            failure = _add(case, "failure", "\n".join(problem.lines))
            failure.attrib.update(_attributes(type=sentence.verdict, message="; ".join(problem.wrong)))
    if printed:
        _add(case, "system-out", "\n".join(printed))


def _add(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag)
    element.text = _shown(text)
    return element


def _attributes(**values: str) -> dict[str, str]:
    return {name: _shown(value) for name, value in values.items()}


def _shown(text: str) -> str:
    return writable(named(text))
