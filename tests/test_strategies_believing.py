"""Rewriting: which of a model's answers are accepted, shown and repaired."""

import pytest
from invented import saying
from strategy_runs import (
    CUT,
    FRUIT,
    INSIDE,
    MUNK,
    OUTSIDE,
    REWRITES,
    WRONG,
    candidates,
    ground_of,
    offers,
    on,
    run,
    written_by,
)

from summarise.backends.scripted import ScriptedBackend
from summarise.data import CheckedSentence, Strategy
from summarise.writing.strategies import Generation
from summarise.writing.strategies.rewriting import LIKELY

NOTED = "The “new cold stores” would cost £4.5 million, the city council of Brelmouth said."
"""Supported by the checks, with a note about the quotation."""


def shown_of(written: Generation, words: str) -> list[CheckedSentence]:
    """Return the candidates whose source sentences contain `words`."""
    article = ground_of(FRUIT).facts.article
    return [
        candidate.sentence
        for sources, candidate in offers(written).items()
        if any(words in article.quote(article.sentences[i]) for i in sources)
    ]


def test_an_answer_inside_the_form_is_shown() -> None:
    """An answer that matches the paraphrases is shown whatever its likelihood."""
    summary = run(FRUIT, ScriptedBackend(on("cold stores", candidates((INSIDE, None)))), REWRITES, length=3)
    sentence = next(one for one in summary.sentences if one.text == INSIDE)
    assert (sentence.origin, sentence.verdict, sentence.rewording) == ("model", "supported", "reworded")
    draft = next(one for one in summary.run.draft if one.text == INSIDE)
    assert draft.outcome == "kept"


@pytest.mark.parametrize(("strategy", "shows"), [("direct", True), (REWRITES, False)])
def test_a_note_keeps_a_weak_models_words_from_being_shown_and_not_a_drafts(strategy: Strategy, shows: bool) -> None:
    """A note excludes a rewrite beyond the paraphrases, but not a sentence of a draft."""
    rewriting = ScriptedBackend(on("cold stores", candidates((NOTED, -0.1))))
    summary = run(FRUIT, saying(NOTED) if strategy == "direct" else rewriting, strategy, length=3)
    assert (NOTED in summary.text) is shows
    draft = next(one for one in summary.run.draft if one.text == NOTED)
    assert (draft.verdict, [finding.code for finding in draft.findings]) == ("supported", ["quotation"])


def test_what_the_checks_find_wrong_is_not_shown_however_likely() -> None:
    summary = run(FRUIT, ScriptedBackend(on("cold stores", candidates((WRONG, -0.001)))), REWRITES, length=3)
    assert WRONG not in summary.text
    assert summary.verdict == "supported"
    assert next(one for one in summary.run.draft if one.text == WRONG).outcome in ("repaired", "replaced", "dropped")


@pytest.mark.parametrize("likelihood", [None, LIKELY])
async def test_an_answer_outside_the_form_is_believed_where_it_is_likely(likelihood: float | None) -> None:
    """It must have a likelihood of at least `LIKELY`, or none from the server, and pass the checks."""
    less = None if likelihood is None else likelihood - 1
    written = await written_by(on("buys fruit", candidates((OUTSIDE, likelihood), (CUT, less))))
    (sentence,) = shown_of(written, "buys fruit")
    assert (sentence.text, sentence.origin) == (OUTSIDE, "model")


async def test_an_unlikely_answer_outside_the_form_gives_way_to_one_inside() -> None:
    """The answer inside the form is used even if it is less likely."""
    reply = candidates((OUTSIDE, LIKELY - 0.001), (MUNK, LIKELY - 1))
    (sentence,) = shown_of(await written_by(on("buys fruit", reply)), "buys fruit")
    assert sentence.text == MUNK


async def test_what_is_not_believed_is_not_offered() -> None:
    """It is not offered for repair either, but stays in the record."""
    written = await written_by(on("buys fruit", candidates((OUTSIDE, LIKELY - 0.01))))
    assert shown_of(written, "buys fruit") == []
    assert OUTSIDE in [candidate.sentence.text for candidate in written.said]


async def test_answers_are_tried_until_one_may_stand() -> None:
    """Rejected answers stay in the record and are not offered."""
    written = await written_by(on("cold stores", candidates((WRONG, -0.1), (INSIDE, -0.2))))
    said = [candidate.sentence.text for candidate in written.said]
    assert said.index(WRONG) < said.index(INSIDE)
    offered = [candidate.sentence.text for candidate in offers(written).values()]
    assert INSIDE in offered
    assert WRONG not in offered
