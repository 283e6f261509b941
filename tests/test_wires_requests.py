"""Requests of each wire, compared with the published formats."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from wire_requests import (
    BARE,
    FORMED,
    KINDS,
    MARK,
    ONE,
    SCHEMA,
    SEVERAL,
    anew,
    answering_server,
    replies,
)
from wire_server import WireServer

from summarise.data import Sampling
from summarise.errors import ContextOverflowError
from summarise.settings.providers import Quirks

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.fixture(scope="module")
def started() -> Iterator[WireServer]:
    with answering_server() as running:
        yield running


@pytest.fixture
def server(started: WireServer) -> WireServer:
    return anew(started)


TURNS = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}, {"role": "user", "content": "U"}]
PUBLISHED: Mapping[str, tuple[str, dict[str, Any]]] = {
    "openai": (
        "/chat/completions",
        {
            "model": "m",
            "messages": [{"role": "system", "content": "S"}, *TURNS],
            "temperature": 0.5,
            "seed": 3,
            "max_tokens": 90,
        },
    ),
    "responses": (
        "/responses",
        {
            "model": "m",
            "instructions": "S",
            "input": TURNS,
            "max_output_tokens": 90,
            "temperature": 0.5,
            "store": False,
        },
    ),
    "anthropic": (
        "/v1/messages",
        {
            "model": "m",
            "max_tokens": 90,
            "system": "S",
            "messages": [
                TURNS[0],
                {"role": "assistant", "content": [{"type": "text", "text": "A"} | MARK]},
                TURNS[2],
            ],
            "temperature": 0.5,
        },
    ),
    "converse": (
        "/model/m/converse",
        {
            "messages": [{"role": turn["role"], "content": [{"text": turn["content"]}]} for turn in TURNS],
            "inferenceConfig": {"maxTokens": 90, "temperature": 0.5},
            "system": [{"text": "S"}],
        },
    ),
    "ollama": (
        "/api/chat",
        {
            "model": "m",
            "messages": [{"role": "system", "content": "S"}, *TURNS],
            "stream": False,
            "options": {"num_ctx": 8192, "num_predict": 90, "temperature": 0.5, "seed": 3},
            "truncate": False,
            "shift": False,
        },
    ),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_request_is_told_in_the_published_form(kind: str, server: WireServer) -> None:
    """Fields that the protocol lacks are left out, such as a seed on most wires."""
    await replies(server, kind, ONE)
    assert (server.paths, server.asked) == ([PUBLISHED[kind][0]], [PUBLISHED[kind][1]])


STRICT = {"name": "draft", "strict": True, "schema": SCHEMA}
FORMS: Mapping[str, dict[str, Any]] = {
    "openai": {"response_format": {"type": "json_schema", "json_schema": STRICT}},
    "responses": {"text": {"format": {"type": "json_schema", **STRICT}}},
    "anthropic": {
        "tools": [{"name": "draft", "description": "Takes the answer in its form.", "input_schema": SCHEMA}],
        "tool_choice": {"type": "tool", "name": "draft"},
    },
    "converse": {
        "toolConfig": {
            "tools": [
                {
                    "toolSpec": {
                        "name": "draft",
                        "description": "Takes the answer in its form.",
                        "inputSchema": {"json": SCHEMA},
                    }
                }
            ],
            "toolChoice": {"tool": {"name": "draft"}},
        }
    },
    "ollama": {"format": SCHEMA},
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_schema_is_all_that_is_sent_besides(kind: str, server: WireServer) -> None:
    """A schema is sent as the response format, or as the input of a required tool."""
    await replies(server, kind, FORMED, BARE)
    formed, bare = server.asked
    assert formed == bare | FORMS[kind]


async def test_several_answers_are_asked_for_with_their_likelihoods(server: WireServer) -> None:
    await replies(server, "openai", SEVERAL, BARE)
    several, one = server.asked
    assert several == one | {"n": 3, "logprobs": True, "top_logprobs": 1}


async def test_what_is_known_of_a_server_beforehand_is_heeded(server: WireServer) -> None:
    """`Quirks` set formats, the limit's name and omitted fields; `extra` adds fields."""
    quirks = Quirks(forms=("json_object", "text"), limit_field="max_completion_tokens", left_out=("seed",))
    await replies(server, "openai", FORMED, quirks=quirks, extra={"x": 1})
    await replies(server, "openai", FORMED, quirks=Quirks(forms=("text",)))
    known, formless = server.asked
    assert known["response_format"] == {"type": "json_object"}
    assert known.keys() == {"model", "messages", "temperature", "max_completion_tokens", "response_format", "x"}
    assert "response_format" not in formless


async def test_what_the_questions_share_is_marked_for_the_cache(server: WireServer) -> None:
    """The shared part of a prompt is a marked block; the rest is a separate block."""
    asked = ONE.model_copy(update={"user": "The article. A sentence.", "shared": len("The article.")})
    await replies(server, "anthropic", asked, asked.model_copy(update={"shared": len(asked.user)}))
    parted, whole_one = ([turn["content"] for turn in sent["messages"]] for sent in server.asked)
    assert parted[:2] == ["Q", "A"]
    assert parted[2] == [{"type": "text", "text": "The article."} | MARK, {"type": "text", "text": " A sentence."}]
    assert whole_one[2] == [{"type": "text", "text": asked.user} | MARK]


async def test_what_cannot_fit_is_not_sent_to_ollama(server: WireServer) -> None:
    """A prompt that is too long even at six characters a token is not sent."""
    asked = BARE.model_copy(update={"user": "a" * 3006, "system": "", "sampling": Sampling(max_tokens=100)})
    with pytest.raises(ContextOverflowError, match=r"at least 601 .* context of 600 .*: set a larger context_tokens"):
        await replies(server, "ollama", asked, context_tokens=600)
    assert server.asked == []
    await replies(server, "ollama", asked.model_copy(update={"user": "a" * 3005}), context_tokens=600)
