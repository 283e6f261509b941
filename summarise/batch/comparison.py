"""Compares variants (ways to summarise the same articles), for the Python call `compare` and for the command.

A batch writes the summaries of each variant.
"""

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import shorten
from types import MappingProxyType
from typing import Any, get_args

from pydantic import ValidationError

from summarise.backends import default_backend
from summarise.backends.concurrency import CallersLoop, blocking, in_thread
from summarise.backends.endpoints import with_placeholders
from summarise.batch.engine import Backends, local_engine
from summarise.batch.inputs import Item, item_of, own_id
from summarise.batch.jobs import NOTHING, WRITER, Job, Result, Spent
from summarise.batch.journal import HASHED, NO_MATTER, START_AGAIN, Journal, Used, lock, settings_used
from summarise.batch.many import items_given
from summarise.batch.output import Output
from summarise.batch.run import CEILING, BatchOptions, Ended, Progress, Stop, open_first, whole_batch
from summarise.batch.statistics import Values, build_comparison, measure_summary
from summarise.checks.accepted import accepted_from
from summarise.data import Article, Backend, OnUnsupported, Run, Source, Style, Summary, Url
from summarise.data.comparison import Comparison, ExcludedArticle, Variant, VariantPlan
from summarise.errors import ArticleError, BudgetError, ConfigurationError, SummariseError, UsageError
from summarise.facts.spelling import NameList
from summarise.files import read_bounded
from summarise.pipeline.options import RunOptions, models_asked, require_prompts
from summarise.pipeline.plan import ArticleAnalysis, plan_of, read_facts
from summarise.pipeline.reading import aread_article, aread_sources
from summarise.prompting import parse_choices
from summarise.runs import read_run
from summarise.settings.configuration import configure, toml_place
from summarise.settings.model import Settings, parse_length, require_settings

# options that a specification may set, besides settings
JOB_OPTIONS = ("style", "on_unsupported", "judge", "length")
# settings that no variant may set: they do not affect the summary, or would change how it is judged
SHARED_SETTINGS = NO_MATTER | {"verdict", "accept"}
KNOWN = tuple(sorted((*JOB_OPTIONS, "model", "prompt", *(Settings.model_fields.keys() - SHARED_SETTINGS - {"model"}))))
NEXT = re.compile(r",(?=\s*[a-z_]+\s*=)")  # a comma between entries; other commas belong to a value
ENUMERATED: Mapping[str, tuple[str, ...]] = {"style": get_args(Style), "on_unsupported": get_args(OnUnsupported)}


@dataclass(frozen=True)
class Spec:
    """The specification of a variant: `given` has values by name; `backend` is a model given as an object, or None."""

    name: str
    given: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    backend: Backend | None = None

    @property
    def description(self) -> str:
        """The specification on one line, without secrets."""
        parts = [] if self.backend is None else [f"backend={self.backend.id}"]
        for name, value in self.given.items():
            entries = value if name == "prompt" and not isinstance(value, str) else [value]
            parts += [f"{name}={'…' if name in HASHED else _written(entry)}" for entry in entries]
        return ", ".join(parts) or "the settings as they are"


def parse_spec(name: str, written: str | Path | Mapping[str, Any]) -> Spec:
    """Parse the specification of the variant `name`: a mapping, entries NAME=VALUE with commas, or a TOML file's path.

    Text without "=" is a path. Empty text is a variant that changes no setting. Raises UsageError for an entry that a
    variant cannot set.
    """
    if isinstance(written, Mapping):
        given = {key: value for key, value in written.items() if key != "backend"}
        return Spec(name, _required(name, given), written.get("backend"))
    text = str(written)
    if isinstance(written, Path) or (text.strip() and "=" not in text):
        return Spec(name, _required(name, _from_file(name, Path(text.strip()))))
    return Spec(name, _required(name, _entries(name, text)))


