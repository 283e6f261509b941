"""Runs of both writing strategies: failures and repeatability."""

from typing import Any

import pytest
from invented import copying
from strategy_runs import BOTH, FRUIT, PAIRED, echo, on, record, rewrite_plan, run, written_by

from summarise import Request
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Strategy
from summarise.errors import AuthenticationError, CallError, MalformedAnswerError, OverloadedError

# failures


@pytest.mark.parametrize(("concurrency", "error"), [(1, OverloadedError("busy")), (4, MalformedAnswerError("busy"))])
async def test_a_call_that_fails_does_not_lose_the_others(concurrency: int, error: CallError) -> None:
    """Any failure is recorded with the server's message."""
    written = await written_by(on("Munk", error), concurrency=concurrency)
    plan = rewrite_plan(FRUIT, ScriptedBackend([]))
    assert [call.rewritten for call in written.calls] == [(asked.source.sentence,) for asked in plan.asked]
    failed = [call for call in written.calls if call.problem]
    assert failed
    assert {(call.problem, call.finish, call.said) for call in failed} == {("busy", "other", "")}
    assert len(written.said) == len(plan.asked) - len(failed)


@pytest.mark.parametrize("strategy", BOTH)
def test_where_all_calls_fail_the_first_error_is_raised(strategy: Strategy) -> None:
    """The first in the plan's order."""
    backend = ScriptedBackend(lambda _: OverloadedError(f"busy {len(backend.requests)}"))
    with pytest.raises(OverloadedError, match=r"^busy 1$"):
        run(FRUIT, backend, strategy, settings={"chunk_tokens": 40})
    assert len(backend.requests) > 1


@pytest.mark.parametrize("strategy", BOTH)
def test_a_key_that_is_not_accepted_ends_the_run(strategy: Strategy) -> None:
    """Even if other calls succeeded."""

    def respond(request: Request) -> Any:
        if len(backend.requests) == 2:
            return AuthenticationError("no key")
        return copying(request) if request.stage == "draft" else echo(request)

    backend = ScriptedBackend(respond)
    with pytest.raises(AuthenticationError):
        run(FRUIT, backend, strategy, settings={"chunk_tokens": 40})


# repeatability


@pytest.mark.parametrize("strategy", BOTH)
def test_a_run_repeats_itself(strategy: Strategy) -> None:
    """The same answers give the same requests, sentences and record, except for times."""
    backends = [ScriptedBackend(copying if strategy == "direct" else echo) for _ in range(2)]
    one, other = (run(PAIRED, backend, strategy) for backend in backends)
    assert one.sentences == other.sentences
    assert one.omitted == other.omitted
    assert record(one) == record(other)
    assert backends[0].requests == backends[1].requests
