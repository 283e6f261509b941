"""Takes items in a thread, each when it is asked for, so that nothing else waits for the input.

Nobody waits for the thread, either: standard input cannot be told to give up.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 0.1
"""Seconds after which somebody who waits for an item looks whether no more are wanted."""


async def taken(items: Iterator[T], *, enough: Callable[[], bool]) -> AsyncGenerator[T, None]:
    """Yield items, none of them None, until there is `enough`, also while the next one is waited for.

    What the items raise comes out as it is.
    """
    wanted: SimpleQueue[Future[T | None] | None] = SimpleQueue()
    threading.Thread(target=_take, args=(items, wanted), name="input of the batch", daemon=True).start()
    try:
        while not enough():
            taking: Future[T | None] = Future()
            wanted.put(taking)
            item = await _unless(enough, taking)
            if item is None or enough():
                return
            yield item
    finally:
        wanted.put(None)


async def _unless(enough: Callable[[], bool], taking: Future[T | None]) -> T | None:
    """Return what is taken; None as soon as there is `enough`."""
    item = asyncio.wrap_future(taking)
    try:
        while not item.done():
            if enough():
                return None
            await asyncio.wait({item}, timeout=PATIENCE)
        return item.result()
    finally:
        item.cancel()


def _take(items: Iterator[T], wanted: "SimpleQueue[Future[T | None] | None]") -> None:
    while (taking := wanted.get()) is not None:
        if taking.set_running_or_notify_cancel():
            try:
                item = next(items, None)
            except BaseException as error:
                taking.set_exception(error)
            else:
                taking.set_result(item)
