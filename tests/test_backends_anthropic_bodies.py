"""What the Anthropic wire sends and reads, and what it does about a server that refuses.

The answers are written after the published format (`*_example`): no server that speaks all of it is at hand.
"""

import json
from typing import Any

import pytest
from wire_server import Said, WireServer, wire_server

from summarise.backends.http.client import JSONClient
from summarise.backends.http.stream_events import Event
from summarise.backends.wires.anthropic import AnthropicBackend
from summarise.data import Example, Reply, Request, Sampling
from summarise.errors import AnswerError, ContextOverflowError
from summarise.settings.model import Settings

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

SCHEMA = {"type": "object", "properties": {"sentence": {"type": "string"}}, "required": ["sentence"]}
ONE = Request(stage="draft", system="S", user="U", sampling=Sampling(temperature=0.5, seed=3, max_tokens=9))
HELD = ONE.model_copy(update={"json_schema": SCHEMA})


def message_example(*content: dict[str, Any], stop: str = "end_turn", **usage: int) -> dict[str, Any]:
    """Build a body after the published format."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m-2026",
        "content": list(content) or [{"type": "text", "text": "fine"}],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {"input_tokens": 4, "output_tokens": 2, **usage},
    }


def tool_example(**given: Any) -> dict[str, Any]:
    """Build a body whose answer is the input of a tool."""
    block = {"type": "tool_use", "id": "toolu_1", "name": "draft", "input": given}
    return message_example({"type": "text", "text": "I will use the tool."}, block, stop="tool_use")


def stream_example(*, stop: str = "tool_use") -> list[Event]:
    """Build a stream after the published format: a ping, some text, and a tool whose input comes in pieces."""
    message = message_example() | {"content": [], "stop_reason": None}
    told: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "I will use the tool."}},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "content_block_start",
            "index": 1,
            "content_block": {"type": "tool_use", "id": "toolu_1", "name": "draft", "input": {}},
        },
        *(
            {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": piece}}
            for piece in ("", '{"sente', 'nce": "The f', "erry s\\u00e4", 'nk."}')
        ),
        {"type": "content_block_stop", "index": 1},
        {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
    ]
    return [Event(name=event["type"], data=json.dumps(event)) for event in told]


def refusing(field: str, message: str, *, status: int = 400) -> Any:
    """Return what refuses requests with a field and answers the others."""
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": message}, "request_id": "req_1"}
    return lambda body: (status, error) if field in json.dumps(body) else (200, message_example())


async def replies(wire: WireServer, *requests: Request, **options: Any) -> list[Reply]:
    """Ask for one after another through the same backend."""
    async with JSONClient(wire.url, settings=Settings(attempts=1, read_timeout=5)) as client:
        backend = AnthropicBackend("m", client=client, **options)
        return [await backend.complete(request) for request in requests]


def fine(_: dict[str, Any]) -> Said:
    """Answer everything."""
    return 200, message_example()


# what is sent


async def test_a_request_is_told_in_the_published_form() -> None:
    """The system message apart; neither a seed, nor a number of answers, nor a pattern."""
    with wire_server(fine) as wire:
        await replies(wire, ONE.model_copy(update={"candidates": 3, "pattern": "x"}))
    assert wire.paths == ["/v1/messages"]
    assert wire.asked == [
        {
            "model": "m",
            "max_tokens": 9,
            "system": "S",
            "messages": [{"role": "user", "content": "U"}],
            "temperature": 0.5,
        }
    ]


async def test_what_the_questions_share_is_marked_for_the_cache() -> None:
    """The question comes in two parts, and all before the mark can be kept; a question that is shared whole in one."""
    asked = ONE.model_copy(update={"user": "The article. A sentence.", "shared": len("The article.")})
    examples = (Example(user="Q1", assistant="A1"),)
    whole = asked.model_copy(update={"shared": len(asked.user), "examples": examples})
    with wire_server(fine) as wire:
        await replies(wire, asked, whole)
    first, second = (sent["messages"] for sent in wire.asked)
    mark = {"cache_control": {"type": "ephemeral"}}
    assert first == [
        {
            "role": "user",
            "content": [{"type": "text", "text": "The article."} | mark, {"type": "text", "text": " A sentence."}],
        }
    ]
    assert second[:2] == [{"role": "user", "content": "Q1"}, {"role": "assistant", "content": "A1"}]
    assert second[2]["content"] == [{"type": "text", "text": asked.user} | mark]


async def test_examples_are_earlier_turns_and_the_last_is_marked_for_the_cache() -> None:
    """The mark covers all that stands before it; a server that refuses marks gets none from then on."""
    request = ONE.model_copy(
        update={"examples": (Example(user="U1", assistant="A1"), Example(user="U2", assistant="A2"))}
    )
    marked = {"type": "text", "text": "A2", "cache_control": {"type": "ephemeral"}}
    refuses = refusing("cache_control", "messages.3.content.0.cache_control: Extra inputs are not permitted")
    with wire_server(refuses) as wire:
        await replies(wire, request, request)
    turns = [[(turn["role"], turn["content"]) for turn in body["messages"]] for body in wire.asked]
    plain = [("user", "U1"), ("assistant", "A1"), ("user", "U2"), ("assistant", "A2"), ("user", "U")]
    assert turns == [[*plain[:3], ("assistant", [marked]), plain[4]], plain, plain]


async def test_a_schema_goes_out_as_a_tool_that_must_be_used() -> None:
    """And the answer is its input, as JSON, whatever is said beside it."""
    with wire_server(lambda _: (200, tool_example(sentence="The ferry “sank” – säger de."))) as wire:
        (reply,) = await replies(wire, HELD)
    (tool,) = wire.asked[0]["tools"]
    assert (tool["name"], tool["input_schema"]) == ("draft", SCHEMA)
    assert wire.asked[0]["tool_choice"] == {"type": "tool", "name": "draft"}
    assert json.loads(reply.text) == {"sentence": "The ferry “sank” – säger de."}
    assert reply.finish == "stop"


# what a server refuses


@pytest.mark.parametrize(
    ("forced", "offered"),
    [
        ("tool_choice: only auto is supported", "Unknown field: tools"),
        ("This model cannot be made to use a tool.", "This model uses no tool."),
    ],
)
async def test_what_a_server_refuses_of_a_form_is_given_up_step_by_step(forced: str, offered: str) -> None:
    """First that the tool must be used, then the tool; and neither is tried again."""

    def say(body: dict[str, Any]) -> Said:
        for field, message in (("tool_choice", forced), ("tools", offered)):
            if field in body:
                return 400, {"type": "error", "error": {"type": "invalid_request_error", "message": message}}
        return 200, message_example({"type": "text", "text": '{"sentence": "S."}'})

    with wire_server(say) as wire:
        got = await replies(wire, HELD, HELD)
    assert [("tools" in body, "tool_choice" in body) for body in wire.asked] == [
        (True, True),
        (True, False),
        (False, False),
        (False, False),
    ]
    assert {reply.text for reply in got} == {'{"sentence": "S."}'}


@pytest.mark.parametrize("status", [400, 422])
async def test_a_model_that_takes_no_temperature_is_sent_none(status: int) -> None:
    """Some take only their own."""
    refuses = refusing("temperature", "`temperature` is deprecated for this model.", status=status)
    with wire_server(refuses) as wire:
        await replies(wire, ONE, ONE)
    assert ["temperature" in body for body in wire.asked] == [True, False, False]


async def test_what_is_known_to_be_refused_is_not_sent() -> None:
    """Not even once."""
    with wire_server(fine) as wire:
        await replies(wire, HELD, without=("tool_choice", "temperature"), extra={"thinking": {"type": "disabled"}})
    assert wire.asked[0].keys() == {"model", "max_tokens", "system", "messages", "tools", "thinking"}


async def test_a_server_that_ignores_tools_is_taken_at_its_word() -> None:
    """What it says may be the JSON that the prompt asks for."""
    with wire_server(lambda _: (200, message_example({"type": "text", "text": '{"sentence": "S."}'}))) as wire:
        (reply,) = await replies(wire, HELD)
    assert reply.text == '{"sentence": "S."}'


async def test_too_long_a_prompt_is_an_overflow() -> None:
    """By the words that the protocol's first server has for it."""
    error = {
        "type": "error",
        "error": {"type": "invalid_request_error", "message": "prompt is too long: 210000 tokens > 200000 maximum"},
    }
    with wire_server(lambda _: (400, error)) as wire, pytest.raises(ContextOverflowError):
        await replies(wire, HELD)


