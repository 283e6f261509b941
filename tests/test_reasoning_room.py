"""The tokens allowed for reasoning: known, or found by one call, within ceilings, context and plan."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import BRIDGE, CABLES, VEHICLES, answer

from summarise import Backend, Reply, Request, Settings, plan, summarise
from summarise.backends.budget import (
    CAP,
    GROWN,
    START,
    Ceilings,
    LimitReachedError,
    MeteredBackend,
    Price,
    ReasoningAllowance,
    SpendLimiter,
    reasoning_allowance,
)
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Budget, Sampling, StagePlan
from summarise.errors import BudgetError, CallError, ContextOverflowError, TimedOutError, TruncationError

ASKED = Request(stage="draft", system="", user="frost " * 20, sampling=Sampling(max_tokens=400))
PRICE = Price(prompt=1.0, cached=0.1, completion=5.0)
ANY = Budget(calls=100, prompt_tokens=0, completion_tokens=0)


class Named:
    """A backend of which only the id matters."""

    def __init__(self, name: str) -> None:
        self.id = name

    async def complete(self, request: Request) -> Reply:
        """Fail."""
        raise AssertionError(request)


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


def paying(
    respond: Callable[[Request], Any],
    room: ReasoningAllowance,
    *,
    ceilings: Ceilings | None = None,
    budget: Budget = ANY,
) -> tuple[MeteredBackend, ScriptedBackend, SpendLimiter]:
    """Return a metered backend, the fake backend behind it, and its limiter."""
    backend = ScriptedBackend(respond)
    limiter = SpendLimiter(budget, ceilings, price=lambda _: PRICE, rooms={backend.id: room})
    return MeteredBackend(backend, limiter), backend, limiter


def unknown(window: int | None = None) -> ReasoningAllowance:
    """Return the allowance of an unknown model."""
    return ReasoningAllowance(most=CAP, known=False, window=window)


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
def test_the_room_is_what_is_known_of_the_model(name: str, level: Any, start: int, most: int, known: bool) -> None:
    """It depends on the model table and the reasoning level."""
    room = reasoning_allowance(Named(name), Settings(reasoning=level))
    assert (room.tokens, room.most, room.known) == (start, most, known)


async def test_one_call_of_a_run_is_repeated_with_more_room() -> None:
    """Usage counts both calls, and later calls get the larger room; if that is too little, too, nothing is repeated."""
    asking, backend, limiter = paying(thinker(900), unknown())
    reply = await asking.complete(ASKED)
    assert (reply.finish, reply.wasted, limiter.calls) == ("stop", 1, 2)
    assert (reply.prompt_tokens, reply.completion_tokens, reply.reasoning_tokens) == (40, 400 + 960, 400 + 900)
    assert reply.cost == pytest.approx(limiter.cost)
    assert (await asking.complete(ASKED)).wasted == 0
    assert [request.reasoning_room for request in backend.requests] == [0, GROWN, GROWN]
    asking, backend, _ = paying(thinker(10**6), unknown())
    assert [(await asking.complete(ASKED)).text for _ in range(3)] == ["", "", ""]
    assert len(backend.requests) == 4


async def test_a_model_that_reasons_and_answers_gets_room() -> None:
    """Its next answer might not fit."""
    asking, backend, _ = paying(thinker(100), unknown())
    for _ in range(2):
        await asking.complete(ASKED)
    assert [request.reasoning_room for request in backend.requests] == [0, START["auto"]]


@pytest.mark.parametrize("rejected", [False, True])
async def test_a_failure_of_the_second_call_has_the_usage_of_the_first(rejected: bool) -> None:
    """A rejected answer is paid for, too."""
    first = thinker(5000)(ASKED)
    second = thinker(5000)(ASKED.model_copy(update={"reasoning_room": 5060}))
    script = iter([first, TruncationError("half", reply=second) if rejected else TimedOutError("late")])
    asking, _, _ = paying(lambda _: next(script), unknown())
    with pytest.raises(CallError) as caught:
        await asking.complete(ASKED)
    assert isinstance(caught.value.reply, Reply)
    assert (caught.value.reply.completion_tokens, caught.value.reply.wasted) == (5460 if rejected else 400, 1)


async def test_a_request_that_does_not_fit_is_tried_with_less_room() -> None:
    """The room is halved until the request fits, and stays so."""

    def narrow(asked: Request) -> Reply | Exception:
        room = asked.reasoning_room
        return ContextOverflowError("too much") if room > 3000 else thinker(1000)(asked)

    asking, backend, limiter = paying(narrow, ReasoningAllowance(START["auto"], most=CAP))
    assert (await asking.complete(ASKED)).finish == "stop"
    assert [request.reasoning_room for request in backend.requests] == [8192, 4096, 2048]
    await asking.complete(ASKED)
    assert backend.requests[-1].reasoning_room == 2048
    assert limiter.calls == 2


async def test_a_known_window_bounds_the_room() -> None:
    """Prompt, answer and reasoning fit into the context together."""
    asking, backend, limiter = paying(thinker(100), ReasoningAllowance(8192, window=2048))
    await asking.complete(ASKED)
    room = backend.requests[0].reasoning_room
    assert limiter.worst(backend.requests[0], "x").tokens == 2048
    assert 0 < room < 2048


@settings(max_examples=50)
@given(
    st.integers(0, 6000),
    st.builds(
        Ceilings,
        calls=st.none() | st.integers(1, 4),
        tokens=st.none() | st.integers(600, 60_000),
        cost=st.none() | st.floats(0.001, 0.2),
    ),
    st.booleans(),
)
def test_no_ceiling_is_passed_by_room_or_by_asking_again(tokens: int, ceilings: Ceilings, known: bool) -> None:
    """This holds for calls, tokens and cost."""
    room = ReasoningAllowance(START["auto"], most=CAP) if known else unknown()
    asking, backend, limiter = paying(thinker(tokens), room, ceilings=ceilings)

    async def ask() -> None:
        for _ in range(3):
            try:
                await asking.complete(ASKED)
            except (LimitReachedError, BudgetError):
                return

    asyncio.run(ask())
    assert len(backend.requests) == limiter.calls <= (ceilings.calls or 99)
    assert limiter.tokens <= (ceilings.tokens or 10**9)
    assert limiter.cost <= (ceilings.cost or 10**9) + 1e-12


def test_a_plan_contains_the_room_and_the_call_that_may_be_made_again() -> None:
    budget = Budget(calls=2, prompt_tokens=1000, completion_tokens=800)
    stage = StagePlan(stage="draft", expected=budget, most=budget)
    found = unknown().budgets(stage, candidates=1, first=True)
    assert found.expected == budget
    assert found.most.calls == 3
    assert found.most.completion_tokens == 1200 + 3 * CAP
    assert ReasoningAllowance().budgets(stage, candidates=8, first=True) == stage
    later = unknown().budgets(stage, candidates=2, first=False)
    assert (later.most.calls, later.most.completion_tokens) == (2, 800 + 4 * CAP)


class Thinking(ScriptedBackend):
    """A fake backend with the id of an unknown model of a provider."""

    @property
    def id(self) -> str:
        """An id that is in no table."""
        return "openai:unheard-of"


@pytest.mark.parametrize("tokens", [0, 5000])
def test_a_run_stays_within_its_plan(tokens: int) -> None:
    """Calls and tokens include reasoning and wasted answers."""
    backend: Backend = Thinking(thinker(tokens))
    planned = plan(BRIDGE, backend=backend, length=2, settings=Settings())
    assert planned.reasoning_room == CAP
    run = summarise(BRIDGE, backend=Thinking(thinker(tokens)), length=2, settings=Settings()).run
    assert len(run.calls) + sum(call.wasted for call in run.calls) <= planned.most.calls
    assert run.prompt_tokens <= planned.most.prompt_tokens
    assert run.completion_tokens <= planned.most.completion_tokens
    assert run.budget is not None
    assert run.budget.calls == planned.most.calls
