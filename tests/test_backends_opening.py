"""Opening of backends by name: unknown names, providers, `extract`, the tables of models, and scripted replies."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from command_line import ROOT, Capture, loopback
from invented import VALLEY, answer
from keyed_server import Seen, keyed_server
from program import ASKED, ScriptedBackend, ask, capabilities, configured, providers, run, written
from pydantic import SecretStr

from summarise import Backend, Reply, Settings, errors, plan, summarise
from summarise.settings.providers import HERE, Provider, Quirks, Wire, model_cards, provider

PAGE = (ROOT / "docs" / "backends.md").read_text(encoding="utf-8")
STORY = [
    "Harbour of Vesterholm closes after storm",
    "The harbour of Vesterholm will close to large ships from Monday, the port authority said.",
    "A crane fell into the harbour basin during a storm last week and blocks the main channel.",
    "“It is a sad sight.",
    "He said so twice.",
    "Divers need about twelve days to cut the crane into pieces and clear the harbour channel.",
    "The town band played on the quay on Sunday, as it does each year in March.",
    "Share this article",
]


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path)


# scripted


async def test_a_scripted_backend_replies_in_order_and_records_requests() -> None:
    """A text becomes a reply, a Reply is returned unchanged, and an exception is raised. A further call is an error."""
    reply = Reply(text="b", finish="length", model="m")
    backend = ScriptedBackend(["a", reply, errors.AnswerError("c")])
    assert isinstance(backend, Backend)
    assert (await backend.complete(ASKED)).text == "a"
    assert await backend.complete(ASKED) is reply
    with pytest.raises(errors.AnswerError, match="c"):
        await backend.complete(ASKED)
    assert backend.requests == [ASKED] * 3
    with pytest.raises(AssertionError, match=r"more calls than the 3 scripted replies .*draft"):
        await backend.complete(ASKED)


# names


THERE = "there are extract, local, local:PATH.gguf, hf:OWNER/REPO/FILE.gguf, openai:NAME"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        *((name, THERE) for name in ("openai:", "local:", "extract:x", "", "zzz\n" * 100)),
        ("zzz:x", f"no backend 'zzz:x': {THERE}"),
        ("openai", f"did you mean openai:NAME? {THERE}"),
        ("opneai:gpt-4o", f"did you mean openai:gpt-4o? {THERE}"),
        ("Anthropic:claude", f"did you mean anthropic:claude? {THERE}"),
        ("gpt-4o", f"did you mean openai:gpt-4o? {THERE}"),
        ("claude-opus-5", f"did you mean anthropic:claude-opus-5? {THERE}"),
        ("llama.cpp:x", f"did you mean llamacpp:x? {THERE}"),
        ("extarct", f"did you mean extract? {THERE}"),
        ("Extract", f"did you mean extract? {THERE}"),
        ("local:~nosuch/x.gguf", "~nosuch/x.gguf: ~ is not the home folder of a known user"),
    ],
)
def test_an_unknown_name_is_one_line_with_all_known_names(name: str, message: str, empty: Settings) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        ask(name, empty)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    if THERE in message:
        assert all(f"{provider}:NAME" in str(caught.value) for provider in providers())


def test_the_error_about_a_missing_file_names_it(empty: Settings) -> None:
    pytest.importorskip("xllamacpp")
    with pytest.raises(errors.ConfigurationError, match=r"the weights file .*nothing\.gguf"):
        ask("local:nothing.gguf", empty)


def test_the_default_without_weights_is_extract(folder: Path, capsys: Capture) -> None:
    """A line on standard error explains how to get a model."""
    assert run(["bridge.txt", "--json", "--entailment", "off"]) == 0
    output = capsys.readouterr()
    assert json.loads(output.out)["run"]["backend"] == "extract"
    assert "Using extract" in output.err
    assert "summarise models get" in output.err


# extract


@pytest.mark.parametrize(
    ("story", "length", "picked"),
    [(STORY, 3, [STORY[1], STORY[2], STORY[5]]), ([STORY[1], STORY[1], STORY[2]], 2, [STORY[1], STORY[2]])],
    ids=["not the headline, nor a sentence that needs the one before", "none twice"],
)
def test_extract_picks_sentences_of_the_story_in_its_order(story: list[str], length: int, picked: list[str]) -> None:
    settings = Settings(entailment="off")
    summary = summarise("\n\n".join(story), model="extract", length=length, settings=settings)
    assert [sentence.text for sentence in summary.sentences] == picked
    assert summary.run.prompt_tokens == 0


def test_extract_answers_no_requests(empty: Settings) -> None:
    with pytest.raises(errors.ConfigurationError, match="it has no model"):
        ask("extract", empty)


# Presets

KEY = SecretStr("sk-invented-0123456789abcdef")
FORM = {"type": "object", "properties": {}, "additionalProperties": False}
FORMED = ASKED.model_copy(update={"json_schema": FORM, "candidates": 2})


@pytest.fixture
def server() -> Iterator[Seen]:
    with keyed_server(text=answer("A sentence.")) as seen:
        yield seen


@loopback
@pytest.mark.parametrize("name", providers())
def test_a_request_to_a_provider_has_its_key_and_its_quirks(name: str, server: Seen) -> None:
    """The request contains the model's name without the provider, and no other provider's key."""
    row = providers()[name]
    keys = {row.key_variable: KEY} if row.key_variable else {}
    settings = Settings(base_urls={name: server.url_of(row)}, api_keys=keys, max_attempts=1)
    assert ask(f"{name}:org/model:tag", settings, FORMED).text
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


@pytest.mark.parametrize("row", [row for row in providers().values() if row.hosted], ids=lambda row: row.name)
def test_the_error_about_a_missing_key_names_its_variable(row: Provider) -> None:
    """A blank key counts as missing."""
    other = next(str(name.key_variable) for name in providers().values() if name.key_variable != row.key_variable)
    for keys in ({}, {str(row.key_variable): SecretStr("  ")}, {other: KEY}):
        with pytest.raises(errors.ConfigurationError, match=f"{row.name}:x needs a key: set {row.key_variable}"):
            ask(f"{row.name}:x", Settings(api_keys=keys))


@loopback
def test_the_settings_api_key_and_base_url_take_precedence(server: Seen) -> None:
    row = providers()["groq"]
    table = Settings(api_keys={str(row.key_variable): KEY}, base_urls={"groq": "http://nowhere"})
    ask("groq:x", table.model_copy(update={"api_key": SecretStr("first"), "base_url": server.url_of(row)}), ASKED)
    assert server.requests[0].headers["Authorization"] == "Bearer first"


@pytest.mark.parametrize(
    ("name", "context_tokens", "chunk_tokens"),
    [("openai:gpt-4o-mini", 128_000, 16_000), ("openai:nobody-knows-this", None, None), ("vllm:mine", 1000, 500)],
)
def test_the_size_of_chunks_follows_from_a_known_context(
    name: str, context_tokens: int | None, chunk_tokens: int | None
) -> None:
    """The context is in the table of models or in the user's settings."""
    models = {"vllm:mine": {"context_tokens": 1000}}
    declared = capabilities(name, Settings.model_validate({"api_keys": {"OPENAI_API_KEY": KEY}, "models": models}))
    assert (declared.context_tokens, declared.chunk_tokens) == (context_tokens, chunk_tokens)


