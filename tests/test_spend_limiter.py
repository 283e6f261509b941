"""Limits on the calls, tokens and cost of a run: reserved before a call, settled after it."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import Backend, Reply, Request
from summarise.backends.budget import Ceilings, LimitReachedError, MeteredBackend, Price, SpendLimiter
from summarise.backends.http.transport import may_resend
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Budget, Sampling
from summarise.errors import (
    BudgetError,
    ConfigurationError,
    MalformedAnswerError,
    OverloadedError,
    TimedOutError,
)

PRICE = Price(prompt=1.0, cached=0.1, completion=5.0)
CEILINGS = st.builds(
    Ceilings,
    calls=st.none() | st.integers(1, 8),
    tokens=st.none() | st.integers(1, 4000),
    cost=st.none() | st.floats(0.00001, 0.01),
)
# Words of the prompt, `max_tokens`, candidates.
ASKED = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300), st.integers(1, 3)), min_size=1, max_size=10)
PACE = st.lists(st.integers(1, 9), max_size=10)


def request(words: int = 20, written: int = 100, candidates: int = 1, stage: str = "draft") -> Request:
    sampling = Sampling(max_tokens=written)
    return Request(stage=stage, system="", user="frost " * words, sampling=sampling, candidates=candidates)


def limiter(ceilings: Ceilings | None = None, *, calls: int = 100, price: Price | None = PRICE) -> SpendLimiter:
    return SpendLimiter(Budget(calls=calls, prompt_tokens=0, completion_tokens=0), ceilings, price=lambda _: price)


class SlowBackend:
    """Answers each request after one of `pauses` turns of the event loop, with the result of `counts`."""

    def __init__(self, counts: Callable[[Request], Reply | Exception], pauses: list[int] | None = None) -> None:
        self.requests: list[Request] = []
        self.under_way = self.most = 0
        self._counts = counts
        self._pauses = list(pauses or ())

    @property
    def id(self) -> str:
        """The backend's name."""
        return "slow:m"

    async def complete(self, asked: Request) -> Reply:
        """Wait, then return or raise the result of `counts`."""
        self.requests.append(asked)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        for _ in range(self._pauses.pop() if self._pauses else 1):
            await asyncio.sleep(0)
        self.under_way -= 1
        found = self._counts(asked)
        if isinstance(found, Exception):
            raise found
        return found


def share(part: float, of: SpendLimiter) -> Callable[[Request], Reply]:
    """Return a response function that uses this share of the worst case."""

    def respond(asked: Request) -> Reply:
        worst = of.worst(asked, "slow:m")
        read, written = (max(1, int(part * count)) for count in (worst.prompt_tokens, worst.completion_tokens))
        return Reply(text="x", model="m", prompt_tokens=read, completion_tokens=written)

    return respond


async def all_at_once(backend: Backend, requests: list[Request]) -> list[Reply | BaseException]:
    return await asyncio.gather(*map(backend.complete, requests), return_exceptions=True)


@pytest.mark.slow
@settings(max_examples=150)
@given(
    ceilings=CEILINGS,
    asked=ASKED,
    part=st.sampled_from([0.0, 0.3, 1.0]),
    pauses=PACE,
)
def test_calls_at_the_same_time_pass_no_ceiling_together(
    ceilings: Ceilings, asked: list[tuple[int, int, int]], part: float, pauses: list[int]
) -> None:
    """For any requests, any order of answers and any actual usage."""
    mine = limiter(ceilings)
    backend = SlowBackend(share(part, mine), pauses)
    found = asyncio.run(all_at_once(MeteredBackend(backend, mine), [request(*one) for one in asked]))
    answered = [reply for reply in found if isinstance(reply, Reply)]
    assert all(isinstance(one, Reply | LimitReachedError | BudgetError) for one in found)
    assert len(backend.requests) == len(answered) == mine.calls <= (ceilings.calls or 100)
    assert mine.tokens == sum(reply.prompt_tokens + reply.completion_tokens for reply in answered)
    assert mine.tokens <= (ceilings.tokens or 10**9)
    assert mine.cost == pytest.approx(sum(reply.cost or 0.0 for reply in answered))
    assert mine.cost <= (ceilings.cost or 10**9)


