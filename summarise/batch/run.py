"""One run of a batch: skip finished items, run the others, record results in the journal."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from pickle import dumps
from queue import SimpleQueue
from typing import TypeVar

from summarise.batch.backends import NOTHING, REACHED, Backends, Spent
from summarise.batch.inputs import Item, id_key
from summarise.batch.jobs import Job, Outcome, asks_model, models_of, outcome_of
from summarise.batch.journal import Journal, settings_used
from summarise.batch.output import Output, Totals, write_output
from summarise.batch.pool import Pool
from summarise.data import Backend
from summarise.errors import ArticleError, IncompleteError, SummariseError, UsageError
from summarise.settings.model import Settings
from summarise.settings.providers import LOCAL_ENGINE, kind_of

T = TypeVar("T")
PATIENCE = 0.1  # seconds between calls of `enough` during a wait


async def taken(items: Iterator[T], *, enough: Callable[[], bool]) -> AsyncGenerator[T, None]:
    """Yield items, none of them None, until `enough()`, even while waiting for the next."""
    wanted: SimpleQueue[Future[T | None] | None] = SimpleQueue()
    threading.Thread(target=_take, args=(items, wanted), name="input of the batch", daemon=True).start()
    try:
        while not enough():
            taking: Future[T | None] = Future()
            wanted.put(taking)
            item = await _unless(enough, taking)
            if item is None or enough():
                return
            yield item
    finally:
        wanted.put(None)


async def _unless(enough: Callable[[], bool], taking: Future[T | None]) -> T | None:
    item = asyncio.wrap_future(taking)
    try:
        while not item.done():
            if enough():
                return None
            await asyncio.wait({item}, timeout=PATIENCE)
        return item.result()
    finally:
        item.cancel()


def _take(items: Iterator[T], wanted: "SimpleQueue[Future[T | None] | None]") -> None:
    while (taking := wanted.get()) is not None:
        if taking.set_running_or_notify_cancel():
            try:
                item = next(items, None)
            except BaseException as error:
                taking.set_exception(error)
            else:
                taking.set_result(item)


MORE = 1.25  # items under way for each call at once: items in parsing make no calls
WAITING = 2  # minimum of items under way for each process, so that it never waits for the next

Perform = Callable[[Item], Awaitable[Outcome]]
# Maps items to outcomes in order of completion; closing it cancels the work under way.
Engine = Callable[[AsyncIterator[Item]], AsyncGenerator[Outcome, None]]
# Starts an engine for a job; the backends enforce its ceilings.
Starting = Callable[[Job, Backends], AbstractAsyncContextManager[Engine]]


@asynccontextmanager
async def local_engine(job: Job, backends: Backends, *, processes: int | None) -> AsyncIterator[Engine]:
    """Yield an engine on this machine.

    Default: one process per core, or only this one if a model runs on this machine.
    """
    if processes is None:
        processes = 1 if any(kind_of(model or "") in LOCAL_ENGINE for model in models_of(job)) else cores()
    job = job_on(job, processes)
    calls = calls_at_once(job)
    slots = slots_for(calls, processes)
    if processes == 1:
        yield lambda items: outcomes(items, lambda item: outcome_of(item, job, backends.opening), slots if calls else 1)
        return
    _require_sendable(job)
    async with Pool(job, backends, processes) as pool:
        yield lambda items: outcomes(items, pool.perform, slots)


def _require_sendable(job: Job) -> None:
    for check in job.own_checks:
        try:
            # `__main__` of a script or notebook is another module in a worker.
            sendable = b"__main__" not in dumps(check)
        except Exception:
            sendable = False
        if not sendable:
            raise UsageError(
                f"the check {check.name} cannot be sent to other processes: put it into a module, or use processes=1"
            )


def calls_at_once(job: Job) -> int:
    """Return the maximum of concurrent calls."""
    return job.settings.concurrency if asks_model(job) else 0


def slots_for(calls: int, processes: int) -> int:
    """Return how many items to keep under way."""
    return max(processes * WAITING, ceil(calls * MORE) + processes)


def job_on(job: Job, processes: int) -> Job:
    """Return the job for a worker: one thread, and no ceilings, which the batch enforces."""
    apart = {"max_calls": None, "max_tokens_total": None, "max_cost": None, "accept": None}
    threads = 1 if processes > 1 else job.settings.entailment_threads
    return job.with_settings(job.settings.model_copy(update={**apart, "entailment_threads": threads}))


def cores() -> int:
    """Return the number of available cores."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


