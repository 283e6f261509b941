"""A key planted in every possible source appears in no output and no stored file.

Nor do 8 characters of it, or its base64. The servers run on loopback, and some echo the key.
"""

import base64
import io
import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from asking import ASKED
from command_line import ROOT, Capture, loopback
from invented import BRIDGE, CABLES, VEHICLES, answer
from keyed_server import Asked, Reaction, Seen, keyed_server, whole
from planted import KEY, shows
from program import ask, configured, providers, read_run, run, written
from pydantic import SecretStr, ValidationError

from summarise import Settings, SummariseError, errors

KEYED = [name for name, row in providers().items() if row.key_variable]
WIRES = ["openai", "anthropic"]
pytestmark = [loopback, pytest.mark.usefixtures("folder")]


OWN = "Ferries between the two banks would be free until 30 June, said Tomas Feld."


def text_of_error(error: BaseException | None) -> str:
    """Return all texts of an exception and its causes: message, arguments, attributes and traceback."""
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
        values = " ".join(asked.headers.values())
        error = {"error": {"message": f"Wrong: {values} and {KEY}", "type": KEY, "code": KEY, "param": KEY}}
        text = json.dumps(error if body is None else body)
        headers = (
            ("X-Request-Id", KEY),
            ("Request-Id", KEY),
            ("X-Echo", values),
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
def served() -> Iterator[Callable[..., Seen]]:
    """Return a function that starts a server with a reaction."""
    with ExitStack() as stack:

        def start(react: Callable[[Asked], Reaction | None], text: str = answer(CABLES, VEHICLES)) -> Seen:
            return stack.enter_context(keyed_server(text=text, react=react))

        yield start


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
    assert shows(text_of_error(errors.ConfigurationError(KEY)))


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
    to_good, to_bad = ([f"{name}:m", "--base-url", server.url_of(providers()[name])] for server in (good, bad))
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
    """Replies, errors with their causes, and logs are searched."""
    server = served(REACTIONS[how])
    urls = {name: server.url_of(providers()[name])}
    try:
        reply = ask(f"{name}:m", Settings(api_key=SecretStr(KEY), base_urls=urls, max_attempts=1), ASKED)
        texts = reply.model_dump_json()
    except SummariseError as error:
        texts = text_of_error(error)
        assert how != "well"
    assert server.requests
    assert not shows(texts)
    assert not shows(logged.getvalue())


def test_settings_show_no_key(folder: Path) -> None:
    file = written(folder, f'[api_keys]\ngroq = "{KEY}"\n')
    found = configured(file | {"OPENAI_API_KEY": KEY}, api_key=SecretStr(KEY))
    assert len(found.settings.api_keys) == 2
    for record in (found.settings, found):
        for text in (repr(record), f"{record}", record.model_dump_json(), str(record.model_dump()), str(vars(record))):
            assert not shows(text)


WITH_KEY = f"https://me:{KEY}@example.org/v1"


@pytest.mark.parametrize(
    ("place", "url", "message"),
    [
        *((place, WITH_KEY, "must not hold a user name, password or") for place in ("option", "environment", "file")),
        # Its path may contain a token.
        ("option", f"htps://example.org/{KEY}/v1", "base URL is not valid"),
    ],
)
def test_an_address_that_is_not_valid_is_not_shown(
    place: str, url: str, message: str, folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    option = ["--base-url", url] if place == "option" else []
    if place == "environment":
        monkeypatch.setenv("SUMMARISE_MODEL", "openai:m")
        monkeypatch.setenv("SUMMARISE_BASE_URL", url)
    if place == "file":
        file = written(folder, f'[base_urls]\nopenai = "{url}"\n')
        monkeypatch.setenv("SUMMARISE_CONFIG", file["SUMMARISE_CONFIG"])
    assert run(["bridge.txt", "--model", "openai:m", *option]) == 4
    output = capsys.readouterr()
    assert message in output.err
    assert not shows(output.out + output.err)
    if place != "option":
        assert run(["config", "show"]) == 4
        assert not shows("".join(capsys.readouterr()))


@pytest.mark.parametrize("key", [f"{KEY}\nX-Evil: 1", f"{KEY} {KEY}", f"{KEY}é"])
@pytest.mark.parametrize("name", WIRES)
def test_the_error_about_an_invalid_key_names_its_variable(name: str, key: str) -> None:
    variable = str(providers()[name].key_variable)
    with pytest.raises(errors.ConfigurationError) as caught:
        ask(f"{name}:m", Settings(api_keys={variable: SecretStr(key)}))
    assert variable in str(caught.value)
    assert not shows(text_of_error(caught.value))


# What is kept

CHECKED = "Engineers had found that 12 of the 30 cables of the Harbour Bridge had cracks."
PROMPT = (ROOT / "prompts" / "draft" / "prose" / "v1.md").read_text(encoding="utf-8")
JUDGEMENT = json.dumps({"quotation": "About 18,000 vehicles cross", "reason": KEY, "verdict": "contradicted"})


@dataclass
class Place:
    """Where the key is planted: in the server's answers, files or settings.

    `set_too`: the key is also in its environment variable. `written`: a run file is still written.
    """

    article: str = BRIDGE
    name: str = "bridge.txt"
    model: str = "openai:m"
    path: str = "/v1"
    options: tuple[str, ...] = ()
    prompt: str | None = None
    config: str = ""
    set_too: bool = True
    react: Callable[[Asked], Reaction | None] = lambda _: None
    text: str = field(default_factory=lambda: answer(CABLES, VEHICLES))
    written: bool = False
    codes: tuple[int, ...] = (74,)


def answered(change: Callable[[dict[str, Any]], object]) -> Callable[[Asked], Reaction | None]:
    """Return a server that changes the body of a good answer."""

    def react(asked: Asked) -> Reaction:
        body = whole(asked.path, answer(CABLES, VEHICLES))
        change(body)
        return Reaction(body=json.dumps(body).encode())

    return react


def judged(asked: Asked) -> Reaction | None:
    """Answer as a judge whose reason is the key."""
    if "verdict" not in json.dumps(asked.body.get("response_format", {})):
        return None
    return Reaction(body=json.dumps(whole(asked.path, JUDGEMENT)).encode())


FINE = partial(Place, written=True, codes=(0,))
PLACES: dict[str, Place] = {
    "the environment": FINE(),
    "the configuration file": FINE(config=f'[api_keys]\nopenai = "{KEY}"\n', set_too=False),
    "a key command": FINE(
        config=f"key_commands.openai = {json.dumps([sys.executable, '-S', '-E', '-c', f'print({KEY!r})'])}\n",
        set_too=False,
        text=answer(CABLES, f"{VEHICLES} {KEY}"),
        codes=(0, 1),
    ),
    "a header and a field": FINE(
        config=f'headers.openai.X-Secret = "{KEY}"\nextra_body."openai:m".metadata.api_key = "{KEY}"\n', set_too=False
    ),
    "the server's request id": FINE(
        react=lambda asked: Reaction(
            body=json.dumps(whole(asked.path, answer(CABLES, VEHICLES))).encode(), headers=(("X-Request-Id", KEY),)
        )
    ),
    "an error of the server": Place(react=echo(400), written=True, codes=(5,)),
    "an address that holds it": FINE(path=f"/{KEY}/v1"),
    "the name of the model": Place(model=f"openai:{KEY}"),
    "the text of the article": Place(article=f"{BRIDGE}\n\nThe key to the bridge is {KEY}.\n"),
    "the headline": Place(article=BRIDGE.replace("Harbour Bridge Closes", f"{KEY} Closes", 1)),
    "base64 in the article": Place(article=f"{BRIDGE}\n\nIt says {base64.b64encode(b'k=' + KEY.encode()).decode()}.\n"),
    "an address in the article": Place(
        article=f"{BRIDGE}\n\nSee https://example.org/?k={quote(KEY, safe='')} there.\n"
    ),
    "the model's answer": FINE(text=answer(CABLES, f"The key is {KEY}."), codes=(0, 1)),
    "an answer that is not JSON": FINE(text=f"Here it is: {KEY}", codes=(0, 6)),
    "the model's own name": FINE(react=answered(lambda body: body.update(model=KEY))),
    "the reason of a judge": FINE(
        options=("--judge", "openai:m", "--on-unsupported", "keep"),
        react=judged,
        text=answer(CHECKED, VEHICLES),
        codes=(0, 1),
    ),
    "the words of a prompt": Place(prompt=PROMPT.replace("## system\n", f"## system\nThe key is {KEY}. ", 1)),
    "an example in a prompt": Place(
        prompt=PROMPT.replace("## user\n", f"## example\n{KEY}\n## answer\n{answer(CABLES)}\n## user\n", 1)
    ),
}


@pytest.mark.parametrize("where", PLACES)
def test_no_file_contains_a_key(
    where: str, folder: Path, served: Callable[..., Seen], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A run file that would contain a key is not written."""
    place = PLACES[where]
    server = served(place.react, place.text)
    inputs = folder / "given"
    inputs.mkdir()
    (inputs / place.name).write_text(place.article, encoding="utf-8")
    options = list(place.options)
    if place.prompt is not None:
        (inputs / "prompts" / "draft" / "prose").mkdir(parents=True)
        (inputs / "prompts" / "draft" / "prose" / "v8.md").write_text(place.prompt, encoding="utf-8")
        options += ["--prompt-dir", str(inputs / "prompts")]
    monkeypatch.setenv("SUMMARISE_CONFIG", written(inputs, place.config)["SUMMARISE_CONFIG"])
    monkeypatch.setenv("SUMMARISE_MAX_ATTEMPTS", "1")
    monkeypatch.delenv("SUMMARISE_CACHE")
    if place.set_too:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
    before = set(folder.rglob("*"))

    command = [f"given/{place.name}", "-l", "2", "--model", place.model, "--base-url", f"{server.root}{place.path}"]
    assert run([*command, *options, "--save", "run.json"]) in place.codes
    printed, errors_printed = capsys.readouterr()
    if place.written:
        assert read_run(folder / "run.json").exchanges
    else:
        assert not (folder / "run.json").exists()
        if 74 in place.codes and len(place.codes) == 1:
            assert (
                "run.json was not written: the value of OPENAI_API_KEY is in a request or an answer" in errors_printed
            )
    # A key in the article may be printed.
    assert KEY not in printed or not place.written
    # Errors repeat the model's name.
    assert KEY not in errors_printed or where == "the name of the model"
    assert any(KEY in " ".join(asked.headers.values()) for asked in server.requests)
    assert run(["config", "show"]) == 0
    assert not shows("".join(capsys.readouterr())) or not place.written
    files = [path for path in set(folder.rglob("*")) - before if path.is_file()]
    assert {path.name for path in files} <= {"run.json", "answers.sqlite3"}
    for path in files:
        assert not shows(path.read_bytes().decode("latin-1")), path.name


@pytest.mark.slow
def test_a_key_in_an_answer_is_hidden_in_every_output(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Journal, table and reports of a batch are searched."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with keyed_server(text=answer(CABLES, f"The key is {KEY}.")) as server:
        model = ["--model", "openai:m", "--base-url", f"{server.root}/v1"]
        model += ["--on-unsupported", "keep", "--processes", "1"]
        assert run(["batch", "bridge.txt", "--out", "out.jsonl", *model]) in (0, 1)
        for shape in ("text", "json", "html", "junit", "sarif", "github"):
            assert run(["batch", "bridge.txt", "--out", shape, "--format", shape, *model]) in (0, 1)
    outputs = [path for path in folder.rglob("*") if path.is_file() and path.name != "bridge.txt"]
    texts = {path.name: path.read_bytes().decode("latin-1") for path in outputs}
    assert {"out.jsonl", "out.jsonl.journal", "index.html"} <= texts.keys()
    assert not [name for name, text in texts.items() if shows(text)]
    assert "The key is …." in (folder / "out.jsonl").read_text(encoding="utf-8")


TOKEN = "tok-5fA1c27bd09e4413"


def test_the_path_of_an_address_is_hidden_in_settings_and_errors(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """The path may contain a token."""

    def repeating(asked: Asked) -> Reaction:
        error = {"error": {"message": f"nothing at {asked.path}, and no {TOKEN}"}}
        return Reaction(next(statuses), json.dumps(error).encode())

    statuses = cycle((403, 500))
    with keyed_server(react=repeating) as server:
        address = f"{server.root}/{TOKEN}/openai/v1"
        monkeypatch.setenv("SUMMARISE_MODEL", "openai:m")
        monkeypatch.setenv("SUMMARISE_BASE_URL", address)
        file = written(folder, f'[base_urls]\nvllm = "{address}"\n')
        monkeypatch.setenv("SUMMARISE_CONFIG", file["SUMMARISE_CONFIG"])
        monkeypatch.setenv("SUMMARISE_MAX_ATTEMPTS", "1")
        for form in ([], ["--json"]):
            assert run(["config", "show", *form]) == 0
        output = capsys.readouterr()
        assert output.out.count("/openai/v1") == 4
        for _ in range(2):
            assert run(["bridge.txt"]) == 5
        assert run(["models", "--check", "vllm:m"]) == 5
        assert run(["prompts", "render", "draft/prose/v1", "--article", "bridge.txt", "--json"]) == 0
    assert TOKEN not in "".join([*output, *capsys.readouterr()])


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com/v1"),
        ("https://a.example/", "https://a.example/"),
        ("https://a.example/secret", "https://a.example/…"),
        ("https://a.example:81/v1/x", "https://a.example:81/v1/…"),
        ("https://[::1", "…"),
    ],
)
def test_an_address_is_shown_without_parts_that_may_be_a_token(
    address: str, shown: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Parts that occur in the providers' own addresses are shown."""
    file = written(folder, f'[base_urls]\nvllm = "{address}"\n')
    monkeypatch.setenv("SUMMARISE_CONFIG", file["SUMMARISE_CONFIG"])
    assert run(["config", "show"]) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("base_urls.vllm"))
    assert line.split()[1] == shown
