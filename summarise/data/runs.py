"""The content of a run file, and the result of a replay."""

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from summarise.data.article import Article
from summarise.data.base import Record
from summarise.data.exchange import Reply, Request
from summarise.data.plans import OnUnsupported, Style
from summarise.data.sentences import CheckedSentence
from summarise.data.summary import Summary

OutputFormat = Literal["text", "explain", "markdown", "json", "html", "junit", "sarif", "github"]


class Failure(Record):
    """A failed call. `error`: class name of the error (`summarise.errors`). `what`: the problem."""

    error: str
    what: str
    advice: str = ""
    provider: str | None = None
    status: int | None = None
    request_id: str | None = None
    attempts: int = 1
    reply: Reply | None = None


class Exchange(Record):
    """A request to a `backend` with its `reply` or `failure`.

    `key`: SHA-256 of the parts of the request that the model sees. `request`: None if the run was saved without the
    article.
    """

    backend: str
    key: str
    request: Request | None = None
    reply: Reply | None = None
    failure: Failure | None = None


class UsedBackend(Record):
    """A backend used by a run. `counts`: token counts by SHA-256 of the text, None if counting failed."""

    id: str
    context_tokens: int | None = None
    chunk_tokens: int | None = None
    at_once: int | None = None
    counts_here: bool | None = None
    counts: dict[str, int | None] = Field(default_factory=dict)


class UsedPrompt(Record):
    """A prompt used by a run: the `source` and SHA-256 of its file. `own`: not built in."""

    id: str
    sha256: str
    own: bool = False
    source: str


class UsedArticle(Record):
    """The article of a run: SHA-256 of its text in UTF-8, length, and the article if saved."""

    sha256: str
    characters: int = Field(ge=0)
    article: Article | None = None


class SavedOptions(Record):
    """The options of a run and of its output.

    `settings`: by name, without secrets and paths. `judged`: a judge was used. `name`: of the
    article.
    """

    length: str | int | None = None
    style: Style = "prose"
    on_unsupported: OnUnsupported = "repair"
    judged: bool = False
    settings: dict[str, Any] = Field(default_factory=dict)
    shape: OutputFormat = "text"
    name: str = ""
    strict: bool = False


class Ended(Record):
    """The error that ended a run: class name, message on one line, exit code of the command."""

    error: str
    message: str
    exit_code: int = Field(ge=1, le=255)


class Run(Record):
    """A saved run: inputs, exchanges with models, and the `result` or the error that `ended` it.

    `result`: the summary as JSON, so that later versions print it unchanged.
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
        """The summary parsed from `result`, or None."""
        return None if self.result is None else Summary.model_validate(self.result)


class Save(Record):
    """Where to save a run. Without `text`, article and requests are left out, and a replay needs the article."""

    path: Path
    text: bool = True
    shape: OutputFormat = "text"
    name: str = ""
    strict: bool = False


class Difference(Record):
    """A sentence that changed in a replay. `place`: its position in the saved summary, from 1.

    `then`, `place`: None for an added sentence. `now`: None for a removed one.
    """

    place: int | None = None
    then: CheckedSentence | None = None
    now: CheckedSentence | None = None


class Replayed(Record):
    """A saved run and its `differences` from a replay.

    `summary`: the saved one, if any. `otherwise`: why the replay is not comparable, or None. `restated`: other result
    fields that changed, such as "run.model".
    """

    run: Run
    summary: Summary | None = Field(default=None, exclude=True)
    differences: tuple[Difference, ...] = ()
    otherwise: str | None = None
    restated: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the replay reproduced the saved result."""
        return not (self.differences or self.otherwise or self.restated)
