"""Runs of models that draft and of models that rewrite: budget, failures, repeatability."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from invented import ScriptedBackend, answer, copying
from prompt_files import GOOD, put
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
    Prompting,
    echo,
    prompt_tokens,
    record,
    run,
    samples,
)

from summarise import Reply, Request, Settings, errors, plan

SAID = st.sampled_from(
    [MUNK, CUT, STORES, REWORDED, SHORTER, WRONG, "", "No.", "Ostrel.", "I cannot help with that.", "{"]
)
ANSWERS = st.lists(st.lists(SAID, min_size=1, max_size=4), min_size=1, max_size=4)


def read(requests: Iterable[Request]) -> int:
    return sum(map(prompt_tokens, requests))


def written(requests: Iterable[Request]) -> int:
    return sum(request.candidates * request.sampling.max_tokens for request in requests)


# budget


@pytest.mark.slow
@pytest.mark.parametrize("prompting", BOTH)
@hypothesis_settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@example(said=[[WRONG]], most=None, failing=0)
@example(said=[["No."]], most=3, failing=2)
@example(said=[[WRONG, MUNK]], most=1, failing=0)
@given(said=ANSWERS, most=st.sampled_from([None, 1, 2, 3]), failing=st.integers(0, 3))
def test_no_answer_causes_more_requests_than_the_budget_has(
    prompting: Prompting, said: list[list[str]], most: int | None, failing: int
) -> None:
    """In number and in tokens, of prompts and of the longest answers."""

    def respond(request: Request) -> Reply | Exception:
        number = len(backend.requests)
        if failing and number % failing == 0:
            return errors.OverloadedError("busy")
        texts = said[number % len(said)]
        return Reply(text=answer(*texts), model="m") if request.stage == "draft" else samples(*texts)

    backend = ScriptedBackend(respond)
    try:
        summary = run(PAIRED, backend, prompting, settings={"max_calls": most})
    except (errors.AnswerError, errors.OverloadedError):
        assert len(backend.requests) <= (most or 99)
        return
    budget = summary.run.budget
    assert budget is not None
    assert len(backend.requests) <= budget.calls <= (most or 99)
    assert len(summary.run.calls) == len(backend.requests)
    assert read(backend.requests) <= budget.prompt_tokens
    assert written(backend.requests) <= budget.completion_tokens


@pytest.mark.parametrize("prompting", BOTH)
def test_a_plan_knows_its_budget_before_the_first_call(prompting: Prompting) -> None:
    """The budget is the maximum that the plan's requests can read and write."""
    backend = ScriptedBackend(lambda request: copying(request) if request.stage == "draft" else "")
    settings = Settings(prompts={} if prompting == "draft" else {"rewrite": "v1"}, entailment="off", repair_rounds=0)
    most = plan(FRUIT, backend=backend, length=3, settings=settings).most
    assert backend.requests == []
    run(FRUIT, backend, prompting, length=3, settings={"repair_rounds": 0})
    attempts = 3 if prompting == "draft" else 1
    assert most.calls == attempts * len(backend.requests) > 0
    assert most.prompt_tokens == attempts * read(backend.requests)
    assert most.completion_tokens == attempts * written(backend.requests)


def test_the_examples_of_a_draft_prompt_are_part_of_its_budget(tmp_path: Path) -> None:
    put(tmp_path, "draft/v8")
    put(tmp_path, "draft/v9", GOOD.replace("## user", "## example\nA question.\n## answer\nIts answer.\n## user"))
    without, with_one = (
        plan(FRUIT, backend=ScriptedBackend([]), settings=Settings(prompt_dir=tmp_path, prompts={"draft": version}))
        for version in ("v8", "v9")
    )
    assert without.most.prompt_tokens < with_one.most.prompt_tokens


def test_a_ceiling_on_calls_includes_those_of_a_judge() -> None:
    backend = ScriptedBackend(lambda request: answer(SHORTER) if request.stage == "draft" else "{}")
    run(FRUIT, backend, judge=backend, settings={"max_calls": 1})
    assert len(backend.requests) == 1


def test_repair_stays_within_its_stage() -> None:
    """Repair makes only its planned calls: its rounds for each wanted sentence."""
    wrong = [WRONG.replace("9.5", f"{number}.7") for number in range(5, 9)]
    backend = ScriptedBackend(lambda request: answer(*wrong) if request.stage == "draft" else answer(WRONG))
    record = run(FRUIT, backend, length=1, settings={"repair_rounds": 2}).run
    assert record.plan is not None
    (stage,) = [stage for stage in record.plan.stages if stage.stage == "repair"]
    assert stage.most.calls == 2
    assert sum(request.stage == "repair" for request in backend.requests) <= 2


# failures


@pytest.mark.parametrize("prompting", BOTH)
def test_if_all_calls_fail_the_first_error_is_raised(prompting: Prompting) -> None:
    """The first in the plan's order."""
    backend = ScriptedBackend(lambda _: errors.OverloadedError(f"busy {len(backend.requests)}"))
    with pytest.raises(errors.OverloadedError, match=r"^busy 1$"):
        run(FRUIT, backend, prompting, settings={"chunk_tokens": 40})
    assert len(backend.requests) > 1


@pytest.mark.parametrize("prompting", BOTH)
def test_a_refused_key_ends_the_run(prompting: Prompting) -> None:
    """Even if other calls succeeded."""

    def respond(request: Request) -> Any:
        if len(backend.requests) == 2:
            return errors.AuthenticationError("no key")
        return copying(request) if request.stage == "draft" else echo(request)

    backend = ScriptedBackend(respond)
    with pytest.raises(errors.AuthenticationError):
        run(FRUIT, backend, prompting, settings={"chunk_tokens": 40})


@pytest.mark.parametrize("prompting", BOTH)
def test_a_run_repeats_itself(prompting: Prompting) -> None:
    """The same answers give the same requests, sentences and record, except for times."""
    backends = [ScriptedBackend(copying if prompting == "draft" else echo) for _ in range(2)]
    first, second = (run(PAIRED, backend, prompting) for backend in backends)
    assert first.sentences == second.sentences
    assert first.omitted == second.omitted
    assert record(first) == record(second)
    assert backends[0].requests == backends[1].requests
