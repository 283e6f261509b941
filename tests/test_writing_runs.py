"""Runs of models that draft and of models that rewrite: budget, failures, repeatability."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from invented import BRIDGE, answer, copying, saying
from writing_runs import (
    BOTH,
    CUT,
    FRUIT,
    MUNK,
    PAIRED,
    REWORDED,
    SHORTER,
    STORES,
    WRONG,
    drafting_plan,
    echo,
    most_of,
    prompt_of,
    record,
    rewrite_plan,
    run,
    samples,
    task,
)

from summarise import Reply, Request, summarise
from summarise.backends.budget import SpendLimiter
from summarise.backends.scripted import ScriptedBackend
from summarise.backends.tokens import prompt_tokens
from summarise.checks.verification import Verifier
from summarise.data import Budget, Example, Prompting
from summarise.errors import AnswerError, AuthenticationError, OverloadedError
from summarise.prompting.prompt import Prompt
from summarise.writing.draft import ATTEMPTS
from summarise.writing.repair import RunRepair

SAID = st.sampled_from(
    [MUNK, CUT, STORES, REWORDED, SHORTER, WRONG, "", "No.", "Ostrel.", "I cannot help with that.", "{"]
)
ANSWERS = st.lists(st.lists(SAID, min_size=1, max_size=4), min_size=1, max_size=4)

# budget


@pytest.mark.slow
@pytest.mark.parametrize("prompting", BOTH)
@hypothesis_settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@example(said=[[WRONG]], most=None, failing=0)
@example(said=[["No."]], most=3, failing=2)
@example(said=[[WRONG, MUNK]], most=1, failing=0)
@given(said=ANSWERS, most=st.sampled_from([None, 1, 2, 3]), failing=st.integers(0, 3))
def test_no_answer_causes_more_calls_than_the_budget_has(
    prompting: Prompting, said: list[list[str]], most: int | None, failing: int
) -> None:
    def respond(request: Request) -> Reply | Exception:
        number = len(backend.requests)
        if failing and number % failing == 0:
            return OverloadedError("busy")
        texts = said[number % len(said)]
        return Reply(text=answer(*texts), model="m") if request.stage == "draft" else samples(*texts)

    backend = ScriptedBackend(respond)
    try:
        summary = run(PAIRED, backend, prompting, settings={"max_calls": most})
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
    requests = [job.request for job in plan.jobs]
    assert most_of(plan).calls == len(requests) > 0
    assert most_of(plan).prompt_tokens == sum(prompt_tokens(request) for request in requests)
    assert most_of(plan).completion_tokens == sum(r.candidates * r.sampling.max_tokens for r in requests)
    drafting = drafting_plan(text, backend, sentences=sentences)
    assert most_of(drafting).calls == ATTEMPTS * len(drafting.chunks) > 0
    assert backend.requests == []


@pytest.mark.slow
@pytest.mark.parametrize("prompting", BOTH)
@pytest.mark.parametrize("most", [None, 1])
def test_requests_stay_within_the_tokens_of_the_budget(prompting: Prompting, most: int | None) -> None:
    """Tokens of prompts and of possible answers are upper estimates."""
    backend = ScriptedBackend(lambda r: answer(WRONG) if r.stage == "draft" else WRONG)
    budget = run(PAIRED, backend, prompting, settings={"max_calls": most}).run.budget
    assert budget is not None
    requests = backend.requests
    assert sum(prompt_tokens(request) for request in requests) <= budget.prompt_tokens
    assert sum(request.candidates * request.sampling.max_tokens for request in requests) <= budget.completion_tokens


def test_the_examples_of_a_draft_prompt_are_part_of_its_budget() -> None:
    def taught(stage: str) -> Prompt:
        return prompt_of(stage).model_copy(update={"examples": (Example(user="A question.", assistant="Its answer."),)})

    prompts = (prompt_of, taught)
    without, with_them = (most_of(drafting_plan(BRIDGE, ScriptedBackend([]), one)) for one in prompts)
    assert with_them.prompt_tokens > without.prompt_tokens


def test_a_ceiling_on_calls_includes_those_of_a_judge() -> None:
    backend = ScriptedBackend(lambda request: answer(SHORTER) if request.stage == "draft" else "{}")
    run(FRUIT, backend, judge=backend, settings={"max_calls": 1})
    assert len(backend.requests) == 1


def test_with_fewer_calls_the_most_informative_sentences_are_rewritten() -> None:
    """The requests are the first of the plan, in order."""
    jobs = [(job.sentence,) for job in rewrite_plan(FRUIT, ScriptedBackend([])).jobs]
    summary = run(FRUIT, ScriptedBackend(echo), "rewrite", length=3, settings={"max_calls": 2})
    assert [call.rewritten for call in summary.run.calls] == jobs[:2]


async def test_repair_stays_within_its_stage() -> None:
    """Repair makes only its planned calls, even if the limiter allows more."""
    backend = ScriptedBackend(lambda _: WRONG)
    wanted = task(FRUIT, backend, sentences=2)
    run_repair = RunRepair(wanted, prompt_of, asks=True)
    ask = run_repair.tools(SpendLimiter(Budget(calls=100, prompt_tokens=0, completion_tokens=0))).ask
    assert ask is not None
    (said,) = Verifier(wanted.verifier.index).verify(WRONG, origin="model", first=0)
    answers = [await ask(said.sentence, turn % 2) for turn in range(9)]
    assert run_repair.stage.most.calls == 4
    assert [answer is None for answer in answers] == [False] * 4 + [True] * 5
    assert len(backend.requests) == 4


# failures


@pytest.mark.parametrize("prompting", BOTH)
def test_if_all_calls_fail_the_first_error_is_raised(prompting: Prompting) -> None:
    """The first in the plan's order."""
    backend = ScriptedBackend(lambda _: OverloadedError(f"busy {len(backend.requests)}"))
    with pytest.raises(OverloadedError, match=r"^busy 1$"):
        run(FRUIT, backend, prompting, settings={"chunk_tokens": 40})
    assert len(backend.requests) > 1


@pytest.mark.parametrize("prompting", BOTH)
def test_a_refused_key_ends_the_run(prompting: Prompting) -> None:
    """Even if other calls succeeded."""

    def respond(request: Request) -> Any:
        if len(backend.requests) == 2:
            return AuthenticationError("no key")
        return copying(request) if request.stage == "draft" else echo(request)

    backend = ScriptedBackend(respond)
    with pytest.raises(AuthenticationError):
        run(FRUIT, backend, prompting, settings={"chunk_tokens": 40})


# results


@pytest.mark.parametrize("prompting", BOTH)
def test_a_run_repeats_itself(prompting: Prompting) -> None:
    """The same answers give the same requests, sentences and record, except for times."""
    backends = [ScriptedBackend(copying if prompting == "draft" else echo) for _ in range(2)]
    one, other = (run(PAIRED, backend, prompting) for backend in backends)
    assert one.sentences == other.sentences
    assert one.omitted == other.omitted
    assert record(one) == record(other)
    assert backends[0].requests == backends[1].requests


def test_a_headline_is_checked_with_a_full_stop_and_printed_without() -> None:
    """The full stop makes it count as prose."""
    headline = "The Harbour Bridge in Brelmouth was closed on Monday"
    summary = summarise(BRIDGE, backend=saying(headline), style="headline")
    assert [sentence.text for sentence in summary.sentences] == [f"{headline}."]
    assert summary.sentences[0].origin == "model"
    assert summary.text == str(summary) == headline
    assert [draft.text for draft in summary.run.draft] == [f"{headline}."]
