"""Runs a batch: skips finished items, runs the others, writes results, and reports progress and totals."""

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
from summarise.batch.jobs import NOTHING, REACHED, Job, Outcome, Spent, ceilings_of
from summarise.batch.journal import Journal, settings_used
from summarise.batch.output import Output, Totals, write_output
from summarise.data import Backend
from summarise.errors import UNSUPPORTED, ArticleError, IncompleteError, SummariseError
from summarise.settings.model import Settings

T = TypeVar("T")
MAX_MESSAGE = 200  # characters of an article's error that are printed
PATIENCE = 0.1  # seconds between calls of `is_over` while waiting for an item


async def items_until(is_over: Callable[[], bool], items: Iterator[T]) -> AsyncGenerator[T, None]:
    """Yield items until `is_over()` is true, even if that happens during the wait for the next item.

    The items are read in a thread, and must not be None.
    """
    requests: SimpleQueue[Future[T | None] | None] = SimpleQueue()
    threading.Thread(target=_read_items, args=(items, requests), name="input of the batch", daemon=True).start()
    try:
        while not is_over():
            request: Future[T | None] = Future()
            requests.put(request)
            reading = asyncio.wrap_future(request)
            try:
                while not reading.done():
                    if is_over():
                        return
                    await asyncio.wait({reading}, timeout=PATIENCE)
                item = reading.result()
            finally:
                reading.cancel()
            if item is None or is_over():
                return
            yield item
    finally:
        requests.put(None)


def _read_items(items: Iterator[T], requests: "SimpleQueue[Future[T | None] | None]") -> None:
    while (request := requests.get()) is not None:
        if request.set_running_or_notify_cancel():
            try:
                request.set_result(next(items, None))
            except BaseException as error:
                request.set_exception(error)


INTERRUPTED, CEILING, FAILURES, HOPELESS, INPUT = "interrupted", "ceiling", "failures", "hopeless", "input"


@dataclass
class Progress:
    """The progress of a run of a batch, in items.

    `total`: all items. `before`: items that earlier runs finished. `done`, `failed`: items that this run finished.
    `given_up`: items that this run began and left for a later run. `started`: its start, by `time.monotonic`.
    """

    total: int | None = None
    before: int = 0
    done: int = 0
    failed: int = 0
    given_up: int = 0
    spent: Spent = field(default_factory=Spent)
    started: float = field(default_factory=time.monotonic)

    @property
    def finished(self) -> int:
        """The number of items that this run finished, including failures."""
        return self.done + self.failed

    @property
    def seconds(self) -> float:
        """The time since the run began."""
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        """The number of items finished per second."""
        return self.finished / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """An estimate of the seconds left, or None if unknown."""
        if self.total is None or not self.finished:
            return None
        return max(0, self.total - self.before - self.finished) / self.rate


@dataclass
class Stop:
    """A request to begin no more items. `why`: the reason, such as "ceiling", or None without a request."""

    why: str | None = None
    message: str = ""
    exit_code: int = IncompleteError.exit_code

    def ask(self, why: str, *, message: str = "", exit_code: int = IncompleteError.exit_code) -> None:
        """Request to begin no more items. The first reason is kept, unless a later one is an interruption."""
        if self.why is None or why == INTERRUPTED:
            self.why, self.message, self.exit_code = why, message, exit_code


@dataclass(frozen=True)
class BatchOptions:
    """Options of a run. `fresh`: discard earlier results. `max_failures`: the number of failures that ends the run."""

    fresh: bool = False
    retry_failed: bool = False
    max_failures: int | None = None


@dataclass
class Run:
    """A run of a batch. `order`: the ids of the items that it has read (by `id_key`), in input order.

    `used_up`: whether earlier runs used up a ceiling; then the run stops at the first unfinished item.
    """

    journal: Journal
    progress: Progress
    stop: Stop
    options: BatchOptions
    used_up: bool = False
    order: dict[bytes, None] = field(default_factory=dict)

    async def perform(self, items: Iterator[Item], engine: Engine) -> None:
        """Run all unfinished items, and record their outcomes. Raises UnwrittenError."""
        async with aclosing(engine(self._unfinished(items))) as outcomes:
            async for outcome in outcomes:
                self._record(outcome)

    def _record(self, outcome: Outcome) -> None:
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
        limit = self.options.max_failures
        if limit is not None and self.progress.failed >= limit:
            self.stop.ask(FAILURES)

    async def _unfinished(self, items: Iterator[Item]) -> AsyncIterator[Item]:
        try:
            async with aclosing(items_until(lambda: self.stop.why is not None, items)) as reading:
                async for item in reading:
                    self.order[id_key(item.id)] = None
                    state = self.journal.state_of(item)
                    if state == "done" or (state == "failed" and not self.options.retry_failed):
                        self.progress.before += 1
                    elif self.used_up:
                        self.stop.ask(CEILING, message=REACHED)
                    else:
                        yield item
        except SummariseError as error:
            self.stop.ask(INPUT, message=str(error), exit_code=error.exit_code)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.stop.ask(INPUT, message=f"the input cannot be read: {reason}", exit_code=ArticleError.exit_code)


