"""Requests to a scripted server on loopback, by the HTTP client and the OpenAI wire, without waits."""

import asyncio
from typing import Any

import pytest
from fault_server import Fault, FaultServer, saying
from pydantic import SecretStr

from summarise import Reply, Request, Settings
from summarise.backends import open_backend
from summarise.backends.cache import key_of
from summarise.backends.http.client import JSONClient
from summarise.backends.http.responses import JSONResponse
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Sampling, capabilities_of
from summarise.errors import CallError, ConfigurationError, name_of
from summarise.settings.configuration import configure
from summarise.settings.providers import providers

KEY = "sk-" + "0123456789abcdef" * 2
ASKED = Request(stage="draft", system="S", user="U", json_schema={"type": "object"}, sampling=Sampling(max_tokens=9))
GOOD = {"choices": [{"message": {"content": "fine"}, "finish_reason": "stop"}], "model": "m"}
HANG = Fault("never answers", cut=0, in_head=True, end="hang")


def response(status: int = 200, body: Any = None, **headers: str) -> Fault:
    """Return a scripted response. A `body` that is not a string is sent as JSON."""
    data = body.encode() if isinstance(body, str) else GOOD if body is None else body
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Fault("", saying(data), status=status, headers=given, framing="length")


class Ask:
    """A client that records its waits instead of waiting."""

    def __init__(self, server: FaultServer | str, *, concurrency: int | None = None, **settings: Any) -> None:
        self.waits: list[float] = []
        self.settings = Settings(connect_timeout=2, read_timeout=2, total_timeout=30).model_copy(update=settings)
        self.client = JSONClient(
            server if isinstance(server, str) else server.url,
            settings=self.settings,
            api_key=SecretStr(KEY),
            provider="mill",
            key_variable="MILL_KEY",
            concurrency=concurrency,
            sleep=self._wait,
        )
        self.backend = OpenAIBackend("m", client=self.client)

    async def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def replies(self, *requests: Request) -> list[Reply]:
        """Return the replies to requests in turn, over the same connections."""
        async with self.client:
            return [await self.backend.complete(request) for request in requests or (ASKED,)]

    async def get(self, path: str) -> JSONResponse:
        """Return the response to GET."""
        async with self.client:
            return await self.client.get(path)

    async def error(self, request: Request = ASKED) -> CallError:
        """Return the error of one call, which must be one line without the key or a cause."""
        async with self.client:
            with pytest.raises(CallError) as caught:
                await self.backend.complete(request)
        error = caught.value
        assert "\n" not in str(error)
        assert KEY not in repr(error)
        assert error.advice
        assert error.__cause__ is None
        assert error.__suppress_context__ or error.__context__ is None
        return error

    async def outcome(self, request: Request = ASKED) -> str:
        """Return the public name, the message and the attempts of an error."""
        error = await self.error(request)
        return f"{name_of(error)}: {error} [{error.attempts}]"


async def ask_model(model: str, *requests: Request, at_once: bool = False, **settings: Any) -> list[Reply]:
    """Return the replies of a model with these settings, in turn or at once."""
    async with open_backend(model, Settings(**{"max_attempts": 1, **settings})) as backend:
        calls = [backend.complete(request) for request in requests or (ASKED,)]
        return await asyncio.gather(*calls) if at_once else [await call for call in calls]


async def preview(model: str, **settings: Any) -> tuple[str, dict[str, Any], str | None]:
    """Return the address and body of a request that is not sent, and the key of its answer in the cache."""
    async with open_backend(model, Settings(**settings)) as backend:
        on_the_wire = capabilities_of(backend).on_the_wire
        assert on_the_wire is not None
        sent = on_the_wire(ASKED)
        return sent.address, sent.body, key_of(backend, ASKED)


async def count(model: str, text: str, **settings: Any) -> int | None:
    """Return a model's count of tokens, None if it does not count."""
    async with open_backend(model, Settings(**{"max_attempts": 1, **settings})) as backend:
        can = capabilities_of(backend)
        return None if can.count is None else await can.count(text)


async def missing(model: str, **settings: Any) -> str:
    """Return the message about a missing key or address, "" if nothing is missing."""
    try:
        async with open_backend(model, Settings(**settings)):
            return ""
    except ConfigurationError as error:
        return str(error)


def keys_of_all(provider: str, key: str) -> dict[str, SecretStr]:
    """Return `key` for a provider, and a key of its own for each other one."""
    rows = providers().values()
    return {
        str(row.key_variable): SecretStr(key if row.name == provider else f"other-{row.name}-key")
        for row in sorted(rows, key=lambda row: row.name == provider)
        if row.key_variable
    }


def keys_set() -> dict[str, str]:
    """Return the configured keys by variable."""
    return {name: key.get_secret_value() for name, key in configure().settings.api_keys.items()}
