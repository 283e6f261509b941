"""Reports as JUnit XML: well-formed for any text, with everything that its readers need."""

import re
from xml.etree import ElementTree

import pytest
from findings import found, report_of, sentence
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, FALSE, VEHICLES

from summarise import Report, check
from summarise.data import Evidence
from summarise.report.junit import NAMED, report_junit
from summarise.report.text import named, writable
from summarise.report.wording import quotation

ODD = "ab<>&\"']]>-\n\r\t\x00\x08\x1b\x85\u202e\ufffe\uffff😀“é "
TEXTS = st.lists(st.sampled_from(ODD) | st.characters(), max_size=50).map("".join)
SUITE = ["name", "tests", "failures", "errors", "skipped", "time"]


def parsed(report: Report, name: str = "article.txt") -> ElementTree.Element:
    root = ElementTree.fromstring(report_junit(report, name=name))
    assert root.tag == "testsuites"
    (suite,) = root
    assert {key: value for key, value in suite.attrib.items() if key != "skipped"} == root.attrib
    return suite


def shown(text: str) -> str:
    """Return a text as the document can represent it."""
    return writable(named(text))


@pytest.fixture(scope="module")
def suite() -> ElementTree.Element:
    return parsed(check(f"{VEHICLES} {FALSE} The mayor has resigned over the whole affair.", BRIDGE))


def test_a_sentence_is_a_test_case(suite: ElementTree.Element) -> None:
    """The name is the sentence's number and text, the class the caller's name; a supported sentence passes."""
    cases = suite.findall("testcase")
    assert cases[0].get("name") == f"1. {VEHICLES}"
    assert cases[1].get("name", "").startswith("2. The Harbour Bridge in Brelmouth was closed on Friday")
    assert all(len(case.get("name", "")) <= NAMED + 4 for case in cases)
    assert {case.get("classname") for case in cases} == {suite.get("name")} == {"article.txt"}
    assert [case.find("failure") is not None for case in cases] == [False, True, True]


def test_what_is_not_supported_fails(suite: ElementTree.Element) -> None:
    """The failure has the verdict as its type, the findings as its message, and the evidence in its text."""
    contradicted, unverified = suite.findall("testcase/failure")
    assert contradicted.get("type") == "contradicted"
    figure = "figure: summary says “20” / article says “12”, line 5"
    assert figure in contradicted.get("message", "").split("; ")
    lines = (contradicted.text or "").splitlines()
    assert figure in lines
    assert f"summary: “{FALSE}”" in lines
    assert any(line.startswith("line 5: “The Harbour Bridge in Brelmouth was closed on Monday") for line in lines)
    assert re.fullmatch(r"contradicted, probability 0\.\d\d, as handed in", lines[-1])
    assert unverified.get("type") == "unverified"


def test_too_little_support_fails_in_words() -> None:
    """The message explains low support without findings."""
    failure = parsed(report_of(sentence(verdict="unverified"))).find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "nothing contradicts it, but too little of it is in the article"


def test_notes_do_not_fail() -> None:
    """Notes are printed in `system-out`."""
    note = found("figure", "two", severity="note", sentence="The two left.")
    (case,) = parsed(report_of(sentence("The two left.", findings=(note,)))).findall("testcase")
    assert [child.tag for child in case] == ["system-out"]
    assert case.findtext("system-out") == "figure: summary says “two” / article does not say so"


def test_a_suite_counts_and_tells_of_the_run() -> None:
    """The suite has counts and the time; its properties have the measures, version and models."""
    suite = parsed(report_of(sentence(), sentence(verdict="unverified"), key_facts=4))
    assert [suite.get(key) for key in SUITE] == ["article.txt", "2", "1", "0", "0", "1.500"]
    assert {one.get("name"): one.get("value") for one in suite.iterfind("properties/property")} == {
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
    assert (suite.findtext("system-out") or "").startswith("covers 4 of 4 key facts\n1 of 2 sentences supported")
    assert [child.tag for child in suite] == ["properties", "testcase", "testcase", "system-out"]


def test_the_elements_and_attributes_are_those_that_all_readers_know(suite: ElementTree.Element) -> None:
    """Strict readers refuse any others."""
    known = {
        "testsuite": set(SUITE),
        "properties": set(),
        "property": {"name", "value"},
        "testcase": {"name", "classname", "time"},
        "failure": {"type", "message"},
        "system-out": set(),
    }
    assert all(set(element.attrib) == known[element.tag] for element in suite.iter())


@given(TEXTS, TEXTS, TEXTS)
def test_any_text_survives(text: str, article: str, name: str) -> None:
    """Characters that XML cannot represent are replaced, and whitespace is collapsed."""
    place = Evidence(start=0, end=len(article) + 1, text=f"{article}x")
    findings = (
        found("date", text or "x", place.text, sentence=text),
        found("name", text or "x", severity="note", sentence=text),
    )
    one = sentence(text, "contradicted", findings=findings, evidence=(place,))
    suite = parsed(report_of(one, text=place.text), name)
    failure = suite.findtext("testcase/failure") or ""
    assert f"summary: {quotation(shown(' '.join(text.split())))}" in failure
    assert f": {quotation(shown(' '.join(place.text.split())))}" in failure
    assert suite.get("name") == shown(name)
