"""Batches: concurrency, resuming, failures, ceilings and progress."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from random import Random

import killing_batch
import pytest
from batches import (
    PLAIN,
    Item,
    Outcome,
    Progress,
    Stop,
    articles,
    bad_item,
    batch,
    copies,
    error,
    item_of,
    job,
    outcomes,
    written,
)
from hypothesis import given
from hypothesis import strategies as st
from invented import copying

from summarise import Reply, Request, SummariseError
from summarise.backends.budget import Ceilings
from summarise.batch.engine import job_on, local_engine
from summarise.batch.jobs import NOTHING, WRITER, Spent
from summarise.batch.ray import RayWorker, Share, Shares


def ids(folder: Path) -> list[str]:
    return [record["id"] for record in written(folder / "out.jsonl")]


def test_a_batch_that_ended_early_goes_on_where_it_was(tmp_path: Path) -> None:
    """Each article is asked about once over both runs, and the output keeps the input's order."""
    items, first, second = articles(5), copies(), copies()
    stop = Stop()
    ended = batch(tmp_path, items, first, stop=stop, slots=1, after_each=lambda: stop.ask("interrupted"))
    assert ended.totals.done == len(ids(tmp_path)) == 1
    ended = batch(tmp_path, items, second)
    assert ids(tmp_path) == [item.id for item in items]
    assert len(first.requests) + len(second.requests) == 5
    assert (ended.totals.done, ended.progress.done) == (5, 5 - len(first.requests))


@pytest.mark.slow
def test_a_batch_that_is_cancelled_keeps_the_finished_articles(tmp_path: Path) -> None:
    done = 0

    def cancel() -> None:
        nonlocal done
        done += 1
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        batch(tmp_path, articles(5), slots=1, after_each=cancel)
    assert done
    again = copies()
    assert batch(tmp_path, articles(5), again).totals.done == 5
    assert len(again.requests) == 5 - done


@pytest.mark.slow
def test_an_article_that_has_changed_is_done_again(tmp_path: Path) -> None:
    items = articles(3)
    batch(tmp_path, items)
    items[1] = item_of("a1", articles(9)[8].source or "")
    again = copies()
    batch(tmp_path, items, again)
    assert len(again.requests) == 1
    records = written(tmp_path / "out.jsonl")
    assert ["10 of its 99" in one["summary"]["sentences"][0]["text"] for one in records] == [False, True, False]


def test_one_bad_article_never_stops_the_run(tmp_path: Path) -> None:
    """It becomes an error record, which only --retry-failed tries again."""
    items = [*articles(2), item_of("empty", " "), bad_item("row", "x", b"")]
    down = copies(lambda request: error("ServerError", "gone") if "3 of its 99" in request.user else "")
    ended = batch(tmp_path, items, down)
    empty = "the text is empty or contains only white space: check that it is the right file or text"
    assert {record["id"]: record.get("error") for record in written(tmp_path / "out.jsonl")} == {
        "a0": None,
        "a1": {"error": "ServerError", "message": "gone", "exit_code": 5},
        "empty": {"error": "ArticleError", "message": empty, "exit_code": 3},
        "row": {"error": "ArticleError", "message": "x", "exit_code": 3},
    }
    assert ended.totals.errors == {"ServerError": 1, "ArticleError": 2}
    alone, again = copies(), copies()
    assert batch(tmp_path, items, alone).totals.failed == 3
    assert alone.requests == []
    ended = batch(tmp_path, items, again, options={"retry_failed": True})
    assert (ended.totals.done, ended.totals.failed, ended.progress.done) == (2, 2, 1)


def test_so_many_failures_end_the_run(tmp_path: Path) -> None:
    """Articles in progress are finished; those not begun are not failures."""
    down = copies(lambda _: error("ServerError", "gone"))
    ended = batch(tmp_path, articles(4), down, slots=1, options={"max_failures": 2})
    assert (ended.stop.why, ended.stop.exit_code) == ("failures", 7)
    assert ended.totals.failed in (2, 3)


@pytest.mark.slow
def test_a_refused_key_ends_the_run_and_fails_no_article(tmp_path: Path) -> None:
    refused = copies(lambda _: error("AuthenticationError", "no"))
    ended = batch(tmp_path, articles(3), refused)
    assert (ended.stop.why, ended.stop.message, ended.stop.exit_code) == ("hopeless", "no", 5)
    assert (ended.totals.done, ended.totals.failed) == (0, 0)
    assert batch(tmp_path, articles(3)).totals.done == 3


def test_an_input_that_breaks_off_loses_nothing_before(tmp_path: Path) -> None:
    """Articles read so far are processed, and the error ends the command."""

    def broken() -> Iterator[Item]:
        yield from articles(2)
        raise error("TableError", "line 3: is no table any more")

    ended = batch(tmp_path, broken())
    assert (ended.totals.done, ended.stop.why, ended.stop.exit_code) == (2, "input", 3)
    assert ids(tmp_path) == ["a0", "a1"]


