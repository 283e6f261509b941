"""The events of a streamed answer, and how a wire folds them into the body that comes without streaming.

Both framings are read: server-sent events (the WHATWG HTML standard, section 9.2.6) and JSON lines.
"""

from collections.abc import Iterator
from typing import Any, Protocol

from summarise.data import Record


class Event(Record):
    """One server-sent event, or one line of JSON lines, which has no name."""

    name: str | None = None
    data: str


class StreamRefusal(Exception):  # noqa: N818 (not raised to users; the client makes an error of it)
    """An error that the server reports inside a stream, with the status that it would have had before it began."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status} inside a stream")
        self.status = status
        self.body = body


class Assembler(Protocol):
    """Folds the events of one stream into the body that the server would have sent without streaming."""

    def feed(self, event: Event) -> None:
        """Take in one event; unknown kinds are ignored.

        ValueError for an event that is not what the protocol promises, StreamRefusal for an error of the server.
        """
        ...

    @property
    def whole(self) -> bool:
        """Whether the answer is complete, so that nothing that may still come would change it."""
        ...

    @property
    def body(self) -> dict[str, Any]:
        """The body; asked for only when the answer is complete."""
        ...


class ServerSentEvents:
    """Cuts the lines of a stream into events: `feed` a line without its ending, and get the event that it ends."""

    def __init__(self) -> None:
        self._name: str | None = None
        self._data: list[str] = []

    def feed(self, line: str) -> Iterator[Event]:
        """Yield the event that this line ends, if it ends one."""
        if not line:
            if self._data:
                yield Event(name=self._name, data="\n".join(self._data))
            self._name, self._data = None, []
            return
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._name = value


class JsonLines:
    """Takes each line that is not blank for an event."""

    def feed(self, line: str) -> Iterator[Event]:
        """Yield the line."""
        if line.strip():
            yield Event(data=line)
