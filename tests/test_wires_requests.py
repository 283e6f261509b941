"""What each wire sends, and what it leaves out once a server has refused it; one server on loopback for all of it.

Bodies and refusals are after the published formats, and after what servers are known to say.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from conforming_server import WIRES
from keyed_server import whole
from wire_server import Said, WireServer, wire_server

from summarise.backends.http.client import JSONClient
from summarise.backends.wires.anthropic import AnthropicBackend
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.converse import ConverseBackend
from summarise.backends.wires.ollama import OllamaBackend
from summarise.backends.wires.openai import OpenAIBackend
from summarise.backends.wires.options import WireOptions
from summarise.backends.wires.reasoning import effort_for
from summarise.backends.wires.responses import ResponsesBackend
from summarise.data import Example, Reply, Request, Sampling
from summarise.errors import CallError, ContextOverflowError, ServerError
from summarise.settings.model import Settings
from summarise.settings.providers import Quirks

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

KINDS: Mapping[str, type[WireBackend]] = {
    "openai": OpenAIBackend,
    "responses": ResponsesBackend,
    "anthropic": AnthropicBackend,
    "converse": ConverseBackend,
    "ollama": OllamaBackend,
}
PATTERN = "^The ferry sank( on Monday)?\\.$"
SCHEMA = {"type": "object", "properties": {"sentence": {"type": "string"}}, "required": ["sentence"]}
ONE = Request(
    stage="draft",
    system="S",
    user="U",
    examples=(Example(user="Q", assistant="A"),),
    sampling=Sampling(temperature=0.5, seed=3, max_tokens=90),
)
BARE = ONE.model_copy(update={"examples": ()})
FORMED = BARE.model_copy(update={"json_schema": SCHEMA})
SEVERAL = BARE.model_copy(update={"candidates": 3})
HELD = SEVERAL.model_copy(update={"pattern": PATTERN})
PATTERNS = Quirks(patterns=True)
MARK = {"cache_control": {"type": "ephemeral"}}


@pytest.fixture(scope="module")
def started() -> Iterator[WireServer]:
    """Yield a server that runs for all tests of this module."""
    with wire_server(lambda _: (200, {})) as running:
        yield running


@pytest.fixture
def server(started: WireServer) -> WireServer:
    """Return the server as if nobody had asked it: it answers every wire well."""
    started.asked, started.paths, started.headers, started.lines = [], [], [], False
    started.say = lambda _: (200, whole(started.paths[-1], "fine"))
    return started


async def replies(server: WireServer, kind: str, *requests: Request, **options: Any) -> list[Reply]:
    """Ask for one after another through the same backend."""
    async with JSONClient(server.url, settings=Settings(attempts=1, read_timeout=5)) as client:
        backend = KINDS[kind]("m", client=client, options=WireOptions(**options))
        return [await backend.complete(request) for request in requests]


# what is sent

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
    """With nothing that the protocol has no words for: a pattern, and on most wires a seed."""
    await replies(server, kind, ONE.model_copy(update={"pattern": "x"}))
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
    """As the form of the answer, or as the input of a tool that must be used."""
    await replies(server, kind, FORMED, BARE)
    formed, bare = server.asked
    assert formed == bare | FORMS[kind]


async def test_several_answers_are_asked_for_with_their_likelihoods(server: WireServer) -> None:
    """And a pattern as the form of a JSON string, where the server takes one."""
    await replies(server, "openai", HELD, SEVERAL, BARE, quirks=PATTERNS)
    held, several, one = server.asked
    form = {"name": "draft", "schema": {"type": "string", "pattern": PATTERN}}
    assert held == several | {"response_format": {"type": "json_schema", "json_schema": form}}
    assert several == one | {"n": 3, "logprobs": True, "top_logprobs": 1}


async def test_what_is_known_of_a_server_beforehand_is_heeded(server: WireServer) -> None:
    """The forms that it takes, its name for the limit, and what it refuses; the user's own fields are added."""
    quirks = Quirks(forms=("json_object", "text"), limit_field="max_completion_tokens", left_out=("seed",))
    await replies(server, "openai", FORMED, quirks=quirks, extra={"x": 1})
    await replies(server, "openai", FORMED, quirks=Quirks(forms=("text",)))
    known, formless = server.asked
    assert known["response_format"] == {"type": "json_object"}
    assert known.keys() == {"model", "messages", "temperature", "max_completion_tokens", "response_format", "x"}
    assert "response_format" not in formless


async def test_what_the_questions_share_is_marked_for_the_cache(server: WireServer) -> None:
    """The question comes in two parts, and all before the mark can be kept; a question that is shared whole in one."""
    asked = ONE.model_copy(update={"user": "The article. A sentence.", "shared": len("The article.")})
    await replies(server, "anthropic", asked, asked.model_copy(update={"shared": len(asked.user)}))
    parted, whole_one = ([turn["content"] for turn in sent["messages"]] for sent in server.asked)
    assert parted[:2] == ["Q", "A"]
    assert parted[2] == [{"type": "text", "text": "The article."} | MARK, {"type": "text", "text": " A sentence."}]
    assert whole_one[2] == [{"type": "text", "text": asked.user} | MARK]


