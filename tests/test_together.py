"""Running coroutines concurrently: all results or the first error, with no task left running."""

import asyncio
from collections.abc import Iterator

import pytest

from summarise.backends.concurrency import together
from summarise.errors import AuthenticationError


class Doing:
    """Records which coroutines began and ended."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []

    async def one(self, turns: int, error: Exception | None = None) -> int:
        """Yield to the event loop `turns` times, then return `turns` or raise `error`."""
        self.begun.append(turns)
        for _ in range(turns):
            await asyncio.sleep(0)
        if error is not None:
            raise error
        self.ended.append(turns)
        return turns


def tasks() -> int:
    """Return the number of tasks other than the test's own."""
    return len(asyncio.all_tasks()) - 1


async def test_how_many_are_done_is_told() -> None:
    """`on_done` receives the count after each."""
    doing, told = Doing(), list[int]()
    await together((doing.one(turns) for turns in (5, 1, 3)), at_once=2, on_done=told.append)
    assert told == [1, 2, 3]


@pytest.mark.parametrize("at_once", [1, 2, 9])
async def test_results_come_in_the_order_of_the_asking(at_once: int) -> None:
    """An empty input gives an empty list."""
    doing = Doing()
    assert await together((doing.one(turns) for turns in (5, 1, 3)), at_once=at_once) == [5, 1, 3]
    assert doing.begun == [5, 1, 3]
    assert doing.ended == ([5, 1, 3] if at_once == 1 else [1, 3, 5])
    assert await together((doing.one(turns) for turns in range(0)), at_once=at_once) == []


async def test_the_first_error_is_raised_as_it_is_and_ends_the_others() -> None:
    """Slower coroutines are cancelled, waiting ones never begin, and no task is left."""
    first, doing = AuthenticationError("wrong key"), Doing()

    def things() -> Iterator[object]:
        yield doing.one(10_000)
        yield doing.one(5, ValueError("later"))
        yield doing.one(1, first)
        yield doing.one(2)

    with pytest.raises(AuthenticationError) as raised:
        await together(things(), at_once=3)  # type: ignore[arg-type]
    assert raised.value is first
    assert tasks() == 0
    assert (doing.begun, doing.ended) == ([10_000, 5, 1], [])


async def test_nothing_goes_on_once_the_waiting_is_given_up() -> None:
    """Cancelling `together` cancels its coroutines."""
    doing = Doing()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await together((doing.one(100_000) for _ in range(3)), at_once=2)
    assert tasks() == 0
    assert (doing.begun, doing.ended) == ([100_000, 100_000], [])
