"""The user's settings of a model: address, key, key command, headers and fields of requests."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from asking import ASKED, ask_model, count, keys_of_all, missing, preview, response
from fault_server import Fault, Seen, scripted_server
from keyed_server import Asked, Reaction, keyed_server
from planted import KEY, shows
from pydantic import SecretStr

from summarise import Settings, SummariseError

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
PYTHON = (sys.executable, "-S", "-E", "-c")


# Addresses

AZURE = "https://r.openai.azure.com"
GATEWAY = "https://g.example"
BEDROCK = "https://bedrock-runtime.eu-west-1.amazonaws.com"
DATED = "openai/deployments/a%2Fb/chat/completions?api-version=2024-10-21"


@pytest.mark.parametrize(
    ("model", "url", "more", "address"),
    [
        ("azure:a/b", f"{AZURE}/openai/v1/chat/completions", {}, f"{AZURE}/openai/v1/chat/completions"),
        ("azure:a/b", "https://gateway.example/llm", {}, "https://gateway.example/llm/chat/completions"),
        ("azure:a/b", f"{AZURE}/openai/v1", {"api_version": "2024-10-21"}, f"{AZURE}/{DATED}"),
        ("azure:a/b", f"{AZURE}/openai/deployments/c", {"api_version": "2024-10-21"}, f"{AZURE}/{DATED}"),
        ("azure:a/b", f"{GATEWAY}/llm", {"api_version": "2024-10-21"}, f"{GATEWAY}/llm/{DATED}"),
        ("azure:a", AZURE, {"models": {"azure:a": {"wire": "responses"}}}, f"{AZURE}/openai/v1/responses"),
        (
            "azure:a",
            AZURE,
            {"models": {"azure:a": {"wire": "responses"}}, "api_version": "preview"},
            f"{AZURE}/openai/responses?api-version=preview",
        ),
        ("bedrock:m", f"{BEDROCK}/model", {}, f"{BEDROCK}/model/m/converse"),
        ("bedrock:m", f"{BEDROCK}/openai/v1/chat/completions", {}, f"{BEDROCK}/openai/v1/chat/completions"),
        (
            "bedrock:m",
            "https://bedrock-mantle.eu-west-1.api.aws/v1",
            {"api_version": "2024-10-21"},
            "https://bedrock-mantle.eu-west-1.api.aws/v1/chat/completions",
        ),
        ("openai:m", GATEWAY, {"api_version": "2024-10-21"}, f"{GATEWAY}/chat/completions"),
        ("openai:m", f"{GATEWAY}/v1/responses", {}, f"{GATEWAY}/v1/chat/completions"),
        ("gemini:m", f"{GATEWAY}/v1beta/openai/chat/completions/", {}, f"{GATEWAY}/v1beta/openai/chat/completions"),
        *(("anthropic:m", f"{GATEWAY}{end}", {}, f"{GATEWAY}/v1/messages") for end in ("", "/v1/", "/v1/messages")),
        ("anthropic:m", f"{GATEWAY}/proxy", {}, f"{GATEWAY}/proxy/v1/messages"),
        *(("ollama:m", f"{GATEWAY}{end}", {}, f"{GATEWAY}/api/chat") for end in ("/api", "/v1")),
    ],
)
async def test_a_base_url_is_completed_or_shortened(model: str, url: str, more: dict[str, Any], address: str) -> None:
    """A base URL may contain a part of the protocol's own path, because users copy such addresses.

    Only Azure's has an API version. A model's card sets the wire also for the user's own address.
    """
    provider = model.partition(":")[0]
    keys = keys_of_all(provider, "a-key-of-nobody")
    assert (await preview(model, base_urls={provider: url}, api_keys=keys, **more))[0] == address


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        ("azure:m", {"base_urls": {"azure": AZURE}}, "azure:m needs a key: set AZURE_OPENAI_API_KEY"),
        ("azure:m", {"base_urls": {"azure": "https://gateway.example/openai/v1"}}, ""),
        ("azure:m", {"base_urls": {"azure": "https://r.openai.azure.com.evil.example"}}, ""),
        ("azure:m", {"base_urls": {"azure": AZURE}, "key_commands": {"azure": ["az"]}}, ""),
        ("azure:m", {"base_urls": {"azure": AZURE}, "headers": {"azure": {"API-Key": SecretStr("x")}}}, ""),
        ("bedrock:m", {"base_urls": {"bedrock": BEDROCK}}, "bedrock:m needs a key: set AWS_BEARER_TOKEN_BEDROCK"),
        (
            "openai:m",
            {"base_urls": {"openai": "https://api.openai.com/v1"}},
            "openai:m needs a key: set OPENAI_API_KEY",
        ),
        ("azure:m", {}, "azure:m needs a key: set AZURE_OPENAI_API_KEY and base_urls.azure"),
        (
            "azure:m",
            {"api_keys": {"AZURE_OPENAI_API_KEY": SecretStr("a-key-of-nobody")}},
            "azure:m needs an address: set base_urls.azure, https://RESOURCE.openai.azure.com/openai/v1 with your own",
        ),
    ],
)
async def test_the_error_names_a_missing_key_or_address(model: str, settings: dict[str, Any], message: str) -> None:
    """The provider's own address needs its key; other servers may need none."""
    found = await missing(model, **settings)
    assert found.startswith(message)
    assert bool(found) == bool(message)


