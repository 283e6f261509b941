"""Rewriting: which sources the model is asked for, and when no more is asked."""

import pytest
from invented import BRIDGE, VALLEY
from strategy_runs import (
    FRUIT,
    INSIDE,
    MUNK,
    PAIRED,
    REWRITES,
    candidates,
    echo,
    ground_of,
    most_of,
    offers,
    on,
    rewrite_plan,
    run,
    task,
)

from summarise.backends.scripted import ScriptedBackend
from summarise.data import Reply, Request
from summarise.purse import Purse
from summarise.rewrite import FUSE, SHORTEN
from summarise.strategies import rewriting
from summarise.strategies.rewriting import LONGEST_PAIR, may_be_rewritten, pairs


@pytest.mark.parametrize("sentences", [1, 4])
@pytest.mark.parametrize("text", [BRIDGE, PAIRED, FRUIT])
def test_each_source_is_asked_for_once_pairs_last(text: str, sentences: int) -> None:
    """With the prompt for its number of sentences, and the article's own words as passages."""
    plan = rewrite_plan(text, ScriptedBackend([]), sentences=sentences)
    article = ground_of(text).facts.article
    assert plan.asked
    for asked in plan.asked:
        assert asked.prompt.stage == (SHORTEN if len(asked.source.sentences) == 1 else FUSE)
        assert [p.text for p in asked.request.passages] == [
            article.quote(article.sentences[i]) for i in asked.source.sentences
        ]
    sources = [asked.source.sentences for asked in plan.asked]
    assert len(set(sources)) == len(sources)
    together = [one for one in sources if len(one) == 2]
    assert sources[len(sources) - len(together) :] == together
    assert len(together) <= sentences // 4
    assert len(sources) - len(together) <= sentences + rewriting.SPARE


@pytest.mark.parametrize("text", [BRIDGE, VALLEY])
def test_what_is_asked_for_is_told_by_the_article_itself(text: str) -> None:
    """Whole sentences of some length; no quotation, no headline, nothing that somebody says of himself."""
    asked = {asked.source.sentences[0] for asked in rewrite_plan(text, ScriptedBackend([]), sentences=9).asked}
    article = ground_of(text).facts.article
    for index in asked:
        sentence = article.quote(article.sentences[index])
        assert sentence[0] not in '“"'
        assert article.sentences[index].role == "body"
        assert len(sentence.split()) >= rewriting.SHORTEST
    wanted = task("We closed the old bridge of Brelmouth on Monday because its cables were worn.", ScriptedBackend([]))
    assert not may_be_rewritten(wanted, 0)


def test_pairs_are_neighbours_that_belong_together() -> None:
    """The second leans on the first, or both have a name; each sentence is in one pair at most."""
    wanted = task(PAIRED, ScriptedBackend([]))
    found = list(pairs(wanted, [2, 1, 0]))
    assert found == [(0, 1)]
    assert list(pairs(wanted, [])) == []
    for first, second in found:
        article = wanted.article
        words = [len(article.quote(article.sentences[one]).split()) for one in (first, second)]
        assert sum(words) <= LONGEST_PAIR


def test_an_article_without_anything_to_rewrite_is_told_in_its_own_words() -> None:
    """Nothing is asked, and the summary is there all the same."""
    plain = "Pears bloom early here. Frost came late this year. Nobody had seen it come. Prices will rise in autumn."
    backend = ScriptedBackend([])
    summary = run(plain, backend, REWRITES, length=2)
    assert backend.requests == []
    assert summary.run.calls == ()
    assert {sentence.origin for sentence in summary.sentences} == {"article"}


def rewriting_well(request: Request) -> Reply:
    """Answer with right rewrites, of whatever is asked for."""
    return candidates((INSIDE, None), (MUNK, None))


async def test_no_more_is_asked_once_there_is_enough() -> None:
    """As many rewritten sentences as are wanted, and one to spare; without a success all are tried."""
    backend = ScriptedBackend(rewriting_well)
    plan = rewrite_plan(FRUIT, backend, sentences=1, concurrency=1)
    written = await plan.write(Purse(most_of(plan)))
    assert len(offers(written)) == len(backend.requests) == 2
    idle = ScriptedBackend(echo)
    plan = rewrite_plan(FRUIT, idle, sentences=1, concurrency=1)
    await plan.write(Purse(most_of(plan)))
    assert len(idle.requests) == len(plan.asked)


async def test_a_pair_is_asked_for_at_the_end() -> None:
    """Where neither of its sentences has a rewrite."""
    fused = "Karel Munk came to the Sellen valley and said that Polish growers would sell more apples in the south."
    backend = ScriptedBackend(lambda r: candidates((fused, None)) if len(r.passages) == 2 else echo(r))
    plan = rewrite_plan(PAIRED, backend, sentences=4, concurrency=1)
    assert [len(asked.source.sentences) for asked in plan.asked][-2:] == [1, 2]
    written = await plan.write(Purse(most_of(plan)))
    assert offers(written)[0, 1].sentence.rewording == "fused"


async def test_what_shares_a_sentence_with_a_rewrite_that_stands_is_not_asked_for() -> None:
    """It could not be shown beside it."""
    backend = ScriptedBackend(on("buys fruit", candidates((MUNK, None))))
    plan = rewrite_plan(PAIRED, backend, sentences=4, concurrency=1)
    written = await plan.write(Purse(most_of(plan)))
    assert MUNK in {candidate.sentence.text for candidate in written.offered or ()}
    assert (0, 1) in {asked.source.sentences for asked in plan.asked}
    assert all(len(request.passages) == 1 for request in backend.requests)
