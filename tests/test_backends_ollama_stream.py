"""The stream of Ollama's own API: what is made of its lines, whichever way a server sends them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.http.stream_events import Event, StreamRefusal
from summarise.backends.wires.ollama_bodies import ChatStream

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=8)


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