def parse_specs(written: Mapping[str, Any] | Sequence[Any]) -> tuple[Spec, ...]:
    """Parse the specifications of several variants. Without names, the variants are named a, b, c, …."""
    named = written if isinstance(written, Mapping) else {chr(ord("a") + n): one for n, one in enumerate(written)}
    if len(named) < 2:
        raise UsageError(
            "a comparison needs at least two variants: give two specifications (on the command line --a SPEC --b SPEC)"
        )
    return tuple(parse_spec(name, one) for name, one in named.items())


def build_job(spec: Spec, common: Job) -> Job:
    """Return `common` changed by a specification. Raises ConfigurationError or UsageError for an invalid value."""
    given = dict(spec.given)
    chosen = {name: given.pop(name) for name in JOB_OPTIONS if name in given}
    for name, known in ENUMERATED.items():
        if name in chosen and chosen[name] not in known:
            raise UsageError(f"variant {spec.name}: {name} is one of {', '.join(known)}")
    if "length" in chosen:
        parse_length(str(chosen["length"]))
    settings = _settings_of(spec, given, common.settings)
    require_prompts(settings)
    judge = chosen.get("judge", common.judge)
    if spec.backend is not None:
        return replace(common, options=replace(common.options, models=(WRITER,), settings=settings, **chosen))
    asked = models_asked(None, None, judge, settings)
    models = tuple(default_backend(settings)[0] if name is None else name for name in asked)
    return replace(common, options=replace(common.options, models=models, settings=settings, **chosen))


def _settings_of(spec: Spec, given: dict[str, Any], base: Settings) -> Settings:
    prompts = given.pop("prompt", ())
    named = parse_choices([prompts] if isinstance(prompts, str) else prompts)
    fields = {name: getattr(base, name) for name in Settings.model_fields}
    tables = {name: {**fields[name], **value} for name, value in given.items() if isinstance(value, Mapping)}
    prompts = {**fields["prompts"], **tables.pop("prompts", {}), **named}
    try:
        return Settings(**{**fields, **given, **tables, "prompts": prompts})
    except ValidationError as error:
        # The value may be a key, so pydantic's own message is not shown.
        fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
    where, wrong = ".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")
    raise ConfigurationError(f"variant {spec.name}: setting {where}: {wrong}")


