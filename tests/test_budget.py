"""The budget of a run: prices, ceilings on calls, tokens and cost, and the tokens allowed for reasoning."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from invented import BRIDGE, CABLES, VEHICLES, Named, answer
from pydantic import ValidationError

from summarise import Backend, Reply, Request, Settings, plan, summarise
from summarise.backends.budget import (
    CAP,
    FREE,
    GROWN,
    START,
    Ceilings,
    LimitReachedError,
    MeteredBackend,
    Price,
    ReasoningAllowance,
    SpendLimiter,
    dollars,
    price_of,
    reasoning_allowance,
)
from summarise.backends.http.transport import may_resend
from summarise.data import Budget, Sampling
from summarise.errors import (
    BudgetError,
    CallError,
    ConfigurationError,
    ContextOverflowError,
    MalformedAnswerError,
    OverloadedError,
    TimedOutError,
    TruncationError,
)
from summarise.settings.providers import ModelCard
from summarise.testing import ScriptedBackend

PRICE = Price(prompt=1.0, cached=0.1, completion=5.0)


def request(words: int = 20, written: int = 100, candidates: int = 1, stage: str = "draft") -> Request:
    sampling = Sampling(max_tokens=written)
    return Request(stage=stage, system="", user="frost " * words, sampling=sampling, candidates=candidates)


def limiter(
    ceilings: Ceilings | None = None, *, calls: int = 100, room: ReasoningAllowance | None = None
) -> SpendLimiter:
    budget = Budget(calls=calls, prompt_tokens=0, completion_tokens=0)
    rooms = {} if room is None else dict.fromkeys(("scripted:scripted", "slow:m"), room)
    return SpendLimiter(budget, ceilings, price=lambda _: PRICE, rooms=rooms)


async def all_at_once(backend: Backend, requests: list[Request]) -> list[Reply | BaseException]:
    return await asyncio.gather(*map(backend.complete, requests), return_exceptions=True)


# Prices


@pytest.mark.parametrize(
    ("model", "url"),
    [
        *((model, None) for model in ("extract", "local:smollm2", "ollama:llama3", "lmstudio:any")),
        *(("openai:gpt-5-mini", f"http://{host}:1/v1") for host in ("127.0.0.1", "localhost", "[::1]")),
    ],
)
def test_models_on_this_machine_are_free(model: str, url: str | None) -> None:
    """The local engine, and any server with a loopback address, cost nothing."""
    assert price_of(model, Settings(base_url=url)) == FREE


@pytest.mark.parametrize("model", ["openai:gpt-5-mini", "ollama:llama3"])
def test_the_user_can_replace_price_and_context_separately(model: str) -> None:
    """If only one of the two prices is set, the price of a call is unknown."""
    known, card = price_of(model, Settings()), Settings().card_of(model)
    assert known is not None
    assert known == FREE or 0 < known.cached < known.prompt < known.completion
    assert price_of(model, Settings(models={model: ModelCard(context_tokens=4096)})) == known
    priced = Settings(models={model: ModelCard(input_price=3.0, output_price=4.0)})
    price, own = price_of(model, priced), priced.card_of(model)
    assert price is not None
    assert (price.prompt, price.completion) == (3.0, 4.0)
    assert (own and own.context_tokens) == (card and card.context_tokens)
    assert price_of("ollama:llama3", Settings(models={"ollama:llama3": ModelCard(input_price=3.0)})) is None


@pytest.mark.parametrize("wrong", [-0.1, float("inf"), float("nan")])
def test_a_price_is_not_negative_and_finite(wrong: float) -> None:
    for field in ("input_price", "cached_input_price", "output_price"):
        with pytest.raises(ValidationError):
            ModelCard.model_validate({field: wrong})
    with pytest.raises(ValidationError):
        Reply(text="x", model="x", cost=wrong)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "$0"), (0.00000123, "$0.0000012"), (0.0021, "$0.0021"), (0.099, "$0.099"), (0.5, "$0.50"), (1e3, "$1,000.00")],
)
def test_an_amount_has_two_significant_digits(amount: float, text: str) -> None:
    assert dollars(amount) == text


@pytest.mark.parametrize(
    ("fields", "cost"),
    [
        ({"prompt_tokens": 1000, "completion_tokens": 200}, 0.002),
        ({"prompt_tokens": 1000, "completion_tokens": 200, "cached_tokens": 900}, 0.00119),
        ({"prompt_tokens": 1000, "completion_tokens": 200, "cost": 0.5}, 0.5),
        ({"prompt_tokens": 1000}, None),
        ({"completion_tokens": 200}, None),
    ],
)
async def test_a_reply_contains_its_cost(fields: dict[str, float], cost: float | None) -> None:
    """The cost is the server's, or follows from token counts and prices, or is unknown if a count is missing."""
    limits = limiter()
    backend = ScriptedBackend([Reply.model_validate({"text": "x", "model": "m"} | fields)])
    reply = await MeteredBackend(backend, limits).complete(request())
    assert reply.cost == (pytest.approx(cost) if cost else None)
    worst = limits.worst(request(), "scripted:scripted")
    read, written = (fields.get(count) or getattr(worst, count) for count in ("prompt_tokens", "completion_tokens"))
    assert limits.cost == pytest.approx(cost or (read + 5 * written) / 1e6), "a missing count costs the worst case"


