"""Reports for continuous integration: GitHub's annotations, JUnit XML, SARIF, and the places of sentences in a file."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from findings import found, report_of, sentence
from hypothesis import example, given
from hypothesis import strategies as st
from invented import BRIDGE, FALSE, VEHICLES
from markdown_it import MarkdownIt
from pages import HOSTILE
from verdicts import SETTINGS
from views import results, suite

from summarise import Report, check
from summarise.data import Evidence
from summarise.report.annotations import CheckedFile, annotations, job_summary, sentence_spans
from summarise.report.text import named
from summarise.report.wording import quotation

COMMAND = re.compile(r"::(error|warning) ((?:\w+=[^,:]*)(?:,\w+=[^,:]*)*)::(.*)")
FIGURE = "figure: summary says “20” / article says “12”, line 5"
UNTOLD = "The mayor has resigned over the whole affair."
TEXTS = st.lists(
    st.sampled_from("ab<>&\"']]>-\n\r\t\x00\x08\x1b\x85\u202e\ufffe\uffff😀“é ") | st.characters(), max_size=50
).map("".join)
SUITE = ["name", "tests", "failures", "errors", "skipped", "time"]
ATTRIBUTES = {
    "testsuite": set(SUITE),
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type", "message"},
    "system-out": set(),
}
SENTENCES = st.lists(st.sampled_from(["They met.", "They met again.", "É 12 😀.", "He left; she did not."]), max_size=6)
BREAKS = st.lists(st.sampled_from([" ", "\n", "\r\n", "  ", "\n\n- ", "\t"]), min_size=40, max_size=40)


@pytest.fixture(scope="module")
def report() -> Report:
    """Return a report with one right and one wrong sentence."""
    return check(f"{VEHICLES} {FALSE}", BRIDGE)


@pytest.fixture(scope="module")
def cases() -> ElementTree.Element:
    return suite(check(f"{VEHICLES} {FALSE} {UNTOLD}", BRIDGE))


# GitHub


@given(st.text() | st.sampled_from(["\n::error::x", "%0A::add-mask::x", "::stop-commands::x\r::"]))
def test_no_text_starts_a_command_of_its_own(text: str) -> None:
    (line,) = annotations([CheckedFile(report_of(sentence(text, "unverified")), "a.txt", f"{text}.txt", text)])
    assert not re.search("[\r\n]", line)
    assert COMMAND.fullmatch(line) is not None


def test_a_job_summary_stays_below_the_limit_of_github() -> None:
    """Sentences beyond 200 are only counted; names and texts do not become markup."""
    file = CheckedFile(report_of(*[sentence("It <b>rained</b>.", "unverified")] * 207), "a.txt", "one|two.txt")
    html = MarkdownIt().enable("table").render(job_summary([file, CheckedFile(check(VEHICLES, BRIDGE), "a.txt")]))
    assert "1 of 2 summaries not supported" in html
    assert html.count("<tr>") == 3
    assert "one|two.txt" in html
    assert "<li>and 7 more</li>" in html
    assert "<b>" not in html


# JUnit


def test_a_sentence_is_a_test_case_and_fails_if_it_is_not_supported(cases: ElementTree.Element) -> None:
    first, second, third = cases.findall("testcase")
    assert first.get("name") == f"1. {VEHICLES}"
    assert second.get("name", "").startswith("2. The Harbour Bridge in Brelmouth was closed on Friday")
    assert all(len(case.get("name", "")) <= 84 for case in (first, second, third))
    assert {case.get("classname") for case in (first, second, third)} == {cases.get("name")} == {"article.txt"}
    contradicted, unverified = cases.findall("testcase/failure")
    assert first.find("failure") is None
    assert contradicted.get("type") == "contradicted"
    assert FIGURE in contradicted.get("message", "").split("; ")
    lines = (contradicted.text or "").splitlines()
    assert {FIGURE, f"summary: “{FALSE}”"} <= set(lines)
    assert any(line.startswith("line 5: “The Harbour Bridge in Brelmouth was closed on Monday") for line in lines)
    assert re.fullmatch(r"contradicted, probability 0\.\d\d, as given", lines[-1])
    assert unverified.get("type") == "unverified"
    assert {element.tag: set(element.attrib) for element in cases.iter()} == ATTRIBUTES, "what strict readers know"


def test_notes_do_not_fail() -> None:
    note = found("figure", "two", severity="note", sentence="The two left.")
    (case,) = suite(report_of(sentence("The two left.", findings=(note,)))).findall("testcase")
    assert [child.tag for child in case] == ["system-out"]
    assert case.findtext("system-out") == "figure: summary says “two” / article does not say so"


def test_a_suite_has_counts_measures_version_and_models() -> None:
    element = suite(report_of(sentence(), sentence(verdict="unverified"), key_facts=4))
    assert [element.get(key) for key in SUITE] == ["article.txt", "2", "1", "0", "0", "1.500"]
    assert {entry.get("name"): entry.get("value") for entry in element.iterfind("properties/property")} == {
        "verdict": "unverified",
        "support": "0.250",
        "probability": "0.250",
        "writer": "strong",
        "coverage": "1.000",
        "version": "1.2",
        "backend": "scripted:x",
        "model": "y",
        "judge": "scripted:j",
    }
    assert (element.findtext("system-out") or "").startswith("covers 4 of 4 key facts\n1 of 2 sentences supported")
    assert [child.tag for child in element] == ["properties", "testcase", "testcase", "system-out"]


@given(TEXTS, TEXTS, TEXTS)
@example("", "\x7f“", "")
def test_any_text_survives_in_xml(text: str, article: str, name: str) -> None:
    """Characters that XML cannot represent are replaced, and whitespace is collapsed."""

    def in_xml(words: str) -> str:
        lacking = r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
        return re.sub("[\x7f-\x9f]", "", re.sub(lacking, "\ufffd", named(words)))

    place = Evidence(start=0, end=len(article) + 1, text=f"{article}x")
    findings = (
        found("date", text or "x", place.text, sentence=text),
        found("name", text or "x", severity="note", sentence=text),
    )
    checked = sentence(text, "contradicted", findings=findings, evidence=(place,))
    element = suite(report_of(checked, text=place.text), name)
    failure = element.findtext("testcase/failure") or ""
    assert element.get("name") == in_xml(name)
    assert f"summary: {in_xml(quotation(' '.join(text.split())))}" in failure
    assert f": {in_xml(quotation(' '.join(place.text.split())))}" in failure


# SARIF


def test_an_unsupported_sentence_is_a_result_at_its_place(report: Report) -> None:
    """The location is the sentence in the summary's file, or its evidence in the article if there is no such file.

    With a file, the evidence is a related location. The fingerprint does not depend on the line.
    """
    (result,) = results(CheckedFile(report, "articles/a b.txt", "summaries/s.txt", f"{VEHICLES}\n{FALSE}\n"))
    assert (result["ruleId"], result["level"]) == ("contradicted", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "summaries/s.txt"
    assert place["region"] == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": len(FALSE) + 1}
    related = result["relatedLocations"][0]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "articles/a%20b.txt"
    assert related["physicalLocation"]["region"]["startLine"] == 5
    assert "12 of its 30 cables" in related["message"]["text"]
    assert "summary says “20”" in result["message"]["text"]
    texts = (FALSE, f"{VEHICLES}\n\n{FALSE}")
    first, moved = (results(CheckedFile(report, "a.txt", "s.txt", text))[0] for text in texts)
    assert first["locations"] != moved["locations"]
    assert first["partialFingerprints"] == moved["partialFingerprints"]
    (result,) = results(CheckedFile(report, "article.txt"))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "article.txt"
    accepted = [one.model_copy(update={"accepted": "The editor knows."}) for one in report.sentences]
    (result,) = results(CheckedFile(report.model_copy(update={"sentences": tuple(accepted)}), "a.txt", "s.txt", FALSE))
    assert result["suppressions"] == [{"kind": "external", "justification": "The editor knows."}]


def test_a_log_is_valid_whatever_an_article_holds() -> None:
    """The article has control characters and lone surrogates. A supported summary has no results."""
    text = "The \u202epier was closed on Friday <script>."
    result, *_ = results(CheckedFile(check(text, HOSTILE, settings=SETTINGS), "a.txt", "s.txt", text))
    assert "\u202e" not in result["message"]["text"]
    assert results(CheckedFile(check(VEHICLES, BRIDGE), "a.txt", "s.txt", VEHICLES)) == []


# places in the summary's file


@given(SENTENCES, BREAKS)
def test_a_sentence_is_found_however_lines_are_broken(sentences: list[str], breaks: list[str]) -> None:
    """The spans are in the order of the sentences."""
    text = "".join(
        gap + (" \n" if place % 2 else " ").join(sentence.split())
        for place, (gap, sentence) in enumerate(zip(breaks, sentences, strict=False))
    )
    spans = sentence_spans(text, sentences)
    assert all(span is not None for span in spans)
    assert [" ".join(text[span.start : span.end].split()) for span in spans if span] == sentences
    assert all(one.end <= other.start for one, other in pairwise(spans) if one and other)


def test_a_sentence_that_is_not_there_has_no_place() -> None:
    """Later sentences are still found."""
    first, missing, last = sentence_spans("One met. Two left.", ["One met.", "Nobody.", "Two left."])
    assert first is not None
    assert missing is None
    assert last is not None
    assert last.start == 9


def test_lines_and_columns_are_those_of_an_editor() -> None:
    """They count code points from 1; the end column is exclusive."""
    before, after = FALSE.split(" after ")
    text = f"😀 {VEHICLES}\r\n\r\n  {before}\nafter {after}\n"
    report = check(f"{VEHICLES} {FALSE}", BRIDGE)
    (_, first), (_, second) = CheckedFile(report, "a.txt", "s.txt", text).regions()
    assert first == (1, 3, 1, 3 + len(VEHICLES))
    assert second is not None
    assert second[:3] == (3, 3, 4)
    assert second.end_column == len(f"after {after}") + 1