# Counts of tokens


@pytest.mark.parametrize("end", ["", "/v1"])
async def test_llama_cpp_counts_tokens(end: str) -> None:
    """The server counts at its root, whether or not the base URL ends in "/v1". An invalid count is an error."""
    answers = [(200, {"tokens": [504, 15931, 30]}), (200, {}), (200, {"tokens": 3}), (404, {"error": "not found"})]
    with keyed_server(react=lambda _: Reaction.of(*answers[len(server.requests) - 1])) as server:
        assert await count("llamacpp:m", "The ferry.", base_url=f"{server.root}{end}") == 3
        for message in ("has no tokens", "has no tokens", "404"):
            with pytest.raises(SummariseError, match=message):
                await count("llamacpp:m", "The ferry.", base_url=f"{server.root}{end}")
    assert (server.requests[0].path, server.requests[0].body) == ("/tokenize", {"content": "The ferry."})


@pytest.mark.parametrize("model", ["openai:m", "anthropic:m", "ollama:m"])
async def test_other_servers_do_not_count(model: str) -> None:
    assert await count(model, "The ferry.", base_url="http://127.0.0.1:1") is None


@pytest.mark.local
@pytest.mark.usefixtures("local_settings")
async def test_the_local_engine_counts_with_its_own_tokenizer() -> None:
    """The count is exact and does not include a chat template."""
    texts = ("", "Hello brave new world", "The ferry sank." * 1000)
    assert [await count("local", text) for text in texts] == [0, 4, 4000]


# Fields of the user


@pytest.mark.parametrize(
    ("provider", "field"),
    [("openai", "messages"), ("anthropic", "messages"), ("ollama", "options"), ("bedrock", "inferenceConfig")],
)
async def test_own_fields_are_merged_into_every_body(provider: str, field: str) -> None:
    """Fields set for a model replace those set for its provider, and both replace the program's."""
    more: dict[str, Any] = {provider: {"top_k": 5, "options": {"a": 1, "b": 1}, "inferenceConfig": {"topP": 0.5}}}
    more |= {f"{provider}:m": {"top_k": 6, "options": {"b": 2}}, f"{provider}:other": {"top_k": 7}}
    with keyed_server(text="fine") as server:
        await ask_model(f"{provider}:m", base_urls={provider: server.root}, extra_body=more)
    sent = server.requests[0].body
    assert sent["top_k"] == 6
    assert {"a": 1, "b": 2}.items() <= sent["options"].items()
    assert sent["inferenceConfig"]["topP"] == 0.5
    assert field in sent
    assert provider != "ollama" or "num_ctx" in sent["options"]
    assert provider != "bedrock" or sent["inferenceConfig"]["maxTokens"] == 9


