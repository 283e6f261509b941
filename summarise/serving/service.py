"""The service behind the HTTP API and the MCP server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from summarise.backends import available_backends, default_backend
from summarise.data import Url
from summarise.errors import ArticleError, UnsavedError
from summarise.pipeline.fetching import ALLOW, Fetched, fetch
from summarise.serving.history import History
from summarise.serving.jobs import Asked, Job, Outcome, View
from summarise.serving.limits import Limits
from summarise.serving.pool import Emit, Pool, Worker
from summarise.serving.responses import EVENTS, RefusedError, event, problem_of, text_event
from summarise.serving.schemas import (
    Address,
    ArticleGiven,
    CheckRequest,
    FactsRequest,
    ModelList,
    ModelStatus,
    SummaryRequest,
    Text,
    Upload,
)
from summarise.settings.model import Settings, model_names
from summarise.settings.providers import LOCAL_ENGINE, kind_of

Fetch = Callable[[str], Awaitable[Fetched]]
Views = tuple[View, ...]


@dataclass(frozen=True)
class Done:
    """An outcome, and the name of the run if it was kept."""

    outcome: Outcome
    run: str | None = None


class Service:
    """Two pools of worker processes, and the history."""

    def __init__(
        self,
        settings: Settings,
        limits: Limits,
        *,
        history: History | None,
        fetch_page: Fetch | None = None,
        hire: Callable[[Settings], Worker] = Worker,
    ) -> None:
        self.settings = settings
        self.history = history
        self._fetch = fetch_page or self._fetch_public
        self._readers = Pool(settings, limits, size=limits.workers, hire=hire)
        self._writers = Pool(settings, limits, size=limits.writers, hire=hire)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the workers: readers start now, writers on demand. Raises ConfigurationError."""
        try:
            await self._readers.start()
            yield
        finally:
            await self._readers.end()
            await self._writers.end()

    async def summary(self, asked: SummaryRequest, *, views: Views = (), emit: Emit = lambda _: None) -> Done:
        """Summarise an article, and keep the run if possible."""
        self._require_allowed(*model_names(asked.model), asked.judge)
        name, place = self.history.new() if self.history is not None and asked.keep else (None, None)
        named = asked.model_copy(update={"model": asked.model or self._default()})
        outcome = await self._do(named, views, emit, save=place)
        return Done(outcome, None if outcome.code == UnsavedError.exit_code else name)

    async def report(self, asked: CheckRequest, *, views: Views = (), emit: Emit = lambda _: None) -> Done:
        """Check a summary against an article."""
        self._require_allowed(asked.judge)
        return Done(await self._do(asked, views, emit))

    async def facts(self, asked: FactsRequest, *, views: Views = (), emit: Emit = lambda _: None) -> Done:
        """Return the facts of an article."""
        del views
        return Done(await self._do(asked, (), emit))

    async def replay(self, run: Path, *, views: Views = (), emit: Emit = lambda _: None) -> Done:
        """Return the result of a kept run."""
        return Done(await self._do(run, views, emit))

    def models(self) -> ModelList:
        """Return the available models."""
        known = [status for status in available_backends(self.settings) if not _is_file(status.name)]
        return ModelList(
            default=model_names(self._default()),
            models=tuple(ModelStatus.model_validate(status, from_attributes=True) for status in known),
        )

    async def _do(self, asked: Asked, views: Views, emit: Emit, save: Path | None = None) -> Outcome:
        source = None if isinstance(asked, Path) else await self._source(asked.article)
        job = Job(asked=asked, source=source, views=views, save=save)
        pool = self._writers if job.asks_models else self._readers
        return await pool.do(job, emit)

    def _default(self) -> str | tuple[str, ...]:
        return self.settings.model or default_backend(self.settings)[0]

    def _require_allowed(self, *models: str | None) -> None:
        """Refuse a model file that the server's settings do not name."""
        for model in models:
            if model is not None and _is_file(model):
                if model in model_names(self.settings.model):
                    continue
                raise RefusedError(403, "a model by its file is for the owner of the server: set it in the settings")

    async def _source(self, article: ArticleGiven) -> Text | Upload | Fetched:
        return await self._fetch(article.url) if isinstance(article, Address) else article

    async def _fetch_public(self, address: str) -> Fetched:
        try:
            return await fetch(Url(address), settings=self.settings)
        except ArticleError as error:
            told = str(error)
        # The hint to allow private addresses is for the command's user, not for a client.
        raise ArticleError(told.removesuffix(f": {ALLOW}"))


def _is_file(model: str) -> bool:
    return kind_of(model) in LOCAL_ENGINE and model.strip() != "local"


T = TypeVar("T")
Queue = asyncio.Queue[bytes | None]
PAUSE = 15.0  # seconds of silence before a comment is sent to keep the connection alive


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Await `work`; cancel it if the client disconnects. Raises RefusedError."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise RefusedError(408, "the client went away")
        return task.result()
    finally:
        await _cancelled(task, gone)


async def streamed(request: Request, start: Callable[[Emit], Coroutine[Any, Any, Done]]) -> Response:
    """Return a stream of events: progress, then views and result, or a problem.

    Errors before the first event are raised.
    """
    queue: Queue = asyncio.Queue()
    task = asyncio.ensure_future(start(lambda told: queue.put_nowait(event("progress", told))))
    task.add_done_callback(lambda _: queue.put_nowait(None))
    gone = asyncio.ensure_future(_gone(request))
    gone.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        first = await queue.get()
        if first is None and task.done() and not task.cancelled() and task.exception() is not None:
            task.result()
    except BaseException:
        await _cancelled(task, gone)
        raise
    return StreamingResponse(_events(first, queue, task, gone), media_type=EVENTS)


async def _events(
    first: bytes | None,
    queue: Queue,
    task: "asyncio.Future[Done]",
    gone: "asyncio.Future[None]",
) -> AsyncIterator[bytes]:
    try:
        told = first
        while told is not None:
            yield told
            told = await _next(queue)
        if not task.done():
            return
        try:
            done = task.result()
        except Exception as error:
            yield event("problem", problem_of(error).model_dump_json())
            return
        if done.run is not None:
            yield text_event("run", done.run)
        for view, text in done.outcome.views.items():
            yield text_event(view, text)
        yield event("result", done.outcome.result)
    finally:
        await _cancelled(task, gone)


async def _next(queue: Queue) -> bytes | None:
    try:
        async with asyncio.timeout(PAUSE):
            return await queue.get()
    except TimeoutError:
        return b": still at work\n\n"


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _cancelled(*tasks: "asyncio.Future[Any]") -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, Exception):
            await task
