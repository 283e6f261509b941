"""A whole batch with an output: journal, models, engine, run, and the output at the end, however the run ended."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from summarise.batch.backends import NOTHING, Backends, Spent
from summarise.batch.engine import Starting
from summarise.batch.items import Item
from summarise.batch.jobs import Job, asks_model
from summarise.batch.journal import Journal
from summarise.batch.output import Output, Totals, write_output
from summarise.batch.result_settings import settings_used
from summarise.batch.run import BatchOptions, Progress, Run, Stop
from summarise.data import Backend
from summarise.settings.model import Settings


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
