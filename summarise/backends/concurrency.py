"""Runs coroutines: several at once, from synchronous code, or in a thread beside the caller's event loop."""

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, cast

from summarise.backends.breaker import ProxyBackend
from summarise.data import Backend, Progress, ProgressEvent, Reply, Request
from summarise.errors import UsageError

T = TypeVar("T")
BackendOrName = TypeVar("BackendOrName", Backend, Backend | None, str | Backend, str | Backend | None)


async def together(
    coroutines: Iterable[Coroutine[Any, Any, T]], *, at_once: int, on_done: Callable[[int], None] = lambda _: None
) -> list[T]:
    """Run coroutines, at most `at_once` concurrently, and return their results in order.

    `on_done` is called with the number of finished coroutines. After an error, the other coroutines are cancelled and
    the error is raised.
    """
    results: dict[int, T] = {}
    waiting = enumerate(coroutines)

    async def worker() -> None:
        for index, coroutine in waiting:
            try:
                results[index] = await coroutine
            except asyncio.CancelledError as error:
                if (task := asyncio.current_task()) is not None and task.cancelling():
                    raise
                # A coroutine that cancels itself would end this task silently.
                raise RuntimeError(
                    "a coroutine raised CancelledError without being cancelled: raise another error"
                ) from error
            on_done(len(results))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(worker())
    except BaseExceptionGroup as errors:
        first = errors.exceptions[0]
    else:
        return [results[index] for index in sorted(results)]
    raise first


def blocking(work: Coroutine[Any, Any, T], twin: str) -> T:
    """Run a coroutine and return its result.

    Raises UsageError if an event loop is running; its message names `twin`, the asynchronous function to await instead.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with asyncio.Runner() as runner:
            runner.get_loop().set_exception_handler(_log_unless_interrupted)
            return runner.run(work)
    work.close()
    raise UsageError(f"an event loop is running already: await {twin}(...) instead")


def _log_unless_interrupted(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    if not isinstance(context.get("exception"), KeyboardInterrupt):
        loop.default_exception_handler(context)


class CallersLoop:
    """Runs the caller's backends and callbacks in the caller's event loop, for a worker thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._backends: dict[int, _CallersBackend] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def backend(self, given: BackendOrName) -> BackendOrName:
        """Wrap a backend so that its calls run in the caller's event loop. None and names are returned unchanged."""
        if given is None or isinstance(given, str):
            return given
        return cast("BackendOrName", self._backends.setdefault(id(given), _CallersBackend(given, self)))

    def progress(self, given: Progress | None) -> Progress | None:
        """Wrap a callback to run in the caller's event loop while the worker thread waits. None stays None."""
        if given is None:
            return None

        async def call(event: ProgressEvent) -> None:
            given(event)

        return lambda event: asyncio.run_coroutine_threadsafe(call(event), self._loop).result()

    async def run(self, begin: Callable[[], Awaitable[T]]) -> T:
        """Await `begin()` in the caller's event loop and return its result. Called in the worker thread."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._tracked(begin), self._loop))

    async def wait_for_tasks(self) -> None:
        """Wait until all tasks that `run` started in the caller's event loop have finished."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _tracked(self, begin: Callable[[], Awaitable[T]]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await begin()


class _CallersBackend(ProxyBackend):
    def __init__(self, backend: Backend, loop: CallersLoop) -> None:
        super().__init__(backend)
        self._callers = loop
        if (count := self.capabilities.count) is not None:
            self.capabilities = replace(self.capabilities, count=lambda text: loop.run(partial(count, text)))

    async def complete(self, request: Request) -> Reply:
        return await self._callers.run(partial(self._backend.complete, request))


async def in_thread(work: Callable[[CallersLoop], Coroutine[Any, Any, T]]) -> T:
    """Run `work` in the event loop of a new thread, and return its result or raise its error.

    `work` receives the `CallersLoop`. Cancelling the caller cancels `work`, and waits until `work` has ended.
    """
    callers = CallersLoop()
    result: concurrent.futures.Future[T] = concurrent.futures.Future()
    cancelling: concurrent.futures.Future[Callable[[], object]] = concurrent.futures.Future()

    async def cancellable() -> T:
        task, own = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        cancelling.set_result(partial(own.call_soon_threadsafe, task.cancel))
        return await work(callers)

    def thread() -> None:
        try:
            result.set_result(asyncio.run(cancellable()))
        except BaseException as error:
            result.set_exception(error)

    # A daemon thread, because the interpreter must not wait for it at exit.
    threading.Thread(target=contextvars.copy_context().run, args=(thread,), daemon=True).start()
    finished = asyncio.wrap_future(result)
    try:
        return await asyncio.shield(finished)
    except asyncio.CancelledError:
        cancelling.add_done_callback(_cancel)
        await asyncio.wait([finished])
        if not finished.cancelled():
            finished.exception()
        raise
    finally:
        await callers.wait_for_tasks()


def _cancel(cancelling: "concurrent.futures.Future[Callable[[], object]]") -> None:
    # The loop of the thread may have ended.
    with suppress(RuntimeError):
        cancelling.result()()
