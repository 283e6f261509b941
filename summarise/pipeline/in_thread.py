"""Work in a thread with its own event loop, so that the loop of the caller goes on."""

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, cast

from summarise.backends.proxy import ProxyBackend
from summarise.data import Backend, Progress, ProgressEvent, Reply, Request

T = TypeVar("T")
Given = TypeVar("Given", Backend | None, str | Backend, str | Backend | None)


class CallersLoop:
    """The event loop of the caller, for use in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._known: dict[int, CallersBackend] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def backend(self, given: Given) -> Given:
        """Wrap a backend of the caller, once; None and names are returned unchanged."""
        if given is None or isinstance(given, str):
            return given
        return cast("Given", self._known.setdefault(id(given), CallersBackend(given, self)))

    def progress(self, given: Progress | None) -> Progress | None:
        """Wrap a callback to run in the loop of the caller and wait for it."""
        return None if given is None else partial(self._tell, given)

    async def run(self, begin: Callable[[], Awaitable[T]]) -> T:
        """Await something in the loop of the caller, from the thread."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._noted(begin), self._loop))

    async def ended(self) -> None:
        """Wait for all tasks started in the loop of the caller."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _noted(self, begin: Callable[[], Awaitable[T]]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await begin()

    def _tell(self, told: Progress, event: ProgressEvent) -> None:
        done: concurrent.futures.Future[None] = concurrent.futures.Future()

        def call() -> None:
            try:
                told(event)
            except Exception as error:
                done.set_exception(error)
            except BaseException:
                # Interrupts propagate through the loop of the caller.
                done.set_result(None)
                raise
            else:
                done.set_result(None)

        self._loop.call_soon_threadsafe(call)
        done.result()


class CallersBackend(ProxyBackend):
    """A backend whose calls run in the loop of the caller."""

    def __init__(self, backend: Backend, loop: CallersLoop) -> None:
        super().__init__(backend)
        self._callers = loop
        if (count := self.capabilities.count) is not None:
            self.capabilities = replace(self.capabilities, count=lambda text: loop.run(partial(count, text)))

    async def complete(self, request: Request) -> Reply:
        """Answer a request."""
        return await self._callers.run(partial(self._backend.complete, request))


async def in_thread(work: Callable[[CallersLoop], Coroutine[Any, Any, T]]) -> T:
    """Run `work` in a new thread and return its result or raise its error.

    Cancelling the caller cancels the work and waits for its end.
    """
    callers, loop = CallersLoop(), asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()
    given_up = threading.Event()
    cancel: list[Callable[[], object]] = []

    async def within() -> T:
        task, own = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        cancel.append(lambda: own.call_soon_threadsafe(task.cancel))
        if given_up.is_set():
            raise asyncio.CancelledError
        return await work(callers)

    def thread() -> None:
        try:
            result = asyncio.run(within())
        except BaseException as error:
            ended = partial(_fail, done, error)
        else:
            ended = partial(_succeed, done, result)
        # The loop of the caller may be closed already.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(ended)

    threading.Thread(target=contextvars.copy_context().run, args=(thread,), daemon=True).start()
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        given_up.set()
        for ask in cancel:
            # The loop of the thread may have ended.
            with suppress(RuntimeError):
                ask()
        await asyncio.wait([done])
        if not done.cancelled():
            done.exception()
        raise
    finally:
        await callers.ended()


def _succeed(done: asyncio.Future[T], result: T) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: asyncio.Future[Any], error: BaseException) -> None:
    if isinstance(error, asyncio.CancelledError):
        done.cancel()
    elif not done.done():
        done.set_exception(error)
