"""Backends of other packages (entry points `summarise.backends`)."""

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
# Characters of an error message.
LONGEST = 200


def points_of(group: str) -> dict[str, EntryPoint]:
    """Return the entry points of a group by name, sorted and not loaded.

    For a duplicate name, the alphabetically first package wins.
    """
    found = sorted(entry_points(group=group), key=lambda point: (point.name, package_of(point)))
    return {point.name: point for point in reversed(found)}


def package_of(point: EntryPoint) -> str:
    """Return the name of an entry point's package."""
    return point.dist.name if point.dist is not None else point.value.partition(":")[0]


def loaded(point: EntryPoint, *, called: str) -> Callable[..., Any]:
    """Load an entry point. Raises ConfigurationError, with a message that begins with `called`, on failure."""
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
    """Wrap a plug-in's backend. Raises ConfigurationError if its id or capabilities are not valid."""
    try:
        # `isinstance` may evaluate a property, which may raise.
        name, can = (backend.id, capabilities_of(backend)) if isinstance(backend, Backend) else (None, None)
    except Exception as error:
        raise ConfigurationError(
            f"{called} cannot report its id and capabilities ({type(error).__name__}): {_ADVICE}"
        ) from error
    if can is None or not isinstance(backend, Backend):
        raise ConfigurationError(f"{called} gives no backend, with id and complete: {_ADVICE}")
    if not isinstance(name, str) or not name.strip():
        raise ConfigurationError(f"{called} has no id that is a text: {_ADVICE}")
    sizes = [size for size in (can.context_tokens, can.chunk_tokens) if size is not None]
    if not all(isinstance(size, int) and size > 0 for size in sizes):
        raise ConfigurationError(f"{called} has sizes that are no numbers of tokens: {_ADVICE}")
    return PluggedBackend(backend, can, called=called, name=name, keep_reasoning=keep_reasoning)


class PluggedBackend:
    """A plug-in's backend, with reasoning removed from replies.

    Unexpected exceptions and results of the plug-in raise ServerError.
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
        """Return the reply to a request."""
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
        """Turn the plug-in's exceptions into ServerError; our own errors pass."""
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


def plugins() -> dict[str, EntryPoint]:
    """Return the plug-ins' entry points by name, sorted and not loaded."""
    return points_of(GROUP)


def opener_of(point: EntryPoint) -> Opener:
    """Load a plug-in. Raises ConfigurationError if that fails or its name is a built-in backend's."""
    called = f"the plug-in {point.name} of {package_of(point)}"
    if point.name in BUILT_IN or point.name in providers():
        raise ConfigurationError(f"{called} has the name of a built-in backend: it is not used, remove the package")
    return loaded(point, called=called)


@asynccontextmanager
async def open_plugin(point: EntryPoint, model: str, settings: Settings) -> AsyncIterator[Backend]:
    """Open a model of a plug-in as a context. Raises ConfigurationError if the plug-in gives no backend."""
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
        # Raise the error of the block, even if the plug-in suppresses it or fails in turn.
        with suppress(BaseException):
            await manager.__aexit__(type(error), error, error.__traceback__)
        raise
    try:
        await manager.__aexit__(None, None, None)
    except Exception as error:
        # The work is done; a failure to close must not lose it.
        warnings.warn(f"{called} does not close ({type(error).__name__})", RuntimeWarning, stacklevel=2)


@contextmanager
def _opening(called: str) -> Iterator[None]:
    try:
        yield
    except SummariseError:
        raise
    except Exception as error:
        why = type(error).__name__
        raise ConfigurationError(f"{called} does not open ({why}): {ADVICE}") from error
