"""Processes that read, check and write, each with parser and entailment model loaded once; the models stay here.

A process that dies takes nothing with it: its items are given to another one; an item that three died of has failed.
They are new Pythons and no copies of this one, so that no thread or lock is copied, and no script is run again.
"""

import asyncio
import sys
from contextlib import suppress
from itertools import count
from typing import Any, Self

from summarise.batch.backends import Backends, CeilingReachedError
from summarise.batch.frames import LENGTH, Answered, Done, ForwardedRequest, Given, GivenUp, Start, packed, unpacked
from summarise.batch.items import Item
from summarise.batch.jobs import Job, Outcome, failed_outcome
from summarise.batch.remote import described
from summarise.batch.results import Failed
from summarise.errors import FAULT

CODE = "import sys; sys.path[:] = {path!r}; from summarise.batch.worker import main; main()"
LIVES = 3
"""Processes that an item may end, before it has failed itself."""


class WorkerDiedError(Exception):
    """A worker process ended while it worked on an item."""


class Pool:
    """So many worker processes at most, started as they are needed; they end with the block."""

    def __init__(self, job: Job, backends: Backends, size: int) -> None:
        self._job = job
        self._backends = backends
        self._size = size
        self._workers: list[Worker] = []
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await asyncio.gather(*(worker.close() for worker in self._workers))

    async def perform(self, item: Item) -> Outcome:
        """Return what comes of an item."""
        for _ in range(LIVES):
            worker = await self._worker()
            try:
                return await worker.perform(item)
            except WorkerDiedError:
                continue
        message = f"{LIVES} worker processes ended while they worked on it: it may need more memory than there is"
        return failed_outcome(item, Failed(error="WorkerDiedError", message=message, exit_code=FAULT))

    async def _worker(self) -> "Worker":
        """Return the worker with the least to do; a new one while all have something to do and there may be more."""
        async with self._starting:
            for dead in [worker for worker in self._workers if worker.dead]:
                self._workers.remove(dead)
                await dead.close()
            idle = min(self._workers, key=lambda worker: worker.busy, default=None)
            if idle is None or (idle.busy and len(self._workers) < self._size):
                idle = await Worker.start(self._job, self._backends)
                self._workers.append(idle)
            idle.busy += 1
            return idle


class Worker:
    """One worker process; `busy` is how many items it has, `dead` whether it ended by itself."""

    def __init__(self, process: asyncio.subprocess.Process, backends: Backends) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.busy = 0
        self.dead = False
        self._process = process
        self._input, self._output = process.stdin, process.stdout
        self._backends = backends
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[Outcome]] = {}
        self._answering: dict[int, asyncio.Task[None]] = {}
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, job: Job, backends: Backends) -> "Worker":
        """Start a process and tell it its job."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            CODE.format(path=sys.path),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        worker = cls(process, backends)
        await worker._send(Start(job))
        return worker

    async def perform(self, item: Item) -> Outcome:
        """Return what comes of an item; WorkerDiedError where the process ends before."""
        number = next(self._numbers)
        waited: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waited
        try:
            if self.dead:
                raise WorkerDiedError
            await self._send(Given(number, item))
            return await waited
        finally:
            self.busy -= 1
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """End the process, whatever it does."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._input.close()
        with suppress(ConnectionError):
            await self._input.wait_closed()
        await self._process.wait()

    async def _send(self, message: object) -> None:
        # One that has just ended is seen where its output ends.
        with suppress(ConnectionError):
            self._input.write(packed(message))
            await self._input.drain()

    async def _read(self) -> None:
        try:
            while True:
                (size,) = LENGTH.unpack(await self._output.readexactly(LENGTH.size))
                self._take(unpacked(await self._output.readexactly(size)))
        except asyncio.IncompleteReadError:
            self._die()
        finally:
            for task in self._answering.values():
                task.cancel()

    def _take(self, message: Any) -> None:
        match message:
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
            answer, error = await self._asked(asked), None
        except Exception as failed:
            answer, error = None, _sendable(failed)
        await self._send(Answered(asked.number, answer, error))

    async def _asked(self, asked: ForwardedRequest) -> Any:
        backend: Any = await self._backends.open(asked.backend)
        match asked.verb:
            case "open":
                return described(backend)
            case "complete":
                return await backend.complete(asked.argument)
            case "count":
                return await backend.count(asked.argument)
            case "kept":
                return backend.kept(asked.argument)
            case "forget":
                return backend.forget(asked.argument)


def _sendable(error: Exception) -> Exception:
    """Return an error that can be sent to a process; one of a plug-in may not, and goes by its words."""
    if isinstance(error, CeilingReachedError):
        return error
    try:
        unpacked(packed(error)[LENGTH.size :])
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
