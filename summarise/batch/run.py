"""Runs a batch: skips finished items, runs the others, records results in the journal, and reports the end."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import dataclass, field
from queue import SimpleQueue
from textwrap import shorten
from typing import TypeVar

from summarise.backends.budget import dollars
from summarise.batch.engine import Backends, Engine, Starting
from summarise.batch.inputs import Item, id_key
from summarise.batch.jobs import NOTHING, REACHED, Job, Outcome, Spent
from summarise.batch.journal import Journal, settings_used
from summarise.batch.output import Output, Totals, write_output
from summarise.data import Backend
from summarise.errors import UNSUPPORTED, ArticleError, IncompleteError, SummariseError
from summarise.settings.model import Settings

T = TypeVar("T")
LONGEST_MESSAGE = 200  # characters of an article's error that are printed
PATIENCE = 0.1  # seconds between calls of `enough` while waiting for an item


async def taken(items: Iterator[T], *, enough: Callable[[], bool]) -> AsyncGenerator[T, None]:
    """Yield items until `enough()` is true, which is also checked while waiting for the next item.

    The items are read in a thread. None of them may be None.
    """
    wanted: SimpleQueue[Future[T | None] | None] = SimpleQueue()
    threading.Thread(target=_take, args=(items, wanted), name="input of the batch", daemon=True).start()
    try:
        while not enough():
            taking: Future[T | None] = Future()
            wanted.put(taking)
            reading = asyncio.wrap_future(taking)
            try:
                while not reading.done():
                    if enough():
                        return
                    await asyncio.wait({reading}, timeout=PATIENCE)
                item = reading.result()
            finally:
                reading.cancel()
            if item is None or enough():
                return
            yield item
    finally:
        wanted.put(None)


def _take(items: Iterator[T], wanted: "SimpleQueue[Future[T | None] | None]") -> None:
    while (taking := wanted.get()) is not None:
        if taking.set_running_or_notify_cancel():
            try:
                taking.set_result(next(items, None))
            except BaseException as error:
                taking.set_exception(error)


INTERRUPTED, CEILING, FAILURES, HOPELESS, INPUT = "interrupted", "ceiling", "failures", "hopeless", "input"


@dataclass
class Progress:
    """The progress of a run; times are in seconds.

    `total`: the number of items, None if unknown. `before`: the number of items that earlier runs finished. `given_up`:
    the number of items left for a later run.
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
        """The number of items finished in this run, including failures."""
        return self.done + self.failed

    @property
    def seconds(self) -> float:
        """The time since the run began."""
        return self.clock() - self.started

    @property
    def rate(self) -> float:
        """The number of items finished per second."""
        return self.finished / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """The estimated seconds left, or None if unknown."""
        if self.total is None or not self.finished:
            return None
        return max(0, self.total - self.before - self.finished) / self.rate


@dataclass
class Stop:
    """A request to begin no more items. `why`: the reason, such as "ceiling", or None if there is no request."""

    why: str | None = None
    message: str = ""
    exit_code: int = IncompleteError.exit_code

    def ask(self, why: str, *, message: str = "", exit_code: int = IncompleteError.exit_code) -> None:
        """Request that no more items begin. The first reason counts, unless a later one is an interrupt."""
        if self.why is None or why == INTERRUPTED:
            self.why, self.message, self.exit_code = why, message, exit_code


@dataclass(frozen=True)
class BatchOptions:
    """Options of a batch. `fresh` discards earlier results; `max_failures`: the number of failures that ends a run."""

    fresh: bool = False
    retry_failed: bool = False
    max_failures: int | None = None


@dataclass
class Run:
    """One run of a batch. `order` contains the id keys of the items, in input order.

    `used_up`: whether earlier runs used up a ceiling; then the run stops at the first unfinished item.
    """

    journal: Journal
    progress: Progress
    stop: Stop
    wanted: BatchOptions
    used_up: bool = False
    on_progress: Callable[[Progress], None] = lambda _: None
    order: dict[bytes, None] = field(default_factory=dict)

    async def over(self, items: Iterator[Item], engine: Engine) -> None:
        """Run all unfinished items, and record their outcomes. Raises UnwrittenError."""
        async with aclosing(engine(self._undone(items))) as outcomes:
            async for outcome in outcomes:
                self._keep(outcome)

    def _keep(self, outcome: Outcome) -> None:
        if outcome.hopeless is not None:
            self.stop.ask(HOPELESS, message=outcome.hopeless.message, exit_code=outcome.hopeless.exit_code)
        elif outcome.given_up:
            self.stop.ask(CEILING, message=outcome.given_up)
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
                    self.stop.ask(CEILING, message=REACHED)
                else:
                    yield item

    async def _next(self, reading: AsyncIterator[Item]) -> Item | None:
        try:
            return await anext(reading, None)
        except SummariseError as error:
            self.stop.ask(INPUT, message=str(error), exit_code=error.exit_code)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.stop.ask(INPUT, message=f"the input cannot be read: {reason}", exit_code=ArticleError.exit_code)
        return None


