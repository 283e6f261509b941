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
from summarise.batch.inputs import Item, item_of, with_own_ids
from summarise.batch.jobs import JUDGE, WRITER, Job, Result
from summarise.batch.run import taken
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

AHEAD = 16  # results that may wait for the consumer
PATIENCE = 0.5  # seconds between checks for cancellation
Pair = tuple[str | Summary, Source]  # summary, article


def summarise_many(
    articles: Iterable[Source | tuple[str, Source]],
    *,
    processes: int | None = None,
    **options: Unpack[SummaryOptions],
) -> Iterator[Result]:
    """Summarise articles, and yield each result when it is ready. `options` are the options of `summarise`.

    An article may have an id, as in ("a17", Path("a17.txt")). The default id is its path or URL, or its position from
    1. Articles are taken from the iterable one by one, so it may be unbounded. If an article fails, its result has an
    `error`. `processes` is the number of worker processes; the default is one per core, or one if a model runs on this
    machine. The work is done in a thread, until the iterator is closed.

    Raises BudgetError, after the results so far, if a limit of the settings on calls, tokens or cost is reached, and
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
    settled = options_of(**options)
    given, judged_by = _given(settled.judge)
    models = settled.models
    if settled.backend is not None:
        given[WRITER], models = settled.backend, (WRITER,)
    named = tuple(default_backend(settled.settings)[0] if name is None else name for name in models)
    job = Job(replace(settled, models=named, backend=None, judge=judged_by))
    return _results(items_given(articles, settled.settings), job, given, processes)


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
    given, judged_by = _given(judge)
    accepted = accepted_from(settings.accept if accept is None else accept)
    own = own_checks(checks)
    options = RunOptions(judge=judged_by, accepted=accepted, own_checks=own, names=name_list(names), settings=settings)
    job = Job(options, pairs=True)
    return _results(_pairs(pairs, settings), job, given, processes)


def _given(judge: str | Backend | None) -> tuple[dict[str, Backend], str | None]:
    if judge is None or isinstance(judge, str):
        return {}, judge
    return {JUDGE: judge}, JUDGE


def items_given(articles: Iterable[Source | tuple[str, Source]], settings: Settings) -> Iterator[Item]:
    """Return an iterator of items, one for each article. Raises TypeError at once for a single article."""
    if isinstance(articles, str | bytes | Path | Url | Article):
        raise TypeError(f"several articles are expected, not one {type(articles).__name__}: put it into a list")

    given = (
        (*one, None) if isinstance(one, tuple) else (_id_of(one, number), one, None)
        for number, one in enumerate(articles, start=1)
    )
    return with_own_ids(_items(given, settings))


def _pairs(pairs: Iterable[Any], settings: Settings) -> Iterator[Item]:
    def each() -> Iterator[tuple[str, Source, str | Summary]]:
        for number, pair in enumerate(pairs, start=1):
            if not isinstance(pair, tuple | list) or len(pair) not in (2, 3):
                what = f"has {len(pair)} items" if isinstance(pair, tuple | list) else f"is a {type(pair).__name__}"
                raise UsageError(f"item {number} {what}: give a pair (summary, article), or (id, summary, article)")
            item_id, summary, source = pair if len(pair) == 3 else (_id_of(pair[1], number), *pair)
            if not isinstance(summary, str | Summary):
                kind = type(summary).__name__
                raise TypeError(f"item {number}: a summary is a str (its text) or a Summary, not {kind}")
            yield item_id, source, summary

    return with_own_ids(_items(each(), settings))


def _items(given: Iterable[tuple[Any, Source, str | Summary | None]], settings: Settings) -> Iterator[Item]:
    for number, (item_id, source, summary) in enumerate(given, start=1):
        if not isinstance(item_id, str):
            raise TypeError(f"item {number}: an id is a str, not {type(item_id).__name__}: give str({item_id!r})")
        try:
            require_article(source)
        except TypeError as error:
            raise TypeError(f"item {number}: {error}") from None
        yield item_of(item_id, source, summary, max_characters=settings.max_characters)


def _id_of(source: Source, number: int) -> str:
    return str(number) if isinstance(source, str | Article) else str(source)


async def _results(
    items: Iterator[Item], job: Job, given: dict[str, Backend], processes: int | None
) -> AsyncGenerator[Result, None]:
    reached = False
    async with (
        Backends(job.settings, given=given) as backends,
        local_engine(job, backends, processes=processes) as engine,
        aclosing(engine(taken(items, enough=lambda: reached))) as outcomes,
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
    room = threading.Semaphore(AHEAD)
    begun: Future[Callable[[], object]] = Future()

    async def work() -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None, "this is one"
        begun.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
        async with aclosing(results):
            async for result in results:
                while not await asyncio.to_thread(room.acquire, timeout=PATIENCE):
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
            room.release()
            yield item
        if item is not None:
            raise item
    finally:
        # The loop is closed if all work is done.
        with suppress(RuntimeError):
            begun.result()()
        thread.join()
