"""Runs a batch on a Ray cluster.

Each actor (a process of Ray) opens the models. Each item may spend a share of the ceilings on calls, tokens and cost.
"""

import asyncio
import logging
import os
import re
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from math import ceil, inf
from pathlib import Path
from typing import Any

from summarise.backends.budget import Ceilings
from summarise.batch.engine import (
    MAX_DEATHS,
    Backends,
    Engine,
    calls_at_once,
    cores,
    died_outcome,
    job_on,
    outcomes,
    slots_for,
)
from summarise.batch.inputs import Item
from summarise.batch.jobs import REACHED, Job, Outcome, Spent, ceilings_of, outcome_of
from summarise.data import Backend
from summarise.errors import ConfigurationError
from summarise.settings.model import Settings
from summarise.version import __version__

# With the default niceness, 15, workers get hardly any time on a busy machine.
PRIORITY = {"worker_niceness": 0}
HOST_PORT = re.compile(r"(?P<host>[^:/]+):(?P<port>\d+)")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
PATIENCE = 10.0  # seconds to connect to the head node


def connect(address: str | None, num_cpus: float) -> Any:
    """Connect to a cluster, by default a new one on this machine, and return the module `ray`.

    `num_cpus`: the CPUs that all processes together need. Raises ConfigurationError.
    """
    try:
        import ray
    except ImportError:
        raise ConfigurationError("--engine ray needs Ray: pip install 'summarise-checked[ray]'") from None
    options: dict[str, Any] = {"address": address}
    if address is None:
        cpus = max(cores(), ceil(num_cpus))
        options = {"address": "local", "num_cpus": cpus, "include_dashboard": False, "_system_config": PRIORITY}
    try:
        if (host_port := HOST_PORT.fullmatch(address or "")) is not None:
            # Without this test, Ray waits for minutes if nothing listens there.
            socket.create_connection((host_port["host"], int(host_port["port"])), timeout=PATIENCE).close()
        with _same_signal_handlers():
            ray.init(**options, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, OverflowError, RuntimeError, ValueError) as error:
        place = f"at {address}" if address else "on this machine"
        hint = "; if it asks for a token, set RAY_AUTH_MODE=token" if address else ""
        raise ConfigurationError(f"no Ray cluster can be used {place}: {last_line(error)}{hint}") from None
    return ray


@contextmanager
def _same_signal_handlers() -> Iterator[None]:
    """Restore the signal handlers when the block ends, because Ray sets its own, which end the process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        # Outside the main thread, handlers cannot be set, and Ray sets none.
        with suppress(ValueError):
            for number, handler in handlers.items():
                signal.signal(number, handler)


def last_line(error: Exception) -> str:
    """Return the last line of an error's message, which may contain a traceback."""
    lines = COLOUR.sub("", str(error)).strip().splitlines()
    return lines[-1].strip()[:200] if lines else type(error).__name__


# amounts by "calls", "tokens" and "cost" (US dollars), only those with a ceiling
Amounts = dict[str, float]


@dataclass(frozen=True, eq=False)
class Share:
    """The calls, tokens and US dollars that an item may spend. `whole`: whether this is all that is left."""

    amounts: Amounts
    whole: bool

    @property
    def ceilings(self) -> Ceilings:
        """The amounts as ceilings."""
        return Ceilings.model_validate(self.amounts)


