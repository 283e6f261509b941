"""Many items at once: each is done once, concurrency is bounded, and a killed process loses no item."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest
from batches import Item, Outcome, articles, copies, outcomes, pool
from hypothesis import given
from hypothesis import strategies as st

from summarise import Request, SummariseError


async def one_by_one(items: list[Item], taken: list[str]) -> AsyncIterator[Item]:
    """Yield items and append their ids to `taken`."""
    for item in items:
        taken.append(item.id)
        yield item


@given(count=st.integers(0, 12), slots=st.integers(1, 5), order=st.randoms(use_true_random=False))
def test_each_item_is_done_once_and_no_more_at_once_than_there_are_slots(count: int, slots: int, order: object) -> None:
    """In any order of completion; few items are read ahead."""
    items, under_way, most, taken, finished = articles(count), set[str](), 0, list[str](), 0

    async def perform(item: Item) -> Outcome:
        nonlocal most
        under_way.add(item.id)
        most = max(most, len(under_way))
        for _ in range(order.randrange(5)):  # type: ignore[attr-defined]
            await asyncio.sleep(0)
        under_way.remove(item.id)
        return Outcome(item.id, item.content)

    async def run() -> list[str]:
        nonlocal finished
        found = []
        async for outcome in outcomes(one_by_one(items, taken), perform, slots):
            finished += 1
            found.append(outcome.id)
            assert len(taken) <= finished + 2 * slots
        return found

    assert sorted(asyncio.run(run())) == sorted(item.id for item in items)
    assert most <= slots


async def test_an_error_ends_the_items_under_way() -> None:
    """It is raised unchanged, other tasks are cancelled, and reading stops."""
    taken: list[str] = []
    ended: list[str] = []

    async def perform(item: Item) -> Outcome:
        try:
            if item.id == "a1":
                raise OSError("disk")
            await asyncio.sleep(60)
        finally:
            ended.append(item.id)
        raise AssertionError("nobody waits so long")

    with pytest.raises(OSError, match="disk"):
        async for _ in outcomes(one_by_one(articles(9), taken), perform, 3):
            pass
    assert len(taken) <= 4
    assert set(ended) >= {"a0", "a1"}


async def test_a_process_that_is_killed_loses_nothing() -> None:
    """Its items run again, each alone; only an item that kills three processes fails."""
    killed: list[str] = []

    def kill(request: Request) -> str:
        item = "always" if "2 of its 99" in request.user else "once" if "3 of its 99" in request.user else ""
        if item == "always" or item not in (*killed, ""):
            killed.append(item)
            os.kill(pids()[-1], signal.SIGKILL)
        return ""

    async with pool(copies(kill)) as (processes, pids):
        found = await asyncio.gather(*(processes.perform(item) for item in articles(3)))
        assert len(pids()) <= 1
    assert set(killed) == {"always", "once"}
    assert killed.count("always") <= 3
    assert [one.row and one.row.error for one in found] == ["WorkerDiedError", None, None]


@pytest.mark.parametrize("command", [(sys.executable, "-c", "import sys; sys.exit(3)"), ("/nowhere/python", "-c", "")])
async def test_a_process_that_cannot_be_started_fails_no_item(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    async with pool(copies()) as (processes, _):
        monkeypatch.setattr("summarise.workers.start_command", lambda *_, **__: command)
        with pytest.raises(SummariseError, match="try it with one process") as caught:
            await processes.perform(articles(1)[0])
        monkeypatch.undo()
    assert caught.value.exit_code == 4
