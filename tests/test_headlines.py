"""Headlines: at most twelve words, in the present tense, without a full stop."""

import json
from itertools import chain, repeat

import pytest
from invented import BRIDGE, VALLEY

from summarise import Settings, Summary, summarise
from summarise.report.text import shortfalls
from summarise.testing import ScriptedBackend
from summarise.writing.task import HEADLINE_WORDS, headline_faults

OFF = Settings(entailment="off")
TITLE = "Harbour Bridge Closes After Engineers Find Cracks"
PAST = "Engineers found cracks in 12 cables of the Harbour Bridge in Brelmouth"
PRESENT = "The Northline company says that it will run 14 extra ferries"
LONG = "The city council said that repairs would cost £4.5 million and take about six weeks."


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        (TITLE, ()),
        (PRESENT, ()),
        ("Repairs to cost £4.5 million", ()),
        (PAST, ("headline in the past tense",)),
        (" ".join(["word"] * (HEADLINE_WORDS + 1)), ("headline too long",)),
        (LONG, ("headline too long", "headline in the past tense")),
    ],
)
def test_a_headline_is_short_and_in_the_present_tense(line: str, faults: tuple[str, ...]) -> None:
    """A bare participle counts as present."""
    assert headline_faults(line) == faults


def headline(*answers: str, model: str = "scripted", article: str = BRIDGE) -> Summary:
    """Summarise as a headline; the last answer repeats."""
    said = chain(answers, repeat(answers[-1])) if answers else iter(())
    backend = ScriptedBackend(lambda _: json.dumps({"sentences": [{"text": next(said), "sources": []}]}))
    if model == "extract":
        return summarise(article, model=model, style="headline", settings=OFF)
    return summarise(article, backend=backend, style="headline", settings=OFF)


def test_a_headline_with_a_fault_is_asked_for_again() -> None:
    """The record has the reason."""
    summary = headline(PAST, f"{PRESENT}.")
    assert summary.text == PRESENT
    assert [call.problem for call in summary.run.calls] == ["headline in the past tense", None]
    assert summary.run.notices == ()


def test_where_no_answer_is_good_the_first_is_shown_with_a_notice() -> None:
    """After three attempts."""
    summary = headline(PAST)
    assert summary.text == PAST
    assert len(summary.run.calls) == 3
    assert summary.run.notices == ("headline in the past tense",)
    assert any("in the present tense" in line for line in shortfalls(summary))


def test_without_a_model_the_headline_is_the_articles_own() -> None:
    """It is copied verbatim."""
    summary = headline(model="extract")
    assert (summary.text, summary.sentences[0].verdict) == (TITLE, "supported")
    assert summary.run.notices == ()


def test_an_article_without_a_headline_gives_its_main_clause() -> None:
    """With a notice of its faults."""
    body = VALLEY.partition("\n\n")[2]
    summary = headline(model="extract", article=body)
    assert summary.text in body
    assert summary.sentences[0].origin == "article"
    assert summary.run.notices
