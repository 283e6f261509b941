"""A loopback server that speaks every wire and records requests with their headers."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from wire_answers import WRITERS, Answer, Wire

from summarise.settings.providers import Provider, providers


class Asked(NamedTuple):
    """A received request."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Reaction(NamedTuple):
    """A response; a `body` of None closes the connection."""

    status: int = 200
    body: bytes | None = b"{}"
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, status: int, body: Any) -> "Reaction":
        """Return a response with a JSON body."""
        return cls(status, json.dumps(body).encode())


class Seen:
    """The server's address and the requests received so far."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.requests: list[Asked] = []

    def url_of(self, provider: Provider | str) -> str:
        """Return the provider's base URL on this server, with its placeholders filled in."""
        provider = providers()[provider] if isinstance(provider, str) else provider
        path = urlsplit(provider.base_url).path
        for word in provider.blanks:
            path = path.replace(word, f"my-{word.lower()}")
        return self.root + path


ENDINGS: dict[str, Wire] = {
    "/messages": "anthropic",
    "/api/chat": "ollama",
    "/converse": "converse",
    "/responses": "responses",
}


def whole(path: str, text: str) -> dict[str, Any]:
    """Return a response with that text, without usage, in the format of the wire that the path belongs to."""
    wire = next((wire for end, wire in ENDINGS.items() if path.endswith(end)), "openai")
    body = WRITERS[wire](Answer("untold", text, "stop", 0))
    return {name: value for name, value in body.items() if name not in ("usage", "prompt_eval_count", "eval_count")}


@contextmanager
def listening(server: HTTPServer) -> Iterator[None]:
    """Answer requests in a thread until the block ends."""
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def keyed_server(
    *, text: str = "{}", react: Callable[[Asked], Reaction | None] = lambda _: None, tls: ssl.SSLContext | None = None
) -> Iterator[Seen]:
    """Serve until the block ends, over https with `tls`; `react` may replace the default response."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer({})

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def answer(self, body: dict[str, Any]) -> None:
            asked = Asked(self.path, dict(self.headers.items()), body)
            seen.requests.append(asked)
            reaction = react(asked) or Reaction(body=json.dumps(whole(self.path, text)).encode())
            if reaction.body is None:
                self.close_connection = True
                return
            self.send_response(reaction.status)
            usual = {"Content-Type": "application/json", "Content-Length": str(len(reaction.body))}
            for name, value in (usual | dict(reaction.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # the client may have disconnected
                self.wfile.write(b"" if self.command == "HEAD" else reaction.body)

        def log_message(self, *arguments: Any) -> None:
            """Disable logging."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    seen = Seen(f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}")
    with listening(server):
        yield seen


@contextmanager
def serving(respond: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]) -> Iterator[str]:
    """Serve OpenAI's wire and yield its base URL; `respond` returns the status and body for a request's body."""
    with keyed_server(react=lambda asked: Reaction.of(*respond(asked.body))) as seen:
        yield f"{seen.root}/v1"
