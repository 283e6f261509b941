"""The budget of both strategies: planned before the first call, and never exceeded."""

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from invented import BRIDGE, answer
from strategy_runs import (
    BOTH,
    FRUIT,
    INSIDE,
    MUNK,
    OUTSIDE,
    PAIRED,
    REWRITES,
    SHORTER,
    STORES,
    WRONG,
    candidates,
    drafting_plan,
    echo,
    most_of,
    paraphrases_in,
    prompt_of,
    rewrite_plan,
    run,
    task,
)

from summarise import Reply, Request
from summarise.backends.budget import SpendLimiter
from summarise.backends.scripted import ScriptedBackend
from summarise.backends.tokens import prompt_tokens
from summarise.checks.verification import Verifier
from summarise.data import Budget, Strategy
from summarise.errors import AnswerError, OverloadedError
from summarise.prompting.prompt import Prompt, load
from summarise.writing.draft import ATTEMPTS
from summarise.writing.repair import RunRepair
from summarise.writing.rewrite import SHORTEN

SAID = st.sampled_from(
    [MUNK, OUTSIDE, STORES, INSIDE, SHORTER, WRONG, "", "No.", "Ostrel.", "I cannot help with that.", "{"]
)
ANSWERS = st.lists(st.lists(SAID, min_size=1, max_size=4), min_size=1, max_size=4)


@pytest.mark.slow
@pytest.mark.parametrize("strategy", BOTH)
@hypothesis_settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@example(said=[[WRONG]], most=None, failing=0)
@example(said=[["No."]], most=3, failing=2)
@example(said=[[WRONG, MUNK]], most=1, failing=0)
@given(said=ANSWERS, most=st.sampled_from([None, 1, 2, 3]), failing=st.integers(0, 3))
def test_no_answer_makes_a_run_ask_more_than_its_budget(
    strategy: Strategy, said: list[list[str]], most: int | None, failing: int
) -> None:
    def respond(request: Request) -> Reply | Exception:
        number = len(backend.requests)
        if failing and number % failing == 0:
            return OverloadedError("busy")
        texts = said[number % len(said)]
        if request.stage == "draft":
            return Reply(text=answer(*texts), model="m")
        return candidates(*((text, None) for text in texts))

    backend = ScriptedBackend(respond)
    try:
        summary = run(PAIRED, backend, strategy, settings={"max_calls": most})
    except (AnswerError, OverloadedError):
        assert len(backend.requests) <= (most or 99)
        return
    budget = summary.run.budget
    assert budget is not None
    assert len(backend.requests) <= budget.calls <= (most or 99)
    assert len(summary.run.calls) == len(backend.requests)


@pytest.mark.parametrize(("text", "sentences"), [(BRIDGE, 6), (FRUIT, 1)])
def test_a_plan_knows_its_budget_before_the_first_call(text: str, sentences: int) -> None:
    """The budget is the maximum that the plan's requests can read and write."""
    backend = ScriptedBackend([])
    plan = rewrite_plan(text, backend, sentences=sentences)
    requests = [asked.request for asked in plan.asked]
    assert most_of(plan).calls == len(requests) > 0
    assert most_of(plan).prompt_tokens == sum(prompt_tokens(request) for request in requests)
    assert most_of(plan).completion_tokens == sum(r.candidates * r.sampling.max_tokens for r in requests)
    drafting = drafting_plan(text, backend, sentences=sentences)
    assert most_of(drafting).calls == ATTEMPTS * len(drafting.chunks) > 0
    assert backend.requests == []


@pytest.mark.slow
@pytest.mark.parametrize("strategy", BOTH)
@pytest.mark.parametrize("most", [None, 1])
def test_what_is_asked_stays_within_the_tokens_of_the_budget(strategy: Strategy, most: int | None) -> None:
    """Tokens of prompts and of possible answers are upper estimates."""
    backend = ScriptedBackend(lambda r: answer(WRONG) if r.stage == "draft" else WRONG)
    budget = run(PAIRED, backend, strategy, settings={"max_calls": most}).run.budget
    assert budget is not None
    asked = backend.requests
    assert sum(prompt_tokens(request) for request in asked) <= budget.prompt_tokens
    assert sum(request.candidates * request.sampling.max_tokens for request in asked) <= budget.completion_tokens


def test_the_examples_of_a_draft_prompt_are_part_of_its_budget() -> None:
    def taught(stage: str) -> Prompt:
        return prompt_of(stage).model_copy(update={"examples": load(SHORTEN, "v1").examples})

    prompts = (prompt_of, taught)
    without, with_them = (most_of(drafting_plan(BRIDGE, ScriptedBackend([]), one)) for one in prompts)
    assert with_them.prompt_tokens > without.prompt_tokens


def test_a_model_that_judges_what_it_wrote_is_asked_no_oftener_in_all() -> None:
    """`max_calls` limits drafts and judgements together."""
    backend = ScriptedBackend(lambda request: answer(SHORTER) if request.stage == "draft" else "{}")
    run(FRUIT, backend, "direct", judge=backend, settings={"max_calls": 1})
    assert len(backend.requests) == 1


def test_with_fewer_calls_the_most_telling_sources_are_asked_for() -> None:
    """The requests are the first of the plan, in order."""
    whole = [(asked.source.sentence,) for asked in rewrite_plan(FRUIT, ScriptedBackend([])).asked]
    summary = run(FRUIT, ScriptedBackend(echo), REWRITES, length=3, settings={"max_calls": 2})
    assert [call.rewritten for call in summary.run.calls] == whole[:2]


async def test_repair_stays_within_its_stage() -> None:
    """Repair makes only its planned calls, even if the limiter allows more."""
    backend = ScriptedBackend(lambda _: WRONG)
    wanted = task(FRUIT, backend, sentences=2)
    run_repair = RunRepair(wanted, paraphrases_in(FRUIT), prompt_of, asks=True)
    ask = run_repair.tools(SpendLimiter(Budget(calls=100, prompt_tokens=0, completion_tokens=0))).ask
    assert ask is not None
    (said,) = Verifier(wanted.verifier.index).verify(WRONG, origin="model", first=0)
    answers = [await ask(said.sentence, turn % 2) for turn in range(9)]
    assert run_repair.stage.most.calls == 4
    assert [answer is None for answer in answers] == [False] * 4 + [True] * 5
    assert len(backend.requests) == 4
