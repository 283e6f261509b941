"""A backend whose answers show no secret, however a server came to write one: a proxy that echoes its headers, say.

What a model wrote goes to the terminal, logs, run files, the cache, journals, reports and the page. It is cleared
once, where it comes in, so that offsets and hashes belong to the cleared text everywhere. Errors are cleared where they
are made, before they are shortened.
"""

from collections.abc import Callable, Iterable

from summarise.backends.proxy import ProxyBackend
from summarise.data import Backend, Reply, Request
from summarise.errors import CallError
from summarise.observing.secrets import hidden, to_hide

TEXTS = {"text", "alternatives", "reasoning", "model", "request_id"}


class SecretRemovingBackend(ProxyBackend):
    """A backend with "…" for the `secrets`, and for what it authenticates with, in its replies."""

    def __init__(self, backend: Backend, secrets: Callable[[], Iterable[str]]) -> None:
        super().__init__(backend)
        self._secrets = secrets

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        try:
            return self._cleared(await self._backend.complete(request))
        except CallError as error:
            if isinstance(error.reply, Reply):
                error.reply = self._cleared(error.reply)
            raise

    def _cleared(self, reply: Reply) -> Reply:
        own = {str(place): value for place, value in enumerate(self.capabilities.secrets())}
        cleared = hidden((*self._secrets(), *to_hide(own)), reply.model_dump(include=TEXTS))
        return Reply.model_validate(reply.model_dump() | cleared)
