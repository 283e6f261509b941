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
from program import ScriptedBackend, capabilities, providers, run
from wire_answers import MARK, THOUGHT

import summarise
from summarise import Reply, Settings

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

    def put(code: str, *, name: str = "odd") -> None:
        info = tmp_path / "summarise_odd-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: summarise-odd\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[summarise.backends]\n{name} = odd_backend:opened\n", encoding="utf-8")
        (tmp_path / "odd_backend.py").write_text(code, encoding="utf-8")
        sys.modules.pop("odd_backend", None)

    return put


GOOD = """
from contextlib import asynccontextmanager
from summarise.backends import ExtractBackend

@asynccontextmanager
async def opened(model, settings):
    yield ExtractBackend()
"""


@pytest.mark.slow
def test_the_example_package_of_the_page_works(tmp_path: Path) -> None:
    """The package is built, found by its entry point, writes a summary, and passes its tests."""
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
    assert re.search(r"^ +firsts:NAME +ready +provided by summarise-firsts$", listed.stdout, re.M)
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
from summarise.testing import ScriptedBackend

def opened(model, settings):
    text = f"<think>{MARK}</think>" + ANSWER
    return nullcontext(ScriptedBackend(lambda request: Reply(text=text, model=model)))
"""


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("given", ["plug-in", "object"])
def test_reasoning_in_answers_is_removed(install: Install, tmp_path: Path, given: str, keep: bool) -> None:
    """Reasoning is counted. Record and run file contain its text only with `keep_reasoning`."""
    code = f"MARK, ANSWER = {THOUGHT!r}, {answer(CABLES)!r}\n{THINKING}"
    install(code)
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


def test_a_plug_in_is_used_and_listed_by_its_name(install: Install, capsys: Capture) -> None:
    """The name is the part before the colon; the list shows the package, too."""
    install(GOOD)
    assert run(["bridge.txt", "--model", "odd:x", "-q", "--entailment", "off"]) == 0
    assert capsys.readouterr().out
    assert run(["models"]) == 0
    assert re.search(r"^ +odd:NAME +ready +provided by summarise-odd$", capsys.readouterr().out, re.M)
    assert "did you mean odd:x?" in fails(capsys, 4, "bridge.txt", "--model", "ood:x")


def plugin_code(*, name: str = "'odd:x'", sizes: str = "", does: str = "...", opens: str = "...") -> str:
    """Return the code of a plug-in with these parts."""
    return f"""
from contextlib import asynccontextmanager

class Odd:
    id = {name}
    {sizes}
    async def complete(self, request):
        {does}

@asynccontextmanager
async def opened(model, settings):
    {opens}
    yield Odd()
"""


@pytest.mark.parametrize("taken", ["openai", "llamacpp", "local", "extract"])
def test_a_plug_in_with_a_built_in_name_is_not_loaded(taken: str, install: Install, capsys: Capture) -> None:
    """The list of models shows the plug-in as not ready."""
    install("raise SystemError('loaded')", name=taken)
    assert run(["models", "--json"]) == 0
    (row,) = (row for row in json.loads(capsys.readouterr().out) if row["place"] == "plug-in")
    assert not row["ready"]
    assert "has the name of a built-in backend" in row["to_do"]
    if taken not in ("local", "extract"):
        capabilities(f"{taken}:x", Settings(base_urls=dict.fromkeys(providers(), "http://localhost:9")))
    assert "odd_backend" not in sys.modules


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import no_such_module_anywhere", "does not load (ModuleNotFoundError: No module named"),
        ("raise RuntimeError('a key: sk-1')", "does not load (RuntimeError): update or remove"),
        ("def other(): ...", "does not load (AttributeError)"),
        ("def opened(: ...", "does not load (SyntaxError)"),
        ("opened = 5", "not callable"),
        ("def opened(model, settings): raise ValueError('x')", "does not open (ValueError)"),
        ("def opened(model): ...", "does not open (TypeError)"),
        (
            "def opened(model, settings): return 5",
            "does not return an asynchronous context manager",
        ),
        (
            "from contextlib import asynccontextmanager\n@asynccontextmanager\nasync def opened(m, s):\n    yield 5\n",
            "does not return a backend with id and complete",
        ),
        (plugin_code(opens="raise KeyError('sk-1')"), "does not open (KeyError)"),
        (plugin_code(name="7"), "has an id that is not text"),
        (
            plugin_code(name="property(len)"),
            "cannot report its id and capabilities",
        ),
        (
            plugin_code(sizes="context_tokens = chunk_tokens = 'a'"),
            "that is not a positive int",
        ),
    ],
)
def test_the_error_about_a_broken_plug_in_is_one_line_that_names_its_package(
    install: Install, capsys: Capture, code: str, message: str
) -> None:
    """The exit code is 4, and `models` still works."""
    install(code)
    line = fails(capsys, 4, "bridge.txt", "--model", "odd:x")
    assert line.startswith("the plug-in odd of summarise-odd ")
    assert message in line
    assert "sk-1" not in line
    assert run(["models"]) == 0
    printed = capsys.readouterr().out
    assert "openai:NAME" in printed
    ready = "does not load" not in message and "callable" not in message
    assert re.search(rf"^ +odd:NAME +{'ready' if ready else 'not ready'} ", printed, re.M)


@pytest.mark.parametrize(
    ("does", "message"),
    [("raise ValueError('a key: sk-1')", "failed (ValueError)"), ("return 'text'", "it returns str, not a Reply")],
)
def test_the_error_about_a_failing_call_names_the_package_of_the_plug_in(
    install: Install, capsys: Capture, does: str, message: str
) -> None:
    """The error is one line, and the exit code is 5."""
    install(plugin_code(does=does))
    line = fails(capsys, 5, "bridge.txt", "--model", "odd:x")
    assert line.startswith("the plug-in odd of summarise-odd ")
    assert message in line
    assert line.endswith("update or remove the package")
    assert "sk-1" not in line


@pytest.mark.parametrize("declares", [True, False])
def test_the_declared_capabilities_of_a_plug_in_are_used(install: Install, declares: bool) -> None:
    """`count`, `at_once` and `secrets` are optional."""
    count = "staticmethod(lambda text: __import__('asyncio').sleep(0, 7))"
    sizes = f"at_once = 1; counts_here = True; count = {count}; secrets = ('sk-1', 7, '')" if declares else ""
    install(plugin_code(sizes=sizes))
    can = capabilities("odd:x", Settings())
    assert (can.at_once, can.secrets()) == ((1, ("sk-1",)) if declares else (None, ()))
    assert (can.count is not None, bool(can.counts_here)) == (declares, declares)
    assert can.count is None or asyncio.run(can.count("The ferry sank.")) == 7


def test_one_secret_may_be_a_string(install: Install) -> None:
    install(plugin_code(sizes="secrets = 'sk-1'"))
    assert capabilities("odd:x", Settings()).secrets() == ("sk-1",)


def test_the_example_imports_only_public_names() -> None:
    (names,) = re.findall(r"^from summarise import (.*)$", block("python", '"""A backend that'), re.M)
    assert set(names.split(", ")) <= set(summarise.__all__)
