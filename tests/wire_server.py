"""A server on loopback for the tests of wires: notes what it is asked, answers with JSON or with a stream. No tests."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from loopback_server import listening

from summarise.backends.http.stream_events import Event

Said = tuple[int, dict[str, Any]] | Sequence[Event]
"""An answer: a status and a body, or the events of a stream; a text is a stream as it goes over the wire."""
Respond = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]
"""From the body of a request to the status and the body of its answer."""


@dataclass
class WireServer:
    """A server that answers with `say`; `asked`, `paths` and `headers` are what it was asked, where and with what.

    Streams are server-sent events, or JSON lines where `lines` says so.
    """

    say: Callable[[dict[str, Any]], Said | str]
    lines: bool = False
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def framed(self, events: Sequence[Event]) -> bytes:
        """Return a stream as it goes over the wire."""
        if self.lines:
            return "".join(f"{event.data}\n" for event in events).encode()
        return "".join(
            (f"event: {event.name}\n" if event.name else "") + f"data: {event.data}\n\n" for event in events
        ).encode()


@contextmanager
def wire_server(say: Callable[[dict[str, Any]], Said | str], *, lines: bool = False) -> Iterator[WireServer]:
    """Serve on a free port until the block ends."""
    wire = WireServer(say, lines)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            wire.asked.append(body)
            wire.paths.append(self.path)
            wire.headers.append({name.lower(): value for name, value in self.headers.items()})
            said = wire.say(body)
            if isinstance(said, tuple):
                status, content, data = said[0], "application/json", json.dumps(said[1]).encode()
            else:
                content = "application/x-ndjson" if wire.lines else "text/event-stream"
                status, data = 200, said.encode() if isinstance(said, str) else wire.framed(said)
            self.send_response(status)
            self.send_header("Content-Type", content)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments: Any) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    wire.url = f"http://127.0.0.1:{server.server_port}"
    with listening(server):
        yield wire


@contextmanager
def serving(respond: Respond) -> Iterator[str]:
    """Answer like a server that speaks OpenAI's wire; yield its base URL."""
    with wire_server(respond) as wire:
        yield f"{wire.url}/v1"
