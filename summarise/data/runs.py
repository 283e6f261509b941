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
"""The stages of a run in order. With a model, it has "draft" (and "merge", for several chunks) or "rewrite"."""


class Usage(Record):
    """Calls, tokens and cost (US dollars) of a run so far. Answers from the local cache do not count.

    `cost`: None if the cost of any answered call is unknown.
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
    """A sentence was checked. `shown`: True for a sentence of the final summary, False for one of the model's draft."""

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

    `call`: number of the call from 1, the same in `CallEnded`. `backend`: an id such as "openai:gpt-5-mini".
    `prompt_tokens`: an estimate. `reasoning_room`: tokens reserved for reasoning.
    """

    kind: Literal["call started"] = "call started"
    call: int
    stage: str
    backend: str
    prompt_tokens: int
    reasoning_room: int = 0


class CallEnded(Record):
    """A model call has ended.

    `error`: None on success, else the class name of the error, "CancelledError" if another call's failure ended this
    one. Tokens, `cost`, `finish`, `seconds`, `from_cache`: as in `Reply`. `model`: the name reported by the
    server, None without an answer. `so_far`: usage of the run, including this call.
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
"""A function that is called with each event. It blocks the run, so it should return quickly."""


OutputFormat = Literal["text", "explain", "markdown", "json", "html", "junit", "sarif", "github"]


class Failure(Record):
    """A failed call. `error`: class name of the error (`summarise.errors`). `what`: the problem. `advice`: what to do.

    `reply`: the answer, if there was one and it was unusable.
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
    """A request to a backend, and its `reply` or `failure`.

    `key`: SHA-256 of the fields of the request that determine the answer. `request`: None if the run was saved without
    text.
    """

    backend: str
    key: str
    request: Request | None = None
    reply: Reply | None = None
    failure: Failure | None = None


class UsedBackend(Record):
    """A backend used by a run, with some of its `Capabilities`.

    `counts`: for the SHA-256 of each counted text, its number of tokens, or None if counting failed.
    """

    id: str
    context_tokens: int | None = None
    chunk_tokens: int | None = None
    at_once: int | None = None
    counts_here: bool | None = None
    counts: dict[str, int | None] = Field(default_factory=dict)


class UsedPrompt(Record):
    """A prompt used by a run. `source`, `sha256`: text and SHA-256 of its file. `own`: whether it is the user's."""

    id: str
    sha256: str
    own: bool = False
    source: str


class UsedArticle(Record):
    """The article of a run: the SHA-256 of its text, its length in characters, and the article if it was saved."""

    sha256: str
    characters: int = Field(ge=0)
    article: Article | None = None


class SavedOptions(Record):
    """The options of a run and of its output.

    `judged`: whether a judge was used. `names`: the user's list of names, each followed by its aliases. `settings`:
    values by name, without secrets and paths. `shape`: the output format. `name`: the article's name in the output.
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
    """A saved run: its inputs, its exchanges with models, and its `result`, or `ended`, the error that ended it.

    `result`: the summary as JSON data, so that later versions print it unchanged.
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
    """How to save a run. If `text` is False, article and requests are not saved; a replay then needs the article.

    `shape`, `name`, `strict`: as in `SavedOptions`, so that a replay prints the summary in the same way.
    """

    path: Path
    text: bool = True
    shape: OutputFormat = "text"
    name: str = ""
    strict: bool = False


class Difference(Record):
    """A sentence that differs between a saved run and its replay.

    `place`: its number in the saved summary, from 1. `then`: the saved sentence. `now`: the sentence of the replay.
    `place` and `then` are None for an added sentence, and `now` is None for a removed one.
    """

    place: int | None = None
    then: CheckedSentence | None = None
    now: CheckedSentence | None = None


class Replayed(Record):
    """A saved run, and the differences between its summary and that of a replay.

    `summary`: the saved summary, if any. `otherwise`: why the replay failed, or how its conditions differ from those of
    the run; None if they are the same. `restated`: the fields that differ if all sentences are the same, such as
    "run.model" or "support of sentence 2".
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
