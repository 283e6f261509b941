"""Runs a batch on this machine: several items at once, in this process or in worker processes.

Only the parent process calls language models; workers send it their requests.
"""

import asyncio
import os
import pickle
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from copy import copy
from dataclasses import replace
from math import ceil
from typing import Any, Literal, NamedTuple, Self

from summarise.backends import open_backend
from summarise.backends.budget import LimitReachedError, MeteredBackend, SpendLimiter, price_of, require_price
from summarise.backends.replies import ThoughtRemovingBackend
from summarise.batch.inputs import Item
from summarise.batch.jobs import (
    NOTHING,
    REACHED,
    CeilingReachedError,
    Failed,
    Job,
    Outcome,
    Spent,
    ceilings_of,
    error_outcome,
    failed_outcome,
    outcome_of,
)
from summarise.data import Backend, Budget, Capabilities, Reply, Request, RetryScheduled, Tried, capabilities_of
from summarise.errors import FAULT, BudgetError, ConfigurationError, UsageError, machine_error
from summarise.observer import Observer
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings
from summarise.settings.providers import LOCAL_ENGINE, NO_MODEL, kind_of
from summarise.workers import Answer, Channel, Worker, WorkerError, Workers, WorkerStartError

# A budget without limits: a batch is limited by its ceilings, the run of an item by its plan.
BOUNDLESS = Budget(calls=10**15, prompt_tokens=10**18, completion_tokens=10**18)
ITEMS_PER_CALL = 1.25  # items under way per concurrent call; items that are being read make no calls
ITEMS_PER_PROCESS = 2  # minimum number of items under way per process, so that no process is idle


class Backends:
    """Opens models by name, and counts their calls, tokens and cost. A context manager, which closes the models.

    `given`: backends given as objects, by name. `before`: earlier spending, which counts towards the ceilings in
    `settings`. `on_spent` is called with new spending.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        given: Mapping[str, Backend] | None = None,
        before: Spent = NOTHING,
        on_spent: Callable[[Spent], None] = lambda _: None,
    ) -> None:
        self.given = dict(given or {})
        self.before = before
        self.on_spent = on_spent
        self.observer = Observer(secrets=secrets_of(settings))
        self._opened: dict[str | None, Backend] = {}
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._meter(settings)

    def _meter(self, settings: Settings) -> None:
        self._settings = settings
        earlier = Tried(model="", error="", message="", **self.before.model_dump())
        self.limiter = SpendLimiter(
            BOUNDLESS,
            ceilings_of(settings),
            price=lambda backend_id: price_of(backend_id, settings),
            before=[earlier] if self.before.calls else [],
        )
        self._paid: dict[str | None, Backend] = {}
        self._reported = NOTHING

    def within(self, settings: Settings) -> "Backends":
        """Return a copy that shares the open models, but counts its own spending, up to the ceilings in `settings`."""
        backends = copy(self)
        backends._meter(settings)
        return backends

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        try:
            self.report()
        finally:
            await self._stack.__aexit__(*exc_info)

    async def open(self, name: str | None) -> Backend:
        """Return the model `name` (None: the default model), and open it if it is not open.

        Raises the errors of `open_backend`, and ConfigurationError if a cost ceiling is set but the price is unknown.
        """
        async with self._opening:
            if name in self._opened:
                backend = self._opened[name]
            elif name in self.given:
                backend = ThoughtRemovingBackend(self.given[name], keep_reasoning=self._settings.keep_reasoning)
            else:
                opened = open_backend(name, self._settings, on_retry=self.observer.retry)
                backend = await self._stack.enter_async_context(opened)
            self._opened[name] = backend
        if name not in self._paid:
            if backend.id != NO_MODEL:
                require_price(backend.id, self._settings)
                backend = PaidBackend(backend, self)
            self._paid[name] = backend
        return self._paid[name]

    @asynccontextmanager
    async def opening(
        self, name: str | None, settings: Settings, *, on_retry: Callable[[RetryScheduled], None] = lambda _: None
    ) -> AsyncIterator[Backend]:
        """Yield the result of `open`, which stays open after the block. `settings` and `on_retry` are ignored."""
        del settings, on_retry
        yield await self.open(name)

    @property
    def spent(self) -> Spent:
        """The calls, tokens and cost so far, without `before`."""
        spending = self.limiter.spending
        return Spent(calls=spending["calls"], tokens=spending["tokens"], cost=spending["cost"] or 0.0)

    def report(self) -> None:
        """Call `on_spent` with the spending since the last report, if any."""
        spent, before = self.spent, self._reported
        if spent.calls > before.calls or spent.tokens > before.tokens:
            cost = max(0.0, spent.cost - before.cost)
            self.on_spent(Spent(calls=spent.calls - before.calls, tokens=spent.tokens - before.tokens, cost=cost))
            self._reported = spent


class PaidBackend(MeteredBackend):
    """A backend whose calls are counted by `owner`. A call that could exceed a ceiling raises CeilingReachedError."""

    def __init__(self, backend: Backend, owner: Backends) -> None:
        super().__init__(backend, owner.limiter, owner.observer)
        self.capabilities = capabilities_of(backend)
        self._owner = owner

    async def complete(self, request: Request) -> Reply:
        """Return the reply to a request."""
        try:
            return await super().complete(request)
        except (LimitReachedError, BudgetError) as error:
            # Before the first call, the error states how much one call needs.
            has_called = self._owner.limiter.before or self._owner.limiter.calls
            raise CeilingReachedError(REACHED if has_called else str(error)) from None
        finally:
            self._owner.report()


Perform = Callable[[Item], Awaitable[Outcome]]
# Runs a job on items, and yields outcomes in order of completion. Closing the generator cancels the unfinished items.
Engine = Callable[[AsyncIterator[Item]], AsyncGenerator[Outcome, None]]
# Starts an engine for a job.
Starting = Callable[[Job, Backends], AbstractAsyncContextManager[Engine]]


@asynccontextmanager
async def local_engine(job: Job, backends: Backends, *, processes: int | None) -> AsyncIterator[Engine]:
    """Yield a function that runs the job on items, in `processes` processes.

    The default is one per core, but only this process if a model runs on this machine.
    """
    if processes is None:
        processes = 1 if any(kind_of(model or "") in LOCAL_ENGINE for model in job.models) else cores()
    if processes < 1:
        raise UsageError(f"processes must be 1 or more, not {processes}")
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
            # In a worker, `__main__` is another module than in a script or notebook.
            sendable = b"__main__" not in pickle.dumps(check)
        except Exception:
            sendable = False
        if not sendable:
            raise UsageError(
                f"the check {check.name} cannot be sent to other processes: put it into a module, or use processes=1"
            )


def calls_at_once(job: Job) -> int:
    """Return the maximum number of concurrent calls by a job."""
    return job.settings.concurrency if job.asks_model else 0


def slots_for(calls: int, processes: int) -> int:
    """Return the number of items to work on at once."""
    return max(processes * ITEMS_PER_PROCESS, ceil(calls * ITEMS_PER_CALL) + processes)


def job_on(job: Job, processes: int) -> Job:
    """Return the job for one of `processes` processes. If there are several, each uses one entailment thread.

    The settings lack the ceilings, which the batch applies, and `accept`, whose file was read into the options.
    """
    unset = {"max_calls": None, "max_tokens_total": None, "max_cost": None, "accept": None}
    threads = 1 if processes > 1 else job.settings.entailment_threads
    settings = job.settings.model_copy(update={**unset, "entailment_threads": threads})
    return replace(job, options=replace(job.options, settings=settings))


def cores() -> int:
    """Return the number of available cores."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


