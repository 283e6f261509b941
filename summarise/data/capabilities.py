"""What a backend can do beyond answering, declared as one record; the only place that reads it of an object."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from summarise.data.exchange import Backend, Reply, Request, WireRequest

CHUNK_TOKENS = 16_000
"""The most of an article that a model with a large window is given at once: about 12,000 words. Not measured."""
OF_USERS = ("context_tokens", "chunk_tokens", "at_once", "counts_here", "count", "on_the_wire")
"""What the backend of a user may have attributes for, besides `secrets`."""
Count = Callable[[str], Coroutine[Any, Any, int]]
"""Tells how many tokens a text is, by the model's own tokeniser; raises what calls raise."""
ListModels = Callable[[], Coroutine[Any, Any, Mapping[str, int | None]]]
"""Tells the models of a server by name, each with its context in tokens where that is told; raises what calls raise."""
OnTheWire = Callable[[Request], WireRequest]
"""Tells what is sent for a request, and sends nothing."""


@dataclass(frozen=True)
class Capabilities:
    """What a backend can do and tells of itself; None is what it cannot do, or does not tell.

    `context_tokens` is the size of the context, prompt and answer together, `chunk_tokens` the largest stretch of an
    article that the model still summarises well, `at_once` how many calls make sense at the same time. `counts_here`
    tells that `count` sends nothing off this machine, so that a plan may count, too. `repeats` means that the same
    request gets the same answer, so that asking again changes nothing.

    `on_the_wire` tells what is sent for a request before the server has refused any part of one, `sent_now` what is
    sent by now; neither sends anything. Answers are kept only of a backend that has `on_the_wire`. `list_models` tells
    which models the server has. `kept` gives the answer that is kept for a request, None where there is none, and
    `forget` has it asked for anew. `secrets` are the values that it authenticates with by now, which must stand
    nowhere.
    """

    context_tokens: int | None = None
    chunk_tokens: int | None = None
    at_once: int | None = None
    repeats: bool = False
    counts_here: bool | None = None
    count: Count | None = None
    on_the_wire: OnTheWire | None = None
    sent_now: OnTheWire | None = None
    list_models: ListModels | None = None
    kept: Callable[[Request], Reply | None] | None = None
    forget: Callable[[Request], None] | None = None
    secrets: Callable[[], tuple[str, ...]] = tuple

    def sized(self, context_tokens: int) -> "Capabilities":
        """Return these with a size that is known: half of it is read of an article at once, 16,000 tokens at most."""
        return replace(self, context_tokens=context_tokens, chunk_tokens=min(context_tokens // 2, CHUNK_TOKENS))


def capabilities_of(backend: Backend) -> Capabilities:
    """Return what a backend declares as `capabilities`; of one that declares nothing, what it has attributes for.

    The second is for backends of users: docs/own-backend.md lists the attributes.
    """
    declared = getattr(backend, "capabilities", None)
    if isinstance(declared, Capabilities):
        return declared
    told: dict[str, Any] = {name: getattr(backend, name, None) for name in OF_USERS}
    if told["counts_here"] is None or not callable(told["count"]):
        # Some backend may count its own calls under that name.
        told["count"] = None
    return Capabilities(**told, secrets=lambda: tuple(getattr(backend, "secrets", ())))
