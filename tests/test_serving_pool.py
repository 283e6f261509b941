"""The server's queue and workers: scheduling, refusals, dying workers, and jobs whose history is gone."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE
from served import InThread

from summarise import Facts, Settings, SummariseError, summarise
from summarise.serving.guard import Limits, Rate
from summarise.serving.jobs import EmitJson, Job, JobPool, JobWorker, Outcome, perform
from summarise.serving.schemas import FactsRequest, ProblemError, SummaryRequest, Text
from summarise.serving.service import History

LIMITS = Limits(waiting=2, job_seconds=60)
PLAIN = Settings(entailment="off")


def facts(text: str) -> Job:
    return Job(request=FactsRequest(article=Text(text=text)), sources=(Text(text=text),))


ANY = facts("Words.")


class Scripted(InThread):
    """A worker that finishes its jobs when the test allows it."""

    def __init__(self, begun: list[Job], may_end: asyncio.Event) -> None:
        super().__init__(Settings())
        self._begun, self._may_end = begun, may_end

    async def do(self, job: Job, emit: EmitJson) -> Outcome:
        """Wait for the test."""
        self._begun.append(job)
        await self._may_end.wait()
        return Outcome(result="{}")


def scripted(size: int, limits: Limits = LIMITS) -> tuple[JobPool, list[Job], asyncio.Event]:
    """Return a pool of scripted workers, the jobs that they began, and the event that ends them."""
    begun: list[Job] = []
    may_end = asyncio.Event()
    return JobPool(Settings(), limits, size=size, make_worker=lambda _: Scripted(begun, may_end)), begun, may_end


async def settled() -> None:
    """Let all tasks proceed as far as they can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_full_queue_refuses_jobs_until_a_caller_gives_up() -> None:
    """A refusal is 503 with Retry-After; a cancelled caller, waiting or served, does not block others."""
    pool, begun, may_end = scripted(1)
    served, waiting, last = (asyncio.ensure_future(pool.do(ANY)) for _ in range(3))
    await settled()
    with pytest.raises(ProblemError) as refused:
        await pool.do(ANY)
    assert refused.value.problem.status == 503
    assert "retry-after" in refused.value.headers
    waiting.cancel()
    served.cancel()
    await settled()
    assert len(begun) == 2
    may_end.set()
    await last


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["come", "end", "leave"])), max_size=40), st.integers(1, 3))
def test_no_slot_of_the_pool_is_lost(steps: list[tuple[bool, str]], size: int) -> None:
    """After any sequence of arrivals, ends and cancellations every worker is free."""

    async def play() -> None:
        pool, begun, may_end = scripted(size)
        tasks: list[asyncio.Task[Outcome]] = []
        for settles, what in steps:
            if what == "come":
                tasks.append(asyncio.create_task(pool.do(ANY)))
            elif what == "leave" and tasks:
                tasks[len(begun) % len(tasks)].cancel()
            elif what == "end":
                may_end.set()
                await settled()
                may_end.clear()
            if settles:
                await settled()
        may_end.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        before = len(begun)
        may_end.clear()
        last = [asyncio.create_task(pool.do(ANY)) for _ in range(size)]
        await settled()
        assert len(begun) == before + size
        may_end.set()
        await asyncio.gather(*last)

    asyncio.run(play())


@pytest.mark.slow
async def test_a_dying_worker_fails_only_its_own_job() -> None:
    workers: list[JobWorker] = []

    def make_worker(settings: Settings) -> JobWorker:
        workers.append(JobWorker(settings))
        return workers[-1]

    pool = JobPool(PLAIN, LIMITS, size=1, make_worker=make_worker)
    try:
        await pool.start()
        with pytest.raises(ProblemError) as failed:
            await pool.do(facts(BRIDGE), lambda _: workers[0].close())
        assert (failed.value.problem.status, failed.value.problem.code) == (500, 70)
        outcome = await pool.do(facts(BRIDGE))
        assert Facts.model_validate_json(outcome.result).article.text == BRIDGE
        assert len(workers) == 2
    finally:
        await pool.end()


async def test_a_worker_that_does_not_become_ready_is_removed() -> None:
    """The caller gets 503; a server does not start."""

    class Hurried(JobWorker):
        start_seconds = 0.01

    pool = JobPool(PLAIN, LIMITS, size=1, make_worker=Hurried)
    try:
        for _ in range(2):
            with pytest.raises(ProblemError, match=r"not ready within 0\.01 s") as failed:
                await pool.do(ANY)
            assert failed.value.problem.status == 503
        with pytest.raises(SummariseError, match="not ready within"):
            await pool.start()
    finally:
        await pool.end()


async def test_a_job_over_the_time_limit_is_cancelled() -> None:
    pool, begun, may_end = scripted(1, LIMITS.model_copy(update={"job_seconds": 0.05}))
    with pytest.raises(ProblemError) as failed:
        await pool.do(ANY)
    assert failed.value.problem.status == 504
    may_end.set()
    await pool.do(ANY)
    assert len(begun) == 2


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 20))
def test_a_rate_is_kept(pauses: list[float], most: int) -> None:
    """Any minute has at most twice the rate; after the returned wait a call is allowed."""
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
    now += rate.wait("a") + 0.001
    assert not rate.wait("a")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_history_lists_files_only(tmp_path: Path) -> None:
    """Pipes would block and links may lead out of the folder, so both are refused."""
    history = History(tmp_path / "runs")
    elsewhere = tmp_path / "run.json"
    summarise(BRIDGE, model="extract", settings=PLAIN, save=elsewhere)
    for make in (os.mkfifo, lambda path: path.symlink_to(elsewhere)):
        path = history.new()
        make(path)
        assert history.listed() == []
        with pytest.raises(ProblemError):
            history.path(path.stem)
    path = history.new()
    path.write_bytes(elsewhere.read_bytes())
    assert [run.id for run in history.listed()] == [path.stem]


async def test_the_error_of_a_damaged_run_names_no_folder(tmp_path: Path) -> None:
    damaged = tmp_path / "20260101T000008-00000008.json"
    damaged.write_text("{}", encoding="utf-8")
    with pytest.raises(SummariseError) as caught:
        await perform(Job(request=damaged, sources=()), PLAIN, lambda _: None)
    assert damaged.name in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


async def test_a_missing_history_folder_loses_no_summary(tmp_path: Path) -> None:
    article = Text(text=BRIDGE)
    request = SummaryRequest(article=article, model="extract", length=1)
    job = Job(request=request, sources=(article,), save=tmp_path / "gone" / "run.json")
    outcome = await perform(job, PLAIN, lambda _: None)
    assert outcome.code == 74
    assert '"sentences"' in outcome.result
