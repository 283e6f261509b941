"""Checks each request before its body is read: size, host, origin, token and rate. Also defines the limits.

Against CSRF, the token is sent in a header that browsers never add by themselves. Against DNS rebinding, the host must
be one of the server's names.
"""

import hmac
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from pydantic import Field
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from summarise.data import Record
from summarise.serving.schemas import PROBLEM, ProblemError, problem_of


class Limits(Record):
    """Limits of the server, in bytes and seconds.

    `writers`: number of processes for jobs that call a model. `workers`: number of processes for other jobs. `waiting`:
    maximum number of queued jobs of each kind. `end_seconds`: time limit for the shutdown. Rates per minute apply to
    each client address.
    """

    body_bytes: int = Field(default=16 * 2**20, ge=1024)
    head_bytes: int = Field(default=16 * 2**10, ge=1024)
    body_seconds: float = Field(default=30.0, gt=0)
    job_seconds: float = Field(default=900.0, gt=0)
    end_seconds: int = Field(default=10, ge=0)
    connections: int = Field(default=256, ge=1)
    workers: int = Field(default=2, ge=1)
    writers: int = Field(default=2, ge=1)
    waiting: int = Field(default=64, ge=0)
    requests_per_minute: int = Field(default=6000, ge=1)
    wrong_tokens_per_minute: int = Field(default=20, ge=1)


KEYS = 1024  # number of keys remembered; the least recently used key is dropped first
MINUTE = 60.0


class Rate:
    """A rate limit for each key: a token bucket that allows bursts of up to `per_minute` events."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        # For each key, the tokens in its bucket, and the time of its last event.
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Return the seconds until the next event of `key` is allowed."""
        return max(0.0, (1.0 - self._tokens(key)) * MINUTE / self._most)

    def count(self, key: str) -> None:
        """Count an event of `key`."""
        self._buckets[key] = (max(0.0, self._tokens(key) - 1.0), self._clock())
        self._buckets.move_to_end(key)
        if len(self._buckets) > KEYS:
            self._buckets.popitem(last=False)

    def _tokens(self, key: str) -> float:
        tokens, then = self._buckets.get(key, (self._most, 0.0))
        return min(self._most, tokens + (self._clock() - then) * self._most / MINUTE)


PUBLIC = ("/", "/openapi.json")  # paths that need no token
UNKNOWN = "unknown path or method: see /openapi.json"
# headers of every response, unless the response sets them
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
Log = Callable[[str], None]


class Guard:
    """The outermost ASGI layer. Refuses requests that fail a check, and turns exceptions into error responses.

    `hosts`: the server's names, with port. `paths`: paths that may be logged. `log` is called with one line for each
    request; the line contains no text from the client.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        token: str,
        hosts: frozenset[str],
        limits: Limits,
        paths: frozenset[str],
        log: Log = lambda _: None,
    ) -> None:
        self._app = app
        self._token = token.encode()
        self._hosts = hosts
        self._origins = {f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts}
        self._limits = limits
        self._paths = paths
        self._log = log
        self._rate = Rate(limits.requests_per_minute)
        self._wrong = Rate(limits.wrong_tokens_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, and pass it to the application."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # WebSockets are not offered; without a reply, the connection is closed.
            return
        status = 0  # of the response; 0 until it begins

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self._require(scope)
            # If the scope has an `app`, the router raises HTTPException instead of replying in plain text.
            scope["app"] = self._app
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            if status:
                # The response has begun, so it cannot be replaced.
                raise ConnectionAbortedError from None
            refused = ProblemError(error.status_code, UNKNOWN) if isinstance(error, HTTPException) else error
            problem = problem_of(refused)
            headers = dict(error.headers or {}) if isinstance(error, HTTPException | ProblemError) else {}
            body = problem.model_dump_json()
            response = Response(body, status_code=problem.status, media_type=PROBLEM, headers=headers)
            await response(scope, receive, send_with_headers)
        finally:
            self._write_log(scope, status)

    def _require(self, scope: Scope) -> None:
        headers, path = Headers(scope=scope), scope["path"]
        if self._head_size(scope) > self._limits.head_bytes:
            raise ProblemError(431, f"the headers have more than {self._limits.head_bytes:,} bytes: send fewer")
        if len(headers.getlist("host")) != 1 or headers["host"].lower() not in self._hosts:
            raise ProblemError(421, "the Host header is not a name of this server: use the address that it printed")
        self._require_own_page(scope["method"], path, headers)
        client = scope["client"][0] if scope.get("client") else ""
        if path not in PUBLIC:
            self._require_token(headers, client)
            # Counted separately, so that requests without a token do not use up the owner's rate.
            client = f"{client} with the token"
        if wait := math.ceil(self._rate.wait(client)):
            raise ProblemError(429, f"too many requests: wait {wait} s", retry_after=str(wait))
        self._rate.count(client)

    def _head_size(self, scope: Scope) -> int:
        sizes = (len(name) + len(value) for name, value in scope["headers"])
        return len(scope["raw_path"]) + len(scope["query_string"]) + sum(sizes)

    def _require_own_page(self, method: str, path: str, headers: Headers) -> None:
        """Raise ProblemError for a request from another web page, unless it follows a link to the server's page."""
        origins = headers.getlist("origin")
        foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
        link = method == "GET" and path == "/" and headers.get("sec-fetch-mode") == "navigate" and not origins
        if any(origin not in self._origins for origin in origins) or (foreign and not link):
            raise ProblemError(403, "another web page may not use this server: open the address that it printed")

    def _require_token(self, headers: Headers, client: str) -> None:
        kind, _, given = headers.get("authorization", "").partition(" ")
        several = len(headers.getlist("authorization")) > 1
        right = hmac.compare_digest(given.strip().encode("latin-1", "replace"), self._token)
        if right and kind.lower() == "bearer" and not several:
            return
        if wait := math.ceil(self._wrong.wait(client)):
            raise ProblemError(429, f"too many wrong tokens: wait {wait} s", retry_after=str(wait))
        if given:
            self._wrong.count(client)
        raise ProblemError(
            401,
            "the token is missing or wrong: send it as Authorization: Bearer TOKEN, or open the printed address",
            www_authenticate="Bearer",
        )

    def _write_log(self, scope: Scope, status: int) -> None:
        path = scope["path"]
        known = path if path in self._paths else "/v1/runs/…" if path.startswith("/v1/runs/") else "…"
        method = scope["method"] if scope["method"] in ("GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT") else "…"
        self._log(f"{method} {known} {status or 'broken off'}")
