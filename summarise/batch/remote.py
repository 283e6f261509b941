"""Backends in a worker process: they hand every request to the process of the batch, where the models are open."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from summarise.backends import open_backend
from summarise.backends.budget import NO_MODEL
from summarise.data import Backend, Capabilities, Reply, Request, RetryScheduled, capabilities_of
from summarise.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Described:
    """What a worker has to know of an open backend: its id, its sizes, and whether it counts and remembers."""

    id: str
    sizes: Capabilities
    counts: bool
    remembers: bool


class Line(Protocol):
    """The way to the process of the batch; `verb`, backend and argument as in `frames.ForwardedRequest`."""

    async def ask(self, verb: str, backend: str | None, argument: Any = None) -> Any:
        """Return the answer, and let the event loop go on meanwhile."""
        ...

    def ask_now(self, verb: str, backend: str | None, argument: Any = None) -> Any:
        """Return the answer, and wait for it."""
        ...


class RemoteBackend:
    """A backend that is open in another process: it has the sizes of that one, and counts and remembers as it does."""

    def __init__(self, name: str | None, described: Described, line: Line) -> None:
        self._name = name
        self._line = line
        self.id = described.id
        self.capabilities = described.sizes
        if described.counts:
            self.capabilities = replace(self.capabilities, count=lambda text: line.ask("count", name, text))
        if described.remembers:
            self.capabilities = replace(
                self.capabilities,
                kept=lambda request: line.ask_now("kept", name, request),
                forget=lambda request: line.ask_now("forget", name, request),
            )

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        reply: Reply = await self._line.ask("complete", self._name, request)
        return reply


class RemoteBackends:
    """Opens backends of the other process by name, each once; the one that asks no model is opened here."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._opened: dict[str | None, Backend] = {}

    @asynccontextmanager
    async def opening(
        self, name: str | None, settings: Settings, *, on_retry: Callable[[RetryScheduled], None] = lambda _: None
    ) -> AsyncIterator[Backend]:
        """Yield the backend of that name, as `open_backend` does; it stays open."""
        if name == NO_MODEL:
            async with open_backend(name, settings, on_retry=on_retry) as backend:
                yield backend
            return
        if name not in self._opened:
            self._opened[name] = RemoteBackend(name, await self._line.ask("open", name), self._line)
        yield self._opened[name]


def described(backend: Backend) -> Described:
    """Return what a worker has to know of a backend."""
    can = capabilities_of(backend)
    return Described(
        id=backend.id,
        sizes=Capabilities(
            context_tokens=can.context_tokens,
            chunk_tokens=can.chunk_tokens,
            at_once=can.at_once,
            counts_here=can.counts_here,
        ),
        counts=can.count is not None,
        remembers=can.kept is not None,
    )
