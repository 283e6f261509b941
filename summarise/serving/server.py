"""Runs the server: builds the ASGI application, opens the socket, and runs uvicorn until a signal."""

import asyncio
import re
import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from summarise.errors import ConfigurationError, UsageError
from summarise.serving.guard import Guard, Limits, Log
from summarise.serving.mcp_tools import mcp_endpoint
from summarise.serving.routes import BodyReader, Routes
from summarise.serving.service import Service

MCP = "/mcp"


def app_of(
    service: Service, limits: Limits, *, token: str, hosts: frozenset[str], log: Log = lambda _: None
) -> ASGIApp:
    """Return the ASGI application of the server."""
    endpoint = mcp_endpoint(service, limits, path=MCP)
    routes = Routes(service, limits).all()

    paths = frozenset(route.path for route in routes if isinstance(route, Route)) | {MCP}
    router = Router(
        [*routes, Route(MCP, BodyReader(endpoint, limits))],
        redirect_slashes=False,
        lifespan=endpoint.router.lifespan_context,
    )
    return Guard(router, token=token, hosts=hosts, limits=limits, paths=paths, log=log)


LOOPBACK = ("127.0.0.1", "localhost", "::1")
FEWEST_CHARACTERS = 24  # minimum length of a token from a file


def new_token() -> str:
    """Return a random token."""
    return secrets.token_urlsafe(32)


def require_token(text: str) -> str:
    """Return the token in the text of a token file. Raises UsageError if it is not valid."""
    token = text.strip()
    if len(token) < FEWEST_CHARACTERS or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(
            f"the token file needs one line of at least {FEWEST_CHARACTERS} printable characters without blanks: "
            "make one with `openssl rand -base64 32`"
        )
    return token


def listening(host: str, port: int) -> socket.socket:
    """Return a listening socket. For port 0, the system picks a free port. Raises ConfigurationError."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(place)
            # Clients can connect from now on; they wait until the server is ready.
            bound.listen(128)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigurationError(
            f"cannot listen on {host} port {port} ({reason}): use another --host or --port"
        ) from None
    return bound


def hosts_of(host: str, port: int, named: tuple[str, ...]) -> frozenset[str]:
    """Return the accepted `Host` headers: `host` (or, for a loopback address, all names of loopback), and `named`.

    A name in `named` without a port is accepted with and without `port`, because a proxy may use the default port.
    """
    own = LOOPBACK if host in LOOPBACK else (host.lower(),)
    hosts = {authority(name, port) for name in own}
    if port in (80, 443):
        hosts |= {_bracketed(name) for name in own}
    for name in map(str.lower, named):
        hosts |= {name} if _has_port(name) else {_bracketed(name), authority(name, port)}
    return frozenset(hosts)


def authority(host: str, port: int) -> str:
    """Return "host:port", or `host` if it already contains a port."""
    return host if _has_port(host) else f"{_bracketed(host)}:{port}"


def _has_port(host: str) -> bool:
    return re.fullmatch(r"(?:\[[^\]]+\]|[^:]+):[0-9]+", host) is not None


def _bracketed(host: str) -> str:
    # Put an IPv6 address into brackets.
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def run(app: ASGIApp, service: Service, bound: socket.socket, limits: Limits) -> None:
    """Serve on the socket `bound` until SIGINT or SIGTERM. A second signal cancels the requests under way.

    The signal handlers are set only after the service has started.
    """
    server = server_of(app, limits)

    async def serve() -> None:
        async with service.running():
            with _signals_end(server):
                await server.serve(sockets=[bound])

    with bound:
        asyncio.run(serve())


def server_of(app: ASGIApp, limits: Limits) -> uvicorn.Server:
    """Return the uvicorn server. Setting `should_exit` to True ends it."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level=60,  # above all levels: requests are never logged
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        h11_max_incomplete_event_size=4 * limits.head_bytes,  # the guard's limit is lower, and gives a reason
        timeout_keep_alive=30,
        timeout_graceful_shutdown=limits.end_seconds,
    )
    return _Server(config)


class _Server(uvicorn.Server):
    """A uvicorn server that does not handle signals, because uvicorn would raise them again at the end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def _signals_end(server: uvicorn.Server) -> Iterator[None]:
    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        server.force_exit = server.should_exit
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
