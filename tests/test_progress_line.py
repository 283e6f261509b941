"""The progress line of a run."""

import threading
import time

import pytest

from summarise import CallEnded, CallStarted, ProgressEvent, RetryScheduled, StageProgress
from summarise.cli import progress
from summarise.cli.progress import RunProgress, repeated
from summarise.data import RunStage, Usage
from summarise.report.progress import Shown, after, progress_line


def stage(name: RunStage, done: int | None = None, total: int | None = None) -> StageProgress:
    return StageProgress(stage=name, done=done, total=total)


def started(call: int = 1, room: int = 0) -> CallStarted:
    return CallStarted(call=call, stage="draft", backend="openai:m", prompt_tokens=9, reasoning_room=room)


def ended(call: int = 1, cost: float | None = 0.0) -> CallEnded:
    return CallEnded(call=call, stage="draft", backend="openai:m", so_far=Usage(calls=1, cost=cost))


def retry(error: str = "RateLimitError", seconds: float = 12.0) -> RetryScheduled:
    return RetryScheduled(provider="openai", attempt=1, error=error, status=429, reason="r", seconds=seconds)


def line(*events: tuple[float, ProgressEvent], now: float) -> str:
    shown = Shown()
    for at, event in events:
        shown = after(shown, event, at)
    return progress_line(shown, now)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (stage("facts"), "reading the article for facts"),
        (stage("draft", 0, 3), "drafting: 0 of 3 chunks"),
        (stage("rewrite", 2, 9), "rewriting: 2 of 9 passages"),
        (stage("merge", 0, 2), "merging: 0 of 2 batches"),
        (stage("judge", 1, 4), "judging: 1 of 4 sentences"),
        (stage("check"), "checking"),
        (stage("repair"), "repairing"),
    ],
)
def test_a_stage_is_told_with_its_parts(event: StageProgress, words: str) -> None:
    """The line has the number of finished parts, if it is known."""
    assert line((0.0, event), now=0.0) == words


@pytest.mark.parametrize(
    ("room", "now", "words"),
    [
        (0, 4.0, "drafting: 0 of 1 chunks"),
        (0, 12.0, "drafting: 0 of 1 chunks; 12 s"),
        (0, 200.0, "drafting: 0 of 1 chunks; 3 min 20 s"),
        (4000, 12.0, "drafting: 0 of 1 chunks; 12 s"),
        (4000, 200.0, "drafting: 0 of 1 chunks; the model is thinking, 3 min 20 s"),
    ],
)
def test_a_long_call_tells_its_time_and_that_the_model_thinks(room: int, now: float, words: str) -> None:
    """The line says "thinking" only if the model has room for it and the call takes very long."""
    assert line((0.0, stage("draft", 0, 1)), (0.0, started(room=room)), now=now) == words


def test_the_oldest_call_under_way_tells_the_time() -> None:
    events: list[tuple[float, ProgressEvent]] = [
        (0.0, started(1)),
        (5.0, started(2)),
        (9.0, started(3)),
        (10.0, ended(1)),
    ]
    assert line((0.0, stage("check")), *events, now=15.0) == "checking; 10 s"


def test_the_cost_so_far_is_told_where_it_is_known() -> None:
    """A cost of zero is not shown."""
    assert line((0.0, stage("check")), (1.0, started()), (2.0, ended(cost=0.00213)), now=3.0) == (
        "checking; $0.0021 so far"
    )
    for cost in (None, 0.0):
        assert line((0.0, stage("check")), (1.0, started()), (2.0, ended(cost=cost)), now=3.0) == "checking"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("RateLimitError", "rate limit"),
        ("OverloadedError", "server overloaded"),
        ("TimedOutError", "no answer in time"),
        ("UnreachableError", "no answer"),
    ],
)
def test_a_retry_counts_down(error: str, why: str) -> None:
    events: list[tuple[float, ProgressEvent]] = [(0.0, stage("check")), (10.0, retry(error))]
    assert line(*events, now=13.0) == f"checking; openai: {why}, next attempt in 9 s"
    assert line(*events, now=23.0) == "checking"


def test_time_passes_without_an_event() -> None:
    """The duration of a call is updated without events."""
    now = iter((0.0, 0.0, 75.0))
    run = RunProgress(clock=lambda: next(now))
    run.take(stage("draft", 0, 1))
    run.take(started())
    assert run.line() == "drafting: 0 of 1 chunks; 1 min 15 s"


def test_what_is_repeated_ends_with_its_block() -> None:
    """`repeated` runs in a thread that ends with the block."""
    done = threading.Event()
    with repeated(done.set, every=0.001):
        assert done.wait(5)
    assert "progress" not in {thread.name for thread in threading.enumerate()}


def test_where_there_is_no_terminal_a_line_is_told_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal, lines go to standard error at intervals, unless `quiet`."""
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
