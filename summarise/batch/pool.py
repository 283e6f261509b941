"""Worker processes of a batch. Language models stay in the parent, which answers requests over pipes."""

import asyncio
import os
import pickle
import subprocess
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, BinaryIO, Literal, Self

from summarise.batch.backends import Backends, RemoteBackends, described
from summarise.batch.inputs import Item
from summarise.batch.jobs import Failed, Job, Outcome, error_outcome, failed_outcome, outcome_of
from summarise.data import capabilities_of
from summarise.errors import FAULT, ConfigurationError, machine_error
from summarise.workers import LENGTH, own_pipes, read_frame, start_command


@dataclass(frozen=True, slots=True)
class Start:
    """Parent to worker: the job."""

    job: Job


@dataclass(frozen=True, slots=True)
class Ready:
    """Worker to parent: ready for items."""


@dataclass(frozen=True, slots=True)
class Given:
    """Parent to worker: an item and its number."""

    number: int
    item: Item


@dataclass(frozen=True, slots=True)
class Done:
    """Worker to parent: the outcome of an item."""

    number: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ForwardedRequest:
    """Worker to parent: open a backend or call its method."""

    number: int
    verb: Literal["open", "complete", "count", "kept", "forget"]
    backend: str | None
    argument: Any = None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Worker to parent: cancel a forwarded request."""

    number: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Parent to worker: answer to a forwarded request."""

    number: int
    answer: Any = None
    error: Exception | None = None


