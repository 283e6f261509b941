"""Backend plug-ins, working and broken, and the examples in the docs."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import ROOT, Capture, command, fails
from invented import BRIDGE, CABLES, answer
from program import ScriptedBackend, capabilities, configured, providers, run, written
from wire_answers import MARK, THOUGHT

import summarise
from summarise import Reply, Settings

PAGE = (ROOT / "docs" / "backends.md").read_text(encoding="utf-8")
OWN = (ROOT / "docs" / "own-backend.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.usefixtures("folder")
Install = Callable[..., None]


def block(kind: str, first: str, page: str = OWN) -> str:
    (found,) = (code for code in re.findall(rf"```{kind}\n(.*?)```", page, re.S) if code.startswith(first))
    return str(found)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that installs a package with an entry point."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(name: str, target: str, *, package: str = "summarise-odd", code: str = "") -> None:
        info = tmp_path / f"{package.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[summarise.backends]\n{name} = {target}\n", encoding="utf-8")
        module = target.partition(":")[0]
        if code:
            (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        sys.modules.pop(module, None)

    return put


GOOD = """
from contextlib import asynccontextmanager
from summarise.backends.extract import ExtractBackend

@asynccontextmanager
async def opened(model, settings):
    yield ExtractBackend()
"""


@pytest.mark.slow
def test_the_example_of_the_page_is_installed_and_summarises(tmp_path: Path) -> None:
    """The example package builds, is found by its entry point, summarises, and passes its tests."""
    code = block("python", '"""A backend that')
    assert len(code.splitlines()) < 40
    source, target = tmp_path / "source", tmp_path / "installed"
    source.mkdir()
    (source / "summarise_firsts.py").write_text(code, encoding="utf-8")
    (source / "pyproject.toml").write_text(block("toml", "[build-system]"), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    # Without pip's warnings as errors, and without this checkout on the path.
    built = subprocess.run(
        [*pip, "--disable-pip-version-check", "--target", str(target), str(source)],
        capture_output=True,
        text=True,
        timeout=120,
        env={name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONWARNINGS")},
    )
    assert built.returncode == 0, built.stderr
    path = os.pathsep.join([str(ROOT), str(target)])
    done = command("bridge.txt", "--model", "firsts:x", "--json", "-l", "2", env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == 0, done.stderr
    written = json.loads(done.stdout)
    assert written["run"]["backend"] == "firsts:x"
    assert len(written["sentences"]) == 2
    assert all(sentence["text"] in " ".join(BRIDGE.split()) for sentence in written["sentences"])
    listed = command("models", env={**os.environ, "PYTHONPATH": path})
    assert re.search(r"^ +firsts:NAME +ready +brought by summarise-firsts$", listed.stdout, re.M)
    (tmp_path / "test_firsts.py").write_text(block("python", "from summarise import Settings"), encoding="utf-8")
    bare = [f"-pno:{name}" for name in ("asyncio", "anyio", "cacheprovider", "cov", "hypothesispytest", "xdist")]
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *bare, "test_firsts.py"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert re.search(r"^8 passed, 8 skipped", tested.stdout, re.M), tested.stdout + tested.stderr


THINKING = """
from contextlib import nullcontext
from summarise import Reply
from summarise.backends.scripted import ScriptedBackend

def opened(model, settings):
    text = f"<think>{MARK}</think>" + ANSWER
    return nullcontext(ScriptedBackend(lambda request: Reply(text=text, model=model)))
"""


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("given", ["plug-in", "object"])
def test_thoughts_in_answers_are_removed(install: Install, tmp_path: Path, given: str, keep: bool) -> None:
    """They are counted, and in the record and the run file only with `keep_reasoning`."""
    code = f"MARK, ANSWER = {THOUGHT!r}, {answer(CABLES)!r}\n{THINKING}"
    install("odd", "summarise_thinking:opened", code=code)
    place, settings = tmp_path / "run.json", Settings(keep_reasoning=keep, entailment="off")
    if given == "plug-in":
        summary = summarise.summarise(BRIDGE, model="odd:m", length=1, save=place, settings=settings)
    else:
        reply = Reply(text=f"<think>{THOUGHT}</think>{answer(CABLES)}", model="m")
        backend = ScriptedBackend(lambda _: reply)
        summary = summarise.summarise(BRIDGE, backend=backend, judge=backend, length=1, save=place, settings=settings)
    assert summary.prose == CABLES
    assert summary.run.reasoning_tokens > 0
    assert (MARK in summary.model_dump_json()) is keep
    assert (MARK in place.read_text(encoding="utf-8")) is keep


def test_every_model_that_the_page_names_can_be_asked() -> None:
    """The table of models in docs/backends.md names all providers and no others."""
    table = PAGE.partition("## Find your model")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([a-z]+):[^`]+`", table))
    assert named == {*providers(), "command", "local", "hf"}


def test_the_page_has_a_row_for_each_preset() -> None:
    """The rows of docs/backends.md agree with the provider data."""
    rows = dict(re.findall(r"^\| `([a-z]+):NAME` \| (.*) \|$", PAGE, re.M))
    assert list(rows) == list(providers())
    for name, row in providers().items():
        about, key, address = rows[name].split(" | ") if row.key_variable else (*rows[name].split(" | | "), "")[:3]
        if row.key_variable:
            assert key == f"`{row.key_variable}`" + ("" if row.key_required else ", if it wants one")
        else:
            about, address = about, key
        assert (about, address) == (row.about, f"`{row.base_url}`")


def test_the_configuration_of_the_page_is_one(tmp_path: Path) -> None:
    """The configuration file in docs/backends.md can be read."""
    found = configured(written(tmp_path, block("toml", "model =", PAGE))).settings
    assert found.model == "anthropic:claude-haiku-4-5"
    assert list(found.api_keys) == ["ANTHROPIC_API_KEY"]


def test_a_plug_in_is_used_and_listed_by_its_name(install: Install, capsys: Capture) -> None:
    """A plug-in is selected by the name before the colon, and listed with its package."""
    install("odd", "odd_backend:opened", code=GOOD)
    assert run(["bridge.txt", "--model", "odd:x", "-q", "--entailment", "off"]) == 0
    assert capsys.readouterr().out
    assert run(["models"]) == 0
    assert re.search(r"^ +odd:NAME +ready +brought by summarise-odd$", capsys.readouterr().out, re.M)
    assert "did you mean odd:x?" in fails(capsys, 4, "bridge.txt", "--model", "ood:x")


RAISING = """
from contextlib import asynccontextmanager

class Odd:
    id = {name}
    {sizes}
    async def complete(self, request):
        {does}

@asynccontextmanager
async def opened(model, settings):
    yield Odd()
"""

OPENING = """
from contextlib import asynccontextmanager

@asynccontextmanager
async def opened(model, settings):
    {does}
    yield
"""


@pytest.mark.parametrize("taken", ["openai", "llamacpp", "local", "extract"])
def test_a_built_in_name_cannot_be_taken_over(taken: str, install: Install, capsys: Capture) -> None:
    """A plug-in with a built-in name is never loaded, and is listed as not ready."""
    install(taken, "odd_backend:opened", code="raise SystemError('loaded')")
    assert run(["models", "--json"]) == 0
    (listed,) = (row for row in json.loads(capsys.readouterr().out) if row["place"] == "plug-in")
    assert not listed["ready"]
    assert "has the name of a built-in backend" in listed["to_do"]
    if taken not in ("local", "extract"):
        capabilities(f"{taken}:x", Settings(base_urls=dict.fromkeys(providers(), "http://localhost:9")))
    assert "odd_backend" not in sys.modules


@pytest.mark.parametrize(
    ("code", "target", "message"),
    [
        ("import no_such_module_anywhere", "odd_backend:opened", "does not load (ModuleNotFoundError: No module named"),
        ("raise RuntimeError('a key: sk-1')", "odd_backend:opened", "does not load (RuntimeError): update or remove"),
        ("def other(): ...", "odd_backend:opened", "does not load (AttributeError)"),
        ("def opened(: ...", "odd_backend:opened", "does not load (SyntaxError)"),
        ("opened = 5", "odd_backend:opened", "not callable"),
        ("def opened(model, settings): raise ValueError('x')", "odd_backend:opened", "does not open (ValueError)"),
        ("def opened(model): ...", "odd_backend:opened", "does not open (TypeError)"),
        (
            "def opened(model, settings): return 5",
            "odd_backend:opened",
            "does not return an asynchronous context manager",
        ),
        (
            "from contextlib import asynccontextmanager\n@asynccontextmanager\nasync def opened(m, s):\n    yield 5\n",
            "odd_backend:opened",
            "does not return a backend with id and complete",
        ),
        (OPENING.format(does="raise KeyError('sk-1')"), "odd_backend:opened", "does not open (KeyError)"),
        (RAISING.format(name="7", sizes="", does="..."), "odd_backend:opened", "has an id that is not text"),
        (
            RAISING.format(name="property(len)", sizes="", does="..."),
            "odd_backend:opened",
            "cannot report its id and capabilities",
        ),
        (
            RAISING.format(name="'x'", sizes="context_tokens = chunk_tokens = 'a'", does="..."),
            "odd_backend:opened",
            "has sizes that are not numbers",
        ),
    ],
)
def test_a_plug_in_that_is_broken_is_one_line_that_names_its_package(
    install: Install, capsys: Capture, code: str, target: str, message: str
) -> None:
    """A broken plug-in gives one line and exit code 4, and `models` still works."""
    install("odd", target, code=code)
    line = fails(capsys, 4, "bridge.txt", "--model", "odd:x")
    assert line.startswith("the plug-in odd of summarise-odd ")
    assert message in line
    assert "sk-1" not in line
    assert run(["models"]) == 0
    shown = capsys.readouterr().out
    assert "openai:NAME" in shown
    ready = "does not load" not in message and "callable" not in message
    assert re.search(rf"^ +odd:NAME +{'ready' if ready else 'not ready'} ", shown, re.M)


@pytest.mark.parametrize(
    ("does", "message"),
    [("raise ValueError('a key: sk-1')", "failed (ValueError)"), ("return 'text'", "it answers with str, not with")],
)
def test_what_a_plug_in_does_wrong_in_a_call_is_told_as_its_own(
    install: Install, capsys: Capture, does: str, message: str
) -> None:
    """An error in a plug-in's call is one line that names its package, with exit code 5."""
    install("odd", "odd_backend:opened", code=RAISING.format(name="'odd:x'", sizes="", does=does))
    line = fails(capsys, 5, "bridge.txt", "--model", "odd:x")
    assert line.startswith("the plug-in odd of summarise-odd ")
    assert message in line
    assert line.endswith("update or remove the package")
    assert "sk-1" not in line


@pytest.mark.parametrize("declares", [True, False])
def test_what_a_plug_in_declares_is_heeded(install: Install, declares: bool) -> None:
    """Its `count`, `at_once` and `secrets` are optional."""
    count = "staticmethod(lambda text: __import__('asyncio').sleep(0, 7))"
    sizes = f"at_once = 1; counts_here = True; count = {count}; secrets = ('sk-1', 7, '')" if declares else ""
    install("odd", "odd_backend:opened", code=RAISING.format(name="'odd:x'", sizes=sizes, does="..."))
    can = capabilities("odd:x", Settings())
    assert (can.at_once, can.secrets()) == ((1, ("sk-1",)) if declares else (None, ()))
    assert (can.count is not None, bool(can.counts_here)) == (declares, declares)
    assert can.count is None or asyncio.run(can.count("The ferry sank.")) == 7


def test_what_a_plug_in_needs_is_public() -> None:
    """The example imports only public names."""
    (names,) = re.findall(r"^from summarise import (.*)$", block("python", '"""A backend that'), re.M)
    assert set(names.split(", ")) <= set(summarise.__all__)
