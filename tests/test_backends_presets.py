"""Provider presets: the address, key, wire and quirks that a model's name selects."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from command_line import Capture, fails, loopback
from invented import VALLEY, answer
from keyed_server import Seen, keyed_server
from pydantic import SecretStr

from summarise import Request, Settings, summarise
from summarise.backends import open_backend
from summarise.checks.judge import context_of
from summarise.data import capabilities_of
from summarise.data.exchange import CHUNK_TOKENS
from summarise.errors import ConfigurationError
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS
from summarise.settings.providers import ModelCard, Provider, providers

KEY = SecretStr("sk-invented-0123456789abcdef")


HOSTED = [row for row in providers().values() if row.hosted]
ASKED = Request(
    stage="draft",
    system="You write.",
    user="Write.",
    json_schema={"type": "object", "properties": {}, "additionalProperties": False},
    candidates=2,
)


@pytest.fixture
def server() -> Iterator[Seen]:
    with ExitStack() as stack:
        yield stack.enter_context(keyed_server(text=answer("A sentence.")))


def settings_for(row: Provider, server: Seen, **more: Any) -> Settings:
    keys = {row.key_variable: KEY} if row.key_variable else {}
    return Settings(base_urls={row.name: server.url_of(row)}, api_keys=keys, max_attempts=1, **more)


@loopback
@pytest.mark.parametrize("row", providers().values(), ids=lambda row: row.name)
async def test_a_preset_reaches_its_server_with_its_key_and_its_quirks(row: Provider, server: Seen) -> None:
    """Each preset requests the bare model name at its address, with its own key and no other."""
    async with open_backend(f"{row.name}:org/model:tag", settings_for(row, server)) as backend:
        assert backend.id == f"{row.name}:org/model:tag"
        reply = await backend.complete(ASKED)
    assert reply.text
    (asked,) = server.requests
    if row.wire == "converse":
        assert asked.path == "/model/org%2Fmodel%3Atag/converse"
    else:
        assert asked.body["model"] == "org/model:tag"
    sent = {name.lower(): value for name, value in asked.headers.items()}
    prefix = "Bearer " if row.key_header == "Authorization" else ""
    expected = f"{prefix}{KEY.get_secret_value()}" if row.key_variable else None
    assert sent.get(row.key_header.lower()) == expected
    assert sum(KEY.get_secret_value() in value for value in sent.values()) == (row.key_variable is not None)
    for name, value in row.quirks.headers.items():
        assert sent[name.lower()] == value
    assert not set(row.quirks.left_out) & set(asked.body)
    if row.wire == "openai":
        assert row.quirks.limit_field in asked.body
        assert ({"max_tokens", "max_completion_tokens"} - {row.quirks.limit_field}).isdisjoint(asked.body)
        form = asked.body.get("response_format", {"type": "text"})["type"]
        assert form == row.quirks.forms[0]


@loopback
@pytest.mark.parametrize(
    ("provider", "end", "path"),
    [
        ("anthropic", "", "/v1/messages"),
        ("anthropic", "/v1/", "/v1/messages"),
        ("anthropic", "/v1/messages", "/v1/messages"),
        ("anthropic", "/proxy", "/proxy/v1/messages"),
        ("ollama", "/api", "/api/chat"),
        ("ollama", "/v1", "/api/chat"),
        ("openai", "/v1", "/v1/chat/completions"),
        ("openai", "/v1/chat/completions", "/v1/chat/completions"),
        ("gemini", "/v1beta/openai/chat/completions/", "/v1beta/openai/chat/completions"),
    ],
)
async def test_an_address_may_go_on_as_the_protocol_does(provider: str, end: str, path: str, server: Seen) -> None:
    """A base URL may include the start of the protocol's own path, as copied addresses do."""
    settings = Settings(base_urls={provider: server.root + end}, max_attempts=1)
    async with open_backend(f"{provider}:x", settings) as backend:
        await backend.complete(ASKED)
    assert server.requests[0].path == path


@loopback
@pytest.mark.parametrize("row", HOSTED, ids=lambda row: row.name)
async def test_a_missing_key_is_named_and_nothing_is_sent(row: Provider, server: Seen) -> None:
    """Hosted providers need a key, and a blank key counts as missing."""
    for keys in ({}, {str(row.key_variable): SecretStr("  ")}, {"SOME_OTHER_KEY": KEY}):
        with pytest.raises(ConfigurationError, match=f"{row.name}:x needs a key: set {row.key_variable}"):
            async with open_backend(f"{row.name}:x", Settings(api_keys=keys)):
                pass
    assert server.requests == []


async def test_the_providers_own_address_needs_a_key_too() -> None:
    """A base URL on the provider's host is not a server of one's own."""
    settings = Settings(base_urls={"openai": "https://api.openai.com/v1"})
    with pytest.raises(ConfigurationError, match="openai:x needs a key: set OPENAI_API_KEY"):
        async with open_backend("openai:x", settings):
            pass


@loopback
async def test_an_explicit_key_and_address_go_before_all_others(server: Seen) -> None:
    row = providers()["groq"]
    settings = settings_for(row, server).model_copy(
        update={"api_key": SecretStr("first"), "base_url": server.url_of(row), "base_urls": {"groq": "http://nowhere"}}
    )
    async with open_backend("groq:x", settings) as backend:
        await backend.complete(ASKED)
    assert server.requests[0].headers["Authorization"] == "Bearer first"


