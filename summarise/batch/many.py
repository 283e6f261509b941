"""Defines the Python calls for many articles: `summarise_many`, `check_many` and their asynchronous forms."""

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from summarise.article.text import require_article
from summarise.backends import default_backend
from summarise.batch.engine import Backends, local_engine
from summarise.batch.inputs import Item, item_of, with_unique_ids
from summarise.batch.jobs import JUDGE, WRITER, Job, Result
from summarise.batch.run import items_until
from summarise.checks import Check
from summarise.checks.accepted import accepted_from
from summarise.checks.verification import own_checks
from summarise.data import Accepted, Article, Backend, Source, Summary, Url, Writer
from summarise.errors import BudgetError, MachineError, UsageError
from summarise.pipeline.options import (
    Names,
    RunOptions,
    SummaryOptions,
    name_list,
    options_of,
    require_known_options,
    require_prompts,
)
from summarise.settings.configuration import configure
from summarise.settings.model import Settings, require_settings

MAX_WAITING = 16  # results that may wait for the consumer
PATIENCE = 0.5  # seconds between checks whether the consumer has stopped
Pair = tuple[str | Summary, Source]  # summary, article


def summarise_many(
    articles: Iterable[Source | tuple[str, Source]],
    *,
    processes: int | None = None,
    **options: Unpack[SummaryOptions],
) -> Iterator[Result]:
    """Summarise articles, and yield each result when it is ready. `options` are the options of `summarise`.

    An article may have an id, as in ("a17", Path("a17.txt")). The default id is the path or URL; for a text or
    Article, the position, from 1. `articles` may be endless. If an article fails, its result has an `error`.
    `processes`: the number of worker processes; the default is one per core, or one if a model runs on this machine.
    The work is done in a thread, until the iterator ends or is closed.

    Raises BudgetError, after the results so far, if a limit of the settings on calls, tokens or cost is reached. Raises
    MachineError if disk space, file handles or memory run out.
    """
    require_known_options("summarise_many", options, others=("processes",))
    return _in_thread(asummarise_many(articles, processes=processes, **options))


def asummarise_many(
    articles: Iterable[Source | tuple[str, Source]],
    *,
    processes: int | None = None,
    **options: Unpack[SummaryOptions],
) -> AsyncGenerator[Result, None]:
    """Asynchronous `summarise_many`: use it with `async for`."""
    require_known_options("asummarise_many", options, others=("processes",))
    run_options = options_of(**options)
    settings = run_options.settings
    judge, backends = _judge_by_name(run_options.judge)
    if run_options.backend is not None:
        backends[WRITER] = run_options.backend
        models: tuple[str, ...] = (WRITER,)
    else:
        models = tuple(default_backend(settings)[0] if name is None else name for name in run_options.models)
    job = Job(replace(run_options, models=models, backend=None, judge=judge))
    return _results(items_given(articles, settings), job, backends, processes)


def check_many(
    pairs: Iterable[Pair | tuple[str, str | Summary, Source]],
    *,
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    checks: Sequence[Check] = (),
    writer: Writer | None = None,
    names: Names | None = None,
    settings: Settings | None = None,
    processes: int | None = None,
) -> Iterator[Result]:
    """Check summaries, and yield each report when it is ready. The options are the options of `check`.

    A pair is (summary, article) or (id, summary, article). Ids, processes and errors are as in `summarise_many`.
    """
    return _in_thread(
        acheck_many(
            pairs,
            judge=judge,
            accept=accept,
            checks=checks,
            writer=writer,
            names=names,
            settings=settings,
            processes=processes,
        )
    )


def acheck_many(
    pairs: Iterable[Pair | tuple[str, str | Summary, Source]],
    *,
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    checks: Sequence[Check] = (),
    writer: Writer | None = None,
    names: Names | None = None,
    settings: Settings | None = None,
    processes: int | None = None,
) -> AsyncGenerator[Result, None]:
    """Asynchronous `check_many`: use it with `async for`."""
    settings = settings or (Settings() if judge is None else configure().settings)
    require_settings(settings)
    settings = settings.with_choices(writer=writer)
    require_prompts(settings)
    judge, backends = _judge_by_name(judge)
    accepted = accepted_from(settings.accept if accept is None else accept)
    own = own_checks(checks)
    options = RunOptions(judge=judge, accepted=accepted, own_checks=own, names=name_list(names), settings=settings)
    return _results(_items(_pair_parts(pairs), settings), Job(options, pairs=True), backends, processes)


