"""Requests, replies and backends, and the results of testing a model or the installation."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Protocol, runtime_checkable

from pydantic import Field

from summarise.data.article import Evidence, Record
from summarise.data.plans import Dollars
from summarise.data.summary import PromptUse, Sampling

# Negative counts would weaken a limit on tokens.
Tokens = Annotated[int, Field(ge=0)]
Finish = Literal["stop", "length", "filter", "other"]


class Example(Record):
    """A question and its answer, sent as an example before the real question (few-shot prompting)."""

    user: str
    assistant: str


class Request(Record):
    """A request to a backend.

    `stage`: the step of a run, such as "draft". `prompt`: the prompt file from which the messages were made, if any.
    `shared`: number of leading characters of `user` that other requests share, for prompt caching; 0 if unknown.
    `json_schema`: schema of the answer, None for free text. `candidates`: number of answers to sample.
    `reasoning_room`: tokens for reasoning, in addition to `sampling.max_tokens`. For backends without a language model:
    `passages`, the article sentences to pick from, and `sentences`, the number to pick.
    """

    stage: str
    prompt: PromptUse | None = None
    system: str
    user: str
    shared: int = Field(default=0, ge=0)
    examples: tuple[Example, ...] = ()
    json_schema: dict[str, Any] | None = None
    candidates: int = Field(default=1, ge=1)
    sampling: Sampling = Sampling()
    reasoning_room: int = Field(default=0, ge=0)
    passages: tuple[Evidence, ...] = ()
    sentences: int = Field(default=1, ge=1)


class Alternative(Record):
    """A further answer to a request with several `candidates`. `likelihood`: mean log-probability per token."""

    text: str
    finish: Finish = "stop"
    likelihood: float | None = None


class Reply(Record):
    """The answer of a backend. Token counts are those that the server reports, or 0.

    `seconds`: wall time. `cached_tokens`: prompt tokens that the server had cached. `reasoning_tokens`: part of
    `completion_tokens`, estimated if not reported. `reasoning`: the reasoning text, empty unless the settings ask for
    it. `likelihood`: mean log-probability per token. `cost`: US dollars, if known. `wasted`: number of earlier answers
    that ran out of tokens while reasoning; counts, cost and seconds include them. `from_cache`: the answer is from the
    local cache; the counts are those of the original call, and nothing was spent.
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
    """Anything that answers requests.

    `complete` may be called concurrently. Optional features are declared in `Capabilities`.
    """

    @property
    def id(self) -> str:
        """The backend and model, such as "openai:gpt-4o-mini"."""
        ...

    async def complete(self, request: Request) -> Reply:
        """Answer a request. Raises errors of `summarise.errors`."""
        ...


class WireRequest(Record):
    """An HTTP request without API keys.

    `beside`: other data that determine the answer, such as the weights that a local engine has loaded.
    """

    address: str
    body: dict[str, Any]
    beside: dict[str, Any] = Field(default_factory=dict)


# Maximum tokens of a chunk, about 12,000 words; a choice, not measured.
CHUNK_TOKENS = 16_000
# Attributes that are read from a user's backend without `capabilities`, in addition to `secrets`.
USER_ATTRIBUTES = ("context_tokens", "chunk_tokens", "at_once", "counts_here", "count", "on_the_wire")
Count = Callable[[str], Coroutine[Any, Any, int]]
"""Counts the tokens of a text with the model's tokenizer."""
ListModels = Callable[[], Coroutine[Any, Any, Mapping[str, int | None]]]
"""Returns the models of a server by name, each with its context in tokens (None if unknown)."""
OnTheWire = Callable[[Request], WireRequest]
"""Returns the HTTP request that a backend would send for a `Request`."""


@dataclass(frozen=True)
class Capabilities:
    """Optional features of a backend; None means missing or unknown.

    `context_tokens`: limit of prompt and answer together. `chunk_tokens`: largest text that the model summarises well.
    `at_once`: useful number of concurrent calls. `repeats`: equal requests get equal answers. `count`: counts the
    tokens of a text. `counts_here`: `count` sends nothing off this machine. `on_the_wire`: returns the HTTP request
    with all its fields; required for caching. `sent_now`: as `on_the_wire`, without fields that the server has
    rejected. `kept`: returns the cached reply to a request, or None. `forget`: removes that reply from the cache.
    `secrets`: returns the current credentials, never to be logged or stored.
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
        """Return a copy with a context of `context_tokens`, and chunks of half the context, at most 16,000 tokens."""
        return replace(self, context_tokens=context_tokens, chunk_tokens=min(context_tokens // 2, CHUNK_TOKENS))


def capabilities_of(backend: Backend) -> Capabilities:
    """Return the backend's `capabilities`, or collect them from its attributes (docs/own-backend.md)."""
    declared = getattr(backend, "capabilities", None)
    if isinstance(declared, Capabilities):
        return declared
    attributes: dict[str, Any] = {name: getattr(backend, name, None) for name in USER_ATTRIBUTES}
    if attributes["counts_here"] is None or not callable(attributes["count"]):
        # A user's backend may use the name `count` for something else.
        attributes["count"] = None
    return Capabilities(**attributes, secrets=lambda: _texts(getattr(backend, "secrets", ())))


def _texts(secrets: str | Iterable[str]) -> tuple[str, ...]:
    return (secrets,) if isinstance(secrets, str) else tuple(secrets)


@dataclass(frozen=True)
class PromptPreview:
    """A request that a run would send. `number`: its number, from 1, among the `of` requests with the same prompt.

    `sent`: the HTTP request, if known. `remarks`: sentences on how the request of a real run may differ.
    """

    backend: str
    request: Request
    number: int
    of: int
    sent: WireRequest | None
    remarks: tuple[str, ...]


State = Literal["works", "not set up", "broken"]


class Part(Record):
    """A component of the installation. `found`: its condition. `to_do`: how to install or mend it, if necessary.

    `state`: "not set up" if it is optional and missing, "broken" if it is configured or required and does not work.
    """

    name: str
    state: State
    found: str
    to_do: str | None = None


Form = Literal["schema", "json", "text"]
Seed = Literal["sent", "refused", "not sent"]
ContextSource = Literal["configuration", "table", "server", "backend"]


class ModelProbe(Record):
    """The result of a test call to a model.

    `name`: the requested model. `server`: its address. `model`: its name there. `key`: None if no key was sent.
    `wire`: "responses" if the Responses API was used, None for the provider's usual API. `form`: the form of the
    answer. `refused`: request fields that the server rejected. `seed`: whether a seed was sent. Token counts: 0 if
    not reported. `tokens_per_second`: tokens of the answer divided by the duration of the call. `cost`, `most_cost`
    (the maximum): US dollars, if known. `problem`: why the answer is unusable, or None.
    """

    name: str
    model: str
    server: str | None
    key: Literal["accepted"] | None
    wire: Literal["responses"] | None = None
    context_tokens: int | None
    context_source: ContextSource | None
    form: Form | None
    refused: tuple[str, ...]
    seed: Seed | None
    reasoning_tokens: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    tokens_per_second: float | None
    cost: float | None
    most_cost: float | None
    problem: str | None