async def test_a_call_waits_for_what_others_may_leave() -> None:
    """Two worst cases exceed the limit, so the second call waits for the first, which is cheaper."""
    two = [request(written=400), request(written=400)]
    worst = limiter().worst(two[0], "slow:m").tokens
    mine = limiter(Ceilings(tokens=round(1.5 * worst)))
    backend = SlowBackend(share(0.2, mine))
    found = await all_at_once(MeteredBackend(backend, mine), two)
    assert all(isinstance(one, Reply) for one in found)
    assert backend.most == 1
    assert mine.limit_hit is None


@pytest.mark.parametrize(
    ("ceilings", "message"),
    [
        (Ceilings(tokens=50), r"^max_tokens_total 50 allows not one call, which may take \d+ tokens \(\d+ read, 100 w"),
        (Ceilings(cost=0.0001), r"^max_cost 0\.0001 allows not one call, which may cost \$0\.0005\d \("),
    ],
)
async def test_a_ceiling_that_allows_no_call_is_an_error_and_costs_nothing(ceilings: Ceilings, message: str) -> None:
    """A smaller concurrent call is not sent either."""
    backend = ScriptedBackend([])
    two = [request(), request(words=0, written=1)]
    for error in await all_at_once(MeteredBackend(backend, limiter(ceilings)), two):
        assert isinstance(error, BudgetError)
        assert re.match(message, str(error))
    assert backend.requests == []


async def test_a_ceiling_in_the_middle_is_recorded_with_what_was_left_undone() -> None:
    """The kind, the limit and the skipped calls by stage."""
    mine = limiter(Ceilings(tokens=400))
    paying = MeteredBackend(ScriptedBackend(lambda asked: share(1.0, mine)(asked)), mine)
    await paying.complete(request(written=200))
    for stage in ("repair", "judge", "judge"):
        with pytest.raises(LimitReachedError, match=r"^the budget of tokens is spent$"):
            await paying.complete(request(written=200, stage=stage))
    assert mine.limit_hit is not None
    assert mine.limit_hit.model_dump() == {
        "ceiling": "tokens",
        "limit": 400,
        "skipped_calls": {"judge": 2, "repair": 1},
    }


@pytest.mark.parametrize(
    ("error", "due"),
    [
        (OverloadedError("busy", status=503), 0),
        (ConfigurationError("the key command printed no key"), 0),
        (TimedOutError("no answer"), "the prompt"),
        (asyncio.CancelledError(), "the prompt"),
        (TimedOutError("the answer stalled", status=200), "the worst"),
        (MalformedAnswerError("no JSON"), "the worst"),
    ],
)
async def test_a_call_that_fails_is_settled(error: BaseException, due: str | int) -> None:
    """A refusal costs nothing, a time-out the prompt, an unreadable or broken answer the worst case."""
    mine = limiter()

    class Failing(ScriptedBackend):
        async def complete(self, asked: Request) -> Reply:
            raise error

    with pytest.raises(type(error)):
        await MeteredBackend(Failing([]), mine).complete(request())
    worst = mine.worst(request(), "scripted:scripted")
    assert mine.tokens == {0: 0, "the prompt": worst.prompt_tokens, "the worst": worst.tokens}[due]
    assert mine.calls == 1
    await MeteredBackend(ScriptedBackend(["x"]), mine).complete(request())
    assert mine.calls == 2


