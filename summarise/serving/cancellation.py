"""Work for a client that may go away: given up when it does, and its progress sent while it goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from summarise.serving.pool import Emit
from summarise.serving.problems import RefusedError, problem_of
from summarise.serving.responses import EVENTS, event, text_event
from summarise.serving.service import Done

T = TypeVar("T")
Queue = asyncio.Queue[bytes | None]
PAUSE = 15.0
"""Seconds without news after which a comment is sent, so that nobody takes the connection for dead."""


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Return what work comes to; it is cancelled where the client goes away: RefusedError, which nobody will read."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise RefusedError(408, "the client went away")
        return task.result()
    finally:
        await _cancelled(task, gone)


async def streamed(request: Request, start: Callable[[Emit], Coroutine[Any, Any, Done]]) -> Response:
    """Return an answer of events: progress as it comes, then the result with its views, or a problem.

    What is refused before any work is no stream of events but raised.
    """
    queue: Queue = asyncio.Queue()
    task = asyncio.ensure_future(start(lambda told: queue.put_nowait(event("progress", told))))
    task.add_done_callback(lambda _: queue.put_nowait(None))
    gone = asyncio.ensure_future(_gone(request))
    gone.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        first = await queue.get()
        if first is None and task.done() and not task.cancelled() and task.exception() is not None:
            task.result()
    except BaseException:
        await _cancelled(task, gone)
        raise
    return StreamingResponse(_events(first, queue, task, gone), media_type=EVENTS)


async def _events(
    first: bytes | None,
    queue: Queue,
    task: "asyncio.Future[Done]",
    gone: "asyncio.Future[None]",
) -> AsyncIterator[bytes]:
    try:
        told = first
        while told is not None:
            yield told
            told = await _next(queue)
        if not task.done():
            return
        try:
            done = task.result()
        except Exception as error:
            yield event("problem", problem_of(error).model_dump_json())
            return
        if done.run is not None:
            yield text_event("run", done.run)
        for view, text in done.outcome.views.items():
            yield text_event(view, text)
        yield event("result", done.outcome.result)
    finally:
        await _cancelled(task, gone)


async def _next(queue: Queue) -> bytes | None:
    try:
        async with asyncio.timeout(PAUSE):
            return await queue.get()
    except TimeoutError:
        return b": still at work\n\n"


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _cancelled(*tasks: "asyncio.Future[Any]") -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, Exception):
            await task
