"""Progress events of a run, the content of a run file, and the result of a replay."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from summarise.data.article import Article, Record
from summarise.data.exchange import Reply, Request
from summarise.data.plans import Dollars, OnUnsupported, Style
from summarise.data.summary import CheckedSentence, Origin, Strength, Summary, Verdict

RunStage = Literal["facts", "draft", "rewrite", "merge", "check", "judge", "repair"]
"""The stages of a run in order. Which of them occur depends on `Prompting` (draft or rewrite)."""


class Usage(Record):
    """Calls, tokens and cost (US dollars) of a run so far, without cached answers.

    `cost`: None as soon as the cost of one answered call is unknown.
    """

    calls: int = Field(default=0, ge=0)
    prompt_tokens: int = Field(default=0, ge=0)
    cached_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    reasoning_tokens: int = Field(default=0, ge=0)
    cost: Dollars | None = 0.0


class StageProgress(Record):
    """A stage has started or advanced: `done` of `total` items, None if unknown.

    The items are chunks (draft), passages (rewrite), batches of one round (merge) or sentences (judge).
    """

    kind: Literal["stage"] = "stage"
    stage: RunStage
    done: int | None = None
    total: int | None = None


class SentenceChecked(Record):
    """A sentence was checked. `shown`: it is in the final summary; if False, it is a sentence that the model wrote."""

    kind: Literal["sentence"] = "sentence"
    text: str
    verdict: Verdict
    support: float
    probability: float
    strength: Strength | None = None
    origin: Origin
    shown: bool = False


class CallStarted(Record):
    """A model call is about to start.

    `call`: number of the call from 1, the same in `CallEnded`. `stage`: the stage of the request. `backend`: an id such
    as "openai:gpt-5-mini". `prompt_tokens`: an estimate. `reasoning_room`: tokens reserved for reasoning.
    """

    kind: Literal["call started"] = "call started"
    call: int
    stage: str
    backend: str
    prompt_tokens: int
    reasoning_room: int = 0


class CallEnded(Record):
    """A model call has ended.

    `error`: class name of the error (`summarise.errors`), CancelledError if the failure of another call ended this
    call, or None on success. Tokens, `cost`, `finish`, `seconds`, `from_cache`: as in `Reply`. `model`: the name
    reported by the server, None without an answer. `so_far`: usage of the run, including this call.
    """

    kind: Literal["call ended"] = "call ended"
    call: int
    stage: str
    backend: str
    model: str | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cost: float | None = None
    finish: str = "other"
    seconds: float = 0.0
    from_cache: bool = False
    error: str | None = None
    so_far: Usage


class RetryScheduled(Record):
    """A request to the server of `provider` failed and is retried in `seconds`.

    `attempt`: number of the failed attempt, from 1. `error`: class name of the error. `reason`: its message. `status`:
    HTTP status, if any.
    """

    kind: Literal["retry"] = "retry"
    provider: str
    attempt: int
    error: str
    status: int | None = None
    reason: str
    seconds: float


ProgressEvent = Annotated[
    StageProgress | SentenceChecked | CallStarted | CallEnded | RetryScheduled, Field(discriminator="kind")
]
"""An event of a run, discriminated by `kind`."""
Progress = Callable[[ProgressEvent], None]
"""A callback for events, called in the thread of the event loop; it should return quickly."""


OutputFormat = Literal["text", "explain", "markdown", "json", "html", "junit", "sarif", "github"]


class Failure(Record):
    """A failed call. `error`: class name of the error (`summarise.errors`). `what`: the problem. `advice`: what to do.

    `reply`: the unusable answer, if there was an answer.
    """

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

    `key`: SHA-256 of the parts of the request that the model sees. `request`: None if the run was saved without text.
    """

    backend: str
    key: str
    request: Request | None = None
    reply: Reply | None = None
    failure: Failure | None = None


class UsedBackend(Record):
    """A backend used by a run. `counts`: maps the SHA-256 of a text to its tokens, or to None if counting failed."""

    id: str
    context_tokens: int | None = None
    chunk_tokens: int | None = None
    at_once: int | None = None
    counts_here: bool | None = None
    counts: dict[str, int | None] = Field(default_factory=dict)


class UsedPrompt(Record):
    """A prompt used by a run. `source`, `sha256`: text and SHA-256 of its file. `own`: a prompt of the user."""

    id: str
    sha256: str
    own: bool = False
    source: str


class UsedArticle(Record):
    """The article of a run: SHA-256 of its text in UTF-8, its length, and the article if it was saved."""

    sha256: str
    characters: int = Field(ge=0)
    article: Article | None = None


class SavedOptions(Record):
    """The options of a run and of its output.

    `settings`: values by name, without secrets and paths. `judged`: a judge was used. `instructions`: the user's
    instructions to the model. `names`: the user's list of names, each followed by its aliases. `shape`: output format.
    `name`: name of the article.
    """

    length: str | int | None = None
    style: Style = "prose"
    focus: str | None = None
    on_unsupported: OnUnsupported = "repair"
    judged: bool = False
    instructions: str | None = Field(default=None, max_length=4000)
    names: tuple[tuple[str, ...], ...] = ()
    settings: dict[str, Any] = Field(default_factory=dict)
    shape: OutputFormat = "text"
    name: str = ""
    strict: bool = False


class Ended(Record):
    """The error that ended a run: its class name, its message on one line, and the exit code of the command."""

    error: str
    message: str
    exit_code: int = Field(ge=1, le=255)


class Run(Record):
    """A saved run: inputs, exchanges with models, and the `result` or the error that `ended` it.

    `wanted`: the options. `result`: the summary as JSON, so that later versions print it unchanged.
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
    """Where to save a run. If `text` is False, article and requests are left out, and a replay needs the article."""

    path: Path
    text: bool = True
    shape: OutputFormat = "text"
    name: str = ""
    strict: bool = False


class Difference(Record):
    """A sentence that changed in a replay. `place`: its number in the saved summary, from 1.

    `then`: the saved sentence. `now`: the replayed sentence. `then` and `place` are None for an added sentence, `now`
    is None for a removed sentence.
    """

    place: int | None = None
    then: CheckedSentence | None = None
    now: CheckedSentence | None = None


class Replayed(Record):
    """A saved run, and the `differences` between its summary and a replay.

    `summary`: the saved summary, if any. `otherwise`: why the replay is not comparable, or None. `restated`: changed
    fields of the result outside the sentences, such as "run.model".
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