@dataclass(frozen=True)
class Ended:
    """The end of a run: the reason for an early stop, the progress, and the totals and spending of all runs.

    `damaged`: the number of ignored records in the journal.
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
    options: BatchOptions,
    starting: Starting,
    stop: Stop,
    progress: Progress,
    given: Mapping[str, Backend] | None = None,
    before: Spent = NOTHING,
) -> Ended:
    """Run a batch and write its output. Its ceilings on calls, tokens and cost apply to all its runs together.

    `stop`: ends the run early on request. `given`: backends given as objects, by name in the job. `before`: the
    spending of other batches under the same ceilings.

    Raises ConfigurationError, UnwrittenError, and the UsageError of `Journal.open`.
    """
    ids = {name: backend.id for name, backend in (given or {}).items()}
    with Journal.open(output.journal, settings_used(job, backends=ids), fresh=options.fresh) as journal:

        def spend(spent: Spent) -> None:
            journal.add_spent(spent)
            progress.spent = progress.spent.plus(spent)

        earlier = journal.spent.plus(before)
        run = Run(journal, progress, stop, options, job.asks_model and _used_up(earlier, job.settings))
        async with Backends(job.settings, given=given, before=earlier, on_spent=spend) as backends:
            if not run.used_up:
                await open_first(job, backends)
            async with starting(job, backends) as engine:
                journal.begin()
                await run.perform(items, engine)
        totals = write_output(output, journal.entries(run.order))
        return Ended(stop, progress, totals, journal.spent.plus(progress.spent), journal.damaged)


def _used_up(spent: Spent, settings: Settings) -> bool:
    ceilings = ceilings_of(settings).model_dump(exclude_none=True)
    return any(getattr(spent, name) >= most for name, most in ceilings.items())


async def open_first(job: Job, backends: Backends) -> None:
    """Open the judge, and the writer if there is only one, to find a wrong name or missing key early."""
    writers = job.writers if len(job.writers) == 1 else ()
    for name in (*writers, *(() if job.judge is None else (job.judge,))):
        await backends.open(name)


def progress_text(progress: Progress) -> str:
    """Return the progress as text: "120 of 1,000 done, 3 failed, 2.1 a second, 0:07:00 left, $0.12"."""
    total = "" if progress.total is None else f" of {progress.total:,}"
    parts = [f"{progress.before + progress.finished:,}{total} done"]
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
    """Yield the rows of the final table: label, text. `pairs`: whether summaries were checked."""
    totals, progress = ended.totals, ended.progress
    of_run = f" ({progress.done:,} in this run)" if progress.before or progress.done != totals.done else ""
    yield "done", f"{totals.done:,}{of_run}, {totals.passed:,} with every sentence supported or accepted"
    if counts := totals.sentences:
        yield "sentences", _sentences_text(counts)
    if pairs and totals.done:
        yield "faithfulness", f"{totals.faithfulness / totals.done:.2f} on average"
    if totals.incomplete:
        yield "incomplete", f"{totals.incomplete:,}: a part of the article was not summarised"
    if totals.failed:
        by_error = ", ".join(f"{count:,} {name}" for name, count in totals.errors.most_common())
        yield "failed", f"{totals.failed:,}: {by_error}"
    if ended.spent.calls:
        cost = f", {dollars(ended.spent.cost)}" if ended.spent.cost else ""
        yield "calls", f"{ended.spent.calls:,}, {ended.spent.tokens:,} tokens{cost}"
    yield "time", f"{_time_text(progress.seconds)}, {_rate_text(progress.rate)}"


def _sentences_text(counts: Counter[str]) -> str:
    total = counts["sentences"]
    kinds = {kind: kind for kind in ("supported", "unverified", "contradicted", "repaired")}
    kinds["replaced"] = "the article's own"
    if total and counts["supported"] == counts["replaced"] == total:
        # The article's own sentences are always supported.
        del kinds["supported"]
    parts = [
        f"all {text}" if counts[kind] == total else f"{counts[kind]:,} {text}"
        for kind, text in kinds.items()
        if counts[kind]
    ]
    return ", ".join([f"{total:,}", *parts])


def _resume_hint(*, fresh: bool) -> str:
    return f"run the same command again{' without --fresh' if fresh else ''}"


def interrupted_line(*, fresh: bool) -> str:
    """Return the message for an interrupted batch."""
    return f"interrupted: {_resume_hint(fresh=fresh)} to resume"


def end_lines(ended: Ended, output: Output, *, fresh: bool) -> Iterator[str]:
    """Yield the command's last messages: how to resume, damaged records, failures."""
    stop, given_up = ended.stop, ended.progress.given_up
    articles = "1 article" if given_up == 1 else f"{given_up:,} articles"
    unfinished = f" ({articles} under way {'was' if given_up == 1 else 'were'} given up)" if given_up else ""
    hint = _resume_hint(fresh=fresh)
    match stop.why:
        case None:
            pass
        case "interrupted":
            yield interrupted_line(fresh=fresh)
        case "ceiling":
            yield f"{stop.message}{unfinished}: raise it, and {hint}"
        case "failures":
            yield f"stopped after {ended.progress.failed:,} failures (--max-failures): {hint} for the other articles"
        case _:
            yield f"stopped{unfinished}: {stop.message}"
    if ended.damaged:
        records = "1 damaged record" if ended.damaged == 1 else f"{ended.damaged:,} damaged records"
        yield f"ignored {records} in {output.journal}: an article without another record was done again"
    for row in ended.totals.failures:
        message = row.message or ""
        text = message if message.startswith(f"{row.id} ") else f"{row.id}: {message}"
        yield f"failed: {shorten(text, MAX_MESSAGE, placeholder=' …')}"
    if ended.totals.failed:
        file = output.path / "index.html" if output.shape is not None else output.path
        yield f"{ended.totals.failed:,} failed: {file} has the errors; add --retry-failed to try again"


def exit_code(ended: Ended) -> int:
    """Return the exit code of the command."""
    stop, totals = ended.stop, ended.totals
    if stop.why is not None:
        return stop.exit_code
    if totals.failed or totals.incomplete:
        return IncompleteError.exit_code
    return UNSUPPORTED if totals.unsupported else 0
