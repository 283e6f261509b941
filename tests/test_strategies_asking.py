"""Rewriting: which sources the model is asked for, within which form, and when no more is asked."""

from collections.abc import Callable

import pytest
from invented import BRIDGE, VALLEY
from strategy_runs import (
    FRUIT,
    PAIRED,
    REWRITES,
    SHORTER,
    all_forms,
    candidates,
    echo,
    ground_of,
    most_of,
    offers,
    rewrite_plan,
    run,
    task,
)

from summarise.backends.budget.spend_limiter import SpendLimiter
from summarise.backends.scripted import ScriptedBackend
from summarise.checks.provenance import rewording_of
from summarise.data import Reply, Request
from summarise.prompting.prompt import load
from summarise.writing.rewrite import FUSE, SHORTEN
from summarise.writing.strategies import rewriting
from summarise.writing.strategies.rewriting import CHOICES, RewriteJob


@pytest.mark.parametrize("sentences", [1, 4])
@pytest.mark.parametrize("text", [BRIDGE, PAIRED, FRUIT])
def test_sources_are_asked_for_that_leave_the_model_a_choice(text: str, sentences: int) -> None:
    """Each is held to its form, or where that has one member to this and the source itself; it is asked for once."""
    plan = rewrite_plan(text, ScriptedBackend([]), sentences=sentences)
    forms, article = all_forms(text), ground_of(text).facts.article
    assert plan.asked
    for asked in plan.asked:
        if asked.form.size >= CHOICES == 2:
            assert len(asked.form.members(2)) == 2
            assert asked.request.pattern == asked.form.pattern()
        else:
            assert asked.request.pattern == asked.form.pattern_or(asked.source.text)
        assert asked.source.sentences == asked.form.sources
        assert asked.prompt.stage == (SHORTEN if len(asked.form.sources) == 1 else FUSE)
        assert [p.text for p in asked.request.passages] == [
            article.quote(article.sentences[i]) for i in asked.form.sources
        ]
    sources = [asked.form.sources for asked in plan.asked]
    assert len(set(sources)) == len(sources)
    alone = [one[0] for one in sources if len(one) == 1]
    shortened = {i: forms.shortened(i) for i in range(len(forms))}
    usable = {i for i, form in shortened.items() if form is not None}
    assert set(alone) <= usable
    assert len(alone) == min(len(usable), sentences + rewriting.SPARE)
    together = [one for one in sources if len(one) == 2]
    assert sources[: len(together)] == together, "pairs come first"
    assert len(together) <= sentences // 2 + 1


def test_the_prompts_of_a_plan_are_those_that_are_used() -> None:
    """An article without pairs needs no prompt for them."""
    assert {prompt.stage for prompt in rewrite_plan(PAIRED, ScriptedBackend([])).prompts} == {SHORTEN, FUSE}
    assert {prompt.stage for prompt in rewrite_plan(VALLEY, ScriptedBackend([])).prompts} == {SHORTEN}


def test_an_article_without_any_form_is_told_in_its_own_words() -> None:
    """Nothing is asked, and the summary is there all the same."""
    plain = "Pears bloom early here. Frost came late this year. Nobody had seen it come. Prices will rise in autumn."
    backend = ScriptedBackend([])
    summary = run(plain, backend, REWRITES, length=2)
    assert backend.requests == []
    assert summary.run.calls == ()
    assert summary.run.budget is not None
    assert summary.run.budget.calls == 0
    assert {sentence.origin for sentence in summary.sentences} == {"article"}


def member(text: str) -> Callable[[Request], Reply]:
    """Return what answers each request about an article by a member of its form."""

    def respond(request: Request) -> Reply:
        article, forms = ground_of(text).facts.article, all_forms(text)
        starts = [sentence.start for sentence in article.sentences]
        indexes = [starts.index(passage.start) for passage in request.passages]
        form = forms.shortened(*indexes) if len(indexes) == 1 else forms.fused(*indexes)
        assert form is not None
        return candidates(*((one, None) for one in form.members(8)))

    return respond


async def test_no_more_is_asked_once_there_is_enough() -> None:
    """As many rewritten sentences as are wanted, and one to spare; without a success all are tried."""
    backend = ScriptedBackend(member(FRUIT))
    plan = rewrite_plan(FRUIT, backend, sentences=1, concurrency=1)
    assert len(plan.asked) > 2
    written = await plan.write(SpendLimiter(most_of(plan)))
    assert len(offers(written)) == len(backend.requests) == 2
    idle = ScriptedBackend(echo)
    plan = rewrite_plan(FRUIT, idle, sentences=1, concurrency=1)
    await plan.write(SpendLimiter(most_of(plan)))
    assert len(idle.requests) == len(plan.asked)


LITTLE_TO_REWORD = (
    "The ferries that were built in Velland, which has four yards, were late; the buses came on time.\n",
    "Oil prices fell sharply on Monday in London, after the two countries agreed to a truce in the long war.\n",
)
"""Sentences whose forms have no rewording and one, beside shortenings."""


def asked_of(text: str, index: int) -> RewriteJob:
    """Return what is asked for a sentence."""
    form = all_forms(text).shortened(index)
    assert form is not None
    return rewriting.ask(task(text, ScriptedBackend([])), form, load(SHORTEN))


def test_rewordings_are_asked_for_where_there_are_enough() -> None:
    """Leaving words out is what a rule can do: the form and its pattern hold the reworded members and no others."""
    whole, asked = all_forms(FRUIT).shortened(2), asked_of(FRUIT, 2)
    assert whole is not None
    places = asked.source.places
    reworded = {one for one in whole.members(99) if rewording_of(one, places) == "reworded"}
    assert set(asked.form.members(99)) == reworded
    assert len(reworded) >= CHOICES
    assert whole.contains(SHORTER)
    assert not asked.form.contains(SHORTER)
    assert asked.request.pattern == asked.form.pattern() != whole.pattern()


@pytest.mark.parametrize("rewordings", [0, 1])
def test_where_rewordings_leave_no_choice_the_whole_form_is_asked_for(rewordings: int) -> None:
    """With one of them, or none, the model may shorten."""
    text = LITTLE_TO_REWORD[rewordings]
    form, asked = all_forms(text).shortened(0), asked_of(text, 0)
    assert form is not None
    kinds = [rewording_of(one, asked.source.places) for one in form.members(99)]
    assert kinds.count("reworded") == rewordings < CHOICES <= len(kinds)
    assert "shortened" in kinds
    assert asked.form == form
