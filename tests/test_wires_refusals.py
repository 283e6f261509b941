"""Adapting requests after a server has rejected a field."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from keyed_server import whole
from wire_requests import (
    BARE,
    FORMED,
    KINDS,
    ONE,
    SEVERAL,
    anew,
    answering_server,
    replies,
)
from wire_server import Said, WireServer

from summarise import Request, Settings
from summarise.backends.http.client import JSONClient
from summarise.backends.wires.base import WireOptions
from summarise.backends.wires.openai import OpenAIBackend
from summarise.backends.wires.reasoning import effort_for
from summarise.errors import ContextOverflowError, ServerError

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.fixture(scope="module")
def started() -> Iterator[WireServer]:
    """Yield one server for all tests of this module."""
    with answering_server() as running:
        yield running


@pytest.fixture
def server(started: WireServer) -> WireServer:
    """Reset the server."""
    return anew(started)


class Refusals(NamedTuple):
    """The fields that a server rejects, each with its message, and the request that is sent.

    `beside` are fields that depend on a rejected one; `param` is the field that the server names in `error.param`.
    """

    kind: str
    refuses: dict[str, str]
    asked: Request = BARE
    options: Mapping[str, Any] = {}
    beside: frozenset[str] = frozenset()
    param: str | None = None


REFUSALS = [
    Refusals("openai", {"temperature": "Unsupported value: 'temperature' does not support 0 with this model."}),
    Refusals("openai", {"seed": "Extra inputs are not permitted: seed"}),
    Refusals("openai", {"max_tokens": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'."}),
    Refusals("openai", {"n": "Only one completion choice is allowed"}, SEVERAL, param="n"),
    Refusals("openai", {"n": "n must be between 1 and 1"}, SEVERAL),
    Refusals("openai", {"logprobs": "Unrecognized argument: logprobs"}, SEVERAL, beside=frozenset({"top_logprobs"})),
    Refusals(
        "openai",
        {"json_schema": "response_format json_schema is not supported", "json_object": "unknown response_format"},
        FORMED,
    ),
    Refusals("responses", {"temperature": "Unsupported parameter: 'temperature'"}),
    Refusals("responses", {"store": "store must be true for this account"}),
    Refusals(
        "responses",
        {
            "json_schema": "Invalid parameter: 'text.format' of type 'json_schema' is not supported with this model.",
            "json_object": "text.format is not known",
        },
        FORMED,
    ),
    Refusals(
        "responses",
        {"json_schema": "'json_schema' is not supported with reasoning models", "json_object": "text.format: no"},
        FORMED,
        {"effort": effort_for("low", "object")},
        param="text.format",
    ),
    Refusals("anthropic", {"temperature": "`temperature` is deprecated for this model."}),
    Refusals("anthropic", {"cache_control": "messages.1.content.0.cache_control: Extra inputs are not permitted"}, ONE),
    Refusals("anthropic", {"tool_choice": "tool_choice: only auto is supported", "tools": "Unknown: tools"}, FORMED),
    Refusals("anthropic", {"tool_choice": "It cannot be made to use a tool.", "tools": "It uses no tool."}, FORMED),
    Refusals(
        "converse",
        {
            "toolChoice": "This model doesn't support the toolConfig.toolChoice.tool field",
            "toolConfig": "This model doesn't support tool use.",
        },
        FORMED,
    ),
    Refusals("converse", {"temperature": "`temperature` is deprecated for this model."}),
    Refusals("converse", {"system": "This model doesn't support system messages."}),
    Refusals(
        "ollama",
        {
            "properties": "json: cannot unmarshal object into Go struct field ChatRequest.format of type string",
            "format": 'invalid format: expected "json" or a JSON Schema',
        },
        FORMED,
    ),
    Refusals("ollama", {"think": '"m" does not support thinking'}, options={"effort": effort_for("auto", "ollama")}),
]


@pytest.mark.parametrize("row", REFUSALS, ids=lambda row: f"{row.kind}: {', '.join(row.refuses)}")
async def test_what_a_server_refuses_is_left_out_from_then_on(row: Refusals, server: WireServer) -> None:
    """Each rejection costs one call; `on_the_wire` still returns the first form."""

    def there(body: dict[str, Any]) -> list[str]:
        return [name for name in row.refuses if f'"{name}"' in json.dumps(body)]

    def say(body: dict[str, Any]) -> Said:
        if refused := there(body):
            error = {"message": row.refuses[refused[0]], "param": row.param}
            return 422 if row.kind == "anthropic" else 400, {"error": error}
        return 200, whole(server.paths[-1], "fine")

    server.say = say
    async with JSONClient(server.url, settings=Settings(max_attempts=1)) as client:
        backend = KINDS[row.kind]("m", client=client, options=WireOptions(**row.options))
        before = backend.on_the_wire(row.asked)
        assert backend.sent_now(row.asked) == before
        assert not server.asked
        got = [await backend.complete(row.asked) for _ in range(2)]
        assert (before.address, before.body) == (server.url + server.paths[0], server.asked[0])
        assert backend.on_the_wire(row.asked) == before
        assert backend.sent_now(row.asked).body == server.asked[-1]
    assert [reply.text for reply in got] == ["fine", "fine"]
    *refused, first, second = server.asked
    assert [there(body)[0] for body in refused] == list(row.refuses)
    assert first == second
    assert not there(first)
    gone = refused[0].keys() - first.keys()
    assert gone <= {*row.refuses, *row.beside, "response_format", "text"}
    assert gone >= row.beside


async def test_concurrent_calls_step_down_once(server: WireServer) -> None:
    """Two calls that are rejected together both use the next form."""
    server.say = lambda body: (
        (400, {"error": {"message": "json_schema is not supported"}})
        if body["response_format"]["type"] == "json_schema"
        else (200, whole(server.paths[-1], "fine"))
    )
    async with JSONClient(server.url, settings=Settings(max_attempts=1)) as client:
        backend = OpenAIBackend("m", client=client)
        await asyncio.gather(backend.complete(FORMED), backend.complete(FORMED))
    kinds = sorted(body["response_format"]["type"] for body in server.asked)
    assert kinds == ["json_object", "json_object", "json_schema", "json_schema"]


@pytest.mark.parametrize(
    ("kind", "words", "times", "options"),
    [
        ("openai", "temperature must be at most 1", 1, {}),
        ("openai", "Unsupported parameter: max_tokens, max_completion_tokens", 2, {}),
        ("ollama", "m does not support thinking", 1, {"extra": {"think": True}}),
    ],
)
async def test_what_cannot_be_put_in_another_way_is_an_error(
    kind: str, words: str, times: int, options: dict[str, Any], server: WireServer
) -> None:
    """Examples are wrong values and fields that the user set."""
    server.say = lambda _: (400, {"error": {"message": words}})
    with pytest.raises(ServerError, match=words.rpartition(" ")[2]):
        await replies(server, kind, BARE, **options)
    assert len(server.asked) == times


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("anthropic", "prompt is too long: 210000 tokens > 200000 maximum"),
        ("ollama", "the input length exceeds the context length"),
    ],
)
async def test_too_long_a_prompt_is_an_overflow(kind: str, words: str, server: WireServer) -> None:
    """It is recognised by the server's words and not retried."""
    server.say = lambda _: (400, {"error": {"message": words}})
    with pytest.raises(ContextOverflowError):
        await replies(server, kind, FORMED)
    assert len(server.asked) == 1


LIMITS = {
    "openai": ("max_tokens", "max_tokens is too large: 90. This model supports at most 64 completion tokens."),
    "responses": ("max_output_tokens", "max_output_tokens: 90 > 64, which is the maximum"),
    "anthropic": ("max_tokens", "max_tokens: 90 > 64, which is the maximum allowed number of output tokens for m"),
    "converse": ("maxTokens", "The maximum tokens you requested exceeds the model limit of 64."),
}


@pytest.mark.parametrize("kind", LIMITS)
async def test_a_limit_is_lowered_to_what_the_server_allows(kind: str, server: WireServer) -> None:
    """Later calls use the lower limit."""
    name, words = LIMITS[kind]

    def limit(body: dict[str, Any]) -> int:
        found: int = (body | body.get("inferenceConfig", {}))[name]
        return found

    server.say = lambda body: (
        (400, {"error": {"message": words}}) if limit(body) > 64 else (200, whole(server.paths[-1], "fine"))
    )
    await replies(server, kind, BARE, BARE)
    assert [limit(body) for body in server.asked] == [90, 64, 64]