async def outcomes(items: AsyncIterator[Item], perform: Perform, slots: int) -> AsyncGenerator[Outcome, None]:
    """Run at most `slots` items at once, and yield outcomes as they complete. An error cancels the other items."""
    working: set[asyncio.Future[Outcome]] = set()
    reading: set[asyncio.Future[Item | None]] = set()  # the task that reads the next item, if any
    more = True
    try:
        while more or working:
            # No item is read ahead, because it would still be begun after an interruption.
            if more and not reading and len(working) < slots:
                reading.add(asyncio.ensure_future(anext(items, None)))
            waited: set[asyncio.Future[Any]] = {*working, *reading}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            for read in [read for read in reading if read.done()]:
                if (item := read.result()) is None:
                    more = False
                else:
                    working.add(asyncio.ensure_future(perform(item)))
                reading.remove(read)
            for task in [task for task in working if task.done()]:
                working.remove(task)
                yield task.result()
    finally:
        left: list[asyncio.Future[Any]] = [*working, *reading]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


MAX_DEATHS = 3  # processes that may die on an item before it counts as failed
ADVICE = "try it with one process: processes=1 (on the command line --processes 1)"


class Pool:
    """A pool of at most `size` worker processes, started on demand, which run a job on items.

    An item on which a process died is run again, alone.
    """

    def __init__(self, job: Job, backends: Backends, size: int) -> None:
        self._setup = pickle.dumps(job)
        self._backends = backends
        self._workers = Workers(self._start, size=size)
        self._spare = Workers(self._start, size=1)
        self._retrying = asyncio.Lock()
        self._was_ready = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await asyncio.gather(*(asyncio.to_thread(workers.close) for workers in (self._workers, self._spare)))

    async def perform(self, item: Item) -> Outcome:
        """Run the job on an item. Raises ConfigurationError if no process starts."""
        return await self._try(item, self._workers) or await self._retry(item)

    async def _retry(self, item: Item) -> Outcome:
        async with self._retrying:
            for _ in range(MAX_DEATHS - 1):
                if (outcome := await self._try(item, self._spare)) is not None:
                    return outcome
        return died_outcome(item)

    async def _try(self, item: Item, workers: Workers[Worker]) -> Outcome | None:
        try:
            worker = workers.take()
        except WorkerStartError as error:
            raise ConfigurationError(f"a worker process cannot be started ({error}): {ADVICE}") from None
        try:
            answer = await asyncio.wrap_future(worker.ask(pickle.dumps(item)))
        except WorkerError:
            if not (self._was_ready or _is_ready(worker)):
                raise ConfigurationError(f"a worker process ended before it was ready: {ADVICE}") from None
            return None
        finally:
            workers.release(worker)
            self._was_ready = self._was_ready or _is_ready(worker)
        outcome: Outcome = pickle.loads(answer)  # noqa: S301 - from our own process
        return outcome

    def _start(self) -> Worker:
        return Worker(__name__, self._setup, answer=self._answer, quiet=False)

    async def _answer(self, body: bytes) -> bytes:
        try:
            return pickle.dumps((await self._call(*pickle.loads(body)), None))  # noqa: S301 - from our own process
        except Exception as error:
            return pickle.dumps((None, _sendable(error)))

    async def _call(self, name: str | None, method: "Method", argument: Any) -> Any:
        backend = await self._backends.open(name)
        can = capabilities_of(backend)
        if method == "open":
            sizes = Capabilities(can.context_tokens, can.chunk_tokens, can.at_once, counts_here=can.counts_here)
            return Opened(backend.id, sizes, counts=can.count is not None, caches=can.kept is not None)
        result = getattr(backend if method == "complete" else can, method)(argument)
        return await result if method in ("complete", "count") else result


