"""A loopback server that records requests and answers with JSON."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from loopback_server import listening

# status, body
Said = tuple[int, dict[str, Any]]
Respond = Callable[[dict[str, Any]], Said]


@dataclass
class WireServer:
    """A server that answers with `say` and records the bodies, paths and headers of requests."""

    say: Respond
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def wire_server(say: Respond) -> Iterator[WireServer]:
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
            """Disable logging."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    wire.url = f"http://127.0.0.1:{server.server_port}"
    with listening(server):
        yield wire


@contextmanager
def serving(respond: Respond) -> Iterator[str]:
    """Serve OpenAI's wire and yield its base URL."""
    with wire_server(respond) as wire:
        yield f"{wire.url}/v1"
