"""The worker pool: scheduling, refusals and dying workers."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE
from served import InThread

from summarise import Facts, Settings, summarise
from summarise.errors import ConfigurationError, RunFileError
from summarise.serving.history import History
from summarise.serving.jobs import Job, Outcome, perform
from summarise.serving.limits import Limits, Rate
from summarise.serving.pool import Emit, Pool, Worker
from summarise.serving.responses import JobFailedError, RefusedError
from summarise.serving.schemas import FactsRequest, SummaryRequest, Text

LIMITS = Limits(waiting=2, long_characters=1000, job_seconds=60)


def facts(text: str) -> Job:
    return Job(asked=FactsRequest(article=Text(text=text)), source=Text(text=text))


SHORT, LONG = facts("short"), facts("long" * 1000)


class Scripted(InThread):
    """A worker that finishes its jobs when the test allows it."""

    def __init__(self, begun: list[Job], may_end: asyncio.Event) -> None:
        super().__init__(Settings())
        self._begun, self._may_end = begun, may_end

    async def do(self, job: Job, emit: Emit) -> Outcome:
        """Wait for the test."""
        self._begun.append(job)
        await self._may_end.wait()
        return Outcome(result="{}")


def scripted(size: int, limits: Limits = LIMITS) -> tuple[Pool, list[Job], asyncio.Event]:
    """Return a pool of scripted workers, the jobs that they began, and the event that ends them."""
    begun: list[Job] = []
    may_end = asyncio.Event()
    return Pool(Settings(), limits, size=size, hire=lambda _: Scripted(begun, may_end)), begun, may_end


async def settled() -> None:
    """Let all tasks proceed as far as they can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_long_jobs_leave_a_worker_to_short_ones() -> None:
    """With two workers, at most one has a long job; a short job overtakes the next long one."""
    pool, begun, may_end = scripted(2)
    jobs = [asyncio.ensure_future(pool.do(job)) for job in (LONG, LONG, SHORT)]
    await settled()
    assert begun == [LONG, SHORT]
    may_end.set()
    await asyncio.gather(*jobs)
    assert begun == [LONG, SHORT, LONG]


async def test_more_than_may_wait_are_refused() -> None:
    """A full queue gives 503 with Retry-After."""
    pool, _, may_end = scripted(1)
    jobs = [asyncio.ensure_future(pool.do(SHORT)) for _ in range(3)]
    await settled()
    with pytest.raises(RefusedError) as refused:
        await pool.do(SHORT)
    assert refused.value.problem.status == 503
    assert "retry-after" in refused.value.headers
    may_end.set()
    await asyncio.gather(*jobs)


async def test_who_gives_up_frees_place_and_queue() -> None:
    """A cancelled caller, waiting or served, does not block others."""
    pool, begun, may_end = scripted(1)
    served, waiting, last = (asyncio.ensure_future(pool.do(SHORT)) for _ in range(3))
    await settled()
    waiting.cancel()
    served.cancel()
    await settled()
    assert len(begun) == 2
    may_end.set()
    await last


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["come", "end", "leave"])), max_size=40), st.integers(1, 3))
def test_no_place_is_lost(steps: list[tuple[bool, str]], size: int) -> None:
    """After any sequence of arrivals, ends and cancellations every worker is free."""

    async def play() -> None:
        pool, begun, may_end = scripted(size)
        tasks: list[asyncio.Task[Outcome]] = []
        for long, what in steps:
            if what == "come":
                tasks.append(asyncio.create_task(pool.do(LONG if long else SHORT)))
            elif what == "leave" and tasks:
                tasks[len(begun) % len(tasks)].cancel()
            elif what == "end":
                may_end.set()
                await settled()
                may_end.clear()
            if long:
                await settled()
        may_end.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        before = len(begun)
        may_end.clear()
        last = [asyncio.create_task(pool.do(SHORT)) for _ in range(size)]
        await settled()
        assert len(begun) == before + size
        may_end.set()
        await asyncio.gather(*last)

    asyncio.run(play())


