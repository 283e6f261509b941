"""`summarise models --check NAME`: one small request to a loopback server, and its report."""

import json
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from command_line import KEY, Capture, fails, loopback
from keyed_server import Asked, Reaction, Seen, keyed_server, whole
from program import configured, providers, run, written

pytestmark = [loopback, pytest.mark.usefixtures("folder")]
HELD = json.dumps({"sentences": ["The bridge is closed."]})
USAGE = {"prompt_tokens": 90, "completion_tokens": 30}
React = Callable[[Asked], Reaction]


def says(text: str, finish: str = "stop", **more: Any) -> Reaction:
    choice = {"finish_reason": finish, "message": {"content": text}}
    return Reaction(body=json.dumps({"model": "m-2026", "choices": [choice], "usage": USAGE} | more).encode())


def refuses(status: int, message: str, **more: Any) -> Reaction:
    return Reaction(status, json.dumps({"error": {"message": message} | more}).encode())


def unless(field: str, message: str) -> React:
    """Refuse requests that have `field`, and answer others."""

    def react(request: Asked) -> Reaction:
        if field in request.body:
            return refuses(400, message, param=field)
        return says(HELD if "response_format" in request.body else "The bridge is closed.")

    return react


def slowly(request: Asked) -> Reaction:
    time.sleep(0.05)
    return says(HELD, usage={"prompt_tokens": 90, "completion_tokens": 1})


class Row(NamedTuple):
    """A server's behaviour, the exit code, and words of the output."""

    react: React
    code: int
    words: tuple[str, ...]


TABLE = {
    "good": Row(
        lambda _: says(HELD),
        0,
        (
            *("answers as m-2026", "reached at http://127.0.0.1", "key      accepted", "answer   usable"),
            *("schema   followed", "seed     sent", "90 read, 30 written", "cost     $0", "# context_tokens"),
        ),
    ),
    "wrong key": Row(lambda _: refuses(401, f"Incorrect API key: {KEY}"), 5, ("does not accept the key (401)",)),
    "unknown model": Row(
        lambda _: refuses(404, "The model `m` does not exist or you do not have access to it.", code="model_not_found"),
        5,
        ("openai does not know the model 'm'", "check the name after the colon"),
    ),
    "wrong address": Row(lambda _: Reaction(404, b"<html>"), 5, ("check the base URL",)),
    "no credit": Row(lambda _: refuses(402, "Insufficient Balance"), 5, ("no credit left",)),
    "takes no more calls": Row(lambda _: refuses(429, "slow down"), 5, ("accepts no more calls for now", "try again")),
    "cut off": Row(lambda _: says("", "length"), 6, ("answer   the answer was cut off", "the answer cannot be used")),
    "empty": Row(lambda _: says(" "), 6, ("the answer is empty",)),
    "withheld": Row(lambda _: says("", "content_filter"), 6, ("the provider withheld the answer",)),
    "no choice": Row(lambda _: Reaction(body=b'{"ok": true}'), 6, ("contains no choice",)),
    "refuses schema": Row(
        unless("response_format", "response_format is not supported"),
        0,
        ("not followed: the answer is not JSON", "refused  response_format"),
    ),
    "other JSON": Row(lambda _: says('{"summary": "It is closed."}'), 0, ("not followed: the answer is other JSON",)),
    "refuses temperature": Row(
        unless("temperature", "temperature: only the default is supported"), 0, ("refused  temperature", "followed")
    ),
    "refuses seed": Row(unless("seed", "unknown field seed"), 0, ("refused  seed", "seed     refused")),
    "thinks": Row(
        lambda _: says(HELD, usage=USAGE | {"completion_tokens_details": {"reasoning_tokens": 18}}),
        0,
        ("thinks   yes, 18 of 30 tokens", '# reasoning = "off"', 'thinks = "yes"'),
    ),
    "thinks to the end": Row(
        lambda request: says("", "length", usage=USAGE | {"completion_tokens_details": {"reasoning_tokens": 30}}),
        6,
        ("the answer was cut off after 30 tokens of thinking: have the model think less (--reasoning off)",),
    ),
    "slow": Row(slowly, 0, ("read_timeout = ", "the model writes slowly")),
    "no usage told": Row(lambda _: says(HELD, usage=None), 0, ("not counted by the server",)),
}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[React], Seen]]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SUMMARISE_READ_TIMEOUT", "5")
    with ExitStack() as servers:
        yield lambda react: servers.enter_context(keyed_server(react=react))


def check(server: Seen, *arguments: str) -> int:
    return run(["models", "--check", "openai:m", "--base-url", f"{server.root}/v1", *arguments])