def test_extract_is_free_and_not_limited() -> None:
    summary = summarise(BRIDGE, model="extract", length=2, settings=Settings(entailment="off", max_calls=1))
    assert (summary.run.calls, summary.run.cost, summary.run.limit_hit) == ((), 0.0, None)


# Ceilings


def thinker(tokens: int) -> Callable[[Request], Reply]:
    """Return a model that spends `tokens` on reasoning and 60 on the answer."""

    def respond(asked: Request) -> Reply:
        limit = asked.sampling.max_tokens + asked.reasoning_room
        cut = limit < tokens + 60
        return Reply(
            text="" if cut else answer(CABLES, VEHICLES),
            finish="length" if cut else "stop",
            model="m",
            prompt_tokens=20,
            completion_tokens=limit if cut else tokens + 60,
            reasoning_tokens=min(tokens, limit),
        )

    return respond


class SlowBackend:
    """A backend that answers after some turns of the event loop, given by `pauses`.

    `most` is the maximum number of concurrent calls.
    """

    id = "slow:m"

    def __init__(self, respond: Callable[[Request], Reply], pauses: list[int] | None = None) -> None:
        self.calls = self.most = self._under_way = 0
        self._respond = respond
        self._pauses = list(pauses or ())

    async def complete(self, asked: Request) -> Reply:
        """Wait, then return the reply."""
        self.calls += 1
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        for _ in range(self._pauses.pop() if self._pauses else 1):
            await asyncio.sleep(0)
        self._under_way -= 1
        return self._respond(asked)


@pytest.mark.slow
@examples(max_examples=150)
@given(
    ceilings=st.builds(
        Ceilings,
        calls=st.none() | st.integers(1, 8),
        tokens=st.none() | st.integers(1, 4000) | st.integers(4000, 60_000),
        cost=st.none() | st.floats(0.00001, 0.01) | st.floats(0.01, 0.2),
    ),
    # Words of the prompt, `max_tokens`, candidates.
    asked=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300), st.integers(1, 3)), min_size=1, max_size=10),
    pauses=st.lists(st.integers(1, 9), max_size=10),
    reasoning_tokens=st.integers(0, 6000),
    room=st.sampled_from([None, True, False]),
)
def test_concurrent_calls_do_not_exceed_a_ceiling_together(
    ceilings: Ceilings, asked: list[tuple[int, int, int]], pauses: list[int], reasoning_tokens: int, room: bool | None
) -> None:
    """For any requests, order of answers and usage, with and without tokens for reasoning."""
    allowance = None if room is None else ReasoningAllowance(START["auto"] if room else 0, most=CAP, known=room)
    limits, backend = limiter(ceilings, room=allowance), SlowBackend(thinker(reasoning_tokens), pauses)
    outcomes = asyncio.run(all_at_once(MeteredBackend(backend, limits), [request(*outcome) for outcome in asked]))
    answered = [reply for reply in outcomes if isinstance(reply, Reply)]
    assert all(isinstance(outcome, Reply | LimitReachedError | BudgetError) for outcome in outcomes)
    assert backend.calls == len(answered) + sum(reply.wasted for reply in answered) == limits.calls
    assert limits.calls <= (ceilings.calls or 100)
    assert limits.tokens == sum(reply.prompt_tokens + reply.completion_tokens for reply in answered)
    assert limits.tokens <= (ceilings.tokens or 10**9)
    assert limits.cost == pytest.approx(sum(reply.cost or 0.0 for reply in answered))
    assert limits.cost <= (ceilings.cost or 10**9) + 1e-12


async def test_a_call_waits_for_the_tokens_that_a_running_call_does_not_use() -> None:
    """The worst cases of two calls exceed the ceiling, but the first call turns out to be cheaper."""
    requests = [request(written=400), request(written=400)]
    limits = limiter(Ceilings(tokens=round(1.5 * limiter().worst(requests[0], "slow:m").tokens)))
    backend = SlowBackend(thinker(0))
    outcomes = await all_at_once(MeteredBackend(backend, limits), requests)
    assert all(isinstance(outcome, Reply) for outcome in outcomes)
    assert backend.most == 1
    assert limits.limit_hit is None


