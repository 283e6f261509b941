"""What a model thought gets into no cassette, in whatever shape and stream it came; the rest of an answer does."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thinking_server import MARK, SHAPES, Model, Shape, Wire
from wire_server import WireServer

from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.streaming import StreamedBody
from summarise.backends.wires.anthropic_bodies import reply_of as anthropic_reply
from summarise.backends.wires.anthropic_stream import MessageStream
from summarise.backends.wires.ollama_bodies import ChatStream
from summarise.backends.wires.ollama_bodies import reply_of as ollama_reply
from summarise.backends.wires.openai_bodies import reply_of as openai_reply
from summarise.backends.wires.openai_stream import CompletionStream
from summarise.data import Reply
from summarise.testing.cassettes import clean_response
from summarise.testing.thoughts import without_thoughts

CASES = [(shape, wire) for wire, shapes in SHAPES.items() for shape in sorted(shapes)]


def asked(limit: int, *, stream: bool = False) -> dict[str, Any]:
    """Return a request of any wire."""
    return {"max_tokens": limit, "options": {"num_predict": limit}, "stream": stream}


def read(wire: Wire, body: dict[str, Any]) -> Reply:
    """Return the reply that a wire reads of a body."""
    answer = JSONResponse(body=body, request_id=None, seconds=0.0)
    if wire == "openai":
        return openai_reply(answer, model="m", quoted=False)
    if wire == "anthropic":
        return anthropic_reply(answer, model="m", limit=100_000)
    return ollama_reply(answer, model="m")


def recorded(body: bytes, kind: str) -> bytes:
    """Return a body as a cassette has it."""
    response = {"status": {"code": 200}, "headers": {"content-type": [kind]}, "body": {"string": body}}
    found = clean_response(response)["body"]["string"]
    assert isinstance(found, bytes)
    return found


@pytest.mark.parametrize("limit", [400, 2000])
@pytest.mark.parametrize(("shape", "wire"), CASES)
def test_a_recorded_answer_holds_no_thought_and_is_read_as_it_was(shape: Shape, wire: Wire, limit: int) -> None:
    """Whole answers: the words of thoughts are gone; text, ending and counts are what they were."""
    said = Model(shape=shape).on(wire, asked(limit))
    assert isinstance(said, tuple)
    kept = recorded(json.dumps(said[1]).encode(), "application/json")
    if shape != "opened" or limit > 900:
        assert MARK.encode() not in kept
        assert read(wire, json.loads(kept)) == read(wire, said[1])


@pytest.mark.parametrize(("shape", "wire"), CASES)
def test_a_recorded_stream_holds_no_thought_and_is_read_as_it_was(shape: Shape, wire: Wire) -> None:
    """Streams, event by event: the same."""
    events = Model(shape=shape).on(wire, asked(2000, stream=True))
    assert not isinstance(events, tuple)
    stream = WireServer(lambda _: events, lines=wire == "ollama").framed(events)
    kind = "application/x-ndjson" if wire == "ollama" else "text/event-stream"
    kept = recorded(stream, kind)
    assert MARK.encode() not in kept

    def folded(body: bytes) -> dict[str, Any]:
        assembler = {"openai": CompletionStream, "anthropic": MessageStream, "ollama": ChatStream}[wire]()
        received = StreamedBody(assembler, content_type=kind, delimited=True)
        received.feed(body)
        received.end()
        return dict(received.body)

    assert read(wire, folded(kept)) == read(wire, folded(stream))


@pytest.mark.parametrize(
    "body",
    [
        '{"choices": [{"message": {"content": "The tag <think> is a word."}}],  "usage": null}',
        '{"reasoning": {"effort": "low"}, "thinking": null}',
        'data: {"choices": [{"delta": {"content": "a"}}]}\n\ndata: [DONE]\n\n',
        "no JSON",
        "",
    ],
)
def test_an_answer_without_thoughts_stays_as_it_was(body: str) -> None:
    """Nothing is written anew where there is nothing to hide."""
    assert without_thoughts(body) == body


@given(st.text())
def test_any_body_can_be_recorded(body: str) -> None:
    """Whatever a server sends, it is kept."""
    assert isinstance(without_thoughts(body), str)