@pytest.mark.parametrize("name", TABLE)
def test_the_report_and_exit_code_of_a_test_call(name: str, served: Callable[[React], Seen], capsys: Capture) -> None:
    """Each server gives its exit code and words; no key is printed and no refused request is repeated unchanged."""
    row = TABLE[name]
    server = served(row.react)
    assert check(server) == row.code
    output = capsys.readouterr()
    for word in row.words:
        assert word in output.out + output.err
    assert output.err.startswith("Making one small call to openai:m: at most ")
    assert len(output.err.splitlines()) == (1 if row.code == 0 else 2)
    assert bool(output.out) == (row.code in (0, 6) and name != "no choice")
    assert KEY not in output.out + output.err
    bodies = [json.dumps(request.body) for request in server.requests if request.body]
    assert len(bodies) == len(set(bodies)) <= 3


@pytest.mark.parametrize("name", ["good", "cut off", "thinks", "slow"])
def test_the_printed_configuration_is_valid(
    name: str, served: Callable[[React], Seen], capsys: Capture, tmp_path: Path
) -> None:
    """The JSON output contains a valid configuration with the model and its address."""
    server = served(TABLE[name].react)
    assert check(server, "--json", "-q") == TABLE[name].code
    found = json.loads(capsys.readouterr().out)
    assert found["name"] == "openai:m"
    assert (found["problem"] is None) == (TABLE[name].code == 0)
    settings = configured(written(tmp_path, found["configuration"])).settings
    assert settings.model == "openai:m"
    assert settings.base_urls == {"openai": f"{server.root}/v1"}


# Errors for unknown model names, from documentation or real responses.
UNKNOWN = {
    "OpenAI": ("openai", 404, {"message": "The model `m` does not exist", "code": "model_not_found"}),
    "vLLM": ("vllm", 404, {"message": "The model `m` does not exist.", "type": "NotFoundError", "code": 404}),
    "Mistral": ("mistral", 400, {"message": "Invalid model: m", "type": "invalid_model", "code": "1500"}),
    "DeepSeek": ("deepseek", 400, {"message": "Model Not Exist", "type": "invalid_request_error"}),
    "OpenRouter": ("openrouter", 400, {"message": "m is not a valid model ID", "code": 400}),
    "Together": ("together", 404, {"message": "Unable to access model m.", "code": "model_not_available"}),
    "Gemini": ("gemini", 404, {"message": "models/m is not found for API version v1main", "code": 404}),
    "LiteLLM": ("openai", 400, {"message": "/chat/completions: Invalid model name passed in model=m", "code": "400"}),
    "Anthropic": ("anthropic", 404, {"type": "not_found_error", "message": "model: m"}),
    "Ollama": ("ollama", 404, 'model "m" not found, try pulling it first'),
}


# The server's list of models, on each wire.
LISTS: dict[str, dict[str, Any]] = {
    "openai": {"data": [{"id": "mm"}, {"id": "whisper"}, {"no": "name"}, 7]},
    "gemini": {"data": [{"id": "models/mm"}]},
    "anthropic": {"data": [{"id": "mm", "type": "model"}], "has_more": False},
    "ollama": {"models": [{"name": "mm", "model": "mm"}]},
}


