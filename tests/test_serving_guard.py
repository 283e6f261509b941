"""The guard alone: how often somebody may ask, and who has to wait."""

import asyncio
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs the extra serve: pip install -e '.[serve]'")

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message

from summarise.serving.guard import Guard
from summarise.serving.limits import Limits

TOKEN = "t" * 32
LIMITS = Limits(requests_per_minute=5, wrong_tokens_per_minute=3)


def guard(app: ASGIApp | None = None) -> Guard:
    """Return a guard before an application that says fine."""
    host = frozenset({"127.0.0.1:1"})
    return Guard(app or PlainTextResponse("fine"), token=TOKEN, hosts=host, limits=LIMITS, paths=frozenset())


def asked(before: Guard, token: str = TOKEN, client: str = "127.0.0.1") -> dict[str, Any]:
    """Ask once, and return the beginning of the answer."""
    sent: list[Message] = []
    headers = [(b"host", b"127.0.0.1:1"), (b"authorization", f"Bearer {token}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/v1/runs", "raw_path": b"/v1/runs", "query_string": b""}
    scope |= {"headers": headers, "client": (client, 1)}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(before(scope, receive, send))
    return dict(sent[0]) | {"headers": dict(sent[0]["headers"]), "body": sent[1]["body"]}


def test_too_many_requests_have_to_wait() -> None:
    """One address may ask so often in a minute; another one is not kept waiting by it."""
    before = guard()
    assert [asked(before)["status"] for _ in range(6)] == [200] * 5 + [429]
    assert asked(before, client="127.0.0.2")["status"] == 200


def test_who_guesses_tokens_has_to_wait() -> None:
    """After some wrong ones not even the right one is let in from there, so that guessing is slow."""
    before = guard()
    assert [asked(before, "x" * 32)["status"] for _ in range(4)] == [401] * 3 + [429]
    waiting = asked(before)
    assert waiting["status"] == 429
    assert int(waiting["headers"][b"retry-after"]) <= 20
    assert asked(before, client="127.0.0.2")["status"] == 200


def test_a_fault_is_a_problem_that_tells_nothing() -> None:
    """Of an error that is none of ours no more than its kind is told, with the command's code for it."""

    async def broken(*_: object) -> None:
        raise RuntimeError("the text of an article")

    found = asked(guard(broken))
    assert found["status"] == 500
    assert b'"code":70' in found["body"]
    assert b"RuntimeError" in found["body"]
    assert b"article" not in found["body"]
