"""Does many items at once, as many as the model's server and the cores allow, and yields what comes of each.

Never holds more items than it works on: the next one is taken when another one is done.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from math import ceil
from pickle import dumps

from summarise.batch.backends import Backends
from summarise.batch.items import Item
from summarise.batch.jobs import Job, Outcome, asks_model, models_of, outcome_of
from summarise.batch.pool import Pool
from summarise.errors import UsageError
from summarise.settings.providers import kind_of

MORE = 1.25
"""So many times more items than calls are under way at once: those whose facts are read ask nothing meanwhile."""
WAITING = 2
"""Items that a process has besides the one that it works on, so that it never waits for the next."""

Perform = Callable[[Item], Awaitable[Outcome]]
Engine = Callable[[AsyncIterator[Item]], AsyncGenerator[Outcome, None]]
"""From items to what comes of them, in the order in which they are done; closed, it ends what is under way."""
Starting = Callable[[Job, Backends], AbstractAsyncContextManager[Engine]]
"""Starts an engine for a job, whose ceilings the backends hold."""


@asynccontextmanager
async def local_engine(job: Job, backends: Backends, *, processes: int | None) -> AsyncIterator[Engine]:
    """Yield an engine on this machine: with one process this one does it all, else so many others read and check.

    Without a number there is one process a core; one where the model itself runs on this machine.
    """
    if processes is None:
        processes = 1 if any(kind_of(model or "") == "local" for model in models_of(job)) else cores()
    job = job_on(job, processes)
    calls = calls_at_once(job)
    slots = slots_for(calls, processes)
    if processes == 1:
        yield lambda items: outcomes(items, lambda item: outcome_of(item, job, backends.opening), slots if calls else 1)
        return
    _require_sendable(job)
    async with Pool(job, backends, processes) as pool:
        yield lambda items: outcomes(items, pool.perform, slots)


def _require_sendable(job: Job) -> None:
    """Raise UsageError if a check of the user's own cannot be imported in another process."""
    for check in job.own_checks:
        try:
            # A script or notebook is another `__main__` there.
            sendable = b"__main__" not in dumps(check)
        except Exception:
            sendable = False
        if not sendable:
            raise UsageError(
                f"the check {check.name} cannot be sent to other processes: put it into a module, or use processes=1"
            )


def calls_at_once(job: Job) -> int:
    """Return how many calls may be under way at once: none where no language model is asked."""
    return job.settings.concurrency if asks_model(job) else 0


def slots_for(calls: int, processes: int) -> int:
    """Return how many items are to be under way at once, so that neither calls nor processes wait for one."""
    return max(processes * WAITING, ceil(calls * MORE) + processes)


def job_on(job: Job, processes: int) -> Job:
    """Return a job for one of several processes: the ceilings are those of the batch, and each has one core."""
    apart = {"max_calls": None, "max_tokens_total": None, "max_cost": None, "accept": None}
    threads = 1 if processes > 1 else job.settings.entailment_threads
    return job.with_settings(job.settings.model_copy(update={**apart, "entailment_threads": threads}))


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


async def outcomes(items: AsyncIterator[Item], perform: Perform, slots: int) -> AsyncGenerator[Outcome, None]:
    """Yield what comes of items, `slots` of them under way at most; on an error, or if closed, all of them end."""
    working: set[asyncio.Task[Outcome]] = set()
    taking: asyncio.Task[Item | None] | None = asyncio.create_task(_next(items))
    try:
        while taking is not None or working:
            waited: set[asyncio.Task[Outcome] | asyncio.Task[Item | None]] = {*working}
            if taking is not None and len(working) < slots:
                waited.add(taking)
            done, _ = await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if taking is not None and taking in done:
                item = taking.result()
                taking = None
                if item is not None:
                    working.add(asyncio.create_task(_performed(perform, item)))
                    taking = asyncio.create_task(_next(items))
            for task in [task for task in working if task.done()]:
                working.remove(task)
                yield task.result()
    finally:
        left = [*working, *([taking] if taking is not None else [])]
        for one in left:
            one.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _next(items: AsyncIterator[Item]) -> Item | None:
    return await anext(items, None)


async def _performed(perform: Perform, item: Item) -> Outcome:
    return await perform(item)