@dataclass(frozen=True)
class Ended:
    """The end of a batch: the reason for an early stop, and the totals and spending of all runs.

    `damaged`: the number of damaged records in the journal, which were ignored.
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
    given: Mapping[str, Backend] | None = None,
    before: Spent = NOTHING,
) -> Ended:
    """Run a batch and write its output. Its ceilings on calls, tokens and cost apply to all its runs together.

    `starting` starts the engine. `given`: backends given as objects, by name in the job. `before`: the spending of
    other batches under the same ceilings.

    Raises ConfigurationError, UnwrittenError, and the UsageError of `Journal.open`.
    """
    ids = {name: backend.id for name, backend in (given or {}).items()}
    with Journal.open(output.journal, settings_used(job, backends=ids), fresh=wanted.fresh) as journal:

        def spend(spent: Spent) -> None:
            journal.add_spent(spent)
            progress.spent = progress.spent.plus(spent)

        earlier = journal.spent.plus(before)
        run = Run(journal, progress, stop, wanted, job.asks_model and _used_up(earlier, job.settings), on_progress)
        async with Backends(job.settings, given=given, before=earlier, on_spent=spend) as backends:
            if not run.used_up:
                await open_first(job, backends)
            async with starting(job, backends) as engine:
                journal.begin()
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


async def open_first(job: Job, backends: Backends) -> None:
    """Open the models that every item needs, so that a wrong name or missing key is reported at once."""
    writers = job.writers if len(job.writers) == 1 else ()
    for name in (*writers, *(() if job.judge is None else (job.judge,))):
        await backends.open(name)


def progress_text(progress: Progress) -> str:
    """Return the progress as text: "120 of 1,000 done, 3 failed, 2.1 a second, 0:07:00 left, $0.12"."""
    counted = f"{progress.before + progress.finished:,}"
    parts = [f"{counted} of {progress.total:,} done" if progress.total is not None else f"{counted} done"]
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    if progress.finished:
        parts.append(_rate_text(progress.rate))
    if progress.seconds_left is not None:
        parts.append(f"{_time_text(progress.seconds_left)} left")
    if progress.spent.cost:
        parts.append(dollars(progress.spent.cost))
    return ", ".join(parts)


def _rate_text(rate: float) -> str:
    return f"{rate:.1f} a second" if rate >= 1 else f"{rate * 60:.1f} a minute"


def _time_text(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def end_rows(ended: Ended, *, pairs: bool = False) -> Iterator[tuple[str, str]]:
    """Yield label and text of each row of the final table. `pairs`: whether summaries were checked."""
    totals, progress = ended.totals, ended.progress
    before = f" ({progress.done:,} in this run)" if progress.before or progress.done != totals.done else ""
    passed = f"{totals.passed:,} with every sentence supported or accepted"
    yield "done", f"{totals.done:,}{before}, {passed}"
    if counts := totals.sentences:
        yield "sentences", _sentences(counts)
    if pairs and totals.done:
        yield "faithfulness", f"{totals.faithfulness / totals.done:.2f} on average"
    if totals.incomplete:
        yield "incomplete", f"{totals.incomplete:,} without a part of the article"
    if totals.failed:
        by_kind = ", ".join(f"{count:,} {name}" for name, count in totals.errors.most_common())
        yield "failed", f"{totals.failed:,}: {by_kind}"
    if ended.spent.calls:
        cost = f", {dollars(ended.spent.cost)}" if ended.spent.cost else ""
        yield "calls", f"{ended.spent.calls:,}, {ended.spent.tokens:,} tokens{cost}"
    yield "time", f"{_time_text(progress.seconds)}, {_rate_text(progress.rate)}"


def _sentences(counts: Counter[str]) -> str:
    count = counts["sentences"]
    kinds = {
        "supported": "supported",
        "unverified": "unverified",
        "contradicted": "contradicted",
        "repaired": "repaired",
        "replaced": "the article's own",
    }
    if count and counts["supported"] == counts["replaced"] == count:
        # The article's own sentences are always supported.
        del kinds["supported"]
    words = [
        f"all {word}" if counts[kind] == count else f"{counts[kind]:,} {word}"
        for kind, word in kinds.items()
        if counts[kind]
    ]
    return ", ".join([f"{count:,}", *words])


def _again(*, fresh: bool) -> str:
    return f"run the same command again{' without --fresh' if fresh else ''}"


def interrupted_line(*, fresh: bool) -> str:
    """Return the message for an interrupted batch."""
    return f"interrupted: {_again(fresh=fresh)} to resume"


def end_lines(ended: Ended, output: Output, *, fresh: bool) -> Iterator[str]:
    """Yield the messages at the end of the command: how to resume, damaged records, failures."""
    stop, given_up = ended.stop, ended.progress.given_up
    articles = "1 article" if given_up == 1 else f"{given_up:,} articles"
    left = f" ({articles} under way {'was' if given_up == 1 else 'were'} given up)" if given_up else ""
    again = _again(fresh=fresh)
    match stop.why:
        case None:
            pass
        case "interrupted":
            yield interrupted_line(fresh=fresh)
        case "ceiling":
            yield f"{stop.message}{left}: raise it, and {again}"
        case "failures":
            yield f"stopped after {ended.progress.failed:,} failures (--max-failures): {again} for the other articles"
        case _:
            yield f"stopped{left}: {stop.message}"
    if ended.damaged:
        records = "1 record was" if ended.damaged == 1 else f"{ended.damaged:,} records were"
        yield f"{records} ignored: damaged in {output.journal}; an article without a later record was done again"
    for row in ended.totals.failures:
        message = row.message or ""
        named = message if message.startswith(f"{row.id} ") else f"{row.id}: {message}"
        yield f"failed: {shorten(named, LONGEST_MESSAGE, placeholder=' …')}"
    if ended.totals.failed:
        where = output.path / "index.html" if output.shape is not None else output.path
        yield f"{ended.totals.failed:,} failed: {where} has the errors; add --retry-failed to try again"


def exit_code(ended: Ended) -> int:
    """Return the exit code of the command."""
    stop, totals = ended.stop, ended.totals
    if stop.why is not None:
        return stop.exit_code
    if totals.failed or totals.incomplete:
        return IncompleteError.exit_code
    return UNSUPPORTED if totals.unsupported else 0
