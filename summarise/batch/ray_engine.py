"""The second engine: the same jobs on a Ray cluster, in actors on any of its machines.

Input, journal and output stay in the process of the batch, which holds each item until there is an outcome. An actor
that ends takes nothing with it: another one is started, and its items are done again, one at a time, in an actor that
has nothing else to do.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple, Self

from summarise.batch.backends import Backends
from summarise.batch.batch import AnyJob, Starting, cores, job_on, models_of
from summarise.batch.engine import MORE, WAITING, Engine, calls_at_once, outcomes
from summarise.batch.items import Item
from summarise.batch.jobs import Outcome
from summarise.batch.pool import LIVES, died_outcome
from summarise.batch.ray_worker import Assignment, RayWorker
from summarise.batch.shares import Shares
from summarise.errors import ConfigurationError
from summarise.settings.model import Settings

EAGER = {"worker_niceness": 0}
"""Ray starts its workers with niceness 15: beside anything else that computes they come to nothing."""
REACHED = "a ceiling of the batch is reached"


@dataclass(frozen=True)
class Cluster:
    """A cluster by its `address` (None: one is started on this machine), and what is used of it.

    `processes` are actors (None: as many as it has CPUs for), for each of which `num_cpus` are reserved.
    """

    address: str | None = None
    processes: int | None = None
    num_cpus: float = 1.0


def on_ray(settings: Settings, cluster: Cluster) -> Starting:
    """Return what starts an engine on a cluster; ConfigurationError where Ray or the cluster is not there."""

    def starting(job: AnyJob, backends: Backends) -> AbstractAsyncContextManager[Engine]:
        return ray_engine(job, settings, cluster, backends)

    return starting


@asynccontextmanager
async def ray_engine(job: AnyJob, settings: Settings, cluster: Cluster, backends: Backends) -> AsyncIterator[Engine]:
    """Yield an engine on a cluster, and leave the cluster at the end."""
    ray = _connected(cluster)
    try:
        size = cluster.processes or max(1, int(ray.cluster_resources().get("CPU", 0) // cluster.num_cpus))
        calls = calls_at_once(settings.concurrency, *models_of(job))
        slots = max(size * WAITING, ceil(calls * MORE) + size)
        # Each is one of several processes, whatever their number: one thread.
        here = job_on(job, size + 1)
        opening = here.settings.model_copy(update={"concurrency": max(1, calls // size)})
        assignment = Assignment(here, opening, backends.given, str(Path.cwd()))
        shares = Shares(settings, backends.before, slots)
        async with RayPool(ray, assignment, shares, backends, size, ceil(slots / size), cluster.num_cpus) as pool:
            yield lambda items: outcomes(items, pool.perform, slots)
    finally:
        ray.shutdown()


class Place(NamedTuple):
    """Room for an item in a process; those come first that leave a process the least busy."""

    order: int
    number: int
    process: "Process"


@dataclass(eq=False)
class Process:
    """An actor of the pool; `dead` once it ended or cannot be reached."""

    number: int
    actor: Any
    beginning: asyncio.Task[None] | None = None
    dead: bool = False


class RayPool:
    """So many actors, each with `room` for so many items at once; they end with the block."""

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
            # Told already, or nobody waited.
            self._failed.exception()

    async def perform(self, item: Item) -> Outcome:
        """Return what comes of an item; ConfigurationError where no actor can be started."""
        place = await self._place()
        try:
            outcome = await self._tried(item, place.process)
        finally:
            if not place.process.dead:
                self._places.put_nowait(place)
        return outcome or await self._alone(item)

    async def _alone(self, item: Item) -> Outcome:
        """Return what comes of an item that an actor ended with, or beside: nothing else is in the actor then."""
        async with self._apart:
            for _ in range(LIVES - 1):
                # No CPU is reserved for it: there may be none left on the cluster.
                process = Process(next(self._numbers), self._actor.options(num_cpus=0).remote(self._assignment))
                self._processes.add(process)
                try:
                    if (outcome := await self._tried(item, process)) is not None:
                        return outcome
                finally:
                    self._end(process)
        return died_outcome(item)

    async def _tried(self, item: Item, process: Process) -> Outcome | None:
        """Return what comes of an item, None where the actor ended; a share that was too small is tried as a whole."""
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
                self._backends.on_spent(spent)
            if not outcome.given_up or share.whole:
                break
        return outcome

    async def _place(self) -> Place:
        """Return a place in the least busy of the actors that are ready."""
        while True:
            taking = asyncio.create_task(self._places.get())
            waited: set[asyncio.Future[Any]] = {taking, self._failed}
            try:
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if not taking.done():
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
            await process.actor.ready.remote()
        except self._ray.exceptions.RayError as error:
            self._end(process)
            # Where others began, the batch goes on with them.
            if not self._processes and not self._failed.done():
                self._failed.set_exception(
                    ConfigurationError(f"no process can be started on the cluster: {_line(error)}")
                )
            return
        for order in range(self._room):
            self._places.put_nowait(Place(order, process.number, process))

    def _replace(self, process: Process) -> None:
        """Take an actor away that ended, and start another one in its place, if it has one."""
        if not process.dead and process.beginning is not None:
            self._start()
        self._end(process)

    def _end(self, process: Process) -> None:
        process.dead = True
        self._processes.discard(process)
        if process.beginning is not None:
            process.beginning.cancel()
        self._ray.kill(process.actor)


def _connected(cluster: Cluster) -> Any:
    """Return Ray, connected to a cluster."""
    try:
        import ray
    except ImportError:
        raise ConfigurationError("--engine ray needs Ray: pip install 'summarise-checked[ray]'") from None
    where: dict[str, Any] = {"address": cluster.address}
    if cluster.address is None:
        most = max(cores(), ceil((cluster.processes or 0) * cluster.num_cpus))
        where = {"address": "local", "num_cpus": most, "include_dashboard": False, "_system_config": EAGER}
    try:
        with _signals_kept():
            ray.init(**where, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError) as error:
        place = f"at {cluster.address}" if cluster.address else "on this machine"
        raise ConfigurationError(f"no Ray cluster can be used {place}: {_line(error)}") from None
    return ray


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Leave to others what SIGINT and SIGTERM do: Ray would end the process."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        # Only the main thread may set them, and there alone Ray does.
        with suppress(ValueError):
            for number, handler in before.items():
                signal.signal(number, handler)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
