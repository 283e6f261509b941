"""The stream of the OpenAI wire: what is made of its events, whichever way a server sends them."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.http.stream_events import Event, StreamRefusal
from summarise.backends.wires.openai_bodies import Completion
from summarise.backends.wires.openai_stream import CompletionStream

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=8)
USAGE = {"prompt_tokens": 11, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 7}}
DONE = Event(data="[DONE]")


def chunk(*choices: dict[str, Any], **told: Any) -> Event:
    """Return one event of a stream."""
    return Event(
        data=json.dumps({"id": "c1", "object": "chat.completion.chunk", "model": "m", "choices": choices, **told})
    )


def piece(text: str | None = None, *, index: int = 0, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """Return what a chunk adds to one answer."""
    return {"index": index, "delta": {} if text is None else {"content": text}, "finish_reason": finish, **more}


def streamed(texts: Iterable[str], *, finish: str = "stop") -> list[Event]:
    """Return a stream as servers commonly send it."""
    first = {"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}
    return [
        chunk(first),
        *(chunk(piece(text)) for text in texts),
        chunk(piece(finish=finish)),
        chunk(usage=USAGE),
        DONE,
    ]


def folded(events: Iterable[Event], *, choices: int = 1) -> CompletionStream:
    """Return a stream with these events taken in."""
    stream = CompletionStream(choices)
    for event in events:
        stream.feed(event)
    return stream


def choices_of(body: dict[str, Any]) -> list[Any]:
    """Return the choices of a body, all of which can be read."""
    choices = list(Completion.model_validate(body).choices)
    assert None not in choices
    return choices


def texts_of(stream: CompletionStream) -> list[str]:
    """Return the texts of the answers, as the reader of bodies reads them."""
    return [choice.text(False) for choice in choices_of(stream.body)]


@given(TEXTS)
def test_the_body_has_the_text_whichever_way_it_was_cut(texts: list[str]) -> None:
    """With its end, the counts of tokens and what the server calls itself."""
    body = folded(streamed(texts)).body
    assert body["choices"][0]["message"] == {"role": "assistant", "content": "".join(texts), "refusal": None}
    assert body["choices"][0]["finish_reason"] == "stop"
    assert (body["id"], body["model"], body["usage"]) == ("c1", "m", USAGE)


@given(TEXTS, st.data())
def test_a_stream_is_whole_from_its_finish_reason_on(texts: list[str], data: st.DataObject) -> None:
    """Wherever it breaks off before, it is not; after it, neither counts nor [DONE] need to come."""
    events = streamed(texts)
    end = next(index for index, event in enumerate(events) if '"stop"' in event.data)
    cut = data.draw(st.integers(0, len(events)))
    assert folded(events[:cut]).whole is (cut > end)


@given(TEXTS, st.data())
def test_events_that_say_nothing_change_nothing(texts: list[str], data: st.DataObject) -> None:
    """Empty ones, those of unknown kinds, and an end that is told twice."""
    idle = [
        Event(data=""),
        Event(name="ping", data='{"type": "ping"}'),
        Event(data='{"choices": null}'),
        Event(data='{"id": "", "model": "", "choices": [], "prompt_filter_results": []}'),
        chunk({"index": 0, "delta": {"tool_calls": [{"index": 0}]}}),
        chunk({"index": 0, "delta": None, "finish_reason": ""}),
    ]
    events = streamed(texts)
    places = data.draw(st.lists(st.tuples(st.integers(1, len(events)), st.sampled_from(idle)), max_size=5))
    mixed = list(events)
    for place, event in sorted(places, key=lambda pair: -pair[0]):
        mixed.insert(place, event)
    late = chunk(piece("late", finish="length"))
    assert folded([*mixed, late, DONE]).body == folded(events).body


@given(st.lists(TEXTS, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_answers_that_come_mixed_are_told_apart(answers: list[list[str]], order: Any) -> None:
    """By their index, in whatever order the server sends them."""
    queues = [[chunk(piece(text, index=i)) for text in texts] for i, texts in enumerate(answers)]
    for i, queue in enumerate(queues):
        queue.append(chunk(piece(index=i, finish="stop")))
    events = []
    while waiting := [queue for queue in queues if queue]:
        events.append(order.choice(waiting).pop(0))
    assert not folded(events[:-1], choices=len(answers)).whole
    stream = folded(events, choices=len(answers))
    assert stream.whole
    assert texts_of(stream) == ["".join(texts) for texts in answers]


@pytest.mark.parametrize("end", [DONE, chunk(usage=USAGE)])
def test_fewer_answers_than_were_asked_for_are_whole_once_the_server_is_done(end: Event) -> None:
    """Before that, another may still begin."""
    events = [chunk(piece("a", finish="stop"))]
    running = chunk(piece("a", finish="stop"), usage=USAGE)
    assert not folded([*events, running], choices=3).whole, "some servers count in every chunk"
    assert folded([*events, end], choices=3).whole


@pytest.mark.parametrize(
    ("delta", "reason", "finish", "text"),
    [
        ({"refusal": "I cannot."}, "stop", "filter", ""),
        ({"content": "half", "refusal": None}, "content_filter", "filter", "half"),
        ({"tool_calls": [{"index": 0}]}, "tool_calls", "other", ""),
        ({"function_call": {}}, "function_call", "other", ""),
        ({"content": "a"}, "length", "length", "a"),
        ({"content": "a"}, "eos", "other", "a"),
        ({"content": [{"type": "text", "text": "a"}, {"type": "thinking", "thinking": []}]}, "stop", "stop", "a"),
    ],
)
def test_an_answer_ends_as_it_would_without_streaming(delta: Any, reason: str, finish: str, text: str) -> None:
    """A refusal is told as one, and calls of functions that nobody offered are no answer."""
    (choice,) = choices_of(folded([chunk({"index": 0, "delta": delta, "finish_reason": reason})]).body)
    assert (choice.finish, choice.text(False)) == (finish, text)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ({"code": 429, "message": "slow"}, 429),
        ({"code": "503", "message": "busy"}, 503),
        ({"code": None, "type": "invalid_request_error", "message": "no"}, 400),
        ({"code": "context_length_exceeded", "type": "x", "message": "long"}, 400),
        ({"code": "insufficient_quota", "type": "insufficient_quota"}, 429),
        ({"code": 1, "type": "server_error"}, 500),
        ({"code": 503, "type": "invalid_request_error"}, 503),
        ({"type": "exceed_context_size_error", "code": 400, "n_ctx": 5}, 400),
        ("it broke", 500),
    ],
)
def test_an_error_inside_a_stream_has_the_status_that_it_would_have_had(error: Any, status: int) -> None:
    """With the body that tells it."""
    event = Event(data=json.dumps({"error": error}))
    with pytest.raises(StreamRefusal) as caught:
        folded([chunk(piece("a")), event])
    assert (caught.value.status, json.loads(caught.value.body)) == (status, {"error": error})


@pytest.mark.parametrize(
    "data",
    [
        "<html>",
        "[]",
        "12",
        '{"choices": 3}',
        '{"choices": [3]}',
        '{"choices": [{"delta": "a"}]}',
        '{"choices": [{"delta": {"content": 3}}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_chunk_is_a_fault(data: str) -> None:
    """The door makes an error of it."""
    with pytest.raises(ValueError, match=r"."):
        folded([Event(data=data)])
