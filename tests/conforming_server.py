"""A small deterministic model, behind a loopback server for each wire, and as a scripted backend.

To add a wire, add a row to `WIRES`.
"""

import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from keyed_server import Asked, Reaction, Seen, keyed_server
from pydantic import SecretStr
from wire_answers import WRITERS, Answer, Wire, is_formed, limit_of, question_of

from summarise import Backend, Reply, Request, Settings, errors
from summarise.backends import open_backend
from summarise.backends.plugins import plugged
from summarise.data import Alternative, Finish, WireRequest
from summarise.settings.configuration import configure
from summarise.settings.providers import providers
from summarise.testing import ScriptedBackend

KEY = "sk-invented-fedcba9876543210"
TIME_LIMIT = 0.15
STORY = " ".join(f"On day {day} nobody crossed the bridge." for day in range(1, 60))


class Served(NamedTuple):
    """A wire, a preset that speaks it, and the body of a refusal."""

    name: str
    provider: str
    wire: Wire
    withheld: dict[str, Any]
    settings: Mapping[str, Any] = {}


def pieces(text: str) -> list[str]:
    """Split a text into tokens of up to four characters."""
    return re.findall(r"\s*\S{1,4}|\s+", text)


def answered(asked: str, limit: int, *, structured: bool) -> Answer:
    """Return the model's answer to the last message, as JSON if it is `structured`."""
    if "Repeat this sentence" in asked:
        text = asked.partition(": ")[2]
    elif "Write a story" in asked:
        text = STORY
    else:
        text = asked.partition(": ")[2].partition(". ")[0] + "."
    if structured:
        text = json.dumps({"sentences": [text]})
    tokens = pieces(text)
    finish: Finish = "length" if len(tokens) > limit else "stop"
    written, read = min(len(tokens), limit), len(pieces(asked)) + 20
    return Answer("untold", "".join(tokens[:limit]), finish, written, read=read)


_UNSAID = {"output": [{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}], "status": "completed"}
_GUARDED = {"output": {"message": {"content": []}}, "stopReason": "guardrail_intervened"}
_REFUSAL = {"content": [], "stop_reason": "refusal"}
_FILTERED = {"choices": [{"finish_reason": "content_filter", "message": {"content": None, "refusal": "I cannot."}}]}
WIRES = {
    row.name: row
    for row in (
        Served("OpenAI", "openai", "openai", _FILTERED),
        Served("Anthropic", "anthropic", "anthropic", _REFUSAL),
        Served("Ollama", "ollama", "ollama", {"error": "the model refuses", "status": 400}),
        Served("Responses", "openai", "responses", _UNSAID, {"models": {"openai:m": {"wire": "responses"}}}),
        Served("Converse", "bedrock", "converse", _GUARDED),
    )
}


def body_for(wire: Wire, body: dict[str, Any]) -> dict[str, Any]:
    """Return the model's answer to a request."""
    formed = is_formed(body)
    said = answered(question_of(body), limit_of(body), structured=formed)
    tool = formed and said.finish == "stop" and wire in ("anthropic", "converse")
    return WRITERS[wire](replace(said, tool=tool, choices=body.get("n", 1)))


@contextmanager
def conforming_server(wire: Served, situation: str = "well") -> Iterator[Seen]:
    """Serve until the block ends; the situation is "well", "refusing", "failing" (first request only) or "slow"."""
    over = threading.Event()
    asked_before = 0

    def react(asked: Asked) -> Reaction:
        nonlocal asked_before
        asked_before += 1
        status = 200
        body: dict[str, Any]
        if situation == "slow":
            over.wait(5)
        if situation == "refusing":
            body = wire.withheld
        elif situation == "failing" and asked_before == 1:
            status, body = 500, {"error": {"message": f"broken, your key is {KEY}"}}
        else:
            body = body_for(wire.wire, asked.body)
        return Reaction(status, json.dumps(body).encode())

    try:
        with keyed_server(react=react) as seen:
            yield seen
    finally:
        over.set()


def opening(
    wire: Served, situation: str = "well", **settings: Any
) -> Callable[[], AbstractAsyncContextManager[Backend]]:
    """Return a factory of backends, each with its own server."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Backend]:
        row = providers()[wire.provider]
        with conforming_server(wire, situation) as server:
            given: dict[str, Any] = {
                "base_urls": {row.name: server.url_of(row)},
                "api_keys": {row.key_variable: SecretStr(KEY)} if row.key_variable else {},
                "max_attempts": 1,
                "total_timeout": TIME_LIMIT if situation == "slow" else 10,
            }
            async with open_backend(f"{row.name}:m", Settings(**(given | dict(wire.settings) | settings))) as backend:
                yield backend

    return opened


def reply_to(request: Request) -> Reply:
    """Answer like the model behind the servers."""
    said = answered(request.user, request.sampling.max_tokens, structured=request.json_schema is not None)
    return Reply(
        text=said.text,
        finish=said.finish,
        model="m",
        likelihood=-0.4,
        alternatives=tuple(Alternative(text=said.text, likelihood=-0.5) for _ in range(request.candidates - 1)),
        prompt_tokens=said.read,
        completion_tokens=said.written,
    )


def wire_request(**body: Any) -> WireRequest:
    return WireRequest(address="https://models.example/v1", body=body)


def scripted(situation: str, *, plug_in: bool = False) -> Callable[[], AbstractAsyncContextManager[Backend]]:
    """Return a factory of scripted backends, as they are or as a plug-in."""

    def opened() -> AbstractAsyncContextManager[Backend]:
        faults = iter([errors.OverloadedError("the server is busy")] if situation == "failing" else [])
        withheld = Reply(text="", finish="filter", model="m") if situation == "refusing" else None
        backend = ScriptedBackend(lambda request: next(faults, None) or withheld or reply_to(request))
        return nullcontext(plugged(backend, called="the plug-in odd of summarise-odd") if plug_in else backend)

    return opened


def opened(model: str, **settings: Any) -> AbstractAsyncContextManager[Backend]:
    """Open a model with the configured settings, apart from these."""
    return open_backend(model, Settings.model_validate(configure().settings.model_dump() | settings))


@asynccontextmanager
async def cached() -> AsyncIterator[Backend]:
    """Open a model whose answers are cached."""
    with TemporaryDirectory() as folder:
        async with opening(WIRES["OpenAI"], cache=True, cache_dir=folder)() as backend:
            yield backend
