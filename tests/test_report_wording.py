"""Findings and places in words, the same in all views; quotations are words of the sentence or of the article."""

import html
import re
from pathlib import Path

import pytest
from findings import found
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, FALSE
from pages import having, tree, words

from summarise import Article, Report, check, extract_facts
from summarise.data import Evidence, FindingCode, PageSpan, Span
from summarise.report.formats import shaped
from summarise.report.wording import Lines, finding_text

CLAIM = "In six towns Ann Roe did not sell 14 pink boats: “All are gone,” said Ann Roe."
SOURCE = "It took seven years.\nLee Orr sold\nthe boats in 140 towns. Of 14 she knew: “Some are gone,” said Lee Orr."
LINES = Lines(Article(text=SOURCE))
HELD = "It took seven years."
SOLD = "Lee Orr sold\nthe boats in 140 towns."


@pytest.mark.parametrize(
    ("code", "words", "article", "line"),
    [
        ("figure", "six", "seven years", "figure: summary says “six” / article says “seven years”, line 1"),
        ("figure", "six", None, "figure: summary says “six” / article does not have it"),
        ("figure", "14", None, "figure: summary says “14” / article does not say so"),
        ("figure", "4", None, "figure: summary says “4” / article does not have it"),
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
def test_a_finding_in_words(code: FindingCode, words: str, article: str | None, line: str) -> None:
    """The whole sentence is not quoted again."""
    finding = found(code, words, article, sentence=CLAIM, source=SOURCE)
    assert str(finding_text(finding, CLAIM, LINES)) == line


def test_a_note_says_why_a_value_is_no_error() -> None:
    """The article has it elsewhere, or it can be computed."""
    note = found("figure", "six", "seven years", sentence=CLAIM, source=SOURCE, severity="note")
    place = Evidence(start=21, end=21 + len(SOLD), text=SOLD)
    elsewhere = note.model_copy(update={"reason": "elsewhere", "elsewhere": place})
    assert str(finding_text(elsewhere, CLAIM, LINES)) == (
        "figure: summary says “six” / article has it elsewhere (“Lee Orr sold the boats in 140 towns.”, lines 2-3); "
        "here it has “seven years”, line 1"
    )
    computed = note.model_copy(update={"article": None, "reason": "computed", "computation": "8 − 2 = 6"})
    assert str(finding_text(computed, CLAIM, LINES)) == "figure: summary says “six” / computed: 8 − 2 = 6"


def test_a_finding_points_to_evidence_that_is_shown() -> None:
    """Evidence beside it is not quoted again."""
    place = Evidence(start=0, end=len(HELD), text=HELD)
    error, judged = (found(code, "six", HELD, source=SOURCE) for code in ("figure", "judged"))
    assert str(finding_text(error, CLAIM, LINES, (place,))) == "figure: summary says “six” / article: see line 1"
    assert str(finding_text(judged, CLAIM, LINES, (place,))) == "judged: the judge points to line 1"
    assert str(finding_text(error, CLAIM, None, (place,))).endswith("article says “It took seven years.”")
    lacking = str(finding_text(found("name", "Bob"), CLAIM, None))
    assert lacking.endswith("article does not say so"), "without the article nothing is missing in it"


@given(st.text("ab .“”|\n\x1b", min_size=1), st.text("ab .“”|\n", min_size=1), st.sampled_from(["name", "judged"]))
def test_the_quoted_words_are_those_of_the_finding(words: str, article: str, code: FindingCode) -> None:
    """Quotations are one line without terminal control characters."""
    summary, against = finding_text(found(code, words, article), CLAIM, Lines(Article(text=article)))[1:]
    assert against.quoted == " ".join(article.split())
    assert (summary is None) == (code == "judged")
    assert summary is None or summary.quoted == " ".join(words.replace("\x1b", "").split())


# places

TEXTS = st.text(st.sampled_from("ab \n\r\x0b\x0c\x85\u2028é😀"), max_size=40)


@given(TEXTS)
def test_lines_are_those_of_an_editor(text: str) -> None:
    """They end only at LF, CR LF and CR; a line break at the end of a span adds none."""
    found, offset = Lines(Article(text=text)), 0
    for number, line in enumerate(re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text), start=1):
        assert {found.of(place) for place in range(offset, offset + len(line))} == {number}
        assert not line.rstrip("\r\n") or line.rstrip("\r\n") == re.split(r"\r\n|\r|\n", text)[number - 1]
        offset += len(line)
    assert offset == len(text)
    assert Lines(Article(text="One.\nTwo\nthree.\n")).place(Span(start=5, end=15)) == "lines 2-3"


def test_places_of_a_document_are_its_pages() -> None:
    """A presentation has slides."""
    pages = (
        PageSpan(start=0, end=4, number=1),
        PageSpan(start=4, end=10, number=3),
        PageSpan(start=10, end=13, number=1),
    )
    article = Article(text="One.\nTwo\nNote", pages=pages, format="pdf")
    lines = Lines(article)
    assert [lines.place(Span(start=start, end=end)) for start, end in ((0, 4), (2, 6), (5, 8), (11, 12))] == [
        "page 1",
        "pages 1-3",
        "page 3",
        "page 1",
    ]
    assert Lines(article.model_copy(update={"format": "pptx"})).place(Span(start=0, end=3)) == "slide 1"
    assert Lines(Article(text="One.\nTwo")).place(Span(start=5, end=8)) == "line 2"


# quotations

SEEDS = Path(__file__).parent.parent / "seeds"
SLUGS = sorted(path.parent.name for path in SEEDS.glob("*/article.txt"))
# The owner of a quotation and its words, with or without quotation marks inside.
QUOTED = re.compile(r"(summary says|article says) (?:“([^“”]*)”|‘(“.*?)’(?=[,;\n]| /))")


def views(report: Report) -> list[str]:
    """Return all line-based views, without escapes."""
    text, explained = shaped(report, "text", name="x"), shaped(report, "explain", name="x", width=100_000)
    markdown = re.sub(r"\\(.)", r"\1", shaped(report, "markdown", name="x"))
    return [text, explained, markdown, html.unescape(shaped(report, "junit", name="x"))]


def whole(text: str) -> str:
    return " ".join(text.split())


def quoted(report: Report) -> list[tuple[str, str]]:
    """Return ("summary says" or "article says", words) for each quotation in the views of a one-sentence report."""
    found = [(whose, plain or nested) for view in views(report) for whose, plain, nested in QUOTED.findall(view + "\n")]
    for item in having(tree(report.to_html()), "finding"):
        for line in item.iter("div"):
            found += [(words(next(line.iter("dt"))), words(quotation)) for quotation in line.iter("q")]
    return found


def held(report: Report) -> int:
    """Assert that each quotation is in the sentence or the article; return the number of quotations."""
    article, (sentence,) = whole(report.facts.article.text), report.sentences
    found = quoted(report)
    for whose, said in found:
        where = whole(sentence.text) if whose == "summary says" else article
        assert whole(said) in where, (whose, said, sentence.text)
    return len(found)


def test_quotations_are_words_of_the_sentence_or_the_article() -> None:
    """Quotations in all views are words of the sentence or the article."""
    report = check(FALSE, BRIDGE)
    assert held(report) >= 5
    assert quoted(report).count(("summary says", "20")) == 6, "twice in a failure"


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_quotations_are_words_of_the_sentence_or_the_article_in_every_seed(slug: str) -> None:
    """Every third claim, because each takes the entailment model a second."""
    facts = extract_facts(SEEDS / slug / "article.txt")
    claims = (SEEDS / slug / "supported.txt").read_text(encoding="utf-8").splitlines()[::3]
    kinds = (SEEDS / slug / "unsupported.txt").read_text(encoding="utf-8").splitlines()[::3]
    reports = [check(claim, facts) for claim in [*claims, *(line.partition("\t")[2] for line in kinds)] if claim]
    assert sum(held(report) for report in reports if len(report.sentences) == 1) > len(kinds)