async def outcomes(items: AsyncIterator[Item], perform: Perform, slots: int) -> AsyncGenerator[Outcome, None]:
    """Yield outcomes of at most `slots` concurrent items; an error or closing cancels them."""
    working: set[asyncio.Task[Outcome]] = set()
    taking: asyncio.Task[Item | None] | None = asyncio.create_task(_next(items))
    try:
        while taking is not None or working:
            waited: set[asyncio.Task[Outcome] | asyncio.Task[Item | None]] = {*working}
            if taking is not None and len(working) < slots:
                waited.add(taking)
            done, _ = await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if taking is not None and taking in done:
                item = taking.result()
                taking = None
                if item is not None:
                    working.add(asyncio.create_task(_performed(perform, item)))
                    taking = asyncio.create_task(_next(items))
            for task in [task for task in working if task.done()]:
                working.remove(task)
                yield task.result()
    finally:
        left = [*working, *([taking] if taking is not None else [])]
        for one in left:
            one.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _next(items: AsyncIterator[Item]) -> Item | None:
    return await anext(items, None)


async def _performed(perform: Perform, item: Item) -> Outcome:
    return await perform(item)


INTERRUPTED, CEILING, FAILURES, HOPELESS, INPUT = "interrupted", "ceiling", "failures", "hopeless", "input"


