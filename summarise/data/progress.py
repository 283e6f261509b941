"""Progress events of a run. Unlike logs, they contain article and model text."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from summarise.data.base import Record
from summarise.data.plans import Dollars
from summarise.data.sentences import Origin, Strength, Verdict

RunStage = Literal["facts", "draft", "rewrite", "merge", "check", "judge", "repair"]
"""The stages of a run in order; the prompting decides which of them occur."""


class Usage(Record):
    """Calls, tokens and cost (US dollars) of a run so far, without cached answers.

    `cost`: None once the cost of an answered call is unknown.
    """

    calls: int = Field(default=0, ge=0)
    prompt_tokens: int = Field(default=0, ge=0)
    cached_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    reasoning_tokens: int = Field(default=0, ge=0)
    cost: Dollars | None = 0.0


class StageProgress(Record):
    """A stage has started or advanced: `done` of `total` parts, None if unknown.

    The parts are chunks (draft), passages (rewrite), batches of one round (merge) or sentences (judge).
    """

    kind: Literal["stage"] = "stage"
    stage: RunStage
    done: int | None = None
    total: int | None = None


class SentenceChecked(Record):
    """A sentence was checked: one from the model or, if `shown`, one of the returned summary."""

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

    `call`: its number from 1, the same in `CallEnded`. `stage`: of the request. `backend`: an id such as
    "openai:gpt-5-mini". `prompt_tokens`: an estimate. `reasoning_room`: tokens reserved for reasoning.
    """

    kind: Literal["call started"] = "call started"
    call: int
    stage: str
    backend: str
    prompt_tokens: int
    reasoning_room: int = 0


class CallEnded(Record):
    """A model call has ended.

    `error`: the class name of the error (`summarise.errors`); CancelledError if another call failed; None on success.
    Tokens, `cost`, `finish`, `seconds`, `from_cache`: as in `Reply`. `model`: as reported by the server, None without
    an answer. `so_far`: usage of the run, including this call.
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
