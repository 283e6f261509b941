"""Worker processes: what happens to requests when a process answers, crashes, hangs or is cancelled."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from summarise.workers import (
    Worker,
    WorkerError,
    WorkerInterruptedError,
    Workers,
    WorkerStartError,
    WorkerTimeoutError,
)

SECONDS = 60.0
start = partial(Worker, "working")


@pytest.fixture
def workers() -> Iterator[Workers[Worker]]:
    """Yield workers that are replaced after three requests."""
    several = Workers(start, most_requests=3)
    yield several
    several.close()


def test_a_worker_answers_and_is_used_again_until_enough_requests(workers: Workers[Worker]) -> None:
    first = workers.take()
    workers.release(first)
    for body in (b"1", b"x" * 10**6, b"3"):
        assert first.alive
        assert workers.ask(body, seconds=SECONDS) == b"answer to " + body
    assert not first.alive
    assert workers.ask(b"4", seconds=SECONDS) == b"answer to 4"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("request_body", "seconds", "error"),
    [
        (b"crash", SECONDS, WorkerError),
        (b"fault", SECONDS, WorkerError),
        (b"memory", SECONDS, WorkerError),
        (b"compute", 0.3, WorkerTimeoutError),
    ],
)
def test_a_worker_that_gives_no_answer_is_ended_and_replaced(
    workers: Workers[Worker], request_body: bytes, seconds: float, error: type[Exception]
) -> None:
    first = workers.take()
    workers.release(first)
    with pytest.raises(WorkerError) as raised:
        workers.ask(request_body, seconds=seconds)
    assert raised.type is error
    assert not first.alive
    assert workers.ask(b"1", seconds=SECONDS) == b"answer to 1"


def test_a_process_that_does_not_start_is_an_error_of_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WorkerStartError, match="it ended before it was ready"):
        Workers(partial(Worker, "nowhere.at_all")).ask(b"", seconds=SECONDS)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(WorkerStartError, match="No such file or directory"):
        start()


async def test_requests_go_in_both_directions_at_once(workers: Workers[Worker]) -> None:
    async def answer(body: bytes) -> bytes:
        return body.upper()

    worker = start(answer=answer)
    asked = [worker.ask(b"ask a"), worker.ask(b"b"), worker.ask(b"ask c")]
    assert await asyncio.gather(*map(asyncio.wrap_future, asked)) == [b"A", b"answer to b", b"C"]
    worker.close()


async def test_a_worker_whose_own_request_fails_is_ended() -> None:
    """Otherwise both processes would wait for each other."""

    async def answer(body: bytes) -> bytes:
        raise MemoryError(body)

    worker = start(answer=answer)
    with pytest.raises(WorkerError):
        await asyncio.wait_for(asyncio.wrap_future(worker.ask(b"ask a")), SECONDS)
    worker.close()


async def test_a_cancelled_request_is_cancelled_in_the_process() -> None:
    cancelled = asyncio.Event()

    async def answer(body: bytes) -> bytes:
        assert body == b"given up"
        cancelled.set()
        return b""

    worker = start(answer=answer)
    waiting = asyncio.ensure_future(asyncio.wrap_future(worker.ask(b"wait")))
    await asyncio.wrap_future(worker.ask(b"the one before has begun"))
    waiting.cancel()
    await asyncio.wait_for(cancelled.wait(), SECONDS)
    worker.close()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_signals_to_the_whole_group_end_no_worker() -> None:
    """The parent decides what is still finished."""
    worker = start()
    worker.ready.result(SECONDS)
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(worker._process.pid, number)
    assert worker.ask(b"1").result(SECONDS) == b"answer to 1"
    worker.close()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("request_body", [b"wait", b"compute"])
def test_an_interruptible_worker_ends_at_once(request_body: bytes) -> None:
    """It may wait or compute; its request raises WorkerInterruptedError."""
    worker = start(interruptible=True)
    worker.ready.result(SECONDS)
    asked = worker.ask(request_body)
    time.sleep(0.3)
    begun = time.monotonic()
    worker.end()
    assert time.monotonic() - begun < 4
    assert isinstance(asked.exception(SECONDS), WorkerInterruptedError)


@pytest.mark.parametrize("end", [Worker.close, Worker.end])
def test_an_ended_worker_answers_nothing(end: Callable[[Worker], None]) -> None:
    worker = start()
    end(worker)
    assert not worker.alive
    assert isinstance(worker.ask(b"1").exception(SECONDS), WorkerError)
