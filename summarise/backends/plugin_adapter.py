"""A plug-in's backend as the program calls it: what it raises that is none of our errors becomes one of them.

Changes no answer. A plug-in is anybody's code, and a fault of it is told as its own and not as this program's.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from summarise.backends.http.error_responses import one_line
from summarise.data import Backend, CountingBackend, Reply, Request, SizedBackend, WiredBackend, WireRequest
from summarise.errors import ConfigurationError, ServerError, SummariseError

_ADVICE = "update or remove the package"


def plugged(backend: object, *, called: str) -> "PluggedBackend":
    """Return a plug-in's backend as the program calls it; `called` names the plug-in in messages.

    Its id and its sizes are read once. ConfigurationError where they are not what they should be.
    """
    try:
        # What a property raises comes out of `isinstance` already.
        name = backend.id if isinstance(backend, Backend) else None
        sizes = (backend.context_tokens, backend.chunk_tokens) if isinstance(backend, SizedBackend) else None
    except Exception as error:
        raise ConfigurationError(f"{called} does not tell what it is ({type(error).__name__}): {_ADVICE}") from error
    if name is None or not isinstance(backend, Backend):
        raise ConfigurationError(f"{called} gives no backend, with id and complete: {_ADVICE}")
    if not isinstance(name, str) or not name.strip():
        raise ConfigurationError(f"{called} has no id that is a text: {_ADVICE}")
    if sizes is None:
        return PluggedBackend(backend, called=called, name=name)
    if not all(isinstance(size, int) and size > 0 for size in sizes):
        raise ConfigurationError(f"{called} has sizes that are no numbers of tokens: {_ADVICE}")
    return SizedPluggedBackend(backend, called=called, name=name, context_tokens=sizes[0], chunk_tokens=sizes[1])


class PluggedBackend:
    """A backend of a plug-in, `called` so in messages, `name` its id.

    ServerError where the plug-in raises anything but the errors of `summarise.errors`, or answers with no Reply.
    """

    count: Callable[[str], Awaitable[int]]
    on_the_wire: Callable[[Request], WireRequest]

    def __init__(self, backend: Backend, *, called: str, name: str) -> None:
        self._backend = backend
        self._called = called
        self._name = name
        if isinstance(backend, CountingBackend):
            self.count = partial(self._counted, backend)
        self._counts_here = bool(getattr(backend, "counts_here", False))
        self.at_once = getattr(backend, "at_once", None)
        if isinstance(backend, WiredBackend):
            self.on_the_wire = partial(self._told, backend)

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        return self._name

    @property
    def counts_here(self) -> bool:
        """Whether counting sends nothing off this machine, as the plug-in says."""
        return self._counts_here

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that the plug-in says it authenticates with, which must stand nowhere."""
        try:
            told = tuple(getattr(self._backend, "secrets", ()))
        except Exception as error:
            raise self._fault(type(error).__name__) from error
        return tuple(value for value in told if isinstance(value, str) and value)

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        try:
            reply = await self._backend.complete(request)
        except SummariseError:
            raise
        except asyncio.CancelledError as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            raise self._fault("it cancelled itself") from error
        except Exception as error:
            raise self._fault(type(error).__name__) from error
        if not isinstance(reply, Reply):
            raise self._fault(f"it answers with {one_line(type(reply).__name__)}, not with a Reply")
        return reply

    def _told(self, backend: WiredBackend, request: Request) -> WireRequest:
        """Return what would be sent for a request."""
        try:
            sent = backend.on_the_wire(request)
        except Exception as error:
            raise self._fault(type(error).__name__) from error
        if not isinstance(sent, WireRequest):
            raise self._fault("it tells with no WireRequest what it would send")
        return sent

    async def _counted(self, backend: CountingBackend, text: str) -> int:
        """Return how many tokens a text is."""
        try:
            counted = await backend.count(text)
        except SummariseError:
            raise
        except Exception as error:
            raise self._fault(type(error).__name__) from error
        if not isinstance(counted, int) or isinstance(counted, bool) or counted < 0:
            raise self._fault("it counts tokens with no number")
        return counted

    def _fault(self, what: str) -> ServerError:
        return ServerError(f"{self._called} failed ({what})", advice=_ADVICE, provider=self._name.partition(":")[0])


class SizedPluggedBackend(PluggedBackend):
    """One that knows how much it can read."""

    def __init__(self, backend: Backend, *, called: str, name: str, context_tokens: int, chunk_tokens: int) -> None:
        super().__init__(backend, called=called, name=name)
        self._context_tokens = context_tokens
        self._chunk_tokens = chunk_tokens

    @property
    def context_tokens(self) -> int:
        """The size of the context in tokens, prompt and answer together."""
        return self._context_tokens

    @property
    def chunk_tokens(self) -> int:
        """The largest stretch of an article, in tokens, that the model still summarises well."""
        return self._chunk_tokens
