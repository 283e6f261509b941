"""The local engine and its wires, replayed from recordings."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr
from vcr.cassette import Cassette

from summarise import Backend, Reply, Request, Settings, SummariseError
from summarise.backends.http.client import JSONClient
from summarise.backends.local import ENGINE_OPTIONS, Engine
from summarise.backends.model_files import SMOLLM2, verified_path
from summarise.backends.wires.anthropic import AnthropicBackend
from summarise.backends.wires.base import WireOptions
from summarise.backends.wires.openai import OpenAIBackend
from summarise.settings.configuration import configure

pytestmark = pytest.mark.vcr

MODEL = SMOLLM2.name.lower()
CONTEXT_TOKENS = 1024
# Without prompt caching, so that answers do not depend on the order of the tests.
KEEPS_NOTHING: Mapping[str, Any] = {**ENGINE_OPTIONS, "cache_prompt": False}
LEAD = (
    "The harbour of Vesterholm will close to large ships from Monday, the port authority said. "
    "A crane fell into the basin during a storm last week and blocks the main channel."
)
ARTICLE = f"{LEAD} Divers need about twelve days to cut it into pieces, and the work will cost 3.4 million crowns."


def request_of(
    user: str, *, system: str = "You summarise news.", max_tokens: int | None = None, **fields: Any
) -> Request:
    request = Request(**{"stage": "plain", "system": system, "user": user, **fields})
    if max_tokens is None:
        return request
    return request.model_copy(update={"sampling": request.sampling.model_copy(update={"max_tokens": max_tokens})})


def form_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


# The local engine


async def test_a_reply_carries_text_and_counts(local_backend: Backend) -> None:
    request = request_of(f"Summarise in one sentence:\n\n{ARTICLE}")
    reply = await local_backend.complete(request)
    assert reply.text.strip()
    assert (reply.finish, reply.model) == ("stop", MODEL)
    assert reply.prompt_tokens > 60
    assert 0 < reply.completion_tokens <= request.sampling.max_tokens
    assert reply.cached_tokens == 0
    assert reply.request_id
    assert reply.seconds > 0


async def test_a_json_schema_holds_the_model_to_a_form(local_backend: Backend) -> None:
    schema = form_of(sentences={"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2})
    request = request_of(ARTICLE, system="You summarise news as JSON.", stage="draft", json_schema=schema)
    answer = json.loads((await local_backend.complete(request)).text)
    assert list(answer) == ["sentences"]
    assert [type(sentence) for sentence in answer["sentences"]] == [str, str]


async def test_a_truncated_answer_says_so(local_backend: Backend) -> None:
    reply = await local_backend.complete(request_of(ARTICLE, system="You tell stories.", max_tokens=5))
    assert (reply.finish, reply.completion_tokens) == ("length", 5)


async def test_too_long_a_request_names_both_sizes(local_backend: Backend) -> None:
    request = request_of("a " * 8193, system="You count.")
    with pytest.raises(SummariseError, match=r"of 82\d\d tokens does not fit into the model's context of 8192"):
        await local_backend.complete(request)


async def test_concurrent_calls_get_their_own_answers(local_backend: Backend) -> None:
    """The schema of each request allows only one answer."""
    colours = ["red", "green", "blue"]
    requests = [
        request_of(
            f"Which colour is a {colour} door?",
            system="You answer in JSON.",
            stage="colour",
            json_schema=form_of(colour={"type": "string", "enum": [colour]}),
            max_tokens=40,
        )
        for colour in colours
    ]
    replies = await asyncio.gather(*map(local_backend.complete, requests))
    assert [json.loads(reply.text)["colour"] for reply in replies] == colours


async def test_what_was_asked_before_is_not_read_again(local_backend: Backend) -> None:
    """The engine caches prompts, and reports the number of cached tokens."""
    request = request_of(f"Summarise:\n\n{ARTICLE}", max_tokens=60)
    first, second = [await local_backend.complete(request) for _ in range(2)]
    assert (first.cached_tokens, second.prompt_tokens) == (0, first.prompt_tokens)
    assert 0.9 < second.cached_tokens / first.prompt_tokens < 1.0
    assert first.request_id != second.request_id


# The engine behind the OpenAI and Anthropic wires

PLAIN = request_of(f"Summarise in one sentence:\n\n{LEAD}", max_tokens=60)


@dataclass(frozen=True)
class RecordedEngine:
    """The engine's address and key. A replay needs only the address in the recordings, and no key."""

    url: str
    key: SecretStr | None

    async def replies(self, wire: str, *requests: Request, extra: Mapping[str, Any] = KEEPS_NOTHING) -> list[Reply]:
        """Return the replies to requests in turn; `extra` are engine options of the OpenAI wire."""
        url = f"{self.url}/v1" if wire == "openai" else self.url
        async with JSONClient(url, settings=Settings(), api_key=self.key) as client:
            backend: Backend = AnthropicBackend(MODEL, client=client)
            if wire == "openai":
                backend = OpenAIBackend(MODEL, client=client, options=WireOptions(extra=extra))
            return [await backend.complete(request) for request in requests]