@pytest.mark.parametrize(
    ("model", "more", "message"),
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
async def test_a_refused_field_of_the_user_is_an_error(model: str, more: dict[str, Any], message: str) -> None:
    """The field is not left out, and the request is not repeated."""

    def react(_: Asked) -> Reaction:
        return Reaction.of(400 if len(server.requests) < 4 else 403, {"error": {"message": message}})

    with keyed_server(react=react) as server, pytest.raises(SummariseError, match=message):
        await ask_model(model, base_urls={model.partition(":")[0]: server.root}, extra_body={model: more})
    assert len(server.requests) == 1


async def test_a_field_of_the_user_remains_if_its_neighbour_is_refused() -> None:
    """Only the program's part of the object is left out."""

    def react(asked: Asked) -> Reaction | None:
        refused = {"error": {"message": "text.format is not supported"}}
        return Reaction.of(400, refused) if "format" in asked.body["text"] else None

    with keyed_server(text="fine", react=react) as server:
        await ask_model(
            "openai:m",
            base_urls={"openai": server.root},
            extra_body={"openai": {"text": {"verbosity": "low"}}},
            models={"openai:m": {"wire": "responses"}},
        )
    assert server.requests[-1].body["text"] == {"verbosity": "low"}


# Headers of the user


@pytest.mark.parametrize(("provider", "header"), [("anthropic", "Anthropic-Version"), ("openai", "AUTHORIZATION")])
@pytest.mark.parametrize(
    "key", [{"api_keys": {"OPENAI_API_KEY": SecretStr("a-key")}}, {"key_commands": {"openai": ("false",)}}]
)
async def test_a_header_of_the_user_replaces_the_programs(provider: str, header: str, key: dict[str, Any]) -> None:
    """The header is sent only to its provider. An Authorization header replaces the key."""
    headers = {provider: {header: SecretStr("mine-alone")}, "mistral": {"X-Other": SecretStr("of mistral")}}
    with keyed_server(text="fine") as server:
        await ask_model(f"{provider}:m", base_urls={provider: server.root}, headers=headers, **key)
    (sent,) = [asked.headers for asked in server.requests]
    assert [value for name, value in sent.items() if name.lower() == header.lower()] == ["mine-alone"]
    assert "a-key" not in str(sent)
    assert "X-Other" not in sent


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "Content-Type", "accept-encoding"])
def test_headers_that_frame_a_request_cannot_be_set(name: str) -> None:
    with pytest.raises(ValueError, match=f"the header {name} is set by the program"):
        Settings(headers={"openai": {name: SecretStr("x")}})


@pytest.mark.parametrize(("name", "value"), [("x y", "k7"), ("x", "k7\r\nb: c"), ("x", "schlüssel"), ("x:", "k7")])
async def test_a_header_that_cannot_be_sent_is_refused_without_its_value(name: str, value: str) -> None:
    with pytest.raises((SummariseError, ValueError)) as caught:
        await ask_model("openai:m", base_url="http://127.0.0.1:9", headers={"openai": {name: SecretStr(value)}})
    assert value not in str(caught.value)


# Keys printed by a command


def printing(text: str) -> tuple[str, ...]:
    return (*PYTHON, f"print({text!r})")


class KeyCommand:
    """A command that prints these keys in turn, and then the last each time; a server accepts the `accepted` keys."""

    def __init__(self, folder: Path, *keys: str) -> None:
        self.file = folder / "runs"
        code = (
            "import os,sys; p=sys.argv[1]; n=os.path.getsize(p) if os.path.exists(p) else 0; open(p,'a').write('x');"
            "print(sys.argv[2:][min(n,len(sys.argv)-3)])"
        )
        self.command = (*PYTHON, code, str(self.file), *keys)
        self.accepted: set[str] = set()

    @property
    def runs(self) -> int:
        """How often the command has run."""
        return self.file.stat().st_size if self.file.exists() else 0

    def answer(self, seen: Seen) -> Fault:
        """Refuse other keys than those accepted."""
        key = seen.headers.get("authorization", "").removeprefix("Bearer ")
        return response() if key in self.accepted else response(401, {"error": {"message": f"wrong: {key}"}})

    async def ask(self, url: str, *requests: Any, **more: Any) -> None:
        """Ask a model whose key the command prints."""
        await ask_model("openai:m", *requests, base_urls={"openai": url}, key_commands={"openai": self.command}, **more)


async def test_a_key_command_runs_once_if_a_key_is_needed(tmp_path: Path) -> None:
    """Concurrent calls wait for this run. A preview, or a key in the settings, needs none."""
    keys = KeyCommand(tmp_path, "key-one")
    keys.accepted = {"key-one", "set-before"}
    async with scripted_server(keys.answer) as server:
        await preview("openai:m", base_urls={"openai": server.url}, key_commands={"openai": keys.command})
        await keys.ask(server.url, api_keys={"OPENAI_API_KEY": SecretStr("set-before")})
        assert keys.runs == 0
        await keys.ask(server.url, *[ASKED] * 4, at_once=True)
    assert keys.runs == 1
    assert len(server.seen) == 5


