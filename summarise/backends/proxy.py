"""The base class of backends that wrap another backend."""

from summarise.data import Backend, Capabilities, Reply, Request, capabilities_of


class ProxyBackend:
    """A backend that passes requests on to `backend`, with its id and, by default, its capabilities."""

    def __init__(self, backend: Backend, capabilities: Capabilities | None = None) -> None:
        self._backend = backend
        self.capabilities = capabilities or capabilities_of(backend)

    @property
    def id(self) -> str:
        """The id of the wrapped backend."""
        return self._backend.id

    async def complete(self, request: Request) -> Reply:
        """Return the reply to a request."""
        return await self._backend.complete(request)