async def test_a_worker_that_dies_fails_its_job_alone() -> None:
    """A killed process fails its job with 500, and the next job gets a new process."""
    job = facts(BRIDGE)
    pool = Pool(Settings(entailment="off"), LIMITS, size=1)
    try:
        await pool.start()
        (first,) = pool._idle

        def kill(_: str) -> None:
            first._process.kill()

        with pytest.raises(JobFailedError) as failed:
            await pool.do(job, kill)
        assert (failed.value.problem.status, failed.value.problem.code) == (500, 70)
        found = await pool.do(job)
        assert Facts.model_validate_json(found.result).article.text == BRIDGE
        assert first not in pool._idle
    finally:
        await pool.end()


async def test_a_worker_that_does_not_get_ready_is_not_kept() -> None:
    """The caller gets 503, and the worker is discarded."""

    class Hurried(Worker):
        start_seconds = 0.01

    pool = Pool(Settings(entailment="off"), LIMITS, size=1, hire=Hurried)
    try:
        with pytest.raises(JobFailedError) as failed:
            await pool.do(SHORT)
        assert failed.value.problem.status == 503
        assert "not ready within 0.01 s" in failed.value.problem.detail
        assert (pool._idle, pool._busy) == ([], set())
        with pytest.raises(ConfigurationError, match="not ready within"):
            await pool.start()
    finally:
        await pool.end()


async def test_a_job_that_takes_too_long_is_given_up() -> None:
    """The caller gets 504, and the next job gets a worker."""
    pool, begun, may_end = scripted(1, LIMITS.model_copy(update={"job_seconds": 0.05}))
    with pytest.raises(JobFailedError) as failed:
        await pool.do(SHORT)
    assert failed.value.problem.status == 504
    may_end.set()
    await pool.do(SHORT)
    assert len(begun) == 2


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 20))
def test_a_rate_is_kept(pauses: list[float], most: int) -> None:
    """Any minute has at most twice the rate: the saved-up calls and the new ones."""
    now = 0.0
    rate = Rate(most, clock=lambda: now)
    times = []
    for pause in pauses:
        now += pause
        if not rate.wait("a"):
            rate.count("a")
            times.append(now)
        assert not rate.wait("b")
    assert all(sum(start <= time < start + 60 for time in times) <= 2 * most for start in times)


@given(st.integers(1, 50))
def test_who_waits_as_told_may_go_on(most: int) -> None:
    """A call is allowed after the returned wait."""
    now = 0.0
    rate = Rate(most, clock=lambda: now)
    for _ in range(most):
        assert not rate.wait("a")
        rate.count("a")
    wait = rate.wait("a")
    assert 0 < wait <= 60 / most + 0.001
    now += wait + 0.001
    assert not rate.wait("a")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_history_lists_files_only(tmp_path: Path) -> None:
    """Pipes would block and links may lead out of the folder, so both are refused."""
    history = History(tmp_path / "runs")
    elsewhere = tmp_path / "run.json"
    summarise(BRIDGE, model="extract", settings=Settings(entailment="off"), save=elsewhere)
    for make in (os.mkfifo, lambda path: path.symlink_to(elsewhere)):
        name, path = history.new()
        make(path)
        assert history.listed() == []
        with pytest.raises(RefusedError):
            history.path(name)
    _, path = history.new()
    path.write_bytes(elsewhere.read_bytes())
    assert [run.id for run in history.listed()] == [path.stem]


async def test_a_damaged_run_does_not_say_where_it_is_kept(tmp_path: Path) -> None:
    """The error has the file's name without its folder."""
    damaged = tmp_path / "20260101T000008-00000008.json"
    damaged.write_text("{}", encoding="utf-8")
    with pytest.raises(RunFileError) as caught:
        await perform(Job(asked=damaged, source=None), Settings(entailment="off"), lambda _: None)
    assert damaged.name in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


async def test_a_history_that_is_gone_loses_no_summary(tmp_path: Path) -> None:
    """The outcome has the summary and exit code 74."""
    article = Text(text=BRIDGE)
    asked = SummaryRequest(article=article, model="extract", length=1)
    job = Job(asked=asked, source=article, save=tmp_path / "gone" / "run.json")
    outcome = await perform(job, Settings(entailment="off"), lambda _: None)
    assert outcome.code == 74
    assert '"sentences"' in outcome.result