@dataclass
class Progress:
    """The progress of a run; times are in seconds.

    `before` counts items of earlier runs; `total` is None if unknown.
    """

    clock: Callable[[], float] = time.monotonic
    total: int | None = None
    before: int = 0
    done: int = 0
    failed: int = 0
    given_up: int = 0
    spent: Spent = field(default_factory=Spent)
    started: float = 0.0

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def finished(self) -> int:
        """Items finished, including failures."""
        return self.done + self.failed

    @property
    def seconds(self) -> float:
        """Time since the run began."""
        return self.clock() - self.started

    @property
    def rate(self) -> float:
        """Items per second."""
        return self.finished / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimated time left."""
        if self.total is None or not self.finished:
            return None
        return max(0, self.total - self.before - self.finished) / self.rate


@dataclass
class Stop:
    """Why to begin no more items. The first reason counts, but an interrupt overrides it."""

    why: str | None = None
    told: str = ""
    exit_code: int = IncompleteError.exit_code

    def ask(self, why: str, *, told: str = "", exit_code: int = IncompleteError.exit_code) -> None:
        """Begin no more items; those under way are finished."""
        if self.why is None or why == INTERRUPTED:
            self.why, self.told, self.exit_code = why, told, exit_code


@dataclass(frozen=True)
class BatchOptions:
    """Options of a batch."""

    fresh: bool = False
    retry_failed: bool = False
    max_failures: int | None = None


@dataclass
class Run:
    """One run over the input; `order` has the id keys in input order.

    If a ceiling is `used_up`, the run stops at the first unfinished item.
    """

    journal: Journal
    progress: Progress
    stop: Stop
    wanted: BatchOptions
    used_up: bool = False
    on_progress: Callable[[Progress], None] = lambda _: None
    order: dict[bytes, None] = field(default_factory=dict)

    async def over(self, items: Iterator[Item], engine: Engine) -> None:
        """Run all unfinished items. Raises UnwrittenError."""
        async with aclosing(engine(self._undone(items))) as outcomes:
            async for outcome in outcomes:
                self._keep(outcome)

    def _keep(self, outcome: Outcome) -> None:
        if outcome.hopeless is not None:
            self.stop.ask(HOPELESS, told=outcome.hopeless.message, exit_code=outcome.hopeless.exit_code)
        elif outcome.given_up:
            self.stop.ask(CEILING, told=outcome.given_up)
        if outcome.row is None:
            self.progress.given_up += 1
            return
        self.journal.add(outcome)
        if outcome.row.failed:
            self.progress.failed += 1
        else:
            self.progress.done += 1
        most = self.wanted.max_failures
        if most is not None and self.progress.failed >= most:
            self.stop.ask(FAILURES)
        self.on_progress(self.progress)

    async def _undone(self, items: Iterator[Item]) -> AsyncIterator[Item]:
        async with aclosing(taken(items, enough=lambda: self.stop.why is not None)) as reading:
            while (item := await self._next(reading)) is not None:
                self.order[id_key(item.id)] = None
                state = self.journal.state_of(item)
                if state == "done" or (state == "failed" and not self.wanted.retry_failed):
                    self.progress.before += 1
                    self.on_progress(self.progress)
                elif self.used_up:
                    self.stop.ask(CEILING, told=REACHED)
                else:
                    yield item

    async def _next(self, reading: AsyncIterator[Item]) -> Item | None:
        try:
            return await anext(reading, None)
        except SummariseError as error:
            self.stop.ask(INPUT, told=str(error), exit_code=error.exit_code)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.stop.ask(INPUT, told=f"the input cannot be read: {reason}", exit_code=ArticleError.exit_code)
        return None


@dataclass(frozen=True)
class Ended:
    """The end of a batch: reason for an early stop, totals, and spending of all runs.

    `damaged` counts ignored records.
    """

    stop: Stop
    progress: Progress
    totals: Totals
    spent: Spent
    damaged: int = 0


async def whole_batch(
    items: Iterator[Item],
    job: Job,
    output: Output,
    *,
    wanted: BatchOptions,
    starting: Starting,
    stop: Stop,
    progress: Progress,
    on_progress: Callable[[Progress], None] = lambda _: None,
    on_begin: Callable[[], None] = lambda: None,
    given: Mapping[str, Backend] | None = None,
    before: Spent = NOTHING,
) -> Ended:
    """Run a batch and write its output. The ceilings cover all its runs together.

    `given` maps names in the job to backends. `before` is spending by others under the same ceilings. `on_begin` is
    called once models and journal are open.

    Raises ConfigurationError, UsageError as `Journal.open`, and UnwrittenError.
    """
    ids = {name: backend.id for name, backend in (given or {}).items()}
    with Journal.open(output.journal, settings_used(job, backends=ids), fresh=wanted.fresh) as journal:

        def spend(spent: Spent) -> None:
            journal.add_spent(spent)
            progress.spent = progress.spent.plus(spent)

        earlier = journal.spent.plus(before)
        run = Run(journal, progress, stop, wanted, asks_model(job) and _used_up(earlier, job.settings), on_progress)
        async with Backends(job.settings, given=given, before=earlier, on_spent=spend) as backends:
            if not run.used_up:
                await _open_first(job, backends)
            async with starting(job, backends) as engine:
                journal.begin()
                on_begin()
                await run.over(items, engine)
        totals = write_output(output, journal.entries(run.order))
        return Ended(stop, progress, totals, journal.spent.plus(progress.spent), journal.damaged)


def _used_up(spent: Spent, settings: Settings) -> bool:
    ceilings = (
        (spent.calls, settings.max_calls),
        (spent.tokens, settings.max_tokens_total),
        (spent.cost, settings.max_cost),
    )
    return any(most is not None and used >= most for used, most in ceilings)


async def _open_first(job: Job, backends: Backends) -> None:
    """Open the models of every item, so that a wrong name or missing key is reported at once."""
    writers = job.writers if len(job.writers) == 1 else ()
    for name in (*writers, *(() if job.judge is None else (job.judge,))):
        await backends.open(name)
