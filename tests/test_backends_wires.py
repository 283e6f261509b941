"""The OpenAI and Anthropic wires, replayed from recordings of the local engine."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr
from vcr.cassette import Cassette

from summarise import Request, Settings
from summarise.backends.http.client import JSONClient
from summarise.backends.local import ENGINE_OPTIONS, Engine
from summarise.backends.model_files import SMOLLM2, verified_path
from summarise.backends.wires.anthropic import AnthropicBackend
from summarise.backends.wires.base import WireOptions
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Sampling
from summarise.errors import ContextOverflowError
from summarise.settings.configuration import configure

MODEL = SMOLLM2.name.lower()
CONTEXT_TOKENS = 1024
ARTICLE = (
    "The harbour of Vesterholm will close to large ships from Monday, the port authority said. "
    "A crane fell into the basin during a storm last week and blocks the main channel."
)
ASKED = Request(
    stage="plain",
    system="You summarise news.",
    user=f"Summarise in one sentence:\n\n{ARTICLE}",
    sampling=Sampling(max_tokens=60),
)
COLOUR = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red"]}},
    "required": ["colour"],
    "additionalProperties": False,
}
# Without prompt caching, so that answers do not depend on the order of the tests.
KEEPS_NOTHING: Mapping[str, Any] = {**ENGINE_OPTIONS, "cache_prompt": False}


@dataclass(frozen=True)
class Engines:
    """The engine's address and key; a replay needs only the address in the recordings."""

    url: str
    key: SecretStr | None

    @asynccontextmanager
    async def openai(self, *, extra: Mapping[str, Any] = KEEPS_NOTHING) -> AsyncIterator[OpenAIBackend]:
        """Yield the engine as an OpenAI backend."""
        async with JSONClient(f"{self.url}/v1", settings=Settings(), api_key=self.key) as client:
            yield OpenAIBackend(MODEL, client=client, options=WireOptions(extra=extra))

    @asynccontextmanager
    async def anthropic(self) -> AsyncIterator[AnthropicBackend]:
        """Yield the engine as an Anthropic backend, without engine options."""
        async with JSONClient(self.url, settings=Settings(), api_key=self.key) as client:
            yield AnthropicBackend(MODEL, client=client)


@pytest.fixture
def engine(vcr: Cassette | None, record_mode: str) -> Iterator[Engines]:
    """Yield a running engine when recording, else only its address."""
    if record_mode == "none":
        yield Engines("http://127.0.0.1", None)
        return
    weights = verified_path(configure().settings)
    with Engine(weights, name=MODEL, context_tokens=CONTEXT_TOKENS) as running:
        yield Engines(running.url, running.key)


# OpenAI


@pytest.mark.vcr
async def test_a_chat_completion_has_its_text_and_counts(engine: Engines) -> None:
    """It also has a finish reason and a request id."""
    async with engine.openai() as backend:
        reply = await backend.complete(ASKED)
    assert reply.text.strip()
    assert reply.finish == "stop"
    assert reply.prompt_tokens > 40
    assert reply.completion_tokens > 5
    assert reply.request_id


@pytest.mark.vcr
async def test_what_the_engine_had_read_before_is_told(engine: Engines) -> None:
    """Cached prompt tokens are reported, and counted as prompt tokens."""
    async with engine.openai(extra={}) as backend:
        first, again = [await backend.complete(ASKED) for _ in range(2)]
    assert (first.cached_tokens, again.cached_tokens) == (0, first.prompt_tokens - 1)
    assert first.prompt_tokens == again.prompt_tokens


# Anthropic


@pytest.mark.vcr
async def test_a_message_has_its_text_and_counts(engine: Engines) -> None:
    """Prompt tokens include cached ones, which are reported too."""
    async with engine.anthropic() as backend:
        first, again = [await backend.complete(ASKED) for _ in range(2)]
    assert again.text.strip()
    assert again.finish == "stop"
    assert again.model == MODEL
    assert first.prompt_tokens == again.prompt_tokens > 40
    assert (first.cached_tokens, again.cached_tokens) == (0, again.prompt_tokens - 1)


@pytest.mark.vcr
async def test_a_message_that_was_to_be_a_tools_input_is_taken_at_its_word(engine: Engines) -> None:
    """The engine accepts the tool but does not force its use, so the reply is text."""
    async with engine.anthropic() as backend:
        reply = await backend.complete(ASKED.model_copy(update={"json_schema": COLOUR, "stage": "colour"}))
    assert reply.text.strip()
    assert reply.finish == "stop"


@pytest.mark.vcr
async def test_a_message_that_is_cut_off_says_so(engine: Engines) -> None:
    """The finish reason is "length", and the token count is the limit."""
    async with engine.anthropic() as backend:
        reply = await backend.complete(ASKED.model_copy(update={"sampling": Sampling(max_tokens=5)}))
    assert (reply.finish, reply.completion_tokens) == ("length", 5)


@pytest.mark.vcr
async def test_too_long_a_message_is_refused(engine: Engines) -> None:
    """The error gives the tokens of the message and of the context."""
    async with engine.anthropic() as backend:
        with pytest.raises(ContextOverflowError, match=r"of 10\d\d tokens does not fit .* of 1024"):
            await backend.complete(ASKED.model_copy(update={"user": "a " * (CONTEXT_TOKENS + 1)}))
