"""A key planted in every possible source appears in no output, not even 8 characters of it, or its base64.

The servers run on loopback, and some echo the key.
"""

import base64
import io
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from asking import ASKED
from command_line import Capture, loopback
from invented import CABLES, VEHICLES, answer
from keyed_server import Asked, Reaction, Seen, keyed_server
from planted import KEY, shows
from program import ask, configured, providers, run, written
from pydantic import SecretStr, ValidationError

from summarise import Settings, SummariseError, errors

KEYED = [name for name, row in providers().items() if row.key_variable]
WIRES = ["openai", "anthropic"]
pytestmark = [loopback, pytest.mark.usefixtures("folder")]


OWN = "Ferries between the two banks would be free until 30 June, said Tomas Feld."


def told_by(error: BaseException | None) -> str:
    """Return everything an exception and its causes show: text, arguments, attributes and traceback."""
    texts = []
    while error is not None:
        texts += [str(error), repr(error), repr(error.args), repr(vars(error))]
        texts += traceback.format_exception(error)
        if isinstance(error, ValidationError):
            texts.append(repr(error.errors()))
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


def echo(status: int, body: object = None) -> Callable[[Asked], Reaction]:
    """Return a reaction that echoes the request headers in body and headers."""

    def react(asked: Asked) -> Reaction:
        said = " ".join(asked.headers.values())
        error = {"error": {"message": f"Wrong: {said} and {KEY}", "type": KEY, "code": KEY, "param": KEY}}
        text = json.dumps(error if body is None else body)
        headers = (
            ("X-Request-Id", KEY),
            ("Request-Id", KEY),
            ("X-Echo", said),
            ("WWW-Authenticate", f'Bearer realm="{KEY}"'),
            ("Location", f"https://{KEY}.example.org/{KEY}"),
        )
        return Reaction(status, text.encode(), headers)

    return react


REACTIONS: dict[str, Callable[[Asked], Reaction | None]] = {
    "well": lambda _: None,
    "echo of 200 with an error": echo(200),
    "echo of 200 with a string": echo(200, f"{KEY}"),
    "echo of 200 without a choice": echo(200, {"choices": [], "content": [], "id": KEY, "model": KEY}),
    **{f"echo of {status}": echo(status) for status in (302, 400, 401, 402, 403, 404, 413, 422, 429, 500, 529)},
    "no JSON": lambda _: Reaction(body=f"<html>{KEY}</html>".encode()),
    "half JSON": lambda _: Reaction(body=f'{{"choices": [{{"message": "{KEY}"'.encode()),
    "no UTF-8": lambda _: Reaction(body=b'{"a": "\xff' + KEY.encode() + b'"}'),
    "broken off": lambda _: Reaction(body=None),
}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Yield the output of all loggers at DEBUG."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(exc_info)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield output
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@pytest.fixture
def served() -> Iterator[Callable[[Callable[[Asked], Reaction | None]], Seen]]:
    """Return a function that starts a server with a reaction."""
    with ExitStack() as stack:
        text = answer(CABLES, VEHICLES)
        yield lambda react: stack.enter_context(keyed_server(text=text, react=react))


def plant(name: str, place: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the key in the provider's variable or in the configuration file."""
    monkeypatch.setenv("SUMMARISE_MAX_ATTEMPTS", "1")
    variables = {str(providers()[name].key_variable): KEY}
    if place == "file":
        variables = written(folder, f'[api_keys]\n{name} = "{KEY}"\n')
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)


