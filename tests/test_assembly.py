"""Assembly of a summary: a draft keeps its order and wording, and only its unsupported sentences are replaced."""

import json
from typing import Any

import pytest
from assembling import (
    HE_EXPECTS,
    IN_NORWAY,
    MISCOUNTED,
    REWORDED,
    drafting,
    outcomes_of,
    run,
    shown,
    texts_of,
    verifier_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import BRIDGE, CABLES, FALSE, VALLEY, VEHICLES, ScriptedBackend

from summarise import Reply, Request, read_article
from summarise.writing.coherence import PlacedSentence, readable

LEAD, DAMAGE, COLDEST, BRANDT, SHE, ANSWER, ORLOW, FIRES, CHERRIES, PEARS, MUNK, INSURED, PRICES = REWORDED
ARTICLES_LEAD = "Growers in the Sellen valley lost 40 per cent of their apples to frost on 9 May"
# Sentences of VALLEY, the second of which can be read only after the first.
ASKED = "The union's chair, Ilse Brandt, asked the regional government for help."
SHE_SAID = "“Some families have nothing left to sell,” she said."
# The same sentences with an invented value.
WRONGLY_ASKED = "The union's chair, Ilse Brandt, asked the regional government for €7.9 million."
WRONGLY_SAID = "“Some families have 40 orchards left to sell,” she said."


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.sampled_from(REWORDED), min_size=1, unique=True),
    st.sampled_from(["prose", "brief", "bullets"]),
    st.sampled_from(["repair", "replace", "drop", "keep"]),
)
def test_a_supported_draft_is_the_summary(draft: list[str], style: Any, on_unsupported: Any) -> None:
    """The sentences are shown verbatim, in the model's order."""
    summary = shown(*draft, style=style, on_unsupported=on_unsupported)
    assert texts_of(summary) == draft
    assert set(outcomes_of(summary)) == {"kept"}
    assert {sentence.history for sentence in summary.sentences} == {()}


@pytest.mark.slow
def test_a_supported_headline_of_the_model_is_shown() -> None:
    """The first supported headline is shown; if there is no such headline, that of the article."""
    title = "Most of the pears survived"
    assert run(VALLEY, drafting(title), style="headline").text == title
    summary = shown(IN_NORWAY, INSURED, PEARS, style="headline")
    assert (texts_of(summary), outcomes_of(summary)) == ([INSURED], ["dropped", "kept", "not chosen"])
    (sentence,) = shown(IN_NORWAY, style="headline").sentences
    assert (sentence.verdict, sentence.origin) == ("supported", "article")


# unsupported sentences


@pytest.mark.parametrize("on_unsupported", ["drop", "keep"])
def test_an_unsupported_sentence_is_dropped_or_kept_in_its_place(on_unsupported: Any) -> None:
    summary = shown(LEAD, IN_NORWAY, ORLOW, on_unsupported=on_unsupported)
    assert texts_of(summary) == ([LEAD, ORLOW] if on_unsupported == "drop" else [LEAD, IN_NORWAY, ORLOW])
    assert outcomes_of(summary)[1] == ("dropped" if on_unsupported == "drop" else "kept")


def test_a_repaired_sentence_has_the_place_of_the_wrong_one() -> None:
    summary = shown(PRICES, MISCOUNTED, ORLOW, again=json.dumps({"sentence": LEAD}))
    assert texts_of(summary) == [PRICES, LEAD, ORLOW]
    repaired = summary.sentences[1]
    assert (repaired.origin, repaired.verdict) == ("repaired", "supported")
    assert [step.action for step in repaired.history] == ["written", "asked again"]
    assert outcomes_of(summary) == ["kept", "repaired", "kept"]


@pytest.mark.parametrize(
    "again",
    [
        "Snow fell in the Sellen valley tonight.",  # about something else
        MISCOUNTED.replace("growers", "12 growers").replace("70", "80"),  # worse
        "Growers lost 40 per cent of their apples",  # incomplete
    ],
)
def test_a_rewording_is_shown_only_if_it_repairs_the_sentence(again: str) -> None:
    """If the rewording has as many errors, or is incomplete, the article's sentence is shown."""
    summary = shown(PRICES, MISCOUNTED, ORLOW, again=json.dumps({"sentence": again}))
    assert texts_of(summary)[1].startswith(ARTICLES_LEAD)
    assert outcomes_of(summary) == ["kept", "replaced", "kept"]
    assert {call.sentence for call in summary.run.calls if call.stage == "repair"} == {1}


