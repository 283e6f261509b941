"""A scripted server on loopback, and requests to it through `JSONClient` and the OpenAI wire."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from summarise import Request, Settings
from summarise.backends.http.client import JSONClient
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Sampling
from summarise.errors import CallError

KEY = "sk-" + "0123456789abcdef" * 2
ASKED = Request(stage="draft", system="S", user="U", json_schema={"type": "object"}, sampling=Sampling(max_tokens=9))
GOOD = {"choices": [{"message": {"content": "fine"}, "finish_reason": "stop"}], "model": "m"}

Script = Callable[["Seen"], "Answer | str"]


class Seen:
    """A request that the server received."""

    def __init__(self, path: str, headers: dict[str, str], body: Any, number: int) -> None:
        self.path = path
        self.headers = headers
        self.body = body
        self.number = number


class Answer:
    """A scripted response. A `body` that is not a string is sent as JSON."""

    def __init__(self, status: int = 200, body: Any = None, **headers: str) -> None:
        self.status = status
        self.body = body if isinstance(body, str) else json.dumps(GOOD if body is None else body)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Server:
    """A server on loopback. `script` returns an Answer, "hang" or "drop" for each request."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.seen: list[Seen] = []
        self.at_once = 0
        self.most_at_once = 0
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection with one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            seen = Seen(head[0].split()[1], headers, json.loads(body or b"null"), len(self.seen))
            self.seen.append(seen)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            answer = self.script(seen)
            await asyncio.sleep(0.01)
            self.at_once -= 1
            if answer == "hang":
                await asyncio.sleep(30)
            elif isinstance(answer, Answer):
                data = answer.body.encode()
                lines = {"content-length": str(len(data)), "connection": "close", **answer.headers}
                text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
                writer.write(f"HTTP/1.1 {answer.status} X\r\n{text}\r\n".encode() + data)
                await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def serving(script: Script, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server(script)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(server.answer(reader, writer))
        tasks.add(task)

    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    server.url = f"http{'s' if tls else ''}://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Ask:
    """A client that records its sleeps instead of sleeping."""

    def __init__(self, server: Server | str, **settings: Any) -> None:
        url = server if isinstance(server, str) else server.url
        self.slept: list[float] = []
        self.settings = Settings(connect_timeout=2, read_timeout=2, total_timeout=30).model_copy(update=settings)
        self.client = JSONClient(
            url,
            settings=self.settings,
            api_key=SecretStr(KEY),
            provider="mill",
            key_variable="MILL_KEY",
            sleep=self._sleep,
        )
        self.backend = OpenAIBackend("m", client=self.client)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def text(self) -> str:
        """Return the text of one reply."""
        async with self.client:
            return (await self.backend.complete(ASKED)).text

    async def error(self) -> CallError:
        """Return the error of one call, which must be one line without the key or a cause."""
        async with self.client:
            with pytest.raises(CallError) as caught:
                await self.backend.complete(ASKED)
        error = caught.value
        assert "\n" not in str(error)
        assert KEY not in repr(error)
        assert error.__cause__ is None
        assert error.__suppress_context__ or error.__context__ is None
        return error