# what is read


async def test_all_tokens_of_the_prompt_are_counted() -> None:
    """Those that were written to the cache and read from it too, which the protocol counts apart."""
    body = message_example(cache_creation_input_tokens=20, cache_read_input_tokens=100)
    with wire_server(lambda _: (200, body)) as wire:
        (reply,) = await replies(wire, ONE)
    assert (reply.prompt_tokens, reply.cached_tokens, reply.completion_tokens) == (124, 100, 2)
    assert (reply.model, reply.text, reply.alternatives) == ("m-2026", "fine", ())
    assert reply.request_id


@pytest.mark.parametrize(
    ("stop", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("tool_use", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "filter"),
        ("pause_turn", "other"),
    ],
)
async def test_an_answer_ends_as_the_server_says(stop: str, finish: str) -> None:
    """In the words that all backends share."""
    with wire_server(lambda _: (200, message_example(stop=stop))) as wire:
        (reply,) = await replies(wire, ONE)
    assert reply.finish == finish


@pytest.mark.parametrize(("written", "finish"), [(59, "stop"), (60, "length"), (75, "length")])
async def test_an_answer_that_used_up_its_tokens_is_cut_off(written: int, finish: str) -> None:
    """Also where the server calls it whole, as LiteLLM's proxy does, which raises a small limit besides."""
    text = {"type": "text", "text": "The ferry sank on"}
    with wire_server(lambda _: (200, message_example(text, output_tokens=written))) as wire:
        (reply,) = await replies(wire, ONE.model_copy(update={"sampling": Sampling(max_tokens=60)}))
    assert reply.finish == finish


@pytest.mark.parametrize(
    "body",
    [{}, {"content": "x"}, {"type": "error", "error": {"type": "api_error", "message": "has no content, it broke"}}],
)
async def test_an_answer_without_content_is_an_error(body: dict[str, Any]) -> None:
    """It tells what the server said instead, if anything."""
    with wire_server(lambda _: (200, body)) as wire, pytest.raises(AnswerError, match="has no content") as caught:
        await replies(wire, ONE)
    assert ("it broke" in str(caught.value)) is ("error" in body)


async def test_a_streamed_answer_is_read_like_any_other() -> None:
    """Only the request differs, by one field."""
    whole = tool_example(sentence="The ferry sänk.")
    with wire_server(lambda body: stream_example() if body.get("stream") else (200, whole)) as wire:
        (streamed,) = await replies(wire, HELD, stream=True)
        (plain,) = await replies(wire, HELD)
    assert wire.asked[0].pop("stream") is True
    assert wire.asked[0] == wire.asked[1]
    assert streamed.model_copy(update={"seconds": 0.0}) == plain.model_copy(update={"seconds": 0.0})
