"""What comes of one item: a summary, a report or an error, the same in the journal, the output and Python."""

from collections import Counter

from pydantic import Field

from summarise.batch.items import printable
from summarise.data import Record, Report, Summary
from summarise.errors import FAULT, UNSUPPORTED, SummariseError, name_of


class Failed(Record):
    """Why an item has no result: the error's class, its one line, and the exit code of the command for it."""

    error: str
    message: str
    exit_code: int


class Result(Record):
    """What came of the item `id`: a `summary`, a `report` on a summary that was given, or an `error`.

    Summaries and reports are as read from JSON: they do not know their article.
    """

    id: str
    summary: Summary | None = None
    report: Report | None = None
    error: Failed | None = None

    @property
    def failed(self) -> bool:
        """Whether there is an error and nothing else."""
        return self.error is not None


class Row(Record):
    """A result as one flat row of a table.

    `summary` is the text. `support` and `probability` are those of the weakest sentence. `supported`, `unverified` and
    `contradicted` count sentences by verdict, `repaired` those that the model wrote and that were changed, `replaced`
    those that are the article's own. `passed` tells that every sentence is supported or was accepted. Tokens and `cost`
    (US dollars, None if the price is not known) are those spent now, without answers from the cache; `seconds` is wall
    time. `exit_code` is what the command exits with for this article, or pair, alone.
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
        """Whether there is an error in the place of a result."""
        return self.error is not None


def failure_of(error: Exception) -> Failed:
    """Return an error as it is kept: one of ours in its own line, another one as a fault of the program."""
    if isinstance(error, SummariseError):
        return Failed(error=name_of(error), message=printable(str(error)), exit_code=error.exit_code)
    message = " ".join(f"a fault of this program, please report it: {type(error).__name__}: {error}".split())
    return Failed(error=type(error).__name__, message=printable(message), exit_code=FAULT)


def row_of_error(item_id: str, error: Failed, seconds: float) -> Row:
    """Return the row of an item that failed."""
    return Row(id=item_id, error=error.error, message=error.message, exit_code=error.exit_code, seconds=seconds)


def row_of_report(item_id: str, report: Report) -> Row:
    """Return the row of a summary, or of a report on one that was given."""
    run, sentences = report.run, report.sentences
    verdicts, origins = Counter(one.verdict for one in sentences), Counter(one.origin for one in sentences)
    summary = report if isinstance(report, Summary) else None
    return Row(
        id=item_id,
        summary=summary.text if summary else " ".join(one.text for one in sentences),
        verdict=report.verdict,
        passed=report.passed,
        complete=summary.complete if summary else True,
        support=report.support,
        probability=report.probability,
        sentences=len(sentences),
        supported=verdicts["supported"],
        unverified=verdicts["unverified"],
        contradicted=verdicts["contradicted"],
        repaired=origins["repaired"],
        replaced=origins["article"] if summary else 0,
        key_facts=report.key_facts,
        key_facts_omitted=len(report.omitted),
        calls=sum(not call.from_cache for call in run.calls),
        prompt_tokens=run.prompt_tokens,
        completion_tokens=run.completion_tokens,
        cost=run.cost,
        seconds=run.seconds,
        exit_code=summary.exit_code if summary else 0 if report.passed else UNSUPPORTED,
    )
