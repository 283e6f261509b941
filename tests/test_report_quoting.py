"""Quotations in reports are words of the sentence or of the article."""

import html
import re
from pathlib import Path

import pytest
from findings import without_facts
from invented import BRIDGE, FALSE
from pages import having, tree, words

from summarise import Report, Summary, check, extract_facts
from summarise.data import Call, ChunkUse, LimitHit, RunRecord
from summarise.report.explain import explain
from summarise.report.html import report_html
from summarise.report.junit import report_junit
from summarise.report.markdown import report_markdown
from summarise.report.places import stands_in
from summarise.report.text import report_text, shortfalls
from summarise.report.wording import Side, quotation

SEEDS = Path(__file__).parent.parent / "seeds"
SLUGS = sorted(path.parent.name for path in SEEDS.glob("*/article.txt"))
# The owner of a quotation and its words, with or without quotation marks inside.
QUOTED = re.compile(r"(summary says|article says) (?:“([^“”]*)”|‘(“.*?)’(?=[,;\n]| /))")


def views(report: Report) -> list[str]:
    """Return all line-based views, without escapes."""
    markdown = re.sub(r"\\(.)", r"\1", report_markdown(report))
    junit = html.unescape(report_junit(report, name="x"))
    return [report_text(report), explain(report, width=100_000, colours=False), markdown, junit]


def whole(text: str) -> str:
    return " ".join(text.split())


def quoted(report: Report) -> list[tuple[str, str]]:
    """Return (owner, words) of each quotation in the views of a one-sentence report."""
    found = [(whose, one or other) for view in views(report) for whose, one, other in QUOTED.findall(view + "\n")]
    for item in having(tree(report_html(report)), "finding"):
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


def test_what_is_quoted_stands_there() -> None:
    """Quotations in all views are words of the sentence or the article."""
    report = check(FALSE, BRIDGE)
    assert held(report) >= 5
    assert quoted(report).count(("summary says", "20")) == 6, "twice in a failure"


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_quoted_stands_there_in_every_seed(slug: str) -> None:
    facts = extract_facts(SEEDS / slug / "article.txt")
    claims = (SEEDS / slug / "supported.txt").read_text(encoding="utf-8").splitlines()
    kinds = (SEEDS / slug / "unsupported.txt").read_text(encoding="utf-8").splitlines()
    reports = [check(claim, facts) for claim in [*claims, *(line.partition("\t")[2] for line in kinds)] if claim]
    told = sum(held(report) for report in reports if len(report.sentences) == 1)
    assert told > len(kinds)


@pytest.mark.parametrize(
    ("words", "text", "there"),
    [
        ("14", "14 of 92", True),
        ("14", "140", False),
        ("£1", "at £1", True),
        (", but", "it, but", True),
        ("", "a", False),
    ],
)
def test_words_stand_in_a_text_whole(words: str, text: str, there: bool) -> None:
    """A number does not match part of a longer one."""
    assert stands_in(words, text) is there


def test_a_quotation_in_a_quotation_has_single_marks() -> None:
    assert quotation("“He left,” she said.") == "‘“He left,” she said.’"
    assert str(Side("article says", "he “left”", where=", line 2")) == "article says “he “left””, line 2"


def test_all_views_tell_what_a_run_fell_short_of() -> None:
    """One line each for missing parts, the ceiling, and unused answers."""
    call = Call(stage="merge", model="m", prompt_tokens=1, completion_tokens=1, problem="no JSON")
    run = RunRecord(
        version="1",
        parser="rules",
        chunks=(ChunkUse(start=0, end=9, tokens=1, problem="busy"),),
        limit_hit=LimitHit(ceiling="calls", limit=1, skipped_calls={"draft": 2}),
        calls=(call,),
    )
    short = Summary(sentences=(), run=run).about(without_facts("They met."))
    lines = shortfalls(short)
    assert [line.split(":")[0].split(" of")[0] for line in lines] == ["incomplete", "the ceiling", "merge"]
    pages = [*views(short)[1:], words(tree(report_html(short)))]
    assert all(line in page for page in pages for line in lines)
