"""The framing of streamed answers."""

from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.http.stream_events import Event, JsonLines, ServerSentEvents

LINES = st.text(st.characters(exclude_characters="\r\n"), max_size=30)


def cut(text: str) -> list[Event]:
    """Cut a stream of server-sent events."""
    framing = ServerSentEvents()
    return [event for line in text.split("\n") for event in framing.feed(line)]


def test_an_event_ends_with_an_empty_line() -> None:
    """It has a name if one was told, and its lines of data are joined; comments and other fields say nothing."""
    assert cut(': hi\nevent: delta\nid: 7\ndata: {"a":\ndata: 1}\n\ndata: [DONE]\n\n') == [
        Event(name="delta", data='{"a":\n1}'),
        Event(data="[DONE]"),
    ]


def test_an_event_that_is_not_ended_is_none() -> None:
    """A stream that breaks off in an event does not tell that event; a name without data is none either."""
    assert cut("data: half") == []
    assert cut("event: ping\n\ndata: x\n\n") == [Event(data="x")]


def test_one_blank_after_the_colon_is_not_data() -> None:
    """And only one."""
    assert [event.data for event in cut("data:x\n\ndata:  x\n\ndata\n\n")] == ["x", " x", ""]


@given(st.lists(st.tuples(st.none() | LINES.filter(bool), st.lists(LINES, min_size=1, max_size=3)), max_size=5))
def test_what_is_framed_is_cut_as_it_was(events: list[tuple[str | None, list[str]]]) -> None:
    """Whatever the events hold."""
    text = "".join(
        (f"event: {name}\n" if name else "") + "".join(f"data: {line}\n" for line in lines) + "\n"
        for name, lines in events
    )
    assert cut(text) == [Event(name=name, data="\n".join(lines)) for name, lines in events]


def test_each_line_of_json_lines_is_an_event() -> None:
    """Blank ones are none."""
    framing = JsonLines()
    assert [event for line in ['{"a": 1}', "", "  ", "{}"] for event in framing.feed(line)] == [
        Event(data='{"a": 1}'),
        Event(data="{}"),
    ]
