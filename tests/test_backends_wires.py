"""Both wires that the local engine speaks, replayed from recordings of it: streamed and whole answers are alike."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr
from vcr.cassette import Cassette

from summarise.backends.http.client import JSONClient
from summarise.backends.local import ENGINE_OPTIONS, Engine
from summarise.backends.model_files import SMOLLM2, verified_path
from summarise.backends.wires.anthropic import AnthropicBackend
from summarise.backends.wires.openai import OpenAIBackend
from summarise.backends.wires.options import WireOptions
from summarise.data import Alternative, Reply, Request, Sampling
from summarise.errors import ContextOverflowError
from summarise.settings.configuration import configure
from summarise.settings.model import Settings

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
KEEPS_NOTHING: Mapping[str, Any] = {**ENGINE_OPTIONS, "cache_prompt": False}
"""With what is asked before out of mind, so that an answer is the same whichever test comes first."""


@dataclass(frozen=True)
class Engines:
    """Where the engine listens, and its key; in a replay the place that the recordings are filed under."""

    url: str
    key: SecretStr | None

    @asynccontextmanager
    async def openai(self, *, stream: bool, extra: Mapping[str, Any] = KEEPS_NOTHING) -> AsyncIterator[OpenAIBackend]:
        """Yield the engine behind the OpenAI wire."""
        async with JSONClient(f"{self.url}/v1", settings=Settings(), api_key=self.key) as client:
            yield OpenAIBackend(MODEL, client=client, options=WireOptions(stream=stream, extra=extra))

    @asynccontextmanager
    async def anthropic(self, *, stream: bool) -> AsyncIterator[AnthropicBackend]:
        """Yield the engine behind the Anthropic wire, on which it knows none of its options."""
        async with JSONClient(self.url, settings=Settings(), api_key=self.key) as client:
            yield AnthropicBackend(MODEL, client=client, options=WireOptions(stream=stream))


@pytest.fixture
def engine(vcr: Cassette | None, record_mode: str) -> Iterator[Engines]:
    """Yield the engine: a running one while recording, else nothing but its address."""
    if record_mode == "none":
        yield Engines("http://127.0.0.1", None)
        return
    weights = verified_path(configure().settings)
    with Engine(weights, name=MODEL, context_tokens=CONTEXT_TOKENS) as running:
        yield Engines(running.url, running.key)


def told(reply: Reply) -> dict[str, Any]:
    """Return what of a reply must not depend on the way that it came."""
    return reply.model_dump(exclude={"seconds", "request_id"})


# OpenAI


@pytest.mark.vcr
async def test_a_chat_completion_is_the_same_streamed(engine: Engines) -> None:
    """Text, end, model and counts; and each has a name of its own."""
    async with engine.openai(stream=False) as plain, engine.openai(stream=True) as streamed:
        whole, pieces = await plain.complete(ASKED), await streamed.complete(ASKED)
    assert told(pieces) == told(whole)
    assert whole.text.strip()
    assert whole.prompt_tokens > 40
    assert whole.completion_tokens > 5
    assert pieces.request_id
    assert pieces.request_id != whole.request_id


@pytest.mark.vcr
async def test_a_streamed_chat_completion_keeps_to_a_form(engine: Engines) -> None:
    """The JSON Schema holds the model while its answer is told piece by piece."""
    async with engine.openai(stream=True) as backend:
        reply = await backend.complete(ASKED.model_copy(update={"json_schema": COLOUR, "stage": "colour"}))
    assert json.loads(reply.text) == {"colour": "red"}
    assert reply.finish == "stop"


@pytest.mark.vcr
async def test_a_streamed_chat_completion_that_is_cut_off_says_so(engine: Engines) -> None:
    """With the tokens that it may have."""
    async with engine.openai(stream=True) as backend:
        reply = await backend.complete(ASKED.model_copy(update={"sampling": Sampling(max_tokens=5)}))
    assert (reply.finish, reply.completion_tokens) == ("length", 5)


@pytest.mark.vcr
async def test_several_streamed_chat_completions_come_mixed(engine: Engines) -> None:
    """Each whole, with its likelihood; and all their tokens are counted."""
    several = ASKED.model_copy(update={"candidates": 3, "sampling": Sampling(max_tokens=8, temperature=0.8)})
    async with engine.openai(stream=True) as backend:
        reply = await backend.complete(several)
    answers: list[Reply | Alternative] = [reply, *reply.alternatives]
    assert len(answers) == 3
    assert all(answer.text and answer.finish in ("stop", "length") for answer in answers)
    assert all(answer.likelihood is not None and answer.likelihood < 0 for answer in answers)
    assert len({answer.text for answer in answers}) > 1
    assert 8 < reply.completion_tokens <= 24


@pytest.mark.vcr
async def test_what_the_engine_had_read_before_is_told(engine: Engines) -> None:
    """All tokens of the prompt are counted, and how many of them it need not read again."""
    async with engine.openai(stream=False, extra={}) as plain, engine.openai(stream=True, extra={}) as streamed:
        first, again, once_more = [await backend.complete(ASKED) for backend in (plain, plain, streamed)]
    assert first.cached_tokens == 0
    assert again.cached_tokens == once_more.cached_tokens == first.prompt_tokens - 1
    assert first.prompt_tokens == again.prompt_tokens == once_more.prompt_tokens


@pytest.mark.vcr
async def test_too_long_a_chat_is_refused_before_its_stream(engine: Engines) -> None:
    """With both sizes, as without streaming."""
    async with engine.openai(stream=True) as backend:
        with pytest.raises(ContextOverflowError, match=r"of 10\d\d tokens does not fit .* of 1024"):
            await backend.complete(ASKED.model_copy(update={"user": "a " * (CONTEXT_TOKENS + 1)}))


# Anthropic


@pytest.mark.vcr
async def test_a_message_is_the_same_streamed(engine: Engines) -> None:
    """Text, end, model and the sum of the counts; the engine keeps what it has read, and tells it apart."""
    async with engine.anthropic(stream=False) as plain, engine.anthropic(stream=True) as streamed:
        # The first is answered with nothing in mind, which may change its words.
        first, whole, pieces = [await backend.complete(ASKED) for backend in (plain, plain, streamed)]
    assert told(pieces) == told(whole)
    assert whole.text.strip()
    assert whole.finish == "stop"
    assert whole.model == MODEL
    assert first.prompt_tokens == whole.prompt_tokens > 40
    assert (first.cached_tokens, whole.cached_tokens) == (0, whole.prompt_tokens - 1)


@pytest.mark.vcr
async def test_a_message_that_was_to_be_a_tools_input_is_taken_at_its_word(engine: Engines) -> None:
    """The engine hears of the tool, does not make the model use it, and answers in words, streamed or not."""
    held = ASKED.model_copy(update={"json_schema": COLOUR, "stage": "colour"})
    async with engine.anthropic(stream=False) as plain, engine.anthropic(stream=True) as streamed:
        replies = [await backend.complete(held) for backend in (plain, streamed)]
    assert all(reply.text.strip() and reply.finish == "stop" for reply in replies)


@pytest.mark.vcr
async def test_a_message_that_is_cut_off_says_so(engine: Engines) -> None:
    """With the tokens that it may have, streamed or not."""
    short = ASKED.model_copy(update={"sampling": Sampling(max_tokens=5)})
    async with engine.anthropic(stream=False) as plain, engine.anthropic(stream=True) as streamed:
        replies = [await backend.complete(short) for backend in (plain, streamed)]
    assert [(reply.finish, reply.completion_tokens) for reply in replies] == [("length", 5), ("length", 5)]


@pytest.mark.vcr
async def test_too_long_a_message_is_refused(engine: Engines) -> None:
    """With both sizes, streamed or not."""
    long = ASKED.model_copy(update={"user": "a " * (CONTEXT_TOKENS + 1)})
    async with engine.anthropic(stream=False) as plain, engine.anthropic(stream=True) as streamed:
        for backend in (plain, streamed):
            with pytest.raises(ContextOverflowError, match=r"of 10\d\d tokens does not fit .* of 1024"):
                await backend.complete(long)
