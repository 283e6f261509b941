"""A backend around another one, which can do, and tells of itself, whatever the inner one does.

Changes nothing by itself: those that it is the base of change what `complete` does.
"""

from summarise.data import Backend, Capabilities, Reply, Request, capabilities_of


class ProxyBackend:
    """A backend that passes requests on to `backend` and has its id, and its capabilities where none are given."""

    def __init__(self, backend: Backend, capabilities: Capabilities | None = None) -> None:
        self._backend = backend
        self.capabilities = capabilities or capabilities_of(backend)

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        return self._backend.id

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        return await self._backend.complete(request)
