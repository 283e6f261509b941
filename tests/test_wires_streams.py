"""The stream of each wire: what is made of its events, whichever way a server sends them. Pure functions."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.http.stream_events import Assembler, Event, StreamRefusal
from summarise.backends.wires.anthropic_bodies import Message
from summarise.backends.wires.anthropic_stream import MessageStream
from summarise.backends.wires.ollama_bodies import Chat, ChatStream
from summarise.backends.wires.openai_bodies import Completion
from summarise.backends.wires.openai_stream import CompletionStream
from summarise.backends.wires.responses_bodies import Response, ResponseStream

CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.lists(st.text(CHARACTERS, max_size=20), max_size=8)
DONE = Event(data="[DONE]")
BLANK = Event(data=" ")


class Row(NamedTuple):
    """A wire: its assembler, a stream of some texts, and the body that it amounts to.

    `needed` tells how many of the events have to come until the answer is whole; `idle` are events that say nothing,
    `late` those that change nothing after the end.
    """

    assembler: type[Assembler]
    stream: Callable[[Sequence[str]], list[Event]]
    body: Callable[[str], dict[str, Any]]
    needed: Callable[[int], int]
    idle: Sequence[Event]
    late: Sequence[Event]


# OpenAI

USAGE = {"prompt_tokens": 11, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 7}}


def chunk(*choices: dict[str, Any], **told: Any) -> Event:
    """Return one event of a stream of Chat Completions."""
    return Event(
        data=json.dumps({"id": "c1", "object": "chat.completion.chunk", "model": "m", "choices": choices, **told})
    )


def piece(text: str | None = None, *, index: int = 0, finish: str | None = None) -> dict[str, Any]:
    """Return what a chunk adds to one answer."""
    return {"index": index, "delta": {} if text is None else {"content": text}, "finish_reason": finish}


def openai_stream(texts: Sequence[str]) -> list[Event]:
    """Return a stream as servers commonly send it."""
    first = {"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}
    pieces = (chunk(piece(text)) for text in texts)
    return [chunk(first), *pieces, chunk(piece(finish="stop")), chunk(usage=USAGE), DONE]


def openai_body(text: str) -> dict[str, Any]:
    """Return a whole body."""
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {"object": "chat.completion", "id": "c1", "model": "m", "usage": USAGE, "choices": [choice]}


# Anthropic


def told(kind: str, **more: Any) -> Event:
    """Return one event of a stream that names its kinds."""
    return Event(name=kind, data=json.dumps({"type": kind, **more}))


PING = told("ping")
BEGUN = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m"}
COUNTS = {"input_tokens": 4, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 100}
START = told("message_start", message=BEGUN | {"content": [], "stop_reason": None, "usage": COUNTS})


def added(index: int = 0, *, text: str | None = None, tool: str | None = None) -> Event:
    """Return the event that adds to a block."""
    delta = {"type": "text_delta", "text": text} if tool is None else {"type": "input_json_delta", "partial_json": tool}
    return told("content_block_delta", index=index, delta=delta)


def opened(index: int = 0, **block: Any) -> Event:
    """Return the event that begins a block."""
    return told("content_block_start", index=index, content_block=block or {"type": "text", "text": ""})


def ended(reason: str = "end_turn") -> list[Event]:
    """Return the events that end a message."""
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [told("message_delta", delta=delta, usage={"output_tokens": 9}), told("message_stop")]


def anthropic_stream(texts: Sequence[str]) -> list[Event]:
    """Return a stream as it is published."""
    return [START, opened(), PING, *(added(text=text) for text in texts), told("content_block_stop", index=0), *ended()]


def anthropic_body(text: str) -> dict[str, Any]:
    """Return a whole body."""
    usage = COUNTS | {"output_tokens": 9}
    return BEGUN | {"content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "usage": usage}


# Responses and Ollama


def responses_body(text: str) -> dict[str, Any]:
    """Return a whole body."""
    return {"status": "completed", "output": [{"type": "message", "content": [{"type": "output_text", "text": text}]}]}


def responses_stream(texts: Sequence[str]) -> list[Event]:
    """Return a stream as it is published: the last event holds all of it."""
    pieces = (told("response.output_text.delta", delta=text) for text in texts)
    return [*pieces, told("response.completed", response=responses_body("".join(texts)))]


def ollama_body(text: str) -> dict[str, Any]:
    """Return a whole body."""
    message = {"role": "assistant", "content": text}
    return {"model": "m", "message": message, "done": True, "done_reason": "stop", "eval_count": 5}


def ollama_stream(texts: Sequence[str]) -> list[Event]:
    """Return a stream as it is published: JSON by lines, the last of which has what is told of all."""
    lines = [{"model": "m", "message": {"role": "assistant", "content": text}, "done": False} for text in texts]
    return [Event(data=json.dumps(line)) for line in (*lines, ollama_body(""))]


ROWS: Mapping[str, Row] = {
    "openai": Row(
        CompletionStream,
        openai_stream,
        openai_body,
        lambda events: events - 2,
        [
            Event(name="ping", data='{"type": "ping"}'),
            Event(data='{"choices": null}'),
            Event(data='{"id": "", "model": "", "choices": [], "prompt_filter_results": []}'),
            chunk({"index": 0, "delta": {"tool_calls": [{"index": 0}]}}),
            chunk({"index": 0, "delta": None, "finish_reason": ""}),
        ],
        [chunk(piece("late", finish="length")), DONE],
    ),
    "anthropic": Row(
        MessageStream,
        anthropic_stream,
        anthropic_body,
        lambda events: events - 1,
        [
            PING,
            START,
            opened(),
            told("something_new", index=0, payload=[1]),
            told("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "x"}),
            told("content_block_delta", index=7, delta={"type": "citations_delta", "citation": {}}),
            told("message_delta", delta={"stop_reason": None}),
        ],
        [added(text="late"), opened(1, type="text", text="late"), *ended("max_tokens"), DONE],
    ),
    "responses": Row(
        ResponseStream,
        responses_stream,
        responses_body,
        lambda events: events,
        [PING, told("response.in_progress", response={"status": "in_progress"})],
        [told("response.completed", response=responses_body("late")), DONE],
    ),
    "ollama": Row(
        ChatStream,
        ollama_stream,
        ollama_body,
        lambda events: events,
        [Event(data="{}")],
        ollama_stream(["late"]),
    ),
}


def folded(events: Iterable[Event], stream: Assembler) -> Assembler:
    """Return a stream with these events taken in."""
    for event in events:
        stream.feed(event)
    return stream


@pytest.mark.parametrize("wire", ROWS)
@given(texts=TEXTS, data=st.data())
def test_a_stream_is_the_body_that_comes_without_one(wire: str, texts: list[str], data: st.DataObject) -> None:
    """However the text is cut, and whatever says nothing between; it is whole once the end is told, and no earlier."""
    row = ROWS[wire]
    events = row.stream(texts)
    cut = data.draw(st.integers(0, len(events)))
    assert folded(events[:cut], row.assembler()).whole is (cut >= row.needed(len(events)))
    idle = [*row.idle, BLANK]
    places = data.draw(st.lists(st.tuples(st.integers(1, len(events)), st.sampled_from(idle)), max_size=5))
    mixed = list(events)
    for place, event in sorted(places, key=lambda pair: -pair[0]):
        mixed.insert(place, event)
    assert folded([*mixed, *row.late], row.assembler()).body == row.body("".join(texts))


STREAMED_ERRORS: list[tuple[type[Assembler], Any, int]] = [
    (CompletionStream, {"code": 429, "message": "slow"}, 429),
    (CompletionStream, {"code": "503", "message": "busy"}, 503),
    (CompletionStream, {"code": None, "type": "invalid_request_error", "message": "no"}, 400),
    (CompletionStream, {"code": "context_length_exceeded", "type": "x", "message": "long"}, 400),
    (CompletionStream, {"code": "insufficient_quota", "type": "insufficient_quota"}, 429),
    (CompletionStream, {"code": 503, "type": "invalid_request_error"}, 503),
    (CompletionStream, {"type": "exceed_context_size_error", "code": 400, "n_ctx": 5}, 400),
    (CompletionStream, "it broke", 500),
    (MessageStream, {"type": "overloaded_error", "message": "Overloaded"}, 529),
    (MessageStream, {"type": "something_new", "message": "?"}, 500),
    (ResponseStream, {"code": "rate_limit_exceeded", "message": "slow"}, 429),
    (ChatStream, "model runner has stopped", 500),
]


@pytest.mark.parametrize(("stream", "error", "status"), STREAMED_ERRORS)
def test_an_error_inside_a_stream_has_the_status_that_it_would_have_had(
    stream: type[Assembler], error: Any, status: int
) -> None:
    """With the body that tells it; where nothing tells a status the server had begun, so it broke."""
    with pytest.raises(StreamRefusal) as caught:
        stream().feed(Event(data=json.dumps({"error": error})))
    assert (caught.value.status, json.loads(caught.value.body)) == (status, {"error": error})


NO_EVENT = ("<html>", "[]", "12", "[" * 100_000)
OF_ANOTHER_FORM = [
    (CompletionStream, '{"choices": [{"delta": {"content": 3}}]}'),
    (MessageStream, '{"type": "content_block_delta", "index": "x"}'),
    (MessageStream, '{"delta": {"text": 3}}'),
    (ChatStream, '{"message": "x"}'),
    (ChatStream, '{"done": "perhaps"}'),
]


@pytest.mark.parametrize(
    ("stream", "data"), [*((row.assembler, data) for row in ROWS.values() for data in NO_EVENT), *OF_ANOTHER_FORM]
)
def test_what_is_no_event_is_a_fault(stream: type[Assembler], data: str) -> None:
    """The client makes an error of it."""
    with pytest.raises(ValueError, match=r"."):
        stream().feed(Event(data=data))


# what one wire alone has


def completions(events: Iterable[Event], *, choices: int = 1) -> list[tuple[str, str]]:
    """Return the texts and ends of the answers in a stream, as the reader of bodies reads them."""
    read = Completion.model_validate(folded(events, CompletionStream(choices)).body).choices
    return [(choice.text(False), choice.finish) for choice in read if choice is not None]


@given(st.lists(TEXTS, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_answers_that_come_mixed_are_told_apart(answers: list[list[str]], order: Any) -> None:
    """By their index, in whatever order the server sends them."""
    queues = [[chunk(piece(text, index=i)) for text in texts] for i, texts in enumerate(answers)]
    for i, queue in enumerate(queues):
        queue.append(chunk(piece(index=i, finish="stop")))
    events = []
    while waiting := [queue for queue in queues if queue]:
        events.append(order.choice(waiting).pop(0))
    assert not folded(events[:-1], CompletionStream(len(answers))).whole
    assert folded(events, CompletionStream(len(answers))).whole
    assert completions(events, choices=len(answers)) == [("".join(texts), "stop") for texts in answers]


@pytest.mark.parametrize("end", [DONE, chunk(usage=USAGE)])
def test_fewer_answers_than_were_asked_for_are_whole_once_the_server_is_done(end: Event) -> None:
    """Before that, another may still begin."""
    running = chunk(piece("a", finish="stop"), usage=USAGE)
    assert not folded([running], CompletionStream(3)).whole, "some servers count in every chunk"
    assert folded([chunk(piece("a", finish="stop")), end], CompletionStream(3)).whole


@pytest.mark.parametrize(
    ("delta", "reason", "text", "finish"),
    [
        ({"refusal": "I cannot."}, "stop", "", "filter"),
        ({"tool_calls": [{"index": 0}]}, "tool_calls", "", "other"),
        ({"content": [{"type": "text", "text": "a"}, {"type": "thinking", "thinking": []}]}, "stop", "a", "stop"),
    ],
)
def test_a_completion_ends_as_it_would_without_streaming(delta: Any, reason: str, text: str, finish: str) -> None:
    """A refusal is told as one, and calls of functions that nobody offered are no answer."""
    assert completions([chunk({"index": 0, "delta": delta, "finish_reason": reason})]) == [(text, finish)]


def message(*events: Event) -> str:
    """Return the text of a message, as the reader of bodies reads it."""
    return Message.model_validate(folded(events, MessageStream()).body).text


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
    pieces = [added(tool=written[a:b]) for a, b in pairwise(cuts)]
    assert json.loads(message(START, opened(type="tool_use", input={}), *pieces, *ended("tool_use"))) == given_


def test_a_message_without_its_start_is_read_all_the_same() -> None:
    """Some servers leave it out, and the starts of blocks; then no model and no counts of the prompt are told."""
    body = folded([added(text="The ferry"), added(text=" sank."), *ended()], MessageStream()).body
    assert body["content"] == [{"type": "text", "text": "The ferry sank."}]
    assert "model" not in body
    assert body["usage"] == {"output_tokens": 9}
    assert message(added(tool='{"a": '), added(tool="1}"), *ended("tool_use")) == '{"a": 1}'


THINKING = [
    opened(0, type="thinking", thinking=""),
    told("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Hm."}),
]
TOOL = opened(1, type="tool_use", id="t", name="d", input={})


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ([*THINKING, opened(1), added(1, text="Yes.")], "Yes."),
        ([opened(), added(text="I will."), TOOL, added(1, tool='{"é": 1}')], '{"é": 1}'),
        # What can be saved of it the guards will see.
        ([TOOL, added(1, tool='{"sentences": ["The fer')], '{"sentences": ["The fer'),
    ],
)
def test_a_message_is_its_tool_or_its_text(events: list[Event], text: str) -> None:
    """Thinking is a block of its own; a tool goes before what is said beside it, also where it was cut off."""
    assert message(*events, *ended("max_tokens")) == text


def test_a_whole_body_can_be_read() -> None:
    """What the streams are held against is what the readers of bodies take."""
    assert Response.model_validate(responses_body("a")).text == "a"
    assert Chat.model_validate(ollama_body("a")).message.content == "a"
    assert Message.model_validate(anthropic_body("a")).text == "a"
