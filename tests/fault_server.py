"""A server on loopback that fails as it is told to: faults are data, one for each request. It holds no tests.

It speaks enough of HTTP/1.1 and of OpenAI Chat Completions, streamed or not, to be asked by the real backend.
"""

import asyncio
import json
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

TEXT = "The ferry “Brücke” sank on Monday.\u2028Nobody was hurt."
"""The whole right answer. U+2028 ends a line in Python, and none in a stream."""
USAGE = {"prompt_tokens": 11, "completion_tokens": 9}
WHOLE: dict[str, Any] = {
    "id": "c1",
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
    "usage": USAGE,
}
HUGE = 200 * 2**20

Body = Callable[[bool], Iterable[bytes]]
"""From whether a stream was asked for to the pieces of the body."""


def chunk(content: str | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a chunk of a stream that adds `content`."""
    delta = {} if content is None else {"content": content}
    return {"id": "c1", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}


def event(value: Any, name: str = "") -> bytes:
    """Return a server-sent event."""
    data = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return (f"event: {name}\n" if name else "").encode() + f"data: {data}\n\n".encode()


DELTAS = [event(chunk(TEXT[:9])), event(chunk(TEXT[9:20])), event(chunk(TEXT[20:]))]
FINISH = event(chunk(finish="stop"))
COUNTS = event({"id": "c1", "choices": [], "usage": USAGE})
DONE = event("[DONE]")


def well(streamed: bool) -> Iterable[bytes]:
    """Give the right answer."""
    return [*DELTAS, FINISH, COUNTS, DONE] if streamed else [json.dumps(WHOLE, ensure_ascii=False).encode()]


def saying(data: Any) -> Body:
    """Say the same, streamed or not."""
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return lambda _: [text]


def streaming(*pieces: bytes) -> Body:
    """Say this where a stream was asked for, else the right answer."""
    return lambda streamed: pieces if streamed else well(streamed)


def each_byte(streamed: bool) -> Iterator[bytes]:
    """Give the right answer one byte at a time."""
    for piece in well(streamed):
        yield from (bytes([byte]) for byte in piece)


def huge(streamed: bool) -> Iterator[bytes]:
    """Begin well and go on for 200 MB, which are never held."""
    yield b'data: {"choices": [], "x": "' if streamed else b'{"x": "'
    for _ in range(HUGE // 2**16):
        yield b"x" * 2**16


def bomb(streamed: bool) -> list[bytes]:
    """Unpack to 200 MB, out of 200 kB: a packed megabyte that does not look back can be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    start = packer.compress(b'data: {"x": "' if streamed else b'{"x": "') + packer.flush(zlib.Z_FULL_FLUSH)
    megabyte = packer.compress(b"x" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return [start, *[megabyte] * (HUGE // 2**20)]


def packed(streamed: bool) -> list[bytes]:
    """Give the right answer in gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return [packer.compress(b"".join(well(streamed))), packer.flush()]


@dataclass(frozen=True)
class Fault:
    """What a server does with one request, and what that is called.

    It waits `late` seconds, sends a head with `status`, `kind` (the content type; None for the right one) and
    `headers`, then the `body`, with `pause` seconds between its pieces. After `cut` bytes (of the head where
    `in_head`), or after them all, comes the `end`: "well", or the connection is closed, reset or left open.
    `framing` tells the length beforehand, for each piece, or not at all.
    """

    name: str
    body: Body = well
    status: int = 200
    kind: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    late: float = 0.0
    pause: float = 0.0
    cut: int | None = None
    in_head: bool = False
    end: Literal["well", "close", "reset", "hang"] = "well"
    framing: Literal["length", "chunked", "none"] = "chunked"

    def head(self, streamed: bool) -> bytes:
        """Return the head of the answer."""
        kind = self.kind or ("text/event-stream; charset=utf-8" if streamed else "application/json")
        lines = [("content-type", kind), *self.headers]
        if self.framing == "length":
            lines.append(("content-length", str(sum(map(len, self.body(streamed))))))
        elif self.framing == "chunked":
            lines.append(("transfer-encoding", "chunked"))
        text = "".join(f"{name}: {value}\r\n" for name, value in lines)
        return f"HTTP/1.1 {self.status} X\r\n{text}\r\n".encode()

    def pieces(self, streamed: bool) -> Iterator[bytes]:
        """Yield what goes over the wire, piece by piece, up to the cut."""
        room = self.cut
        for number, piece in enumerate(self._all(streamed)):
            if room is None or (number == 0 and not self.in_head):
                yield piece
                continue
            if room <= len(piece):
                yield piece[:room]
                return
            room -= len(piece)
            yield piece

    def _all(self, streamed: bool) -> Iterator[bytes]:
        yield self.head(streamed)
        for piece in self.body(streamed):
            if self.framing == "chunked" and piece:
                yield b"%x\r\n%b\r\n" % (len(piece), piece)
            elif piece:
                yield piece
        if self.framing == "chunked" and self.end == "well":
            yield b"0\r\n\r\n"


WELL = Fault("answers well")


@dataclass
class FaultServer:
    """A server that plays `schedule`, one fault for each request, the last one for all that come after.

    `asked` are the requests' bodies, `open` how many connections are open, and `most_open` how many were at once.
    """

    schedule: Sequence[Fault]
    url: str = ""
    asked: list[Any] = field(default_factory=list)
    open: int = 0
    most_open: int = 0

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
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0] or 0)
        body = json.loads(await reader.readexactly(length) or b"{}")
        fault = self.schedule[min(len(self.asked), len(self.schedule) - 1)]
        self.asked.append(body)
        await asyncio.sleep(fault.late)
        for piece in fault.pieces(bool(body.get("stream"))):
            writer.write(piece)
            await writer.drain()
            if fault.pause:
                await asyncio.sleep(fault.pause)
        if fault.end == "hang":
            await reader.read()  # until the client has had enough
        elif fault.end == "reset":
            # With no time to linger the kernel sends RST, not FIN.
            await asyncio.sleep(0.02)
            raw: socket.socket = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        return fault.end == "well" and fault.framing != "none"


@asynccontextmanager
async def fault_server(*schedule: Fault) -> AsyncIterator[FaultServer]:
    """Serve on a free port until the block ends; by then the client must have closed all its connections.

    Without any fault to play nobody listens on that port.
    """
    server = FaultServer(schedule)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(server.serve(reader, writer), name="fault server"))

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    if not schedule:
        listening.close()
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