def packed(message: object) -> bytes:
    """Pickle a message, prefixed with its length."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


def unpacked(data: bytes) -> Any:
    """Unpickle a message without its length prefix."""
    return pickle.loads(data)  # noqa: S301 - trusted: from our own process


def main() -> None:
    """Run the worker."""
    given, told = own_pipes()
    start = received(given)
    if isinstance(start, Start):
        asyncio.run(Serving(start.job, given, told).forever())


def received(file: BinaryIO) -> Any:
    """Read the next message; None at the end."""
    frame = read_frame(file)
    return None if frame is None else unpacked(frame)


class Serving:
    """Runs the job on each item, and forwards requests to the parent."""

    def __init__(self, job: Job, given: BinaryIO, told: BinaryIO) -> None:
        self._job = job
        self._given = given
        self._told = told
        self._telling = threading.Lock()
        self._numbers = count()
        self._asked: dict[int, Future[Any]] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._backends = RemoteBackends(self)

    async def forever(self) -> None:
        """Run; a thread reads the input, because checking an article blocks the loop."""
        loop = asyncio.get_running_loop()
        self._tell(Ready())
        threading.Thread(target=self._read, args=(loop,), name="items of the batch", daemon=True).start()
        await asyncio.Event().wait()

    async def ask(self, verb: str, backend: str | None, argument: Any = None) -> Any:
        """Forward a request and await the result."""
        number, answer = self._ask(verb, backend, argument)
        try:
            return await asyncio.wrap_future(answer)
        except asyncio.CancelledError:
            self._asked.pop(number, None)
            self._tell(GivenUp(number))
            raise

    def ask_now(self, verb: str, backend: str | None, argument: Any = None) -> Any:
        """Forward a request and block until the result."""
        return self._ask(verb, backend, argument)[1].result()

    def _ask(self, verb: Any, backend: str | None, argument: Any) -> tuple[int, Future[Any]]:
        number = next(self._numbers)
        answer = self._asked[number] = Future()
        self._tell(ForwardedRequest(number, verb, backend, argument))
        return number, answer

    def _tell(self, message: object) -> None:
        with self._telling:
            self._told.write(packed(message))
            self._told.flush()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while (message := received(self._given)) is not None:
                match message:
                    case Answered(number, answer, error):
                        asked = self._asked.pop(number, None)
                        # The caller may have cancelled it.
                        if asked is not None and asked.set_running_or_notify_cancel():
                            asked.set_result(answer) if error is None else asked.set_exception(error)
                    case Given():
                        loop.call_soon_threadsafe(self._begin, message)
        finally:
            # The parent has ended or sent an unreadable message: nobody needs the remaining outcomes.
            os._exit(0)

    def _begin(self, given: Given) -> None:
        task = asyncio.create_task(self._work(given))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _work(self, given: Given) -> None:
        try:
            outcome = await outcome_of(given.item, self._job, self._backends.opening)
        except Exception as error:
            # Without an outcome, the parent would wait forever.
            outcome = error_outcome(given.item, error, self._job.settings)
        self._tell(Done(given.number, outcome))


LONGEST_END = 5.0  # seconds to wait for a killed process
ADVICE = "try it with one process (--processes 1)"
LIVES = 3  # processes that may die of an item before it counts as failed


class WorkerDiedError(Exception):
    """A worker process ended during an item."""


class Pool:
    """At most `size` worker processes, started on demand."""

    def __init__(self, job: Job, backends: Backends, size: int) -> None:
        self._job = job
        self._backends = backends
        self._size = size
        self._workers: list[Worker] = []
        self._starting = asyncio.Lock()
        self._apart = asyncio.Lock()
        self._again = 0
        self._began = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await asyncio.gather(*(worker.close() for worker in self._workers))

    async def perform(self, item: Item) -> Outcome:
        """Run the job on an item. Raises ConfigurationError if no worker starts."""
        return await self._tried(item, await self._worker()) or await self._alone(item)

    async def _alone(self, item: Item) -> Outcome:
        """Retry an item alone in a process, after its worker died."""
        self._again += 1
        async with self._apart:
            outcome = None
            for _ in range(LIVES - 1):
                outcome = outcome or await self._tried(item, await self._worker(apart=True))
            self._again -= 1
            if not self._again:
                await self._remove([worker for worker in self._workers if worker.apart])
        return outcome or died_outcome(item)

    async def _tried(self, item: Item, worker: "Worker") -> Outcome | None:
        try:
            return await worker.perform(item)
        except WorkerDiedError:
            if not (self._began or worker.ready):
                raise ConfigurationError(f"a worker process ended before it was ready: {ADVICE}") from None
            return None
        finally:
            self._began = self._began or worker.ready

    async def _worker(self, *, apart: bool = False) -> "Worker":
        async with self._starting:
            await self._remove([worker for worker in self._workers if worker.dead])
            fitting = [worker for worker in self._workers if worker.apart == apart]
            idle = min(fitting, key=lambda worker: worker.busy, default=None)
            if idle is None or (idle.busy and len(fitting) < self._size):
                idle = await Worker.start(self._backends, apart=apart)
                # Registered before `begin`, so that `__aexit__` kills it if that fails.
                self._workers.append(idle)
                await idle.begin(self._job)
            idle.busy += 1
            return idle

    async def _remove(self, workers: "list[Worker]") -> None:
        await asyncio.gather(*(worker.close() for worker in workers))
        self._workers = [worker for worker in self._workers if worker not in workers]


class Worker:
    """A worker process; `busy` counts its items.

    An `apart` worker retries items whose worker died.
    """

    def __init__(self, process: asyncio.subprocess.Process, backends: Backends, *, apart: bool) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.busy = 0
        self.ready = False
        self.dead = False
        self.apart = apart
        self._process = process
        self._input, self._output = process.stdin, process.stdout
        self._backends = backends
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[Outcome]] = {}
        self._answering: dict[int, asyncio.Task[None]] = {}
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, backends: Backends, *, apart: bool) -> "Worker":
        """Start a process."""
        command = start_command("summarise.batch.pool", "main")
        try:
            process = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConfigurationError(f"a worker process cannot be started ({reason}): {ADVICE}") from None
        return cls(process, backends, apart=apart)

    async def begin(self, job: Job) -> None:
        """Send the job."""
        await self._send(packed(Start(job)))

    async def perform(self, item: Item) -> Outcome:
        """Run the job on an item. Raises WorkerDiedError."""
        number = next(self._numbers)
        waited: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waited
        try:
            if self.dead:
                raise WorkerDiedError
            await self._send(packed(Given(number, item)))
            return await waited
        finally:
            self.busy -= 1
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Kill the process."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._input.close()
        # A killed process whose end is not reported must not block the batch.
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_END):
                with suppress(ConnectionError):
                    await self._input.wait_closed()
                await self._process.wait()

    async def _send(self, data: bytes) -> None:
        # `_read` notices that the process has ended.
        with suppress(ConnectionError):
            self._input.write(data)
            await self._input.drain()

    async def _read(self) -> None:
        try:
            while True:
                (size,) = LENGTH.unpack(await self._output.readexactly(LENGTH.size))
                self._take(unpacked(await self._output.readexactly(size)))
        except Exception:
            # The output ended or is unreadable.
            self._die()
        finally:
            for task in self._answering.values():
                task.cancel()

    def _take(self, message: Any) -> None:
        match message:
            case Ready():
                self.ready = True
            case Done(number, outcome):
                if (waited := self._waiting.get(number)) is not None and not waited.done():
                    waited.set_result(outcome)
            case ForwardedRequest():
                task = asyncio.create_task(self._answer(message))
                self._answering[message.number] = task
                task.add_done_callback(lambda _: self._answering.pop(message.number, None))
            case GivenUp(number):
                if number in self._answering:
                    self._answering[number].cancel()

    def _die(self) -> None:
        self.dead = True
        for waited in self._waiting.values():
            if not waited.done():
                waited.set_exception(WorkerDiedError())

    async def _answer(self, asked: ForwardedRequest) -> None:
        try:
            answered = packed(Answered(asked.number, await self._asked(asked)))
        except Exception as error:
            answered = packed(Answered(asked.number, error=_sendable(error)))
        await self._send(answered)

    async def _asked(self, asked: ForwardedRequest) -> Any:
        backend = await self._backends.open(asked.backend)
        can: Any = capabilities_of(backend)
        match asked.verb:
            case "open":
                return described(backend)
            case "complete":
                return await backend.complete(asked.argument)
            case "count":
                return await can.count(asked.argument)
            case "kept":
                return can.kept(asked.argument)
            case "forget":
                return can.forget(asked.argument)


def died_outcome(item: Item) -> Outcome:
    """Return the failure of an item that ended several processes."""
    message = f"{LIVES} worker processes ended while they worked on it: it may need more memory than there is"
    return failed_outcome(item, Failed(error="WorkerDiedError", message=message, exit_code=FAULT))


def _sendable(error: Exception) -> Exception:
    error = machine_error(error) or error
    if type(error).__module__.partition(".")[0] == "summarise":
        with suppress(Exception):
            unpacked(packed(error)[LENGTH.size :])
            return error
    return RuntimeError(f"{type(error).__name__}: {error}")
