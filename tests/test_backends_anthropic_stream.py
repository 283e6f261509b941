"""The stream of the Anthropic wire: what is made of its events, whichever way a server sends them."""

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.http.stream_events import Event, StreamRefusal
from summarise.backends.wires.anthropic_bodies import Message
from summarise.backends.wires.anthropic_stream import MessageStream

CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.lists(st.text(CHARACTERS, max_size=20), max_size=8)
PING = Event(name="ping", data='{"type": "ping"}')


def told(kind: str, **more: Any) -> Event:
    """Return one event of a stream."""
    return Event(name=kind, data=json.dumps({"type": kind, **more}))


START = told(
    "message_start",
    message={
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "m",
        "stop_reason": None,
        "usage": {
            "input_tokens": 4,
            "cache_creation_input_tokens": 20,
            "cache_read_input_tokens": 100,
            "output_tokens": 1,
        },
    },
)


def added(index: int = 0, *, text: str | None = None, tool: str | None = None) -> Event:
    """Return the event that adds to a block."""
    delta = {"type": "text_delta", "text": text} if tool is None else {"type": "input_json_delta", "partial_json": tool}
    return told("content_block_delta", index=index, delta=delta)


def opened(index: int = 0, **block: Any) -> Event:
    """Return the event that begins a block."""
    return told("content_block_start", index=index, content_block=block or {"type": "text", "text": ""})


def ended(reason: str = "end_turn", **usage: int) -> list[Event]:
    """Return the events that end a message."""
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [told("message_delta", delta=delta, usage={"output_tokens": 9, **usage}), told("message_stop")]


def streamed(texts: Iterable[str]) -> list[Event]:
    """Return a stream as it is published."""
    return [START, opened(), PING, *(added(text=text) for text in texts), told("content_block_stop", index=0), *ended()]


def folded(events: Iterable[Event]) -> MessageStream:
    """Return a stream with these events taken in."""
    stream = MessageStream()
    for event in events:
        stream.feed(event)
    return stream


def text_of(events: Iterable[Event]) -> str:
    """Return the text of an answer, as the reader of bodies reads it."""
    return Message.model_validate(folded(events).body).text


@given(TEXTS)
def test_the_body_has_the_text_whichever_way_it_was_cut(texts: list[str]) -> None:
    """With its end, the last counts of tokens and what the server calls itself."""
    body = folded(streamed(texts)).body
    assert body["content"] == [{"type": "text", "text": "".join(texts)}]
    assert (body["id"], body["model"], body["stop_reason"]) == ("msg_1", "m", "end_turn")
    assert body["usage"] == {
        "input_tokens": 4,
        "cache_creation_input_tokens": 20,
        "cache_read_input_tokens": 100,
        "output_tokens": 9,
    }


@given(
    st.dictionaries(
        st.text(CHARACTERS, max_size=5), st.text(CHARACTERS, max_size=20) | st.lists(st.integers()), max_size=4
    ),
    st.lists(st.integers(0, 200), max_size=6),
    st.booleans(),
)
def test_the_input_of_a_tool_is_the_object_whichever_way_it_was_cut(
    given_: dict[str, Any], places: list[int], ascii_: bool
) -> None:
    """In the middle of an escape sequence, too; and the text of the answer is that object as JSON."""
    written = json.dumps(given_, ensure_ascii=ascii_)
    cuts = sorted({0, len(written), *(place for place in places if place < len(written))})
    pieces = [written[a:b] for a, b in pairwise(cuts)]
    events = [START, opened(type="tool_use", id="t", name="draft", input={}), *(added(tool=piece) for piece in pieces)]
    stream = folded([*events, *ended("tool_use")])
    assert stream.body["content"] == [{"type": "tool_use", "id": "t", "name": "draft", "input": given_}]
    assert json.loads(Message.model_validate(stream.body).text) == given_


@given(TEXTS, st.data())
def test_a_stream_is_whole_from_its_stop_reason_on(texts: list[str], data: st.DataObject) -> None:
    """Wherever it breaks off before, it is not; after it, message_stop need not come."""
    events = streamed(texts)
    cut = data.draw(st.integers(0, len(events)))
    assert folded(events[:cut]).whole is (cut >= len(events) - 1)


