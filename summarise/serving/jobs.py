"""The work that worker processes do, as data: what is wanted, and what came of it.

A job may come from anybody who has the token: workers fetch no address, and touch no file but those of the history.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from summarise.data import Record
from summarise.pipeline.fetching import Fetched
from summarise.serving.schemas import CheckRequest, FactsRequest, SummaryRequest, Text, Upload

View = Literal["html", "markdown"]
Asked = SummaryRequest | CheckRequest | FactsRequest | Path
"""What a client asks for; a path is the file of a kept run, which is to be shown again."""


class Outcome(Record):
    """What a job came to: the `result` as JSON, the exit code that the command would have, and views by their names."""

    result: str
    code: int = 0
    views: dict[View, str] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A piece of work, with the article as text, as a file, or as it was fetched.

    `views` are wanted besides the result; `save` is the file in which the run of a summary is kept.
    """

    asked: Asked
    source: Text | Upload | Fetched | None = None
    views: tuple[View, ...] = ()
    save: Path | None = None

    @property
    def characters(self) -> int:
        """About how much is to be read, in characters of text or bytes of a file."""
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
        """Whether models are asked, so that it may wait for long without working."""
        match self.asked:
            case CheckRequest(judge=judge):
                return judge is not None
            case asked:
                return isinstance(asked, SummaryRequest)
