"""What a run file holds: all that is needed to show a run again, to check it again, and to compare it with another."""

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from summarise.data.article import Article
from summarise.data.base import Record
from summarise.data.exchange import Reply, Request
from summarise.data.plans import OnUnsupported, Strategy, Style
from summarise.data.sentences import CheckedSentence
from summarise.data.summary import Summary

OutputFormat = Literal["text", "explain", "markdown", "json", "html", "junit", "sarif", "github"]
"""How the command prints a summary."""


class Failure(Record):
    """A call that came to nothing: the `error` by the name of its class in `summarise.errors`, and what it tells."""

    error: str
    what: str
    advice: str = ""
    provider: str | None = None
    status: int | None = None
    request_id: str | None = None
    attempts: int = 1
    reply: Reply | None = None


class Exchange(Record):
    """One exchange with a model: who was asked, what, and the `reply`, or the `failure` in its place.

    `key` is the SHA-256 of what the model is shown of the request; `request` is None where the article's text was not
    to be kept.
    """

    backend: str
    key: str
    request: Request | None = None
    reply: Reply | None = None
    failure: Failure | None = None


class UsedBackend(Record):
    """A backend as a run used it: its id, and what it told of itself, None where it told nothing.

    `counts` are the tokens that it counted, by the SHA-256 of the text; None where the counting failed.
    """

    id: str
    context_tokens: int | None = None
    chunk_tokens: int | None = None
    at_once: int | None = None
    counts_here: bool | None = None
    counts: dict[str, int | None] = Field(default_factory=dict)


class UsedPrompt(Record):
    """A prompt as a run used it: its file's whole text with the hash of it; `own` where it is none of the built-in."""

    id: str
    sha256: str
    own: bool = False
    source: str


class UsedArticle(Record):
    """The article of a run: the SHA-256 of its text in UTF-8, its size, and itself, where it was to be kept."""

    sha256: str
    characters: int = Field(ge=0)
    article: Article | None = None


class SavedOptions(Record):
    """What a run was asked for, and how the command was to print it; `settings` by name, none that is secret or a path.

    `strategy` is the one that was used; `judged` tells that a judge was asked; `name` is what the article was called.
    """

    length: str | int | None = None
    style: Style = "prose"
    on_unsupported: OnUnsupported = "repair"
    strategy: Strategy | None = None
    judged: bool = False
    settings: dict[str, Any] = Field(default_factory=dict)
    shape: OutputFormat = "text"
    name: str = ""
    strict: bool = False


class Ended(Record):
    """The error that a run ended with, by the name of its class, in one line, and the command's exit code for it."""

    error: str
    message: str
    exit_code: int = Field(ge=1, le=255)


class Run(Record):
    """A run that was kept: what it was made of, every exchange with a model, and the `result`, or how it `ended`.

    `result` is the summary as JSON, so that a later version prints it as it was; `summary` reads it.
    """

    version: str
    saved: datetime
    article: UsedArticle
    wanted: SavedOptions
    writer: UsedBackend
    judge: UsedBackend | None = None
    prompts: tuple[UsedPrompt, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    result: dict[str, Any] | None = None
    ended: Ended | None = None

    @property
    def summary(self) -> Summary | None:
        """The summary that came of it, None where none did."""
        return None if self.result is None else Summary.model_validate(self.result)


class Save(Record):
    """Where to keep a run, and whether with the text of the article; how the command prints it is kept, too.

    Without the text a run is shown again only beside the article, and of what models were asked there is but a hash.
    """

    path: Path
    text: bool = True
    shape: OutputFormat = "text"
    name: str = ""
    strict: bool = False


class Difference(Record):
    """A sentence that is judged, or written, otherwise `now` than `then`: its place in the kept summary, from 1.

    `then` is None, and `place` too, for one that is shown only now; `now` is None for one that is shown no more.
    """

    place: int | None = None
    then: CheckedSentence | None = None
    now: CheckedSentence | None = None


class Replayed(Record):
    """A kept run, and what this version of the program makes of it: sentences that it judges or writes otherwise.

    `summary` is the one of then, None where the run ended with an error. `otherwise` tells why the run could not be
    gone through again, and its sentences were only checked again; None where it could. `restated` names the other
    fields of the result that have another value in the file than in the repeated run, such as "run.model".
    """

    run: Run
    summary: Summary | None = Field(default=None, exclude=True)
    differences: tuple[Difference, ...] = ()
    otherwise: str | None = None
    restated: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the repeated run agrees with everything that the file states."""
        return not (self.differences or self.otherwise or self.restated)
