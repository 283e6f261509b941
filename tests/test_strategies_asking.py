"""Rewriting: the sentences that are sent to the model, their paraphrases, and when to stop."""

from collections.abc import Callable

import pytest
from invented import BRIDGE
from strategy_runs import (
    FRUIT,
    REWRITES,
    SHORTER,
    candidates,
    echo,
    ground_of,
    most_of,
    offers,
    paraphrases_in,
    rewrite_plan,
    run,
    task,
)

from summarise import Reply, Request
from summarise.backends.budget import SpendLimiter
from summarise.backends.scripted import ScriptedBackend
from summarise.checks.provenance import rewording_of
from summarise.prompting.prompt import load
from summarise.writing.rewrite import SHORTEN
from summarise.writing.strategies import rewriting
from summarise.writing.strategies.rewriting import CHOICES, RewriteJob


@pytest.mark.parametrize(("text", "sentences"), [(BRIDGE, 4), (FRUIT, 1)])
def test_sentences_are_asked_for_that_leave_the_model_a_choice(text: str, sentences: int) -> None:
    """The pattern allows a sentence's paraphrases; if there is only one, also the sentence."""
    plan = rewrite_plan(text, ScriptedBackend([]), sentences=sentences)
    paraphrases, article = paraphrases_in(text), ground_of(text).facts.article
    assert plan.asked
    for asked in plan.asked:
        if len(asked.paraphrases.texts) >= CHOICES == 2:
            assert asked.request.pattern == asked.paraphrases.pattern()
        else:
            assert asked.request.pattern == asked.paraphrases.pattern(asked.source.text)
        assert asked.source.sentence == asked.paraphrases.sentence
        assert [p.text for p in asked.request.passages] == [article.quote(article.sentences[asked.source.sentence])]
    sources = [asked.source.sentence for asked in plan.asked]
    assert len(set(sources)) == len(sources)
    usable = {index for index in range(len(paraphrases)) if paraphrases.paraphrased(index) is not None}
    assert set(sources) <= usable
    assert len(sources) == min(len(usable), sentences + rewriting.SPARE)


def test_an_article_without_any_paraphrase_is_told_in_its_own_words() -> None:
    """No request is sent."""
    plain = "Pears bloom early here. Frost came late this year. Nobody had seen it come. Prices will rise in autumn."
    backend = ScriptedBackend([])
    summary = run(plain, backend, REWRITES, length=2)
    assert backend.requests == []
    assert summary.run.calls == ()
    assert summary.run.budget is not None
    assert summary.run.budget.calls == 0
    assert {sentence.origin for sentence in summary.sentences} == {"article"}


def paraphrasing(text: str) -> Callable[[Request], Reply]:
    """Return a model that answers with paraphrases of the requested sentence."""

    def respond(request: Request) -> Reply:
        starts = [sentence.start for sentence in ground_of(text).facts.article.sentences]
        found = paraphrases_in(text).paraphrased(starts.index(request.passages[0].start))
        assert found is not None
        return candidates(*((one, None) for one in found.texts[:8]))

    return respond


async def test_no_more_is_asked_once_there_is_enough() -> None:
    """One sentence more than wanted is enough."""
    backend = ScriptedBackend(paraphrasing(FRUIT))
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
"""Sentences with no and one rewording among their paraphrases."""


def asked_of(text: str, index: int) -> RewriteJob:
    found = paraphrases_in(text).paraphrased(index)
    assert found is not None
    return rewriting.ask(task(text, ScriptedBackend([])), found, load(SHORTEN))


def test_rewordings_are_asked_for_where_there_are_enough() -> None:
    """A rule can shorten sentences."""
    whole, asked = paraphrases_in(FRUIT).paraphrased(2), asked_of(FRUIT, 2)
    assert whole is not None
    reworded = {one for one in whole.texts if rewording_of(one, (asked.source.place,)) == "reworded"}
    assert set(asked.paraphrases.texts) == reworded
    assert len(reworded) >= CHOICES
    assert SHORTER in whole
    assert SHORTER not in asked.paraphrases
    assert asked.request.pattern == asked.paraphrases.pattern() != whole.pattern()


@pytest.mark.parametrize("rewordings", [0, 1])
def test_where_rewordings_leave_no_choice_all_paraphrases_are_asked_for(rewordings: int) -> None:
    """This includes shortened sentences."""
    text = LITTLE_TO_REWORD[rewordings]
    found, asked = paraphrases_in(text).paraphrased(0), asked_of(text, 0)
    assert found is not None
    kinds = [rewording_of(one, (asked.source.place,)) for one in found.texts]
    assert kinds.count("reworded") == rewordings < CHOICES <= len(kinds)
    assert "shortened" in kinds
    assert asked.paraphrases == found
