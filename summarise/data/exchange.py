"""One exchange with a backend: the request, the reply, and the Protocol between them."""

from typing import Annotated, Any, Literal, Protocol, runtime_checkable

from pydantic import Field

from summarise.data.article import Evidence
from summarise.data.base import Record
from summarise.data.budget import Dollars
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
