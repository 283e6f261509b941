"""The engine of a batch on this machine: items at once, in this process or in worker processes.

Language models stay in the parent, which answers the requests of the workers.
"""

import asyncio
import os
import pickle
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Literal, NamedTuple, Self

from summarise.backends import open_backend
from summarise.backends.budget import NO_MODEL
from summarise.batch.backends import Backends
from summarise.batch.inputs import Item
from summarise.batch.jobs import Failed, Job, Outcome, error_outcome, failed_outcome, outcome_of
from summarise.data import Backend, Capabilities, Reply, Request, RetryScheduled, capabilities_of
from summarise.errors import FAULT, ConfigurationError, UsageError, machine_error
from summarise.settings.model import Settings
from summarise.settings.providers import LOCAL_ENGINE, kind_of
from summarise.workers import Answer, Channel, Worker, WorkerError, Workers, WorkerStartError

MORE = 1.25  # items under way for each call at once: items in parsing make no calls
WAITING = 2  # minimum of items under way for each process, so that it never waits for the next

Perform = Callable[[Item], Awaitable[Outcome]]
# Maps items to outcomes in order of completion; closing it cancels the work under way.
Engine = Callable[[AsyncIterator[Item]], AsyncGenerator[Outcome, None]]
# Starts an engine for a job; the backends enforce its ceilings.
Starting = Callable[[Job, Backends], AbstractAsyncContextManager[Engine]]


@asynccontextmanager
async def local_engine(job: Job, backends: Backends, *, processes: int | None) -> AsyncIterator[Engine]:
    """Yield an engine on this machine.

    Default: one process per core, or only this one if a model runs on this machine.
    """
    if processes is None:
        processes = 1 if any(kind_of(model or "") in LOCAL_ENGINE for model in job.models) else cores()
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
    for check in job.options.own_checks:
        try:
            # `__main__` of a script or notebook is another module in a worker.
            sendable = b"__main__" not in pickle.dumps(check)
        except Exception:
            sendable = False
        if not sendable:
            raise UsageError(
                f"the check {check.name} cannot be sent to other processes: put it into a module, or use processes=1"
            )


def calls_at_once(job: Job) -> int:
    """Return the maximum of concurrent calls."""
    return job.settings.concurrency if job.asks_model else 0


def slots_for(calls: int, processes: int) -> int:
    """Return how many items to keep under way."""
    return max(processes * WAITING, ceil(calls * MORE) + processes)


def job_on(job: Job, processes: int) -> Job:
    """Return the job for a worker: one thread, and no ceilings, which the batch enforces."""
    apart = {"max_calls": None, "max_tokens_total": None, "max_cost": None, "accept": None}
    threads = 1 if processes > 1 else job.settings.entailment_threads
    return job.with_settings(job.settings.model_copy(update={**apart, "entailment_threads": threads}))


def cores() -> int:
    """Return the number of available cores."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


async def outcomes(items: AsyncIterator[Item], perform: Perform, slots: int) -> AsyncGenerator[Outcome, None]:
    """Yield outcomes of at most `slots` concurrent items; an error or closing cancels them."""
    working: set[asyncio.Future[Outcome]] = set()
    reading: asyncio.Task[Item | None] | None = asyncio.create_task(_next(items))
    try:
        while reading is not None or working:
            waited: set[asyncio.Future[Any]] = {*working}
            if reading is not None and len(working) < slots:
                waited.add(reading)
            done, _ = await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if reading is not None and reading in done:
                item = reading.result()
                reading = None
                if item is not None:
                    working.add(asyncio.ensure_future(perform(item)))
                    reading = asyncio.create_task(_next(items))
            for task in [task for task in working if task.done()]:
                working.remove(task)
                yield task.result()
    finally:
        left: list[asyncio.Future[Any]] = [*working, *([reading] if reading is not None else [])]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _next(items: AsyncIterator[Item]) -> Item | None:
    return await anext(items, None)


LIVES = 3  # processes that may die of an item before it counts as failed
ADVICE = "try it with one process (--processes 1)"


class Pool:
    """At most `size` worker processes, started on demand."""

    def __init__(self, job: Job, backends: Backends, size: int) -> None:
        self._setup = pickle.dumps(job)
        self._backends = backends
        self._workers = Workers(self._start, size=size)
        self._spare = Workers(self._start, size=1)
        self._retries = 0
        self._retrying = asyncio.Lock()
        self._began = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await asyncio.gather(*(asyncio.to_thread(workers.close) for workers in (self._workers, self._spare)))

    async def perform(self, item: Item) -> Outcome:
        """Run the job on an item. Raises ConfigurationError if no worker starts."""
        return await self._try(item, self._workers) or await self._retry(item)

    async def _retry(self, item: Item) -> Outcome:
        """Retry an item alone in a process, after its worker died."""
        self._retries += 1
        async with self._retrying:
            outcome = None
            for _ in range(LIVES - 1):
                outcome = outcome or await self._try(item, self._spare)
            self._retries -= 1
            if not self._retries:
                self._spare.close()
        return outcome or died_outcome(item)

    async def _try(self, item: Item, workers: Workers[Worker]) -> Outcome | None:
        """Return None if the worker died."""
        try:
            worker = workers.take()
        except WorkerStartError as error:
            raise ConfigurationError(f"a worker process cannot be started ({error}): {ADVICE}") from None
        try:
            answer = await asyncio.wrap_future(worker.ask(pickle.dumps(item)))
        except WorkerError:
            if not (self._began or _is_ready(worker)):
                raise ConfigurationError(f"a worker process ended before it was ready: {ADVICE}") from None
            return None
        finally:
            workers.release(worker)
            self._began = self._began or _is_ready(worker)
        outcome: Outcome = pickle.loads(answer)  # noqa: S301 - from our own process
        return outcome

    def _start(self) -> Worker:
        return Worker(__name__, self._setup, answer=self._answer, quiet=False)

    async def _answer(self, body: bytes) -> bytes:
        """Answer a worker's call of a backend: a value and an error."""
        try:
            return pickle.dumps((await self._call(pickle.loads(body)), None))  # noqa: S301 - from our own process
        except Exception as error:
            return pickle.dumps((None, _sendable(error)))

    async def _call(self, call: "Call") -> Any:
        backend = await self._backends.open(call.backend)
        can: Any = capabilities_of(backend)
        match call.verb:
            case "open":
                return described(backend)
            case "complete":
                return await backend.complete(call.argument)
            case "count":
                return await can.count(call.argument)
            case "kept":
                return can.kept(call.argument)
            case "forget":
                return can.forget(call.argument)


