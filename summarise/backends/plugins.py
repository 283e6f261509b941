"""Opens plug-ins: backends of other packages, found by entry points."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)
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
    """Return the plug-ins' entry points by name, without loading them.

    If two packages use the same name, the alphabetically first package is used.
    """
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, package_of(point)))
    return {point.name: point for point in reversed(points)}


def package_of(point: EntryPoint) -> str:
    """Return the name of the package that provides an entry point."""
    return point.dist.name if point.dist is not None else point.value.partition(":")[0]


def _description(point: EntryPoint) -> str:
    return f"the plug-in {point.name} of {package_of(point)}"


def opener_of(point: EntryPoint) -> Opener:
    """Load a plug-in and return its opener, the function that opens a model.

    Raises ConfigurationError if loading fails, or the plug-in has the name of a built-in backend.
    """
    called = _description(point)
    if point.name in NO_SERVER or point.name in providers():
        raise ConfigurationError(f"{called} has the name of a built-in backend, so it is not used: remove the package")
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
    """Open a model of a plug-in. Raises ConfigurationError if the plug-in does not load or returns no backend."""
    called, opener = _description(point), opener_of(point)
    with _configuration_errors(f"{called} does not open"):
        manager = opener(model, settings)
        is_manager = isinstance(manager, AbstractAsyncContextManager)
    if not is_manager:
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
        # Only a warning, because an error would lose the results of the block.
        warnings.warn(f"{called} does not close ({type(error).__name__})", RuntimeWarning, stacklevel=2)


@contextmanager
def _converted_errors(error_of: Callable[[str], SummariseError]) -> Iterator[None]:
    try:
        yield
    except SummariseError:
        raise
    except Exception as error:
        raise error_of(type(error).__name__) from error


def _configuration_errors(fault: str) -> AbstractContextManager[None]:
    return _converted_errors(lambda name: ConfigurationError(f"{fault} ({name}): {ADVICE}"))


def plugged(backend: object, *, called: str, keep_reasoning: bool = False) -> "PluggedBackend":
    """Wrap a plug-in's backend. Raises ConfigurationError if its id or capabilities are not valid.

    `called` is the plug-in's name in error messages.
    """
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
        raise ConfigurationError(f"{called} has a context_tokens or chunk_tokens that is not a positive int: {ADVICE}")
    return PluggedBackend(backend, declared, called=called, name=name, keep_reasoning=keep_reasoning)


class PluggedBackend(ProxyBackend):
    """A wrapper of a plug-in's backend that removes reasoning from replies.

    Unexpected exceptions and results of the plug-in become ServerError.
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
        """The backend's id, read once when the plug-in was opened."""
        return self._id

    async def complete(self, request: Request) -> Reply:
        """Return the plug-in's reply without reasoning in its texts."""
        try:
            with _converted_errors(self._fault):
                reply = await self._backend.complete(request)
        except asyncio.CancelledError as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            raise self._fault("it cancelled itself") from error
        if not isinstance(reply, Reply):
            raise self._fault(f"it returns {one_line(type(reply).__name__)}, not a Reply")
        return cleared(reply, keep_reasoning=self._keep_reasoning)

    def _on_the_wire(self, request: Request) -> WireRequest:
        assert self._declared.on_the_wire is not None
        with _converted_errors(self._fault):
            sent = self._declared.on_the_wire(request)
        if not isinstance(sent, WireRequest):
            raise self._fault("its on_the_wire does not return a WireRequest")
        return sent

    async def _count(self, text: str) -> int:
        assert self._declared.count is not None
        with _converted_errors(self._fault):
            tokens = await self._declared.count(text)
        if not isinstance(tokens, int) or isinstance(tokens, bool) or tokens < 0:
            raise self._fault("its count of tokens is not a number")
        return tokens

    def _secrets(self) -> tuple[str, ...]:
        with _converted_errors(self._fault):
            return tuple(value for value in self._declared.secrets() if isinstance(value, str) and value)

    def _fault(self, what: str) -> ServerError:
        return ServerError(f"{self._called} failed ({what})", advice=ADVICE, provider=self._id.partition(":")[0])
