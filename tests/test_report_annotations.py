"""Reports for continuous integration: GitHub annotations and job summaries, JUnit XML and SARIF, safe for any text."""

import re
from xml.etree import ElementTree

import pytest
from findings import found, report_of, sentence
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, FALSE, VEHICLES
from markdown_it import MarkdownIt
from pages import HOSTILE
from views import CheckedFile, Evidence, annotations, job_summary, named, quotation, results, shown, suite

from summarise import Report, check

COMMAND = re.compile(r"::(error|warning) ((?:\w+=[^,:]*)(?:,\w+=[^,:]*)*)::(.*)")
FIGURE = "figure: summary says “20” / article says “12”, line 5"
UNTOLD = "The mayor has resigned over the whole affair."
TEXTS = st.lists(
    st.sampled_from("ab<>&\"']]>-\n\r\t\x00\x08\x1b\x85\u202e\ufffe\uffff😀“é ") | st.characters(), max_size=50
).map("".join)
SUITE = ["name", "tests", "failures", "errors", "skipped", "time"]


@pytest.fixture(scope="module")
def report() -> Report:
    """Return a report with one right and one wrong sentence."""
    return check(f"{VEHICLES} {FALSE}", BRIDGE)


@pytest.fixture(scope="module")
def cases() -> ElementTree.Element:
    return suite(check(f"{VEHICLES} {FALSE} {UNTOLD}", BRIDGE))


# GitHub


def test_an_annotation_is_at_the_sentences_line(report: Report) -> None:
    """It has the finding and the article's words; supported sentences have no annotation."""
    (line,) = annotations([CheckedFile(report, "a.txt", "s, 1.txt", f"{VEHICLES}\n{FALSE}\n")])
    command = COMMAND.fullmatch(line)
    assert command is not None
    kind, properties, message = command.groups()
    assert kind == "error"
    assert "file=s%2C 1.txt,line=2,endLine=2,col=1," in properties
    assert "summary says “20”" in message
    assert "%0Asummary: “The Harbour Bridge" in message


@given(st.text() | st.sampled_from(["\n::error::x", "%0A::add-mask::x", "::stop-commands::x\r::"]))
def test_no_text_starts_a_command_of_its_own(text: str) -> None:
    (line,) = annotations([CheckedFile(report_of(sentence(text, "unverified")), "a.txt", f"{text}.txt", text)])
    assert not re.search("[\r\n]", line)
    assert COMMAND.fullmatch(line) is not None


def test_a_job_summary_has_a_row_for_each_file_and_a_line_for_each_sentence(report: Report) -> None:
    files = [CheckedFile(report, "a.txt", "one|two.txt", FALSE), CheckedFile(check(VEHICLES, BRIDGE), "a.txt", "s.txt")]
    html = MarkdownIt().enable("table").render(job_summary(files))
    assert "1 of 2 summaries not supported" in html
    assert html.count("<tr>") == 3
    assert "<strong>contradicted</strong>" in html
    assert "one|two.txt" in html


def test_a_job_summary_stays_below_the_limit_of_github() -> None:
    """Sentences beyond 200 are only counted."""
    text = job_summary([CheckedFile(report_of(*[sentence("It <b>rained</b>.", "unverified")] * 207), "a.txt")])
    assert "- and 7 more" in text
    assert "<b>" not in MarkdownIt().render(text)


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
    assert re.fullmatch(r"contradicted, probability 0\.\d\d, as handed in", lines[-1])
    assert unverified.get("type") == "unverified"


def test_too_little_support_is_the_message_of_a_failure_without_findings() -> None:
    failure = suite(report_of(sentence(verdict="unverified"))).find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "nothing contradicts it, but too little of it is in the article"


def test_notes_do_not_fail() -> None:
    note = found("figure", "two", severity="note", sentence="The two left.")
    (case,) = suite(report_of(sentence("The two left.", findings=(note,)))).findall("testcase")
    assert [child.tag for child in case] == ["system-out"]
    assert case.findtext("system-out") == "figure: summary says “two” / article does not say so"


def test_a_suite_has_counts_measures_version_and_models() -> None:
    element = suite(report_of(sentence(), sentence(verdict="unverified"), key_facts=4))
    assert [element.get(key) for key in SUITE] == ["article.txt", "2", "1", "0", "0", "1.500"]
    assert {one.get("name"): one.get("value") for one in element.iterfind("properties/property")} == {
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


def test_only_elements_and_attributes_that_strict_readers_know_are_written(cases: ElementTree.Element) -> None:
    known = {
        "testsuite": set(SUITE),
        "properties": set(),
        "property": {"name", "value"},
        "testcase": {"name", "classname", "time"},
        "failure": {"type", "message"},
        "system-out": set(),
    }
    assert all(set(element.attrib) == known[element.tag] for element in cases.iter())


@given(TEXTS, TEXTS, TEXTS)
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
    one = sentence(text, "contradicted", findings=findings, evidence=(place,))
    element = suite(report_of(one, text=place.text), name)
    failure = element.findtext("testcase/failure") or ""
    assert element.get("name") == in_xml(name)
    assert f"summary: {quotation(in_xml(' '.join(text.split())))}" in failure
    assert f": {quotation(in_xml(' '.join(place.text.split())))}" in failure


# SARIF


def test_an_unsupported_sentence_is_a_result_at_its_place(report: Report) -> None:
    """Its region in the summary; the evidence in the article is a related location."""
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


def test_a_sentence_in_no_file_is_located_in_the_article(report: Report) -> None:
    (result,) = results(CheckedFile(report, "article.txt"))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "article.txt"


def test_an_accepted_sentence_is_a_suppressed_result(report: Report) -> None:
    sentences = tuple(one.model_copy(update={"accepted": "The editor knows."}) for one in report.sentences)
    accepted = report.model_copy(update={"sentences": sentences})
    (result,) = results(CheckedFile(accepted, "a.txt", "s.txt", FALSE))
    assert result["suppressions"] == [{"kind": "external", "justification": "The editor knows."}]


def test_a_result_keeps_its_fingerprint_when_its_line_has_moved(report: Report) -> None:
    one, other = (results(CheckedFile(report, "a.txt", "s.txt", text))[0] for text in (FALSE, f"{VEHICLES}\n\n{FALSE}"))
    assert one["locations"] != other["locations"]
    assert one["partialFingerprints"] == other["partialFingerprints"]


def test_a_log_is_valid_whatever_an_article_holds() -> None:
    """Also with control characters and lone surrogates; a supported summary has no results."""
    text = "The \u202epier was closed on Friday <script>."
    result, *_ = results(CheckedFile(check(text, HOSTILE), "a.txt", "s.txt", text))
    assert "\u202e" not in result["message"]["text"]
    assert results(CheckedFile(check(VEHICLES, BRIDGE), "a.txt", "s.txt", VEHICLES)) == []


@pytest.mark.parametrize("shape", ["junit", "markdown", "sarif", "github", "explain", "text", "json"])
def test_no_format_ends_with_a_blank_line(shape: str, report: Report) -> None:
    assert not shown(report, shape).endswith("\n")  # type: ignore[arg-type]
