"""Assembly keeps a language model's draft and replaces or drops only its unsupported sentences."""

import json
from typing import Any

import pytest
from assembling import HE_EXPECTS, IN_NORWAY, MISCOUNTED, REWORDED, drafting, shown
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import CABLES, VALLEY, VEHICLES
from strategy_runs import ground_of, run
from verdicts import SETTINGS

from summarise import Backend, Reply, Request, Settings, Summary
from summarise.backends.extract import ExtractBackend
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Action, OnUnsupported, Strategy, Style
from summarise.observing.observer import Observer
from summarise.pipeline.options import RunOptions
from summarise.pipeline.plan import Models, plan_run, read_facts
from summarise.prompting.prompt import loader
from summarise.writing.assembly.as_written import AsWritten
from summarise.writing.assembly.from_candidates import Selection
from summarise.writing.repair import STRICT

LEAD, DAMAGE, COLDEST, BRANDT, SHE, ANSWER, ORLOW, FIRES, CHERRIES, PEARS, MUNK, INSURED, PRICES = REWORDED
ARTICLES_LEAD = "Growers in the Sellen valley lost 40 per cent of their apples to frost on 9 May"


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.sampled_from(REWORDED), min_size=1, unique=True),
    st.sampled_from(["prose", "brief", "bullets"]),
    st.sampled_from(["repair", "replace", "drop", "keep"]),
)
def test_a_supported_draft_is_the_summary(draft: list[str], style: Style, on_unsupported: OnUnsupported) -> None:
    """Verbatim and in the model's order, for every style, length and `on_unsupported`."""
    made = shown(*draft, style=style, on_unsupported=on_unsupported)
    assert made.texts == draft
    assert set(made.outcomes) == {"kept"}
    assert {sentence.history for sentence in made.sentences} == {()}


def test_a_supported_headline_is_the_models() -> None:
    """The first supported headline of the model is shown."""
    title = "Most of the pears survived"
    assert run(VALLEY, drafting(title), "direct", style="headline").text == title
    made = shown(IN_NORWAY, INSURED, PEARS, style="headline")
    assert (made.texts, made.outcomes) == ([INSURED], ["dropped", "kept", "not chosen"])


def test_a_headline_that_is_not_supported_gives_way_to_one_that_is() -> None:
    """The replacement is taken from the article."""
    (sentence,) = shown(IN_NORWAY, style="headline").sentences
    assert (sentence.verdict, sentence.origin) == ("supported", "article")


def texts(summary: Summary) -> list[str]:
    return [sentence.text for sentence in summary.sentences]


# unsupported sentences


@pytest.mark.parametrize("on_unsupported", ["drop", "keep"])
def test_an_unsupported_sentence_is_dropped_or_kept_in_its_place(on_unsupported: OnUnsupported) -> None:
    summary = shown(LEAD, IN_NORWAY, ORLOW, on_unsupported=on_unsupported)
    assert summary.texts == ([LEAD, ORLOW] if on_unsupported == "drop" else [LEAD, IN_NORWAY, ORLOW])
    assert summary.outcomes[1] == ("dropped" if on_unsupported == "drop" else "kept")


def test_a_mended_sentence_stands_where_the_wrong_one_stood() -> None:
    summary = shown(PRICES, MISCOUNTED, ORLOW, again=json.dumps({"sentence": LEAD}))
    assert summary.texts == [PRICES, LEAD, ORLOW]
    mended = summary.sentences[1]
    assert (mended.origin, mended.verdict) == ("repaired", "supported")
    assert [step.action for step in mended.history] == ["written", "asked again"]
    assert summary.outcomes == ["kept", "repaired", "kept"]


@pytest.mark.parametrize("place", [0, 2])
def test_the_articles_words_stand_where_the_wrong_ones_stood(place: int) -> None:
    """The other sentences do not change."""
    draft = [PRICES, ORLOW]
    draft.insert(place, MISCOUNTED)
    summary = shown(*draft, on_unsupported="replace")
    found = summary.texts
    assert found[place].startswith(ARTICLES_LEAD)
    assert found[:place] + found[place + 1 :] == [PRICES, ORLOW]
    assert summary.sentences[place].origin == "article"
    assert summary.outcomes[place] == "replaced"


def test_nothing_is_told_twice_by_what_replaces() -> None:
    """A wrong sentence is dropped if a kept sentence states the same fact."""
    summary = shown(LEAD, MISCOUNTED, ORLOW, on_unsupported="replace")
    assert [text for text in summary.texts if "40 per cent" in text] == [LEAD]
    assert summary.outcomes[1] == "dropped"


def test_what_replaces_names_whom_it_means() -> None:
    """A pronoun in a replacement becomes a name if its antecedent is not shown; kept sentences do not change."""
    wrong = "“Some families have 40 orchards left to sell,” she said."
    summary = shown(PRICES, wrong, ORLOW, on_unsupported="replace")
    assert summary.texts == [PRICES, "“Some families have nothing left to sell,” Ilse Brandt said.", ORLOW]
    actions: list[Action] = [step.action for step in summary.sentences[1].history]
    assert actions == ["written", "replaced", "named"]


