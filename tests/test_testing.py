"""`summarise.testing`: the example in docs/testing.md, recorded and replayed as its own project."""

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from asking import keys_of_all, keys_set, missing
from command_line import KEY, ROOT, loopback
from invented import BRIDGE, CABLES, HARBOUR, VEHICLES
from keyed_server import Asked, Reaction, keyed_server

from summarise import Settings, summarise
from summarise.testing import PLACEHOLDER, ScriptedBackend, refuse_local_engine, set_placeholders

PAGE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
EXAMPLE = dict(re.findall(r"^`([\w.]+)`:\n\n```python\n(.*?)```", PAGE, re.S | re.M))
RECORD, REPLAY = (
    line.split("pytest ")[1].split() for line in re.findall(r"^.*pytest --.*-mode=(?:once|none)$", PAGE, re.M)
)
TESTED = "test_two_sentences_that_the_article_supports"
# Our other plug-ins only add startup time.
LEFT_OUT = [f"-pno:{name}" for name in ("cacheprovider", "xdist", "cov", "asyncio", "anyio", "hypothesispytest")]

ASKING = """
from pathlib import Path
import pytest
from summarise import summarise

def ask(*names):
    for name in names:
        summarise(Path(__file__).with_name(name), model="openai:gpt-4o-mini", length=2)

"""
RECORDED = f"""{ASKING}
pytestmark = pytest.mark.vcr

def test_two_articles():
    ask("article.txt", "harbour.txt")

def test_the_key_comes_back():
    ask("echo.txt")

def test_after_that():
    ask("harbour.txt")

@pytest.fixture(scope="module")
def asked_before_the_test():
    ask("harbour.txt")

def test_asks_through_a_fixture(asked_before_the_test):
    pass
"""
REPLAYED = f"""{ASKING}
import os

pytestmark = pytest.mark.vcr
both = pytest.mark.default_cassette("test_two_articles.yaml")
one = pytest.mark.default_cassette("test_after_that.yaml")

@both
def test_in_another_order():
    ask("harbour.txt", "article.txt")

@both
def test_half_played():
    ask("article.txt")

@both
def test_failed_before():
    assert False

@both
def test_skipped_before():
    pytest.skip("enough")

@one
def test_asked_too_often():
    ask("harbour.txt", "harbour.txt")

@both
def test_changed():
    ask("changed.txt", "harbour.txt")

def test_never_recorded():
    ask("article.txt")

@pytest.mark.default_cassette("at_openai.yaml")
def test_the_providers_own_address_needs_no_key(monkeypatch):
    monkeypatch.setenv("SUMMARISE_CONFIG", os.devnull)
    ask("article.txt")

def test_asks_nothing():
    pass

@pytest.fixture
def vcr_config(vcr_config):
    return {{**vcr_config, "allow_playback_repeats": "asked_often" in os.environ["PYTEST_CURRENT_TEST"]}}

@one
def test_asked_often():
    ask("harbour.txt", "harbour.txt")
"""
UNMARKED = """
import os

def test_without_a_mark_nothing_is_set():
    assert "OPENAI_API_KEY" not in os.environ
"""


class Run(NamedTuple):
    """A test run: its outcomes by test, and its output."""

    outcomes: dict[str, set[str]]
    output: str


def run(folder: Path, *arguments: str, **variables: str) -> Run:
    """Run a project's tests in a separate process with only the given keys and settings."""
    keys = keys_of_all("openai", KEY)
    clean = {name: value for name, value in os.environ.items() if name not in keys and name[:9] != "SUMMARISE"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "--tb=short", *LEFT_OUT, *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=folder,
        env=clean | {"PYTHONPATH": str(ROOT), "SUMMARISE_CONFIG": str(folder / "summarise.toml")} | variables,
    )
    outcomes: dict[str, set[str]] = {}
    for outcome, name in re.findall(r"^(PASSED|FAILED|ERROR) \S+::(\w+)", done.stdout, re.M):
        outcomes.setdefault(name, set()).add(outcome)
    return Run(outcomes, done.stdout + done.stderr)


def part(run: Run, name: str) -> str:
    """Return the output about one test."""
    (found,) = re.findall(rf"^_+ (?:ERROR at teardown of )?{name} _+$(.*?)^(?:[_=-]{{10,}}) ", run.output, re.M | re.S)
    return str(found)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {**EXAMPLE, "article.txt": BRIDGE, "harbour.txt": "\n".join(HARBOUR)}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def at(folder: Path, url: str) -> None:
    """Configure the address of OpenAI's models."""
    (folder / "summarise.toml").write_text(f'[base_urls]\nopenai = "{url}"\n', encoding="utf-8")


def drafting(asked: Asked) -> Reaction:
    """Answer like an OpenAI server. The response to an article with “Echo” holds the key."""
    article = asked.body["messages"][-1]["content"]
    sentences = [{"text": CABLES, "sources": [2]}, {"text": VEHICLES, "sources": [7]}]
    if "Vesterholm" in article:
        sentences = [{"text": HARBOUR[0], "sources": [1]}, {"text": HARBOUR[3], "sources": [4]}]
    content = json.dumps({"sentences": sentences})
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    answer = {"model": "gpt-4o-mini", "choices": [choice], "usage": {"prompt_tokens": 900, "completion_tokens": 60}}
    if "Echo" in article:
        answer["request"] = asked.headers["Authorization"]
    return Reaction(
        body=json.dumps(answer).encode(), headers=(("Set-Cookie", "account=1"), ("OpenAI-Organization", "o"))
    )


