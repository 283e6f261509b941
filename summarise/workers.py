"""Starts worker processes for documents, batches and the server; they answer requests over pipes.

    parent                                      child
    Worker("module", setup) ── start ─────────► serve = import_module("module").serve
    worker.ask(body) ───────── request ───────► await serve(channel)(body)
                     ◄──────── request ──────── channel.ask(body)
                     ◄──────── answer ─────────

Bodies are bytes that the caller encodes. The first request is the setup. A child exits when its standard input is
closed. It ignores SIGINT, which a terminal also sends to child processes, and SIGTERM unless it is `interruptible`.
"""

import os
import queue
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from importlib import import_module
from itertools import count
from typing import TYPE_CHECKING, BinaryIO, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    import asyncio

# kind, number of the request, length of the body
HEAD = struct.Struct(">cQQ")
REQUEST, CANCEL, ANSWER, INTERRUPTED = KINDS = b"q", b"c", b"a", b"i"
MOST_BYTES = 1 << 30  # size limit of a body
START_SECONDS = 60.0  # time limit for the answer to the setup
STEP = 0.1  # seconds between checks for signals during a wait
GRACE = 5.0  # seconds to wait between SIGTERM and SIGKILL, and for a killed process to end
_CODE = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.{on_sigterm})
import sys
sys.path[:] = {path!r}
try:
    from summarise.workers import work
    work({module!r})
except Exception as error:
    raise SystemExit(f"summarise: a worker process: {{type(error).__name__}}: {{error}}")
