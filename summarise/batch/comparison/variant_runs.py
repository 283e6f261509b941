"""Runs variants over the same articles, each as a batch of its own, and compares what comes of them.

A batch has its journal: what is finished is not done again, and a variant that is compared with others later, neither.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from summarise.batch.backends import NOTHING, WRITER, Spent
from summarise.batch.batch import Ended, whole_batch
from summarise.batch.comparison.contrasts import Values, build_comparison, with_most_different
from summarise.batch.comparison.measures import measure_summary
from summarise.batch.comparison.variants import Spec, build_job
from summarise.batch.engine import local_engine
from summarise.batch.items import Item, item_of
from summarise.batch.jobs import SummariseJob, asks_model
from summarise.batch.journal import Journal
from summarise.batch.output import Output
from summarise.batch.result_settings import Used, settings_used
from summarise.batch.results import Result
from summarise.batch.run import CEILING, BatchOptions, Progress, Stop
from summarise.data import Backend, Url
from summarise.data.comparison import Comparison, ExcludedArticle, Variant
from summarise.errors import ArticleError, BudgetError, SummariseError, UsageError
from summarise.pipeline.reading import aread_article
from summarise.settings.model import Settings


@dataclass(frozen=True)
class VariantBatch:
    """A variant that is to be run: its job, and where its results are kept."""

    spec: Spec
    job: SummariseJob
    output: Output

    @property
    def given(self) -> Mapping[str, Backend]:
        """The backend that was given as an object, by the name that the job has for it."""
        return {} if self.spec.backend is None else {WRITER: self.spec.backend}

    @property
    def asks(self) -> bool:
        """Whether a language model is asked."""
        return asks_model(self.job)


def variant_batches(specs: Sequence[Spec], common: SummariseJob, folder: Path) -> tuple[VariantBatch, ...]:
    """Return what is to be run of each specification, its results in a file in a folder, named by what shapes them.

    UsageError where two are the same; ConfigurationError as `build_job` and `settings_used`.
    """
    found: dict[Path, VariantBatch] = {}
    for spec in specs:
        job = build_job(spec, common)
        given = {} if spec.backend is None else {WRITER: spec.backend.id}
        used = json.dumps(dict(settings_used(job, backends=given)), sort_keys=True, default=str)
        first = re.sub(r"[^\w.-]+", "-", given.get(WRITER) or job.options.models[0] or "", flags=re.ASCII).strip("-.")
        path = folder / f"{first[-40:]}-{hashlib.sha256(used.encode()).hexdigest()[:10]}.jsonl"
        if path in found:
            raise UsageError(
                f"variants {found[path].spec.name} and {spec.name} are the same: let them differ in something"
            )
        found[path] = VariantBatch(spec, job, Output(path))
    return tuple(found.values())


async def fetch_addresses(items: Iterable[Item], settings: Settings) -> list[Item]:
    """Fetch what is named by an address, once, so that every variant reads the same page.

    What cannot be fetched stays as it is: each variant tells why.
    """
    found: list[Item] = []
    for item in items:
        page = item
        if isinstance(item.source, Url):
            with suppress(ArticleError):
                article = await aread_article(item.source, max_characters=settings.max_characters, settings=settings)
                page = item_of(item.id, article)
        found.append(page)
    return found


async def run_variant(
    batch: VariantBatch,
    batches: Sequence[VariantBatch],
    items: Sequence[Item],
    *,
    wanted: BatchOptions,
    processes: int | None = None,
    stop: Stop | None = None,
    progress: Progress | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Ended:
    """Run one of the variants over the articles, as far as that was not done; raises as `whole_batch`.

    `wanted` and `processes` are as for a batch. The ceilings of the settings hold over all variants and all runs. A
    fresh start discards what the later variants have, too: interrupted, it must not go on with results from before.
    """
    later = batches[batches.index(batch) + 1 :] if wanted.fresh else ()
    return await whole_batch(
        iter(items),
        batch.job,
        batch.output,
        wanted=wanted,
        starting=partial(local_engine, processes=processes),
        stop=stop or Stop(),
        progress=progress or Progress(),
        on_progress=on_progress,
        on_begin=partial(_discard, later),
        given=batch.given,
        before=_spent_by_others(batch, batches, wanted),
    )


async def run_all(
    batches: Sequence[VariantBatch], items: Sequence[Item], *, wanted: BatchOptions, processes: int | None = None
) -> Comparison:
    """Run the variants one after another, and return their comparison.

    BudgetError where a ceiling was reached, SummariseError with the exit code of the command where a batch ended early
    for another reason; what is finished is kept.
    """
    for batch in batches:
        ended = await run_variant(batch, batches, items, wanted=wanted, processes=processes)
        if ended.stop.why is not None:
            error = BudgetError if ended.stop.why == CEILING else SummariseError
            raise error(f"variant {batch.spec.name}: {ended.stop.told or ended.stop.why}")
    return compare_results(batches, items)


def unfinished(batch: VariantBatch, items: Sequence[Item], wanted: BatchOptions) -> list[Item]:
    """Return the articles that a variant has no result of yet; UsageError and UnwrittenError as `Journal.open`."""
    if wanted.fresh:
        return list(items)
    done = ("done",) if wanted.retry_failed else ("done", "failed")
    with _journal(batch) as journal:
        if journal is None:
            return list(items)
        return [item for item in items if journal.state_of(item) not in done]


def _spent_by_others(batch: VariantBatch, batches: Sequence[VariantBatch], wanted: BatchOptions) -> Spent:
    """Return what the other variants spent, by their journals; those that are to begin anew have spent nothing yet."""
    place = batches.index(batch)
    spent = NOTHING
    for other in (*batches[:place], *(() if wanted.fresh else batches[place + 1 :])):
        with _journal(other) as journal:
            spent = spent if journal is None else spent.plus(journal.spent)
    return spent


@contextmanager
def _journal(batch: VariantBatch) -> Iterator[Journal | None]:
    """Yield what a variant has done so far, None where it was not begun."""
    if not batch.output.journal.exists():
        yield None
        return
    with Journal.open(batch.output.journal, _used(batch)) as journal:
        yield journal


def _discard(batches: Sequence[VariantBatch]) -> None:
    """Empty the journals of variants; their outputs are written anew when they are run."""
    for batch in batches:
        if batch.output.journal.exists():
            with Journal.open(batch.output.journal, _used(batch), fresh=True) as journal:
                journal.begin()


def _used(batch: VariantBatch) -> Used:
    return settings_used(batch.job, backends={name: backend.id for name, backend in batch.given.items()})


def compare_results(batches: Sequence[VariantBatch], items: Sequence[Item]) -> Comparison:
    """Return the comparison of what lies in the files of the variants, of these articles.

    Raises as `build_comparison`.
    """
    values: dict[str, list[Values | None]] = {item.id: [None] * len(batches) for item in items}
    excluded: list[ExcludedArticle] = []
    models: list[dict[str, None]] = [{} for _ in batches]
    for place, batch in enumerate(batches):
        for result in _results(batch):
            if result.id not in values:
                continue
            if result.summary is None:
                message = result.error.message if result.error else "there is no summary"
                excluded.append(ExcludedArticle(article=result.id, variant=batch.spec.name, message=message))
                continue
            values[result.id][place] = measure_summary(result.summary)
            models[place][result.summary.run.backend or ""] = None
    variants = [
        Variant(name=batch.spec.name, spec=batch.spec.description, models=tuple(used))
        for batch, used in zip(batches, models, strict=True)
    ]
    return with_most_different(
        build_comparison(variants, values, excluded=excluded),
        ((one.id, one.summary) for batch in batches for one in _results(batch) if one.summary is not None),
    )


def _results(batch: VariantBatch) -> Iterator[Result]:
    """Yield what lies in a variant's file; UsageError for a row that is none of this version's, or damaged."""
    path = batch.output.path
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, row in enumerate(file, start=1):
            try:
                yield Result.model_validate_json(row)
            except ValidationError:
                raise UsageError(
                    f"line {number} of {path} is damaged, or of another version: add --fresh to do all of it again"
                ) from None
