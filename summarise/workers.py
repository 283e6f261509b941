"""Worker processes: a fresh Python that answers requests over pipes, within memory and time limits.

    parent                                   child
    Worker("module") ── start ─────────────► imports the module
    Worker.ask(question, data) ── frames ──► module.answer(question, data)

The child ends when its standard input does. It ignores Ctrl-C and SIGTERM, which a terminal sends to the whole group.
"""

import atexit
import json
import os
import queue
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO

LENGTH = struct.Struct(">Q")
# Seconds to import the module.
START_SECONDS = 60.0
# Largest frame.
MOST_BYTES = 1 << 30
# Seconds between checks for signals while waiting.
STEP = 0.1
_CODE = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
import sys
sys.path[:] = {path!r}
try:
    from {module} import {function}
except Exception as error:
    raise SystemExit(f"summarise: a worker process: {{type(error).__name__}}: {{error}}")
{function}({arguments})
"""


class WorkerError(Exception):
    """A worker process gave no answer."""


class WorkerStartError(WorkerError):
    """A worker process could not be started."""


class WorkerTimeoutError(WorkerError):
    """A worker process exceeded its time limit."""


class WorkerMemoryError(WorkerError):
    """A worker process exceeded its memory limit."""


class WorkerEndedError(WorkerError):
    """A worker process ended by itself: a crash, or no memory left."""


def start_command(module: str, function: str, *arguments: object) -> tuple[str, ...]:
    """Return the command that calls a function in a fresh Python with the parent's `sys.path`.

    A fork would copy threads and locks; a spawn would rerun scripts.
    """
    code = _CODE.format(
        path=sys.path, module=module, function=function, arguments=", ".join(repr(argument) for argument in arguments)
    )
    return sys.executable, "-P", "-c", code


def own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return standard input and output for frames; other output goes to standard error."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    return requests, replies


def read_frame(file: BinaryIO) -> bytes | None:
    """Return the next frame, or None at the end."""
    head = file.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    if size > MOST_BYTES:
        # Not a frame: something else was written to the pipe.
        return None
    body = file.read(size)
    return body if len(body) == size else None


def write_frame(file: BinaryIO, body: bytes) -> None:
    """Write a frame."""
    file.write(LENGTH.pack(len(body)))
    file.write(body)
    file.flush()


class Worker:
    """A process that answers one request at a time with a module's `answer(question, data)`.

    `memory` is in bytes (Linux only). Raises WorkerStartError.
    """

    def __init__(self, module: str, *, memory: int) -> None:
        self.answered = 0
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own Python and code
                start_command("summarise.workers", "work", module, memory),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, TypeError, ValueError) as error:
            # Without a path to Python, `sys.executable` is None or empty.
            raise WorkerStartError(getattr(error, "strerror", None) or type(error).__name__) from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self._replies: BinaryIO = self._process.stdout  # type: ignore[assignment]
        try:
            self._exchange(START_SECONDS)
        except WorkerError as error:
            raise WorkerStartError("it ended before it was ready") from error

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return self._process.poll() is None

    def ask(self, question: dict[str, Any], data: bytes, *, seconds: float) -> dict[str, Any]:
        """Return the answer to a question about data.

        Raises WorkerError, and ends the process, if there is none in time.
        """
        self.answered += 1
        asked = json.dumps({**question, "seconds": seconds}).encode()
        answer: dict[str, Any] = json.loads(self._exchange(seconds, asked, data))
        if answer.get("memory"):
            self.close()
            raise WorkerMemoryError
        return answer

    def close(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._replies):
            with suppress(OSError):
                pipe.close()

    def _exchange(self, seconds: float, *frames: bytes) -> bytes:
        replies: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        try:
            threading.Thread(target=lambda: replies.put(self._transfer(frames)), daemon=True).start()
            return _reply(replies, seconds)
        except BaseException:
            self.close()
            raise

    def _transfer(self, frames: Iterable[bytes]) -> bytes | None:
        # An ended process or a closed pipe gives no reply.
        with suppress(OSError, ValueError):
            for frame in frames:
                write_frame(self._requests, frame)
            return read_frame(self._replies)
        return None


def _reply(replies: "queue.SimpleQueue[bytes | None]", seconds: float) -> bytes:
    """Wait in short steps: a blocked main thread misses signals to other threads."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with suppress(queue.Empty):
            if (reply := replies.get(timeout=STEP)) is None:
                raise WorkerEndedError
            return reply
    raise WorkerTimeoutError


class Workers:
    """Workers for a module, one per concurrent request, kept until this process ends."""

    # Requests after which a worker is replaced, since libraries may not free all memory.
    most_answers = 100

    def __init__(self, module: str, *, memory: int) -> None:
        self._module = module
        self._memory = memory
        self._idle: list[Worker] = []
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):
            # Two processes must not share a worker's pipes.
            os.register_at_fork(after_in_child=self._idle.clear)

    def ask(self, question: dict[str, Any], data: bytes, *, seconds: float) -> dict[str, Any]:
        """Return the answer of an idle or a new worker. Raises like `Worker`."""
        worker = self._take()
        answer = worker.ask(question, data, seconds=seconds)
        if worker.answered < self.most_answers:
            self._idle.append(worker)
        else:
            worker.close()
        return answer

    def close(self) -> None:
        """End the idle workers."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> Worker:
        # `pop` and `append` of a list are atomic.
        with suppress(IndexError):
            while True:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.close()
        return Worker(self._module, memory=self._memory)


def work(module: str, memory: int) -> None:
    """Answer requests until the parent closes the pipe."""
    requests, replies = own_pipes()
    answer = import_module(module).answer
    _limit_memory(memory)
    write_frame(replies, b"")
    waiting: queue.SimpleQueue[tuple[bytes, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests, waiting), daemon=True).start()
    while True:
        question, data = waiting.get()
        asked = json.loads(question)
        _limit_processor(asked.pop("seconds"))
        try:
            result = answer(asked, data)
            reply = json.dumps(result).encode()
        except MemoryError:
            reply = b'{"memory": true}'
        write_frame(replies, reply)


def _read(requests: BinaryIO, waiting: "queue.SimpleQueue[tuple[bytes, bytes]]") -> None:
    """Exit at once when the parent is gone, whatever the main thread does."""
    try:
        while (question := read_frame(requests)) is not None and (data := read_frame(requests)) is not None:
            waiting.put((question, data))
    finally:
        os._exit(0)


def _limit_memory(most: int) -> None:
    if sys.platform == "linux":
        import resource

        for limit, value in ((resource.RLIMIT_DATA, most), (resource.RLIMIT_CORE, 0)):
            hard = resource.getrlimit(limit)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(limit, (value, value))


def _limit_processor(seconds: float) -> None:
    """Let the system end this process even if no thread can run."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        most = int(used.ru_utime + used.ru_stime + seconds) + 2
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
