"""Defines the job of a batch, which is to summarise or to check each item, and the records of its results."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import Field
from pydantic_core import to_json

from summarise.backends import Opening
from summarise.backends.budget import Ceilings
from summarise.batch.inputs import Item, printable
from summarise.data import Backend, OutputFormat, Record, Report, Summary
from summarise.errors import (
    FAULT,
    UNSUPPORTED,
    ArticleError,
    AuthenticationError,
    MachineError,
    QuotaError,
    SummariseError,
    machine_error,
    name_of,
)
from summarise.pipeline.checking import check_summary, check_with_judge
from summarise.pipeline.options import RunOptions
from summarise.pipeline.reading import aread_sources
from summarise.pipeline.run import summarise_article
from summarise.report.formats import shaped
from summarise.secrets import control_escaped, redact, redactable
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings
from summarise.settings.providers import NO_MODEL

REACHED = "a ceiling of the batch is reached"
WRITER, JUDGE = "backend given", "judge given"  # names of backends that were given as objects


class Spent(Record):
    """Spent calls, tokens, and US dollars (`cost`, only of models with a known price)."""

    calls: int = 0
    tokens: int = 0
    cost: float = 0.0

    def plus(self, other: "Spent") -> "Spent":
        """Return the sum of two amounts."""
        return Spent(calls=self.calls + other.calls, tokens=self.tokens + other.tokens, cost=self.cost + other.cost)


NOTHING = Spent()


def ceilings_of(settings: Settings) -> Ceilings:
    """Return the limits on calls, tokens and cost in the settings."""
    return Ceilings(calls=settings.max_calls, tokens=settings.max_tokens_total, cost=settings.max_cost)


class CeilingReachedError(Exception):
    """A ceiling of the batch does not allow a call.

    Not a SummariseError, so that no stage treats it as a failed call.
    """


class UnwrittenError(Exception):
    """The journal or the output cannot be written, so the batch ends."""

    exit_code = 74


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError in a `with` block into an UnwrittenError that names `path`."""
    try:
        yield
    except OSError as error:
        raise UnwrittenError(f"cannot write {path}: {error.strerror or type(error).__name__}") from None


class Failed(Record):
    """The error of an item: its class name, its message, and the matching exit code."""

    error: str
    message: str
    exit_code: int


class Result(Record):
    """The result for an article: its `summary`, the `report` of a check, or an `error`.

    Summary and report do not contain the article. `faithfulness`: the share of supported sentences in the report.
    """

    id: str
    faithfulness: float | None = None
    summary: Summary | None = None
    report: Report | None = None
    error: Failed | None = None

    @property
    def failed(self) -> bool:
        """Whether the item has an error."""
        return self.error is not None


class Row(Record):
    """A result as a flat table row.

    `passed`: whether every sentence is supported or accepted. `complete`: whether every part of the article was
    summarised. `support`, `probability`: the lowest value of a sentence. `repaired`: the number of corrected sentences.
    `replaced`: the number of sentences taken from the article. Calls, tokens and `cost` (US dollars, None if unknown)
    exclude cached answers. `seconds`: wall time. `exit_code`: the exit code of the command for this item alone.
    """

    id: str
    summary: str | None = None
    verdict: str | None = None
    passed: bool | None = None
    complete: bool | None = None
    support: float | None = None
    probability: float | None = None
    sentences: int = 0
    supported: int = 0
    faithfulness: float | None = None
    unverified: int = 0
    contradicted: int = 0
    repaired: int = 0
    replaced: int = 0
    key_facts: int = 0
    key_facts_omitted: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    seconds: float = Field(default=0.0, ge=0)
    error: str | None = None
    message: str | None = None
    exit_code: int = 0

    @property
    def failed(self) -> bool:
        """Whether the item has an error."""
        return self.error is not None


def row_of_report(item_id: str, report: Report) -> Row:
    """Return the table row of a summary or report."""
    run, sentences = report.run, report.sentences
    verdicts = Counter(sentence.verdict for sentence in sentences)
    origins = Counter(sentence.origin for sentence in sentences)
    summary = report if isinstance(report, Summary) else None
    return Row(
        id=item_id,
        summary=summary.text if summary else " ".join(sentence.text for sentence in sentences),
        verdict=report.verdict,
        passed=report.passed,
        complete=summary.complete if summary else True,
        support=report.support,
        probability=report.probability,
        sentences=len(sentences),
        supported=verdicts["supported"],
        faithfulness=report.faithfulness,
        unverified=verdicts["unverified"],
        contradicted=verdicts["contradicted"],
        repaired=origins["repaired"],
        replaced=origins["article"] if summary else 0,
        key_facts=report.key_facts,
        key_facts_omitted=len(report.omitted),
        calls=sum(not call.from_cache for call in run.calls),
        **run.model_dump(include={"prompt_tokens", "completion_tokens", "cost", "seconds"}),
        exit_code=summary.exit_code if summary else 0 if report.passed else UNSUPPORTED,
    )