@pytest.fixture
def engine(vcr: Cassette | None, record_mode: str) -> Iterator[RecordedEngine]:
    if record_mode == "none":
        yield RecordedEngine("http://127.0.0.1", None)
        return
    with Engine(verified_path(configure().settings), name=MODEL, context_tokens=CONTEXT_TOKENS) as engine:
        yield RecordedEngine(engine.url, engine.key)


async def test_a_chat_completion_has_its_text_and_counts(engine: RecordedEngine) -> None:
    (reply,) = await engine.replies("openai", PLAIN)
    assert reply.text.strip()
    assert reply.finish == "stop"
    assert reply.prompt_tokens > 40
    assert reply.completion_tokens > 5
    assert reply.request_id


async def test_what_the_engine_had_read_before_is_told(engine: RecordedEngine) -> None:
    """Cached prompt tokens are reported, and counted as prompt tokens."""
    first, again = await engine.replies("openai", PLAIN, PLAIN, extra={})
    assert (first.cached_tokens, again.cached_tokens) == (0, first.prompt_tokens - 1)
    assert first.prompt_tokens == again.prompt_tokens


async def test_a_message_has_its_text_and_counts(engine: RecordedEngine) -> None:
    """Prompt tokens include cached ones, which are reported too."""
    first, again = await engine.replies("anthropic", PLAIN, PLAIN)
    assert again.text.strip()
    assert (again.finish, again.model) == ("stop", MODEL)
    assert first.prompt_tokens == again.prompt_tokens > 40
    assert (first.cached_tokens, again.cached_tokens) == (0, again.prompt_tokens - 1)


async def test_a_message_that_was_to_be_a_tools_input_is_taken_at_its_word(engine: RecordedEngine) -> None:
    """The engine accepts the tool but does not force its use, so the reply is text."""
    form = form_of(colour={"type": "string", "enum": ["red"]})
    (reply,) = await engine.replies("anthropic", PLAIN.model_copy(update={"json_schema": form, "stage": "colour"}))
    assert reply.text.strip()
    assert reply.finish == "stop"


async def test_a_message_that_is_cut_off_says_so(engine: RecordedEngine) -> None:
    (reply,) = await engine.replies("anthropic", request_of(PLAIN.user, max_tokens=5))
    assert (reply.finish, reply.completion_tokens) == ("length", 5)


async def test_too_long_a_message_is_refused(engine: RecordedEngine) -> None:
    """The error gives the tokens of the message and of the context."""
    with pytest.raises(SummariseError, match=r"of 10\d\d tokens does not fit .* of 1024"):
        await engine.replies("anthropic", request_of("a " * (CONTEXT_TOKENS + 1), max_tokens=60))