@pytest.mark.parametrize("server", UNKNOWN)
def test_an_unknown_model_name_is_reported_as_such(
    server: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken for a refused key, on any wire. The list of models is requested to suggest a similar name."""
    name, status, error = UNKNOWN[server]
    row = providers()[name]
    if row.key_variable:
        monkeypatch.setenv(row.key_variable, KEY)

    def react(request: Asked) -> Reaction:
        if request.body:
            return Reaction(status, json.dumps({"error": error}).encode())
        return Reaction(body=json.dumps(LISTS.get(name, {})).encode())

    with keyed_server(react=react) as served:
        line = fails(capsys, 5, "models", "--check", f"{name}:m", "--base-url", served.url_of(row), "-q")
    assert f"{name} does not know the model 'm' ({status}: " in line
    assert "the key was not refused" in line
    assert ("did you mean mm" in line) == (name in LISTS)
    assert "whisper" not in line
    assert len(served.requests) == 2


def test_a_model_on_another_wire_is_reported_with_it(served: Callable[[React], Seen], capsys: Capture) -> None:
    """The report gives the wire's address and the configuration that selects it."""

    def react(request: Asked) -> Reaction:
        if request.path.endswith("/completions"):
            return refuses(404, "This model is only supported in v1/responses")
        return Reaction(body=json.dumps(whole(request.path, HELD)).encode())

    server = served(react)
    assert run(["models", "--check", "openai:m", "--base-url", f"{server.root}/v1"]) == 0
    shown = capsys.readouterr().out
    assert f"reached at {server.root}/v1/responses" in shown
    assert "seed     not sent" in shown
    assert "refused" not in shown.replace("a refused call", "")
    written = tomllib.loads(shown.partition("For the configuration file:")[2])
    assert written["models"]["openai:m"] == {"wire": "responses"}


def test_the_maximum_cost_is_printed_before_the_call(
    served: Callable[[React], Seen], capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The maximum and the actual cost are printed, and a lower limit prevents the request."""
    prices = "input_price = 1\ncached_input_price = 0.5\noutput_price = 10\n"
    config = written(tmp_path, f'[models."openai:m"]\ncontext_tokens = 64000\n{prices}')
    monkeypatch.setenv("SUMMARISE_CONFIG", config["SUMMARISE_CONFIG"])
    server = served(lambda _: says(HELD, usage=USAGE | {"prompt_tokens_details": {"cached_tokens": 40}}))
    assert check(server, "--json") == 0
    output = capsys.readouterr()
    found = json.loads(output.out)
    assert "6,200 written; at most $0.062." in output.err
    assert 0.062 < found["most_cost"] < 0.063
    assert found["cost"] == pytest.approx(0.00037)
    assert (found["context_tokens"], found["context_source"]) == (64000, "configuration")
    assert tomllib.loads(found["configuration"]).get("models") is None
    monkeypatch.setenv("SUMMARISE_MAX_COST", "0.05")
    arguments = ["models", "--check", "openai:m", "--base-url", f"{server.root}/v1"]
    assert "more than max_cost" in fails(capsys, 2, *arguments)
    monkeypatch.delenv("SUMMARISE_MAX_COST")
    monkeypatch.setenv("SUMMARISE_MAX_TOKENS_TOTAL", "6000")
    assert "more than max_tokens_total" in fails(capsys, 2, *arguments)
    assert len(server.requests) == 1


def test_the_call_ignores_the_cache(served: Callable[[React], Seen], monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache is neither read nor written."""
    monkeypatch.setenv("SUMMARISE_CACHE", "true")
    server = served(lambda _: says(HELD))
    assert check(server) == check(server) == 0
    assert len([request for request in server.requests if request.body]) == 2


@pytest.mark.parametrize(
    "field", ["max_model_len", "context_window", "context_length", "max_context_length", "max_input_tokens"]
)
def test_a_context_size_reported_by_the_server_is_configured(
    field: str, served: Callable[[React], Seen], capsys: Capture
) -> None:
    """The context size from the server's list goes into the configuration, under each of its names."""
    listed = {"data": [{"id": "other", field: 1}, {"id": "m", "context_window": "large", field: 32768}]}
    server = served(lambda request: says(HELD) if request.body else Reaction(body=json.dumps(listed).encode()))
    assert check(server, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["context_tokens"], found["context_source"]) == (32768, "server")
    assert tomllib.loads(found["configuration"])["models"] == {"openai:m": {"context_tokens": 32768}}


def test_local_errors_come_before_any_request(capsys: Capture) -> None:
    """A missing key or an unknown backend gives exit code 4, a server that is not there 5."""
    assert "set OPENAI_API_KEY" in fails(capsys, 4, "models", "--check", "openai:gpt-5-mini")
    assert "there is no backend 'opnai:x': did you mean openai:x?" in fails(capsys, 4, "models", "--check", "opnai:x")
    absent = ["ollama:m", "--base-url", "http://127.0.0.1:9", "-q"]
    assert "127.0.0.1:9" in fails(capsys, 5, "models", "--check", *absent)


def test_incompatible_options_are_refused(capsys: Capture) -> None:
    """--base-url needs a model on a server, and `get` excludes --check."""
    assert "add --check NAME" in fails(capsys, 2, "models", "--base-url", "http://127.0.0.1:1/v1")
    assert "leave out `get`" in fails(capsys, 2, "models", "get", "--check", "extract")
    assert "--base-url needs" in fails(capsys, 2, "models", "--check", "extract", "--base-url", "http://127.0.0.1:1/v1")


def test_a_known_trait_of_a_model_is_not_suggested(served: Callable[[React], Seen], capsys: Capture) -> None:
    usage = USAGE | {"completion_tokens_details": {"reasoning_tokens": 18}}
    server = served(lambda _: says(HELD, usage=usage))
    assert run(["models", "--check", "openai:gpt-5-mini", "--base-url", f"{server.root}/v1", "--json"]) == 0
    assert "thinks" not in json.loads(capsys.readouterr().out)["configuration"]


def test_an_unknown_price_is_reported(
    served: Callable[[React], Seen], capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The report says so before and after the request, and the configuration has a line for the price."""
    monkeypatch.setattr("summarise.backends.budget.is_loopback", lambda _: False)
    assert check(served(lambda _: says(HELD))) == 0
    output = capsys.readouterr()
    assert "6,200 written; price not known." in output.err
    assert "cost     not known" in output.out
    assert "# input_price = …" in output.out
