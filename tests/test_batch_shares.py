"""Shares of ceilings: those in use never exceed a ceiling, and all of it can be spent."""

import asyncio
from random import Random

import pytest
from batches import PLAIN, articles, copies, job
from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.budget import Ceilings
from summarise.batch.backends import NOTHING, WRITER, Share, Shares, Spent
from summarise.batch.engine import job_on
from summarise.batch.ray import Assignment, RayWorker


@given(calls=st.integers(1, 40), parts=st.integers(1, 6), items=st.integers(1, 20), seed=st.integers(0, 99))
def test_shares_under_way_never_pass_a_ceiling(calls: int, parts: int, items: int, seed: int) -> None:
    """In any order of events; a waiting item gets a share, or None if nothing is left."""
    chance, under_way, spent = Random(seed), set[Share](), 0.0
    shares = Shares(PLAIN.model_copy(update={"max_calls": calls}), NOTHING, parts)

    async def work() -> None:
        nonlocal spent
        whole = chance.random() < 0.2
        share = await shares.take(whole=whole)
        if share is None:
            assert not under_way
            assert spent == calls
            return
        under_way.add(share)
        assert share.ceilings.calls is not None
        assert share.ceilings.calls >= 1
        assert whole <= share.whole <= (under_way == {share})
        assert spent + sum(one.amounts["calls"] for one in under_way) <= calls
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
        taken = None if chance.random() < 0.2 else Spent(calls=chance.randint(0, share.ceilings.calls))
        under_way.remove(share)
        spent += share.amounts["calls"] if taken is None else taken.calls
        shares.settle(share, taken)

    async def run() -> None:
        await asyncio.wait_for(asyncio.gather(*(work() for _ in range(items))), timeout=10)

    asyncio.run(run())


async def test_earlier_spending_counts() -> None:
    """It reduces each ceiling that is set; the others stay unlimited."""
    settings = PLAIN.model_copy(update={"max_tokens_total": 1000, "max_cost": 2.0})
    shares = Shares(settings, Spent(calls=7, tokens=400, cost=0.5), 3)
    share = await shares.take()
    assert share is not None
    assert share.ceilings == Ceilings(calls=None, tokens=200, cost=0.5)
    assert not share.whole
    assert await Shares(settings, Spent(calls=7, tokens=400, cost=2.0), 3).take() is None
    unbounded = await Shares(PLAIN, NOTHING, 3).take()
    assert unbounded is not None
    assert unbounded.ceilings == Ceilings()


@pytest.mark.parametrize(("calls", "done"), [(None, True), (1, False)])
async def test_a_worker_spends_no_more_than_the_share(calls: int | None, done: bool) -> None:
    """An item that needs more is given up, not recorded as failed."""
    model = copies()
    chunked = PLAIN.model_copy(update={"chunk_tokens": 64})
    worker = RayWorker(Assignment(job_on(job(chunked), 2), chunked, {WRITER: model}, "."))
    outcome, spent = await worker.perform(articles(1)[0], Ceilings(calls=calls))
    assert (outcome.row is not None, bool(outcome.given_up)) == (done, not done)
    assert spent.calls == len(model.requests)
    assert calls is None or spent.calls <= calls
