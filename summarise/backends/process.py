"""Run a program once: text in, bytes out, within a time and a size.

What it started is ended with it where it is ended from here; what it leaves behind when it ends by itself is not.
No shell is involved. Knows nothing of models: `command.py` does.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

ERROR_BYTES = 8192
"""How much of the end of standard error is kept."""
GRACE = 0.5
"""Seconds between the request to end (SIGTERM) and SIGKILL, and for pipes to close once the program has ended."""


class TooLargeError(Exception):
    """The program wrote more to standard output than is allowed."""


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code (negative for a signal), what it wrote, and the end of its standard error."""

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
    """Run a program in a folder with `text` on its standard input, and return how it ended, whatever its exit code.

    It gets a process group of its own, which is ended with it where it takes longer than `seconds`, writes more than
    `most_bytes`, or the caller is cancelled. Raises TimeoutError, TooLargeError, and OSError where it cannot be
    started.
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
        # Cancelled itself, the start would end the program alone, and wait for all that the program has started.
        with contextlib.suppress(OSError):
            transport, protocol = await starting
            await _end(transport, protocol)
            transport.close()
        raise
    try:
        async with asyncio.timeout(seconds):
            feed = cast("asyncio.WriteTransport", transport.get_pipe_transport(0))
            # A program that reads no input closes the pipe: that is no error of its own.
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
    """End the process group: ask first, and kill what is still there after a moment, also if cancelled again."""
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
        # The group may outlive its leader; where nobody is left in it there is nothing to do.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(transport.get_pid(), getattr(signal, name))
    elif transport.get_returncode() is None:
        transport.kill()


class _Program(asyncio.SubprocessProtocol):
    """Collects what a program writes; `over` is done when it has ended and its output is whole, or is too large."""

    def __init__(self, over: "asyncio.Future[None]", most_bytes: int) -> None:
        self.over = over
        self.exited = asyncio.Event()
        self.output = bytearray()
        self.errors = bytearray()
        self.too_large = False
        self._most_bytes = most_bytes

    def require_size(self) -> None:
        """Raise TooLargeError where more was written than is allowed."""
        if self.too_large:
            raise TooLargeError

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Take in a piece of output."""
        if fd == 2:
            self.errors += data
            del self.errors[:-ERROR_BYTES]
        elif len(self.output) + len(data) > self._most_bytes:
            self.too_large = True
            self._finish()
        else:
            self.output += data

    def process_exited(self) -> None:
        """Wait a moment for the pipes: a process that it left behind may hold them open."""
        self.exited.set()
        asyncio.get_running_loop().call_later(GRACE, self._finish)

    def connection_lost(self, _: Exception | None) -> None:
        """Take note that the program has ended and all its pipes are closed."""
        self._finish()

    def _finish(self) -> None:
        if not self.over.done():
            self.over.set_result(None)
