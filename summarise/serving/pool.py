"""Worker processes of the server and their bounded queue.

A job that is cancelled or takes too long ends with its process. Long jobs never occupy the last worker.
"""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from http import HTTPStatus

from summarise.errors import FAULT, ConfigurationError
from summarise.serving.jobs import EVENT, PROBLEM, Job, Outcome, work
from summarise.serving.limits import Limits
from summarise.serving.responses import JobFailedError, Problem, RefusedError
from summarise.settings.model import Settings

Emit = Callable[[str], None]  # receives progress events as JSON, in the event loop's thread
GRACE = 5.0  # seconds between SIGTERM and SIGKILL


class Worker:
    """A process that runs one job at a time."""

    start_seconds = 120.0

    def __init__(self, settings: Settings) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, settings), daemon=True)
        self._process.start()
        theirs.close()
        # One thread per worker, so that waiting for one does not delay another.
        self._thread = ThreadPoolExecutor(1)
        self._ready = False

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.is_alive()

    @property
    def is_ready(self) -> bool:
        """Whether the models are loaded."""
        return self._ready

    async def ready(self) -> None:
        """Wait until the models are loaded. Raises JobFailedError, EOFError if the process ends."""
        if self._ready:
            return
        try:
            async with asyncio.timeout(self.start_seconds):
                kind, text = await self._received()
        except TimeoutError:
            told = f"a worker process was not ready within {self.start_seconds:g} s: try again later"
            raise JobFailedError(_failed(503, told)) from None
        if kind == PROBLEM:
            raise JobFailedError(Problem.model_validate_json(text))
        self._ready = True

    async def do(self, job: Job, emit: Emit) -> Outcome:
        """Run a job. Raises JobFailedError, EOFError if the process dies."""
        await self.ready()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._pipe.send, job)
        while True:
            kind, text = await self._received()
            if kind == EVENT:
                emit(text)
            elif kind == PROBLEM:
                raise JobFailedError(Problem.model_validate_json(text))
            else:
                return Outcome.model_validate_json(text)

    async def end(self) -> None:
        """Terminate the process with its children, then kill it."""
        self._process.terminate()
        await asyncio.to_thread(self._process.join, GRACE)
        self.kill()

    def kill(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.join(GRACE)
        self._pipe.close()
        self._thread.shutdown(wait=False)

    async def _received(self) -> tuple[bytes, str]:
        message = await asyncio.get_running_loop().run_in_executor(self._thread, self._pipe.recv_bytes)
        return message[:1], message[1:].decode()


class Pool:
    """At most `size` workers, started on demand."""

    def __init__(
        self,
        settings: Settings,
        limits: Limits,
        *,
        size: int,
        hire: Callable[[Settings], Worker] = Worker,
    ) -> None:
        self._hire: Callable[[], Worker] = partial(hire, settings)
        self._size = size
        self._waiting = limits.waiting
        self._job_seconds = limits.job_seconds
        self._long_characters = limits.long_characters
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._queued = 0
        self._places, self._long_places = asyncio.Semaphore(size), asyncio.Semaphore(max(1, size - 1))
        self._endings: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start all workers. Raises ConfigurationError."""
        self._idle = [self._hire() for _ in range(self._size)]
        try:
            await asyncio.gather(*(worker.ready() for worker in self._idle))
        except JobFailedError as error:
            raise ConfigurationError(error.problem.detail) from None
        except (EOFError, OSError):
            raise ConfigurationError("a worker process ended before it was ready: try it with --workers 1") from None

    async def do(self, job: Job, emit: Emit = lambda _: None) -> Outcome:
        """Run a job. Raises JobFailedError, RefusedError (503) if the queue is full."""
        async with self._place(long=job.characters > self._long_characters and self._size > 1):
            try:
                worker = self._worker()
            except OSError:
                raise JobFailedError(_failed(503, "a worker process cannot be started: try again later")) from None
            self._busy.add(worker)
            usable = False
            try:
                async with asyncio.timeout(self._job_seconds):
                    outcome = await worker.do(job, emit)
                usable = True
            except TimeoutError:
                told = f"not done within {self._job_seconds:g} s: send a shorter article"
                raise JobFailedError(_failed(504, told)) from None
            except (EOFError, OSError):
                raise JobFailedError(_failed(500, "a worker process ended while it was at work: try again")) from None
            except JobFailedError:
                usable = worker.is_ready
                raise
            else:
                return outcome
            finally:
                self._leave(worker, keep=usable)

    async def end(self) -> None:
        """End all workers."""
        workers = (*self._idle, *self._busy)
        self._idle.clear()
        await asyncio.gather(*(worker.end() for worker in workers), *self._endings)

    @asynccontextmanager
    async def _place(self, *, long: bool) -> AsyncIterator[None]:
        if self._queued >= self._waiting and (self._places.locked() or (long and self._long_places.locked())):
            raise RefusedError(503, "too much is waiting already: try again later", retry_after="5")
        async with AsyncExitStack() as held:
            self._queued += 1
            try:
                if long:
                    await held.enter_async_context(self._long_places)
                await held.enter_async_context(self._places)
            finally:
                self._queued -= 1
            yield

    def _worker(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                return worker
            worker.kill()
        return self._hire()

    def _leave(self, worker: Worker, *, keep: bool) -> None:
        self._busy.discard(worker)
        if keep:
            self._idle.append(worker)
        else:
            # Ends in the background; a successor starts on demand.
            ending = asyncio.get_running_loop().create_task(worker.end())
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)


def _failed(status: int, told: str) -> Problem:
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=told, code=FAULT)
