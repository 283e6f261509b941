"""Run a call in a thread with an event loop of its own, so that the caller's loop goes on while the call computes.

What belongs to the caller, a backend or what is told of progress, is still called in the caller's loop.
"""

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
    """The event loop that the caller runs in, as the thread sees it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._known: dict[int, CallersBackend] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def backend(self, given: Given) -> Given:
        """Return a backend of the caller's for use in the thread, the same one for the same; None and names pass."""
        if given is None or isinstance(given, str):
            return given
        return cast("Given", self._known.setdefault(id(given), CallersBackend(given, self)))

    def progress(self, given: Progress | None) -> Progress | None:
        """Return a callable that has the caller's own called in its loop, and waits for it; its errors pass."""
        return None if given is None else partial(self._tell, given)

    async def run(self, begin: Callable[[], Awaitable[T]]) -> T:
        """Have something begun and waited for in the caller's loop; to be awaited in the thread's."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._noted(begin), self._loop))

    async def ended(self) -> None:
        """Wait, in the caller's loop, until nothing is left of what was begun there."""
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
                # An interruption is the caller's: it passes through the caller's loop.
                done.set_result(None)
                raise
            else:
                done.set_result(None)

        self._loop.call_soon_threadsafe(call)
        done.result()


class CallersBackend(ProxyBackend):
    """A backend whose calls are made in the event loop that it belongs to."""

    def __init__(self, backend: Backend, loop: CallersLoop) -> None:
        super().__init__(backend)
        self._callers = loop
        if (count := self.capabilities.count) is not None:
            self.capabilities = replace(self.capabilities, count=lambda text: loop.run(partial(count, text)))

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        return await self._callers.run(partial(self._backend.complete, request))


async def in_thread(work: Callable[[CallersLoop], Coroutine[Any, Any, T]]) -> T:
    """Return what `work` comes to, which is run in a thread of its own; its errors pass.

    If the caller is cancelled, the work is, too, and has ended when the cancellation goes on.
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
        # The caller's loop may have been closed by force meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(ended)

    threading.Thread(target=contextvars.copy_context().run, args=(thread,), daemon=True).start()
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        given_up.set()
        for ask in cancel:
            # It may have ended meanwhile.
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
