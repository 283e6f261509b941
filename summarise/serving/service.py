"""Implements the HTTP API and the MCP server, and keeps the history: a folder of run files like those of `--save`."""

import json
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from summarise.backends import available_backends, default_backend
from summarise.data import Url
from summarise.data.summary import WORST_FIRST
from summarise.errors import ArticleError, ConfigurationError
from summarise.files import read_bounded
from summarise.pipeline.fetching import ALLOW, fetch
from summarise.runs import MOST_BYTES
from summarise.serving.guard import Limits
from summarise.serving.jobs import EmitJson, Job, JobPool, JobRequest, JobWorker, Outcome, Source, View
from summarise.serving.schemas import (
    Address,
    ArticleGiven,
    CheckRequest,
    FactsRequest,
    KeptRun,
    ModelList,
    ModelStatus,
    ProblemError,
    SummaryRequest,
)
from summarise.settings.model import Settings, model_names
from summarise.settings.providers import LOCAL_ENGINE, kind_of

# name of a kept run: UTC time and a random number
NAME = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")
LISTED = 200


class History:
    """The kept runs, as run files in a folder. Raises ConfigurationError if the folder cannot be created."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"cannot keep runs in {folder}: {error.strerror or error}; name another folder with --runs"
            ) from None

    def new(self) -> Path:
        """Return a path for the file of a new run."""
        return self._folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.json"

    def path(self, name: str) -> Path:
        """Return the file of a kept run. Raises ProblemError (404)."""
        path = self._folder / f"{name}.json"
        if NAME.fullmatch(name) is None or not _is_regular(path):
            raise ProblemError(404, "there is no run of that name: GET /v1/runs lists the names")
        return path

    def delete(self, name: str) -> None:
        """Delete a kept run. Raises ProblemError (404)."""
        self.path(name).unlink(missing_ok=True)

    def listed(self) -> list[KeptRun]:
        """Return the 200 latest runs, newest first. Invalid files are left out."""
        names = sorted((path.stem for path in self._folder.glob("*.json") if NAME.fullmatch(path.stem)), reverse=True)
        entries = (self._entry(self._folder / f"{name}.json") for name in names[:LISTED])
        return [entry for entry in entries if entry is not None]

    def _entry(self, path: Path) -> KeptRun | None:
        try:
            return _read_entry(path, path.stat().st_mtime_ns) if _is_regular(path) else None
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None


def _is_regular(path: Path) -> bool:
    """Return True for a regular file. Reading a pipe might never end, and a link may lead out of the folder."""
    return path.is_file() and not path.is_symlink()


@lru_cache(maxsize=LISTED)
def _read_entry(path: Path, _changed: int) -> KeptRun:
    """Read a run file. `_changed`, the time of its last change, is part of the key of the cache."""
    run: dict[str, Any] = json.loads(read_bounded(path, most=MOST_BYTES))["run"]
    result, ended = run.get("result"), run.get("ended") or {}
    verdicts = [sentence["verdict"] for sentence in result["sentences"]] if result else []
    worst = next((verdict for verdict in WORST_FIRST if verdict in verdicts), "unverified")
    return KeptRun(
        id=path.stem,
        saved=run["saved"],
        title=run.get("wanted", {}).get("name") or "article",
        model=run["writer"]["id"],
        verdict=worst if result else None,
        sentences=len(verdicts),
        message=ended.get("message"),
    )


Views = tuple[View, ...]


class Service:
    """Answers requests with two pools of workers: `writers` for jobs that call a model, `readers` for other jobs."""

    def __init__(
        self,
        settings: Settings,
        limits: Limits,
        *,
        history: History | None,
        make_worker: Callable[[Settings], JobWorker] = JobWorker,
    ) -> None:
        self.settings = settings
        self.history = history
        self._readers = JobPool(settings, limits, size=limits.workers, make_worker=make_worker)
        self._writers = JobPool(settings, limits, size=limits.writers, make_worker=make_worker)

    @asynccontextmanager
    async def running(self, *, wait: bool = True) -> AsyncIterator[None]:
        """Start the readers and, with `wait`, wait until they are ready. The end of the block ends all workers.

        Raises ConfigurationError.
        """
        try:
            await self._readers.start(wait=wait)
            yield
        finally:
            await self._readers.end()
            await self._writers.end()

    async def do(self, request: JobRequest, *, views: Views = (), emit: EmitJson = lambda _: None) -> Outcome:
        """Summarise an article, check a summary, extract facts, or replay a kept run (`request` is then its file).

        `views`: formats to return in addition to JSON. `emit` is called with progress events as JSON. The run of a
        summary is kept if `request.keep` is true and the server has a history.
        """
        save: Path | None = None
        sources: tuple[Source, ...] = ()
        if isinstance(request, SummaryRequest):
            self._require_allowed(*model_names(request.model), request.judge)
            request = request.model_copy(update={"model": request.model or self._default()})
            save = self.history.new() if self.history is not None and request.keep else None
        elif isinstance(request, CheckRequest):
            self._require_allowed(request.judge)
        if not isinstance(request, Path):
            more = () if isinstance(request, FactsRequest) else request.sources
            sources = tuple([await self._source(article) for article in (request.article, *more)])
        job = Job(request=request, sources=sources, views=views, save=save)
        pool = self._writers if job.asks_models else self._readers
        return await pool.do(job, emit)

    def models(self) -> ModelList:
        """Return the available models."""
        statuses = [status for status in available_backends(self.settings) if not _is_model_file(status.name)]
        return ModelList(
            default=model_names(self._default()),
            models=tuple(ModelStatus.model_validate(status, from_attributes=True) for status in statuses),
        )

    def _default(self) -> str | tuple[str, ...]:
        return self.settings.model or default_backend(self.settings)[0]

    def _require_allowed(self, *models: str | None) -> None:
        for model in models:
            if model is not None and _is_model_file(model) and model not in model_names(self.settings.model):
                raise ProblemError(403, "only the settings of the server may name a model file: name another model")

    async def _source(self, article: ArticleGiven) -> Source:
        if not isinstance(article, Address):
            return article
        try:
            return await fetch(Url(article.url), settings=self.settings)
        except ArticleError as error:
            # Remove the advice to allow private addresses, which is not for clients.
            raise ArticleError(str(error).removesuffix(f": {ALLOW}")) from None


def _is_model_file(model: str) -> bool:
    return kind_of(model) in LOCAL_ENGINE and model.strip() != "local"
