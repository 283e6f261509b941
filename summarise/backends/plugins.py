"""Backends that other packages bring, by entry points of the group `summarise.backends`.

An entry point is a callable `(model, settings)` under the name that stands before the colon in "NAME:model"; it returns
an asynchronous context manager that yields a Backend. Built-in names cannot be taken over. Nothing is imported before
it is named, but for the list of models.
"""

import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from importlib.metadata import EntryPoint

from summarise.backends.plugin_adapter import plugged
from summarise.data import Backend
from summarise.errors import ConfigurationError, SummariseError
from summarise.settings.entry_points import ADVICE, loaded, package_of, points_of
from summarise.settings.model import Settings
from summarise.settings.providers import NO_SERVER, providers

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
