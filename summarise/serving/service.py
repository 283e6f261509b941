"""The service behind the HTTP API and the MCP server, and the history: finished runs in the format of `--save`."""

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from summarise.backends import available_backends, default_backend
from summarise.data import Url
from summarise.errors import ArticleError, ConfigurationError, UnsavedError
from summarise.files import read_bounded
from summarise.pipeline.fetching import ALLOW, Fetched, fetch
from summarise.runs.files import MOST_BYTES
from summarise.serving.guard import Limits
from summarise.serving.jobs import EmitJson, Given, Job, JobPool, JobRequest, JobWorker, Outcome, View
from summarise.serving.responses import EVENTS, RefusedError, event, problem_of, text_event
from summarise.serving.schemas import (
    Address,
    ArticleGiven,
    CheckRequest,
    FactsRequest,
    KeptRun,
    ModelList,
    ModelStatus,
    SummaryRequest,
)
from summarise.settings.model import Settings, model_names
from summarise.settings.providers import LOCAL_ENGINE, kind_of

# UTC start time and a random number; other files in the folder are ignored
NAME = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")
LISTED = 200


class History:
    """The runs in a folder (mode 0700). Raises ConfigurationError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[int, KeptRun]] = {}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"cannot keep runs in {folder}: {error.strerror or error}; name another folder with --runs"
            ) from None

    def new(self) -> tuple[str, Path]:
        """Return a name and a file for a new run."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        return name, self._folder / f"{name}.json"

    def path(self, name: str) -> Path:
        """Return the file of a run. Raises RefusedError (404)."""
        path = self._folder / f"{name}.json"
        if NAME.fullmatch(name) is None or not _is_regular(path):
            raise RefusedError(404, "there is no run of that name: GET /v1/runs lists them")
        return path

    def forget(self, name: str) -> None:
        """Remove a run. Raises RefusedError (404)."""
        self.path(name).unlink(missing_ok=True)

    def listed(self) -> list[KeptRun]:
        """Return the latest runs, newest first, without invalid files."""
        names = sorted((path.stem for path in self._folder.glob("*.json") if NAME.fullmatch(path.stem)), reverse=True)
        entries = {name: entry for name in names[:LISTED] if (entry := self._entry(name)) is not None}
        # One assignment, because several threads may list.
        self._read = entries
        return [run for _, run in entries.values()]

    def _entry(self, name: str) -> tuple[int, KeptRun] | None:
        path = self._folder / f"{name}.json"
        try:
            if not _is_regular(path):
                return None
            changed = path.stat().st_mtime_ns
            known = self._read.get(name)
            if known is not None and known[0] == changed:
                return known
            return changed, _kept(name, json.loads(read_bounded(path, most=MOST_BYTES))["run"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None


def _is_regular(path: Path) -> bool:
    """Return False for pipes, which never end, and links, which may lead out of the folder."""
    return path.is_file() and not path.is_symlink()


def _kept(name: str, run: dict[str, Any]) -> KeptRun:
    result, ended = run.get("result"), run.get("ended") or {}
    verdicts = [sentence["verdict"] for sentence in result["sentences"]] if result else []
    worst = next((one for one in ("contradicted", "unverified", "supported") if one in verdicts), "unverified")
    return KeptRun(
        id=name,
        saved=run["saved"],
        title=run.get("wanted", {}).get("name") or "article",
        model=run["writer"]["id"],
        verdict=worst if result else None,
        sentences=len(verdicts),
        message=ended.get("message"),
    )


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
        hire: Callable[[Settings], JobWorker] = JobWorker,
    ) -> None:
        self.settings = settings
        self.history = history
        self._fetch = fetch_page or self._fetch_public
        self._readers = JobPool(settings, limits, size=limits.workers, hire=hire)
        self._writers = JobPool(settings, limits, size=limits.writers, hire=hire)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the workers: readers start now, writers on demand. Raises ConfigurationError."""
        try:
            await self._readers.start()
            yield
        finally:
            await self._readers.end()
            await self._writers.end()

    async def summary(self, request: SummaryRequest, *, views: Views = (), emit: EmitJson = lambda _: None) -> Done:
        """Summarise an article, and keep the run if possible."""
        self._require_allowed(*model_names(request.model), request.judge)
        name, place = self.history.new() if self.history is not None and request.keep else (None, None)
        named = request.model_copy(update={"model": request.model or self._default()})
        outcome = await self._do(named, views, emit, save=place)
        return Done(outcome, None if outcome.code == UnsavedError.exit_code else name)

    async def report(self, request: CheckRequest, *, views: Views = (), emit: EmitJson = lambda _: None) -> Done:
        """Check a summary against an article."""
        self._require_allowed(request.judge)
        return Done(await self._do(request, views, emit))

    async def facts(self, request: FactsRequest, *, views: Views = (), emit: EmitJson = lambda _: None) -> Done:
        """Return the facts of an article."""
        del views
        return Done(await self._do(request, (), emit))

    async def replay(self, run: Path, *, views: Views = (), emit: EmitJson = lambda _: None) -> Done:
        """Return the result of a kept run."""
        return Done(await self._do(run, views, emit))

    def models(self) -> ModelList:
        """Return the available models."""
        known = [status for status in available_backends(self.settings) if not _is_file(status.name)]
        return ModelList(
            default=model_names(self._default()),
            models=tuple(ModelStatus.model_validate(status, from_attributes=True) for status in known),
        )

    async def _do(self, request: JobRequest, views: Views, emit: EmitJson, save: Path | None = None) -> Outcome:
        sources: tuple[Given, ...] = ()
        if not isinstance(request, Path):
            more = () if isinstance(request, FactsRequest) else request.sources
            sources = tuple([await self._source(article) for article in (request.article, *more)])
        job = Job(request=request, sources=sources, views=views, save=save)
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

    async def _source(self, article: ArticleGiven) -> Given:
        return await self._fetch(article.url) if isinstance(article, Address) else article

    async def _fetch_public(self, address: str) -> Fetched:
        try:
            return await fetch(Url(address), settings=self.settings)
        except ArticleError as error:
            message = str(error)
        # The hint to allow private addresses is for the command's user, not for a client.
        raise ArticleError(message.removesuffix(f": {ALLOW}"))


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


async def streamed(request: Request, start: Callable[[EmitJson], Coroutine[Any, Any, Done]]) -> Response:
    """Return a stream of events: progress, then views and result, or a problem.

    Errors before the first event are raised.
    """
    queue: Queue = asyncio.Queue()
    task = asyncio.ensure_future(start(lambda progress: queue.put_nowait(event("progress", progress))))
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
        piece = first
        while piece is not None:
            yield piece
            piece = await _next(queue)
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