def _is_ready(worker: Worker) -> bool:
    return worker.ready.done() and worker.ready.exception() is None


def died_outcome(item: Item) -> Outcome:
    """Return the failure of an item that ended several processes."""
    message = f"{LIVES} worker processes ended while they worked on it: it may need more memory than there is"
    return failed_outcome(item, Failed(error="WorkerDiedError", message=message, exit_code=FAULT))


def _sendable(error: Exception) -> Exception:
    error = machine_error(error) or error
    if type(error).__module__.partition(".")[0] == "summarise":
        with suppress(Exception):
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
            return error
    return RuntimeError(f"{type(error).__name__}: {error}")


def serve(channel: Channel) -> Answer:
    """Run the job on items in a worker process. The setup is the job."""
    backends = RemoteBackends(channel)
    job: Job | None = None

    async def answer(body: bytes) -> bytes:
        nonlocal job
        message = pickle.loads(body)  # noqa: S301 - from our own process
        if not isinstance(message, Item):
            job = message
            return b""
        assert job is not None, "it comes first"
        try:
            outcome = await outcome_of(message, job, backends.opening)
        except Exception as error:
            outcome = error_outcome(message, error, job.settings)
        return pickle.dumps(outcome)

    return answer


class Call(NamedTuple):
    """A call of a backend that is open in the parent process."""

    verb: Literal["open", "complete", "count", "kept", "forget"]
    backend: str | None
    argument: Any = None


@dataclass(frozen=True, slots=True)
class Described:
    """A description of an open backend for workers."""

    id: str
    sizes: Capabilities
    counts: bool
    remembers: bool


def described(backend: Backend) -> Described:
    """Describe a backend for workers."""
    can = capabilities_of(backend)
    return Described(
        id=backend.id,
        sizes=Capabilities(
            context_tokens=can.context_tokens,
            chunk_tokens=can.chunk_tokens,
            at_once=can.at_once,
            counts_here=can.counts_here,
        ),
        counts=can.count is not None,
        remembers=can.kept is not None,
    )


class RemoteBackends:
    """Opens backends of the parent process by name."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._opened: dict[str | None, Backend] = {}

    @asynccontextmanager
    async def opening(
        self, name: str | None, settings: Settings, *, on_retry: Callable[[RetryScheduled], None] = lambda _: None
    ) -> AsyncIterator[Backend]:
        """Yield the backend, which stays open."""
        if name == NO_MODEL:
            async with open_backend(name, settings, on_retry=on_retry) as backend:
                yield backend
            return
        if name not in self._opened:
            self._opened[name] = RemoteBackend(name, await self.call(Call("open", name)), self)
        yield self._opened[name]

    async def call(self, call: Call) -> Any:
        """Await the result of a call."""
        return _result(await asyncio.wrap_future(self._send(call)))

    def call_now(self, call: Call) -> Any:
        """Block until the result of a call."""
        return _result(self._send(call).result())

    def _send(self, call: Call) -> "Future[bytes]":
        return self._channel.ask(pickle.dumps(call))


def _result(body: bytes) -> Any:
    value, error = pickle.loads(body)  # noqa: S301 - from our own process
    if error is not None:
        raise error
    return value


class RemoteBackend:
    """A backend that is open in the parent process."""

    def __init__(self, name: str | None, description: Described, backends: RemoteBackends) -> None:
        self._name = name
        self._backends = backends
        self.id = description.id
        self.capabilities = description.sizes
        if description.counts:
            self.capabilities = replace(self.capabilities, count=lambda text: backends.call(Call("count", name, text)))
        if description.remembers:
            self.capabilities = replace(
                self.capabilities,
                kept=lambda request: backends.call_now(Call("kept", name, request)),
                forget=lambda request: backends.call_now(Call("forget", name, request)),
            )

    async def complete(self, request: Request) -> Reply:
        """Answer a request."""
        reply: Reply = await self._backends.call(Call("complete", self._name, request))
        return reply
