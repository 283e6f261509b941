"""What the Ollama wire sends and reads, and what is made of its streams.

The answers are written after the published format (`*_example`): no such server is at hand.
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_server import Said, WireServer, wire_server

from summarise.backends.http.client import JSONClient
from summarise.backends.http.stream_events import Event, StreamRefusal
from summarise.backends.wires.ollama import OllamaBackend
from summarise.backends.wires.ollama_bodies import ChatStream
from summarise.data import Example, Reply, Request, Sampling
from summarise.errors import AnswerError, ContextOverflowError, ServerError
from summarise.settings.model import Settings

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=8)
SCHEMA = {"type": "object", "properties": {"sentence": {"type": "string"}}}
ONE = Request(stage="draft", system="S", user="U", sampling=Sampling(temperature=0.5, seed=3, max_tokens=9))
HELD = ONE.model_copy(update={"json_schema": SCHEMA})


def chat_example(text: str = "fine", **more: Any) -> dict[str, Any]:
    """Build a body after the published format."""
    return {
        "model": "m",
        "created_at": "2026-11-25T12:00:00Z",
        "message": {"role": "assistant", "content": text},
        "done": True,
        "done_reason": "stop",
        "prompt_eval_count": 26,
        "eval_count": 5,
        **more,
    }


def stream_example(*texts: str) -> list[Event]:
    """Build a stream after the published format."""
    pieces = [{"model": "m", "message": {"role": "assistant", "content": text}, "done": False} for text in texts]
    return [Event(data=json.dumps(line)) for line in (*pieces, chat_example(""))]


async def replies(wire: WireServer, *requests: Request, context_tokens: int = 8192, **options: Any) -> list[Reply]:
    """Ask for one after another through the same backend."""
    async with JSONClient(wire.url, settings=Settings(attempts=1, read_timeout=5)) as client:
        backend = OllamaBackend("m", client=client, context_tokens=context_tokens, **options)
        return [await backend.complete(request) for request in requests]


def fine(_: dict[str, Any]) -> Said:
    """Answer everything."""
    return 200, chat_example()


async def test_a_request_is_told_in_the_published_form() -> None:
    """With the size of the context, and the wish that nothing be cut off without a word."""
    with wire_server(fine) as wire:
        await replies(wire, ONE.model_copy(update={"examples": (Example(user="U1", assistant="A1"),)}))
    assert wire.paths == ["/api/chat"]
    assert wire.asked == [
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "S"},
                {"role": "user", "content": "U1"},
                {"role": "assistant", "content": "A1"},
                {"role": "user", "content": "U"},
            ],
            "stream": False,
            "options": {"num_ctx": 8192, "num_predict": 9, "temperature": 0.5, "seed": 3},
            "think": False,
            "truncate": False,
            "shift": False,
        }
    ]


async def test_what_cannot_fit_is_not_sent() -> None:
    """Even if every token had six characters; what is less clear the server tells."""
    sampling = Sampling(max_tokens=100)
    with wire_server(fine) as wire:
        with pytest.raises(
            ContextOverflowError, match=r"at least 601 .* context of 600 .*: set a larger context_tokens"
        ):
            await replies(
                wire,
                ONE.model_copy(update={"user": "a" * 3006, "system": "", "sampling": sampling}),
                context_tokens=600,
            )
        assert wire.asked == []
        await replies(
            wire, ONE.model_copy(update={"user": "a" * 3005, "system": "", "sampling": sampling}), context_tokens=600
        )


@pytest.mark.parametrize(
    "message",
    [
        "json: cannot unmarshal object into Go struct field ChatRequest.format of type string",
        'invalid format: expected "json" or a JSON Schema',
    ],
)
async def test_a_form_that_a_server_does_not_know_is_given_up_step_by_step(message: str) -> None:
    """First the schema, then any JSON; and neither is tried again."""

    def say(body: dict[str, Any]) -> Said:
        return (400, {"error": message}) if "format" in body else (200, chat_example())

    with wire_server(say) as wire:
        await replies(wire, HELD, HELD, ONE)
    assert [body.get("format") for body in wire.asked] == [SCHEMA, "json", None, None, None]


async def test_a_server_that_does_not_know_thinking_is_asked_without() -> None:
    """Some refuse the very word, even to say no to it; that is found out once."""

    def say(body: dict[str, Any]) -> Said:
        return (400, {"error": '"m" does not support thinking'}) if "think" in body else (200, chat_example())

    with wire_server(say) as wire:
        await replies(wire, HELD, HELD)
    assert [body.get("think") for body in wire.asked] == [False, None, None]
    assert all(body["format"] == SCHEMA for body in wire.asked)


async def test_thinking_that_somebody_asked_for_is_not_left_out() -> None:
    """What `extra` says is sent, or the error is told."""
    with (
        wire_server(lambda _: (400, {"error": "m does not support thinking"})) as wire,
        pytest.raises(ServerError, match="thinking"),
    ):
        await replies(wire, ONE, extra={"think": True})
    assert len(wire.asked) == 1


async def test_a_server_that_finds_the_prompt_too_long_says_so() -> None:
    """Which it does where it may not cut it."""
    error = {"error": "the input length exceeds the context length"}
    with wire_server(lambda _: (400, error)) as wire, pytest.raises(ContextOverflowError):
        await replies(wire, ONE)


@pytest.mark.parametrize(
    ("reason", "finish"), [("stop", "stop"), ("length", "length"), ("load", "other"), (None, "other")]
)
async def test_a_reply_has_text_end_and_counts(reason: str | None, finish: str) -> None:
    """As the server tells them."""
    with wire_server(lambda _: (200, chat_example("The ferry sank.", done_reason=reason))) as wire:
        (reply,) = await replies(wire, ONE)
    assert (reply.text, reply.finish, reply.model) == ("The ferry sank.", finish, "m")
    assert (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens) == (26, 5, 0)


@pytest.mark.parametrize("body", [{}, {"message": "x"}, {"error": "has no message, it broke"}])
async def test_an_answer_without_a_message_is_an_error(body: dict[str, Any]) -> None:
    """It tells what the server said instead, if anything."""
    with wire_server(lambda _: (200, body)) as wire, pytest.raises(AnswerError, match="has no message") as caught:
        await replies(wire, ONE)
    assert ("it broke" in str(caught.value)) is ("error" in body)


async def test_a_streamed_answer_is_read_like_any_other() -> None:
    """Only the request differs, by one field."""
    with wire_server(
        lambda body: (
            stream_example("The ", "ferry sänk.") if body["stream"] else (200, chat_example("The ferry sänk."))
        ),
        lines=True,
    ) as wire:
        (streamed,) = await replies(wire, HELD, stream=True)
        (plain,) = await replies(wire, HELD)
    assert (wire.asked[0].pop("stream"), wire.asked[1].pop("stream")) == (True, False)
    assert wire.asked[0] == wire.asked[1]
    assert streamed.model_copy(update={"seconds": 0.0}) == plain.model_copy(update={"seconds": 0.0})


# the stream


@given(TEXTS, st.data())
def test_the_body_has_the_text_whichever_way_it_was_cut(texts: list[str], data: st.DataObject) -> None:
    """It is whole with the last line and no earlier; blank lines and what comes after the end change nothing."""
    lines = stream_example(*texts)
    cut = data.draw(st.integers(0, len(lines)))
    stream = ChatStream()
    for line in (*lines[:cut], Event(data=" "), Event(data="{}")):
        stream.feed(line)
    assert stream.whole is (cut == len(lines))
    for line in (*lines[cut:], *stream_example("late")):
        stream.feed(line)
    assert stream.body == chat_example("".join(texts))


def test_an_error_inside_a_stream_is_a_refusal() -> None:
    """It tells no status: the server had begun, so it broke."""
    with pytest.raises(StreamRefusal) as caught:
        ChatStream().feed(Event(data='{"error": "model runner has stopped"}'))
    assert (caught.value.status, caught.value.body) == (500, '{"error": "model runner has stopped"}')


@pytest.mark.parametrize("data", ["<html>", "[]", '{"message": "x"}', '{"done": "perhaps"}'])
def test_what_is_no_line_is_a_fault(data: str) -> None:
    """The door makes an error of it."""
    with pytest.raises(ValueError, match=r"."):
        ChatStream().feed(Event(data=data))
