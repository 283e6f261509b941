"""Requests for every wire, and a loopback server that answers them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from keyed_server import whole
from wire_server import WireServer, wire_server

from summarise import Reply, Request, Settings
from summarise.backends.http.client import JSONClient
from summarise.backends.wires.anthropic import AnthropicBackend
from summarise.backends.wires.base import WireBackend, WireOptions
from summarise.backends.wires.converse import ConverseBackend
from summarise.backends.wires.ollama import OllamaBackend
from summarise.backends.wires.openai import OpenAIBackend
from summarise.backends.wires.responses import ResponsesBackend
from summarise.data import Example, Sampling

KINDS: Mapping[str, type[WireBackend]] = {
    "openai": OpenAIBackend,
    "responses": ResponsesBackend,
    "anthropic": AnthropicBackend,
    "converse": ConverseBackend,
    "ollama": OllamaBackend,
}
SCHEMA = {"type": "object", "properties": {"sentence": {"type": "string"}}, "required": ["sentence"]}
ONE = Request(
    stage="draft",
    system="S",
    user="U",
    examples=(Example(user="Q", assistant="A"),),
    sampling=Sampling(temperature=0.5, seed=3, max_tokens=90),
)
BARE = ONE.model_copy(update={"examples": ()})
FORMED = BARE.model_copy(update={"json_schema": SCHEMA})
SEVERAL = BARE.model_copy(update={"candidates": 3})
MARK = {"cache_control": {"type": "ephemeral"}}


@contextmanager
def answering_server() -> Iterator[WireServer]:
    with wire_server(lambda _: (200, {})) as running:
        yield running


def anew(server: WireServer) -> WireServer:
    """Reset the server's records and its answer."""
    server.asked, server.paths, server.headers = [], [], []
    server.say = lambda _: (200, whole(server.paths[-1], "fine"))
    return server


async def replies(server: WireServer, kind: str, *requests: Request, **options: Any) -> list[Reply]:
    async with JSONClient(server.url, settings=Settings(max_attempts=1, read_timeout=5)) as client:
        backend = KINDS[kind]("m", client=client, options=WireOptions(**options))
        return [await backend.complete(request) for request in requests]
