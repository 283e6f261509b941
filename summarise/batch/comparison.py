"""Compares variants: several ways to summarise the same articles, each run as a batch."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, partial, reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError

from summarise.backends import default_backend
from summarise.backends.concurrency import CallersLoop, blocking, in_thread
from summarise.backends.endpoints import with_placeholders
from summarise.batch.engine import Backends, job_on, local_engine
from summarise.batch.inputs import Item, item_of
from summarise.batch.jobs import NOTHING, WRITER, Job, Result, Spent
from summarise.batch.journal import HASHED, NO_EFFECT, START_AGAIN, Journal, Used, settings_used
from summarise.batch.many import items_given
from summarise.batch.output import Output
from summarise.batch.run import CEILING, BatchOptions, Ended, Progress, Stop, open_first, whole_batch
from summarise.batch.statistics import Values, build_comparison, measure_summary
from summarise.checks.accepted import accepted_from
from summarise.data import Article, Backend, Source, Url
from summarise.data.comparison import Comparison, ExcludedArticle, Variant, VariantPlan
from summarise.errors import ArticleError, BudgetError, ConfigurationError, SummariseError, UsageError
from summarise.pipeline.options import RunOptions, models_asked, require_prompts
from summarise.pipeline.reading import aread_article, aread_sources
from summarise.pipeline.run import ArticleAnalysis, plan_of, read_facts
from summarise.prompting import parse_choices
from summarise.settings.configuration import configure
from summarise.settings.model import Settings, require_settings

# options that a specification may set, in addition to settings
JOB_OPTIONS = ("style", "on_unsupported", "judge", "length")
# settings that no variant may set: they do not affect the summary, or would change its verdicts
SHARED_SETTINGS = NO_EFFECT | {"verdict", "accept"}
NAMES = tuple(sorted({*JOB_OPTIONS, "prompt"} | (Settings.model_fields.keys() - SHARED_SETTINGS)))
SEPARATOR = re.compile(r",(?=\s*[a-z_]+\s*=)")  # a comma between entries; other commas belong to a value


@dataclass(frozen=True)
class Spec:
    """The specification of a variant. `given`: its settings and options by name. `backends`: its backend objects."""

    name: str
    given: Mapping[str, Any]
    backends: Mapping[str, Backend]

    @property
    def description(self) -> str:
        """The specification on one line, without secrets."""
        parts = [f"backend={backend.id}" for backend in self.backends.values()]
        for name, value in self.given.items():
            entries = value if name == "prompt" and not isinstance(value, str) else [value]
            parts += [f"{name}={'…' if name in HASHED else _value_text(entry)}" for entry in entries]
        return ", ".join(parts) or "the settings as they are"


def parse_spec(name: str, spec: str | Mapping[str, Any]) -> Spec:
    """Parse the specification of the variant `name`: text such as "model=local, seed=2", or a mapping.

    Raises UsageError for an entry that a variant cannot set.
    """
    if not isinstance(spec, str | Mapping):
        raise TypeError(f"variant {name}: a specification is a str or a mapping, not {type(spec).__name__}")
    given = _parse_entries(name, spec) if isinstance(spec, str) else dict(spec)
    backend = None if isinstance(spec, str) else given.pop("backend", None)
    _require_settable(name, given)
    return Spec(name, given, {} if backend is None else {WRITER: backend})


def parse_specs(specs: Mapping[str, Any] | Sequence[Any]) -> tuple[Spec, ...]:
    """Parse specifications, by name or in a sequence (named a, b, c, …). Raises UsageError for fewer than two."""
    by_name = specs if isinstance(specs, Mapping) else {chr(ord("a") + n): spec for n, spec in enumerate(specs)}
    if len(by_name) < 2:
        raise UsageError(
            "a comparison needs at least two variants: give two specifications (on the command line --a SPEC --b SPEC)"
        )
    return tuple(parse_spec(name, spec) for name, spec in by_name.items())


def build_job(spec: Spec, common: Job) -> Job:
    """Return `common` with the values of a specification. Raises ConfigurationError or UsageError."""
    given = dict(spec.given)
    options = {name: given.pop(name) for name in JOB_OPTIONS if name in given}
    settings = _settings_of(spec, given, common.settings)
    require_prompts(settings)
    models = tuple(spec.backends)
    if not models:
        names = models_asked(None, None, options.get("judge", common.judge), settings)
        models = tuple(default_backend(settings)[0] if name is None else name for name in names)
    try:
        return replace(common, options=replace(common.options, models=models, settings=settings, **options))
    except UsageError as error:
        raise UsageError(f"variant {spec.name}: {error}") from None


def _settings_of(spec: Spec, given: dict[str, Any], base: Settings) -> Settings:
    names = given.pop("prompt", ())
    chosen_prompts = parse_choices([names] if isinstance(names, str) else names)
    fields = {name: getattr(base, name) for name in Settings.model_fields}
    tables = {name: {**fields[name], **value} for name, value in given.items() if isinstance(value, Mapping)}
    prompts = {**fields["prompts"], **tables.pop("prompts", {}), **chosen_prompts}
    try:
        return Settings(**{**fields, **given, **tables, "prompts": prompts})
    except ValidationError as error:
        # The value may be a key, so pydantic's own message is not shown.
        fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
    setting, problem = ".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")
    raise ConfigurationError(f"variant {spec.name}: setting {setting}: {problem}")


def _parse_entries(name: str, text: str) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for part in SEPARATOR.split(text) if text.strip() else ():
        key, sign, value = part.partition("=")
        key, value = key.strip(), value.strip()
        if not sign or not value:
            raise UsageError(f"variant {name}: {part.strip()!r} is not an entry: write NAME=VALUE, separated by commas")
        if key == "prompt":
            entries.setdefault(key, []).append(value)
        elif key in entries:
            raise UsageError(f"variant {name}: {key} is given twice: leave one out")
        else:
            entries[key] = value
    return entries


def _require_settable(name: str, given: Mapping[str, Any]) -> None:
    if not isinstance(given.get("prompts", {}), Mapping):
        raise UsageError(f"variant {name}: prompts is not a table of stages and versions: write prompt=STAGE/vN")
    prompts = given.get("prompt", "")
    names = [prompts] if isinstance(prompts, str) else prompts
    if not isinstance(names, list | tuple) or not all(isinstance(prompt, str) for prompt in names):
        raise UsageError(f"variant {name}: prompt must be a name such as draft/prose/v1, or a list of names")
    if not isinstance(given.get("judge", ""), str):
        raise UsageError(f"variant {name}: judge must be the name of a model")
    for key in given:
        if key in SHARED_SETTINGS:
            raise UsageError(
                f"variant {name}: {key} is the same for all variants: set it by an option or in the configuration file"
            )
        if key not in NAMES:
            close = get_close_matches(key, NAMES, n=1)
            hint = f"did you mean {close[0]}?" if close else f"use one of {', '.join(NAMES)}"
            raise UsageError(f"variant {name}: {key[:40]!r} cannot be set by a variant: {hint}")


def _value_text(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={entry}" for key, entry in value.items()) + "}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@dataclass(frozen=True)
class VariantBatch:
    """The batch that runs a variant. `used`: the settings that affect its results."""

    spec: Spec
    job: Job
    used: Used
    output: Output


def variant_batches(specs: Sequence[Spec], common: Job, folder: Path) -> tuple[VariantBatch, ...]:
    """Return a batch for each variant. Its output file in `folder` is named after the model and a hash of the settings.

    Raises UsageError if two variants are the same.
    """
    batches: dict[Path, VariantBatch] = {}
    for spec in specs:
        job = build_job(spec, common)
        ids = {name: backend.id for name, backend in spec.backends.items()}
        used = settings_used(job, backends=ids)
        key = json.dumps(dict(used), sort_keys=True, default=str)
        model = re.sub(r"[^\w.-]+", "-", ids.get(WRITER) or job.options.models[0] or "", flags=re.ASCII).strip("-.")
        path = folder / f"{model[-40:]}-{hashlib.sha256(key.encode()).hexdigest()[:10]}.jsonl"
        if path in batches:
            raise UsageError(
                f"variants {batches[path].spec.name} and {spec.name} are the same: change an option of one of them"
            )
        batches[path] = VariantBatch(spec, job, used, Output(path))
    return tuple(batches.values())


async def fetch_addresses(items: Iterable[Item], settings: Settings) -> list[Item]:
    """Return the items, with articles instead of URLs. Items that cannot be fetched are returned unchanged.

    Raises UsageError for fewer than two items.
    """
    fetched = list(items)
    if len(fetched) < 2:
        raise UsageError(f"a comparison needs two articles, not {len(fetched)}: add articles")
    for place, item in enumerate(fetched):
        if isinstance(item.source, Url):
            with suppress(ArticleError):
                article = await aread_article(item.source, max_characters=settings.max_characters, settings=settings)
                fetched[place] = item_of(item.id, article)
    return fetched


async def open_models(batches: Sequence[VariantBatch]) -> None:
    """Open and close the models of all variants, to find a wrong name early. Raises ConfigurationError."""
    for batch in batches:
        async with Backends(batch.job.settings, given=batch.spec.backends) as backends:
            await open_first(batch.job, backends)


async def run_variant(
    batch: VariantBatch,
    batches: Sequence[VariantBatch],
    items: Sequence[Item],
    *,
    options: BatchOptions,
    processes: int | None = None,
    stop: Stop | None = None,
    progress: Progress | None = None,
) -> Ended:
    """Summarise the unfinished articles of a variant. Raises the errors of `whole_batch`.

    `batches`: those of all variants. The ceilings of the settings apply to them together, including earlier runs.
    """
    return await whole_batch(
        iter(items),
        batch.job,
        batch.output,
        options=options,
        starting=partial(local_engine, processes=processes),
        stop=stop or Stop(),
        progress=progress or Progress(),
        given=batch.spec.backends,
        before=_spent_by_others(batch, batches),
    )


def _unfinished(batch: VariantBatch, items: Sequence[Item], options: BatchOptions) -> set[str]:
    finished = () if options.fresh else ("done",) if options.retry_failed else ("done", "failed")
    with _journals([batch]) as journals:
        return {item.id for item in items if not any(journal.state_of(item) in finished for journal in journals)}


def _spent_by_others(batch: VariantBatch, batches: Sequence[VariantBatch]) -> Spent:
    with _journals([other for other in batches if other is not batch]) as journals:
        return reduce(Spent.plus, (journal.spent for journal in journals), NOTHING)


@contextmanager
def _journals(batches: Sequence[VariantBatch], *, fresh: bool = False) -> Iterator[list[Journal]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(Journal.open(batch.output.journal, batch.used, fresh=fresh))
            for batch in batches
            if batch.output.journal.exists()
        ]


def discard(batches: Sequence[VariantBatch]) -> None:
    """Empty the journals, so that all articles are summarised again."""
    # All journals are locked before the first is emptied, because another comparison may be using one of them.
    with _journals(batches, fresh=True) as journals:
        for journal in journals:
            journal.begin()


def compare_results(batches: Sequence[VariantBatch], items: Sequence[Item]) -> Comparison:
    """Read the variants' results from their output files, and compare them.

    Raises IncompleteError or UsageError if fewer than two articles have a summary by every variant.
    """
    values: dict[str, list[Values | None]] = {item.id: [None] * len(batches) for item in items}
    excluded: list[ExcludedArticle] = []
    variants: list[Variant] = []
    for place, batch in enumerate(batches):
        models: dict[str, None] = {}
        for result in _results(batch):
            if result.id not in values:
                continue
            if result.summary is None:
                message = result.error.message if result.error else "there is no summary"
                excluded.append(ExcludedArticle(article=result.id, variant=batch.spec.name, message=message))
                continue
            values[result.id][place] = measure_summary(result.summary)
            models[result.summary.run.backend or ""] = None
        variants.append(Variant(name=batch.spec.name, spec=batch.spec.description, models=tuple(models)))
    return build_comparison(variants, values, excluded=excluded)


def _results(batch: VariantBatch) -> Iterator[Result]:
    path = batch.output.path
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, row in enumerate(file, start=1):
            try:
                yield Result.model_validate_json(row)
            except ValidationError:
                raise UsageError(f"line {number} of {path} is damaged, or of another version: {START_AGAIN}") from None


async def plan_variants(
    batches: Sequence[VariantBatch], items: Sequence[Item], options: BatchOptions, *, without_keys: bool = False
) -> tuple[VariantPlan, ...]:
    """Return a plan for each variant: the number of its unfinished articles, and the budget that they need.

    `without_keys`: also plan models whose key is missing, instead of raising ConfigurationError.
    """
    unfinished = [_unfinished(batch, items, options) for batch in batches]
    plans = [VariantPlan(variant=batch.spec.name, spec=batch.spec.description) for batch in batches]
    async with AsyncExitStack() as stack:
        backends = []
        for batch in batches:
            models = [*batch.job.writers, batch.job.judge] if without_keys else []
            settings, _ = with_placeholders(job_on(batch.job, 1).settings, models)
            backends.append(await stack.enter_async_context(Backends(settings, given=batch.spec.backends)))
        names = batches[0].job.options.names
        for item in items:
            # Variants with equal settings share the facts of an article.
            readers: dict[tuple[object, ...], Callable[[Article], ArticleAnalysis]] = {}
            for place, batch in enumerate(batches):
                if item.id in unfinished[place]:
                    job = job_on(batch.job, 1)
                    settings = job.settings
                    key = (settings.entailment, settings.sensitivity, settings.strict, settings.keep_addressed)
                    read = readers.setdefault(key, cache(partial(read_facts, settings=settings, names=names)))
                    plans[place] = await _add_article(plans[place], item, job, read, backends[place])
    return tuple(plans)


async def _add_article(
    plan: VariantPlan, item: Item, job: Job, read: Callable[[Article], ArticleAnalysis], backends: Backends
) -> VariantPlan:
    if item.source is None:
        return plan.model_copy(update={"unread": plan.unread + 1})
    if not job.asks_model:
        return plan.model_copy(update={"articles": plan.articles + 1})
    try:
        run_plan = await plan_of(
            await aread_sources(item.source, job.settings, encoding=job.encoding),
            job.options,
            read=read,
            opening=backends.opening,
        )
    except (ArticleError, BudgetError):
        return plan.model_copy(update={"unread": plan.unread + 1})
    return plan.model_copy(
        update={
            "articles": plan.articles + 1,
            "missing": run_plan.missing,
            "expected": plan.expected.added(run_plan.expected),
            "most": plan.most.added(run_plan.most),
            "expected_cost": _sum(plan.expected_cost, run_plan.expected_cost),
            "most_cost": _sum(plan.most_cost, run_plan.most_cost),
        }
    )


def _sum(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first + second


def compare(
    articles: Iterable[Source | tuple[str, Source]],
    specs: Mapping[str, str | Mapping[str, Any]] | Sequence[str | Mapping[str, Any]],
    *,
    settings: Settings | None = None,
    results: str | Path | None = None,
    processes: int | None = None,
) -> Comparison:
    """Summarise each article with every variant, and compare the summaries with those of the first variant.

    `specs`: a specification for each variant, by name; in a sequence, the variants are named a, b, c, …. A
    specification is text, such as "model=local, temperature=0.5", or a mapping, whose `backend` may be an object. It
    may set model, prompt, style, length, on_unsupported, judge, and any setting that shapes a summary. `settings`: the
    values that a specification does not set; their limits on calls, tokens and cost apply to all variants together.

    `articles` and `processes` are as in `summarise_many`. `results`: a folder for the results; a later call with the
    same folder resumes.

    Raises BudgetError if a limit is reached, UsageError for fewer than two articles, and IncompleteError if fewer than
    two have a summary by every variant.
    """
    settings = settings or configure().settings
    require_settings(settings)
    return blocking(_compare(parse_specs(specs), articles, settings, results, processes), "acompare")


async def acompare(
    articles: Iterable[Source | tuple[str, Source]],
    specs: Mapping[str, str | Mapping[str, Any]] | Sequence[str | Mapping[str, Any]],
    *,
    settings: Settings | None = None,
    results: str | Path | None = None,
    processes: int | None = None,
) -> Comparison:
    """Asynchronous `compare`. It runs in a thread; backends are called in the running event loop."""
    parsed, settings = parse_specs(specs), settings or configure().settings
    require_settings(settings)

    async def work(callers: CallersLoop) -> Comparison:
        wrapped = [
            replace(spec, backends={name: callers.backend(backend) for name, backend in spec.backends.items()})
            for spec in parsed
        ]
        return await _compare(wrapped, articles, settings, results, processes)

    return await in_thread(work)


async def _compare(
    specs: Sequence[Spec],
    articles: Iterable[Source | tuple[str, Source]],
    settings: Settings,
    results: str | Path | None,
    processes: int | None,
) -> Comparison:
    common = Job(RunOptions(models=(), settings=settings, accepted=accepted_from(settings.accept)))
    with results_folder(results) as folder:
        batches = variant_batches(specs, common, folder)
        items = await fetch_addresses(items_given(articles, settings), settings)
        await open_models(batches)
        for batch in batches:
            ended = await run_variant(batch, batches, items, options=BatchOptions(), processes=processes)
            if ended.stop.why is not None:
                error = BudgetError if ended.stop.why == CEILING else SummariseError
                raise error(f"variant {batch.spec.name}: {ended.stop.message or ended.stop.why}")
        return compare_results(batches, items)


@contextmanager
def results_folder(results: str | Path | None) -> Iterator[Path]:
    """Yield the folder `results`, or a temporary one. A folder that is created here and stays empty is removed.

    Raises UsageError if `results` cannot be created.
    """
    if results is None:
        with TemporaryDirectory(prefix="summarise-") as temporary:
            yield Path(temporary)
        return
    folder = Path(results)
    existed = folder.exists()
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot keep results in {folder}: {error.strerror}: name another folder") from None
    try:
        yield folder
    finally:
        if not existed:
            with suppress(OSError):
                folder.rmdir()