@pytest.mark.slow
def test_an_unknown_context_has_8192_tokens_unless_it_is_set() -> None:
    """A smaller context needs more chunks."""

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
    """With models of two providers, `api_key` and `base_url` are errors before any request."""
    settings = Settings(**given)
    for model, judge in ((name, "anthropic:y"), ("anthropic:y", name)):
        with pytest.raises(
            errors.ConfigurationError, match=f"{next(iter(given))} is for one provider, but .* belong to two"
        ):
            summarise(VALLEY, model=model, judge=judge, settings=settings)
    assert server.requests == []


@pytest.mark.usefixtures("folder")
def test_the_list_of_models_is_grouped_and_names_missing_settings(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", KEY.get_secret_value())
    assert run(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    headings = [lines.index(line) for line in lines if line and not line.startswith(" ")]
    assert [lines[place].split(" (")[0] for place in headings][:3] == ["On this machine", "Your own server", "Hosted"]
    for name, row in providers().items():
        (line,) = (line for line in lines if line.startswith(f"  {name}:NAME"))
        place = lines.index(line)
        assert (headings[2] < place) == row.hosted
        assert ("not ready" in line) == (row.hosted and name != "groq")
        assert ("not checked" in line) != row.hosted
        assert row.hosted == (name == "groq" or f"set {row.key_variable}" in line)
    assert max(map(len, lines)) <= 120
    assert run(["models", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows][:3] == ["extract", "local", "local:PATH.gguf"]
    assert [row["name"] for row in rows if row["place"] == "hosted" and row["ready"]] == ["groq:NAME"]
    assert all(bool(row["ready"]) == (row["to_do"] is None) for row in rows if row["ready"] is not None)
    by_name = {row["name"]: row for row in rows}
    assert by_name["openai:NAME"]["place"] == "hosted"
    assert by_name["openai:NAME"]["to_do"] == "set OPENAI_API_KEY"


# The tables of providers and models

TODAY = date.today()
# The quirks that each wire supports.
HEEDED: Mapping[Wire, frozenset[str]] = {
    "openai": frozenset(Quirks.model_fields),
    "responses": frozenset({"left_out", "headers", "reasoning"}),
    "anthropic": frozenset({"left_out", "headers", "reasoning"}),
    "converse": frozenset({"left_out", "headers"}),
    "ollama": frozenset({"headers", "reasoning"}),
}


@pytest.mark.parametrize("row", providers().values(), ids=lambda row: row.name)
def test_the_record_of_a_provider_is_valid_and_dated(row: Provider) -> None:
    """Hosted providers use https and require a key; local servers use loopback."""
    address = urlsplit(row.base_url)
    assert (address.scheme, address.hostname == "127.0.0.1") == (("https", False) if row.hosted else ("http", True))
    assert row.key_required == row.hosted
    assert address.username is None
    assert date(2026, 1, 1) <= row.as_of <= TODAY
    assert row.about
    assert row.title
    # Its wire supports each quirk, and free text is the last form.
    assert row.quirks.model_dump(exclude_defaults=True).keys() <= HEEDED[row.wire]
    assert row.quirks.forms[-1] == "text"
    assert row.key_variable or not row.key_required


def test_no_two_providers_share_a_key_or_an_address() -> None:
    """Each key is sent only to its own provider."""
    keys = [row.key_variable for row in providers().values() if row.key_variable]
    assert len(keys) == len(set(keys))
    assert len({row.base_url for row in providers().values()}) == len(providers())


@pytest.mark.parametrize("name", model_cards())
def test_the_record_of_a_model_is_valid_and_dated(name: str) -> None:
    """Hosted models have a context, prices, a source and a date. For others the record states whether they reason."""
    host, _, model = name.partition(":")
    known, card = provider(host), model_cards()[name]
    assert model
    if known is None or not known.hosted:
        assert known is not None or host in HERE
        assert card.thinks is not None
        assert not card.priced
        return
    assert card.context_tokens is not None
    assert card.context_tokens >= 32_000
    assert card.input_price is not None
    assert card.output_price is not None
    assert 0 < card.input_price <= card.output_price <= 100
    assert card.cached_input_price is None or 0 < card.cached_input_price < card.input_price
    assert card.as_of is not None
    assert date(2026, 1, 1) <= card.as_of <= TODAY
    assert (card.source or "").startswith("https://")


# docs/backends.md


def test_the_table_of_models_names_all_providers_and_no_others() -> None:
    table = PAGE.partition("## Find your model")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([a-z]+):[^`]+`", table))
    assert named == {*providers(), "command", "local", "hf"}


def test_the_page_describes_each_provider_as_its_record_does() -> None:
    rows = dict(re.findall(r"^\| `([a-z]+):NAME` \| (.*) \|$", PAGE, re.M))
    assert list(rows) == list(providers())
    for name, row in providers().items():
        about, key, address = rows[name].split(" | ") if row.key_variable else (*rows[name].split(" | | "), "")[:3]
        if row.key_variable:
            assert key == f"`{row.key_variable}`" + ("" if row.key_required else ", if it wants one")
        else:
            about, address = about, key
        assert (about, address) == (row.about, f"`{row.base_url}`")


COMMANDS = re.findall(r"\| `(\[\".*\])` \|", PAGE)


@pytest.mark.parametrize(
    "text",
    [
        *re.findall(r"```toml\n(.*?)```", PAGE, re.S),
        *(f"[commands.{json.loads(command)[0]}]\narguments = {command}\n" for command in COMMANDS),
    ],
    ids=lambda text: text[:20],
)
def test_the_configurations_on_the_page_are_valid(text: str, tmp_path: Path) -> None:
    assert configured(written(tmp_path, text)).settings.model_dump(exclude_defaults=True)