@pytest.mark.slow
def test_a_process_that_is_killed_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its items run again, each alone; only an item that kills three processes fails."""
    monkeypatch.chdir(tmp_path)
    killing_batch.run(partial(local_engine, processes=2))
    killing_batch.lost_nothing(tmp_path)


def test_progress_tells_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are computed from this run only, not from earlier ones."""
    progress = Progress(started=10.0, total=100, before=40)
    assert not progress.seconds_left
    monkeypatch.setattr("time.monotonic", lambda: 20.0)
    progress.done, progress.failed = 18, 2
    assert (progress.rate, progress.seconds_left) == (2.0, 20.0)


@given(count=st.integers(0, 12), slots=st.integers(1, 5), order=st.randoms(use_true_random=False))
def test_each_item_is_done_once_and_no_more_at_once_than_there_are_slots(count: int, slots: int, order: Random) -> None:
    """In any order of completion; few items are read ahead."""
    items, under_way, most, read = articles(count), set[str](), 0, 0

    async def one_by_one() -> AsyncIterator[Item]:
        nonlocal read
        for item in items:
            read += 1
            yield item

    async def perform(item: Item) -> Outcome:
        nonlocal most
        under_way.add(item.id)
        most = max(most, len(under_way))
        for _ in range(order.randrange(5)):
            await asyncio.sleep(0)
        under_way.remove(item.id)
        return Outcome(item.id, item.content)

    async def run() -> list[str]:
        found: list[str] = []
        async for outcome in outcomes(one_by_one(), perform, slots):
            found.append(outcome.id)
            assert read <= len(found) + 2 * slots
        return found

    assert sorted(asyncio.run(run())) == sorted(item.id for item in items)
    assert most <= slots


# ceilings


def counted(request: Request) -> Reply:
    return Reply(text=copying(request), model="m", prompt_tokens=100, completion_tokens=20)


@pytest.mark.slow
def test_ceilings_hold_over_all_runs_together(tmp_path: Path) -> None:
    """Articles beyond the limit are not failures; with a higher limit the same command continues."""
    items = articles(6)
    few = PLAIN.model_copy(update={"max_calls": 2})
    first, second, third = copies(counted), copies(counted), copies(counted)
    ended = batch(tmp_path, items, first, settings=few, slots=3)
    assert (ended.stop.why, ended.stop.exit_code) == ("ceiling", 7)
    assert (len(first.requests), ended.totals.done, ended.totals.failed, ended.spent.calls) == (2, 2, 0, 2)
    ended = batch(tmp_path, items, second, settings=few)
    assert (second.requests, ended.stop.why, ended.totals.done) == ([], "ceiling", 2)
    ended = batch(tmp_path, items[:2], settings=few)
    assert (ended.stop.why, ended.totals.done) == (None, 2), "nothing is left to allow"
    ended = batch(tmp_path, items, third, settings=PLAIN.model_copy(update={"max_calls": 6}))
    assert (len(third.requests), ended.stop.why, ended.totals.done) == (4, None, 6)
    assert (ended.spent.calls, ended.spent.tokens) == (6, 720)


def test_a_ceiling_on_cost_needs_a_price(tmp_path: Path) -> None:
    backend = copies()
    with pytest.raises(SummariseError, match="max_cost needs the price"):
        batch(tmp_path, articles(2), backend, settings=PLAIN.model_copy(update={"max_cost": 1.0}))
    assert backend.requests == []


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


async def test_earlier_spending_reduces_each_ceiling_that_is_set() -> None:
    settings = PLAIN.model_copy(update={"max_tokens_total": 1000, "max_cost": 2.0})
    share = await Shares(settings, Spent(calls=7, tokens=400, cost=0.5), 3).take()
    assert share is not None
    assert share.ceilings == Ceilings(calls=None, tokens=200, cost=0.5)
    assert not share.whole
    assert await Shares(settings, Spent(calls=7, tokens=400, cost=2.0), 3).take() is None


@pytest.mark.parametrize(("calls", "done"), [(None, True), (1, False)])
async def test_a_worker_of_a_cluster_spends_no_more_than_the_share(calls: int | None, done: bool) -> None:
    """An item that needs more is given up, not recorded as failed."""
    model = copies()
    chunked = PLAIN.model_copy(update={"chunk_tokens": 64})
    worker = RayWorker(job_on(job(chunked), 2), chunked, {WRITER: model}, ".")
    outcome, spent = await worker.perform(articles(1)[0], Ceilings(calls=calls))
    assert (outcome.row is not None, bool(outcome.given_up)) == (done, not done)
    assert spent.calls == len(model.requests)
    assert calls is None or spent.calls <= calls
