"""What a backend promises of what it says of itself: id, sizes, counts of tokens, and what it would send.

What is optional is tried where it is there.
"""

import asyncio
import json

from summarise.backends.budget.token_estimates import least_tokens
from summarise.backends.truncation import FRACTION
from summarise.data import Backend, capabilities_of
from summarise.errors import SummariseError
from summarise.testing.conformance import probes
from summarise.testing.conformance.promises import (
    BackendTests,
    BrokenPromiseError,
    UnprovokedError,
    answer_to,
    called,
    is_count,
    promise,
    require,
    require_no_task,
)


class DeclarationTests(BackendTests):
    """What every backend promises of what it says of itself."""

    @promise
    async def test_it_has_one_id_and_opens_again(self) -> None:
        """The id is one line of text, always the same; it can be closed and opened again, and leaves no task."""
        ids = []
        before = asyncio.all_tasks()
        for _ in range(2):
            async with self.backend.make() as backend:
                require(isinstance(backend, Backend), "an object with id and complete", called(backend))
                ids.append(backend.id)
                await answer_to(backend, probes.plain())
                ids.append(backend.id)
        await require_no_task(before, "a backend that was closed")
        name = ids[0]
        fine = isinstance(name, str) and name.strip() == name != "" and name.isprintable()
        require(fine, "an id that is one line of text", repr(name))
        require(set(ids) == {name}, "one id", ", ".join(repr(other) for other in dict.fromkeys(ids)))

    @promise
    async def test_sizes_are_whole_and_fit(self) -> None:
        """`context_tokens` comes with `chunk_tokens`, which is no larger; `at_once` is a number of calls."""
        async with self.backend.make() as backend:
            can = capabilities_of(backend)
        context, chunk, at_once = can.context_tokens, can.chunk_tokens, can.at_once
        require(at_once is None or is_count(at_once, least=1), "at_once of 1 or more", repr(at_once))
        if context is None and chunk is None:
            raise UnprovokedError("the backend has no sizes")
        if not (is_count(context, least=1) and is_count(chunk, least=1)):
            raise BrokenPromiseError("context_tokens and chunk_tokens, both numbers", f"{context!r} and {chunk!r}")
        require(chunk <= context, "chunk_tokens within context_tokens", f"{chunk} of {context}")

    @promise
    async def test_counts_of_tokens_are_possible(self) -> None:
        """`count` comes with `counts_here`; it returns what a text can come to, and more for a longer one."""
        async with self.backend.make() as backend:
            can = capabilities_of(backend)
            alone = callable(getattr(backend, "count", None)) and can.counts_here is None
            require(not alone, "count with counts_here", "count alone")
            if can.count is None:
                raise UnprovokedError("the backend does not count")
            texts = (probes.SENTENCES[0], " ".join(probes.SENTENCES))
            try:
                counts = [await can.count(text) for text in texts]
            except SummariseError as error:
                raise UnprovokedError(f"this server does not count: {error}") from None
        for text, count in zip(texts, counts, strict=True):
            least = FRACTION * least_tokens(text)
            possible = is_count(count, least=0) and count >= least
            require(possible, f"at least {least:.0f} tokens for {len(text.split())} words", repr(count))
        require(counts[0] < counts[1], "more tokens for a longer text", str(counts))

    @promise
    async def test_what_would_be_sent_is_told_alike_and_without_secrets(self) -> None:
        """`on_the_wire` tells the same each time, another body for another question, and no secret."""
        request, other = probes.structured(), probes.plain()
        async with self.backend.make() as backend:
            can = capabilities_of(backend)
            if can.on_the_wire is None:
                raise UnprovokedError("the backend does not tell what it would send")
            before = json.dumps(request.model_dump())
            first = can.on_the_wire(request)
            require(json.dumps(request.model_dump()) == before, "the request as it was", "a changed one")
            await answer_to(backend, request)
            second = can.on_the_wire(request)
            require(first == second, "the same before and after a call", f"{first}, then {second}")
            require(can.on_the_wire(other) != first, "another body for another question", "the same body")
            try:
                told = json.dumps(first.model_dump())
            except (TypeError, ValueError) as error:
                raise BrokenPromiseError("a body that is JSON", called(error)) from error
            held = [secret for secret in can.secrets() if secret in told]
            require(not held, "no secret in what is told", f"{len(held)} of the backend's secrets")
