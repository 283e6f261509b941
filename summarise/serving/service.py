"""What the server does, whoever asks: the HTTP API and the MCP server are faces of this.

Fetches addresses itself, under the guards of `fetching/`; worker processes do all reading, checking and writing.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from summarise.backends import available_backends, default_backend
from summarise.data import Url
from summarise.errors import ArticleError, UnsavedError
from summarise.pipeline.fetching import Fetched, fetch
from summarise.pipeline.fetching.networks import ALLOW
from summarise.serving.history import History
from summarise.serving.jobs import Asked, Job, Outcome, View
from summarise.serving.limits import Limits
from summarise.serving.pool import Emit, Pool, Worker
from summarise.serving.problems import RefusedError
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
from summarise.settings.providers import kind_of

Fetch = Callable[[str], Awaitable[Fetched]]
Views = tuple[View, ...]


@dataclass(frozen=True)
class Done:
    """What came of a request, and the name of the run, where it was kept."""

    outcome: Outcome
    run: str | None = None


class Service:
    """The work behind the server: two pools of worker processes, the history, and what clients may name."""

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
        """Start the workers that read and check, and end all at the end; those that write are started when needed.

        ConfigurationError where a worker cannot start.
        """
        try:
            await self._readers.start()
            yield
        finally:
            await self._readers.end()
            await self._writers.end()

    async def summary(self, asked: SummaryRequest, *, views: Views = (), emit: Emit = lambda _: None) -> Done:
        """Summarise an article, and keep the run; it has no name where it could not be kept."""
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
        """Return the facts of an article; there are no other views of them."""
        del views
        return Done(await self._do(asked, (), emit))

    async def replay(self, run: Path, *, views: Views = (), emit: Emit = lambda _: None) -> Done:
        """Return what a kept run came to, as it was then."""
        return Done(await self._do(run, views, emit))

    def models(self) -> ModelList:
        """Return the models that can be named, and those that are used where none is."""
        known = [status for status in available_backends(self.settings) if status.name != "local:PATH.gguf"]
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
        """Raise RefusedError where a model is a file, unless it is the one that the owner of the server set."""
        for model in models:
            if model is not None and kind_of(model) == "local" and model.strip() != "local":
                if model in model_names(self.settings.model):
                    continue
                raise RefusedError(403, "a model by its path is for the owner of the server: set it in the settings")

    async def _source(self, article: ArticleGiven) -> Text | Upload | Fetched:
        return await self._fetch(article.url) if isinstance(article, Address) else article

    async def _fetch_public(self, address: str) -> Fetched:
        try:
            return await fetch(Url(address), settings=self.settings)
        except ArticleError as error:
            told = str(error)
        # What the command's user may allow, a client may not.
        raise ArticleError(told.removesuffix(f": {ALLOW}"))
