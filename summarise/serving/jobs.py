"""Jobs of the server, and their worker process."""

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal, cast

from pydantic import Field

from summarise.article import article_from_bytes
from summarise.article.formats.detect import format_of_name
from summarise.data import Article, Facts, ProgressEvent, Record, Report, Save, StageProgress, Summary
from summarise.errors import INTERRUPTED, UNSUPPORTED, RunFileError, SummariseError, UnsavedError, UsageError
from summarise.observing.observer import Observer
from summarise.pipeline.checking import checked, facts_in, judged
from summarise.pipeline.fetching import Fetched
from summarise.pipeline.in_thread import in_thread
from summarise.pipeline.options import options_of
from summarise.pipeline.reading import article_from_page, read_article
from summarise.pipeline.replay import areplay
from summarise.pipeline.run import summarise_article
from summarise.report.markdown import report_markdown
from summarise.runs.files import require_place
from summarise.serving.responses import Problem, problem_of
from summarise.serving.schemas import CheckRequest, FactsRequest, SummaryRequest, Text, Upload
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings

View = Literal["html", "markdown"]
# a path is the file of a kept run to show again
Asked = SummaryRequest | CheckRequest | FactsRequest | Path


class Outcome(Record):
    """The outcome of a job: result as JSON, exit code of the command, and views."""

    result: str
    code: int = 0
    views: dict[View, str] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A request with its article.

    `views` are returned in addition to the result; `save` is the file for the run.
    """

    asked: Asked
    source: Text | Upload | Fetched | None = None
    views: tuple[View, ...] = ()
    save: Path | None = None

    @property
    def characters(self) -> int:
        """Approximate size of the input."""
        summary = self.asked.summary if isinstance(self.asked, CheckRequest) else ""
        match self.source:
            case Text(text=text):
                return len(text) + len(summary)
            case Upload(base64=data) | Fetched(body=data):
                return len(data) + len(summary)
            case None:
                return 0

    @property
    def asks_models(self) -> bool:
        """Whether models are called."""
        match self.asked:
            case CheckRequest(judge=judge):
                return judge is not None
            case asked:
                return isinstance(asked, SummaryRequest)


Emit = Callable[[ProgressEvent], None]


def prepare(settings: Settings) -> None:
    """Load the models in advance."""
    model = Settings(entailment=settings.entailment, entailment_threads=settings.entailment_threads)
    facts_in("The mayor of Leeds opened 3 bridges on Monday.", model)


async def perform(job: Job, settings: Settings, emit: Emit) -> Outcome:
    """Run a job; `emit` receives its progress."""
    match job.asked:
        case SummaryRequest():
            return await _summary(job, job.asked, settings, emit)
        case CheckRequest():
            return await _check(job, job.asked, settings, emit)
        case FactsRequest():
            emit(StageProgress(stage="facts"))
            return Outcome(result=facts_in(_article(job, settings), settings).model_dump_json())
        case Path():
            return await _replay(job, job.asked, emit)


async def _summary(job: Job, asked: SummaryRequest, settings: Settings, emit: Emit) -> Outcome:
    article = _article(job, settings)
    options = options_of(**asked.model_dump(exclude={"article", "keep"}), settings=settings)
    save, unsaved = None, False
    if job.save is not None:
        try:
            require_place(job.save)
            save = Save(path=job.save, name=article.title or "article")
        except UsageError:
            # The history folder is missing or not writable: return the summary anyway.
            unsaved = True
    try:
        summary = await in_thread(
            lambda callers: summarise_article(
                article,
                options,
                observer=Observer(callers.progress(emit), secrets=secrets_of(options.settings)),
                save=save,
            )
        )
    except UnsavedError as error:
        return _told(cast("Summary", error.summary), job, error.exit_code)
    return _told(summary, job, UnsavedError.exit_code if unsaved else summary.exit_code)


async def _check(job: Job, asked: CheckRequest, settings: Settings, emit: Emit) -> Outcome:
    emit(StageProgress(stage="facts"))
    facts = facts_in(_article(job, settings), settings)
    emit(StageProgress(stage="check"))
    report = await _report(asked, facts, settings, emit)
    return _told(report, job, 0 if report.passed else UNSUPPORTED)


async def _report(asked: CheckRequest, facts: Facts, settings: Settings, emit: Emit) -> Report:
    judge = asked.judge
    if judge is None:
        return checked(asked.summary, facts, accept=None, writer=asked.writer, settings=settings)
    return await in_thread(
        lambda callers: judged(
            asked.summary,
            facts,
            judge=judge,
            accept=None,
            writer=asked.writer,
            settings=settings,
            progress=callers.progress(emit),
        )
    )


async def _replay(job: Job, run: Path, emit: Emit) -> Outcome:
    try:
        replayed = await areplay(run, progress=emit)
    except RunFileError as error:
        # Do not disclose the folder of the history.
        raise RunFileError(str(error).replace(str(run), run.name)) from None
    if replayed.summary is None:
        assert replayed.run.ended is not None, "the file was checked"
        failed = SummariseError(replayed.run.ended.message)
        failed.exit_code = replayed.run.ended.exit_code
        raise failed
    return _told(replayed.summary, job, replayed.summary.exit_code)


def _told(report: Report | Summary, job: Job, code: int) -> Outcome:
    make: dict[View, Callable[[], str]] = {
        "html": report.to_html,
        "markdown": lambda: report_markdown(report),
    }
    return Outcome(result=report.model_dump_json(), code=code, views={view: make[view]() for view in job.views})


def _article(job: Job, settings: Settings) -> Article:
    most = settings.max_characters
    match job.source:
        case Text():
            return read_article(Article(**job.source.model_dump()), max_characters=most)
        case Upload(name=name, base64=data):
            told = format_of_name(name)
            return article_from_bytes(data, name="the file", told=told, max_characters=most)
        case Fetched():
            return article_from_page(job.source, max_characters=most)
        case None:
            raise TypeError("only a kept run has no article")


# first byte of a message: the type of the JSON after it
EVENT, OUTCOME, PROBLEM, READY = b"e", b"o", b"p", b"r"


def work(pipe: "Connection[bytes, object]", settings: Settings) -> None:
    """Run jobs from a pipe. SIGTERM cancels the current job and ends the process."""
    _be_quiet()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Ctrl-C reaches all processes of a terminal; the parent handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        try:
            prepare(settings)
        except Exception as error:
            pipe.send_bytes(PROBLEM + problem_of(error).model_dump_json().encode())
            return
        pipe.send_bytes(READY)
        while True:
            _do(pipe, settings)
    except (EOFError, OSError, KeyboardInterrupt):
        return


def _do(pipe: "Connection[bytes, object]", settings: Settings) -> None:

    job = pipe.recv()
    assert isinstance(job, Job)
    try:
        outcome = asyncio.run(
            perform(job, settings, lambda event: pipe.send_bytes(EVENT + event.model_dump_json().encode()))
        )
        message = OUTCOME + outcome.model_dump_json().encode()
    except KeyboardInterrupt:
        given_up = Problem(title="Service Unavailable", status=503, detail="interrupted", code=INTERRUPTED)
        pipe.send_bytes(PROBLEM + given_up.model_dump_json().encode())
        raise
    except Exception as error:
        message = PROBLEM + problem_of(error).model_dump_json().encode()
    pipe.send_bytes(message)


def _end_with_parent() -> None:
    """Exit with the parent: nobody would read the result, and calls cost money."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _be_quiet() -> None:
    """Discard the output of libraries: stdout may carry a protocol, and articles must not be logged."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