"""
Answer = Callable[[bytes], Awaitable[bytes]]


class WorkerError(Exception):
    """A worker process gave no answer. WorkerError itself (no subclass) means that it crashed or ran out of memory."""


class WorkerStartError(WorkerError):
    """A worker process could not be started."""


class WorkerTimeoutError(WorkerError):
    """A worker process exceeded its time limit."""


class WorkerInterruptedError(WorkerError):
    """A worker process was ended by SIGTERM."""


class Frame(NamedTuple):
    """A message between two processes. An answer has the `number` of its request."""

    kind: bytes
    number: int
    body: bytes = b""


def read_frame(file: BinaryIO) -> Frame | None:
    """Return the next frame, or None at the end of the file or for invalid data."""
    head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    kind, number, size = HEAD.unpack(head)
    if kind not in KINDS or size > MOST_BYTES:
        # Not a frame: something else was written to the pipe.
        return None
    body = file.read(size)
    return Frame(kind, number, body) if len(body) == size else None


class Channel:
    """One end of the pipes between two processes. Both processes may send and answer requests."""

    def __init__(self, reading: BinaryIO, writing: BinaryIO) -> None:
        self.ended = False
        self._reading, self._writing = reading, writing
        self._answer: Answer | None = None
        self._on_end: Callable[[], None] = lambda: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._numbers = count()
        self._lock = threading.Lock()
        self._pending: dict[int, Future[bytes]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._outgoing: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._writer = threading.Thread(target=self._write, daemon=True)

    def start(self, answer: Answer | None = None, *, on_end: Callable[[], None] = lambda: None) -> None:
        """Begin to send and receive. `answer` is called with each request, in the running event loop.

        `on_end` must end one of the two processes. It is called in a thread when the other process has ended, and in
        the event loop when `answer` fails.
        """
        if answer is not None:
            import asyncio

            self._answer, self._loop = answer, asyncio.get_running_loop()
        self._on_end = on_end
        self._reader.start()
        self._writer.start()

    def ask(self, body: bytes) -> "Future[bytes]":
        """Send a request and return a cancellable future of the answer, which may raise WorkerError."""
        future: Future[bytes] = Future()
        with self._lock:
            number = next(self._numbers)
            if self.ended:
                future.set_exception(WorkerError())
                return future
            self._pending[number] = future
        self._outgoing.put(Frame(REQUEST, number, body))
        future.add_done_callback(lambda ended: self._outgoing.put(Frame(CANCEL, number)) if ended.cancelled() else None)
        return future

    def close(self) -> None:
        """Send all queued messages, then close the pipe to the other process."""
        self._outgoing.put(None)
        self._writer.join(GRACE)

    def join(self) -> None:
        """Close both pipes. The other process must have ended."""
        self.close()
        self._reader.join(GRACE)

    def _read(self) -> None:
        try:
            with self._reading:
                while (frame := read_frame(self._reading)) is not None:
                    self._receive(frame)
        finally:
            with self._lock:
                self.ended = True
                unanswered = [*self._pending.values()]
                self._pending.clear()
            for future in unanswered:
                if future.set_running_or_notify_cancel():
                    future.set_exception(WorkerError())
            self._in_loop(self._cancel_all)
            self._on_end()

    def _write(self) -> None:
        # A broken pipe is ignored: `_read` notices the end of the process.
        with suppress(OSError), self._writing:
            while (frame := self._outgoing.get()) is not None:
                self._writing.write(HEAD.pack(frame.kind, frame.number, len(frame.body)))
                self._writing.write(frame.body)
                self._writing.flush()

    def _receive(self, frame: Frame) -> None:
        if frame.kind == REQUEST:
            self._in_loop(self._begin, frame.number, frame.body)
        elif frame.kind == CANCEL:
            self._in_loop(self._cancel, frame.number)
        elif (future := self._pending.pop(frame.number, None)) is not None and future.set_running_or_notify_cancel():
            if frame.kind == ANSWER:
                future.set_result(frame.body)
            else:
                future.set_exception(WorkerInterruptedError())

    def _in_loop(self, function: Callable[..., None], *arguments: object) -> None:
        # The loop may be closed already.
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(function, *arguments)

    def _begin(self, number: int, body: bytes) -> None:
        assert self._loop is not None
        task = self._tasks[number] = self._loop.create_task(self._reply(number, body))
        task.add_done_callback(lambda _: self._tasks.pop(number, None))

    def _cancel(self, number: int) -> None:
        if number in self._tasks:
            self._tasks[number].cancel()

    def _cancel_all(self) -> None:
        for task in self._tasks.values():
            task.cancel()

    async def _reply(self, number: int, body: bytes) -> None:
        assert self._answer is not None
        try:
            self._outgoing.put(Frame(ANSWER, number, await self._answer(body)))
        except Exception:
            # No memory, or a bug in `answer`: unless a process ends, the other one waits for the answer forever.
            self._on_end()
            raise
        except BaseException:
            self._outgoing.put(Frame(INTERRUPTED, number))
            raise


class Worker:
    """A child process that answers requests with the function that `serve(channel)` of a module returns.

    `setup`: the body of the first request. `answer`: answers requests of the child. `interruptible`: SIGTERM ends the
    child. `quiet`: discard the child's standard error. Raises WorkerStartError.

    Attributes: `ready`, the future of the answer to `setup`; `requests`, the number of requests sent; `busy`, the
    number of callers of `Workers.take` that have not released the worker.
    """

    def __init__(
        self,
        module: str,
        setup: bytes = b"",
        *,
        answer: Answer | None = None,
        interruptible: bool = False,
        quiet: bool = True,
    ) -> None:
        self.busy = self.requests = 0
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own Python and code
                start_command(module, interruptible=interruptible),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if quiet else None,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, TypeError, ValueError) as error:
            # `sys.executable` is None or empty if Python does not know its own path.
            raise WorkerStartError(getattr(error, "strerror", None) or type(error).__name__) from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._channel = Channel(self._process.stdout, self._process.stdin)  # type: ignore[arg-type]
        self._channel.start(answer, on_end=self._process.kill)
        self.ready = self._channel.ask(setup)

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return not self._channel.ended and self._process.poll() is None

    def ask(self, body: bytes) -> "Future[bytes]":
        """Send a request, like `Channel.ask`."""
        self.requests += 1
        return self._channel.ask(body)

    def close(self) -> None:
        """Kill the process."""
        self._process.kill()
        # The wait has a limit, because the end of a killed process is sometimes not reported.
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE)
        self._channel.join()

    def end(self) -> None:
        """Send SIGTERM, so that the process can end its own children, then kill it."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE)
        self.close()


