"""`summarise doctor`: the state of each part, what to do, and no secrets."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from command_line import Capture
from planted import KEY, shows
from program import run

import summarise

pytestmark = pytest.mark.usefixtures("folder")
NAMES = [
    *("Python", "summarise", "configuration", "parser", "entailment model"),
    *("documents", "local model", "keys", "proxy", "cache"),
]


def parts(capsys: Capture, code: int = 0) -> dict[str, Any]:
    assert run(["doctor", "--json"]) == code
    return {part["name"]: part for part in json.loads(capsys.readouterr().out)}


def test_each_part_is_told(capsys: Capture) -> None:
    """A part that is not set up has a to-do and is not a failure. The folder of the package is shown."""
    assert run(["doctor"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name in NAMES)
    assert "to do: " in out
    assert "checking and extractive summaries work" in out
    found = parts(capsys)
    assert list(found) == NAMES
    assert f"({Path(summarise.__file__).parent})" in found["summarise"]["found"]


def test_keys_and_proxies_are_told_by_name_only(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{KEY}@proxy.invalid:3128")
    run(["doctor"])
    out = capsys.readouterr().out
    assert "OPENAI_API_KEY" in out
    assert "HTTPS_PROXY" in out
    assert shows(out) == []


def test_a_configuration_that_is_not_valid_is_broken(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """The exit code is that of a configuration error; the other parts are still tried."""
    monkeypatch.setenv("SUMMARISE_SENSITIVITY", "very")
    assert run(["doctor"]) == 4
    out = capsys.readouterr().out
    assert "!!  configuration" in out
    assert "does not work: configuration" in out.splitlines()[-1]


def test_a_parser_that_cannot_be_loaded_is_broken(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    failed = SimpleNamespace(model=None, problem="the spaCy model cannot be loaded: OSError")
    monkeypatch.setattr("summarise.facts.parser.load", lambda: failed)
    found = parts(capsys, 4)["parser"]
    assert found["state"] == "broken"
    assert "pip install" in found["to_do"]


@pytest.mark.parametrize(("entailment", "code", "state"), [(".", 4, "broken"), ("off", 0, "not set up")])
def test_an_entailment_model_that_is_none_is_broken(
    entailment: str, code: int, state: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("SUMMARISE_ENTAILMENT", entailment)
    found = parts(capsys, code)["entailment model"]
    assert found["state"] == state
    assert ("model.onnx is missing" in found["found"]) == (state == "broken")


def test_a_cache_that_cannot_be_used_is_broken(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A missing folder is fine, and is not created."""
    (folder / "file").write_text("no folder")
    for name, state in (("file", "broken"), ("new", "works")):
        monkeypatch.setenv("SUMMARISE_CACHE_DIR", str(folder / name))
        run(["doctor", "--json"])
        (found,) = (part for part in json.loads(capsys.readouterr().out) if part["name"] == "cache")
        assert found["state"] == state
    assert not (folder / "new").exists()
