"""Backends of other packages (entry points `summarise.backends`); a fault of one is an error of one line."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from summarise.backends.breaker import ProxyBackend
from summarise.backends.http.responses import one_line
from summarise.backends.replies import cleared
from summarise.data import Backend, Capabilities, Reply, Request, WireRequest, capabilities_of
from summarise.errors import ConfigurationError, ServerError, SummariseError
from summarise.settings.model import Settings
from summarise.settings.providers import NO_SERVER, providers

GROUP = "summarise.backends"
ADVICE = "update or remove the package"

Opener = Callable[[str, Settings], AbstractAsyncContextManager[Backend]]


def plugins() -> dict[str, EntryPoint]:
    """Return the plug-ins' entry points by name, sorted and not loaded.

    For a duplicate name, the alphabetically first package wins.
    """
    found = sorted(entry_points(group=GROUP), key=lambda point: (point.name, package_of(point)))
    return {point.name: point for point in reversed(found)}


def package_of(point: EntryPoint) -> str:
    """Return the name of an entry point's package."""
    return point.dist.name if point.dist is not None else point.value.partition(":")[0]


def _called(point: EntryPoint) -> str:
    return f"the plug-in {point.name} of {package_of(point)}"


def opener_of(point: EntryPoint) -> Opener:
    """Load a plug-in. Raises ConfigurationError if that fails or its name is a built-in backend's."""
    called = _called(point)
    if point.name in NO_SERVER or point.name in providers():
        raise ConfigurationError(f"{called} has the name of a built-in backend: it is not used, remove the package")
    try:
        opener: Any = point.load()
    except Exception as error:
        why = one_line(f"{type(error).__name__}: {error}" if isinstance(error, ImportError) else type(error).__name__)
        raise ConfigurationError(f"{called} does not load ({why}): {ADVICE}") from error
    if not callable(opener):
        raise ConfigurationError(f"{called} is not callable: {ADVICE}")
    return opener  # type: ignore[no-any-return]


@asynccontextmanager
async def open_plugin(point: EntryPoint, model: str, settings: Settings) -> AsyncIterator[Backend]:
    """Open a model of a plug-in as a context. Raises ConfigurationError if the plug-in gives no backend."""
    called, opener = _called(point), opener_of(point)
    with _configuration_errors(f"{called} does not open"):
        manager = opener(model, settings)
        entered = isinstance(manager, AbstractAsyncContextManager)
    if not entered:
        raise ConfigurationError(f"{called} does not return an asynchronous context manager: {ADVICE}")
    with _configuration_errors(f"{called} does not open"):
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
def _configuration_errors(fault: str) -> Iterator[None]:
    try:
        yield
    except SummariseError:
        raise
    except Exception as error:
        raise ConfigurationError(f"{fault} ({type(error).__name__}): {ADVICE}") from error


def plugged(backend: object, *, called: str, keep_reasoning: bool = False) -> "PluggedBackend":
    """Wrap a plug-in's backend. Raises ConfigurationError if its id or capabilities are not valid."""
    with _configuration_errors(f"{called} cannot report its id and capabilities"):
        # `isinstance` may evaluate a property, which may raise.
        if not isinstance(backend, Backend):
            raise ConfigurationError(f"{called} does not return a backend with id and complete: {ADVICE}")
        name: object = backend.id
        declared = capabilities_of(backend)
    if not isinstance(name, str) or not name.strip():
        raise ConfigurationError(f"{called} has an id that is not text: {ADVICE}")
    sizes = [size for size in (declared.context_tokens, declared.chunk_tokens) if size is not None]
    if not all(isinstance(size, int) and size > 0 for size in sizes):
        raise ConfigurationError(f"{called} has sizes that are not numbers of tokens: {ADVICE}")
    return PluggedBackend(backend, declared, called=called, name=name, keep_reasoning=keep_reasoning)


class PluggedBackend(ProxyBackend):
    """A plug-in's backend, with reasoning removed from replies.

    Unexpected exceptions and results of the plug-in raise ServerError.
    """

    def __init__(
        self, backend: Backend, declared: Capabilities, *, called: str, name: str, keep_reasoning: bool
    ) -> None:
        super().__init__(
            backend,
            Capabilities(
                context_tokens=declared.context_tokens,
                chunk_tokens=declared.chunk_tokens,
                at_once=declared.at_once,
                counts_here=declared.counts_here,
                count=declared.count and self._count,
                on_the_wire=declared.on_the_wire and self._on_the_wire,
                secrets=self._secrets,
            ),
        )
        self._declared = declared
        self._called = called
        self._id = name
        self._keep_reasoning = keep_reasoning

    @property
    def id(self) -> str:
        """The id when the plug-in was opened."""
        return self._id

    async def complete(self, request: Request) -> Reply:
        """Return the reply to a request."""
        try:
            with self._faults():
                reply = await self._backend.complete(request)
        except asyncio.CancelledError as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            raise self._fault("it cancelled itself") from error
        if not isinstance(reply, Reply):
            raise self._fault(f"it answers with {one_line(type(reply).__name__)}, not with a Reply")
        return cleared(reply, keep_reasoning=self._keep_reasoning)

    def _on_the_wire(self, request: Request) -> WireRequest:
        assert self._declared.on_the_wire is not None
        with self._faults():
            sent = self._declared.on_the_wire(request)
        if not isinstance(sent, WireRequest):
            raise self._fault("its on_the_wire does not return a WireRequest")
        return sent

    async def _count(self, text: str) -> int:
        assert self._declared.count is not None
        with self._faults():
            tokens = await self._declared.count(text)
        if not isinstance(tokens, int) or isinstance(tokens, bool) or tokens < 0:
            raise self._fault("it counts tokens with no number")
        return tokens

    def _secrets(self) -> tuple[str, ...]:
        with self._faults():
            return tuple(value for value in self._declared.secrets() if isinstance(value, str) and value)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn the plug-in's exceptions into ServerError; our own errors pass."""
        try:
            yield
        except SummariseError:
            raise
        except Exception as error:
            raise self._fault(type(error).__name__) from error

    def _fault(self, what: str) -> ServerError:
        return ServerError(f"{self._called} failed ({what})", advice=ADVICE, provider=self._id.partition(":")[0])
