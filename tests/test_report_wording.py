"""Findings in words, the same in all views."""

import pytest
from findings import found
from hypothesis import given
from hypothesis import strategies as st

from summarise.data import Evidence, FindingCode
from summarise.report.places import Lines
from summarise.report.wording import told

CLAIM = "In six towns Ann Roe did not sell 14 pink boats: “All are gone,” said Ann Roe."
SOURCE = "It took seven years.\nLee Orr sold\nthe boats in 140 towns. Of 14 she knew: “Some are gone,” said Lee Orr."
HELD = "It took seven years."
SOLD = "Lee Orr sold\nthe boats in 140 towns."


@pytest.mark.parametrize(
    ("code", "words", "article", "line"),
    [
        ("figure", "six", "seven years", "figure: summary says “six” / article says “seven years”, line 1"),
        ("figure", "six", None, "figure: summary says “six” / article does not have it"),
        ("figure", "14", None, "figure: summary says “14” / article does not say so"),
        ("money", "14", "140", "money: summary says “14” / article says “140”, line 3"),
        ("name", "Ann Roe", "Lee Orr", "name: summary says “Ann Roe” / article says “Lee Orr”, line 2"),
        ("negation", "not", SOLD,
         "negation: summary says “not” / article says “Lee Orr sold the boats in 140 towns.”, lines 2-3"),
        ("negation", CLAIM, HELD, "negation: article says “It took seven years.”, line 1"),
        ("quotation", "All are gone", "Some are gone",
         "quotation: summary says “All are gone” / article says “Some are gone”, line 3"),
        ("speaker", "Ann Roe", "“Some are gone,” said Lee Orr.",
         "speaker: summary says “Ann Roe” / article says ‘“Some are gone,” said Lee Orr.’, line 3"),
        ("entailment", "pink", None, "entailment: summary says “pink” / article does not seem to say so"),
        ("entailment", CLAIM, None, "entailment: article does not seem to say so"),
        ("judged", CLAIM, "seven\nyears", "judged: the judge points to “seven years”, line 1"),
        ("judged", CLAIM, None, "judged: article does not say so"),
        ("other", "pink", None, "other: summary says “pink” / article does not have it"),
        ("other", CLAIM, None, "other: article does not say so"),
    ],
)  # fmt: skip
def test_a_finding_is_told_in_words(code: FindingCode, words: str, article: str | None, line: str) -> None:
    """The whole sentence is not quoted again."""
    finding = found(code, words, article, sentence=CLAIM, source=SOURCE)
    assert str(told(finding, CLAIM, Lines(SOURCE))) == line


def test_a_note_says_why_a_value_is_no_error() -> None:
    """The article has it elsewhere, or it can be computed."""
    note = found("figure", "six", "seven years", sentence=CLAIM, source=SOURCE, severity="note")
    place = Evidence(start=21, end=21 + len(SOLD), text=SOLD)
    elsewhere = note.model_copy(update={"reason": "elsewhere", "elsewhere": place})
    assert str(told(elsewhere, CLAIM, Lines(SOURCE))) == (
        "figure: summary says “six” / article has it elsewhere (“Lee Orr sold the boats in 140 towns.”, lines 2-3); "
        "here it has “seven years”, line 1"
    )
    computed = note.model_copy(update={"article": None, "reason": "computed", "computation": "8 − 2 = 6"})
    assert str(told(computed, CLAIM, Lines(SOURCE))) == "figure: summary says “six” / computed: 8 − 2 = 6"


def test_without_the_article_no_line_is_told_and_nothing_is_said_to_be_missing_in_it() -> None:
    """A compared run may lack the article's text."""
    assert str(told(found("figure", "six", "seven"), CLAIM, None)) == (
        "figure: summary says “six” / article says “seven”"
    )
    assert str(told(found("figure", "six"), CLAIM, None)) == "figure: summary says “six” / article does not say so"


def test_a_finding_points_to_evidence_that_is_shown() -> None:
    """Evidence beside it is not quoted again."""
    place = Evidence(start=0, end=len(HELD), text=HELD)
    error, judged = (found(code, "six", HELD, source=SOURCE) for code in ("figure", "judged"))
    assert str(told(error, CLAIM, Lines(SOURCE), (place,))) == "figure: summary says “six” / article: see line 1"
    assert str(told(judged, CLAIM, Lines(SOURCE), (place,))) == "judged: the judge points to line 1"
    assert str(told(error, CLAIM, None, (place,))).endswith("article says “It took seven years.”")


@given(st.text("ab .“”|\n\x1b", min_size=1), st.text("ab .“”|\n", min_size=1), st.sampled_from(["name", "judged"]))
def test_what_is_quoted_is_what_the_finding_points_to(words: str, article: str, code: FindingCode) -> None:
    """Quotations are one line without terminal control characters."""
    summary, against = told(found(code, words, article), CLAIM, Lines(article))[1:]
    assert against.quoted == " ".join(article.split())
    assert (summary is None) == (code == "judged")
    assert summary is None or summary.quoted == " ".join(words.replace("\x1b", "").split())
