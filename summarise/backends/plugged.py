"""A plug-in's backend as the program calls it: what it raises that is none of our errors becomes one of them.

Changes no answer. A plug-in is anybody's code, and a fault of it is told as its own and not as this program's.
"""

from summarise.backends.refusals import one_line
from summarise.data import Backend, Reply, Request, SizedBackend
from summarise.errors import ServerError, SummariseError


class PluggedBackend:
    """A backend of a plug-in; `called` names the plug-in in messages.

    ServerError where the plug-in raises anything but the errors of `summarise.errors`, or answers with no Reply.
    """

    def __init__(self, backend: Backend, *, called: str) -> None:
        self._backend = backend
        self._called = called

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        return self._backend.id

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        try:
            reply = await self._backend.complete(request)
        except SummariseError:
            raise
        except Exception as error:
            raise self._fault(type(error).__name__) from error
        if not isinstance(reply, Reply):
            raise self._fault(f"it answers with {one_line(type(reply).__name__)}, not with a Reply")
        return reply

    def _fault(self, what: str) -> ServerError:
        advice = "update or remove the package"
        return ServerError(f"{self._called} failed ({what})", advice=advice, provider=self.id.partition(":")[0])


class SizedPluggedBackend(PluggedBackend):
    """One that knows how much it can read."""

    def __init__(self, backend: SizedBackend, *, called: str) -> None:
        super().__init__(backend, called=called)
        self._sized = backend

    @property
    def context_tokens(self) -> int:
        """The size of the context in tokens, prompt and answer together."""
        return self._sized.context_tokens

    @property
    def chunk_tokens(self) -> int:
        """The largest stretch of an article, in tokens, that the model still summarises well."""
        return self._sized.chunk_tokens