@pytest.mark.parametrize("place", [0, 2])
def test_a_replacement_has_the_place_of_the_wrong_sentence(place: int) -> None:
    """The other sentences do not change."""
    draft = [PRICES, ORLOW]
    draft.insert(place, MISCOUNTED)
    summary = shown(*draft, on_unsupported="replace")
    texts = texts_of(summary)
    assert texts[place].startswith(ARTICLES_LEAD)
    assert texts[:place] + texts[place + 1 :] == [PRICES, ORLOW]
    assert summary.sentences[place].origin == "article"
    assert outcomes_of(summary)[place] == "replaced"


def test_a_replacement_repeats_no_kept_sentence() -> None:
    """A wrong sentence is dropped if a kept sentence states the same fact."""
    summary = shown(LEAD, MISCOUNTED, ORLOW, on_unsupported="replace")
    assert [text for text in texts_of(summary) if "40 per cent" in text] == [LEAD]
    assert outcomes_of(summary)[1] == "dropped"


@pytest.mark.parametrize(("before", "is_used"), [(PRICES, False), (BRANDT, True)], ids=["nobody", "the person"])
def test_a_replacement_with_a_pronoun_is_used_if_the_sentence_before_it_names_the_person(
    before: str, is_used: bool
) -> None:
    summary = shown(before, WRONGLY_SAID, ORLOW, on_unsupported="replace")
    assert [text for text in texts_of(summary) if text in REWORDED] == [before, ORLOW]
    assert (SHE_SAID in texts_of(summary)) == is_used


def test_a_replacement_may_follow_the_articles_sentence_before_it() -> None:
    summary = shown(LEAD, WRONGLY_ASKED, WRONGLY_SAID, ORLOW, on_unsupported="replace")
    assert texts_of(summary) == [LEAD, ASKED, SHE_SAID, ORLOW]
    assert outcomes_of(summary) == ["kept", "replaced", "replaced", "kept"]
    assert [step.action for step in summary.sentences[2].history] == ["written", "replaced"]


def test_a_replacement_may_separate_a_pronoun_from_its_name_if_it_names_nobody() -> None:
    """The model copied two neighbouring sentences."""
    wrong = "At Orlow, 230 metres above the sea, the temperature fell to minus 60 degrees."
    texts = texts_of(shown(LEAD, ASKED, wrong, SHE_SAID, on_unsupported="replace"))
    assert texts[1:] == [ASKED, next(text for text in texts if "minus 6 degrees" in text), SHE_SAID]


def test_a_replacement_may_explain_the_sentence_after_it() -> None:
    """Without the replacement, “the bridge” is unexplained."""
    summary = run(BRIDGE, drafting(FALSE, VEHICLES), length=2)
    assert texts_of(summary) == [CABLES, VEHICLES]
    assert [sentence.outcome for sentence in summary.run.draft] == ["replaced", "kept"]


WRONG = (HE_EXPECTS, IN_NORWAY, MISCOUNTED, WRONGLY_ASKED, WRONGLY_SAID)


@pytest.mark.slow
@settings(max_examples=8)
@given(
    st.lists(st.sampled_from((*REWORDED, *WRONG)), min_size=1, max_size=7, unique=True),
    st.sampled_from([None, 2, 4, "60w"]),
)
def test_kept_sentences_stay_in_order_and_added_ones_can_be_read(draft: list[str], length: str | int | None) -> None:
    """A sentence of the article is unchanged, and everything that it refers to is explained before it."""
    if not set(draft) & set(REWORDED):
        return
    summary = shown(*draft, length=length, on_unsupported="replace")
    kept = [text for text, outcome in zip(draft, outcomes_of(summary), strict=True) if outcome == "kept"]
    assert [text for text in texts_of(summary) if text in REWORDED] == kept
    assert not set(texts_of(summary)) & set(WRONG)
    article = read_article(VALLEY)
    own = {" ".join(article.quote(sentence).split()) for sentence in article.sentences}
    placed = [PlacedSentence(s.text, s.evidence[0], of_model=s.origin != "article") for s in summary.sentences]
    for sentence, is_readable in zip(summary.sentences, readable(placed, verifier_of(VALLEY).facts), strict=True):
        assert sentence.text in REWORDED or (sentence.text in own and is_readable)


def test_a_sentence_that_the_judge_rejects_is_not_shown() -> None:
    """It is not shown even if it passed the checks, and it is not repaired."""

    def rejecting(request: Request) -> str:
        if "sank to minus 6" not in request.user:
            return json.dumps({"quotation": "", "reason": "it says so", "verdict": "supported"})
        quotation = "At Orlow, 230 metres above the sea, the temperature fell to minus 6 degrees."
        return json.dumps({"quotation": quotation, "reason": "it fell", "verdict": "contradicted"})

    judge = ScriptedBackend(rejecting, model="judge")
    summary = run(VALLEY, drafting(PRICES, ORLOW, MUNK), judge=judge)
    assert ORLOW not in texts_of(summary)
    assert texts_of(summary)[0] == PRICES
    assert MUNK in texts_of(summary)
    assert summary.run.draft[1].verdict == "unverified"
    assert not [call for call in summary.run.calls if call.stage == "repair"]


