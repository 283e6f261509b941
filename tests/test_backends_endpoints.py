"""Where a provider is asked, in which wire, with which headers and fields besides."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from asking import ASKED, Answer, serving
from command_line import Capture, fails
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from invented import CABLES, VEHICLES, answer
from keyed_server import Asked, Reaction, keyed_server, whole
from planted import KEY, shows
from pydantic import SecretStr, ValidationError

from summarise.backends import open_backend
from summarise.backends.caching import key_of
from summarise.backends.endpoints import endpoint_of, to_do_of
from summarise.cli.main import run
from summarise.errors import CallError, ConfigurationError
from summarise.settings.configuration import FILE_VARIABLE, configure
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings, merged, unmerged
from summarise.settings.providers import ModelCard, Provider, kind_of, providers

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
AZURE = "https://r.openai.azure.com"
BEDROCK = "https://bedrock-runtime.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("provider", "given", "version", "expected"),
    [
        ("azure", AZURE, None, (f"{AZURE}/openai/v1", "openai", "")),
        ("azure", f"{AZURE}/", None, (f"{AZURE}/openai/v1", "openai", "")),
        ("azure", f"{AZURE}/openai/v1", None, (f"{AZURE}/openai/v1", "openai", "")),
        ("azure", f"{AZURE}/openai/v1/chat/completions", None, (f"{AZURE}/openai/v1", "openai", "")),
        ("azure", "https://gateway.example/llm", None, ("https://gateway.example/llm", "openai", "")),
        *(
            (
                "azure",
                f"{AZURE}{path}",
                "2024-10-21",
                (f"{AZURE}/openai/deployments/a%2Fb", "openai", "api-version=2024-10-21"),
            )
            for path in ("", "/", "/openai", "/openai/v1", "/openai/deployments/other/chat/completions")
        ),
        (
            "azure",
            "https://gateway.example/llm",
            "2024-10-21",
            ("https://gateway.example/llm/openai/deployments/a%2Fb", "openai", "api-version=2024-10-21"),
        ),
        ("bedrock", BEDROCK, None, (BEDROCK, "converse", "")),
        ("bedrock", f"{BEDROCK}/model", None, (BEDROCK, "converse", "")),
        ("bedrock", f"{BEDROCK}/openai/v1", None, (f"{BEDROCK}/openai/v1", "openai", "")),
        ("bedrock", f"{BEDROCK}/openai/v1/chat/completions", None, (f"{BEDROCK}/openai/v1", "openai", "")),
        ("bedrock", "https://bedrock-mantle.eu-west-1.api.aws/v1", "2024-10-21", None),
        ("openai", "https://gateway.example", "2024-10-21", ("https://gateway.example", "openai", "")),
        ("openai", "https://gateway.example/v1/responses", None, ("https://gateway.example/v1", "openai", "")),
    ],
)
def test_an_address_says_where_and_in_which_wire(
    provider: str, given: str, version: str | None, expected: tuple[str, str, str] | None
) -> None:
    """Its path is completed or cut; its ending may tell the wire; a dated API has the model in it, and is Azure's."""
    expected = expected or (given, "openai", "")
    found = endpoint_of(providers()[provider], "a/b", Settings(base_urls={provider: given}, api_version=version))
    assert found == expected


def test_a_models_card_says_in_which_wire_it_is_asked() -> None:
    """The user's own goes for his own address, too; in Azure's dated form the wire has no place for the deployment."""
    card = {"azure:a": ModelCard(wire="responses")}
    found = endpoint_of(providers()["azure"], "a", Settings(base_urls={"azure": AZURE}, models=card))
    assert found == (f"{AZURE}/openai/v1", "responses", "")
    dated = Settings(base_urls={"azure": AZURE}, models=card, api_version="2025-04-01-preview")
    assert endpoint_of(providers()["azure"], "a", dated) == (
        f"{AZURE}/openai",
        "responses",
        "api-version=2025-04-01-preview",
    )


@pytest.mark.parametrize("row", [row for row in providers().values() if row.blanks], ids=lambda row: row.name)
async def test_what_of_an_address_is_the_users_is_asked_for(row: Provider) -> None:
    """Without it, or copied as it stands, nothing is sent: the error has the whole of it, the list the setting."""
    keys = {str(row.key_variable): SecretStr("a-key-of-nobody")}
    for urls in ({}, {row.name: row.base_url}):
        settings = Settings(keys=keys, base_urls=urls)
        assert to_do_of(row, settings) == f"set base_urls.{row.name}"
        with pytest.raises(ConfigurationError) as caught:
            async with open_backend(f"{row.name}:x", settings):
                pass
        assert row.base_url in str(caught.value)
        assert f"with your own {' and '.join(row.blanks)}" in str(caught.value)


