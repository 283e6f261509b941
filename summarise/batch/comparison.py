"""Comparisons: plan, batches and Python calls."""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError

from summarise.backends.concurrency import CallersLoop, blocking, in_thread
from summarise.backends.endpoints import with_placeholders
from summarise.batch.backends import NOTHING, WRITER, Backends, Spent
from summarise.batch.engine import local_engine
from summarise.batch.inputs import Item, item_of
from summarise.batch.jobs import Job, Result
from summarise.batch.journal import Journal, Used, lock, settings_used
from summarise.batch.many import items_given
from summarise.batch.output import Output
from summarise.batch.run import CEILING, BatchOptions, Ended, Progress, Stop, whole_batch
from summarise.batch.statistics import Values, build_comparison, measure_summary, with_most_different
from summarise.batch.variants import Spec, build_job, parse_specs
from summarise.checks.accepted import accepted_from
from summarise.data import Article, Backend, Source, Url
from summarise.data.comparison import Comparison, ExcludedArticle, Variant, VariantPlan
from summarise.errors import ArticleError, BudgetError, SummariseError, UsageError
from summarise.facts.spelling import NameList
from summarise.pipeline.options import RunOptions
from summarise.pipeline.plan import ArticleAnalysis, plan_of, read_facts
from summarise.pipeline.reading import aread_article
from summarise.pipeline.sources import aread_sources
from summarise.settings.configuration import configure
from summarise.settings.model import Settings


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Lock a folder, if the file system can. Raises UsageError if it is locked.

    Without the lock, comparisons with common variants would find each other's journals locked.
    """
    handle = None
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
    try:
        if handle is not None:
            with suppress(OSError):
                lock(handle, f"another comparison is at work in {folder}: wait for it, or name another folder")
        yield
    finally:
        if handle is not None:
            os.close(handle)


@dataclass(frozen=True)
class VariantBatch:
    """A variant to run; `used` is everything that shapes its results."""

    spec: Spec
    job: Job
    used: Used
    output: Output

    @property
    def given(self) -> Mapping[str, Backend]:
        """The backend given as an object, by name."""
        return {} if self.spec.backend is None else {WRITER: self.spec.backend}


def variant_batches(specs: Sequence[Spec], common: Job, folder: Path) -> tuple[VariantBatch, ...]:
    """Return the batch of each specification, its output named by a hash of its settings.

    Raises UsageError if two are the same.
    """
    found: dict[Path, VariantBatch] = {}
    for spec in specs:
        job = build_job(spec, common)
        given = {} if spec.backend is None else {WRITER: spec.backend.id}
        used = settings_used(job, backends=given)
        key = json.dumps(dict(used), sort_keys=True, default=str)
        first = re.sub(r"[^\w.-]+", "-", given.get(WRITER) or job.options.models[0] or "", flags=re.ASCII).strip("-.")
        path = folder / f"{first[-40:]}-{hashlib.sha256(key.encode()).hexdigest()[:10]}.jsonl"
        if path in found:
            raise UsageError(
                f"variants {found[path].spec.name} and {spec.name} are the same: let them differ in something"
            )
        found[path] = VariantBatch(spec, job, used, Output(path))
    return tuple(found.values())


async def fetch_addresses(items: Iterable[Item], settings: Settings) -> list[Item]:
    """Fetch each URL once for all variants. Items that cannot be fetched stay unchanged."""
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
    """Run the unfinished articles of a variant. Raises as `whole_batch`.

    The ceilings cover all variants and runs. A fresh start also discards the results of later variants, so that a
    resumed comparison has no old ones.
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
    """Run the variants in turn and compare them.

    Raises BudgetError if a ceiling is reached, SummariseError if a batch ends early.
    """
    for batch in batches:
        ended = await run_variant(batch, batches, items, wanted=wanted, processes=processes)
        if ended.stop.why is not None:
            error = BudgetError if ended.stop.why == CEILING else SummariseError
            raise error(f"variant {batch.spec.name}: {ended.stop.message or ended.stop.why}")
    return compare_results(batches, items)


def unfinished(batch: VariantBatch, items: Sequence[Item], wanted: BatchOptions) -> list[Item]:
    """Return the articles without a result. Raises as `Journal.open`."""
    if wanted.fresh:
        return list(items)
    done = ("done",) if wanted.retry_failed else ("done", "failed")
    with _journal(batch) as journal:
        if journal is None:
            return list(items)
        return [item for item in items if journal.state_of(item) not in done]


def _spent_by_others(batch: VariantBatch, batches: Sequence[VariantBatch], wanted: BatchOptions) -> Spent:
    """Sum the spending of the other variants, unless they start again."""
    place = batches.index(batch)
    spent = NOTHING
    for other in (*batches[:place], *(() if wanted.fresh else batches[place + 1 :])):
        with _journal(other) as journal:
            spent = spent if journal is None else spent.plus(journal.spent)
    return spent


@contextmanager
def _journal(batch: VariantBatch) -> Iterator[Journal | None]:
    if not batch.output.journal.exists():
        yield None
        return
    with Journal.open(batch.output.journal, batch.used) as journal:
        yield journal


def _discard(batches: Sequence[VariantBatch]) -> None:
    """Empty the journals; the outputs are rewritten by later runs."""
    for batch in batches:
        if batch.output.journal.exists():
            with Journal.open(batch.output.journal, batch.used, fresh=True) as journal:
                journal.begin()


def compare_results(batches: Sequence[VariantBatch], items: Sequence[Item]) -> Comparison:
    """Compare the variants' results."""
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
    path = batch.output.path
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, row in enumerate(file, start=1):
            try:
                yield Result.model_validate_json(row)
            except ValidationError:
                raise UsageError(
                    f"line {number} of {path} is damaged, or of another version: add --fresh to do all of it again"
                ) from None


