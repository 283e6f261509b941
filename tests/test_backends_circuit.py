"""The circuit breaker, which stops requests to a server that keeps failing."""

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest
from fault_server import Fault, fault_server
from invented import VALLEY, copying

from summarise import Reply, Request, Settings, asummarise
from summarise.backends.breaker import FAILURES, TIME_OUTS, CircuitBreaker
from summarise.backends.http.transport import may_resend, resent_only_if
from summarise.backends.scripted import ScriptedBackend
from summarise.errors import (
    CallError,
    MalformedAnswerError,
    OverloadedError,
    QuotaError,
    RateLimitError,
    RequestRefusedError,
    TimedOutError,
    UnreachableError,
)

ASKED = Request(stage="draft", system="S", user="U")
SILENT = Fault("never answers", cut=0, in_head=True, end="hang")


class Ending:
    """A backend whose calls have these outcomes in order, then answers; `asked` counts the calls."""

    id = "mill:m"

    def __init__(self, *ends: str | CallError) -> None:
        self._ends: Iterator[str | CallError] = iter(ends)
        self.asked = 0

    async def complete(self, request: Request) -> Reply:
        """Return or raise the next outcome."""
        self.asked += 1
        end = next(self._ends, "fine")
        if isinstance(end, CallError):
            raise end
        return Reply(text=end, model="m")


async def outcomes(backend: Ending, calls: int) -> list[str]:
    """Return each call's text, or its error's name and whether it was sent."""
    circuit, found = CircuitBreaker(backend), []
    for _ in range(calls):
        try:
            found.append((await circuit.complete(ASKED)).text)
        except CallError as error:
            found.append(type(error).__name__ + ("" if error.attempts else ", not asked"))
    return found


def times(kind: type[CallError], count: int) -> list[CallError]:
    return [kind("mill is out of order", advice="try again later", provider="mill") for _ in range(count)]


@pytest.mark.parametrize(
    ("ends", "asked"),
    [
        (times(TimedOutError, 9), TIME_OUTS),
        *((times(kind, 9), FAILURES) for kind in (UnreachableError, OverloadedError, RateLimitError)),
        (times(MalformedAnswerError, 9), FAILURES),
        (["one", *times(QuotaError, 9)], 2),
        (times(TimedOutError, 1) + times(RequestRefusedError, 1) + times(TimedOutError, 1), 9),
        ([*times(TimedOutError, 1), "one", *times(OverloadedError, FAILURES - 1), "two", *times(TimedOutError, 1)], 9),
    ],
)
async def test_after_failures_in_a_row_a_server_is_asked_no_more(ends: list[str | CallError], asked: int) -> None:
    """After two time-outs, five other failures or a spent quota in a row; a success or a refusal resets the count."""
    backend = Ending(*ends)
    found = await outcomes(backend, 9)
    assert backend.asked == asked
    assert [one.endswith(", not asked") for one in found] == [False] * asked + [True] * (9 - asked)


async def test_the_error_says_why_nothing_was_asked() -> None:
    """One line gives the last error and what to do."""
    circuit = CircuitBreaker(Ending(*times(TimedOutError, TIME_OUTS)))
    for _ in range(TIME_OUTS):
        with pytest.raises(TimedOutError):
            await circuit.complete(ASKED)
    with pytest.raises(TimedOutError) as caught:
        await circuit.complete(ASKED)
    assert str(caught.value) == "mill:m is not asked again in this run, for mill is out of order: try again later"
    assert (caught.value.provider, caught.value.attempts) == ("mill", 0)


async def test_calls_that_are_under_way_make_no_further_attempt() -> None:
    """Once the breaker is open, no attempt is sent again, and outer limits are not asked."""
    granted: list[int | None] = []

    def outside(status: int | None) -> bool:
        granted.append(status)
        return True

    class Patient(Ending):
        async def complete(self, request: Request) -> Reply:
            before = may_resend(503)
            await asyncio.sleep(0.01)
            return Reply(text=f"{before}, {may_resend(None)}", model="m")

    circuit = CircuitBreaker(Patient())
    with resent_only_if(outside):
        waiting = asyncio.create_task(circuit.complete(ASKED))
        await asyncio.sleep(0)
    circuit._take_in(times(QuotaError, 1)[0])
    assert (await waiting).text == "True, False"
    assert granted == [503]
    assert may_resend(None), "outside of every bound everything is allowed"


async def test_counting_is_asking_too() -> None:
    """Failures to count tokens open the breaker too."""

    class Counting(Ending):
        counts_here = False

        async def count(self, text: str) -> int:
            raise times(TimedOutError, 1)[0]

    circuit = CircuitBreaker(Counting())
    count = circuit.capabilities.count
    assert count is not None
    for _ in range(TIME_OUTS):
        with pytest.raises(TimedOutError):
            await count("text")
    with pytest.raises(TimedOutError, match="is not asked again in this run"):
        await circuit.complete(ASKED)


# in a run


def drafting(ends: Callable[[int], str | CallError | None]) -> ScriptedBackend:
    """Return a backend that copies sentences unless `ends` gives an outcome for the n-th call, from 1."""
    asked = 0

    def respond(request: Request) -> str | CallError:
        nonlocal asked
        asked += 1
        return ends(asked) or copying(request)

    return ScriptedBackend(respond)


SMALL = Settings(chunk_tokens=60, concurrency=1, entailment="off")


async def test_what_was_answered_before_a_quota_was_spent_is_shown() -> None:
    """The record names the failed chunks; no further draft, repair or merge is requested."""
    asked: list[int] = []

    def ends(number: int) -> CallError | None:
        asked.append(number)
        return times(QuotaError, 1)[0] if number > 2 else None

    summary = await asummarise(VALLEY, backend=drafting(ends), length=3, settings=SMALL)
    assert len(asked) == 3
    assert summary.sentences
    missing = [chunk.problem for chunk in summary.run.chunks if chunk.problem]
    assert len(missing) == len(summary.run.chunks) - 2
    assert all("mill is out of order" in problem for problem in missing)


@pytest.mark.slow
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize("at_once", [1, 3])
async def test_a_run_with_a_server_that_hangs_ends(at_once: int) -> None:
    """The requests stay within the limit in docs/reliability.md, however many chunks there are."""
    patience, attempts = 0.2, 2
    settings = SMALL.model_copy(update={"concurrency": at_once, "read_timeout": patience, "max_attempts": attempts})
    async with fault_server(SILENT) as server:
        settings = settings.model_copy(update={"base_url": server.url})
        started = time.perf_counter()
        with pytest.raises(TimedOutError, match="did not answer within"):
            await asummarise(VALLEY * 3, model="openai:invented-1", length=3, settings=settings)
        taken = time.perf_counter() - started
    assert len(server.asked) <= attempts * (at_once + TIME_OUTS - 1)
    assert taken < 30
