"""One exchange with a backend: the request, the reply, and the Protocol between them."""

from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import Field

from summarise.data.article import Evidence, Record
from summarise.data.summary import Sampling

Finish = Literal["stop", "length", "filter", "other"]


class Request(Record):
    """What a backend is asked: one system and one user message, and the form that the answer must have.

    `json_schema` is a JSON Schema, or None for free text. `passages` are the article's sentences that the
    user message was made from and `sentences` how many are wanted, for backends that are no language model.
    """

    stage: str
    system: str
    user: str
    json_schema: dict[str, Any] | None = None
    sampling: Sampling = Sampling()
    passages: tuple[Evidence, ...] = ()
    sentences: int = Field(default=1, ge=1)


class Reply(Record):
    """What a backend answered. Token counts are the server's own, 0 where it gives none; `seconds` is wall time."""

    text: str
    finish: Finish = "stop"
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    request_id: str | None = None
    seconds: float = 0.0


@runtime_checkable
class Backend(Protocol):
    """Anything that answers requests: one verb and an id such as "openai:gpt-4o-mini".

    `complete` returns a whole reply or raises an error of `summarise.errors`; calls may run concurrently.
    """

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        ...

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        ...


@runtime_checkable
class SizedBackend(Backend, Protocol):
    """A backend that knows how much it can read; others are taken to read `Settings.context_tokens`."""

    @property
    def context_tokens(self) -> int:
        """The size of the context in tokens, prompt and answer together."""
        ...

    @property
    def chunk_tokens(self) -> int:
        """The largest stretch of an article, in tokens, that the model still summarises well."""
        ...
