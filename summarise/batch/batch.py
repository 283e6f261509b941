"""A whole batch with an output: journal, models, engine, run, and the output at the end, however the run ended."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from summarise.backends.budget.metered import NO_MODEL
from summarise.batch.backends import Backends, Spent
from summarise.batch.engine import Engine, calls_at_once, local_engine
from summarise.batch.items import Item
from summarise.batch.jobs import CheckJob, SummariseJob
from summarise.batch.journal import Journal
from summarise.batch.output import Output, Totals, write_output
from summarise.batch.result_settings import settings_used
from summarise.batch.run import CEILING, Progress, Run, Stop
from summarise.data import Backend
from summarise.observing.observer import Observer
from summarise.settings.model import Settings
from summarise.settings.providers import kind_of

AnyJob = SummariseJob | CheckJob
Starting = Callable[[AnyJob, Backends], AbstractAsyncContextManager[Engine]]
"""Starts an engine for a job."""


@dataclass(frozen=True)
class Ended:
    """How a batch ended: why before the end of its input, if so; the sums over all results; what was spent in all."""

    stop: Stop
    progress: Progress
    totals: Totals
    spent: Spent


@dataclass(frozen=True)
class BatchOptions:
    """What a batch is to do beyond its job: begin anew, try failed items again, stop after so many failures."""

    fresh: bool = False
    retry_failed: bool = False
    max_failures: int | None = None


async def whole_batch(
    items: Iterator[Item],
    job: AnyJob,
    output: Output,
    *,
    settings: Settings,
    wanted: BatchOptions,
    starting: Starting,
    stop: Stop,
    progress: Progress,
    on_progress: Callable[[Progress], None] = lambda _: None,
    observer: Observer | None = None,
    given: Mapping[str, Backend] | None = None,
) -> Ended:
    """Do a batch, and write its output; `settings` have the ceilings, which hold over all runs of it together.

    `given` are backends by the names that the job has for them; of others the names are those of `open_backend`.

    Raises ConfigurationError where the model cannot be opened, UsageError as `Journal.open`, and UnwrittenError
    where journal or output cannot be written.
    """
    with Journal.open(output.journal, settings_used(job, backends=_ids(given)), fresh=wanted.fresh) as journal:
        run = Run(
            journal,
            progress,
            stop,
            retry_failed=wanted.retry_failed,
            max_failures=wanted.max_failures,
            on_progress=on_progress,
        )
        if _used_up(journal.spent, settings):
            stop.ask(CEILING, told="a ceiling of the batch is reached")

        def spend(spent: Spent) -> None:
            journal.add_spent(spent)
            progress.spent = progress.spent.plus(spent)

        backends = Backends(settings, given=given, before=journal.spent, on_spent=spend, observer=observer)
        async with backends:
            if stop.why is None:
                await _open_first(job, backends)
            async with starting(job, backends) as engine:
                journal.begin()
                await run.over(items, engine)
        totals = write_output(output, journal.entries(run.order))
        return Ended(stop, progress, totals, journal.spent.plus(progress.spent))


def on_this_machine(settings: Settings, processes: int | None) -> Starting:
    """Return what starts an engine of so many processes (None: one a core; one where the model itself is here)."""

    def starting(job: AnyJob, backends: Backends) -> AbstractAsyncContextManager[Engine]:
        models = models_of(job)
        here = any(kind_of(model or "") == "local" for model in models)
        count = processes or (1 if here else cores())
        calls = calls_at_once(settings.concurrency, *models)
        return local_engine(job_on(job, count), backends, processes=count, calls=calls)

    return starting


def job_on(job: AnyJob, processes: int) -> AnyJob:
    """Return a job for one of several processes: the ceilings are those of the batch, and each has one core."""
    apart = {"max_calls": None, "max_tokens_total": None, "max_cost": None, "accept": None}
    threads = 1 if processes > 1 else job.settings.entailment_threads
    return job.with_settings(job.settings.model_copy(update={**apart, "entailment_threads": threads}))


def models_of(job: AnyJob) -> tuple[str | None, ...]:
    """Return the names of the models that a job asks, a judge's included."""
    writers = job.options.models if isinstance(job, SummariseJob) else ()
    return (*writers, *([job.judge] if job.judge is not None else [])) or (NO_MODEL,)


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _ids(given: Mapping[str, Backend] | None) -> dict[str, str]:
    return {name: backend.id for name, backend in (given or {}).items()}


def _used_up(spent: Spent, settings: Settings) -> bool:
    """Tell whether earlier runs left nothing of a ceiling."""
    ceilings = (
        (spent.calls, settings.max_calls),
        (spent.tokens, settings.max_tokens_total),
        (spent.cost, settings.max_cost),
    )
    return any(most is not None and used >= most for used, most in ceilings)


async def _open_first(job: AnyJob, backends: Backends) -> None:
    """Open what every item needs, so that a wrong name or a missing key is told before anything is read."""
    writers = job.options.models if isinstance(job, SummariseJob) else ()
    for name in (*(writers if len(writers) == 1 else ()), *([job.judge] if job.judge is not None else [])):
        await backends.open(name)