@pytest.mark.parametrize(
    ("ceilings", "message"),
    [
        (
            Ceilings(tokens=50),
            r"^max_tokens_total 50 does not allow a single call, which may use \d+ tokens \(\d+ read, 100 w",
        ),
        (Ceilings(cost=0.0001), r"^max_cost 0\.0001 does not allow a single call, which may cost \$0\.0005\d \("),
    ],
)
async def test_a_ceiling_that_allows_no_call_is_an_error_and_costs_nothing(ceilings: Ceilings, message: str) -> None:
    """A concurrent call, which alone would be small enough, is not sent either."""
    backend = ScriptedBackend([])
    requests = [request(), request(words=0, written=1)]
    for error in await all_at_once(MeteredBackend(backend, limiter(ceilings)), requests):
        assert isinstance(error, BudgetError)
        assert re.match(message, str(error))
    assert backend.requests == []


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
async def test_a_failed_call_is_charged(error: BaseException, due: str | int) -> None:
    """An error status costs nothing, a time-out the prompt, an unreadable or broken answer the worst case."""

    def fail(_: Request) -> Reply:
        raise error

    limits = limiter()
    with pytest.raises(type(error)):
        await MeteredBackend(ScriptedBackend(fail), limits).complete(request())
    worst = limits.worst(request(), "scripted:scripted")
    assert limits.tokens == {0: 0, "the prompt": worst.prompt_tokens, "the worst": worst.tokens}[due]
    assert limits.calls == 1


class RetryingBackend(ScriptedBackend):
    """A backend that sends each request up to three times; `sent` counts the attempts.

    `ends` are HTTP statuses: 0 for an answer, None for no response.
    """

    def __init__(self, *ends: int | None) -> None:
        super().__init__([])
        self._ends = list(ends)
        self.sent = 0

    async def complete(self, asked: Request) -> Reply:
        """Send until an answer, or raise the last status."""
        for attempt in (1, 2, 3):
            self.sent += 1
            status = self._ends.pop(0) if self._ends else 0
            if status == 0:
                return Reply(text="x", model="m", prompt_tokens=30, completion_tokens=10)
            if attempt == 3 or not may_resend(status):
                raise OverloadedError("busy", status=status, attempts=attempt)
        raise AssertionError


@pytest.mark.parametrize(("ends", "allowed", "sent"), [((503, 503, 0), 2, 2), ((503,) * 9, 8, 6), ((0, 503, 0), 3, 3)])
async def test_retries_count_towards_the_ceiling_on_calls(ends: tuple[int, ...], allowed: int, sent: int) -> None:
    """Retries do not count towards the planned number of calls. Skipped calls are recorded."""
    limits, backend = limiter(Ceilings(calls=allowed), calls=2), RetryingBackend(*ends)
    for _ in range(2):
        with suppress(OverloadedError, LimitReachedError):
            await MeteredBackend(backend, limits).complete(request())
    assert backend.sent == sent <= allowed
    assert limits.spending["calls"] == sent
    skipped = limits.limit_hit.skipped_calls if limits.limit_hit else {}
    assert skipped == ({"draft": 2} if sent == 2 else {})


async def test_failed_attempts_count_towards_the_ceilings_on_tokens_and_cost() -> None:
    """Without a response the prompt counts, a broken answer counts as the worst case, an error status as nothing."""
    worst = limiter().worst(request(), "scripted:scripted")
    for ends, lost in (((None, 0), worst.prompt_tokens), ((200, 0), worst.tokens), ((503, 0), 0)):
        limits = limiter()
        await MeteredBackend(RetryingBackend(*ends), limits).complete(request())
        assert limits.tokens == lost + 40
        assert limits.cost > 0
    limits = limiter(Ceilings(tokens=worst.tokens + worst.prompt_tokens - 1))
    backend = RetryingBackend(None, None, 0)
    with pytest.raises(OverloadedError):
        await MeteredBackend(backend, limits).complete(request())
    assert backend.sent == 1, "the second sending might have passed it"
    assert limits.tokens == worst.prompt_tokens


# Room for reasoning

ASKED = request(written=400)


def metered(
    respond: Callable[[Request], Any], room: ReasoningAllowance
) -> tuple[MeteredBackend, ScriptedBackend, SpendLimiter]:
    """Return a metered backend, the fake backend that it wraps, and its limiter."""
    backend, limits = ScriptedBackend(respond), limiter(room=room)
    return MeteredBackend(backend, limits), backend, limits


def unknown_model() -> ReasoningAllowance:
    """Return the allowance for a model of which it is not known whether it reasons."""
    return ReasoningAllowance(most=CAP, known=False)