# length


@pytest.mark.slow
def test_an_answer_is_cut_at_one_and_a_half_times_the_requested_length() -> None:
    assert len(shown(*REWORDED[:6], length=4).sentences) == 6
    assert len(shown(*REWORDED[:9]).sentences) == 9, "a default length has no limit"
    summary = shown(*REWORDED[:9], length=4)
    assert texts_of(summary) == list(REWORDED[:6])
    assert outcomes_of(summary) == ["kept"] * 6 + ["not chosen"] * 3


@pytest.mark.parametrize(("length", "on_unsupported"), [(2, "repair"), ("30w", "replace"), (2, "drop")])
def test_unsupported_sentences_do_not_use_up_the_length(length: Any, on_unsupported: Any) -> None:
    """Supported sentences after the unsupported ones are shown."""
    summary = shown(IN_NORWAY, HE_EXPECTS, IN_NORWAY, INSURED, PEARS, length=length, on_unsupported=on_unsupported)
    assert [text for text in texts_of(summary) if text in REWORDED] == [INSURED, PEARS]
    if length == 2:
        assert len(texts_of(summary)) <= 3
    else:
        assert len(" ".join(texts_of(summary)).split()) <= 45


def test_dropped_sentences_are_replaced_by_at_most_as_many_of_the_article() -> None:
    """The summary has no more sentences than the model wrote."""
    summary = shown(LEAD, IN_NORWAY, HE_EXPECTS, ORLOW, length=6)
    kept = [text for text in texts_of(summary) if text in REWORDED]
    assert kept == [LEAD, ORLOW]
    assert 2 < len(summary.sentences) <= 4
    assert {sentence.verdict for sentence in summary.sentences} == {"supported"}


def test_an_answer_that_was_cut_off_is_filled_up_to_the_requested_length() -> None:
    """Sentences of the article are added."""
    whole = json.dumps({"sentences": [{"text": text, "sources": []} for text in (LEAD, ORLOW, MUNK)]})
    cut = Reply(text=whole[: whole.index("Karel") + 9], finish="length", model="m")
    backend = ScriptedBackend(lambda request: cut)
    summary = run(VALLEY, backend, length=3)
    assert [text for text in texts_of(summary) if text in REWORDED] == [LEAD, ORLOW]
    assert len(summary.sentences) == 3


def test_a_notice_of_the_page_is_not_added() -> None:
    """A sentence that occurs twice in the article is not used."""
    notice = "The video cannot be shown on this device."
    article = f"{CABLES} {notice} {VEHICLES} Drivers are being sent to the Mill Street tunnel. {notice}"
    answer = json.dumps({"sentences": [{"text": text, "sources": []} for text in (CABLES, VEHICLES, *[IN_NORWAY] * 2)]})
    summary = run(article, ScriptedBackend(lambda request: answer), length=4)
    assert notice not in texts_of(summary)
    assert "Drivers are being sent to the Mill Street tunnel." in texts_of(summary)


def test_without_a_supported_sentence_the_summary_is_an_extract() -> None:
    """The sentences are in the article's order."""
    summary = shown(IN_NORWAY, HE_EXPECTS, length=3)
    assert {sentence.origin for sentence in summary.sentences} == {"article"}
    assert len(summary.sentences) == 3
    starts = [sentence.evidence[0].start for sentence in summary.sentences]
    assert starts == sorted(starts)


# several chunks


def long_run(*merged: str, **options: object) -> tuple[list[str], list[str]]:
    """Summarise in several chunks with `merged` as the final answer. Returns the sentences and outcomes."""

    def respond(request: Request) -> str:
        if request.stage == "repair":
            return ""
        passages = [place.text for place in request.passages[: request.sentences]]
        answer = merged if request.stage == "merge" else passages
        return json.dumps({"sentences": [{"text": text, "sources": [1]} for text in answer]}, ensure_ascii=False)

    summary = run(VALLEY, ScriptedBackend(respond), settings={"chunk_tokens": 300}, **options)
    assert len(summary.run.chunks) > 1
    assert [call.stage for call in summary.run.calls].count("merge") == 1
    return texts_of(summary), [sentence.outcome for sentence in summary.run.draft if sentence.round]


def test_the_text_of_the_final_merge_is_kept() -> None:
    """The text keeps its order, even if it is short. Only its wrong sentences are replaced."""
    assert long_run(PRICES, LEAD, length=3) == ([PRICES, LEAD], ["kept", "kept"])
    texts, outcomes = long_run(PRICES, MISCOUNTED, ORLOW, length=3)
    assert (texts[0], texts[-1], outcomes) == (PRICES, ORLOW, ["kept", "replaced", "kept"])