@given(TEXTS, st.data())
def test_events_that_say_nothing_change_nothing(texts: list[str], data: st.DataObject) -> None:
    """Pings, unknown kinds, changes of unknown types, a beginning that comes twice, and what comes after the end."""
    idle = [
        PING,
        START,
        opened(),
        Event(data=""),
        told("something_new", index=0, payload=[1]),
        told("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "x"}),
        told("content_block_delta", index=7, delta={"type": "citations_delta", "citation": {}}),
        told("message_delta", delta={"stop_reason": None}),
    ]
    events = streamed(texts)
    places = data.draw(st.lists(st.tuples(st.integers(1, len(events)), st.sampled_from(idle)), max_size=5))
    mixed = list(events)
    for place, event in sorted(places, key=lambda pair: -pair[0]):
        mixed.insert(place, event)
    late = [added(text="late"), opened(1, type="text", text="late"), *ended("max_tokens"), Event(data="[DONE]")]
    assert folded([*mixed, *late]).body == folded(events).body


def test_a_message_without_its_start_is_read_all_the_same() -> None:
    """Some servers leave it out, and the starts of blocks; then no model and no counts of the prompt are told."""
    body = folded([added(text="The ferry"), added(text=" sank."), *ended()]).body
    assert body["content"] == [{"type": "text", "text": "The ferry sank."}]
    assert "model" not in body
    assert body["usage"] == {"output_tokens": 9}
    assert text_of([added(tool='{"a": '), added(tool="1}"), *ended("tool_use")]) == '{"a": 1}'


def test_thinking_is_no_text() -> None:
    """It is a block of its own, before the answer."""
    events = [
        opened(0, type="thinking", thinking=""),
        told("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Hm."}),
        opened(1, type="text", text=""),
        added(1, text="Yes."),
    ]
    assert text_of([START, *events, *ended()]) == "Yes."


def test_a_tool_goes_before_what_is_said_beside_it() -> None:
    """A model may announce that it will use it."""
    events = [
        opened(),
        added(text="I will."),
        opened(1, type="tool_use", id="t", name="d", input={}),
        added(1, tool='{"é": 1}'),
    ]
    assert text_of([START, *events, *ended("tool_use")]) == '{"é": 1}'


def test_the_input_of_a_tool_that_was_cut_off_is_told_as_far_as_it_came() -> None:
    """What can be saved of it, the guards will see; the stop reason says that it was cut."""
    assert text_of(
        [opened(type="tool_use", input={}), added(tool='{"sentences": ["The fer'), *ended("max_tokens")]
    ) == ('{"sentences": ["The fer')


@pytest.mark.parametrize(
    ("name", "error", "status"),
    [
        ("error", {"type": "overloaded_error", "message": "Overloaded"}, 529),
        ("error", {"type": "rate_limit_error", "message": "slow"}, 429),
        ("error", {"type": "invalid_request_error", "message": "prompt is too long: 9 tokens > 8 maximum"}, 400),
        ("error", {"type": "request_too_large", "message": "large"}, 413),
        ("error", {"type": "timeout_error", "message": "late"}, 504),
        (None, {"code": 500, "type": "server_error", "message": "broke"}, 500),
        ("error", {"type": "something_new", "message": "?"}, 500),
        ("error", None, 500),
    ],
)
def test_an_error_inside_a_stream_has_the_status_that_it_would_have_had(
    name: str | None, error: dict[str, Any] | None, status: int
) -> None:
    """With the body that tells it; llama.cpp tells it without a type."""
    kind = {"type": "error"} if name else {}
    event = Event(name=name, data=json.dumps({**kind, "error": error, "request_id": "req_1"}))
    with pytest.raises(StreamRefusal) as caught:
        folded([START, opened(), event])
    assert (caught.value.status, json.loads(caught.value.body)["error"]) == (status, error)


@pytest.mark.parametrize(
    "data", ["<html>", "[]", '{"type": "content_block_delta", "index": "x"}', '{"delta": {"text": 3}}']
)
def test_what_is_no_event_is_a_fault(data: str) -> None:
    """The door makes an error of it."""
    with pytest.raises(ValueError, match=r"."):
        folded([Event(data=data)])
