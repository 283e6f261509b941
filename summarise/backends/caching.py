"""A backend whose answers are kept: what was asked before, in just the same way, is not asked again.

Keeps no error. Of a model that may answer otherwise the next time it keeps only complete and usable answers. What makes
two requests the same is said in docs/replay.md.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from summarise.backends.proxy import ProxyBackend
from summarise.backends.reply_checks import was_cut
from summarise.backends.response_cache import ResponseCache
from summarise.data import Backend, Reply, Request, Sampling, capabilities_of
from summarise.observing.secrets import shown

REQUEST_FORMAT = 1
"""Raised when the program comes to mean something else by a request or an answer of the same words."""


class CachedBackend(ProxyBackend):
    """A backend whose whole answers are looked for in `answers` first, and kept there.

    One that was kept is marked (`Reply.from_cache`), took no time and cost nothing; its counts are those of then. An
    answer that shows one of the `secrets` (values by name) is not kept. Thoughts are given back only where
    `keep_reasoning` says so, and are there only where it did then. Counts of tokens are kept, too.
    """

    def __init__(
        self,
        backend: Backend,
        answers: ResponseCache,
        *,
        secrets: Mapping[str, str] | None = None,
        keep_reasoning: bool = False,
    ) -> None:
        inner = capabilities_of(backend)
        count = inner.count and self._count
        super().__init__(backend, replace(inner, kept=self.kept, forget=self.forget, count=count))
        self._inner = inner
        self._keep_reasoning = keep_reasoning
        self._secrets = secrets or {}
        self._answers = answers

    def kept(self, request: Request) -> Reply | None:
        """Return the answer that is kept for a request, None where there is none."""
        found = self._answers.get(key_of(self._backend, request))
        if found is None:
            return None
        told = {"from_cache": True, "cost": 0.0, "seconds": 0.0}
        return found.model_copy(update=told if self._keep_reasoning else told | {"reasoning": ""})

    def forget(self, request: Request) -> None:
        """Remove an answer of which nothing can be used, unless the model would give the same answer again."""
        if not self._inner.repeats:
            self._answers.drop(key_of(self._backend, request))

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        if (found := self.kept(request)) is not None:
            return found
        reply = await self._backend.complete(request)
        secrets = {**self._secrets, **{f"key {place}": key for place, key in enumerate(self.capabilities.secrets())}}
        kept = may_be_kept(request, reply, repeats=self._inner.repeats)
        if kept and not shown(secrets, reply.model_dump()):
            self._answers.put(key_of(self._backend, request), reply)
        return reply

    async def _count(self, text: str) -> int:
        assert self._inner.count is not None
        key = key_of(self._backend, Request(stage="count", system="", user=text, sampling=Sampling()))
        if (found := self._answers.count(key)) is not None:
            return found
        tokens = await self._inner.count(text)
        self._answers.put_count(key, tokens)
        return tokens


def key_of(backend: Backend, request: Request) -> str:
    """Return the key of a request: the SHA-256 of all that its answer depends on, as JSON.

    The body stands in it as it is written, the order of its fields included: a schema's order is one of writing. The
    room to think does not: a run that finds out how much a model needs shall find the same answers the next time.
    """
    on_the_wire = capabilities_of(backend).on_the_wire
    assert on_the_wire is not None, "nothing is kept of a backend that does not tell what it sends"
    sent = on_the_wire(request.model_copy(update={"reasoning_room": 0}))
    ingredients = {
        "format": REQUEST_FORMAT,
        "backend": backend.id,
        "address": sent.address,
        "body": sent.body,
        "beside": sent.beside,
        "prompt": request.prompt.model_dump() if request.prompt else None,
    }
    return hashlib.sha256(json.dumps(ingredients, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def may_be_kept(request: Request, reply: Reply, *, repeats: bool) -> bool:
    """Return whether an answer may be kept: one to the whole prompt, and complete unless the model `repeats` it.

    Complete are words that the model itself ended, in all alternatives.
    """
    answers = [(reply.text, reply.finish), *((other.text, other.finish) for other in reply.alternatives)]
    complete = all(text.strip() and finish == "stop" for text, finish in answers)
    return (complete or repeats) and not was_cut(request, reply)