@pytest.mark.parametrize(
    ("told", "cost"),
    [
        ({"prompt_tokens": 1000, "completion_tokens": 200}, 0.002),
        ({"prompt_tokens": 1000, "completion_tokens": 200, "cached_tokens": 900}, 0.00119),
        ({"prompt_tokens": 1000, "completion_tokens": 200, "cost": 0.5}, 0.5),
        ({"prompt_tokens": 1000}, None),
        ({"completion_tokens": 200}, None),
    ],
)
async def test_a_reply_carries_its_cost(told: dict[str, float], cost: float | None) -> None:
    """From token counts and prices, unless the server states a cost; unknown if a count is missing."""
    mine = limiter()
    reply = await MeteredBackend(
        ScriptedBackend([Reply.model_validate({"text": "x", "model": "m"} | told)]), mine
    ).complete(request())
    assert reply.cost == (pytest.approx(cost) if cost else None)
    worst = mine.worst(request(), "scripted:scripted")
    read, written = (told.get(count) or getattr(worst, count) for count in ("prompt_tokens", "completion_tokens"))
    assert mine.cost == pytest.approx(cost or (read + 5 * written) / 1e6), "what is not told may have been the worst"


async def test_extract_takes_nothing() -> None:
    """It asks no model: no ceiling applies, and nothing is spent."""

    class Extract(ScriptedBackend):
        @property
        def id(self) -> str:
            return "extract"

    mine = limiter(Ceilings(calls=1, tokens=1, cost=0.000001))
    paying = MeteredBackend(Extract(["x", "x"]), mine)
    assert [(await paying.complete(request())).cost for _ in range(2)] == [0.0, 0.0]
    assert (mine.calls, mine.tokens, mine.cost, mine.limit_hit) == (0, 0, 0.0, None)


class Resending(ScriptedBackend):
    """Sends each request up to `attempts` times; `sent` counts them.

    `ends` are HTTP statuses: 0 for an answer, None for no response.
    """

    def __init__(self, *ends: int | None, attempts: int = 3) -> None:
        super().__init__([])
        self._ends = list(ends)
        self._attempts = attempts
        self.sent = 0

    async def complete(self, asked: Request) -> Reply:
        """Send until an answer, or raise the last status."""
        for attempt in range(1, self._attempts + 1):
            self.sent += 1
            status = self._ends.pop(0) if self._ends else 0
            if status == 0:
                return Reply(text="x", model="m", prompt_tokens=30, completion_tokens=10)
            if attempt == self._attempts or not may_resend(status):
                raise OverloadedError("busy", status=status, attempts=attempt)
        raise AssertionError


@pytest.mark.parametrize(
    ("ends", "allowed", "sent"),
    [((503, 503, 0), 2, 2), ((503,) * 9, 8, 6), ((0, 503, 0), 3, 3)],
)
async def test_a_request_that_is_sent_again_counts_for_the_ceiling_on_calls(
    ends: tuple[int, ...], allowed: int, sent: int
) -> None:
    """Attempts never exceed the limit; the plan's number of calls does not bound them."""
    mine, backend = limiter(Ceilings(calls=allowed), calls=2), Resending(*ends)
    for _ in range(2):
        with suppress(OverloadedError, LimitReachedError):
            await MeteredBackend(backend, mine).complete(request())
    assert backend.sent == sent <= allowed
    assert mine.taken["calls"] == sent
    skipped = mine.limit_hit.skipped_calls if mine.limit_hit else {}
    assert skipped == ({"draft": 2} if sent == 2 else {})


async def test_what_was_lost_before_an_answer_counts_for_the_ceilings_on_tokens_and_cost() -> None:
    """An unanswered prompt counts as read, an interrupted answer as written in full, a refusal as nothing."""
    worst = limiter().worst(request(), "scripted:scripted")
    for ends, lost in (((None, 0), worst.prompt_tokens), ((200, 0), worst.tokens), ((503, 0), 0)):
        mine = limiter()
        await MeteredBackend(Resending(*ends), mine).complete(request())
        assert mine.tokens == lost + 40
        assert mine.cost > 0
    mine = limiter(Ceilings(tokens=worst.tokens + worst.prompt_tokens - 1))
    backend = Resending(None, None, 0)
    with pytest.raises(OverloadedError):
        await MeteredBackend(backend, mine).complete(request())
    assert backend.sent == 1, "the second sending might have passed it"
    assert mine.tokens == worst.prompt_tokens