@pytest.mark.parametrize(
    ("provider", "address", "wanted"),
    [
        ("azure", AZURE, True),
        ("azure", f"{AZURE}/openai/v1", True),
        ("azure", "https://gateway.example/openai/v1", False),
        ("azure", "https://r.openai.azure.com.evil.example", False),
        ("azure", "https://a.b.openai.azure.com", True),
        ("bedrock", BEDROCK, True),
        ("openai", "https://api.openai.com/v1", False),
    ],
)
def test_a_clouds_own_address_needs_its_key(provider: str, address: str, wanted: bool) -> None:
    """The user fills in a part of it all the same; any other server may need none."""
    row = providers()[provider]
    to_do = to_do_of(row, Settings(base_urls={provider: address}))
    assert to_do == (f"set {row.key_variable}" if wanted else None)


def test_a_key_may_come_by_a_command_or_in_a_header_of_ones_own() -> None:
    """Then none is missing."""
    row = providers()["azure"]
    for more in ({"key_commands": {"azure": ["az"]}}, {"headers": {"azure": {"API-Key": SecretStr("x")}}}):
        assert to_do_of(row, Settings(base_urls={"azure": AZURE}, **more)) is None


# headers


async def test_own_headers_go_to_their_provider_and_no_other() -> None:
    """They go before the program's, whatever case they are written in; a command for the key is not run then."""
    headers = {
        "openai": {"X-Team": SecretStr("news"), "authorization": SecretStr("Basic abc")},
        "mistral": {"X-Other": SecretStr("not for openai")},
    }
    async with serving(lambda _: Answer()) as server:
        settings = Settings(
            base_urls={"openai": server.url}, headers=headers, key_commands={"openai": ("false",)}, attempts=1
        )
        async with open_backend("openai:m", settings) as backend:
            await backend.complete(ASKED)
    (seen,) = server.seen
    assert seen.headers["x-team"] == "news"
    assert seen.headers["authorization"] == "Basic abc"
    assert "x-other" not in seen.headers


@pytest.mark.parametrize(("provider", "header"), [("anthropic", "Anthropic-Version"), ("openai", "AUTHORIZATION")])
async def test_a_header_of_ones_own_stands_in_the_place_of_the_programs(provider: str, header: str) -> None:
    """It is sent once; a key that is set is not sent beside it."""
    with keyed_server(text="fine") as server:
        settings = Settings(
            base_urls={provider: server.root},
            headers={provider: {header: SecretStr("mine-alone")}},
            keys={"OPENAI_API_KEY": SecretStr("a-key")},
            attempts=1,
        )
        async with open_backend(f"{provider}:m", settings) as backend:
            await backend.complete(ASKED)
    sent = [(name, value) for name, value in server.requests[0].headers.items() if name.lower() == header.lower()]
    assert [value for _, value in sent] == ["mine-alone"]
    assert "a-key" not in str(server.requests[0].headers)


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "Content-Type", "accept-encoding"])
def test_headers_that_frame_a_request_cannot_be_set(name: str) -> None:
    """They are the program's own."""
    with pytest.raises(ValidationError, match=f"the header {name} is the program's own to set"):
        Settings(headers={"openai": {name: SecretStr("x")}})


async def test_a_header_that_cannot_be_sent_is_told_without_its_value() -> None:
    """By its name."""
    settings = Settings(
        base_urls={"openai": "http://127.0.0.1:9"}, headers={"openai": {"X-Team": SecretStr(f"{KEY}\n")}}
    )
    settings = settings.model_copy(update={"headers": {"openai": {"X-Team": SecretStr(f"{KEY}\nX-Evil: 1")}}})
    with pytest.raises(ConfigurationError, match="the header 'X-Team' cannot be sent") as caught:
        async with open_backend("openai:m", settings):
            pass
    assert not shows(str(caught.value))


