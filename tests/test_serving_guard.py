"""The server's guard: host names, rate limits and tokens."""

import asyncio
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs the extra serve: pip install -e '.[serve]'")

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message

from summarise.serving.guard import Guard
from summarise.serving.limits import Limits
from summarise.serving.server import hosts_of

TOKEN = "t" * 32
LIMITS = Limits(requests_per_minute=5, wrong_tokens_per_minute=3)


def guard(app: ASGIApp | None = None, *, named: tuple[str, ...] = ()) -> Guard:
    """Return a guard of an application on 127.0.0.1:1."""
    hosts = hosts_of("127.0.0.1", 1, named)
    return Guard(app or PlainTextResponse("fine"), token=TOKEN, hosts=hosts, limits=LIMITS, paths=frozenset())


def asked(
    before: Guard, token: str = TOKEN, client: str = "127.0.0.1", path: str = "/v1/runs", **named: str
) -> dict[str, Any]:
    """Send one request and return the start of the response."""
    sent: list[Message] = []
    given = {"host": "127.0.0.1:1", "authorization": f"Bearer {token}", **named}
    headers = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": headers, "client": (client, 1)}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(before(scope, receive, send))
    return dict(sent[0]) | {"headers": dict(sent[0]["headers"]), "body": sent[1]["body"]}


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("summaries.example.org", "https://summaries.example.org", 200),
        ("Summaries.Example.ORG", "https://summaries.example.org", 200),
        ("summaries.example.org:1", "http://summaries.example.org:1", 200),
        ("other.example.org:8443", "https://other.example.org:8443", 200),
        ("summaries.example.org:8443", "https://summaries.example.org", 421),
        ("other.example.org", "https://other.example.org", 421),
        ("127.0.0.1", "http://127.0.0.1", 421),
        ("summaries.example.org", "https://elsewhere.example.org", 403),
        ("summaries.example.org", "https://summaries.example.org:8443", 403),
    ],
)
def test_a_proxy_asks_by_a_name_that_was_allowed(host: str, origin: str, status: int) -> None:
    """A name without a port is also allowed with the server's."""
    before = guard(named=("Summaries.example.org", "other.example.org:8443"))
    assert asked(before, host=host, origin=origin)["status"] == status


def test_a_number_of_ipv6_is_asked_in_brackets() -> None:
    """The option takes it with or without brackets and port."""
    expected = {"[2001:db8::1]", "[2001:db8::1]:8765"}
    assert hosts_of("2001:db8::2", 8765, ("2001:DB8::1",)) == {*expected, "[2001:db8::2]:8765"}
    assert hosts_of("2001:db8::2", 8765, ("[2001:db8::1]",)) == {*expected, "[2001:db8::2]:8765"}
    assert "[2001:db8::1]:443" in hosts_of("2001:db8::2", 8765, ("[2001:db8::1]:443",))


def test_too_many_requests_have_to_wait() -> None:
    """The limit is per client address."""
    before = guard()
    assert [asked(before)["status"] for _ in range(6)] == [200] * 5 + [429]
    assert asked(before, client="127.0.0.2")["status"] == 200


def test_wrong_tokens_have_to_wait_and_the_right_one_passes() -> None:
    """Nobody at the owner's address can lock the owner out."""
    before = guard()
    assert [asked(before, "x" * 32)["status"] for _ in range(4)] == [401] * 3 + [429]
    assert asked(before)["status"] == 200
    waiting = asked(before, "x" * 32)
    assert waiting["status"] == 429
    assert int(waiting["headers"][b"retry-after"]) <= 20
    assert asked(before, "x" * 32, client="127.0.0.2")["status"] == 401


def test_requests_without_a_token_do_not_use_up_those_with_it() -> None:
    before = guard()
    assert [asked(before, "", path="/")["status"] for _ in range(6)] == [200] * 5 + [429]
    assert asked(before)["status"] == 200


def test_a_fault_is_a_problem_that_tells_nothing() -> None:
    """An unexpected error reveals only its type and the command's exit code."""

    async def broken(*_: object) -> None:
        raise RuntimeError("the text of an article")

    found = asked(guard(broken))
    assert found["status"] == 500
    assert b'"code":70' in found["body"]
    assert b"RuntimeError" in found["body"]
    assert b"article" not in found["body"]
