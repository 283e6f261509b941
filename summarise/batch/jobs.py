"""What is done with one item, and what comes of it, whatever goes wrong. A job can be sent to another process.

Does not know how many are done at once, nor where results go.
"""

import time
from dataclasses import dataclass, replace
from typing import ClassVar

from pydantic_core import to_json

from summarise.backends import Opening
from summarise.backends.budget import NO_MODEL
from summarise.batch.backends import CeilingReachedError
from summarise.batch.items import Item
from summarise.batch.results import Failed, Row, failure_of, row_of_error, row_of_report
from summarise.batch.unwritten import UnwrittenError
from summarise.checks.verification import OwnCheck
from summarise.data import Accepted, Article, Backend, OutputFormat, Report, Summary
from summarise.errors import ArticleError, AuthenticationError, QuotaError, machine_error
from summarise.observing.control_characters import control_escaped
from summarise.observing.observer import Observer
from summarise.observing.secrets import to_hide, without
from summarise.pipeline.checking import checked, judged
from summarise.pipeline.options import RunOptions
from summarise.pipeline.reading import aread_article
from summarise.pipeline.run import summarise_article
from summarise.report.formats import shaped
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings

HOPELESS = (AuthenticationError, QuotaError)
"""What would go wrong with every further item: a key that is refused, an account without credit."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an item: a `row` and the JSON of its `Result`, and what is `shown` of it, if that was asked for.

    Without a row the item is done in a later run: a ceiling was reached (`given_up`), or an error occurred that every
    further item would end with (`hopeless`), such as a refused key or a full disk.
    """

    id: str
    content: str
    row: Row | None = None
    result: str = ""
    shown: str | None = None
    given_up: str = ""
    hopeless: Failed | None = None


@dataclass(frozen=True)
class SummariseJob:
    """Summarises each item as the options say; models and judge are names, so that the job can be sent on."""

    options: RunOptions
    encoding: str | None = None
    shape: OutputFormat | None = None

    @property
    def settings(self) -> Settings:
        """The settings of each run."""
        return self.options.settings

    @property
    def writers(self) -> tuple[str | None, ...]:
        """The names of the models that write."""
        return self.options.models

    @property
    def judge(self) -> str | None:
        """The name of the judge."""
        assert not isinstance(self.options.judge, Backend), "a job names its models"
        return self.options.judge

    @property
    def accepted(self) -> Accepted | None:
        """What a person accepted."""
        return self.options.accepted

    @property
    def own_checks(self) -> tuple[OwnCheck, ...]:
        """The user's own checks."""
        return self.options.own_checks

    def with_settings(self, settings: Settings) -> "SummariseJob":
        """Return the same job with other settings."""
        return replace(self, options=replace(self.options, settings=settings))

    async def report(self, item: Item, opening: Opening) -> Summary:
        """Return the summary of an item."""
        article = await _article(item, self.settings, self.encoding)
        observer = Observer(secrets=secrets_of(self.settings))
        return await summarise_article(article, self.options, observer=observer, opening=opening)


@dataclass(frozen=True)
class CheckJob:
    """Checks the summary of each item against its article; the other fields are as in `check`."""

    settings: Settings
    judge: str | None = None
    accepted: Accepted | None = None
    own_checks: tuple[OwnCheck, ...] = ()
    encoding: str | None = None
    shape: OutputFormat | None = None
    writers: ClassVar[tuple[str | None, ...]] = ()

    def with_settings(self, settings: Settings) -> "CheckJob":
        """Return the same job with other settings."""
        return replace(self, settings=settings)

    async def report(self, item: Item, opening: Opening) -> Report:
        """Return the report on an item's summary."""
        if item.summary is None:
            raise ArticleError("there is no summary to check")
        article = await _article(item, self.settings, self.encoding)
        if self.judge is None:
            return checked(item.summary, article, accept=self.accepted, checks=self.own_checks, settings=self.settings)
        async with opening(self.judge, self.settings) as judge:
            return await judged(
                item.summary,
                article,
                judge=judge,
                accept=self.accepted,
                checks=self.own_checks,
                settings=self.settings,
                progress=None,
            )


Job = SummariseJob | CheckJob
"""Makes a report of an item."""


def models_of(job: Job) -> tuple[str | None, ...]:
    """Return the names of all models that a job may ask."""
    return job.writers if job.judge is None else (*job.writers, job.judge)


def asks_model(job: Job) -> bool:
    """Tell whether a language model is asked."""
    return any(name != NO_MODEL for name in models_of(job))


async def outcome_of(item: Item, job: Job, opening: Opening) -> Outcome:
    """Do a job with an item. No error of one item comes out of it: it becomes its outcome."""
    started = time.perf_counter()
    try:
        _require_readable(item)
        report = await job.report(item, opening)
        shown = None if job.shape is None else shaped(report, job.shape, name=item.id)
        kind = "summary" if isinstance(report, Summary) else "report"
        result = control_escaped(f'{{"id":{_json(item.id)},"{kind}":{report.model_dump_json()}}}')
        return Outcome(item.id, item.content, row_of_report(item.id, report), result, shown)
    except CeilingReachedError as reached:
        return Outcome(item.id, item.content, given_up=str(reached))
    except UnwrittenError as error:
        failed = Failed(error=type(error).__name__, message=str(error), exit_code=error.exit_code)
        return Outcome(item.id, item.content, hopeless=failed)
    except Exception as error:
        return error_outcome(item, error, job.settings, seconds=time.perf_counter() - started)


def error_outcome(item: Item, error: Exception, settings: Settings, *, seconds: float = 0.0) -> Outcome:
    """Return the outcome of an item whose work ended with an error: a failure, unless the error ends the batch."""
    lacking = machine_error(error)
    failed = failure_of(lacking or error)
    if lacking is not None or isinstance(error, HOPELESS):
        return Outcome(item.id, item.content, hopeless=failed)
    hidden = without(to_hide(secrets_of(settings)), failed.message)
    return failed_outcome(item, failed.model_copy(update={"message": hidden}), seconds=seconds)


def failed_outcome(item: Item, failed: Failed, *, seconds: float = 0.0) -> Outcome:
    """Return the outcome of an item that failed."""
    row = row_of_error(item.id, failed, round(seconds, 3))
    result = control_escaped(f'{{"id":{_json(item.id)},"error":{failed.model_dump_json()}}}')
    return Outcome(item.id, item.content, row, result, failed.message)


def _require_readable(item: Item) -> None:
    if item.problem is not None:
        raise ArticleError(item.problem)


async def _article(item: Item, settings: Settings, encoding: str | None) -> Article:
    assert item.source is not None, "an item without a problem has an article"
    limit = settings.max_characters
    return await aread_article(item.source, max_characters=limit, encoding=encoding, settings=settings)


def _json(text: str) -> str:
    return to_json(text).decode()