@pytest.mark.parametrize(
    ("name", "level", "start", "most", "known"),
    [
        ("openai:gpt-4o-mini", "high", 0, 0, True),
        ("openai:gpt-5-mini", "auto", START["auto"], CAP, True),
        ("openai:gpt-5-mini", "off", START["off"], CAP, True),
        ("openai:gpt-5.2", "medium", START["medium"], CAP, True),
        ("openai:gpt-5.2", "auto", 0, CAP, False),
        ("openai:unheard-of", "low", START["low"], CAP, False),
        ("local:smollm2-135m-instruct", "auto", 0, 0, True),
        ("local:qwen3-4b", "auto", 0, CAP, False),
        ("scripted:m", "auto", 0, 0, True),
    ],
)
def test_the_allowance_depends_on_model_and_level(name: str, level: Any, start: int, most: int, known: bool) -> None:
    room = reasoning_allowance(Named(name), Settings(reasoning=level))
    assert (room.tokens, room.most, room.known) == (start, most, known)


async def test_one_call_of_a_run_is_repeated_with_a_larger_allowance() -> None:
    """The usage includes both calls, and later calls get the larger allowance. No second call is repeated."""
    paid, backend, limits = metered(thinker(900), unknown_model())
    reply = await paid.complete(ASKED)
    assert (reply.finish, reply.wasted, limits.calls) == ("stop", 1, 2)
    assert (reply.prompt_tokens, reply.completion_tokens, reply.reasoning_tokens) == (40, 400 + 960, 400 + 900)
    assert reply.cost == pytest.approx(limits.cost)
    assert (await paid.complete(ASKED)).wasted == 0
    assert [asked.reasoning_room for asked in backend.requests] == [0, GROWN, GROWN]
    paid, backend, _ = metered(thinker(10**6), unknown_model())
    assert [(await paid.complete(ASKED)).text for _ in range(3)] == ["", "", ""]
    assert len(backend.requests) == 4


async def test_a_model_that_reasons_gets_an_allowance() -> None:
    """Without an allowance, the next answer might be cut off."""
    paid, backend, _ = metered(thinker(100), unknown_model())
    for _ in range(2):
        await paid.complete(ASKED)
    assert [asked.reasoning_room for asked in backend.requests] == [0, START["auto"]]


@pytest.mark.parametrize("rejected", [False, True])
async def test_the_error_of_a_repeated_call_contains_the_usage_of_the_first_call(rejected: bool) -> None:
    """If the server sent a second answer, its usage is added."""
    first = thinker(5000)(ASKED)
    second = thinker(5000)(ASKED.model_copy(update={"reasoning_room": 5060}))
    script = iter([first, TruncationError("half", reply=second) if rejected else TimedOutError("late")])
    paid, _, _ = metered(lambda _: next(script), unknown_model())
    with pytest.raises(CallError) as caught:
        await paid.complete(ASKED)
    assert isinstance(caught.value.reply, Reply)
    assert (caught.value.reply.completion_tokens, caught.value.reply.wasted) == (5460 if rejected else 400, 1)


async def test_the_allowance_is_halved_until_the_request_fits() -> None:
    """Later calls get the smaller allowance, too."""

    def narrow(asked: Request) -> Reply | Exception:
        room = asked.reasoning_room
        return ContextOverflowError("too much") if room > 3000 else thinker(1000)(asked)

    paid, backend, limits = metered(narrow, ReasoningAllowance(START["auto"], most=CAP))
    for _ in range(2):
        assert (await paid.complete(ASKED)).finish == "stop"
    assert [asked.reasoning_room for asked in backend.requests] == [8192, 4096, 2048, 2048]
    assert limits.calls == 2


async def test_prompt_answer_and_reasoning_fit_into_the_context_together() -> None:
    paid, backend, limits = metered(thinker(100), ReasoningAllowance(8192, window=2048))
    await paid.complete(ASKED)
    assert limits.worst(backend.requests[0], "x").tokens == 2048
    assert 0 < backend.requests[0].reasoning_room < 2048


@pytest.mark.parametrize("tokens", [0, 5000])
def test_a_run_stays_within_its_plan(tokens: int) -> None:
    """The plan includes reasoning and a wasted answer."""

    def backend() -> Backend:
        return Named("openai:unheard-of", thinker(tokens))

    planned = plan(BRIDGE, backend=backend(), length=2, settings=Settings())
    assert planned.reasoning_room == CAP
    run = summarise(BRIDGE, backend=backend(), length=2, settings=Settings()).run
    assert len(run.calls) + sum(call.wasted for call in run.calls) <= planned.most.calls
    assert run.prompt_tokens <= planned.most.prompt_tokens
    assert run.completion_tokens <= planned.most.completion_tokens
    assert run.budget is not None
    assert run.budget.calls == planned.most.calls
