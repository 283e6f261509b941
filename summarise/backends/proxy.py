"""The base of backends that wrap another one."""

from summarise.data import Backend, Capabilities, Reply, Request, capabilities_of


class ProxyBackend:
    """A backend with the id of `backend` and, by default, its capabilities, which passes requests on to it."""

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
