"""Runs the jobs of the server in worker processes, with a bounded queue."""

import asyncio
import pickle
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import Field, TypeAdapter

from summarise.article import article_from_bytes
from summarise.article.formats.detect import format_of_name
from summarise.article.sources import named_in_errors
from summarise.data import Article, ProgressEvent, Record, Report, Save, StageProgress, Summary
from summarise.errors import (
    FAULT,
    INTERRUPTED,
    UNSUPPORTED,
    ConfigurationError,
    RunFileError,
    SummariseError,
    UnsavedError,
    UsageError,
)
from summarise.facts.spelling import NameList
from summarise.pipeline.checking import check_summary, check_with_judge, facts_in
from summarise.pipeline.fetching import Fetched
from summarise.pipeline.options import options_of
from summarise.pipeline.reading import article_from_page, read_article, read_sources
from summarise.pipeline.replay import areplay
from summarise.pipeline.run import summarise_article
from summarise.report.markdown import report_markdown
from summarise.runs import require_place
from summarise.serving.guard import Limits
from summarise.serving.schemas import (
    CheckRequest,
    FactsRequest,
    Problem,
    ProblemError,
    SummaryRequest,
    Text,
    Upload,
    problem_of,
)
from summarise.settings.model import Settings
from summarise.workers import (
    Answer,
    Channel,
    Worker,
    WorkerError,
    WorkerInterruptedError,
    Workers,
    WorkerStartError,
)

View = Literal["html", "markdown"]
# A path is the file of a kept run, which is replayed.
JobRequest = SummaryRequest | CheckRequest | FactsRequest | Path


class Outcome(Record):
    """The outcome of a job. `result`: the result as JSON. `views`: the result as HTML or Markdown, if requested.

    `code`: the exit code that the command would have. `run`: the name of the saved run, or None.
    """

    result: str
    code: int = 0
    views: dict[View, str] = Field(default_factory=dict)
    run: str | None = None


Source = Text | Upload | Fetched


@dataclass(frozen=True, kw_only=True)
class Job:
    """A request with its articles. `views`: formats to return in addition to JSON. `save`: the file for the run."""

    request: JobRequest
    sources: tuple[Source, ...] = ()
    views: tuple[View, ...] = ()
    save: Path | None = None

    @property
    def asks_models(self) -> bool:
        """Whether the job calls a language model."""
        if isinstance(self.request, CheckRequest):
            return self.request.judge is not None
        return isinstance(self.request, SummaryRequest)


Emit = Callable[[ProgressEvent], None]
EmitJson = Callable[[str], None]  # called with progress events as JSON, in the event loop's thread


async def perform(job: Job, settings: Settings, emit: Emit) -> Outcome:
    """Run a job. `emit` is called with each progress event."""
    match job.request:
        case SummaryRequest():
            return await _summary(job, job.request, settings, emit)
        case CheckRequest():
            return await _check(job, job.request, settings, emit)
        case FactsRequest():
            emit(StageProgress(stage="facts"))
            return Outcome(result=facts_in(_article(job, settings), settings).model_dump_json())
        case Path():
            return await _replay(job, job.request, emit)


async def _summary(job: Job, request: SummaryRequest, settings: Settings, emit: Emit) -> Outcome:
    article = _article(job, settings)
    fields = request.model_dump(exclude={"article", "sources", "citations", "keep"}) | {"names": _names(request)}
    options = options_of(**fields, settings=settings)
    save = None if job.save is None else Save(path=job.save, name=article.title or "article")
    unsaved = False
    try:
        if save is not None:
            require_place(save.path)
    except UsageError:
        # The history folder is missing or not writable: return the summary anyway.
        save, unsaved = None, True
    try:
        summary = await summarise_article(article, options, progress=emit, save=save)
    except UnsavedError as error:
        summary, unsaved = cast("Summary", error.summary), True
    cited = summary.with_citations(request.citations)
    return _outcome_of(cited, job, UnsavedError.exit_code if unsaved else summary.exit_code)


