"""Provider presets: the address, key, wire and quirks that a model's name selects."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from command_line import Capture, fails, loopback
from invented import VALLEY, answer
from keyed_server import Seen, keyed_server
from program import ask, capabilities, providers, run
from pydantic import SecretStr

from summarise import Request, Settings, errors, plan, summarise

KEY = SecretStr("sk-invented-0123456789abcdef")


HOSTED = [name for name, row in providers().items() if row.hosted]
ASKED = Request(
    stage="draft",
    system="You write.",
    user="Write.",
    json_schema={"type": "object", "properties": {}, "additionalProperties": False},
    candidates=2,
)


@pytest.fixture
def server() -> Iterator[Seen]:
    with keyed_server(text=answer("A sentence.")) as seen:
        yield seen


@loopback
@pytest.mark.parametrize("name", providers())
def test_a_preset_reaches_its_server_with_its_key_and_its_quirks(name: str, server: Seen) -> None:
    """Each preset requests the bare model name at its address, with its own key and no other."""
    row = providers()[name]
    keys = {row.key_variable: KEY} if row.key_variable else {}
    settings = Settings(base_urls={name: server.url_of(row)}, api_keys=keys, max_attempts=1)
    assert ask(f"{name}:org/model:tag", settings, ASKED).text
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
    for header, value in row.quirks.headers.items():
        assert sent[header.lower()] == value
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
def test_an_address_may_go_on_as_the_protocol_does(provider: str, end: str, path: str, server: Seen) -> None:
    """A base URL may include the start of the protocol's own path, as copied addresses do."""
    ask(f"{provider}:x", Settings(base_urls={provider: server.root + end}, max_attempts=1), ASKED)
    assert server.requests[0].path == path


@pytest.mark.parametrize("name", HOSTED)
def test_a_missing_key_is_named(name: str) -> None:
    """A blank key counts as missing."""
    variable = str(providers()[name].key_variable)
    for keys in ({}, {variable: SecretStr("  ")}, {"SOME_OTHER_KEY": KEY}):
        with pytest.raises(errors.ConfigurationError, match=f"{name}:x needs a key: set {variable}"):
            ask(f"{name}:x", Settings(api_keys=keys))


def test_the_providers_own_address_needs_a_key_too() -> None:
    """A base URL on the provider's host is not a server of one's own."""
    with pytest.raises(errors.ConfigurationError, match="openai:x needs a key: set OPENAI_API_KEY"):
        ask("openai:x", Settings(base_urls={"openai": "https://api.openai.com/v1"}))


@loopback
def test_an_explicit_key_and_address_go_before_all_others(server: Seen) -> None:
    row = providers()["groq"]
    table = Settings(api_keys={str(row.key_variable): KEY}, base_urls={"groq": "http://nowhere"})
    ask("groq:x", table.model_copy(update={"api_key": SecretStr("first"), "base_url": server.url_of(row)}), ASKED)
    assert server.requests[0].headers["Authorization"] == "Bearer first"


@loopback
def test_a_server_of_ones_own_may_need_no_key(server: Seen) -> None:
    """A hosted preset at a user's address sends no key if there is none."""
    ask("openai:x", Settings(base_url=server.url_of(providers()["openai"])), ASKED)
    assert "Authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("name", "context_tokens", "chunk_tokens"),
    [("openai:gpt-4o-mini", 128_000, 16_000), ("openai:nobody-knows-this", None, None), ("vllm:mine", 1000, 500)],
)
def test_a_known_window_is_what_chunks_are_cut_to(
    name: str, context_tokens: int | None, chunk_tokens: int | None
) -> None:
    """The table or the user gives the window."""
    models = {"vllm:mine": {"context_tokens": 1000}}
    declared = capabilities(name, Settings.model_validate({"api_keys": {"OPENAI_API_KEY": KEY}, "models": models}))
    assert (declared.context_tokens, declared.chunk_tokens) == (context_tokens, chunk_tokens)


def test_an_unknown_window_has_8192_tokens_unless_it_is_set() -> None:
    """A smaller window makes more chunks."""

    def chunks(name: str = "openai:nobody-knows-this", **settings: Any) -> int:
        settings |= {"api_keys": {"OPENAI_API_KEY": KEY}, "entailment": "off"}
        planned = plan(VALLEY * 20, model=name, settings=Settings.model_validate(settings))
        return next(stage.most.calls for stage in planned.stages if stage.stage == "draft")

    assert chunks(context_tokens=2048) > chunks() == chunks(context_tokens=8192) > chunks(context_tokens=100_000)
    assert chunks("vllm:mine", models={"vllm:mine": {"context_tokens": 2048}}) > chunks("vllm:mine")


@loopback
@pytest.mark.parametrize("given", [{"base_url": "http://127.0.0.1:1/v1"}, {"api_key": KEY}])
@pytest.mark.parametrize("name", ["openai:x", " openai:x", "\topenai :x\n", "plugin:x"])
def test_a_key_or_address_of_one_provider_is_not_used_for_two(server: Seen, given: dict[str, Any], name: str) -> None:
    """With models of two providers, `api_key` and `base_url` are refused before any request."""
    settings = Settings(**given)
    for model, judge in ((name, "anthropic:y"), ("anthropic:y", name)):
        with pytest.raises(errors.ConfigurationError, match=f"{next(iter(given))} is one provider's, and .* are two"):
            summarise(VALLEY, model=model, judge=judge, settings=settings)
    assert server.requests == []


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
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows][:3] == ["extract", "local", "local:PATH.gguf"]
    assert [row["name"] for row in rows if row["place"] == "hosted" and row["ready"]] == ["groq:NAME"]
    assert all(bool(row["ready"]) == (row["to_do"] is None) for row in rows if row["ready"] is not None)
    shown = {row["name"]: row for row in rows}
    assert shown["openai:NAME"]["place"] == "hosted"
    assert shown["openai:NAME"]["to_do"] == "set OPENAI_API_KEY"
