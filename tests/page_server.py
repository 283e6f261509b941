"""A loopback server for web pages that counts connections."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

from keyed_server import listening

# status, headers, body
Answer = tuple[int, Mapping[str, str], bytes]


@dataclass
class Pages:
    """Responses by path, the requests received, and the number of connections."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def put(self, path: str, body: bytes, media_type: str = "text/html; charset=utf-8", **headers: str) -> str:
        """Add a page and return its address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (200, {"Content-Type": media_type, **named}, body)
        return self.url + path

    def move(self, path: str, location: str, status: int = 302) -> str:
        """Add a redirect and return its address."""
        self.answers[path] = (status, {"Location": location}, b"")
        return self.url + path


@contextmanager
def showing(prepare: Callable[[Pages], Any] = lambda pages: None, *, tls: SSLContext | None = None) -> Iterator[Pages]:
    """Serve pages until the block ends, over TLS if `tls` is given."""
    pages = Pages()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages.requests.append((self.path, dict(self.headers)))
            status, headers, body = pages.answers.get(self.path.partition("?")[0], (404, {}, b"nothing here"))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Disable logging."""

    class Server(ThreadingHTTPServer):
        def process_request(self, request: Any, client_address: Any) -> None:
            pages.connections += 1
            super().process_request(request, client_address)

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Ignore clients that disconnect."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    pages.port = server.server_port
    prepare(pages)
    with listening(server):
        yield pages