@pytest.mark.usefixtures("folder")
def test_own_headers_and_fields_are_shown_nowhere(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by `config show`, nor in an error, a run file or the cache; what a model tells of them is not kept."""
    config = folder / "config.toml"
    monkeypatch.setenv(FILE_VARIABLE, str(config))
    monkeypatch.setenv("SUMMARISE_CACHE", "true")
    with keyed_server(text=answer(CABLES, VEHICLES)) as server:
        config.write_text(
            f'base_urls.openai = "{server.root}/v1"\n[headers.openai]\nX-Secret = "{KEY}"\n'
            f'[extra_body."openai:m"]\nmetadata.api_key = "{KEY}"\n',
            encoding="utf-8",
        )
        assert run(["bridge.txt", "--json", "--model", "openai:m", "--save", "run.json"]) in (0, 1)
    assert server.requests[0].headers["X-Secret"] == server.requests[0].body["metadata"]["api_key"] == KEY
    held = {name for name, value in secrets_of(configure().settings).items() if value == KEY}
    assert held == {"headers.openai.X-Secret", "extra_body.openai:m.api_key"}
    for options in ([], ["--json"]):
        assert run(["config", "show", *options]) == 0
    output = capsys.readouterr()
    for name in ("headers.openai", "extra_body.openai:m"):
        assert re.search(rf"^{name} +set +configuration file$", output.out, re.MULTILINE)
        assert f'"name": "{name}",\n      "value": true' in output.out
    assert not shows(output.out + output.err)
    kept = [path for path in folder.rglob("*") if path.is_file() and path != config]
    assert folder / "run.json" in kept
    assert not any(shows(path.read_text(encoding="utf-8", errors="replace")) for path in kept)


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_a_secret_among_own_fields_is_not_shown_by_what_a_server_says_of_it(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in its name for the model, nor in its refusal, nor by `prompts render`, which shows a body."""
    monkeypatch.setenv(FILE_VARIABLE, str(folder / "config.toml"))

    def react(asked: Asked) -> Reaction:
        if len(server.requests) == 1:
            return Reaction(body=json.dumps(whole(asked.path, answer(CABLES)) | {"model": f"m {KEY}"}).encode())
        return Reaction(400, json.dumps({"error": {"message": f"not known: {KEY}"}}).encode())

    with keyed_server(react=react) as server:
        (folder / "config.toml").write_text(
            f'base_urls.openai = "{server.root}/v1"\nextra_body.openai.metadata.api_key = "{KEY}"\n', encoding="utf-8"
        )
        codes = [run(["bridge.txt", "--json", "--length", "1", "--model", "openai:m"]) for _ in range(2)]
    assert codes == [0, 5]
    asked = ["prompts", "render", "draft/prose/v1", "--article", "bridge.txt", "--model", "openai:m", "--json"]
    assert run(asked) == 0
    output = capsys.readouterr()
    assert not shows(output.out + output.err)
    assert '"metadata": {' in output.out
    assert "not known: …" in output.err


# fields of the body


@pytest.mark.parametrize(
    ("provider", "field"),
    [("openai", "messages"), ("anthropic", "messages"), ("ollama", "options"), ("bedrock", "inferenceConfig")],
)
async def test_own_fields_are_merged_into_every_body(provider: str, field: str) -> None:
    """The model's go before the provider's, both before the program's; of objects the fields are merged."""
    body: dict[str, Any] = {provider: {"top_k": 5, "options": {"a": 1, "b": 1}, "inferenceConfig": {"topP": 0.5}}}
    body |= {f"{provider}:m": {"top_k": 6, "options": {"b": 2}}, f"{provider}:other": {"top_k": 7}}
    with keyed_server(text="fine") as server:
        settings = Settings(base_urls={provider: server.root}, extra_body=body, attempts=1)
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
        ("openai:m", {"response_format": {"type": "json_object"}}, "response_format is not supported"),
        ("openai:m", {"response_format": {"type": "text"}}, "response_format is not supported"),
        ("bedrock:m", {"inferenceConfig": {"temperature": 0.5}}, "temperature is not supported"),
        ("bedrock:m", {"inferenceConfig": {"maxTokens": 5000}}, "maximum tokens exceed the limit of 4096"),
        ("bedrock:m", {"inferenceConfig": "none"}, "inferenceConfig must be an object"),
        (
            "bedrock:anthropic.m",
            {"additionalModelRequestFields": {"thinking": {"type": "enabled"}}},
            "thinking is not supported",
        ),
        ("anthropic:m", {"messages": "none"}, "messages must be a list"),
    ],
)
async def test_a_field_of_ones_own_that_is_refused_is_not_left_out(model: str, more: dict[str, Any], says: str) -> None:
    """Whoever set it is told, and the request is not sent again: it would be the same."""

    def react(asked: Asked) -> Reaction:
        if len(server.requests) > 3:
            return Reaction(403)
        return Reaction(400, json.dumps({"error": {"message": says}}).encode())

    with keyed_server(react=react) as server:
        settings = Settings(base_urls={kind_of(model): server.root}, extra_body={model: more}, attempts=1)
        async with open_backend(model, settings) as backend:
            with pytest.raises(CallError, match=says):
                await backend.complete(ASKED.model_copy(update={"json_schema": {"type": "object"}}))
    assert len(server.requests) == 1


