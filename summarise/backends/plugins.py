"""Backends of other packages (entry points `summarise.backends`); a fault in one is an error of one line."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from summarise.backends.http.error_responses import one_line
from summarise.backends.replies import cleared
from summarise.data import Backend, Capabilities, Reply, Request, WireRequest, capabilities_of
from summarise.data.exchange import Count, OnTheWire
from summarise.errors import ConfigurationError, ServerError, SummariseError
from summarise.settings.model import Settings
from summarise.settings.providers import NO_SERVER, providers

ADVICE = "update or remove the package"
LONGEST = 200
"""Characters of an error that are told."""


def points_of(group: str) -> dict[str, EntryPoint]:
    """Return the entry points of a group by their names, in order; none of them is loaded.

    Of several packages with one name the first by its own name counts.
    """
    found = sorted(entry_points(group=group), key=lambda point: (point.name, package_of(point)))
    return {point.name: point for point in reversed(found)}


def package_of(point: EntryPoint) -> str:
    """Return the name of the package that brings an entry point."""
    return point.dist.name if point.dist is not None else point.value.partition(":")[0]


def loaded(point: EntryPoint, *, called: str) -> Callable[..., Any]:
    """Load what an entry point names; ConfigurationError, in one line that begins with `called`, where that fails."""
    try:
        found: Any = point.load()
    except Exception as error:
        why = _line(f"{type(error).__name__}: {error}" if isinstance(error, ImportError) else type(error).__name__)
        raise ConfigurationError(f"{called} does not load ({why}): {ADVICE}") from error
    if not callable(found):
        raise ConfigurationError(f"{called} is nothing that can be called: {ADVICE}")
    return found  # type: ignore[no-any-return]


def _line(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


_ADVICE = "update or remove the package"


def plugged(backend: object, *, called: str, keep_reasoning: bool = False) -> "PluggedBackend":
    """Return a plug-in's backend as the program calls it; `called` names the plug-in in messages.

    Its id and its capabilities are read once. ConfigurationError where they are not what they should be.
    """
    try:
        # What a property raises comes out of `isinstance` already.
        name, can = (backend.id, capabilities_of(backend)) if isinstance(backend, Backend) else (None, None)
    except Exception as error:
        raise ConfigurationError(f"{called} does not tell what it is ({type(error).__name__}): {_ADVICE}") from error
    if can is None or not isinstance(backend, Backend):
        raise ConfigurationError(f"{called} gives no backend, with id and complete: {_ADVICE}")
    if not isinstance(name, str) or not name.strip():
        raise ConfigurationError(f"{called} has no id that is a text: {_ADVICE}")
    sizes = [size for size in (can.context_tokens, can.chunk_tokens) if size is not None]
    if not all(isinstance(size, int) and size > 0 for size in sizes):
        raise ConfigurationError(f"{called} has sizes that are no numbers of tokens: {_ADVICE}")
    return PluggedBackend(backend, can, called=called, name=name, keep_reasoning=keep_reasoning)


class PluggedBackend:
    """A backend of a plug-in: `called` in messages, `name` its id, `told` its capabilities. Replies hold no thoughts.

    ServerError where the plug-in raises anything but the errors of `summarise.errors`, or answers with no Reply.
    """

    def __init__(self, backend: Backend, told: Capabilities, *, called: str, name: str, keep_reasoning: bool) -> None:
        self._backend = backend
        self._called = called
        self._keep_reasoning = keep_reasoning
        self.id = name
        self.capabilities = Capabilities(
            context_tokens=told.context_tokens,
            chunk_tokens=told.chunk_tokens,
            at_once=told.at_once,
            counts_here=told.counts_here,
            count=told.count and self._counting(told.count),
            on_the_wire=told.on_the_wire and self._telling(told.on_the_wire),
            secrets=self._telling_secrets(told.secrets),
        )

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        try:
            with self._answering():
                reply = await self._backend.complete(request)
        except asyncio.CancelledError as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            raise self._fault("it cancelled itself") from error
        if not isinstance(reply, Reply):
            raise self._fault(f"it answers with {one_line(type(reply).__name__)}, not with a Reply")
        return cleared(reply, keep_reasoning=self._keep_reasoning)

    def _telling(self, on_the_wire: OnTheWire) -> OnTheWire:
        def told(request: Request) -> WireRequest:
            with self._answering():
                sent = on_the_wire(request)
            if not isinstance(sent, WireRequest):
                raise self._fault("it tells with no WireRequest what it would send")
            return sent

        return told

    def _counting(self, count: Count) -> Count:
        async def counted(text: str) -> int:
            with self._answering():
                tokens = await count(text)
            if not isinstance(tokens, int) or isinstance(tokens, bool) or tokens < 0:
                raise self._fault("it counts tokens with no number")
            return tokens

        return counted

    def _telling_secrets(self, secrets: Callable[[], tuple[str, ...]]) -> Callable[[], tuple[str, ...]]:
        def told() -> tuple[str, ...]:
            with self._answering():
                return tuple(value for value in secrets() if isinstance(value, str) and value)

        return told

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Tell what a plug-in raises as its fault; our own errors pass."""
        try:
            yield
        except SummariseError:
            raise
        except Exception as error:
            raise self._fault(type(error).__name__) from error

    def _fault(self, what: str) -> ServerError:
        return ServerError(f"{self._called} failed ({what})", advice=_ADVICE, provider=self.id.partition(":")[0])


GROUP = "summarise.backends"
BUILT_IN = frozenset(NO_SERVER)

Opener = Callable[[str, Settings], AbstractAsyncContextManager[Backend]]
"""What an entry point is."""


def plugins() -> dict[str, EntryPoint]:
    """Return the entry points of other packages by their names, in order; none of them is loaded."""
    return points_of(GROUP)


def opener_of(point: EntryPoint) -> Opener:
    """Load a plug-in; ConfigurationError, in one line that names its package, where that fails or is not allowed."""
    called = f"the plug-in {point.name} of {package_of(point)}"
    if point.name in BUILT_IN or point.name in providers():
        raise ConfigurationError(f"{called} has the name of a built-in backend: it is not used, remove the package")
    return loaded(point, called=called)


@asynccontextmanager
async def open_plugin(point: EntryPoint, model: str, settings: Settings) -> AsyncIterator[Backend]:
    """Open a model of a plug-in and close it at the end; ConfigurationError where it gives no backend."""
    called = f"the plug-in {point.name} of {package_of(point)}"
    opener = opener_of(point)
    with _opening(called):
        manager = opener(model, settings)
        entered = isinstance(manager, AbstractAsyncContextManager)
    if not entered:
        raise ConfigurationError(f"{called} gives no asynchronous context manager: {ADVICE}")
    with _opening(called):
        backend = await manager.__aenter__()
    try:
        yield plugged(backend, called=called, keep_reasoning=settings.keep_reasoning)
    except BaseException as error:
        # What went wrong in the block is told, whatever the plug-in makes of it.
        with suppress(BaseException):
            await manager.__aexit__(type(error), error, error.__traceback__)
        raise
    try:
        await manager.__aexit__(None, None, None)
    except Exception as error:
        # The work is done, and is not lost for this.
        warnings.warn(f"{called} does not close ({type(error).__name__})", RuntimeWarning, stacklevel=2)


@contextmanager
def _opening(called: str) -> Iterator[None]:
    """Tell what goes wrong in opening a plug-in as its own fault; our own errors pass."""
    try:
        yield
    except SummariseError:
        raise
    except Exception as error:
        why = type(error).__name__
        raise ConfigurationError(f"{called} does not open ({why}): {ADVICE}") from error
