"""Progress of a run as events: what is being done, each call to a model, each retry, each sentence that was checked.

A callable that is given as `progress` gets them. They hold texts of the article and of models; logs do not.
"""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from summarise.data.base import Record
from summarise.data.plans import Dollars
from summarise.data.sentences import Origin, Strength, Verdict

RunStage = Literal["facts", "draft", "rewrite", "merge", "check", "judge", "repair"]
"""The stages of a run, in the order in which they may come; which of them come depends on the strategy."""


class Usage(Record):
    """What a run has used so far: calls that were sent, their tokens, and US dollars.

    Counted as in `RunRecord`: answers from the cache add nothing, and `cost` is None from the first answered call on of
    which it is not known.
    """

    calls: int = Field(default=0, ge=0)
    prompt_tokens: int = Field(default=0, ge=0)
    cached_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    reasoning_tokens: int = Field(default=0, ge=0)
    cost: Dollars | None = 0.0


class StageProgress(Record):
    """A stage has begun or got further: `done` of `total` parts, both None where the parts are not known.

    The parts are chunks of the article (draft), passages (rewrite), batches of one round (merge) and sentences (judge).
    """

    kind: Literal["stage"] = "stage"
    stage: RunStage
    done: int | None = None
    total: int | None = None


class SentenceChecked(Record):
    """A sentence has its verdict: one that the model said, or, if `shown`, one of the summary as it is returned."""

    kind: Literal["sentence"] = "sentence"
    text: str
    verdict: Verdict
    support: float
    probability: float
    strength: Strength | None = None
    origin: Origin
    shown: bool = False


class CallStarted(Record):
    """A model is about to be asked; `call` numbers the calls of a run from 1, and `CallEnded` has the same number.

    `stage` is that of the request, `backend` an id such as "openai:gpt-5-mini". `prompt_tokens` is an estimate,
    `reasoning_room` how many tokens the model may spend on thinking, 0 where none are set aside.
    """

    kind: Literal["call started"] = "call started"
    call: int
    stage: str
    backend: str
    prompt_tokens: int
    reasoning_room: int = 0


class CallEnded(Record):
    """A call has ended: with an answer, or, where `error` is not None, with that error of `summarise.errors`, by name.

    A call that was given up, because another one failed, has the error CancelledError.

    Tokens, `cost`, `finish`, `seconds` and `from_cache` are those of `Reply`, `model` is the name that the server gives
    and None where there was no answer. `so_far` is what the run has used, this call included.
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
    """An attempt at a request to a server has failed, and another one follows in `seconds`.

    `attempt` is the number of the failed one, from 1, `error` the name of its error in `summarise.errors`, `reason`
    what that says, and `status` the HTTP status where there was one. `provider` is the server's.
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
"""An event of a run; `kind` tells which."""
Progress = Callable[[ProgressEvent], None]
"""What is called with each event: in the thread of the event loop, so it should return at once."""