# Returns the analysis function for some settings, cached across variants that read alike.
Reader = Callable[[Settings], Callable[[Article], ArticleAnalysis]]


async def planned(
    batches: Sequence[VariantBatch], items: Sequence[Item], wanted: BatchOptions, *, without_keys: bool = False
) -> tuple[VariantPlan, ...]:
    """Plan the requests of each variant for its unfinished articles.

    Without a model, articles are only counted. Unreadable articles count as `unread`. `without_keys` also plans models
    whose key is missing.
    """
    left = [{item.id for item in unfinished(batch, items, wanted)} for batch in batches]
    plans = [VariantPlan(variant=batch.spec.name, spec=batch.spec.description) for batch in batches]
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(Backends(_opening_settings(batch, without_keys), given=batch.given))
            for batch in batches
        ]
        for item in items:
            read = _reader(batches[0].job.options.names)
            for place, batch in enumerate(batches):
                if item.id in left[place]:
                    plans[place] = await _with(plans[place], batch, item, read, opened[place])
    return tuple(plans)


def _boundless(batch: VariantBatch) -> Settings:
    return batch.job.settings.model_copy(update={"max_calls": None, "max_tokens_total": None, "max_cost": None})


def _opening_settings(batch: VariantBatch, without_keys: bool) -> Settings:
    names = [*batch.job.writers, batch.job.judge] if without_keys else []
    return with_placeholders(_boundless(batch), names)[0]


async def _with(plan: VariantPlan, batch: VariantBatch, item: Item, read: Reader, backends: Backends) -> VariantPlan:
    job, settings = batch.job, _boundless(batch)
    if item.source is None:
        return plan.model_copy(update={"unread": plan.unread + 1})
    if not batch.job.asks_model:
        return plan.model_copy(update={"articles": plan.articles + 1})
    try:
        found = await plan_of(
            await aread_sources(item.source, settings, encoding=job.encoding),
            job.with_settings(settings).options,
            read=read(settings),
            opening=backends.opening,
        )
    except (ArticleError, BudgetError):
        return plan.model_copy(update={"unread": plan.unread + 1})
    return plan.model_copy(
        update={
            "articles": plan.articles + 1,
            "missing": found.missing,
            "expected": plan.expected.added(found.expected),
            "most": plan.most.added(found.most),
            "expected_cost": _sum(plan.expected_cost, found.expected_cost),
            "most_cost": _sum(plan.most_cost, found.most_cost),
        }
    )


def _reader(names: NameList | None) -> Reader:
    kept: dict[tuple[object, ...], Callable[[Article], ArticleAnalysis]] = {}

    def reader(settings: Settings) -> Callable[[Article], ArticleAnalysis]:
        key = (settings.entailment, settings.sensitivity, settings.strict, settings.keep_addressed)
        if key not in kept:
            kept[key] = cache(partial(read_facts, settings=settings, names=names))
        return kept[key]

    return reader


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def compare(
    articles: Iterable[Source | tuple[str, Source]],
    specs: Mapping[str, str | Path | Mapping[str, Any]] | Sequence[str | Path | Mapping[str, Any]],
    *,
    settings: Settings | None = None,
    results: str | Path | None = None,
    processes: int | None = None,
) -> Comparison:
    """Summarise each article by every variant and compare the summaries.

    A specification is text ("model=local, temperature=0.5"), the `Path` of a TOML file, or a mapping, in which
    `backend` may be an object. It may set a model, prompt, style, length, on_unsupported, judge or setting; `settings`
    provides the rest (default: configuration file and environment). In a sequence, specifications are named a, b, c, …;
    the first is the baseline.

    An article may have an id, as in `summarise_many`. `results` is a folder that keeps results for the next call. The
    ceilings of the settings cover all variants together.

    Raises BudgetError if a ceiling is reached, UsageError for fewer than two articles, IncompleteError if fewer than
    two have every summary.
    """
    found, settings = parse_specs(specs), settings or configure().settings
    with _folder(results) as folder:
        batches = _batches(found, settings, folder)
        return blocking(_compared(batches, articles, settings, processes), "acompare")


async def acompare(
    articles: Iterable[Source | tuple[str, Source]],
    specs: Mapping[str, str | Path | Mapping[str, Any]] | Sequence[str | Path | Mapping[str, Any]],
    *,
    settings: Settings | None = None,
    results: str | Path | None = None,
    processes: int | None = None,
) -> Comparison:
    """Run `compare` in a thread; backends are called in the running event loop."""
    found, settings = parse_specs(specs), settings or configure().settings

    async def work(callers: CallersLoop) -> Comparison:
        here = [Spec(one.name, one.given, callers.backend(one.backend)) for one in found]
        with _folder(results) as folder:
            return await _compared(_batches(here, settings, folder), articles, settings, processes)

    return await in_thread(work)


def _batches(specs: Sequence[Spec], settings: Settings, folder: Path) -> Sequence[VariantBatch]:
    common = Job(RunOptions(models=(), settings=settings, accepted=accepted_from(settings.accept)))
    return variant_batches(specs, common, folder)


async def _compared(
    batches: Sequence[VariantBatch],
    articles: Iterable[Source | tuple[str, Source]],
    settings: Settings,
    processes: int | None,
) -> Comparison:
    items = await fetch_addresses(items_given(articles, settings), settings)
    return await run_all(batches, items, wanted=BatchOptions(), processes=processes)


@contextmanager
def _folder(results: str | Path | None) -> Iterator[Path]:
    if results is None:
        with TemporaryDirectory(prefix="summarise-") as own:
            yield Path(own)
        return
    folder = Path(results)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot keep results in {folder}: {error.strerror}: name another folder") from None
    with locked_folder(folder):
        yield folder
