"""The progress line of a run."""

import threading
import time

import pytest

from summarise import CallEnded, CallStarted, ProgressEvent, RetryScheduled, StageProgress
from summarise.cli import progress
from summarise.data import RunStage, Usage
from summarise.report.text import RunProgress


def stage(name: RunStage, done: int | None = None, total: int | None = None) -> StageProgress:
    return StageProgress(stage=name, done=done, total=total)


def started(call: int = 1, room: int = 0) -> CallStarted:
    return CallStarted(call=call, stage="draft", backend="openai:m", prompt_tokens=9, reasoning_room=room)


def ended(call: int = 1, cost: float | None = 0.0) -> CallEnded:
    return CallEnded(call=call, stage="draft", backend="openai:m", so_far=Usage(calls=1, cost=cost))


def retry(error: str) -> RetryScheduled:
    return RetryScheduled(provider="openai", attempt=1, error=error, status=429, reason="r", seconds=12.0)


CHECK, DRAFT = (0.0, stage("check")), (0.0, stage("draft", 0, 1))
THREE = [CHECK, (0.0, started(1)), (5.0, started(2)), (9.0, started(3)), (10.0, ended(1))]


@pytest.mark.parametrize(
    ("events", "now", "words"),
    [
        ([(0.0, stage("facts"))], 0.0, "reading the article for facts"),
        ([(0.0, stage("draft", 0, 3))], 0.0, "drafting: 0 of 3 chunks"),
        ([(0.0, stage("rewrite", 2, 9))], 0.0, "rewriting: 2 of 9 sentences"),
        ([(0.0, stage("merge", 0, 2))], 0.0, "merging: 0 of 2 batches"),
        ([(0.0, stage("judge", 1, 4))], 0.0, "judging: 1 of 4 sentences"),
        ([CHECK], 0.0, "checking"),
        ([(0.0, stage("repair"))], 0.0, "repairing"),
        ([DRAFT, (0.0, started())], 4.0, "drafting: 0 of 1 chunks"),
        ([DRAFT, (0.0, started())], 12.0, "drafting: 0 of 1 chunks; 12 s"),
        ([DRAFT, (0.0, started())], 200.0, "drafting: 0 of 1 chunks; 3 min 20 s"),
        ([DRAFT, (0.0, started(room=4000))], 12.0, "drafting: 0 of 1 chunks; 12 s"),
        (
            [DRAFT, (0.0, started(room=4000))],
            200.0,
            "drafting: 0 of 1 chunks; the model is thinking, 3 min 20 s",
        ),
        (THREE, 15.0, "checking; 10 s"),
        ([CHECK, (1.0, started()), (2.0, ended(cost=0.00213))], 3.0, "checking; $0.0021 so far"),
        ([CHECK, (1.0, started()), (2.0, ended(cost=None))], 3.0, "checking"),
        ([CHECK, (1.0, started()), (2.0, ended(cost=0.0))], 3.0, "checking"),
        ([CHECK, (10.0, retry("RateLimitError"))], 13.0, "checking; openai: rate limit, next attempt in 9 s"),
        ([CHECK, (10.0, retry("OverloadedError"))], 13.0, "checking; openai: server overloaded, next attempt in 9 s"),
        ([CHECK, (10.0, retry("TimedOutError"))], 13.0, "checking; openai: no answer in time, next attempt in 9 s"),
        ([CHECK, (10.0, retry("UnreachableError"))], 13.0, "checking; openai: no answer, next attempt in 9 s"),
        ([CHECK, (10.0, retry("RateLimitError"))], 23.0, "checking"),
    ],
)
def test_the_line_has_the_stage_the_oldest_call_the_next_attempt_and_the_cost(
    events: list[tuple[float, ProgressEvent]], now: float, words: str
) -> None:
    """It says "thinking" only if the model has room for it and the call is very long; a cost of zero is not shown."""
    clock = [0.0]
    run = RunProgress(clock=lambda: clock[0])
    for clock[0], event in events:
        run.take(event)
    clock[0] = now
    assert run.line() == words


def test_what_is_repeated_ends_with_its_block() -> None:
    done = threading.Event()
    with progress.repeated(done.set, every=0.001):
        assert done.wait(5)
    assert "progress" not in {thread.name for thread in threading.enumerate()}


def test_without_a_terminal_a_line_is_printed_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error, unless `quiet`."""
    monkeypatch.setattr(progress, "EVERY", 0.001)
    for quiet in (True, False):
        with progress.watched(quiet=quiet) as take:
            assert (take is None) == quiet
            time.sleep(0.01)
            assert capsys.readouterr().err == ""
            if take is not None:
                take(stage("draft", 2, 9))
                deadline = time.monotonic() + 5
                while not (told := capsys.readouterr()).err and time.monotonic() < deadline:
                    time.sleep(0.001)
                assert set(told.err.splitlines()) == {"drafting: 2 of 9 chunks"}
                assert told.out == ""
