"""The work that worker processes do, as data: what is wanted, and what came of it.

A job may come from anybody who has the token: it names no address to fetch, and no file but one of the history.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from summarise.data import OnUnsupported, Reasoning, Record, Style
from summarise.pipeline.fetching import Fetched
from summarise.serving.schemas import Text, Upload

View = Literal["html", "markdown"]


class Outcome(Record):
    """What a job came to: the `result` as JSON, the exit code that the command would have, and views by their names."""

    result: str
    code: int = 0
    views: dict[View, str] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A piece of work. `views` names those that are wanted besides the result, `characters` its size, about."""

    views: tuple[View, ...] = ()

    @property
    def characters(self) -> int:
        """The size of what is to be read, in characters of text or bytes of a file."""
        return 0

    @property
    def asks_models(self) -> bool:
        """Whether models are asked, so that it may wait for long without working."""
        return False


@dataclass(frozen=True, kw_only=True)
class ArticleJob(Job):
    """Work on an article: its text, a file of it, or what was fetched."""

    source: Text | Upload | Fetched

    @property
    def characters(self) -> int:
        """The size of the article, in characters of text or bytes of a file."""
        match self.source:
            case Text(text=text):
                return len(text)
            case Upload(base64=data) | Fetched(body=data):
                return len(data)


@dataclass(frozen=True, kw_only=True)
class FactsJob(ArticleJob):
    """The facts of an article."""


@dataclass(frozen=True, kw_only=True)
class CheckJob(ArticleJob):
    """A summary's text checked against an article."""

    summary: str
    judge: str | None = None

    @property
    def characters(self) -> int:
        """The size of article and summary."""
        return super().characters + len(self.summary)

    @property
    def asks_models(self) -> bool:
        """Whether a judge is asked."""
        return self.judge is not None


@dataclass(frozen=True, kw_only=True)
class SummaryJob(ArticleJob):
    """A summary of an article, kept in the file `save`, if that is given."""

    model: str | tuple[str, ...]
    length: str | int | None = None
    style: Style = "prose"
    on_unsupported: OnUnsupported = "repair"
    judge: str | None = None
    reasoning: Reasoning | None = None
    save: Path | None = None

    @property
    def asks_models(self) -> bool:
        """A model writes the summary."""
        return True


@dataclass(frozen=True, kw_only=True)
class ReplayJob(Job):
    """A kept run shown again."""

    run: Path