async def _check(job: Job, request: CheckRequest, settings: Settings, emit: Emit) -> Outcome:
    emit(StageProgress(stage="facts"))
    facts = facts_in(_article(job, settings), settings)
    emit(StageProgress(stage="check"))
    options: dict[str, Any] = {"accept": None, "writer": request.writer, "names": _names(request), "settings": settings}
    if request.judge is None:
        report = check_summary(request.summary, facts, **options)
    else:
        report = await check_with_judge(request.summary, facts, judge=request.judge, progress=emit, **options)
    return _outcome_of(report, job, 0 if report.passed else UNSUPPORTED)


async def _replay(job: Job, run: Path, emit: Emit) -> Outcome:
    try:
        replayed = await areplay(run, progress=emit)
    except RunFileError as error:
        # The message must not disclose the folder of the history.
        raise RunFileError(str(error).replace(str(run), run.name)) from None
    if replayed.summary is None:
        assert replayed.run.ended is not None, "a run without a summary has an error"
        failed = SummariseError(replayed.run.ended.message)
        failed.exit_code = replayed.run.ended.exit_code
        raise failed
    return _outcome_of(replayed.summary, job, replayed.summary.exit_code)


def _outcome_of(report: Report | Summary, job: Job, code: int) -> Outcome:
    make: dict[View, Callable[[], str]] = {"html": report.to_html, "markdown": partial(report_markdown, report)}
    views = {view: make[view]() for view in job.views}
    run = None if job.save is None or code == UnsavedError.exit_code else job.save.stem
    return Outcome(result=report.model_dump_json(), code=code, views=views, run=run)


def _names(request: SummaryRequest | CheckRequest) -> NameList | None:
    return None if request.names is None else NameList.parsed(request.names, called="names")


def _article(job: Job, settings: Settings) -> Article:
    if len(job.sources) == 1:
        return _read(job.sources[0], settings.max_characters)
    articles = []
    for number, source in enumerate(job.sources, start=1):
        with named_in_errors(str(number)):
            articles.append(_read(source, settings.max_characters))
    return read_sources(articles, settings)


def _read(source: Source, most: int) -> Article:
    match source:
        case Text():
            return read_article(Article(**source.model_dump()), max_characters=most)
        case Upload(name=name, base64=data):
            return article_from_bytes(data, name="the file", format_hint=format_of_name(name), max_characters=most)
        case Fetched():
            return article_from_page(source, max_characters=most)


REPLY: TypeAdapter[Outcome | Problem] = TypeAdapter(Outcome | Problem)


def serve(channel: Channel) -> Answer:
    """Return the function with which a worker process answers messages of the server.

    The first message contains the settings, each further message a job. Progress events are sent through `channel`.
    """
    settings: Settings | None = None

    def emit(event: ProgressEvent) -> None:
        channel.ask(event.model_dump_json().encode())

    async def answer(body: bytes) -> bytes:
        nonlocal settings
        message = pickle.loads(body)  # noqa: S301 - from our own process
        try:
            if not isinstance(message, Job):
                settings = message
                _load_models(settings)
                reply: Outcome | Problem = Outcome(result="")
            else:
                assert settings is not None, "the settings are the first message"
                reply = await perform(message, settings, emit)
        except Exception as error:
            reply = problem_of(error)
        return reply.model_dump_json().encode()

    return answer


def _load_models(settings: Settings) -> None:
    model = Settings(entailment=settings.entailment, entailment_threads=settings.entailment_threads)
    facts_in("The mayor of Leeds opened 3 bridges on Monday.", model)


