"""No output file contains a key, wherever the key is planted: run files, the answer cache, journals, reports."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from command_line import ROOT, Capture, loopback
from invented import BRIDGE, CABLES, VEHICLES, answer
from keyed_server import Asked, Reaction, Seen, keyed_server, whole
from planted import KEY, shows
from program import read_run, run, written

pytestmark = [loopback, pytest.mark.usefixtures("folder")]
OWN = "Engineers had found that 12 of the 30 cables of the Harbour Bridge had cracks."
PROMPT = (ROOT / "prompts" / "draft" / "prose" / "v1.md").read_text(encoding="utf-8")
JUDGEMENT = json.dumps({"quotation": "About 18,000 vehicles cross", "reason": KEY, "verdict": "contradicted"})


@dataclass
class Place:
    """Where the key is planted, and whether a run file is still written."""

    article: str = BRIDGE
    name: str = "bridge.txt"
    model: str = "openai:m"
    path: str = "/v1"
    options: tuple[str, ...] = ()
    prompt: str | None = None
    config: str = ""
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


def refused(asked: Asked) -> Reaction:
    """Return the key in an error's body and headers."""
    error = {"error": {"message": f"the key {KEY} is wrong", "type": KEY, "code": KEY, "param": KEY}}
    return Reaction(400, json.dumps(error).encode(), (("X-Request-Id", KEY),))


def judged(asked: Asked) -> Reaction | None:
    """Answer as a judge whose reason is the key."""
    if "verdict" not in json.dumps(asked.body.get("response_format", {})):
        return None
    return Reaction(body=json.dumps(whole(asked.path, JUDGEMENT)).encode())


FINE = partial(Place, written=True, codes=(0,))
PAGE = "<html><head><title>{}</title></head><body><article>{}</article></body></html>"
PARAGRAPHS = "".join(f"<p>{part}</p>" for part in BRIDGE.split("\n\n")[2:-1])
PLACES: dict[str, Place] = {
    "the environment": FINE(),
    "the configuration file": FINE(config=f'[api_keys]\nopenai = "{KEY}"\n'),
    "the server's request id": FINE(
        react=lambda asked: Reaction(
            body=json.dumps(whole(asked.path, answer(CABLES, VEHICLES))).encode(), headers=(("X-Request-Id", KEY),)
        )
    ),
    "an error of the server": Place(react=refused, written=True, codes=(5,)),
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
        text=answer(OWN, VEHICLES),
        codes=(0, 1),
    ),
    "the words of a prompt": Place(prompt=PROMPT.replace("## system\n", f"## system\nThe key is {KEY}. ", 1)),
    "an example in a prompt": Place(
        prompt=PROMPT.replace("## user\n", f"## example\n{KEY}\n## answer\n{answer(CABLES)}\n## user\n", 1)
    ),
}


@pytest.fixture
def served() -> Iterator[Callable[[Place], Seen]]:
    """Return a function that starts the server of a place."""
    with ExitStack() as stack:
        yield lambda place: stack.enter_context(keyed_server(text=place.text, react=place.react))


QUICK = {
    "the environment",
    "the model's answer",
    "an error of the server",
    "the name of the model",
    "the text of the article",
}


@pytest.mark.parametrize(
    "where", [one if one in QUICK else pytest.param(one, marks=pytest.mark.slow) for one in PLACES]
)
def test_no_file_that_is_kept_holds_a_key(
    where: str, folder: Path, served: Callable[[Place], Seen], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A run file that would is not written."""
    place = PLACES[where]
    server = served(place)
    given = folder / "given"
    given.mkdir()
    (given / place.name).write_text(place.article, encoding="utf-8")
    options = list(place.options)
    if place.prompt is not None:
        (given / "prompts" / "draft" / "prose").mkdir(parents=True)
        (given / "prompts" / "draft" / "prose" / "v8.md").write_text(place.prompt, encoding="utf-8")
        options += ["--prompt-dir", str(given / "prompts")]
    monkeypatch.setenv("SUMMARISE_CONFIG", written(given, place.config)["SUMMARISE_CONFIG"])
    monkeypatch.setenv("SUMMARISE_MAX_ATTEMPTS", "1")
    monkeypatch.delenv("SUMMARISE_CACHE")
    if "[api_keys]" not in place.config:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
    before = set(folder.rglob("*"))

    command = [f"given/{place.name}", "-l", "2", "--model", place.model, "--base-url", f"{server.root}{place.path}"]
    assert run([*command, *options, "--save", "run.json"]) in place.codes
    printed, told = capsys.readouterr()
    if place.written:
        assert read_run(folder / "run.json").exchanges
    else:
        assert not (folder / "run.json").exists()
        if 74 in place.codes and len(place.codes) == 1:
            assert "run.json was not written: the value of OPENAI_API_KEY is in a request or an answer" in told
    # A key in the article may be printed.
    assert KEY not in printed or not place.written
    # Errors repeat the model's name.
    assert KEY not in told or where == "the name of the model"
    assert any(KEY in " ".join(asked.headers.values()) for asked in server.requests)
    left = [path for path in set(folder.rglob("*")) - before if path.is_file()]
    assert {path.name for path in left} <= {"run.json", "answers.sqlite3"}
    for path in left:
        assert not shows(path.read_bytes().decode("latin-1")), path.name


def test_a_key_in_an_answer_is_hidden_in_every_output(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outputs are journal, table and reports."""
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
    """It may contain a token."""

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
def test_an_address_is_shown_without_what_may_be_a_token(
    address: str, shown: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Path parts of the providers' own addresses are shown."""
    file = written(folder, f'[base_urls]\nvllm = "{address}"\n')
    monkeypatch.setenv("SUMMARISE_CONFIG", file["SUMMARISE_CONFIG"])
    assert run(["config", "show"]) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("base_urls.vllm"))
    assert line.split()[1] == shown
