"""A backend around another one, which can do, and tells of itself, whatever the inner one does.

Changes nothing by itself: those that it is the base of change what `complete` does.
"""

from collections.abc import Callable

from summarise.backends.token_counts import Count
from summarise.data import Backend, Reply, Request, WireRequest

OPTIONAL = tuple(
    "context_tokens chunk_tokens at_once counts_here count on_the_wire sent_now list_models kept forget".split()
)
"""What a backend may have beyond the Protocol: see `SizedBackend`, `CountingBackend`, `WiredBackend`,
`CachingBackend`; `sent_now` is `on_the_wire` without what the server has refused by now, `list_models` tells which
models the server has."""


class ProxyBackend:
    """A backend that passes requests on to `backend` and has its id; of what is optional it has what that one has."""

    context_tokens: int
    chunk_tokens: int
    at_once: int
    counts_here: bool
    count: Count
    on_the_wire: Callable[[Request], WireRequest]
    sent_now: Callable[[Request], WireRequest]

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        # Attributes of the object itself: what `__getattr__` gives is nothing to a Protocol that is asked for.
        for name in OPTIONAL:
            if hasattr(backend, name):
                setattr(self, name, getattr(backend, name))

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        return self._backend.id

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that it authenticates with by now, which must stand nowhere."""
        return tuple(getattr(self._backend, "secrets", ()))

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        return await self._backend.complete(request)
