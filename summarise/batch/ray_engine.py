"""The same work on a Ray cluster: Ray Data spreads items over actors, each with its models loaded once.

Input, journal and output stay in the process that started the batch. Ceilings are held by one more actor, so that they
hold over all. A worker that is lost is started again by Ray, and what it had under way is given to others.
"""

import asyncio
import logging
import pickle
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any

from summarise.batch.backends import BOUNDLESS, Backends, Spent, batch_purse, spent_by
from summarise.batch.engine import Engine, calls_at_once, outcomes
from summarise.batch.items import Item
from summarise.batch.jobs import Outcome, outcome_of
from summarise.batch.running import Stop
from summarise.batch.whole import AnyJob, Starting, job_on, models_of
from summarise.data import Request
from summarise.errors import BudgetError, ConfigurationError
from summarise.prices import price_of
from summarise.purse import Bill, Purse, SpentError
from summarise.settings import Settings

SLICE = 256
"""Items for each worker in one data set: the next one is begun, with new actors, when all of it are done."""
AT_LEAST = 4
"""Items that a worker is given at once; more where more calls are to be under way."""


@dataclass(frozen=True)
class Cluster:
    """A cluster by its `address` (None: one is started here), how many workers, and how many cores each is given."""

    address: str | None = None
    workers: int = 2
    cores: float = 1.0


def on_ray(settings: Settings, cluster: Cluster, stop: Stop) -> Starting:
    """Return what starts an engine on a cluster; ConfigurationError where Ray or the cluster is not there.

    Once the batch is to `stop`, what the cluster has under way is left undone.
    """

    def starting(job: AnyJob, backends: Backends) -> AbstractAsyncContextManager[Engine]:
        return ray_engine(job, settings, cluster, backends, stop)

    return starting


@asynccontextmanager
async def ray_engine(
    job: AnyJob, settings: Settings, cluster: Cluster, backends: Backends, stop: Stop
) -> AsyncIterator[Engine]:
    """Yield an engine on a cluster, and leave it at the end."""
    ray = _ray()
    try:
        await asyncio.to_thread(
            ray.init,
            address=cluster.address or "local",
            num_cpus=None if cluster.address else ceil(cluster.workers * cluster.cores),
            include_dashboard=None if cluster.address else False,
            log_to_driver=False,
            logging_level="ERROR",
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        where = f"at {cluster.address}" if cluster.address else "on this machine"
        raise ConfigurationError(f"no Ray cluster can be used {where}: {reason}") from None
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        ledger = ray.remote(num_cpus=0)(Ledger).remote(settings, backends.before)
        calls = calls_at_once(settings.concurrency, *models_of(job))
        each = max(1, calls // cluster.workers)
        work = Work(job_on(job, cluster.workers), settings.model_copy(update={"concurrency": each}), ledger)

        def run(items: AsyncIterator[Item]) -> AsyncIterator[Outcome]:
            return _sliced(items, work, cluster, max(AT_LEAST, each), backends, stop)

        yield run
    finally:
        await asyncio.to_thread(ray.shutdown)


class Ledger:
    """An actor that pays for the calls of all workers, from one purse."""

    def __init__(self, settings: Settings, before: Spent) -> None:
        self._purse = batch_purse(settings, before)

    async def take(self, request: Request, backend_id: str) -> tuple[Request, Bill] | str:
        """Reserve what a call may take, as `Purse.take`; return in words why that is not allowed, if so."""
        try:
            return await self._purse.take(request, backend_id)
        except (SpentError, BudgetError) as error:
            return str(error)

    async def settle(self, reserved: Bill, bill: Bill, **more: Any) -> None:
        """Take what a call came to, as `Purse.settle`."""
        self._purse.settle(reserved, bill, **more)

    async def spent(self) -> Spent:
        """Return what all calls took."""
        return spent_by(self._purse)


class RemotePurse(Purse):
    """The purse of a worker: it asks the ledger."""

    def __init__(self, settings: Settings, ledger: Any) -> None:
        super().__init__(BOUNDLESS, price=lambda backend_id: price_of(backend_id, settings))
        self._ledger = ledger

    async def take(self, request: Request, backend_id: str) -> tuple[Request, Bill]:
        """Reserve what a call can take at most."""
        taken = await self._ledger.take.remote(request, backend_id)
        if isinstance(taken, str):
            raise SpentError(taken)
        given: tuple[Request, Bill] = taken
        return given

    def settle(self, reserved: Bill, bill: Bill, **more: Any) -> None:
        """Give a reservation back and take what the call came to."""
        self._ledger.settle.remote(reserved, bill, **more)


@dataclass(frozen=True)
class Work:
    """What a worker needs: the job, the settings by which models are opened, and the ledger."""

    job: AnyJob
    settings: Settings
    ledger: Any


class Worker:
    """An actor that does a job with each item of a batch of rows."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._loop = asyncio.new_event_loop()
        self._backends = Backends(work.settings, purse=RemotePurse(work.settings, work.ledger))

    def __call__(self, rows: dict[str, Any]) -> dict[str, list[bytes]]:
        """Return what comes of the items, pickled as they are."""
        items = [pickle.loads(row) for row in rows["item"]]  # noqa: S301 - of our own making
        return {"outcome": [pickle.dumps(one) for one in self._loop.run_until_complete(self._all(items))]}

    async def _all(self, items: list[Item]) -> list[Outcome]:
        async def each() -> AsyncIterator[Item]:
            for item in items:
                yield item

        job, opening = self._work.job, self._backends.opening
        return [one async for one in outcomes(each(), lambda item: outcome_of(item, job, opening), len(items))]


def _mapped(ray: Any, items: list[Item], work: Work, cluster: Cluster, at_once: int) -> Iterator[Outcome]:
    """Yield what comes of some items, as a data set that is mapped by actors."""
    size = max(1, min(at_once, -(-len(items) // cluster.workers)))
    rows = ray.data.from_items(
        [{"item": pickle.dumps(item)} for item in items], override_num_blocks=-(-len(items) // size)
    )
    done = rows.map_batches(
        Worker,
        fn_constructor_args=(work,),
        batch_size=size,
        num_cpus=cluster.cores,
        compute=ray.data.ActorPoolStrategy(size=cluster.workers),
    )
    for row in done.iter_rows():
        yield pickle.loads(row["outcome"])  # noqa: S301 - of our own making


async def _sliced(
    items: AsyncIterator[Item], work: Work, cluster: Cluster, at_once: int, backends: Backends, stop: Stop
) -> AsyncIterator[Outcome]:
    """Yield what comes of items, one data set after the other."""
    while some := [item async for item in _up_to(items, SLICE * cluster.workers)]:
        results = _mapped(_ray(), some, work, cluster, at_once)
        while (outcome := await asyncio.to_thread(next, results, None)) is not None:
            backends.tell(await work.ledger.spent.remote())
            yield outcome
            if stop.why is not None:
                return


async def _up_to(items: AsyncIterator[Item], most: int) -> AsyncIterator[Item]:
    for _ in range(most):
        item = await anext(items, None)
        if item is None:
            return
        yield item


def _ray() -> Any:
    try:
        import ray
        import ray.data
    except ImportError:
        raise ConfigurationError("--engine ray needs Ray: pip install 'summarise-checked[ray]'") from None
    return ray