def assert_as_documented(cassette: Path) -> None:
    """Assert that a cassette contains only data that the page lists."""
    text = cassette.read_text(encoding="utf-8")
    assert KEY not in text
    assert not re.search(r"127\.0\.0\.1:\d", text)
    for interaction in yaml.safe_load(text)["interactions"]:
        for side in (interaction["request"], interaction["response"]):
            assert [name.lower() for name in side["headers"]] == ["content-type"]
            assert isinstance(side["body"]["json"], dict)


@pytest.mark.slow
@loopback
def test_the_example_of_the_page_is_recorded_and_replayed(project: Path) -> None:
    """The replay needs no key and no server, and reports every deviation from the recording."""
    (project / "test_more.py").write_text(RECORDED, encoding="utf-8")
    (project / "echo.txt").write_text(BRIDGE.replace("Petra Voss", "Petra Echo"), encoding="utf-8")
    with keyed_server(react=drafting) as server:
        at(project, f"{server.root}/v1")
        cached = {"SUMMARISE_CACHE": "true", "SUMMARISE_CACHE_DIR": str(project / "cache")}
        recorded = run(project, *RECORD, OPENAI_API_KEY=KEY, **cached)
    assert len(server.requests) >= 5
    assert recorded.outcomes.pop("test_the_key_comes_back") == {"PASSED", "ERROR"}, recorded.output
    assert recorded.outcomes.pop("test_asks_through_a_fixture") == {"PASSED", "ERROR"}, recorded.output
    assert set().union(*recorded.outcomes.values()) == {"PASSED"}, recorded.output
    assert 'scope="function"' in part(recorded, "test_asks_through_a_fixture")
    assert "was not written: it would contain the value of OPENAI_API_KEY" in recorded.output
    assert KEY not in recorded.output
    cassettes = sorted((project / "cassettes").rglob("*.yaml"))
    assert [path.stem for path in cassettes] == ["test_after_that", "test_two_articles", TESTED]
    for cassette in cassettes:
        assert_as_documented(cassette)

    (project / "test_more.py").write_text(REPLAYED, encoding="utf-8")
    # As recorded from the provider itself, which requires a key.
    at_openai = cassettes[-1].read_text(encoding="utf-8").replace("http://127.0.0.1/", "https://api.openai.com/")
    (project / "cassettes" / "test_more" / "at_openai.yaml").write_text(at_openai, encoding="utf-8")
    (project / "test_unmarked.py").write_text(UNMARKED, encoding="utf-8")
    (project / "changed.txt").write_text(BRIDGE.replace("18,000", "19,000"), encoding="utf-8")
    replayed = run(project, *REPLAY, SUMMARISE_CACHE="true", SUMMARISE_CACHE_DIR=str(project / "users"))
    assert not (project / "users").exists()
    assert replayed.outcomes == {
        TESTED: {"PASSED"},
        "test_in_another_order": {"PASSED"},
        "test_half_played": {"PASSED", "ERROR"},
        "test_failed_before": {"FAILED"},
        "test_asked_too_often": {"FAILED"},
        "test_changed": {"FAILED"},
        "test_never_recorded": {"FAILED"},
        "test_the_providers_own_address_needs_no_key": {"PASSED"},
        "test_asks_nothing": {"PASSED", "ERROR"},
        "test_asked_often": {"PASSED"},
        "test_without_a_mark_nothing_is_set": {"PASSED"},
    }, replayed.output
    assert "1 skipped" in replayed.output
    assert "1 of 2 recorded interactions were not played" in part(replayed, "test_half_played")
    assert "has no cassette: run" in part(replayed, "test_asks_nothing")
    assert "nothing was recorded yet" in part(replayed, "test_never_recorded")
    changed = part(replayed, "test_changed")
    assert "has changed since the recording" in changed
    assert re.search(r"^E +\+ .*19,000", changed, re.M)
    assert "is sent more often now" in part(replayed, "test_asked_too_often")
    assert "pytest --record-mode=rewrite test_more.py::test_changed`" in changed


def test_a_replay_has_a_placeholder_for_each_key_that_is_not_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Given keys are kept. An error in the configuration is left to the test's own call."""
    (tmp_path / "summarise.toml").write_text(f'[api_keys]\nanthropic = "{KEY}file"\n', encoding="utf-8")
    monkeypatch.setenv("SUMMARISE_CONFIG", str(tmp_path / "summarise.toml"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    set_placeholders(monkeypatch, cache_dir=tmp_path)
    placeholders = {name: PLACEHOLDER for name in keys_of_all("openai", KEY) if name != "None"}
    assert keys_set() == placeholders | {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": f"{KEY}file"}
    monkeypatch.setenv("SUMMARISE_NO_SUCH_THING", "1")
    set_placeholders(monkeypatch, cache_dir=tmp_path)


@pytest.mark.parametrize("model", ["local", "local:weights.gguf"])
async def test_the_local_engine_is_refused(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answers cannot be replayed. The error is raised before its weights are searched."""
    monkeypatch.setattr("summarise.backends.local.engine_installed", lambda: True)
    refuse_local_engine(monkeypatch)
    assert re.search(r"llamacpp:NAME .* remove the mark", await missing(model))


def test_a_missing_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pytest-recording, the import error names the command that installs it."""
    for name in [name for name in sys.modules if name.startswith("summarise.testing")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pytest_recording", None)
    with pytest.raises(ImportError) as raised:
        importlib.import_module("summarise.testing")
    assert str(raised.value) == (
        "summarise.testing needs pytest_recording: run `pip install 'summarise-checked[testing]'`"
    )


def test_a_string_alone_is_the_only_scripted_reply() -> None:
    backend = ScriptedBackend(json.dumps({"sentences": [{"text": BRIDGE.split(". ")[0] + ".", "sources": [1]}]}))
    assert summarise(BRIDGE, backend=backend, length=1, settings=Settings(entailment="off")).sentences
    assert len(backend.requests) == 1
