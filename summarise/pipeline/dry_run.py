"""A stand-in for a model, with which a run can be gone through up to what it would ask: it keeps requests, asks nobody.

Does not plan and judges no request: the run's own code makes them, as it would for the model.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from summarise.backends import default_backend, open_backend
from summarise.backends.budget import NO_MODEL
from summarise.backends.extract import ExtractBackend
from summarise.backends.providers import with_placeholders
from summarise.data import Backend, Capabilities, Reply, Request, capabilities_of
from summarise.errors import AuthenticationError, CallError
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings, model_names

MERGE = "merge"


class AnyModel:
    """A backend of which nothing is known, for whoever names no model; there is nobody to ask."""

    @property
    def id(self) -> str:
        """In words, as it stands beside a request."""
        return "any model"

    async def complete(self, request: Request) -> Reply:
        """Raise: who plans for a model that is not named does not ask it."""
        raise CallError(f"there is nobody to ask for a {request.stage}")


@asynccontextmanager
async def open_or_any(
    model: str | None, backend: Backend | None, settings: Settings
) -> AsyncIterator[tuple[Backend, tuple[str, ...]]]:
    """Open who would be asked; where that is `extract`, which reads no prompt, any model, with a remark on it."""
    remarks: tuple[str, ...] = ()
    opening: AbstractAsyncContextManager[Backend]
    named = model or next(iter(model_names(settings.model)), None)
    if backend is not None:
        opening = nullcontext(backend)
    elif (name := (named or default_backend(settings)[0]).strip()) == NO_MODEL:
        size = settings.context_tokens or DEFAULT_CONTEXT_TOKENS
        who = f"{NO_MODEL} reads no prompt" if named else "No model is named"
        remarks = (f"{who}: shown for any model that reads {size:,} tokens; name yours with --model.",)
        opening = nullcontext(AnyModel())
    else:
        opening = open_backend(name, with_placeholders(settings, [name])[0])
    async with opening as ready:
        yield ready, remarks


class RequestCollector:
    """Stands where a backend would, as large as that, and keeps the requests of one stage in place of answering them.

    What comes before that stage is answered with sentences of the article, as `extract` does.
    """

    def __init__(self, backend: Backend, stage: str) -> None:
        self._backend = backend
        self._stage = stage
        self.requests: list[Request] = []
        like = capabilities_of(backend)
        self.capabilities = Capabilities(
            context_tokens=like.context_tokens,
            chunk_tokens=like.chunk_tokens,
            # So that requests are kept in their order.
            at_once=1,
            counts_here=like.counts_here,
            count=like.count,
        )

    @property
    def id(self) -> str:
        """The backend that it stands for, in words."""
        return self._backend.id

    async def complete(self, request: Request) -> Reply:
        """Keep a request of the stage and raise CallError; answer others."""
        if request.stage != self._stage:
            return await ExtractBackend().complete(request)
        self.requests.append(request)
        if request.stage == MERGE:
            # No further round is made after a refused key: what it would be made of, the model would have to say.
            raise AuthenticationError("nobody is asked")
        raise CallError("nobody is asked")
