"""Do a job: run the pipeline once, and write what comes of it as text that can be sent to another process.

Knows no HTTP.
"""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from summarise.article import article_from_bytes
from summarise.article.formats.detect import format_of_name
from summarise.data import Article, Facts, ProgressEvent, Report, Save, StageProgress, Summary
from summarise.errors import UNSUPPORTED, RunFileError, SummariseError, UnsavedError, UsageError
from summarise.observing.observer import Observer
from summarise.pipeline.checking import checked, facts_in, judged
from summarise.pipeline.fetching import Fetched
from summarise.pipeline.in_thread import in_thread
from summarise.pipeline.options import options_of
from summarise.pipeline.reading import article_from_page, read_article
from summarise.pipeline.replay_calls import areplay
from summarise.pipeline.run import summarise_article
from summarise.report.markdown import report_markdown
from summarise.runs.files import require_place
from summarise.serving.jobs import Job, Outcome, View
from summarise.serving.schemas import CheckRequest, FactsRequest, SummaryRequest, Text, Upload
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings

Emit = Callable[[ProgressEvent], None]


def prepare(settings: Settings) -> None:
    """Load what each job needs, so that the first one is no slower than the others."""
    model = Settings(entailment=settings.entailment, entailment_threads=settings.entailment_threads)
    facts_in("The mayor of Leeds opened 3 bridges on Monday.", model)


async def perform(job: Job, settings: Settings, emit: Emit) -> Outcome:
    """Return what a job comes to; `emit` gets its progress. Raises errors of `summarise.errors`."""
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
            # The history is gone or may not be written: the summary comes all the same.
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
        # A client learns the name of the run, and not in which folder it is kept.
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