def test_the_search_finds_a_key_and_its_parts() -> None:
    assert shows(KEY[3:11])
    assert not shows(KEY[3:10])
    for before in range(5):
        assert shows(base64.b64encode(b"Bearer: "[:before] + KEY.encode()).decode())
    assert shows(told_by(errors.ConfigurationError(KEY)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "place"), [*((name, "environment") for name in KEYED), *((name, "file") for name in WIRES)]
)
def test_the_command_shows_no_key_of_any_provider(
    name: str,
    place: str,
    folder: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    logged: io.StringIO,
    served: Callable[..., Seen],
) -> None:
    (folder / "own.txt").write_text(OWN, encoding="utf-8")
    plant(name, place, folder, monkeypatch)
    good, bad = served(REACTIONS["well"]), served(REACTIONS["echo of 401"])
    to_good, to_bad = ([f"{name}:m", "--base-url", one.url_of(providers()[name])] for one in (good, bad))
    assert run(["bridge.txt", "-l", "2", "--model", *to_good]) in (0, 1)
    assert run(["bridge.txt", "-l", "2", "--json", "--model", *to_good]) in (0, 1)
    assert run(["bridge.txt", "--model", *to_bad]) == 5
    assert run(["models", "--check", *to_good]) == 0
    assert run(["models", "--check", *to_bad, "--json"]) == 5
    assert run(["check", "bridge.txt", "own.txt", "--json", "--judge", *to_bad]) == 5
    for verb in (["models"], ["models", "--json"], ["config"], ["config", "show", "--json"], ["config", "path"]):
        assert run(verb) == 0
    assert all(KEY in str(asked.headers) for server in (good, bad) for asked in server.requests)
    assert good.requests
    assert bad.requests
    output = capsys.readouterr()
    assert not shows(output.out)
    assert not shows(output.err)
    assert not shows(logged.getvalue())
    assert str(providers()[name].key_variable) in output.err


@pytest.mark.parametrize("how", REACTIONS)
@pytest.mark.parametrize("name", WIRES)
def test_no_key_is_shown_whatever_the_server_does(
    name: str, how: str, logged: io.StringIO, served: Callable[..., Seen]
) -> None:
    """In replies, errors and their causes, and logs."""
    server = served(REACTIONS[how])
    urls = {name: server.url_of(providers()[name])}
    try:
        reply = ask(f"{name}:m", Settings(api_key=SecretStr(KEY), base_urls=urls, max_attempts=1), ASKED)
        texts = reply.model_dump_json()
    except SummariseError as error:
        texts = told_by(error)
        assert how != "well"
    assert server.requests
    assert not shows(texts)
    assert not shows(logged.getvalue())


def test_settings_show_no_key(folder: Path) -> None:
    file = written(folder, f'[api_keys]\ngroq = "{KEY}"\n')
    found = configured(file | {"OPENAI_API_KEY": KEY}, api_key=SecretStr(KEY))
    assert len(found.settings.api_keys) == 2
    for shown in (found.settings, found):
        for text in (repr(shown), f"{shown}", shown.model_dump_json(), str(shown.model_dump()), str(vars(shown))):
            assert not shows(text)


@pytest.mark.parametrize("place", ["option", "environment", "file"])
def test_an_address_that_holds_a_key_is_refused(
    place: str, folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A base URL with a user name, password or query is an error that does not quote it."""
    url = f"https://me:{KEY}@example.org/v1"
    option = ["--base-url", url] if place == "option" else []
    if place == "environment":
        monkeypatch.setenv("SUMMARISE_MODEL", "openai:m")
        monkeypatch.setenv("SUMMARISE_BASE_URL", url)
    if place == "file":
        file = written(folder, f'[base_urls]\nopenai = "{url}"\n')
        monkeypatch.setenv("SUMMARISE_CONFIG", file["SUMMARISE_CONFIG"])
    assert run(["bridge.txt", "--model", "openai:m", *option]) == 4
    output = capsys.readouterr()
    assert "must not hold a name, password or query" in output.err
    assert not shows(output.out + output.err)
    if place != "option":
        assert run(["config", "show"]) == 4
        assert not shows("".join(capsys.readouterr()))


def test_an_address_that_is_not_valid_is_not_shown(folder: Path, capsys: Capture) -> None:
    """Its path may contain a token."""
    assert run(["bridge.txt", "--model", "openai:m", "--base-url", f"htps://example.org/{KEY}/v1"]) == 4
    output = capsys.readouterr()
    assert "base URL is not valid" in output.err
    assert not shows(output.out + output.err)


@pytest.mark.parametrize("key", [f"{KEY}\nX-Evil: 1", f"{KEY} {KEY}", f"{KEY}é"])
@pytest.mark.parametrize("name", WIRES)
def test_a_key_that_cannot_be_sent_is_told_by_its_variable(name: str, key: str) -> None:
    variable = str(providers()[name].key_variable)
    with pytest.raises(errors.ConfigurationError) as caught:
        ask(f"{name}:m", Settings(api_keys={variable: SecretStr(key)}))
    assert variable in str(caught.value)
    assert not shows(told_by(caught.value))