class Shares:
    """Divides the ceilings on calls, tokens and cost among items that run at the same time.

    An item may spend up to 1/`parts` of the amounts that are left. `before`: earlier spending.
    """

    def __init__(self, settings: Settings, before: Spent, parts: int) -> None:
        ceilings, spent = ceilings_of(settings).model_dump(exclude_none=True), before.model_dump()
        self._left: Amounts = {name: most - spent[name] for name, most in ceilings.items()}
        self._parts = parts
        self._under_way: list[Share] = []
        self._queue = asyncio.Lock()
        self._settled = asyncio.Event()

    async def take(self, *, whole: bool = False) -> Share | None:
        """Reserve a share of the remaining calls, tokens and cost for an item. Returns None if a ceiling is reached.

        Waits while other items have reserved all of the rest. With `whole`, waits until no other item has a share, and
        reserves the rest. Callers are served in order.
        """
        async with self._queue:
            while (whole and self._under_way) or min((free := self._free()).values(), default=inf) <= 0:
                if not self._under_way:
                    return None
                self._settled.clear()
                await self._settled.wait()
            amounts = free if whole else {name: min(free[name], self._part(name)) for name in free}
            share = Share(amounts, not self._under_way and amounts == free)
            self._under_way.append(share)
            return share

    def settle(self, share: Share, spent: Spent | None) -> None:
        """Release a share. If `spent` is None (unknown), the full share counts as spent."""
        self._under_way.remove(share)
        amounts = share.amounts if spent is None else spent.model_dump()
        self._left = {name: left - amounts[name] for name, left in self._left.items()}
        self._settled.set()

    def _free(self) -> Amounts:
        return {name: left - sum(share.amounts[name] for share in self._under_way) for name, left in self._left.items()}

    def _part(self, name: str) -> float:
        part = self._left[name] / self._parts
        return part if name == "cost" else max(1, part // 1)


class RayWorker:
    """A Ray actor, which runs a job on items.

    `given`: backends given as objects, by name. `folder`: its working folder, if that exists on its machine.
    """

    def __init__(self, job: Job, settings: Settings, given: Mapping[str, Backend], folder: str) -> None:
        self._job = job
        self._settings = settings
        self._backends = Backends(settings, given=given)
        with suppress(OSError):
            os.chdir(folder)

    async def ready(self) -> str:
        """Return the package version on the machine of the actor."""
        return __version__

    async def perform(self, item: Item, share: Ceilings) -> tuple[Outcome, Spent]:
        """Run the job on an item. Returns the outcome and the spending, which stays within `share`."""
        ceilings = {"max_calls": share.calls, "max_tokens_total": share.tokens, "max_cost": share.cost}
        backends = self._backends.within(self._settings.model_copy(update=ceilings))
        return await outcome_of(item, self._job, backends.opening), backends.spent


@asynccontextmanager
async def ray_engine(
    job: Job, backends: Backends, *, address: str | None = None, processes: int | None = None, num_cpus: float = 1.0
) -> AsyncIterator[Engine]:
    """Yield a function that runs the job on items, on a cluster. Raises ConfigurationError.

    `address`: the cluster (None: a new one on this machine). `processes`: the number of actors (None: as many as fit).
    `num_cpus`: the CPUs of each actor.
    """
    ray = connect(address, (processes or 0) * num_cpus)
    try:
        largest = max((node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]), default=0)
        if largest < num_cpus:
            raise ConfigurationError(f"no machine of the cluster has {num_cpus:g} CPUs: ask for fewer (--num-cpus)")
        size = processes or max(1, int(ray.cluster_resources().get("CPU", 0) // num_cpus))
        calls = calls_at_once(job)
        slots = slots_for(calls, size)
        # `size + 1`, so that even a single actor uses one thread.
        worker_job = job_on(job, size + 1)
        settings = worker_job.settings.model_copy(update={"concurrency": max(1, calls // size)})
        remote = ray.remote(max_restarts=0, max_task_retries=0)(RayWorker)

        def start_actor(cpus: float) -> Any:
            return remote.options(num_cpus=cpus).remote(worker_job, settings, backends.given, str(Path.cwd()))

        shares = Shares(job.settings, backends.before, slots)
        pool = RayPool(ray, start_actor, shares, backends, items_at_once=ceil(slots / size))
        try:
            for _ in range(size):
                pool.start(num_cpus)
            yield lambda items: outcomes(items, pool.perform, slots)
        finally:
            pool.close()
    finally:
        ray.shutdown()


@dataclass(eq=False)
class Process:
    """An actor. `start`: the task that waits until it is ready; None for an actor for a single item.

    `busy`: the number of items under way.
    """

    actor: Any
    num_cpus: float = 0
    start: asyncio.Task[None] | None = None
    ready: bool = False
    busy: int = 0


class RayPool:
    """A pool of actors, each with up to `items_at_once` items. `start_actor`: starts an actor with a number of CPUs."""

    def __init__(
        self, ray: Any, start_actor: Callable[[float], Any], shares: Shares, backends: Backends, *, items_at_once: int
    ) -> None:
        self._errors = ray.exceptions
        self._kill = ray.kill
        self._start_actor = start_actor
        self._shares = shares
        self._backends = backends
        self._items_at_once = items_at_once
        self._processes: set[Process] = set()
        self._has_called = bool(backends.before.calls)
        self._retrying = asyncio.Lock()
        self._changed = asyncio.Event()
        self._problem = ""

    def start(self, num_cpus: float) -> None:
        """Start an actor of the pool."""
        process = Process(self._start_actor(num_cpus), num_cpus)
        self._processes.add(process)
        process.start = asyncio.create_task(self._until_ready(process))

    def close(self) -> None:
        """End all actors."""
        for process in [*self._processes]:
            self._end(process)

    async def perform(self, item: Item) -> Outcome:
        """Run the job on an item, again if the actor dies. Raises ConfigurationError if no actor starts."""
        process = await self._free_process()
        process.busy += 1
        try:
            outcome = await self._try(item, process)
        finally:
            process.busy -= 1
            self._changed.set()
        return outcome or await self._retry(item)

    async def _free_process(self) -> Process:
        while True:
            if self._problem:
                advice = "every machine needs the same version of this program"
                raise ConfigurationError(f"no process can be started on the cluster ({self._problem}): {advice}")
            free = [process for process in self._processes if process.ready and process.busy < self._items_at_once]
            if free:
                return min(free, key=lambda process: process.busy)
            self._changed.clear()
            await self._changed.wait()

    async def _retry(self, item: Item) -> Outcome:
        async with self._retrying:
            for _ in range(MAX_DEATHS - 1):
                # Reserves no CPU, because the cluster may have none left.
                process = Process(self._start_actor(0))
                self._processes.add(process)
                try:
                    if (outcome := await self._try(item, process)) is not None:
                        return outcome
                finally:
                    self._end(process)
        return died_outcome(item)

    async def _try(self, item: Item, process: Process) -> Outcome | None:
        """Run the job on an item, again if its share of the ceilings was too small. Returns None if the actor died."""
        outcome = None
        for whole in (False, True):
            share = await self._shares.take(whole=whole)
            if share is None:
                return Outcome(item.id, item.content, given_up=REACHED)
            spent = None
            try:
                outcome, spent = await process.actor.perform.remote(item, share.ceilings)
            except self._errors.RayTaskError as error:
                raise RuntimeError(f"{type(error.cause).__name__}: {error.cause}") from None
            except self._errors.RayError:
                if process.ready and process in self._processes:
                    self.start(process.num_cpus)
                self._end(process)
                return None
            finally:
                self._shares.settle(share, spent)
            if spent.calls or spent.tokens:
                self._has_called = True
                self._backends.on_spent(spent)
            if not outcome.given_up or share.whole:
                break
        # Before the first call, the message states how much one call needs.
        return replace(outcome, given_up=REACHED) if outcome and outcome.given_up and self._has_called else outcome

    async def _until_ready(self, process: Process) -> None:
        try:
            version = await process.actor.ready.remote()
            same = version == __version__
            problem = "" if same else f"its version is {version}, and the version here is {__version__}"
            process.ready = True
        except self._errors.RayError as error:
            self._end(process)
            # If there are other actors, the batch continues with them.
            problem = "" if any(other.start for other in self._processes) else last_line(error)
        self._problem = self._problem or problem
        self._changed.set()

    def _end(self, process: Process) -> None:
        self._processes.discard(process)
        if process.start is not None:
            process.start.cancel()
        self._kill(process.actor)