async def test_what_cannot_fit_is_not_sent_to_ollama(server: WireServer) -> None:
    """Even if every token had six characters; what is less clear the server tells."""
    asked = BARE.model_copy(update={"user": "a" * 3006, "system": "", "sampling": Sampling(max_tokens=100)})
    with pytest.raises(ContextOverflowError, match=r"at least 601 .* context of 600 .*: set a larger context_tokens"):
        await replies(server, "ollama", asked, context_tokens=600)
    assert server.asked == []
    await replies(server, "ollama", asked.model_copy(update={"user": "a" * 3005}), context_tokens=600)


STREAMS = {
    "openai": "OpenAIStream",
    "responses": "ResponsesStream",
    "anthropic": "AnthropicStream",
    "ollama": "OllamaStream",
}


@pytest.mark.parametrize("kind", STREAMS)
async def test_a_streamed_answer_is_read_like_any_other(kind: str, server: WireServer) -> None:
    """Only the request differs, by the wish for a stream."""
    row = WIRES[STREAMS[kind]]
    assert row.stream is not None
    stream, server.lines = row.stream, kind == "ollama"

    def say(body: dict[str, Any]) -> Said | str:
        told = whole(server.paths[-1], "The ferry sänk.") | {"usage": {}}
        return stream(told) if body.get("stream") else (200, told)

    server.say = say
    (streamed,) = await replies(server, kind, BARE, stream=True)
    (plain,) = await replies(server, kind, BARE)
    more = {"stream_options": {"include_usage": True}} if kind == "openai" else {}
    assert server.asked[0] == server.asked[1] | {"stream": True} | more
    assert streamed.model_copy(update={"seconds": 0.0}) == plain.model_copy(update={"seconds": 0.0})


async def test_a_stream_that_breaks_off_before_its_last_answer_is_no_reply(server: WireServer) -> None:
    """One answer of two is whole, but the other may have been under way."""
    first = {"choices": [{"index": 0, "delta": {"content": "fine"}, "finish_reason": "stop"}]}
    server.say = lambda _: f"data: {json.dumps(first)}\n\n"
    with pytest.raises(CallError, match="whole"):
        await replies(server, "openai", SEVERAL, stream=True)


# what a server refuses


class Refusals(NamedTuple):
    """What a server of a wire refuses, in its words, by something that stands in the body; and what is asked of it.

    `beside` are fields that mean nothing without a refused one; `param` is the field that the server names apart.
    """

    kind: str
    refuses: dict[str, str]
    asked: Request = BARE
    options: Mapping[str, Any] = {}
    beside: frozenset[str] = frozenset()
    param: str | None = None


STREAMED = {"stream": True}
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
    Refusals("openai", {"response_format": "response_format: pattern is not supported"}, HELD, {"quirks": PATTERNS}),
    Refusals("openai", {"stream_options": "Unrecognized argument: stream_options"}, options=STREAMED),
    Refusals(
        "openai",
        {"stream": "Unsupported value: 'stream' does not support true with this model."},
        options=STREAMED,
        beside=frozenset({"stream_options"}),
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
    """One call is lost for each refusal, in their order; nothing else is left out but what means nothing alone.

    What a backend says that it would send is what is sent at first, whatever has been refused since.
    """

    def there(body: dict[str, Any]) -> list[str]:
        return [name for name in row.refuses if f'"{name}"' in json.dumps(body)]

    def say(body: dict[str, Any]) -> Said | str:
        if refused := there(body):
            error = {"message": row.refuses[refused[0]], "param": row.param}
            return 422 if row.kind == "anthropic" else 400, {"error": error}
        told = whole(server.paths[-1], "fine") | {"usage": {}}
        streaming = WIRES["OpenAIStream"].stream
        return streaming(told) if streaming and body.get("stream") else (200, told)

    server.say = say
    async with JSONClient(server.url, settings=Settings(attempts=1)) as client:
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
    """Two calls that are refused together both end at the next form, not two forms down."""
    server.say = lambda body: (
        (400, {"error": {"message": "json_schema is not supported"}})
        if body["response_format"]["type"] == "json_schema"
        else (200, whole(server.paths[-1], "fine"))
    )
    async with JSONClient(server.url, settings=Settings(attempts=1)) as client:
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
    """A wrong value, a limit that is refused by both of its names, and what the user's own fields say."""
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
    """Once, by the words that the protocol's first server has for it."""
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
    """And stays so."""
    name, words = LIMITS[kind]

    def limit(body: dict[str, Any]) -> int:
        found: int = (body | body.get("inferenceConfig", {}))[name]
        return found

    server.say = lambda body: (
        (400, {"error": {"message": words}}) if limit(body) > 64 else (200, whole(server.paths[-1], "fine"))
    )
    await replies(server, kind, BARE, BARE)
    assert [limit(body) for body in server.asked] == [90, 64, 64]