class JobWorker(Worker):
    """A worker process that runs one job at a time."""

    start_seconds = 120.0

    def __init__(self, settings: Settings) -> None:
        self._emit: EmitJson = lambda _: None
        super().__init__(__name__, pickle.dumps(settings), answer=self._on_event, interruptible=True)

    async def until_ready(self) -> None:
        """Wait until the models are loaded. Raises ProblemError and WorkerError."""
        try:
            async with asyncio.timeout(self.start_seconds):
                # `shield`, because a cancelled job must not cancel the start of the process.
                _outcome(await asyncio.shield(asyncio.wrap_future(self.ready)))
        except TimeoutError:
            message = f"a worker process was not ready within {self.start_seconds:g} s: try again later"
            raise ProblemError(503, message, code=FAULT) from None

    async def do(self, job: Job, emit: EmitJson) -> Outcome:
        """Run a job. Raises ProblemError and WorkerError."""
        self._emit = emit
        return _outcome(await asyncio.wrap_future(self.ask(pickle.dumps(job))))

    async def _on_event(self, event: bytes) -> bytes:
        self._emit(event.decode())
        return b""


def _outcome(message: bytes) -> Outcome:
    reply = REPLY.validate_json(message)
    if isinstance(reply, Problem):
        raise ProblemError(reply.status, reply.detail, code=reply.code, error=reply.error)
    return reply


class JobPool:
    """A pool of at most `size` workers, with a bounded queue.

    The process of a job that is cancelled or takes too long is killed.
    """

    def __init__(
        self,
        settings: Settings,
        limits: Limits,
        *,
        size: int,
        make_worker: Callable[[Settings], JobWorker] = JobWorker,
    ) -> None:
        self._workers = Workers(partial(make_worker, settings), size=size)
        self._size = size
        self._limits = limits
        self._queued = 0
        self._slots = asyncio.Semaphore(size)
        self._endings: set[asyncio.Task[None]] = set()

    async def start(self, *, wait: bool = True) -> None:
        """Start all workers and, with `wait`, wait until their models are loaded. Raises ConfigurationError."""
        workers = [self._workers.take() for _ in range(self._size)]
        for worker in workers:
            self._workers.release(worker)
        if not wait:
            return
        try:
            await asyncio.gather(*(worker.until_ready() for worker in workers))
        except ProblemError as error:
            raise ConfigurationError(error.problem.detail) from None
        except WorkerError:
            raise ConfigurationError("a worker process ended before it was ready: try it with --workers 1") from None

    async def do(self, job: Job, emit: EmitJson = lambda _: None) -> Outcome:
        """Run a job. Raises ProblemError, with the status 503 if the queue is full."""
        async with self._slot():
            try:
                worker = self._workers.take()
            except WorkerStartError:
                raise ProblemError(503, "a worker process cannot be started: try again later", code=FAULT) from None
            ready = usable = False
            try:
                async with asyncio.timeout(self._limits.job_seconds):
                    await worker.until_ready()
                    ready = True
                    outcome = await worker.do(job, emit)
            except ProblemError:
                usable = ready
                raise
            except TimeoutError:
                message = f"the job took longer than {self._limits.job_seconds:g} s: send a shorter article"
                raise ProblemError(504, message, code=FAULT) from None
            except WorkerInterruptedError:
                raise ProblemError(503, "interrupted", code=INTERRUPTED) from None
            except WorkerError:
                raise ProblemError(500, "the worker process of this job died: try again", code=FAULT) from None
            else:
                usable = True
                return outcome
            finally:
                if usable:
                    self._workers.release(worker)
                else:
                    # The process ends in the background; another one starts when needed.
                    self._end(self._workers.remove(worker))

    async def end(self) -> None:
        """End all workers."""
        for worker in self._workers.remove_all():
            self._end(worker)
        await asyncio.gather(*self._endings)

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if self._slots.locked() and self._queued >= self._limits.waiting:
            raise ProblemError(503, "too many requests are waiting: try again later", retry_after="5")
        self._queued += 1
        try:
            await self._slots.acquire()
        finally:
            self._queued -= 1
        try:
            yield
        finally:
            self._slots.release()

    def _end(self, worker: JobWorker) -> None:
        ending = asyncio.get_running_loop().create_task(asyncio.to_thread(worker.end))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
