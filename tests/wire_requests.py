"""Requests on every wire to a loopback server that answers as each test says."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from keyed_server import Asked, Reaction, Seen, keyed_server

from summarise import Reply, Request, Settings
from summarise.backends import open_backend
from summarise.data import Example, Sampling, WireRequest, capabilities_of
from summarise.errors import CallError, name_of

__all__ = ["BARE", "FORMED", "MODELS", "SEVERAL", "TAUGHT", "Server", "name_of"]

# A model for each wire.
MODELS: Mapping[str, str] = {
    "openai": "vllm:m",
    "responses": "vllm:m",
    "anthropic": "anthropic:m",
    "converse": "bedrock:m",
    "ollama": "ollama:m",
}
SCHEMA = {"type": "object", "properties": {"sentence": {"type": "string"}}, "required": ["sentence"]}
BARE = Request(stage="draft", system="S", user="U", sampling=Sampling(temperature=0.5, seed=3, max_tokens=90))
TAUGHT = BARE.model_copy(update={"examples": (Example(user="Q", assistant="A"),)})
FORMED = BARE.model_copy(update={"json_schema": SCHEMA})
SEVERAL = BARE.model_copy(update={"candidates": 3})


class Server:
    """A server for one wire after the other; it answers "fine" unless `respond` returns a status and a body."""

    def __init__(self) -> None:
        self.seen = Seen("")
        self.respond: Callable[[dict[str, Any]], tuple[int, Any] | None] = lambda _: None

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The bodies of all requests."""
        return [asked.body for asked in self.seen.requests]

    def react(self, asked: Asked) -> Reaction | None:
        """Answer a request."""
        answer = self.respond(asked.body)
        return None if answer is None else Reaction.of(*answer)

    def refuse(self, words: str, *, times: int | None = None, status: int = 400) -> None:
        """Refuse the next requests, by default all."""
        last = None if times is None else len(self.bodies) + times
        self.respond = lambda _: (
            (status, {"error": {"message": words}}) if last is None or len(self.bodies) <= last else None
        )

    @contextmanager
    def running(self) -> Iterator["Server"]:
        """Serve until the block ends."""
        with keyed_server(text="fine", react=self.react) as self.seen:
            yield self

    async def replies(self, kind: str, *requests: Request, **options: Any) -> list[Reply]:
        """Return the replies of the wire `kind` to requests in turn."""
        return (await self.exchanges(kind, *requests, **options))[0]

    async def error(self, kind: str, request: Request, **options: Any) -> CallError:
        """Return the error of one call."""
        with pytest.raises(CallError) as caught:
            await self.exchanges(kind, request, **options)
        return caught.value

    async def exchanges(
        self,
        kind: str,
        *requests: Request,
        reasoning: tuple[Any, ...] = ("auto", None, "no"),
        extra: Mapping[str, Any] | None = None,
        at_once: bool = False,
        **settings: Any,
    ) -> tuple[list[Reply], tuple[WireRequest, WireRequest], tuple[WireRequest, WireRequest]]:
        """Return replies, and what the first request looks like before and after: at first, and by now.

        `reasoning` is the level, the dialect and the traits of the model; by default it does not reason.
        """
        name = MODELS[kind]
        level, dialect, thinks = (*reasoning, None)[:3]
        card = {"reasoning": dialect, "thinks": thinks, "wire": "responses" if kind == "responses" else None}
        given = {"base_urls": {name.partition(":")[0]: self.seen.root}, "max_attempts": 1, "read_timeout": 5}
        given |= {"reasoning": level, "models": {name: card}, "extra_body": {name: extra or {}}, **settings}
        async with open_backend(name, Settings.model_validate(given)) as backend:
            can = capabilities_of(backend)
            assert can.on_the_wire is not None
            assert can.sent_now is not None
            before = can.on_the_wire(requests[0]), can.sent_now(requests[0])
            calls = [backend.complete(request) for request in requests]
            replies = await asyncio.gather(*calls) if at_once else [await call for call in calls]
            return replies, before, (can.on_the_wire(requests[0]), can.sent_now(requests[0]))
