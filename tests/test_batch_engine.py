"""Many items at once: each is done once, concurrency is bounded, and a killed process loses no item."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from batches import PLAIN, articles, asking, copies, job
from hypothesis import given
from hypothesis import strategies as st

from summarise import Request, Result
from summarise.backends.scripted import Scripted
from summarise.batch.backends import WRITER, Backends
from summarise.batch.inputs import Item
from summarise.batch.jobs import CheckJob, Outcome, outcome_of
from summarise.batch.pool import LIVES, Pool
from summarise.batch.run import calls_at_once, job_on, outcomes
from summarise.errors import ConfigurationError
from summarise.workers import LENGTH


async def one_by_one(items: list[Item], taken: list[str] | None = None) -> AsyncIterator[Item]:
    """Yield items and append their ids to `taken`."""
    for item in items:
        if taken is not None:
            taken.append(item.id)
        yield item


@given(count=st.integers(0, 12), slots=st.integers(1, 5), order=st.randoms(use_true_random=False))
def test_each_item_is_done_once_and_no_more_at_once_than_there_are_slots(count: int, slots: int, order: object) -> None:
    """In any order of completion; few items are read ahead."""
    items, under_way, most, taken, finished = articles(count), set[str](), 0, list[str](), 0

    async def perform(item: Item) -> Outcome:
        nonlocal most
        under_way.add(item.id)
        most = max(most, len(under_way))
        for _ in range(order.randrange(5)):  # type: ignore[attr-defined]
            await asyncio.sleep(0)
        under_way.remove(item.id)
        return Outcome(item.id, item.content)

    async def run() -> list[str]:
        nonlocal finished
        found = []
        async for outcome in outcomes(one_by_one(items, taken), perform, slots):
            finished += 1
            found.append(outcome.id)
            assert len(taken) <= finished + 2 * slots
        return found

    assert sorted(asyncio.run(run())) == sorted(item.id for item in items)
    assert most <= slots


async def test_an_error_ends_what_is_under_way() -> None:
    """It is raised unchanged, other tasks are cancelled, and reading stops."""
    taken: list[str] = []
    ended: list[str] = []

    async def perform(item: Item) -> Outcome:
        try:
            if item.id == "a1":
                raise OSError("disk")
            await asyncio.sleep(60)
        finally:
            ended.append(item.id)
        raise AssertionError("nobody waits so long")

    with pytest.raises(OSError, match="disk"):
        async for _ in outcomes(one_by_one(articles(9), taken), perform, 3):
            pass
    assert len(taken) <= 4
    assert set(ended) >= {"a0", "a1"}


def test_no_calls_are_counted_where_no_model_is_asked() -> None:
    """`extract`, and a check without a judge, make no model calls."""
    settings = PLAIN.model_copy(update={"concurrency": 8})
    assert [calls_at_once(job(settings)), calls_at_once(job(settings, models=("extract",)))] == [8, 0]
    assert [calls_at_once(CheckJob(settings)), calls_at_once(CheckJob(settings, judge="openai:x"))] == [0, 8]


def same(result: str) -> Result:
    """Return a result without the fields that depend on time."""
    found = Result.model_validate_json(result)
    assert found.summary is not None
    run = found.summary.run.model_copy(update={"seconds": 0.0, "calls": (), "plan": None})
    return found.model_copy(update={"summary": found.summary.model_copy(update={"run": run})})


@asynccontextmanager
async def process(said: Callable[[Request], Scripted]) -> AsyncIterator[Pool]:
    """Yield a pool of one process whose requests `said` answers here."""
    async with (
        Backends(PLAIN, given={WRITER: copies(said)}) as backends,
        Pool(await asking(), backends, 1) as pool,
    ):
        yield pool


async def test_other_processes_give_the_same_as_this_one() -> None:
    """Processes send their requests to the backends of the parent."""
    items, backend = articles(2), copies()
    async with Backends(PLAIN, given={WRITER: backend}) as backends:
        here = [await outcome_of(item, job_on(job(), 1), backends.opening) for item in items]
        asked = len(backend.requests)
        async with Pool(job_on(job(), 2), backends, 1) as pool:
            there = await asyncio.gather(*(pool.perform(item) for item in items))
    assert [same(one.result) for one in there] == [same(one.result) for one in here]
    assert [(one.id, one.content) for one in there] == [(item.id, item.content) for item in items]
    assert len(backend.requests) == 2 * asked
    assert backends.spent.calls == 2 * asked


async def test_a_process_that_is_killed_loses_nothing() -> None:
    """Its items run again, each alone; only an item that kills every process fails."""
    killed: list[str] = []

    def kill(request: Request) -> str:
        item = "always" if "2 of its 99" in request.user else "once" if "3 of its 99" in request.user else ""
        if item == "always" or item not in (*killed, ""):
            killed.append(item)
            os.kill(pool._workers[-1]._process.pid, signal.SIGKILL)
        return ""

    async with process(kill) as pool:
        found = await asyncio.gather(*(pool.perform(item) for item in articles(3)))
        assert len(pool._workers) <= 1
    assert set(killed) == {"always", "once"}
    assert killed.count("always") <= LIVES
    assert [one.row and one.row.error for one in found] == ["WorkerDiedError", None, None]


async def test_signals_to_the_whole_group_end_no_process() -> None:
    """Only the parent decides what is still finished."""
    pids: set[int] = set()

    def interrupt(request: Request) -> str:
        pids.add(pool._workers[0]._process.pid)
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(pool._workers[0]._process.pid, number)
        return ""

    async with process(interrupt) as pool:
        found = [await pool.perform(item) for item in articles(2)]
    assert [one.row and one.row.error for one in found] == [None, None]
    assert len(pids) == 1


async def test_a_process_that_cannot_read_what_it_is_told_ends() -> None:
    """An invalid message ends the process; unknown exceptions arrive as text."""
    strange = type("StrangeError", (Exception,), {"__module__": "nowhere"})
    first, second = articles(2)

    def surprise(request: Request) -> str:
        if "2 of its 99" in request.user:
            raise strange("surprise")
        return ""

    async with process(surprise) as pool:
        failed = await pool.perform(first)
        worker = pool._workers[0]
        worker._input.write(LENGTH.pack(5) + b"what?")
        await asyncio.wait_for(worker._process.wait(), 60)
        done = await pool.perform(second)
    assert failed.row is not None
    assert failed.row.message == "a fault of this program, please report it: RuntimeError: StrangeError: surprise"
    assert done.row is not None
    assert done.row.error is None


async def test_where_no_process_can_be_started_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """ConfigurationError, not a failed item."""
    for command in ((sys.executable, "-c", "import sys; sys.exit(3)"), ("/nowhere/python", "-c", "")):
        monkeypatch.setattr("summarise.batch.pool.start_command", lambda *_, command=command: command)
        async with process(lambda _: "") as pool:
            with pytest.raises(ConfigurationError, match="try it with one process"):
                await pool.perform(articles(1)[0])


async def test_what_goes_wrong_with_one_item_is_its_outcome() -> None:
    """Our errors keep name and exit code; others are reported as faults of the program."""
    async with Backends(PLAIN, given={WRITER: copies(lambda _: ValueError("surprise"))}) as backends:
        (item,) = articles(1)
        empty = await outcome_of(replace(item, source=" "), job(), backends.opening)
        fault = await outcome_of(item, job(), backends.opening)
        nothing = await outcome_of(item, CheckJob(PLAIN), backends.opening)
    errors = [Result.model_validate_json(one.result).error for one in (empty, fault, nothing)]
    assert [error and (error.error, error.exit_code) for error in errors] == [
        ("ArticleError", 3),
        ("ValueError", 70),
        ("ArticleError", 3),
    ]
    assert errors[1] is not None
    assert errors[1].message == "a fault of this program, please report it: ValueError: surprise"