def _wait_for(answer: "Future[bytes]", seconds: float) -> bytes:
    deadline = time.monotonic() + seconds
    # In short steps, so that the main thread can handle signals.
    while time.monotonic() < deadline:
        with suppress(TimeoutError):
            return answer.result(STEP)
    raise WorkerTimeoutError


W = TypeVar("W", bound=Worker)


class Workers(Generic[W]):
    """A pool of workers, started on demand by the function `start`.

    `size`: the maximum number of workers, or None for one per concurrent request. A worker is replaced when it has
    ended, or after `most_requests` requests.
    """

    def __init__(self, start: Callable[[], W], *, size: int | None = None, most_requests: int | None = None) -> None:
        self._start = start
        self._size = size
        self._most_requests = most_requests
        self._lock = threading.Lock()
        self._workers: list[W] = []

    def take(self) -> W:
        """Return an idle worker, else a new one, or the least busy one if the pool is full. Call `release` after use.

        Raises WorkerStartError.
        """
        with self._lock:
            for worker in [worker for worker in self._workers if not worker.alive]:
                self._workers.remove(worker)
                worker.close()
            candidate = min(self._workers, key=lambda worker: worker.busy, default=None)
            if candidate is None or (candidate.busy and (self._size is None or len(self._workers) < self._size)):
                candidate = self._start()
                self._workers.append(candidate)
            candidate.busy += 1
            return candidate

    def ask(self, body: bytes, *, seconds: float) -> bytes:
        """Return the answer to a request. `seconds`: the time limit. Raises WorkerError; any error kills the worker."""
        worker = self.take()
        try:
            try:
                _wait_for(worker.ready, START_SECONDS)
            except WorkerError as error:
                raise WorkerStartError("it ended before it was ready") from error
            answer = _wait_for(worker.ask(body), seconds)
        except BaseException:
            self.remove(worker).close()
            raise
        self.release(worker)
        return answer

    def release(self, worker: W) -> None:
        """Return a worker to the pool, or kill it after `most_requests` requests."""
        with self._lock:
            worker.busy -= 1
        if self._most_requests is not None and worker.requests >= self._most_requests:
            self.remove(worker).close()

    def remove(self, worker: W) -> W:
        """Remove a worker from the pool and return it. The caller must end its process."""
        with self._lock, suppress(ValueError):
            self._workers.remove(worker)
        return worker

    def remove_all(self) -> list[W]:
        """Remove and return all workers; the caller must end their processes."""
        with self._lock:
            workers, self._workers = self._workers, []
        return workers

    def close(self) -> None:
        """Kill all workers."""
        for worker in self.remove_all():
            worker.close()

    def after_fork(self) -> None:
        """Empty the pool of a forked process, because the workers belong to the parent."""
        self._lock = threading.Lock()
        self._workers = []


def start_command(module: str, *, interruptible: bool) -> tuple[str, ...]:
    """Return the command that starts a worker: a new Python with the `sys.path` of this process."""
    # Not `multiprocessing`: its fork copies threads and locks, and its spawn runs the main script again.
    on_sigterm = "default_int_handler" if interruptible else "SIG_IGN"
    return sys.executable, "-P", "-c", _CODE.format(path=sys.path, module=module, on_sigterm=on_sigterm)


def work(module: str) -> None:
    """Answer requests in the child process until the parent closes the pipe. `module` has the function `serve`."""
    import asyncio

    channel = Channel(*_own_pipes())
    serve = import_module(module).serve

    async def forever() -> None:
        channel.start(serve(channel), on_end=lambda: os._exit(0))
        await asyncio.Event().wait()

    try:
        asyncio.run(forever())
    except KeyboardInterrupt:
        channel.close()


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return standard input and output, reserved for frames. Other output goes to standard error."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    return requests, replies


def limit_memory(most: int) -> None:
    """Limit this process's memory to `most` bytes (Linux only)."""
    if sys.platform == "linux":
        import resource

        for limit, value in ((resource.RLIMIT_DATA, most), (resource.RLIMIT_CORE, 0)):
            hard = resource.getrlimit(limit)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(limit, (value, value))


def limit_processor(seconds: float) -> None:
    """Let the system kill this process after about `seconds` more of processor time."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        most = int(used.ru_utime + used.ru_stime + seconds) + 2
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
