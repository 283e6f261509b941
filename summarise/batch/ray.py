"""Runs a batch on a Ray cluster.

Actors (processes of Ray) open the models. Each item may spend a share of the ceilings on calls, tokens and cost.
"""

import asyncio
import logging
import os
import re
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from math import ceil, floor, inf
from pathlib import Path
from typing import Any, NamedTuple, Self

from summarise.backends.budget import Ceilings
from summarise.batch.engine import (
    LIVES,
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
from summarise.batch.jobs import REACHED, Job, Outcome, Spent, outcome_of
from summarise.data import Backend
from summarise.errors import ConfigurationError
from summarise.settings.model import Settings
from summarise.version import __version__

# the default niceness, 15, starves workers on a busy machine
EAGER = {"worker_niceness": 0}
HOST_PORT = re.compile(r"(?P<host>[^:/]+):(?P<port>\d+)")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
PATIENCE = 10.0  # seconds to connect to the head node


@dataclass(frozen=True)
class Cluster:
    """A Ray cluster. Without an `address`, a cluster is started on this machine.

    `processes`: the number of actors (None: as many as fit). `num_cpus`: the CPUs of each actor.
    """

    address: str | None = None
    processes: int | None = None
    num_cpus: float = 1.0


def connected(cluster: Cluster) -> Any:
    """Connect to a cluster and return the module `ray`. Raises ConfigurationError."""
    try:
        import ray
    except ImportError:
        raise ConfigurationError("--engine ray needs Ray: pip install 'summarise-checked[ray]'") from None
    where: dict[str, Any] = {"address": cluster.address}
    problem = f"no Ray cluster can be used {f'at {cluster.address}' if cluster.address else 'on this machine'}"
    if cluster.address is None:
        most = max(cores(), ceil((cluster.processes or 0) * cluster.num_cpus))
        where = {"address": "local", "num_cpus": most, "include_dashboard": False, "_system_config": EAGER}
    try:
        if (found := HOST_PORT.fullmatch(cluster.address or "")) is not None:
            # Ray itself would wait for minutes.
            socket.create_connection((found["host"], int(found["port"])), timeout=PATIENCE).close()
        with _signals_kept():
            ray.init(**where, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, OverflowError, RuntimeError, ValueError) as error:
        hint = "; if it asks for a token, set RAY_AUTH_MODE=token" if cluster.address else ""
        raise ConfigurationError(f"{problem}: {last_line(error)}{hint}") from None
    return ray


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Restore the signal handlers afterwards, because those of Ray end the process."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        # Outside the main thread, handlers cannot be set, and Ray sets none.
        with suppress(ValueError):
            for number, handler in before.items():
                signal.signal(number, handler)


def last_line(error: Exception) -> str:
    """Return the last line of an error's message, which may contain a traceback."""
    lines = COLOUR.sub("", str(error)).strip().splitlines()
    return lines[-1].strip()[:200] if lines else type(error).__name__


# calls, tokens and US dollars, if they have a ceiling
Amounts = dict[str, float]


@dataclass(frozen=True, eq=False)
class Share:
    """The calls, tokens and US dollars that an item may spend. `whole`: whether they are all that is left."""

    amounts: Amounts
    whole: bool

    @property
    def ceilings(self) -> Ceilings:
        """The amounts as ceilings, with calls and tokens rounded down."""
        rounded = {name: amount if name == "cost" else floor(amount) for name, amount in self.amounts.items()}
        return Ceilings.model_validate(rounded)


class Shares:
    """Divides the ceilings on calls, tokens and cost among `parts` concurrent items. `before`: earlier spending."""

    def __init__(self, settings: Settings, before: Spent, parts: int) -> None:
        ceilings = {"calls": settings.max_calls, "tokens": settings.max_tokens_total, "cost": settings.max_cost}
        spent = before.model_dump()
        self._left: Amounts = {name: most - spent[name] for name, most in ceilings.items() if most is not None}
        self._parts = parts
        self._under_way: list[Share] = []
        self._queue = asyncio.Lock()
        self._settled = asyncio.Event()

    async def take(self, *, whole: bool = False) -> Share | None:
        """Reserve a share for an item. Returns None if a ceiling is used up.

        Requests are served in order. A `whole` share is all that is left, once no other item is under way.
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
        taken = share.amounts if spent is None else spent.model_dump()
        self._left = {name: left - taken[name] for name, left in self._left.items()}
        self._settled.set()

    def _free(self) -> Amounts:
        return {name: left - sum(share.amounts[name] for share in self._under_way) for name, left in self._left.items()}

    def _part(self, name: str) -> float:
        part = self._left[name] / self._parts
        return part if name == "cost" else max(1, part // 1)


@dataclass(frozen=True)
class Assignment:
    """The arguments of an actor. `folder` becomes its working folder, if it exists on that machine."""

    job: Job
    settings: Settings
    given: Mapping[str, Backend]
    folder: str


class RayWorker:
    """A Ray actor, which runs a job on items."""

    def __init__(self, assignment: Assignment) -> None:
        self._job = assignment.job
        self._settings = assignment.settings
        self._backends = Backends(assignment.settings, given=assignment.given)
        with suppress(OSError):
            os.chdir(assignment.folder)

    async def ready(self) -> str:
        """Return the package version on the machine of the actor."""
        return __version__

    async def perform(self, item: Item, share: Ceilings) -> tuple[Outcome, Spent]:
        """Run the job on an item, and return the outcome and the spending, which stays within `share`."""
        most = {"max_calls": share.calls, "max_tokens_total": share.tokens, "max_cost": share.cost}
        backends = self._backends.within(self._settings.model_copy(update=most))
        return await outcome_of(item, self._job, backends.opening), backends.spent


@asynccontextmanager
async def ray_engine(job: Job, backends: Backends, *, cluster: Cluster) -> AsyncIterator[Engine]:
    """Yield a function that runs the job on items on a cluster, and yields outcomes. Raises ConfigurationError."""
    ray = connected(cluster)
    try:
        largest = max((node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]), default=0)
        if largest < cluster.num_cpus:
            raise ConfigurationError(
                f"no machine of the cluster has {cluster.num_cpus:g} CPUs: ask for fewer (--num-cpus)"
            )
        size = cluster.processes or max(1, int(ray.cluster_resources().get("CPU", 0) // cluster.num_cpus))
        calls = calls_at_once(job)
        slots = slots_for(calls, size)
        # `size + 1`, so that even a single actor uses one thread.
        here = job_on(job, size + 1)
        opening = here.settings.model_copy(update={"concurrency": max(1, calls // size)})
        assignment = Assignment(here, opening, backends.given, str(Path.cwd()))
        shares = Shares(job.settings, backends.before, slots)
        async with RayPool(ray, assignment, shares, backends, size, ceil(slots / size), cluster.num_cpus) as pool:
            yield lambda items: outcomes(items, pool.perform, slots)
    finally:
        ray.shutdown()


class Place(NamedTuple):
    """A free slot of an actor. `order`: its number in the actor; slots of the least busy actors sort first."""

    order: int
    number: int
    process: "Process"


@dataclass(eq=False)
class Process:
    """An actor of the pool. `beginning` is the task that waits for its start."""

    number: int
    actor: Any
    beginning: asyncio.Task[None] | None = None
    dead: bool = False


class RayPool:
    """A pool of `size` actors, each of which works on up to `room` items at once."""

    def __init__(
        self,
        ray: Any,
        assignment: Assignment,
        shares: Shares,
        backends: Backends,
        size: int,
        room: int,
        num_cpus: float,
    ) -> None:
        self._ray = ray
        self._assignment = ray.put(assignment)
        self._shares = shares
        self._backends = backends
        self._size = size
        self._room = room
        self._actor = ray.remote(max_restarts=0, max_task_retries=0)(RayWorker)
        self._num_cpus = num_cpus
        self._numbers = count()
        self._processes: set[Process] = set()
        self._places: asyncio.PriorityQueue[Place] = asyncio.PriorityQueue()
        self._asked = bool(backends.before.calls)
        self._apart = asyncio.Lock()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        for _ in range(self._size):
            self._start()
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        for process in [*self._processes]:
            self._end(process)
        if not self._failed.cancel():
            # Mark the exception as retrieved.
            self._failed.exception()

    async def perform(self, item: Item) -> Outcome:
        """Run the job on an item, again if the actor dies. Raises ConfigurationError if no actor starts."""
        place = await self._place()
        try:
            outcome = await self._tried(item, place.process)
        finally:
            if not place.process.dead:
                self._places.put_nowait(place)
        return outcome or await self._alone(item)

    async def _alone(self, item: Item) -> Outcome:
        async with self._apart:
            for _ in range(LIVES - 1):
                # Reserves no CPU, because the cluster may have none left.
                process = Process(next(self._numbers), self._actor.options(num_cpus=0).remote(self._assignment))
                self._processes.add(process)
                try:
                    if (outcome := await self._tried(item, process)) is not None:
                        return outcome
                finally:
                    self._end(process)
        return died_outcome(item)

    async def _tried(self, item: Item, process: Process) -> Outcome | None:
        """Run an item on an actor; return its outcome, or None if the actor died.

        If its share of the ceilings is too small, the item is run again with all that is left.
        """
        outcome = None
        for whole in (False, True):
            share = await self._shares.take(whole=whole)
            if share is None:
                return Outcome(item.id, item.content, given_up=REACHED)
            spent = None
            try:
                outcome, spent = await process.actor.perform.remote(item, share.ceilings)
            except self._ray.exceptions.RayTaskError as error:
                raise RuntimeError(f"{type(error.cause).__name__}: {error.cause}") from None
            except self._ray.exceptions.RayError:
                self._replace(process)
                return None
            finally:
                self._shares.settle(share, spent)
            if spent.calls or spent.tokens:
                self._asked = True
                self._backends.on_spent(spent)
            if not outcome.given_up or share.whole:
                break
        # Before the first call, the message states how much one call needs.
        return replace(outcome, given_up=REACHED) if outcome and outcome.given_up and self._asked else outcome

    async def _place(self) -> Place:
        while True:
            taking = asyncio.create_task(self._places.get())
            waited: set[asyncio.Future[Any]] = {taking, self._failed}
            try:
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if self._failed.done():
                    self._failed.result()
                if not (place := taking.result()).process.dead:
                    return place
            finally:
                taking.cancel()

    def _start(self) -> None:
        actor = self._actor.options(num_cpus=self._num_cpus).remote(self._assignment)
        process = Process(next(self._numbers), actor)
        self._processes.add(process)
        process.beginning = asyncio.create_task(self._begin(process))

    async def _begin(self, process: Process) -> None:
        try:
            version = await process.actor.ready.remote()
            why = "" if version == __version__ else f"its version is {version}, and the version here is {__version__}"
        except self._ray.exceptions.RayError as error:
            self._end(process)
            # If there are other actors, the batch continues with them.
            why = "" if any(one.beginning for one in self._processes) else last_line(error)
        if why and not self._failed.done():
            message = f"no process can be started on the cluster ({why})"
            advice = "every machine needs the same version of this program"
            self._failed.set_exception(ConfigurationError(f"{message}: {advice}"))
        if not process.dead:
            for order in range(self._room):
                self._places.put_nowait(Place(order, process.number, process))

    def _replace(self, process: Process) -> None:
        if not process.dead and process.beginning is not None:
            self._start()
        self._end(process)

    def _end(self, process: Process) -> None:
        process.dead = True
        self._processes.discard(process)
        if process.beginning is not None:
            process.beginning.cancel()
        self._ray.kill(process.actor)
