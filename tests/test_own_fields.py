"""The setting `extra_body`: fields merged into requests, reported if refused, and part of the cache key."""

import json
from typing import Any

import pytest
from asking import ASKED
from hypothesis import given
from hypothesis import strategies as st
from keyed_server import Asked, Reaction, keyed_server

from summarise import Settings
from summarise.backends import open_backend
from summarise.backends.cache import key_of
from summarise.errors import CallError
from summarise.settings.model import merged, unmerged
from summarise.settings.providers import ModelCard, kind_of

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.mark.parametrize(
    ("provider", "field"),
    [("openai", "messages"), ("anthropic", "messages"), ("ollama", "options"), ("bedrock", "inferenceConfig")],
)
async def test_own_fields_are_merged_into_every_body(provider: str, field: str) -> None:
    """The model's fields override the provider's, and these the program's."""
    body: dict[str, Any] = {provider: {"top_k": 5, "options": {"a": 1, "b": 1}, "inferenceConfig": {"topP": 0.5}}}
    body |= {f"{provider}:m": {"top_k": 6, "options": {"b": 2}}, f"{provider}:other": {"top_k": 7}}
    with keyed_server(text="fine") as server:
        settings = Settings(base_urls={provider: server.root}, extra_body=body, max_attempts=1)
        async with open_backend(f"{provider}:m", settings) as backend:
            await backend.complete(ASKED)
    sent = server.requests[0].body
    assert sent["top_k"] == 6
    assert {"a": 1, "b": 2}.items() <= sent["options"].items()
    assert sent["inferenceConfig"]["topP"] == 0.5
    assert field in sent
    if provider == "ollama":
        assert "num_ctx" in sent["options"]
    if provider == "bedrock":
        assert sent["inferenceConfig"]["maxTokens"] == 9


@pytest.mark.parametrize(
    ("model", "more", "says"),
    [
        ("openai:m", {"temperature": 3}, "temperature is not supported"),
        ("openai:m", {"max_completion_tokens": 5000}, "max_completion_tokens is too large: at most 4096"),
        ("openai:m", {"response_format": {"type": "text"}}, "response_format is not supported"),
        ("bedrock:m", {"inferenceConfig": {"maxTokens": 5000}}, "maximum tokens exceed the limit of 4096"),
        (
            "bedrock:anthropic.m",
            {"additionalModelRequestFields": {"thinking": {"type": "enabled"}}},
            "thinking is not supported",
        ),
        ("anthropic:m", {"messages": "none"}, "messages must be a list"),
    ],
)
async def test_a_field_of_ones_own_that_is_refused_is_not_left_out(model: str, more: dict[str, Any], says: str) -> None:
    """The error is raised, and the request is not repeated."""

    def react(asked: Asked) -> Reaction:
        if len(server.requests) > 3:
            return Reaction(403)
        return Reaction(400, json.dumps({"error": {"message": says}}).encode())

    with keyed_server(react=react) as server:
        settings = Settings(base_urls={kind_of(model): server.root}, extra_body={model: more}, max_attempts=1)
        async with open_backend(model, settings) as backend:
            with pytest.raises(CallError, match=says):
                await backend.complete(ASKED.model_copy(update={"json_schema": {"type": "object"}}))
    assert len(server.requests) == 1


async def test_a_field_of_ones_own_beside_a_refused_one_stays() -> None:
    """Only the program's part of an object is left out."""

    def react(asked: Asked) -> Reaction | None:
        refused = b'{"error": {"message": "text.format is not supported"}}'
        return Reaction(400, refused) if "format" in asked.body["text"] else None

    with keyed_server(text="fine", react=react) as server:
        more = {"openai": {"text": {"verbosity": "low"}}}
        card = {"openai:m": ModelCard(wire="responses")}
        settings = Settings(base_urls={"openai": server.root}, extra_body=more, models=card, max_attempts=1)
        async with open_backend("openai:m", settings) as backend:
            await backend.complete(ASKED.model_copy(update={"json_schema": {"type": "object"}}))
    assert server.requests[-1].body["text"] == {"verbosity": "low"}


async def test_own_fields_are_a_part_of_what_an_answer_is_kept_under() -> None:
    """Another field or API version gives another cache key."""
    keys = []
    for more in (
        {},
        {"extra_body": {"azure": {"top_k": 5}}},
        {"api_version": "2024-10-21"},
        {"api_version": "2025-01-01"},
    ):
        settings = Settings(base_urls={"azure": "http://127.0.0.1:9"}, **more)
        async with open_backend("azure:m", settings) as backend:
            keys.append(key_of(backend, ASKED))
    assert len(set(keys)) == len(keys)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from("abc"), JSON, max_size=3)


@given(OBJECTS, OBJECTS)
def test_merging_keeps_what_is_not_replaced(body: dict[str, Any], more: dict[str, Any]) -> None:
    """Neither argument is changed."""
    before = json.dumps([body, more])
    both = merged(body, more)
    assert json.dumps([body, more]) == before
    assert merged(both, more) == both
    assert merged(unmerged(both, more), more) == both
    for name in body.keys() | more.keys():
        if isinstance(body.get(name), dict) and isinstance(more.get(name), dict):
            assert both[name] == merged(body[name], more[name])
        else:
            assert both[name] == (more[name] if name in more else body[name])
