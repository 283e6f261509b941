"""Running a program without a shell: text in, bytes out, with limits on time and output."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

# Of the end of standard error.
ERROR_BYTES = 8192
# Seconds from SIGTERM to SIGKILL, and for pipes to close after the program has exited.
GRACE = 0.5


class TooLargeError(Exception):
    """The program wrote more to standard output than is allowed."""


@dataclass(frozen=True)
class Ended:
    """Exit code (negative for a signal), standard output and the end of standard error."""

    code: int
    output: bytes
    errors: bytes


async def run_program(
    arguments: Sequence[str],
    *,
    text: str,
    environment: Mapping[str, str],
    folder: str,
    seconds: float,
    most_bytes: int,
) -> Ended:
    """Run a program in `folder` with `text` on standard input; any exit code is returned.

    After `seconds`, `most_bytes` of output, or cancellation its process group is terminated. Raises TimeoutError,
    TooLargeError or OSError.
    """
    loop = asyncio.get_running_loop()
    starting = asyncio.ensure_future(
        loop.subprocess_exec(
            partial(_Program, loop.create_future(), most_bytes),
            *arguments,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
    )
    try:
        transport, protocol = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # Cancelling the start would kill only the program itself, and wait for all of its children.
        with contextlib.suppress(OSError):
            transport, protocol = await starting
            await _end(transport, protocol)
            transport.close()
        raise
    try:
        async with asyncio.timeout(seconds):
            feed = cast("asyncio.WriteTransport", transport.get_pipe_transport(0))
            # A program that reads no input closes the pipe, which is not an error.
            feed.write(text.encode("utf-8", "replace"))
            feed.write_eof()
            await protocol.over
            protocol.require_size()
    except BaseException:
        await _end(transport, protocol)
        raise
    finally:
        transport.close()
    return Ended(transport.get_returncode() or 0, bytes(protocol.output), bytes(protocol.errors))


async def _end(transport: asyncio.SubprocessTransport, protocol: "_Program") -> None:
    """Terminate the process group, then kill it, even if cancelled again."""
    try:
        _signal(transport, "SIGTERM")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(protocol.exited.wait(), GRACE)
    finally:
        _signal(transport, "SIGKILL")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(protocol.exited.wait(), GRACE)


def _signal(transport: asyncio.SubprocessTransport, name: str) -> None:
    if hasattr(os, "killpg"):
        # The group may outlive its leader, or be empty.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(transport.get_pid(), getattr(signal, name))
    elif transport.get_returncode() is None:
        transport.kill()


class _Program(asyncio.SubprocessProtocol):
    def __init__(self, over: "asyncio.Future[None]", most_bytes: int) -> None:
        self.over = over
        self.exited = asyncio.Event()
        self.output = bytearray()
        self.errors = bytearray()
        self.too_large = False
        self._most_bytes = most_bytes

    def require_size(self) -> None:
        if self.too_large:
            raise TooLargeError

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self.errors += data
            del self.errors[:-ERROR_BYTES]
        elif len(self.output) + len(data) > self._most_bytes:
            self.too_large = True
            self._finish()
        else:
            self.output += data

    def process_exited(self) -> None:
        """Allow a grace period, because child processes may hold the pipes open."""
        self.exited.set()
        asyncio.get_running_loop().call_later(GRACE, self._finish)

    def connection_lost(self, _: Exception | None) -> None:
        self._finish()

    def _finish(self) -> None:
        if not self.over.done():
            self.over.set_result(None)
