"""The asynchronous calls compute in a thread and use the caller's objects in the caller's event loop."""

import asyncio
import contextlib
import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from invented import BRIDGE, copying
from program import ScriptedBackend

from summarise import ProgressEvent, Reply, Request, Settings, acheck, asummarise, summarise
from summarise.data import Finding

UNREAD = Settings(entailment="off")


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
    """A client works only in the loop that created it. Everything else is computed beside the loop."""
    backend, events, computing = Own(), list[tuple[threading.Thread, ProgressEvent]](), set[threading.Thread]()

    def progress(event: ProgressEvent) -> None:
        events.append((threading.current_thread(), event))

    def own_check(*_: object) -> Iterator[Finding]:
        computing.add(threading.current_thread())
        return iter(())

    summary = await asummarise(
        BRIDGE, backend=backend, judge=backend, settings=UNREAD, progress=progress, checks=[own_check]
    )
    assert summary.run.judge == summary.run.backend == backend.id
    assert backend.threads == {thread for thread, _ in events} == {threading.current_thread()}
    assert events[-1][1].kind == "sentence"
    await acheck("The bridge was closed.", BRIDGE, settings=UNREAD, checks=[own_check])
    assert computing
    assert threading.current_thread() not in computing


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


@pytest.mark.slow
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