# errors that every other item would meet, too
HOPELESS = (AuthenticationError, QuotaError, MachineError, UnwrittenError)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item's outcome. `content`: the item's hash. `result`: the `Result` as JSON. `shown`: text in the `Job.shape`.

    If `row` is None, the item is left for a later run: `given_up` is the message about a reached ceiling, or `hopeless`
    an error that every other item would meet, too.
    """

    id: str
    content: str
    row: Row | None = None
    result: str = ""
    shown: str | None = None
    given_up: str = ""
    hopeless: Failed | None = None


@dataclass(frozen=True)
class Job:
    """The work on each item: to summarise its article or, with `pairs`, to check its summary.

    `encoding`: of the article files. `shape`: the format of the files in an output folder, None for other outputs.
    Models are given by name, so that the job can be pickled.
    """

    options: RunOptions
    pairs: bool = False
    encoding: str | None = None
    shape: OutputFormat | None = None

    @property
    def settings(self) -> Settings:
        """The settings in `options`."""
        return self.options.settings

    @property
    def writers(self) -> tuple[str | None, ...]:
        """The names of the models that write summaries; empty with `pairs`."""
        return () if self.pairs else self.options.models

    @property
    def judge(self) -> str | None:
        """The name of the judge, or None."""
        assert not isinstance(self.options.judge, Backend), "a job names its models"
        return self.options.judge

    @property
    def models(self) -> tuple[str | None, ...]:
        """The names of the writers and the judge."""
        return self.writers if self.judge is None else (*self.writers, self.judge)

    @property
    def asks_model(self) -> bool:
        """Whether the job calls a language model."""
        return any(name != NO_MODEL for name in self.models)

    async def report(self, item: Item, opening: Opening) -> Report:
        """Summarise an item, or check its summary. Raises ArticleError if the item cannot be used."""
        if item.problem is not None:
            raise ArticleError(item.problem)
        assert item.source is not None, "an item without a problem has an article"
        settings, options = self.settings, self.options
        article = await aread_sources(item.source, settings, encoding=self.encoding)
        if not self.pairs:
            options = options if item.focus is None else replace(options, focus=item.focus)
            return await summarise_article(article, options, opening=opening)
        assert item.summary is not None, "a pair has a summary"
        check_options: dict[str, Any] = {
            "accept": options.accepted,
            "checks": options.own_checks,
            "names": options.names,
            "settings": settings,
        }
        if self.judge is None:
            return check_summary(item.summary, article, **check_options)
        async with opening(self.judge, settings) as judge:
            return await check_with_judge(item.summary, article, judge=judge, progress=None, **check_options)


async def outcome_of(item: Item, job: Job, opening: Opening) -> Outcome:
    """Run a job on an item. An error becomes an outcome. `opening` opens a model by name."""
    started = time.perf_counter()
    try:
        report = await job.report(item, opening)
        shown = None if job.shape is None else shaped(report, job.shape, name=item.id)
        kind, score = "summary", ""
        if not isinstance(report, Summary):
            kind, score = "report", f'"faithfulness":{_json(report.faithfulness)},'
        result = control_escaped(f'{{"id":{_json(item.id)},{score}"{kind}":{report.model_dump_json()}}}')
        return Outcome(item.id, item.content, row_of_report(item.id, report), result, shown)
    except CeilingReachedError as reached:
        return Outcome(item.id, item.content, given_up=str(reached))
    except Exception as error:
        return error_outcome(item, error, job.settings, seconds=time.perf_counter() - started)


def error_outcome(item: Item, error: Exception, settings: Settings, *, seconds: float = 0.0) -> Outcome:
    """Return the outcome of an item for which the job raised `error`."""
    error = machine_error(error) or error
    if isinstance(error, SummariseError | UnwrittenError):
        message, code = str(error), error.exit_code
    else:
        message, code = f"a fault of this program, please report it: {type(error).__name__}: {error}", FAULT
        message = " ".join(message.split())
    failed = Failed(error=name_of(error), message=printable(message), exit_code=code)
    if isinstance(error, HOPELESS):
        return Outcome(item.id, item.content, hopeless=failed)
    message = redact(redactable(secrets_of(settings)), failed.message)
    return failed_outcome(item, failed.model_copy(update={"message": message}), seconds=seconds)


def failed_outcome(item: Item, failed: Failed, *, seconds: float = 0.0) -> Outcome:
    """Return the outcome of an item with an error."""
    row = Row(
        id=item.id, error=failed.error, message=failed.message, exit_code=failed.exit_code, seconds=round(seconds, 3)
    )
    result = control_escaped(f'{{"id":{_json(item.id)},"error":{failed.model_dump_json()}}}')
    return Outcome(item.id, item.content, row, result, failed.message)


def _json(value: str | float | None) -> str:
    return to_json(value).decode()
