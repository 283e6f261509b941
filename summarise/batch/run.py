"""A batch: the input is read once, finished items are left out, and each result is kept in the journal."""

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
from summarise.settings.providers import kind_of

T = TypeVar("T")
PATIENCE = 0.1
"""Seconds after which somebody who waits for an item looks whether no more are wanted."""


async def taken(items: Iterator[T], *, enough: Callable[[], bool]) -> AsyncGenerator[T, None]:
    """Yield items, none of them None, until there is `enough`, also while the next one is waited for.

    What the items raise comes out as it is.
    """
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
    """Return what is taken; None as soon as there is `enough`."""
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


MORE = 1.25
"""So many times more items than calls are under way at once: those whose facts are read ask nothing meanwhile."""
WAITING = 2
"""Items that a process has besides the one that it works on, so that it never waits for the next."""

Perform = Callable[[Item], Awaitable[Outcome]]
Engine = Callable[[AsyncIterator[Item]], AsyncGenerator[Outcome, None]]
"""From items to what comes of them, in the order in which they are done; closed, it ends what is under way."""
Starting = Callable[[Job, Backends], AbstractAsyncContextManager[Engine]]
"""Starts an engine for a job, whose ceilings the backends hold."""


@asynccontextmanager
async def local_engine(job: Job, backends: Backends, *, processes: int | None) -> AsyncIterator[Engine]:
    """Yield an engine on this machine: with one process this one does it all, else so many others read and check.

    Without a number there is one process a core; one where the model itself runs on this machine.
    """
    if processes is None:
        processes = 1 if any(kind_of(model or "") == "local" for model in models_of(job)) else cores()
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
    """Raise UsageError if a check of the user's own cannot be imported in another process."""
    for check in job.own_checks:
        try:
            # A script or notebook is another `__main__` there.
            sendable = b"__main__" not in dumps(check)
        except Exception:
            sendable = False
        if not sendable:
            raise UsageError(
                f"the check {check.name} cannot be sent to other processes: put it into a module, or use processes=1"
            )


def calls_at_once(job: Job) -> int:
    """Return how many calls may be under way at once: none where no language model is asked."""
    return job.settings.concurrency if asks_model(job) else 0


def slots_for(calls: int, processes: int) -> int:
    """Return how many items are to be under way at once, so that neither calls nor processes wait for one."""
    return max(processes * WAITING, ceil(calls * MORE) + processes)


def job_on(job: Job, processes: int) -> Job:
    """Return a job for one of several processes: the ceilings are those of the batch, and each has one core."""
    apart = {"max_calls": None, "max_tokens_total": None, "max_cost": None, "accept": None}
    threads = 1 if processes > 1 else job.settings.entailment_threads
    return job.with_settings(job.settings.model_copy(update={**apart, "entailment_threads": threads}))


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


async def outcomes(items: AsyncIterator[Item], perform: Perform, slots: int) -> AsyncGenerator[Outcome, None]:
    """Yield what comes of items, `slots` of them under way at most; on an error, or if closed, all of them end."""
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
    """How far a run of a batch is; `before` are the items of the input that were done earlier.

    `total` is how many items the input has, None while, or where, that is not known; times are seconds.
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
        """How many items this run has finished, well or not."""
        return self.done + self.failed

    @property
    def seconds(self) -> float:
        """The time since the run began."""
        return self.clock() - self.started

    @property
    def rate(self) -> float:
        """Items finished a second, so far."""
        return self.finished / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest of the input takes at this rate; None where that is not known."""
        if self.total is None or not self.finished:
            return None
        return max(0, self.total - self.before - self.finished) / self.rate


@dataclass
class Stop:
    """Whether no more items are to be begun, and why: who asks first counts, but for a person, who always does.

    `exit_code` is that of the command then.
    """

    why: str | None = None
    told: str = ""
    exit_code: int = IncompleteError.exit_code

    def ask(self, why: str, *, told: str = "", exit_code: int = IncompleteError.exit_code) -> None:
        """Begin no more items; those that are under way are finished. `told` is the reason in words."""
        if self.why is None or why == INTERRUPTED:
            self.why, self.told, self.exit_code = why, told, exit_code


@dataclass(frozen=True)
class BatchOptions:
    """What a batch is to do beyond its job: begin anew, try failed items again, stop after so many failures."""

    fresh: bool = False
    retry_failed: bool = False
    max_failures: int | None = None


@dataclass
class Run:
    """One run over the input of a batch; `order` has the id keys of the items in the order of the input.

    Where a ceiling is `used_up`, it ends at the first item that is not done.
    """

    journal: Journal
    progress: Progress
    stop: Stop
    wanted: BatchOptions
    used_up: bool = False
    on_progress: Callable[[Progress], None] = lambda _: None
    order: dict[bytes, None] = field(default_factory=dict)

    async def over(self, items: Iterator[Item], engine: Engine) -> None:
        """Have all items done that are not; UnwrittenError where a result cannot be kept.

        Why it ended before the end of the input is in `stop`.
        """
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
        """Return the next item, None where there is no more; an input that breaks off stops the run."""
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
    """How a batch ended: why before the end of its input, if so; the sums over all results; what was spent in all.

    `damaged` counts the records of earlier runs that were ignored.
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
    """Do a batch, and write its output; the ceilings of the job's settings hold over all runs of it together.

    `given` are backends by the names that the job has for them; of others the names are those of `open_backend`.
    `before` is what others spent that share the ceilings. `on_begin` is called once the models are open and the journal
    is begun.

    Raises ConfigurationError where the model cannot be opened, UsageError as `Journal.open`, and UnwrittenError
    where journal or output cannot be written.
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
    """Tell whether nothing is left of a ceiling."""
    ceilings = (
        (spent.calls, settings.max_calls),
        (spent.tokens, settings.max_tokens_total),
        (spent.cost, settings.max_cost),
    )
    return any(most is not None and used >= most for used, most in ceilings)


async def _open_first(job: Job, backends: Backends) -> None:
    """Open what every item needs, so that a wrong name or a missing key is told before anything is read."""
    writers = job.writers if len(job.writers) == 1 else ()
    for name in (*writers, *(() if job.judge is None else (job.judge,))):
        await backends.open(name)
