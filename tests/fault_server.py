"""A loopback server that answers each request with a scripted fault, down to the bytes.

It speaks enough HTTP/1.1 and OpenAI Chat Completions for the real backend.
"""

import asyncio
import json
import socket
import ssl
import struct
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

TEXT = "The ferry “Brücke” sank on Monday.\u2028Nobody was hurt."
"""The correct answer. U+2028 is a line break in Python, but not in JSON."""
USAGE = {"prompt_tokens": 11, "completion_tokens": 9}
WHOLE: dict[str, Any] = {
    "id": "c1",
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
    "usage": USAGE,
}
HUGE = 200 * 2**20

Body = Callable[[], Iterable[bytes]]


def well() -> Iterable[bytes]:
    """Return the correct answer."""
    return [json.dumps(WHOLE, ensure_ascii=False).encode()]


def saying(data: Any) -> Body:
    """Return a body with other data: bytes unchanged, anything else as JSON."""
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return lambda: [text]


def each_byte() -> Iterator[bytes]:
    """Yield the correct answer byte by byte."""
    for piece in well():
        yield from (bytes([byte]) for byte in piece)


def huge() -> Iterator[bytes]:
    """Yield 200 MB of JSON without holding it in memory."""
    yield b'{"x": "'
    for _ in range(HUGE // 2**16):
        yield b"x" * 2**16


def bomb() -> list[bytes]:
    """Return 200 kB of gzip that unpack to 200 MB: a compressed megabyte without back references is repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    start = packer.compress(b'{"x": "') + packer.flush(zlib.Z_FULL_FLUSH)
    megabyte = packer.compress(b"x" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return [start, *[megabyte] * (HUGE // 2**20)]


def packed() -> list[bytes]:
    """Return the correct answer in gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return [packer.compress(b"".join(well())), packer.flush()]


@dataclass(frozen=True)
class Fault:
    """How the server treats one request.

    It waits `late` seconds, then sends a head (`status`, `kind`: the content type, `headers`) and the `body`, with
    `pause` seconds between pieces. After `cut` bytes (of the head if `in_head`; None: all) the connection is kept
    ("well"), closed, reset or left hanging. `framing` gives the length in the head, per chunk, or not at all.
    """

    name: str
    body: Body = well
    status: int = 200
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    late: float = 0.0
    pause: float = 0.0
    cut: int | None = None
    in_head: bool = False
    end: Literal["well", "close", "reset", "hang"] = "well"
    framing: Literal["length", "chunked", "none"] = "chunked"

    def head(self) -> bytes:
        """Return the response head."""
        lines = [("content-type", self.kind), *self.headers]
        if self.framing == "length":
            lines.append(("content-length", str(sum(map(len, self.body())))))
        elif self.framing == "chunked":
            lines.append(("transfer-encoding", "chunked"))
        text = "".join(f"{name}: {value}\r\n" for name, value in lines)
        return f"HTTP/1.1 {self.status} X\r\n{text}\r\n".encode()

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes to send, up to the cut."""
        room = self.cut
        for number, piece in enumerate(self._all()):
            if room is None or (number == 0 and not self.in_head):
                yield piece
                continue
            if room <= len(piece):
                yield piece[:room]
                return
            room -= len(piece)
            yield piece

    def _all(self) -> Iterator[bytes]:
        yield self.head()
        for piece in self.body():
            if self.framing == "chunked" and piece:
                yield b"%x\r\n%b\r\n" % (len(piece), piece)
            elif piece:
                yield piece
        if self.framing == "chunked" and self.end == "well":
            yield b"0\r\n\r\n"


WELL = Fault("answers well")


@dataclass(frozen=True)
class Seen:
    """A request that the server received; `number` counts from 0. Header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: Any
    number: int


Script = Callable[[Seen], Fault]


@dataclass
class FaultServer:
    """A server that plays the fault that `script` returns for each request.

    `open` counts open connections, and `most_open` is their maximum.
    """

    script: Script
    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    open: int = 0
    most_open: int = 0

    @property
    def asked(self) -> list[Any]:
        """The bodies of the requests."""
        return [seen.body for seen in self.seen]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until either side closes it."""
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._answer(reader, writer):
                    pass
        finally:
            self.open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        seen = Seen(first.split()[1], headers, json.loads(body or b"{}"), len(self.seen))
        self.seen.append(seen)
        fault = self.script(seen)
        await asyncio.sleep(fault.late)
        for piece in fault.pieces():
            writer.write(piece)
            await writer.drain()
            if fault.pause:
                await asyncio.sleep(fault.pause)
        if fault.end == "hang":
            await reader.read()  # until the client closes the connection
        elif fault.end == "reset":
            # Without linger time the kernel sends RST instead of FIN.
            await asyncio.sleep(0.02)
            raw: socket.socket = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        return fault.end == "well" and fault.framing != "none"


@asynccontextmanager
async def scripted_server(script: Script, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[FaultServer]:
    """Serve on a free port until the block ends; the client must have closed its connections by then."""
    server = FaultServer(script)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(server.serve(reader, writer), name="fault server"))

    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    server.url = f"http{'s' if tls else ''}://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                await asyncio.gather(*tasks)
        assert not server.open, "the client left a connection open"
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def fault_server(*schedule: Fault) -> AsyncIterator[FaultServer]:
    """Play the schedule, and repeat its last fault. Without faults, nothing listens on the port."""
    async with scripted_server(lambda seen: schedule[min(seen.number, len(schedule) - 1)]) as server:
        if not schedule:
            server.url = "http://127.0.0.1:9/v1"
        yield server
