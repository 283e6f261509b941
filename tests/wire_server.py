"""A server on loopback for the tests of wires: notes what it is asked, answers with JSON. No tests."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from loopback_server import listening

Said = tuple[int, dict[str, Any]]
"""An answer: a status and a body."""
Respond = Callable[[dict[str, Any]], Said]
"""From the body of a request to the status and the body of its answer."""


@dataclass
class WireServer:
    """A server that answers with `say`; `asked`, `paths` and `headers` are what it was asked, where and with what."""

    say: Respond
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def wire_server(say: Respond) -> Iterator[WireServer]:
    """Serve on a free port until the block ends."""
    wire = WireServer(say)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            wire.asked.append(body)
            wire.paths.append(self.path)
            wire.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, said = wire.say(body)
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
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
