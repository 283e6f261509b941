"""The jobs of a batch on a Ray cluster."""

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
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple, Self

from summarise.backends.budget import Ceilings
from summarise.batch.backends import REACHED, Backends, OpenBackends, Shares, Spent
from summarise.batch.inputs import Item
from summarise.batch.jobs import Job, Outcome, outcome_of
from summarise.batch.pool import LIVES, died_outcome
from summarise.batch.run import Engine, calls_at_once, cores, job_on, outcomes, slots_for
from summarise.data import Backend
from summarise.errors import ConfigurationError
from summarise.settings.model import Settings
from summarise.version import __version__

EAGER = {"worker_niceness": 0}
"""Ray starts its workers with niceness 15: beside anything else that computes they come to nothing."""
HOST_PORT = re.compile(r"(?P<host>[^:/]+):(?P<port>\d+)")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
PATIENCE = 10.0
"""Seconds that the head of a cluster has to take a connection."""


@dataclass(frozen=True)
class Cluster:
    """A cluster by its `address` (None: one is started on this machine), and what is used of it.

    `processes` are actors (None: as many as it has CPUs for), for each of which `num_cpus` are reserved.
    """

    address: str | None = None
    processes: int | None = None
    num_cpus: float = 1.0


def connected(cluster: Cluster) -> Any:
    """Return Ray, connected to a cluster; ConfigurationError where there is no Ray, or no such cluster."""
    try:
        import ray
    except ImportError:
        raise ConfigurationError("--engine ray needs Ray: pip install 'summarise-checked[ray]'") from None
    where: dict[str, Any] = {"address": cluster.address}
    told = f"no Ray cluster can be used {f'at {cluster.address}' if cluster.address else 'on this machine'}"
    if cluster.address is None:
        most = max(cores(), ceil((cluster.processes or 0) * cluster.num_cpus))
        where = {"address": "local", "num_cpus": most, "include_dashboard": False, "_system_config": EAGER}
    try:
        if (found := HOST_PORT.fullmatch(cluster.address or "")) is not None:
            # Ray would wait for minutes.
            socket.create_connection((found["host"], int(found["port"])), timeout=PATIENCE).close()
        with _signals_kept():
            ray.init(**where, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, OverflowError, RuntimeError, ValueError) as error:
        hint = "; one that asks for a token needs RAY_AUTH_MODE=token" if cluster.address else ""
        raise ConfigurationError(f"{told}: {last_line(error)}{hint}") from None
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


def last_line(error: Exception) -> str:
    """Return the last line of an error: what stands before it is where it was raised."""
    lines = COLOUR.sub("", str(error)).strip().splitlines()
    return lines[-1].strip()[:200] if lines else type(error).__name__


@dataclass(frozen=True)
class Assignment:
    """What a worker needs: the job, the settings by which models are opened, backends by name, and the folder.

    In the folder relative paths begin; a machine that has no such folder is left where it is.
    """

    job: Job
    settings: Settings
    given: Mapping[str, Backend]
    folder: str


class RayWorker:
    """Does the job with each item that comes, several at once."""

    def __init__(self, assignment: Assignment) -> None:
        self._job = assignment.job
        self._settings = assignment.settings
        self._opened = OpenBackends(assignment.settings, given=assignment.given)
        with suppress(OSError):
            os.chdir(assignment.folder)

    async def ready(self) -> str:
        """Return the version of this program on the worker's machine."""
        return __version__

    async def perform(self, item: Item, share: Ceilings) -> tuple[Outcome, Spent]:
        """Return what comes of an item, and what its calls took: no more than the share."""
        most = {"max_calls": share.calls, "max_tokens_total": share.tokens, "max_cost": share.cost}
        backends = Backends(self._settings.model_copy(update=most), opened=self._opened)
        return await outcome_of(item, self._job, backends.opening), backends.spent


@asynccontextmanager
async def ray_engine(job: Job, backends: Backends, *, cluster: Cluster) -> AsyncIterator[Engine]:
    """Yield an engine on a cluster, and leave the cluster at the end.

    ConfigurationError where Ray or the cluster is not there, or no machine of it is large enough.
    """
    ray = connected(cluster)
    try:
        largest = max((node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]), default=0)
        if largest < cluster.num_cpus:
            raise ConfigurationError(
                f"no machine of the cluster has {cluster.num_cpus:g} CPUs: allow fewer (--num-cpus)"
            )
        size = cluster.processes or max(1, int(ray.cluster_resources().get("CPU", 0) // cluster.num_cpus))
        calls = calls_at_once(job)
        slots = slots_for(calls, size)
        # Each is one of several processes, whatever their number: one thread.
        here = job_on(job, size + 1)
        opening = here.settings.model_copy(update={"concurrency": max(1, calls // size)})
        assignment = Assignment(here, opening, backends.given, str(Path.cwd()))
        shares = Shares(job.settings, backends.before, slots)
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
                self._asked = True
                self._backends.on_spent(spent)
            if not outcome.given_up or share.whole:
                break
        # Where nothing was ever asked, the ceiling does not allow a single call, and what one takes is told.
        return replace(outcome, given_up=REACHED) if outcome and outcome.given_up and self._asked else outcome

    async def _place(self) -> Place:
        """Return a place in the least busy of the actors that are ready."""
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
        """Offer the places of an actor once it is ready; where none can be started, whoever waits for one is told."""
        try:
            version = await process.actor.ready.remote()
            why = "" if version == __version__ else f"version {version} is there, and {__version__} here"
        except self._ray.exceptions.RayError as error:
            self._end(process)
            # Where others began, the batch goes on with them.
            why = "" if any(one.beginning for one in self._processes) else last_line(error)
        if why and not self._failed.done():
            told = f"no process can be started on the cluster ({why})"
            advice = "every machine needs the same version of this program"
            self._failed.set_exception(ConfigurationError(f"{told}: {advice}"))
        if not process.dead:
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
