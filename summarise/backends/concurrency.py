"""Concurrent coroutines: all are cancelled when one fails."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def together(
    things: Iterable[Coroutine[Any, Any, T]], *, at_once: int, on_done: Callable[[int], None] = lambda _: None
) -> list[T]:
    """Run coroutines, at most `at_once` concurrently, and return their results in order.

    Raises the first error, not a group, after cancelling the others. `things` may be lazy. `on_done` is called with the
    number of finished coroutines.
    """
    results: dict[int, T] = {}
    waiting = enumerate(things)

    async def one_after_another() -> None:
        for place, thing in waiting:
            try:
                results[place] = await thing
            except asyncio.CancelledError as error:
                if (task := asyncio.current_task()) is not None and task.cancelling():
                    raise
                # A coroutine that cancels itself would end this task silently.
                raise RuntimeError("what was waited for was cancelled by itself") from error
            on_done(len(results))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one_after_another())
    except BaseExceptionGroup as errors:
        # Callers catch the typed error, not an exception group.
        first = errors.exceptions[0]
    else:
        return [results[place] for place in sorted(results)]
    raise first