def test_what_a_judge_doubts_gives_way() -> None:
    """A sentence that the judge rejects is not shown, even if it passed the checks, and not repaired."""

    def doubts(request: Request) -> str:
        if "sank to minus 6" not in request.user:
            return json.dumps({"quotation": "", "reason": "it says so", "verdict": "supported"})
        quotation = "At Orlow, 230 metres above the sea, the temperature fell to minus 6 degrees."
        return json.dumps({"quotation": quotation, "reason": "it fell", "verdict": "contradicted"})

    judge = ScriptedBackend(doubts, model="judge")
    summary = run(VALLEY, drafting(PRICES, ORLOW, MUNK), "direct", judge=judge)
    assert ORLOW not in texts(summary)
    assert texts(summary)[0] == PRICES
    assert MUNK in texts(summary)
    assert summary.run.draft[1].verdict == "unverified"
    assert not [call for call in summary.run.calls if call.stage == "repair"]


# length


def test_a_longer_answer_is_cut_past_half_as_much_again_as_was_asked_for() -> None:
    assert len(shown(*REWORDED[:6], length=4).sentences) == 6
    summary = shown(*REWORDED[:9], length=4)
    assert summary.texts == list(REWORDED[:6])
    assert summary.outcomes == ["kept"] * 6 + ["not chosen"] * 3


@pytest.mark.parametrize(("length", "on_unsupported"), [(2, "repair"), ("30w", "replace"), (2, "drop")])
def test_what_is_not_shown_takes_no_place_of_what_could_be(length: Any, on_unsupported: OnUnsupported) -> None:
    """Unsupported sentences do not use up the length: supported sentences after them are shown."""
    summary = shown(IN_NORWAY, HE_EXPECTS, IN_NORWAY, INSURED, PEARS, length=length, on_unsupported=on_unsupported)
    assert [text for text in summary.texts if text in REWORDED] == [INSURED, PEARS]
    if length == 2:
        assert len(summary.texts) <= 3
    else:
        assert len(" ".join(summary.texts).split()) <= 45


def test_what_was_taken_out_may_be_made_up_for_but_no_more() -> None:
    """Sentences of the article replace dropped ones, up to the number that the model wrote."""
    summary = shown(LEAD, IN_NORWAY, HE_EXPECTS, ORLOW, length=6)
    kept = [text for text in summary.texts if text in REWORDED]
    assert kept == [LEAD, ORLOW]
    assert 2 < len(summary.sentences) <= 4
    assert {sentence.verdict for sentence in summary.sentences} == {"supported"}


def test_an_answer_that_was_cut_off_is_filled_up_to_what_was_asked_for() -> None:
    """Sentences of the article fill a truncated draft up to the requested length."""
    whole = json.dumps({"sentences": [{"text": text, "sources": []} for text in (LEAD, ORLOW, MUNK)]})
    cut = Reply(text=whole[: whole.index("Karel") + 9], finish="length", model="m")
    backend = ScriptedBackend(lambda request: cut)
    summary = run(VALLEY, backend, "direct", length=3)
    assert [text for text in texts(summary) if text in REWORDED] == [LEAD, ORLOW]
    assert len(summary.sentences) == 3


def test_a_notice_of_the_page_is_not_put_in() -> None:
    """A sentence that occurs twice in the article is not used."""
    notice = "The video cannot be shown on this device."
    article = f"{CABLES} {notice} {VEHICLES} Drivers are being sent to the Mill Street tunnel. {notice}"
    answer = json.dumps({"sentences": [{"text": text, "sources": []} for text in (CABLES, VEHICLES, *[IN_NORWAY] * 2)]})
    summary = run(article, ScriptedBackend(lambda request: answer), "direct", length=4)
    assert notice not in texts(summary)
    assert "Drivers are being sent to the Mill Street tunnel." in texts(summary)


def test_where_nothing_of_the_models_is_left_the_article_is_told_in_its_own_words() -> None:
    """Without supported sentences in the draft, the summary is extracted from the article."""
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
        told = merged if request.stage == "merge" else [place.text for place in request.passages[: request.sentences]]
        return json.dumps({"sentences": [{"text": text, "sources": [1]} for text in told]}, ensure_ascii=False)

    summary = run(VALLEY, ScriptedBackend(respond), "direct", settings={"chunk_tokens": 300}, **options)
    assert len(summary.run.chunks) > 1
    assert [call.stage for call in summary.run.calls].count("merge") == 1
    return texts(summary), [one.outcome for one in summary.run.draft if one.round]


def test_what_the_last_round_of_merging_wrote_is_kept_too() -> None:
    """The final merge is kept in its order, even if it is short."""
    assert long_run(PRICES, LEAD, length=3) == ([PRICES, LEAD], ["kept", "kept"])


def test_what_the_last_round_got_wrong_gives_way_alone() -> None:
    found, outcomes = long_run(PRICES, MISCOUNTED, ORLOW, length=3)
    assert found[0] == PRICES
    assert found[-1] == ORLOW
    assert outcomes == ["kept", "replaced", "kept"]


@pytest.mark.parametrize(
    ("backend", "strategy", "keeps"),
    [
        (drafting(), "direct", True),
        (ExtractBackend(), "direct", False),
        (drafting(), "select-then-rewrite", False),
    ],
)
async def test_only_a_language_models_draft_is_kept(backend: Backend, strategy: Strategy, keeps: bool) -> None:
    """Sentences from `extract` and rewrites are candidates under the strict standard."""
    planned = await plan_run(
        read_facts(ground_of(VALLEY).facts.article, SETTINGS),
        Models(backend),
        RunOptions(length=3, settings=Settings(strategy=strategy)),
        load=loader(None),
        observer=Observer(),
    )
    assert isinstance(planned.assembly, AsWritten if keeps else Selection)
    assert (planned.run_repair.standard is STRICT) is not keeps
