"""What a backend says that it would send is what it sends, on every wire, before a server refuses a part and after."""

import json

import pytest
from command_line import loopback
from keyed_server import Asked, Reaction, keyed_server
from pydantic import SecretStr

from summarise.backends import open_backend
from summarise.data import Example, PromptUse, Request, Sampling, capabilities_of
from summarise.settings.model import Settings
from summarise.settings.providers import ModelCard, providers

FORM = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
ASKED = Request(
    stage="draft",
    prompt=PromptUse(id="draft/v1", sha256="0" * 64),
    system="You count.",
    user="How many are three?",
    examples=(Example(user="How many are two?", assistant="two"),),
    json_schema=FORM,
    sampling=Sampling(temperature=0.4, seed=7, max_tokens=60),
)
KEY = "a-key-of-nobody"


def refusing(field: str) -> Reaction:
    """Return a server's refusal of a field."""
    error = {"error": {"message": f"{field} is not supported", "type": "invalid_request_error", "param": field}}
    return Reaction(400, json.dumps(error).encode())


@loopback
@pytest.mark.parametrize("kind", ["openai", "responses", "anthropic", "bedrock", "ollama"])
@pytest.mark.parametrize("stream", [False, True])
async def test_what_is_told_is_what_is_sent(kind: str, stream: bool) -> None:
    """Address and body are those of the request as it is first sent, with no key, whatever was refused since."""
    field = "format" if kind == "ollama" else "temperature"

    def react(asked: Asked) -> Reaction | None:
        there = (asked.body | asked.body.get("inferenceConfig", {})).get(field)
        return refusing(field) if there is not None and there != "json" else None

    with keyed_server(react=react) as server:
        name = "openai" if kind == "responses" else kind
        row = providers()[name]
        settings = Settings(
            base_urls={name: server.url_of(row)},
            api_key=SecretStr(KEY),
            models={"openai:m": ModelCard(wire="responses")} if kind == "responses" else {},
            stream=stream,
            attempts=1,
        )
        async with open_backend(f"{name}:m", settings) as backend:
            on_the_wire = capabilities_of(backend).on_the_wire
            assert on_the_wire is not None
            first = on_the_wire(ASKED)
            assert not server.requests
            await backend.complete(ASKED)
            second = on_the_wire(ASKED)
    sent, again = server.requests
    assert first.address == server.root + sent.path
    assert first.body == sent.body == second.body
    assert again.body != sent.body
    assert KEY not in first.model_dump_json()
