"""A plug-in's backend as the program calls it: its faults are errors of one line that name it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from summarise.backends.http.error_responses import one_line
from summarise.backends.thought_removal import cleared
from summarise.data import Backend, Capabilities, Reply, Request, WireRequest, capabilities_of
from summarise.data.capabilities import Count, OnTheWire
from summarise.errors import ConfigurationError, ServerError, SummariseError

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
