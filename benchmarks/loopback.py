"""Runs a server on loopback in a separate process, so that its work is not measured with that of the client."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

Answer = Callable[[bytes, bytes], Awaitable[tuple[bytes, bytes]]]
"""A function from head and body of a request to media type and body of the answer."""
BACKLOG = 1000
"""Maximum number of waiting connections."""


async def serve(answer: Answer) -> None:
    """Print a free port of loopback, and answer every request on it."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            kind, body = await answer(head, await reader.readexactly(length))
            writer.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ncontent-length: %d\r\n\r\n" % (kind, len(body)) + body
            )

    server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=BACKLOG)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def served(module: str, *arguments: str) -> Iterator[str]:
    """Run a module as a server, with `--serve` after its arguments, and yield the server's URL."""
    command = [sys.executable, "-m", module, *arguments, "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()