async def test_a_field_of_ones_own_beside_a_refused_one_stays() -> None:
    """Of an object that both have a part in, only what is the program's is left out."""

    def react(asked: Asked) -> Reaction | None:
        refused = b'{"error": {"message": "text.format is not supported"}}'
        return Reaction(400, refused) if "format" in asked.body["text"] else None

    with keyed_server(text="fine", react=react) as server:
        more = {"openai": {"text": {"verbosity": "low"}}}
        card = {"openai:m": ModelCard(wire="responses")}
        settings = Settings(base_urls={"openai": server.root}, extra_body=more, models=card, attempts=1)
        async with open_backend("openai:m", settings) as backend:
            await backend.complete(ASKED.model_copy(update={"json_schema": {"type": "object"}}))
    assert server.requests[-1].body["text"] == {"verbosity": "low"}


async def test_own_fields_are_a_part_of_what_an_answer_is_kept_under() -> None:
    """Another field is another request, and so is another version of an API."""
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
@examples(max_examples=40)
def test_merging_keeps_what_is_not_replaced(body: dict[str, Any], more: dict[str, Any]) -> None:
    """All of what goes before is there, of the other what has no other value there, and neither is changed."""
    before = json.dumps([body, more])
    both = merged(body, more)
    assert json.dumps([body, more]) == before
    assert merged(both, more) == both
    assert merged(body, {}) == body
    assert merged({}, more) == more
    assert merged(unmerged(both, more), more) == both
    assert unmerged(both, both) == {}
    assert unmerged(both, {}) == both
    for name in body.keys() | more.keys():
        if isinstance(body.get(name), dict) and isinstance(more.get(name), dict):
            assert both[name] == merged(body[name], more[name])
        else:
            assert both[name] == (more[name] if name in more else body[name])


# the configuration file


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[headers.opneai]\nX = 'y'", "[headers] in FILE has no provider opneai: did you mean openai?"),
        ("[key_commands]\nvertx = ['a']", "[key_commands] in FILE has no provider vertx: did you mean vertex?"),
        ("[extra_body.'groqq:x']\na = 1", "[extra_body] in FILE has no provider groqq: did you mean groq?"),
        ("[extra_body.openai.a]\nb = 1979-05-27", "setting extra_body.openai in FILE: JSON has no word for one of"),
        ("[extra_body.openai]\na = [nan]", "setting extra_body.openai in FILE: JSON has no word for one of"),
        ("[key_commands]\nvertex = 'gcloud auth'", "setting key_commands.vertex in FILE: a command is a list of words"),
        ("[key_commands]\nvertex = []", "setting key_commands.vertex in FILE: a command is a list of words"),
        ("[headers.openai]\nHost = 'y'", "setting headers.openai in FILE: the header Host is the program's own to set"),
        ("headers = 'x'", "headers in FILE must be a table: write [headers]"),
        ("api_version = '2024 10'", "setting api_version in FILE: "),
        ("api_versoin = '2024-10-21'", "did you mean api_version?"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_slip_in_the_file_is_one_line_and_4(
    text: str, says: str, folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the table and what may have been meant."""
    config = folder / "config.toml"
    config.write_text(text, encoding="utf-8")
    monkeypatch.setenv(FILE_VARIABLE, str(config))
    assert says.replace("FILE", str(config)) in fails(capsys, 4, "config")


def test_the_configuration_of_the_page_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that the section on clouds shows can be read, and has nothing in it that is not told."""
    monkeypatch.setenv("HOME", str(tmp_path))
    page = (Path(__file__).parent.parent / "docs" / "backends.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```toml\n(api_version.*?)```", page, re.DOTALL)
    (tmp_path / "config.toml").write_text(code, encoding="utf-8")
    found = configure({FILE_VARIABLE: str(tmp_path / "config.toml")}).settings
    assert list(found.key_commands) == ["vertex", "azure", "openai"]
    assert found.ca_bundle == tmp_path / "certificates" / "company.pem"
    for name in ("azure", "bedrock", "vertex"):
        assert to_do_of(providers()[name], found) == ("set AWS_BEARER_TOKEN_BEDROCK" if name == "bedrock" else None)
