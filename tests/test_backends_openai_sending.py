"""What the OpenAI wire asks of servers that differ: streaming, what is known of them beforehand, what they count."""

import json
from typing import Any

import pytest
from wire_server import Said, WireServer, wire_server

from summarise.backends.http.client import JSONClient
from summarise.backends.http.stream_events import Event
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Reply, Request, Sampling
from summarise.errors import CallError, MalformedAnswerError
from summarise.settings.model import Settings

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

ONE = Request(stage="rewrite", system="S", user="U", sampling=Sampling(temperature=0.5, seed=3, max_tokens=9))
SEVERAL = ONE.model_copy(update={"candidates": 2})
HELD = ONE.model_copy(update={"json_schema": {"type": "object"}})
USAGE = {"prompt_tokens": 40, "completion_tokens": 3}
BODY = {
    "id": "c1",
    "model": "m",
    "choices": [
        {"index": 0, "message": {"content": "fine"}, "finish_reason": "stop"},
        {"index": 1, "message": {"content": "good"}, "finish_reason": "length"},
    ],
    "usage": USAGE,
}


def streamed(body: dict[str, Any]) -> Said:
    """Return a body as a stream, each answer letter by letter."""
    chunks: list[dict[str, Any]] = []
    for choice in body["choices"]:
        pieces: list[dict[str, Any]] = [
            {"delta": {"content": letter}, "finish_reason": None} for letter in choice["message"]["content"]
        ]
        pieces.append({"delta": {}, "finish_reason": choice["finish_reason"]})
        told = {"id": body["id"], "model": body["model"]}
        chunks += [{**told, "choices": [{"index": choice["index"], **piece}]} for piece in pieces]
    chunks.append({"choices": [], "usage": body["usage"]})
    return [*(Event(data=json.dumps(chunk)) for chunk in chunks), Event(data="[DONE]")]


def answered(body: dict[str, Any]) -> Said:
    """Answer everything, as a stream where that is asked for."""
    return streamed(BODY) if body.get("stream") else (200, BODY)


def refusing(field: str, message: str) -> Any:
    """Return what refuses requests with a field and answers the others."""
    error = {"error": {"message": message, "type": "invalid_request_error", "param": None}}
    return lambda body: (400, error) if field in body else answered(body)


async def replies(wire: WireServer, *requests: Request, **options: Any) -> list[Reply]:
    """Ask for one after another through the same backend."""
    named = options.get("provider")
    async with JSONClient(wire.url, settings=Settings(attempts=1, read_timeout=5), provider=named) as client:
        backend = OpenAIBackend("m", client=client, **options)
        return [await backend.complete(request) for request in requests]


async def test_a_streamed_answer_is_read_like_any_other() -> None:
    """Only the request differs, by two fields."""
    with wire_server(answered) as wire:
        (pieces,) = await replies(wire, SEVERAL, stream=True)
        (whole,) = await replies(wire, SEVERAL)
    assert (wire.asked[0].pop("stream"), wire.asked[0].pop("stream_options")) == (True, {"include_usage": True})
    assert wire.asked[0] == wire.asked[1]
    assert pieces.model_copy(update={"seconds": 0.0}) == whole.model_copy(update={"seconds": 0.0})


async def test_a_stream_that_breaks_off_before_its_last_answer_is_no_reply() -> None:
    """One answer of two is whole, but the other may have been under way."""
    first = {"choices": [{"index": 0, "delta": {"content": "fine"}, "finish_reason": "stop"}]}
    with wire_server(lambda _: [Event(data=json.dumps(first))]) as wire, pytest.raises(CallError, match="whole"):
        await replies(wire, SEVERAL, stream=True)


async def test_a_server_that_tells_no_counts_in_a_stream_is_not_asked_for_them() -> None:
    """It may stream all the same."""
    with wire_server(refusing("stream_options", "Unrecognized request argument supplied: stream_options")) as wire:
        got = await replies(wire, SEVERAL, SEVERAL, stream=True)
    assert [("stream" in body, "stream_options" in body) for body in wire.asked] == [
        (True, True),
        (True, False),
        (True, False),
    ]
    assert {reply.text for reply in got} == {"fine"}


async def test_a_server_that_cannot_stream_is_asked_for_whole_answers() -> None:
    """And not for counts in a stream, which would mean nothing."""
    with wire_server(refusing("stream", "Unsupported value: 'stream' does not support true with this model.")) as wire:
        got = await replies(wire, ONE, ONE, stream=True)
    assert [("stream" in body, "stream_options" in body) for body in wire.asked] == [
        (True, True),
        (False, False),
        (False, False),
    ]
    assert {reply.text for reply in got} == {"fine"}


async def test_what_is_known_of_a_server_beforehand_is_heeded() -> None:
    """The forms that it takes, its name for the limit, and what it refuses."""
    with wire_server(answered) as wire:
        await replies(
            wire, HELD, forms=("json_object",), limit="max_completion_tokens", without=("seed",), extra={"x": 1}
        )
        await replies(wire, HELD, forms=())
    known, formless = wire.asked
    assert known["response_format"] == {"type": "json_object"}
    assert (known["max_completion_tokens"], "max_tokens" in known, "seed" in known, known["x"]) == (9, False, False, 1)
    assert "response_format" not in formless


@pytest.mark.parametrize(
    ("told", "cached"),
    [
        ({"usage": {**USAGE, "prompt_tokens_details": {"cached_tokens": 30}}}, 30),
        ({"usage": {**USAGE, "prompt_tokens_details": None}}, 0),
        ({"usage": {**USAGE, "prompt_cache_hit_tokens": 31, "prompt_cache_miss_tokens": 9}}, 31),
        ({"usage": USAGE, "timings": {"cache_n": 32, "prompt_n": 8}}, 32),
        ({"usage": None, "timings": {"cache_n": 33}}, 33),
        ({"usage": {"prompt_tokens": None, "completion_tokens": None}}, 0),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_cached_tokens_are_read_by_every_name_that_they_have(told: Any, cached: int, stream: bool) -> None:
    """OpenAI's, DeepSeek's and llama.cpp's; the prompt's own count is what the server says."""
    chunk = {"choices": [{"index": 0, "delta": {"content": "fine"}, "finish_reason": "stop"}], **told}
    said: Said = [Event(data=json.dumps(chunk))] if stream else (200, {**BODY, **told})
    with wire_server(lambda _: said) as wire:
        (reply,) = await replies(wire, ONE, stream=stream)
    assert reply.cached_tokens == cached
    assert reply.prompt_tokens == ((told["usage"] or {}).get("prompt_tokens") or 0)


async def test_an_answer_without_a_choice_tells_what_was_said_instead() -> None:
    """With who said it, for programs."""
    with (
        wire_server(lambda _: (200, {"error": {"message": "no such model"}})) as wire,
        pytest.raises(MalformedAnswerError, match=r"holds no choice \(no such model\): check the base URL") as caught,
    ):
        await replies(wire, ONE, provider="broker")
    assert (caught.value.provider, caught.value.status) == ("broker", 200)
