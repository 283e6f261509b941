"""Rewriting: which of the model's answers are believed, shown and offered for repair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import saying
from strategy_runs import (
    CUT,
    FRUIT,
    INSIDE,
    MUNK,
    REWRITES,
    SHORTER,
    STORES,
    WRONG,
    candidates,
    echo,
    ground_of,
    offers,
    on,
    run,
    written_by,
)

from summarise.backends.scripted import ScriptedBackend
from summarise.checking import judge
from summarise.data import CheckedSentence, Evidence, ProgressEvent, SentenceReady, Strategy
from summarise.rewrite import Rewrite, Source
from summarise.strategies import Came, Written
from summarise.strategies.rewriting import MOST_CHECKED, promising

SPEAKERLESS = "New cold stores would cost £4.5 million and take about six weeks."
NOTED = "The “new cold stores” would cost £4.5 million, the city council of Brelmouth said."
"""What the checks call supported, with the note that the words are nobody's quotation."""


def shown_of(written: Written, words: str) -> list[CheckedSentence]:
    """Return the sentences offered for the sources that hold these words."""
    article = ground_of(FRUIT).facts.article
    return [
        candidate.sentence
        for sources, candidate in offers(written).items()
        if any(words in article.quote(article.sentences[i]) for i in sources)
    ]


@pytest.mark.parametrize("text", [INSIDE, SHORTER])
def test_a_faithful_rewrite_is_shown(text: str) -> None:
    """As the model's, in another order or with words left out."""
    summary = run(FRUIT, ScriptedBackend(on("cold stores", candidates((text, None)))), REWRITES, length=3)
    sentence = next(one for one in summary.sentences if one.text == text)
    assert (sentence.origin, sentence.verdict) == ("model", "supported")
    assert sentence.rewording == ("reworded" if text == INSIDE else "shortened")
    assert next(one for one in summary.run.draft if one.text == text).outcome == "kept"


@pytest.mark.parametrize(("strategy", "shows"), [("direct", True), (REWRITES, False)])
def test_a_note_keeps_a_weak_models_words_from_being_shown_and_not_a_drafts(strategy: Strategy, shows: bool) -> None:
    """A rewrite needs more than to be supported; a draft as a whole does not."""
    rewriting = ScriptedBackend(on("cold stores", candidates((NOTED, -0.1))))
    summary = run(FRUIT, saying(NOTED) if strategy == "direct" else rewriting, strategy, length=3)
    assert (NOTED in summary.text) is shows


def test_what_the_checks_find_wrong_is_not_shown_however_likely() -> None:
    """The article's own sentence stands in its place, and the record tells what became of it."""
    summary = run(FRUIT, ScriptedBackend(on("cold stores", candidates((WRONG, -0.001)))), REWRITES, length=3)
    assert WRONG not in summary.text
    assert summary.verdict == "supported"
    assert next(one for one in summary.run.draft if one.text == WRONG).outcome in ("repaired", "replaced", "dropped")


async def test_a_rewrite_that_has_lost_its_speaker_is_not_believed() -> None:
    """Though the checks pass it; nor is it offered for repair, which would show it as it is."""
    written = await written_by(on("cold stores", candidates((SPEAKERLESS, -0.1))))
    assert shown_of(written, "cold stores") == []
    assert [one.sentence.verdict for one in written.said if one.sentence.text == SPEAKERLESS] == ["supported"]
    written = await written_by(on("cold stores", candidates((SPEAKERLESS, -0.1), (INSIDE, -0.9))))
    assert [one.text for one in shown_of(written, "cold stores")] == [INSIDE]


async def test_answers_are_tried_until_one_may_stand() -> None:
    """What was checked before it stays in the record, and is not offered."""
    written = await written_by(on("cold stores", candidates((WRONG, -0.1), (INSIDE, -0.2))))
    said = [candidate.sentence.text for candidate in written.said]
    assert said.index(WRONG) < said.index(INSIDE)
    assert [one.text for one in shown_of(written, "cold stores")] == [INSIDE]


async def test_of_a_source_without_success_the_first_wrong_wording_is_offered() -> None:
    """So that something can take its place."""
    written = await written_by(on("cold stores", candidates((WRONG, -0.1), ("No cost was told.", -0.9))))
    assert offers(written)[2,].sentence.text == WRONG
    assert offers(written)[2,].cited == (2,)


async def test_each_sentence_is_said_of_its_source_and_of_no_chunk() -> None:
    """Places among the model's sentences count on from call to call."""
    written = await written_by(lambda _: candidates((WRONG, -0.1), (MUNK, None)), concurrency=1)
    assert written.said
    assert [candidate.draft for candidate in written.said] == list(range(len(written.said)))
    assert written.came == [Came()] * len(written.said)
    assert {candidate.cited for candidate in written.said} <= {call.rewritten for call in written.calls}


async def test_a_copy_is_not_checked() -> None:
    """It is the article's own sentence, which is there without the model."""
    assert (await written_by(echo)).said == []


# what is worth a check

TEXT = STORES
ONE = Source(sentences=(0,), places=(Evidence(start=0, end=len(TEXT), text=TEXT),))


def test_a_rewording_is_tried_before_what_only_leaves_words_out() -> None:
    """Else the likeliest first, which is how they come."""
    found = promising([Rewrite(SHORTER, -0.1), Rewrite(INSIDE, -0.5), Rewrite(WRONG, -0.9)], ONE)
    assert [one.text for one in found] == [INSIDE, WRONG, SHORTER]


@given(st.lists(st.sampled_from([SHORTER, INSIDE, WRONG, MUNK, STORES, "", "No.", f"{STORES} {STORES}", "It sank"])))
def test_what_is_checked_is_shorter_and_of_the_source(said: list[str]) -> None:
    """Whatever comes: no copy, no fragment, no words of elsewhere."""
    found = [one.text for one in promising([Rewrite(text, None) for text in said], ONE)]
    assert set(found) <= {SHORTER, INSIDE, WRONG}
    assert sorted(found) == sorted(text for text in said if text in (SHORTER, INSIDE, WRONG))


async def test_only_the_first_few_are_checked() -> None:
    """A check takes time, and what comes late is less likely."""
    many = [
        f"New cold stores would cost about six million {word}." for word in "weeks stores council city about".split()
    ]
    wrong = [text.replace("million about", "million Brelmouth") for text in many]
    written = await written_by(on("cold stores", candidates(*((text, None) for text in wrong))))
    article = ground_of(FRUIT).facts.article
    place = next(i for i, one in enumerate(article.sentences) if "cold stores" in article.quote(one))
    assert len([one for one in written.said if one.cited == (place,)]) <= MOST_CHECKED


def test_a_sentence_that_stands_is_told_at_once() -> None:
    """As a preview, before the summary is chosen."""
    events: list[ProgressEvent] = []
    backend = ScriptedBackend(on("cold stores", candidates((INSIDE, None))))
    run(FRUIT, backend, REWRITES, length=3, progress=events.append)
    ready = [event for event in events if isinstance(event, SentenceReady)]
    assert [(event.text, event.origin) for event in ready] == [(INSIDE, "model")]
    assert events.index(ready[0]) < next(i for i, one in enumerate(events) if one.kind == "sentence" and one.shown)


def test_the_checks_alone_say_what_is_supported() -> None:
    """What these tests take for right and wrong is so by the checks."""
    verdicts = {
        text: judge(text, ground_of(FRUIT), origin="model")[0].sentence.verdict for text in (INSIDE, CUT, WRONG)
    }
    assert (verdicts[INSIDE], verdicts[CUT]) == ("supported", "supported")
    assert verdicts[WRONG] != "supported"