def _entries(name: str, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in NEXT.split(text) if text.strip() else ():
        key, sign, value = part.partition("=")
        key, value = key.strip(), value.strip()
        if not sign or not value:
            raise UsageError(f"variant {name}: {part.strip()!r} is not an entry: write NAME=VALUE, separated by commas")
        if key == "prompt":
            found.setdefault(key, []).append(value)
        elif key in found:
            raise UsageError(f"variant {name}: {key} is given twice: leave one out")
        else:
            found[key] = value
    return found


def _from_file(name: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_bounded(path).decode("utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        why = f"cannot be read ({reason}): name another file, or write NAME=VALUE, separated by commas"
    except UnicodeDecodeError:
        why = "is not UTF-8: save it in that encoding"
    except (ValueError, RecursionError) as error:
        why = f"is not valid TOML: look at {toml_place(error)}"
    # Raised outside `except`: the caught error contains the text, perhaps a key.
    raise ConfigurationError(f"variant {name}: the file {path} {why}")


def _required(name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(given.get("prompts", {}), Mapping):
        raise UsageError(f"variant {name}: prompts is not a table of stages and versions: write prompt=STAGE/vN")
    prompts = given.get("prompt", "")
    named = [prompts] if isinstance(prompts, str) else prompts
    if not isinstance(named, list | tuple) or not all(isinstance(one, str) for one in named):
        raise UsageError(f"variant {name}: prompt must be a name such as draft/prose/v1, or a list of names")
    if not isinstance(given.get("judge", ""), str):
        raise UsageError(f"variant {name}: judge must be the name of a model")
    for key in given:
        if key in SHARED_SETTINGS:
            raise UsageError(
                f"variant {name}: {key} is the same for all variants: set it by an option or in the configuration file"
            )
        if key not in KNOWN:
            close = get_close_matches(key, KNOWN, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(KNOWN)}"
            raise UsageError(f"variant {name}: {key[:40]!r} cannot be set by a variant: {hint}")
    return MappingProxyType(dict(given))


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={one}" for key, one in value.items()) + "}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class RunGroup:
    """Saved runs of one variant.

    `wanted`: model, settings and options. `prompts`: the prompt of each stage. `runs`: by the SHA-256 of the article.
    """

    wanted: Mapping[str, Any]
    prompts: dict[str, str] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)

    def takes(self, wanted: Mapping[str, Any], prompts: Mapping[str, str]) -> bool:
        """Return whether a run belongs to the group: same settings, and same prompts in the stages that both have."""
        return self.wanted == wanted and all(self.prompts.get(slot, value) == value for slot, value in prompts.items())

    def add(self, run: Run, prompts: Mapping[str, str]) -> None:
        """Add a run. If the group has several runs of an article, the latest is kept."""
        self.prompts |= prompts
        before = self.runs.get(run.article.sha256)
        if before is None or before.saved < run.saved:
            self.runs[run.article.sha256] = run


def compare_run_files(paths: Sequence[Path]) -> Comparison:
    """Compare saved runs. Runs with the same model, prompts and settings form a variant.

    Raises RunFileError, and UsageError for fewer than 2 or more than 26 variants.
    """
    groups: list[RunGroup] = []
    names: dict[str, str] = {}
    for path in paths:
        run = read_run(path)
        names.setdefault(run.article.sha256, run.wanted.name or path.stem)
        wanted, prompts = _wanted(run), _prompts(run)
        group = next((one for one in groups if one.takes(wanted, prompts)), None)
        if group is None:
            groups.append(group := RunGroup(wanted))
        group.add(run, prompts)
    if not 2 <= len(groups) <= len(LETTERS):
        kinds = "all of one variant (model, prompts and settings)" if len(groups) == 1 else f"of {len(groups)} variants"
        raise UsageError(f"the runs are {kinds}: name runs of at least two variants, and at most {len(LETTERS)}")
    seen: dict[bytes, int] = {}
    return _compared_groups(groups, {article: own_id(name, seen) for article, name in names.items()})


def _compared_groups(groups: Sequence[RunGroup], names: Mapping[str, str]) -> Comparison:
    summaries: dict[str, list[Summary | None]] = {}
    excluded: list[ExcludedArticle] = []
    for article, name in names.items():
        runs = [group.runs.get(article) for group in groups]
        summaries[name] = [None if run is None else run.summary for run in runs]
        for letter, run, summary in zip(LETTERS, runs, summaries[name], strict=False):
            if summary is None:
                why = run.ended.message if run is not None and run.ended is not None else "no run of it was named"
                excluded.append(ExcludedArticle(article=name, variant=letter, message=why))
    values: dict[str, list[Values | None]] = {
        name: [None if one is None else measure_summary(one) for one in each] for name, each in summaries.items()
    }
    specs = _descriptions([_flat(group) for group in groups])
    variants = [
        Variant(name=letter, spec=spec, models=(str(group.wanted["model"]),))
        for letter, spec, group in zip(LETTERS, specs, groups, strict=False)
    ]
    written = ((name, one) for name, each in summaries.items() for one in each if one is not None)
    return build_comparison(variants, values, excluded=excluded, summaries=written)


def _wanted(run: Run) -> dict[str, Any]:
    wanted = run.wanted.model_dump(mode="json", exclude={"settings", "shape", "name", "strict"})
    same = NO_MATTER | {"model", "prompts"}
    settings = {name: value for name, value in run.wanted.settings.items() if name not in same}
    return {"model": run.writer.id, "judge": run.judge.id if run.judge else None, **settings, **wanted}


def _prompts(run: Run) -> dict[str, str]:
    return {used.id.rpartition("/")[0]: f"{used.id} ({used.sha256[:8]})" for used in run.prompts}


def _flat(group: RunGroup) -> dict[str, str]:
    values = {name: value if isinstance(value, str) else json.dumps(value) for name, value in group.wanted.items()}
    return values | {f"prompt {slot}": prompt for slot, prompt in group.prompts.items()}


def _descriptions(groups: Sequence[Mapping[str, str]]) -> list[str]:
    names = dict.fromkeys(name for group in groups for name in group)
    differing = [name for name in names if len({group.get(name) for group in groups}) > 1]
    shown = dict.fromkeys(["model", *differing])
    return [
        ", ".join(f"{name}={shorten(group.get(name, 'none'), 80, placeholder='…')}" for name in shown)
        for group in groups
    ]


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Lock a folder, if the file system supports it. Raises UsageError if another comparison has locked it."""
    handle = None
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
    try:
        if handle is not None:
            with suppress(OSError):
                lock(handle, f"another comparison is using {folder}: wait for it to end, or name another folder")
        yield
    finally:
        if handle is not None:
            os.close(handle)


@dataclass(frozen=True)
class VariantBatch:
    """A variant to run, as a batch. `used`: all settings that affect its results."""

    spec: Spec
    job: Job
    used: Used
    output: Output

    @property
    def given(self) -> Mapping[str, Backend]:
        """The backend given as an object, by its name in the job; empty without such a backend."""
        return {} if self.spec.backend is None else {WRITER: self.spec.backend}


def variant_batches(specs: Sequence[Spec], common: Job, folder: Path) -> tuple[VariantBatch, ...]:
    """Return a batch for each variant, with an output file in `folder` whose name contains a hash of the settings.

    Raises UsageError if two variants are the same.
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
                f"variants {found[path].spec.name} and {spec.name} are the same: change an option of one of them"
            )
        found[path] = VariantBatch(spec, job, used, Output(path))
    return tuple(found.values())


async def fetch_addresses(items: Iterable[Item], settings: Settings) -> list[Item]:
    """Return the items with each URL replaced by its article, fetched once for all variants.

    Items that cannot be fetched are returned unchanged. Raises UsageError for fewer than two items.
    """
    found: list[Item] = []
    given = list(items)
    if len(given) < 2:
        raise UsageError(f"a comparison needs two articles, not {len(given)}: add articles")
    for item in given:
        page = item
        if isinstance(item.source, Url):
            with suppress(ArticleError):
                article = await aread_article(item.source, max_characters=settings.max_characters, settings=settings)
                page = item_of(item.id, article)
        found.append(page)
    return found


async def open_models(batches: Sequence[VariantBatch]) -> None:
    """Open the models of all variants, and close them, so that a wrong name is reported before the first article.

    Raises ConfigurationError.
    """
    for batch in batches:
        async with Backends(batch.job.settings, given=batch.given) as backends:
            await open_first(batch.job, backends)


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
    """Run the unfinished articles of a variant. Raises the errors of `whole_batch`.

    The ceilings apply to all variants and runs together. `wanted.fresh` also discards the results of the variants after
    this one, so that a resumed comparison has no old results.
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


def _unfinished(batch: VariantBatch, items: Sequence[Item], wanted: BatchOptions) -> list[Item]:
    if wanted.fresh:
        return list(items)
    done = ("done",) if wanted.retry_failed else ("done", "failed")
    with _journal(batch) as journal:
        if journal is None:
            return list(items)
        return [item for item in items if journal.state_of(item) not in done]


def _spent_by_others(batch: VariantBatch, batches: Sequence[VariantBatch], wanted: BatchOptions) -> Spent:
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
    """Empty the journals. The outputs remain until the variants run."""
    for batch in batches:
        if batch.output.journal.exists():
            with Journal.open(batch.output.journal, batch.used, fresh=True) as journal:
                journal.begin()


def compare_results(batches: Sequence[VariantBatch], items: Sequence[Item]) -> Comparison:
    """Compare the results of the variants, which are read from their output files."""
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
    summaries = ((one.id, one.summary) for batch in batches for one in _results(batch) if one.summary is not None)
    return build_comparison(variants, values, excluded=excluded, summaries=summaries)


def _results(batch: VariantBatch) -> Iterator[Result]:
    path = batch.output.path
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, row in enumerate(file, start=1):
            try:
                yield Result.model_validate_json(row)
            except ValidationError:
                raise UsageError(f"line {number} of {path} is damaged, or of another version: {START_AGAIN}") from None


# Returns a function that analyses an article with the given settings. Variants with equal settings share its cache.
Reader = Callable[[Settings], Callable[[Article], ArticleAnalysis]]


async def planned(
    batches: Sequence[VariantBatch], items: Sequence[Item], wanted: BatchOptions, *, without_keys: bool = False
) -> tuple[VariantPlan, ...]:
    """Return the budget that each variant needs for its unfinished articles.

    For a variant that calls no model, articles are only counted. `without_keys`: models whose key is missing are
    planned too.
    """
    left = [{item.id for item in _unfinished(batch, items, wanted)} for batch in batches]
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
    """Summarise each article by every variant, and compare the summaries.

    `specs` specifies the variants: each is text ("model=local, temperature=0.5"), the `Path` of a TOML file, or a
    mapping, in which `backend` may be an object. A variant may set the model, prompt, style, length, on_unsupported,
    judge, or any setting; `settings` provides the others (default: configuration file and environment). In a sequence,
    variants are named a, b, c, …. The first variant is the baseline.

    An article may have an id, as in `summarise_many`. `results` is a folder that keeps the results for the next call.
    The limits on calls, tokens and cost in the settings apply to all variants together.

    Raises BudgetError if a limit is reached, UsageError for fewer than two articles, and IncompleteError if fewer than
    two articles have a summary by every variant.
    """
    settings = settings or configure().settings
    require_settings(settings)
    return blocking(_compared(parse_specs(specs), articles, settings, results, processes), "acompare")


async def acompare(
    articles: Iterable[Source | tuple[str, Source]],
    specs: Mapping[str, str | Path | Mapping[str, Any]] | Sequence[str | Path | Mapping[str, Any]],
    *,
    settings: Settings | None = None,
    results: str | Path | None = None,
    processes: int | None = None,
) -> Comparison:
    """Asynchronous `compare`. It runs in a thread; backends are called in the running event loop."""
    found, settings = parse_specs(specs), settings or configure().settings
    require_settings(settings)

    async def work(callers: CallersLoop) -> Comparison:
        here = [Spec(one.name, one.given, callers.backend(one.backend)) for one in found]
        return await _compared(here, articles, settings, results, processes)

    return await in_thread(work)


async def _compared(
    specs: Sequence[Spec],
    articles: Iterable[Source | tuple[str, Source]],
    settings: Settings,
    results: str | Path | None,
    processes: int | None,
) -> Comparison:
    common = Job(RunOptions(models=(), settings=settings, accepted=accepted_from(settings.accept)))
    with _folder(results) as folder:
        batches = variant_batches(specs, common, folder)
        items = await fetch_addresses(items_given(articles, settings), settings)
        await open_models(batches)
        for batch in batches:
            ended = await run_variant(batch, batches, items, wanted=BatchOptions(), processes=processes)
            if ended.stop.why is not None:
                error = BudgetError if ended.stop.why == CEILING else SummariseError
                raise error(f"variant {batch.spec.name}: {ended.stop.message or ended.stop.why}")
        return compare_results(batches, items)


@contextmanager
def _folder(results: str | Path | None) -> Iterator[Path]:
    if results is None:
        with TemporaryDirectory(prefix="summarise-") as own:
            yield Path(own)
        return
    folder = Path(results)
    is_there = folder.exists()
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot keep results in {folder}: {error.strerror}: name another folder") from None
    try:
        with locked_folder(folder):
            yield folder
    finally:
        if not is_there:
            with suppress(OSError):
                folder.rmdir()  # only if it is empty
