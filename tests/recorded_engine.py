"""The local engine behind the OpenAI and Anthropic wires: running while recording, else only its address."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from summarise import Backend, Reply, Request, Settings
from summarise.backends.http.client import JSONClient
from summarise.backends.local import ENGINE_OPTIONS, Engine
from summarise.backends.model_files import SMOLLM2, verified_path
from summarise.backends.wires.anthropic import AnthropicBackend
from summarise.backends.wires.base import WireOptions
from summarise.backends.wires.openai import OpenAIBackend
from summarise.settings.configuration import configure

MODEL = SMOLLM2.name.lower()
CONTEXT_TOKENS = 1024
# Without prompt caching, so that answers do not depend on the order of the tests.
KEEPS_NOTHING: Mapping[str, Any] = {**ENGINE_OPTIONS, "cache_prompt": False}


@dataclass(frozen=True)
class RecordedEngine:
    """The engine's address and key; a replay needs only the address in the recordings."""

    url: str
    key: SecretStr | None

    @asynccontextmanager
    async def backend(self, wire: str, *, extra: Mapping[str, Any] = KEEPS_NOTHING) -> AsyncIterator[Backend]:
        """Open the engine by a wire; `extra` are engine options of the OpenAI wire."""
        url = f"{self.url}/v1" if wire == "openai" else self.url
        async with JSONClient(url, settings=Settings(), api_key=self.key) as client:
            if wire == "openai":
                yield OpenAIBackend(MODEL, client=client, options=WireOptions(extra=extra))
            else:
                yield AnthropicBackend(MODEL, client=client)

    async def replies(self, wire: str, *requests: Request, **options: Any) -> list[Reply]:
        """Return the replies to requests in turn."""
        async with self.backend(wire, **options) as backend:
            return [await backend.complete(request) for request in requests]


@contextmanager
def recorded_engine(record_mode: str) -> Iterator[RecordedEngine]:
    if record_mode == "none":
        yield RecordedEngine("http://127.0.0.1", None)
        return
    with Engine(verified_path(configure().settings), name=MODEL, context_tokens=CONTEXT_TOKENS) as engine:
        yield RecordedEngine(engine.url, engine.key)