@pytest.mark.parametrize("at_once", [False, True])
async def test_an_expired_key_is_renewed_once(tmp_path: Path, at_once: bool) -> None:
    """The same call, concurrent and later calls use the new key, even if only one attempt is allowed."""
    keys = KeyCommand(tmp_path, "key-one", "key-two")
    keys.accepted = {"key-one"}

    def answer(seen: Seen) -> Fault:
        if seen.number == 2:
            keys.accepted = {"key-two"}
        return keys.answer(seen)

    async with scripted_server(answer) as server:
        await keys.ask(server.url, *[ASKED] * 5, at_once=at_once)
    assert keys.runs == 2


@pytest.mark.parametrize("printed", [("key-one",), ("key-one", "key-two")])
async def test_an_error_is_raised_if_the_new_key_is_refused_too(printed: tuple[str, ...], tmp_path: Path) -> None:
    """The command runs at most twice. The error names its setting and shows no key, unlike the server's answer."""
    keys = KeyCommand(tmp_path, *printed)
    async with scripted_server(keys.answer) as server:
        with pytest.raises(SummariseError, match=r"does not accept the key \(401\): check \[key_commands\] openai"):
            await keys.ask(server.url)
    assert keys.runs == 2
    assert len(server.seen) == len(printed)


async def test_earlier_keys_stay_secret(tmp_path: Path) -> None:
    keys = KeyCommand(tmp_path, "key-one", "key-two")

    def answer(seen: Seen) -> Fault:
        return response(401) if seen.number == 0 else response(400, {"error": {"message": "of key-one and key-two"}})

    async with scripted_server(answer) as server:
        with pytest.raises(SummariseError, match="of … and …"):
            await keys.ask(server.url)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ((*PYTHON, f"import sys; print('{KEY}'); print('{KEY}', file=sys.stderr); sys.exit(3)"), "ended with status 3"),
        ((*PYTHON, "pass"), "did not print a key"),
        (printing(f"{KEY} and more"), "did not print a key"),
        ((*PYTHON, f"print('{KEY}' * 5000)"), "did not print a key"),
        (("no-such-program-anywhere", KEY), r"\(no-such-program-anywhere\) cannot be run \(No such file"),
        (printing(f"\x1b[1m{KEY}"), "contains characters that are not allowed in a key"),
    ],
)
async def test_an_error_of_a_command_does_not_contain_its_output(command: tuple[str, ...], message: str) -> None:
    """The error is one line, and names the program without its arguments, which may contain a secret."""
    with pytest.raises(SummariseError, match=f"the key command of openai .*({message})") as caught:
        await ask_model("openai:m", base_urls={"openai": "http://127.0.0.1:9/v1"}, key_commands={"openai": command})
    assert "\n" not in str(caught.value)
    assert not shows(str(caught.value) + repr(caught.value.__cause__) + repr(caught.value.__context__))


async def test_a_command_has_a_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarise.backends.http.client.KEY_SECONDS", 0.2)
    async with asyncio.timeout(5):
        with pytest.raises(SummariseError, match=r"did not end within 0\.2 s"):
            await ask_model(
                "openai:m",
                base_urls={"openai": "http://127.0.0.1:9/v1"},
                key_commands={"openai": (*PYTHON, "import time; time.sleep(30)")},
            )


@pytest.mark.slow
async def test_the_time_of_a_command_does_not_count_towards_the_call() -> None:
    command = (*PYTHON, "import time; time.sleep(0.6); print('key-one')")
    async with scripted_server(lambda _: response()) as server:
        await ask_model(
            "openai:m", base_urls={"openai": server.url}, key_commands={"openai": command}, total_timeout=0.5
        )


TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("provider", "key", "header", "sent"),
    [
        ("azure", TOKEN, "authorization", f"Bearer {TOKEN}"),
        ("anthropic", TOKEN, "x-api-key", TOKEN),
        ("vertex", "ya29.token", "authorization", "Bearer ya29.token"),
    ],
)
async def test_an_access_token_is_sent_as_a_bearer(provider: str, key: str, header: str, sent: str) -> None:
    """Azure accepts a key in its own header, and an Entra token as a bearer. Others use one header for both."""
    with keyed_server(text="Fine.") as server:
        await ask_model(f"{provider}:m", base_urls={provider: server.root}, key_commands={provider: printing(key)})
    headers = {name.lower(): value for name, value in server.requests[0].headers.items()}
    assert headers[header] == sent
    assert sum(key in value for value in headers.values()) == 1
