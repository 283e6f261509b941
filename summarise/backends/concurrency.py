"""Do several things at once, so that nothing goes on after one of them has failed, or the waiting was given up."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def together(
    things: Iterable[Coroutine[Any, Any, T]], *, at_once: int, on_done: Callable[[int], None] = lambda _: None
) -> list[T]:
    """Return what things come to, in their order, `at_once` of them under way at most.

    The first error is raised as it is, when what was under way is cancelled and has ended; nothing more is begun.
    `things` may be lazy: each is made when its turn comes. `on_done` is called after each with how many are done.
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
                # Something that cancels itself would end this task without a word.
                raise RuntimeError("what was waited for was cancelled by itself") from error
            on_done(len(results))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one_after_another())
    except BaseExceptionGroup as errors:
        # Who catches a typed error of ours looks for it, and not for a group.
        first = errors.exceptions[0]
    else:
        return [results[place] for place in sorted(results)]
    raise first