def _judge_by_name(judge: str | Backend | None) -> tuple[str | None, dict[str, Backend]]:
    return (judge, {}) if judge is None or isinstance(judge, str) else (JUDGE, {JUDGE: judge})


def items_given(articles: Iterable[Source | tuple[str, Source]], settings: Settings) -> Iterator[Item]:
    """Return an iterator over the articles as items. Raises TypeError at once for a single article."""
    if isinstance(articles, str | bytes | Path | Url | Article):
        raise TypeError(f"several articles are expected, not one {type(articles).__name__}: put it into a list")

    parts = (
        (*article, None) if isinstance(article, tuple) else (_id_of(article, number), article, None)
        for number, article in enumerate(articles, start=1)
    )
    return _items(parts, settings)


def _pair_parts(pairs: Iterable[Any]) -> Iterator[tuple[str, Source, str | Summary]]:
    for number, pair in enumerate(pairs, start=1):
        if not isinstance(pair, tuple | list) or len(pair) not in (2, 3):
            fault = f"has {len(pair)} items" if isinstance(pair, tuple | list) else f"is a {type(pair).__name__}"
            raise UsageError(f"item {number} {fault}: give a pair (summary, article), or (id, summary, article)")
        item_id, summary, source = pair if len(pair) == 3 else (_id_of(pair[1], number), *pair)
        if not isinstance(summary, str | Summary):
            kind = type(summary).__name__
            raise TypeError(f"item {number}: a summary is a str (its text) or a Summary, not {kind}")
        yield item_id, source, summary


def _items(parts: Iterable[tuple[Any, Source, str | Summary | None]], settings: Settings) -> Iterator[Item]:
    def items() -> Iterator[Item]:
        for number, (item_id, source, summary) in enumerate(parts, start=1):
            if not isinstance(item_id, str):
                raise TypeError(f"item {number}: an id is a str, not {type(item_id).__name__}: give str({item_id!r})")
            try:
                require_article(source)
            except TypeError as error:
                raise TypeError(f"item {number}: {error}") from None
            yield item_of(item_id, source, summary, max_characters=settings.max_characters)

    return with_unique_ids(items())


def _id_of(source: Source, number: int) -> str:
    return str(number) if isinstance(source, str | Article) else str(source)


async def _results(
    items: Iterator[Item], job: Job, given: dict[str, Backend], processes: int | None
) -> AsyncGenerator[Result, None]:
    reached = False
    async with (
        Backends(job.settings, given=given) as backends,
        local_engine(job, backends, processes=processes) as engine,
        aclosing(engine(items_until(lambda: reached, items))) as outcomes,
    ):
        async for outcome in outcomes:
            if outcome.hopeless is not None:
                if outcome.hopeless.exit_code == MachineError.exit_code:
                    raise MachineError(outcome.hopeless.message)
                yield Result(id=outcome.id, error=outcome.hopeless)
            elif outcome.given_up:
                reached = True
            else:
                yield Result.model_validate_json(outcome.result)
    if reached:
        raise BudgetError("a limit of the settings is reached: raise it for the other articles")


def _in_thread(results: AsyncGenerator[Result, None]) -> Iterator[Result]:
    waiting: queue.Queue[Result | BaseException | None] = queue.Queue()
    free_places = threading.Semaphore(MAX_WAITING)
    canceller: Future[Callable[[], object]] = Future()

    async def work() -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None, "`work` runs in a task"
        canceller.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
        async with aclosing(results):
            async for result in results:
                while not await asyncio.to_thread(free_places.acquire, timeout=PATIENCE):
                    pass
                waiting.put(result)

    def run() -> None:
        error: BaseException | None = None
        try:
            asyncio.run(work())
        except BaseException as raised:
            error = raised
        waiting.put(error)

    thread = threading.Thread(target=run, name="results of many articles", daemon=True)
    thread.start()
    try:
        while isinstance(item := waiting.get(), Result):
            free_places.release()
            yield item
        if item is not None:
            raise item
    finally:
        # The loop is closed if all work is done.
        with suppress(RuntimeError):
            canceller.result()()
        thread.join()
