"""The asynchronous calls compute in a thread and use the caller's objects in the caller's event loop."""

import asyncio
import contextlib
import gc
import threading
import time
from typing import Any

import pytest
from invented import BRIDGE, VALLEY, copying
from program import ScriptedBackend

from summarise import ProgressEvent, Reply, Request, Settings, acheck, asummarise, summarise

UNREAD = Settings(entailment="off")


async def longest_block(stop: asyncio.Event) -> float:
    """Return the longest time, in seconds, that the loop was blocked."""
    longest, before = 0.0, time.perf_counter()
    while not stop.is_set():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
    return longest


@pytest.mark.slow
async def test_the_loop_of_the_caller_goes_on() -> None:
    stop = asyncio.Event()
    watching = asyncio.create_task(longest_block(stop))
    began = time.perf_counter()
    await asummarise(VALLEY * 10, model="extract", settings=UNREAD)
    await acheck("The growers lost 40 per cent of their apples.", VALLEY * 10, settings=UNREAD)
    took = time.perf_counter() - began
    stop.set()
    assert await watching < max(0.5, took / 4)


class Own(ScriptedBackend):
    """A fake backend that is bound to its loop and records the calling threads."""

    def __init__(self) -> None:
        super().__init__(copying)
        self.loop = asyncio.get_running_loop()
        self.threads: set[threading.Thread] = set()

    async def complete(self, request: Request) -> Any:
        """Answer through the backend's own loop."""
        self.threads.add(threading.current_thread())
        ready: asyncio.Future[Reply] = self.loop.create_future()
        self.loop.call_soon(ready.set_result, await super().complete(request))
        return await ready


async def test_backend_judge_and_progress_are_used_in_the_loop_of_the_caller() -> None:
    """A client works only in the loop that created it."""
    backend, events = Own(), list[tuple[threading.Thread, ProgressEvent]]()

    def progress(event: ProgressEvent) -> None:
        events.append((threading.current_thread(), event))

    summary = await asummarise(BRIDGE, backend=backend, judge=backend, settings=UNREAD, progress=progress)
    assert summary.run.judge == summary.run.backend == backend.id
    assert backend.threads == {thread for thread, _ in events} == {threading.current_thread()}
    assert events[-1][1].kind == "sentence"


async def test_an_error_of_a_backend_ends_the_run_with_its_type() -> None:
    """One of `progress` does not."""

    def broken(event: ProgressEvent) -> None:
        raise ValueError(event)

    with pytest.raises(ZeroDivisionError):
        await asummarise(BRIDGE, backend=ScriptedBackend([ZeroDivisionError()]), settings=UNREAD, progress=broken)


async def test_a_cancelled_call_leaves_nothing_behind() -> None:
    """Neither a thread nor a task."""
    begun, ended = asyncio.Event(), asyncio.Event()

    class Waiting(ScriptedBackend):
        """Never answers and is slow to clean up."""

        async def complete(self, request: Request) -> Any:
            begun.set()
            try:
                await asyncio.sleep(60)
            finally:
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.sleep(0.05)
                ended.set()

    threads = threading.active_count()
    running = asyncio.create_task(asummarise(BRIDGE, backend=Waiting([]), settings=UNREAD))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended.is_set()
    await asyncio.sleep(0.1)
    assert threading.active_count() <= threads
    assert len(asyncio.all_tasks()) == 1


def test_ctrl_c_during_a_call_is_raised_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The event loop would log the traceback of the task."""

    class Interrupted(ScriptedBackend):
        async def complete(self, request: Request) -> Any:
            async def interrupt() -> None:
                raise KeyboardInterrupt

            task = asyncio.ensure_future(interrupt())
            await asyncio.sleep(10)
            await task

    # pytest.raises would keep the traceback, and with it the task, which logs when it is deleted.
    with contextlib.suppress(KeyboardInterrupt):
        summarise(BRIDGE, backend=Interrupted([]), settings=UNREAD)
    gc.collect()
    assert [record.name for record in caplog.records if record.name == "asyncio"] == []