@loopback
async def test_a_server_of_ones_own_may_need_no_key(server: Seen) -> None:
    """A hosted preset at a user's address sends no key if there is none."""
    async with open_backend("openai:x", Settings(base_url=server.url_of(providers()["openai"]))) as backend:
        await backend.complete(ASKED)
    assert "Authorization" not in server.requests[0].headers


async def test_a_known_window_is_what_chunks_are_cut_to() -> None:
    """The table or the user gives the window and `context_tokens` bounds it; the default is 8192 tokens."""
    keys = {"OPENAI_API_KEY": KEY}
    async with open_backend("openai:gpt-4o-mini", Settings(api_keys=keys)) as backend:
        can = capabilities_of(backend)
        assert (can.context_tokens, can.chunk_tokens) == (128_000, CHUNK_TOKENS)
        assert context_of(backend, Settings()) == 128_000
        assert context_of(backend, Settings(context_tokens=4096)) == 4096
    async with open_backend("openai:nobody-knows-this", Settings(api_keys=keys)) as backend:
        assert capabilities_of(backend).context_tokens is None
        assert context_of(backend, Settings()) == DEFAULT_CONTEXT_TOKENS == 8192
        assert context_of(backend, Settings(context_tokens=100_000)) == 100_000
    mine = {"vllm:mine": ModelCard(context_tokens=1000)}
    async with open_backend("vllm:mine", Settings(models=mine)) as backend:
        can = capabilities_of(backend)
        assert (can.context_tokens, can.chunk_tokens) == (1000, 500)


@pytest.mark.slow
@loopback
def test_a_small_window_makes_more_chunks(server: Seen) -> None:
    article = "\n\n".join([VALLEY] * 3)
    chunks = []
    for size in (3000, 1200):
        settings = Settings(
            base_urls={"vllm": server.url_of(providers()["vllm"])},
            models={"vllm:mine": ModelCard(context_tokens=size)},
            repair_rounds=0,
        )
        chunks.append(len(summarise(article, model="vllm:mine", settings=settings).run.chunks))
    assert chunks[0] < chunks[1]


@loopback
@pytest.mark.parametrize("given", [{"base_url": "http://127.0.0.1:1/v1"}, {"api_key": KEY}])
@pytest.mark.parametrize("name", ["openai:x", " openai:x", "\topenai :x\n", "plugin:x"])
def test_a_key_or_address_of_one_provider_is_not_used_for_two(server: Seen, given: dict[str, Any], name: str) -> None:
    """With models of two providers, `api_key` and `base_url` are refused before any request."""
    settings = Settings(**given)
    for model, judge in ((name, "anthropic:y"), ("anthropic:y", name)):
        with pytest.raises(ConfigurationError, match=f"{next(iter(given))} is one provider's, and .* are two"):
            summarise(VALLEY, model=model, judge=judge, settings=settings)
    assert server.requests == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("opneai:gpt-4o", "did you mean openai:gpt-4o? there are"),
        ("Anthropic:claude", "did you mean anthropic:claude? there are"),
        ("gpt-4o", "did you mean openai:gpt-4o? there are"),
        ("claude-opus-5", "did you mean anthropic:claude-opus-5? there are"),
        ("openai", "did you mean openai:NAME? there are"),
        ("llama.cpp:x", "did you mean llamacpp:x? there are"),
        ("extarct", "did you mean extract? there are"),
        (
            "zzz:x",
            "no backend 'zzz:x': there are extract, local, local:PATH.gguf, hf:OWNER/REPO/FILE.gguf, openai:NAME",
        ),
        ("zzz\n" * 100, "there are extract"),
    ],
)
async def test_a_wrong_name_is_told_with_what_may_have_been_meant(name: str, meant: str) -> None:
    """The one-line error suggests a similar name and lists all available ones."""
    with pytest.raises(ConfigurationError) as caught:
        async with open_backend(name, Settings()):
            pass
    assert meant in str(caught.value)
    assert "\n" not in str(caught.value)
    assert all(f"{row}:NAME" in str(caught.value) for row in providers())


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("kind", list(providers()))
def test_a_base_url_goes_with_every_provider(capsys: Capture, kind: str) -> None:
    """An invalid address is reported."""
    line = fails(capsys, 4, "bridge.txt", "--model", f"{kind}:x", "--base-url", "ftp://example.org")
    assert "base URL" in line


@pytest.mark.usefixtures("folder")
def test_the_list_of_models_is_grouped_and_tells_what_is_missing(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from summarise.cli.main import run

    monkeypatch.setenv("GROQ_API_KEY", KEY.get_secret_value())
    assert run(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    places = [lines.index(line) for line in lines if line and not line.startswith(" ")]
    assert [lines[place].split(" (")[0] for place in places][:3] == ["On this machine", "Your own server", "Hosted"]
    for name, row in providers().items():
        (line,) = (line for line in lines if line.startswith(f"  {name}:NAME"))
        place = lines.index(line)
        assert (places[2] < place) == row.hosted
        assert ("not ready" in line) == (row.hosted and name != "groq")
        assert ("not checked" in line) != row.hosted
        assert row.hosted == (name == "groq" or f"set {row.key_variable}" in line)
    assert max(map(len, lines)) <= 120
    assert run(["models", "--json"]) == 0
    shown = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert shown["openai:NAME"]["place"] == "hosted"
    assert shown["openai:NAME"]["to_do"] == "set OPENAI_API_KEY"