def _is_ready(worker: Worker) -> bool:
    return worker.ready.done() and worker.ready.exception() is None


def died_outcome(item: Item) -> Outcome:
    """Return the outcome of an item on which `MAX_DEATHS` processes died."""
    message = f"{MAX_DEATHS} worker processes died while working on this article: it may need more memory"
    return failed_outcome(item, Failed(error="WorkerDiedError", message=message, exit_code=FAULT))


def _sendable(error: Exception) -> Exception:
    error = machine_error(error) or error
    if type(error).__module__.partition(".")[0] == "summarise":
        with suppress(Exception):
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
            return error
    return RuntimeError(f"{type(error).__name__}: {error}")


def serve(channel: Channel) -> Answer:
    """Return the function that answers requests in a worker process. Requests and answers are pickled.

    The first request is the job. Each later request is an item; its answer is the outcome.
    """
    backends = RemoteBackends(channel)
    job: Job | None = None

    async def answer(body: bytes) -> bytes:
        nonlocal job
        message = pickle.loads(body)  # noqa: S301 - from our own process
        if not isinstance(message, Item):
            job = message
            return b""
        assert job is not None, "the job is sent first"
        try:
            outcome = await outcome_of(message, job, backends.opening)
        except Exception as error:
            outcome = error_outcome(message, error, job.settings)
        return pickle.dumps(outcome)

    return answer


# A worker asks its parent process to open a backend, or to call a method of it.
Method = Literal["open", "complete", "count", "kept", "forget"]


class Opened(NamedTuple):
    """The properties of an opened backend. `counts`, `caches`: whether it counts tokens, and caches replies."""

    id: str
    sizes: Capabilities
    counts: bool
    caches: bool


class RemoteBackends:
    """Gives a worker process access to the backends of the parent process."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._opened: dict[str | None, Backend] = {}

    @asynccontextmanager
    async def opening(
        self, name: str | None, settings: Settings, *, on_retry: Callable[[RetryScheduled], None] = lambda _: None
    ) -> AsyncIterator[Backend]:
        """Yield the backend `name`, which stays open after the block."""
        if name == NO_MODEL:
            async with open_backend(name, settings, on_retry=on_retry) as backend:
                yield backend
            return
        if name not in self._opened:
            self._opened[name] = RemoteBackend(name, await self.call(name, "open"), self)
        yield self._opened[name]

    async def call(self, name: str | None, method: Method, argument: object = None) -> Any:
        """Call a method of a backend in the parent process, and return its result."""
        return _result(await asyncio.wrap_future(self._send(name, method, argument)))

    def call_now(self, name: str | None, method: Method, argument: object) -> Any:
        """Like `call`, but block until the result arrives."""
        return _result(self._send(name, method, argument).result())

    def _send(self, *call: object) -> "Future[bytes]":
        return self._channel.ask(pickle.dumps(call))


def _result(body: bytes) -> Any:
    value, error = pickle.loads(body)  # noqa: S301 - from our own process
    if error is not None:
        raise error
    return value


class RemoteBackend:
    """A backend in a worker process, which sends its calls to the parent process."""

    def __init__(self, name: str | None, opened: Opened, backends: RemoteBackends) -> None:
        self._name = name
        self._backends = backends
        self.id = opened.id
        self.capabilities = opened.sizes
        if opened.counts:
            self.capabilities = replace(self.capabilities, count=lambda text: backends.call(name, "count", text))
        if opened.caches:
            self.capabilities = replace(
                self.capabilities,
                kept=lambda request: backends.call_now(name, "kept", request),
                forget=lambda request: backends.call_now(name, "forget", request),
            )

    async def complete(self, request: Request) -> Reply:
        """Return the reply to a request."""
        reply: Reply = await self._backends.call(self._name, "complete", request)
        return reply
