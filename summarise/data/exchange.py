"""One exchange with a backend: request, reply, the Protocol between them, and capabilities."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Protocol, runtime_checkable

from pydantic import Field

from summarise.data.article import Evidence
from summarise.data.base import Record
from summarise.data.plans import Dollars
from summarise.data.run_record import PromptUse, Sampling

Tokens = Annotated[int, Field(ge=0)]
"""A count of tokens, without which no ceiling on tokens would hold."""
Finish = Literal["stop", "length", "filter", "other"]


class Example(Record):
    """A question and the answer that it should get, shown to the model before the real question."""

    user: str
    assistant: str


class Request(Record):
    """What a backend is asked: one system and one user message, and the form that the answer must have.

    `examples` are shown as earlier turns. `json_schema` is a JSON Schema, or None for free text. `pattern` is a regular
    expression for the whole of a free text, for backends that can hold a model to one: an answer may break it.
    `reasoning_room` is how many tokens beside `sampling.max_tokens`, which are the answer's, the model may spend on
    thinking. `shared` is how many leading characters of the user message other requests of the run begin with too, 0
    where that is not known: a backend may have a server keep them. `candidates` is how many answers are wanted; a
    backend may give fewer. `passages` are the article's sentences that the user message was made from and `sentences`
    how many are wanted, for backends that are no language model. `prompt` is the prompt that the messages were made by,
    None where they were made otherwise.
    """

    stage: str
    prompt: PromptUse | None = None
    system: str
    user: str
    shared: int = Field(default=0, ge=0)
    examples: tuple[Example, ...] = ()
    json_schema: dict[str, Any] | None = None
    pattern: str | None = None
    candidates: int = Field(default=1, ge=1)
    sampling: Sampling = Sampling()
    reasoning_room: int = Field(default=0, ge=0)
    passages: tuple[Evidence, ...] = ()
    sentences: int = Field(default=1, ge=1)


class Alternative(Record):
    """A further answer to the same request, sampled apart; `likelihood` as in `Reply`."""

    text: str
    finish: Finish = "stop"
    likelihood: float | None = None


class Reply(Record):
    """What a backend answered. Token counts are the server's own, 0 where it gives none; `seconds` is wall time.

    `prompt_tokens` are all of the prompt's, `cached_tokens` those of them that the server had read before.
    `reasoning_tokens` are those of `completion_tokens` that the model spent on thinking: the server's count, else an
    estimate by what it thought, which is in `reasoning` only where it was asked to be kept and never in `text`.
    `likelihood` is the mean log-probability of a token of the answer under the model, None where it is not told;
    `alternatives` are the other answers where several were asked for. `cost` is in US dollars,
    None where it is not known. `wasted` is how many answers came to nothing before it, because thoughts took their
    room: counts, cost and seconds include theirs. `from_cache` tells that it was given before and kept: nobody was
    asked, nothing was spent, and the counts are those of then.
    """

    text: str
    finish: Finish = "stop"
    model: str
    likelihood: float | None = None
    alternatives: tuple[Alternative, ...] = ()
    prompt_tokens: Tokens = 0
    completion_tokens: Tokens = 0
    cached_tokens: Tokens = 0
    reasoning_tokens: Tokens = 0
    reasoning: str = ""
    cost: Dollars | None = None
    request_id: str | None = None
    seconds: float = 0.0
    from_cache: bool = False
    wasted: int = Field(default=0, ge=0)


@runtime_checkable
class Backend(Protocol):
    """Anything that answers requests: one verb and an id such as "openai:gpt-4o-mini".

    `complete` returns a whole reply or raises an error of `summarise.errors`; calls may run concurrently. What else it
    can do stands in `Capabilities`.
    """

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        ...

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        ...


class WireRequest(Record):
    """A request as it goes over the wire: the `address` that it goes to and the JSON `body`, without any key.

    `beside` is what else the answer depends on and the body does not tell, such as which weights an engine has loaded.
    """

    address: str
    body: dict[str, Any]
    beside: dict[str, Any] = Field(default_factory=dict)


CHUNK_TOKENS = 16_000
"""The most of an article that a model with a large window is given at once: about 12,000 words. Not measured."""
OF_USERS = ("context_tokens", "chunk_tokens", "at_once", "counts_here", "count", "on_the_wire")
"""What the backend of a user may have attributes for, besides `secrets`."""
Count = Callable[[str], Coroutine[Any, Any, int]]
"""Tells how many tokens a text is, by the model's own tokeniser; raises what calls raise."""
ListModels = Callable[[], Coroutine[Any, Any, Mapping[str, int | None]]]
"""Tells the models of a server by name, each with its context in tokens where that is told; raises what calls raise."""
OnTheWire = Callable[[Request], WireRequest]
"""Tells what is sent for a request, and sends nothing."""


@dataclass(frozen=True)
class Capabilities:
    """What a backend can do and tells of itself; None is what it cannot do, or does not tell.

    `context_tokens` is the size of the context, prompt and answer together, `chunk_tokens` the largest stretch of an
    article that the model still summarises well, `at_once` how many calls make sense at the same time. `counts_here`
    tells that `count` sends nothing off this machine, so that a plan may count, too. `repeats` means that the same
    request gets the same answer, so that asking again changes nothing.

    `on_the_wire` tells what is sent for a request before the server has refused any part of one, `sent_now` what is
    sent by now; neither sends anything. Answers are kept only of a backend that has `on_the_wire`. `list_models` tells
    which models the server has. `kept` gives the answer that is kept for a request, None where there is none, and
    `forget` has it asked for anew. `secrets` are the values that it authenticates with by now, which must stand
    nowhere.
    """

    context_tokens: int | None = None
    chunk_tokens: int | None = None
    at_once: int | None = None
    repeats: bool = False
    counts_here: bool | None = None
    count: Count | None = None
    on_the_wire: OnTheWire | None = None
    sent_now: OnTheWire | None = None
    list_models: ListModels | None = None
    kept: Callable[[Request], Reply | None] | None = None
    forget: Callable[[Request], None] | None = None
    secrets: Callable[[], tuple[str, ...]] = tuple

    def sized(self, context_tokens: int) -> "Capabilities":
        """Return these with a size that is known: half of it is read of an article at once, 16,000 tokens at most."""
        return replace(self, context_tokens=context_tokens, chunk_tokens=min(context_tokens // 2, CHUNK_TOKENS))


def capabilities_of(backend: Backend) -> Capabilities:
    """Return what a backend declares as `capabilities`; of one that declares nothing, what it has attributes for.

    The second is for backends of users: docs/own-backend.md lists the attributes.
    """
    declared = getattr(backend, "capabilities", None)
    if isinstance(declared, Capabilities):
        return declared
    told: dict[str, Any] = {name: getattr(backend, name, None) for name in OF_USERS}
    if told["counts_here"] is None or not callable(told["count"]):
        # Some backend may count its own calls under that name.
        told["count"] = None
    return Capabilities(**told, secrets=lambda: tuple(getattr(backend, "secrets", ())))


@dataclass(frozen=True)
class PromptPreview:
    """A request as it would be made, the so-manieth (from 1) of all that the article takes by this prompt.

    `backend` is who would be asked, in words; `sent` is what would go over the wire, None where the backend does not
    tell. `remarks` are sentences on what a run would do otherwise.
    """

    backend: str
    request: Request
    number: int
    of: int
    sent: WireRequest | None
    remarks: tuple[str, ...]
