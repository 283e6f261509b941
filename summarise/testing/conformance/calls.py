"""What a backend promises of its calls: errors, limits of time, being cancelled, and several at once.

What cannot be brought about from here is brought about by the backend's author.
"""

import asyncio
import time

from summarise.errors import SummariseError, TimedOutError
from summarise.testing.conformance import probes
from summarise.testing.conformance.promises import (
    AT_ONCE,
    BackendTests,
    BrokenPromiseError,
    UnprovokedError,
    answer_to,
    called,
    given,
    is_cancelled,
    promise,
    reply_to,
    require,
    require_fit_to_show,
    require_no_task,
)

MOMENTS = (0.0, 0.001, 0.005, 0.02)
"""Seconds after its start at which a call is cancelled."""
UNDER_WAY = 0.05
"""Seconds after which a slow call is under way for certain, and has not ended by its limit of time."""


class CallTests(BackendTests):
    """What every backend promises of its calls."""

    @promise
    async def test_a_refusal_is_told(self) -> None:
        """An answer that the provider withholds is an error of `summarise.errors` or has the finish 'filter'."""
        async with given(self.backend.refusing, "refusing")() as backend:
            for _ in range(2):
                try:
                    reply = await reply_to(backend, probes.plain())
                except SummariseError as error:
                    require_fit_to_show(error, backend)
                else:
                    promised = "an error of summarise.errors, or finish 'filter'"
                    require(reply.finish == "filter", promised, f"finish {reply.finish!r}, text {reply.text[:80]!r}")

    @promise
    async def test_an_error_is_typed_and_does_not_last(self) -> None:
        """A call that fails raises an error of `summarise.errors` in one line; the next one is answered."""
        async with given(self.backend.failing, "failing")() as backend:
            promised = "an error of summarise.errors from the first call"
            try:
                reply = await reply_to(backend, probes.plain())
            except SummariseError as error:
                require_fit_to_show(error, backend)
            else:
                require(False, promised, f"an answer: {reply.text[:80]!r}")
            await answer_to(backend, probes.plain())

    @promise
    async def test_a_time_out_is_a_typed_error(self) -> None:
        """A call that takes too long ends within its limit, with TimedOutError."""
        async with given(self.backend.slow, "slow")() as backend:
            started = time.perf_counter()
            promised = f"TimedOutError within {self.backend.time_limit:g} s"
            try:
                reply = await asyncio.wait_for(reply_to(backend, probes.urgent()), self.backend.time_limit + AT_ONCE)
            except TimedOutError as error:
                require_fit_to_show(error, backend)
            except SummariseError as error:
                raise BrokenPromiseError(promised, called(error)) from error
            except TimeoutError:
                raise BrokenPromiseError(promised, f"no end after {time.perf_counter() - started:.1f} s") from None
            else:
                require(False, promised, f"an answer after {time.perf_counter() - started:.1f} s: {reply.text[:80]!r}")

    @promise
    async def test_a_cancelled_call_ends_at_once_and_leaves_nothing(self) -> None:
        """A cancelled call raises CancelledError at once and leaves no task; the backend answers afterwards."""
        cancelled = 0
        async with self.backend.make() as backend:
            await answer_to(backend, probes.plain())
            before = asyncio.all_tasks()
            for number, moment in enumerate(MOMENTS):
                cancelled += await is_cancelled(backend, probes.plain(f"cancelled call {number}"), after=moment)
            await require_no_task(before, "a cancelled call")
            await answer_to(backend, probes.plain("after the cancelled calls"))
        if self.backend.slow is not None:
            async with self.backend.slow() as backend:
                before = asyncio.all_tasks()
                cancelled += await is_cancelled(backend, probes.urgent(), after=UNDER_WAY)
                await require_no_task(before, "a cancelled call")
        if not cancelled:
            raise UnprovokedError("every call had ended before it could be cancelled: give slow=")

    @promise
    async def test_calls_at_once_get_their_own_answers(self) -> None:
        """Several calls at once are all answered, each with the answer to its own question."""
        async with self.backend.make() as backend:
            replies = await asyncio.gather(*(answer_to(backend, probes.repeating(name)) for name in probes.NAMES))
        told = 0
        for name, reply in zip(probes.NAMES, replies, strict=True):
            others = [other for other in probes.NAMES if other != name and other in reply.text]
            require(not others, f"the answer about {name}", f"one about {', '.join(others)}: {reply.text[:80]!r}")
            told += name in reply.text
        if not told:
            raise UnprovokedError("no answer tells which question it belongs to")
