"""`summarise doctor`: the state of each part, what to do, and no secrets."""

import json
from pathlib import Path

import pytest
from command_line import Capture
from planted import KEY, shows

import summarise
from summarise import Settings
from summarise.cli.main import run
from summarise.data.doctor import Part
from summarise.facts import parser
from summarise.pipeline.doctor import diagnose
from summarise.report.text import diagnosis_text

NAMES = [
    *("Python", "summarise", "configuration", "parser", "entailment model"),
    *("documents", "local model", "keys", "proxy", "cache"),
]


def parts(**settings: object) -> dict[str, Part]:
    return {part.name: part for part in diagnose(lambda: Settings.model_validate(settings))}


def test_each_part_is_told(folder: Path, capsys: Capture) -> None:
    """A part that is not set up has a to-do and is not a failure."""
    assert run(["doctor"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name in NAMES)
    assert "to do: " in out
    assert "checking and extractive summaries work" in out
    assert run(["doctor", "--json"]) == 0
    assert [part["name"] for part in json.loads(capsys.readouterr().out)] == NAMES


def test_the_folder_of_the_package_is_shown(tmp_path: Path) -> None:
    """It shows which of several installations runs."""
    assert f"({Path(summarise.__file__).parent})" in parts(cache_dir=tmp_path)["summarise"].found


def test_keys_and_proxies_are_told_by_name_only(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{KEY}@proxy.invalid:3128")
    run(["doctor"])
    out = capsys.readouterr().out
    assert "OPENAI_API_KEY" in out
    assert "HTTPS_PROXY" in out
    assert shows(out) == []


def test_a_configuration_that_is_not_valid_is_broken(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """The exit code is that of a configuration error; the other parts are still tried."""
    monkeypatch.setenv("SUMMARISE_SENSITIVITY", "very")
    assert run(["doctor"]) == 4
    out = capsys.readouterr().out
    assert "!!  configuration" in out
    assert "does not work: configuration" in out


def test_a_parser_that_cannot_be_loaded_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(parser, "load", lambda: parser.Loaded(None, "the spaCy model cannot be loaded: OSError"))
    found = parts(cache_dir=tmp_path)["parser"]
    assert found.state == "broken"
    assert "pip install" in (found.to_do or "")


def test_an_entailment_model_that_is_none_is_broken(tmp_path: Path) -> None:
    """One that is switched off is not set up."""
    found = parts(cache_dir=tmp_path, entailment=tmp_path)["entailment model"]
    assert found.state == "broken"
    assert "model.onnx is missing" in found.found
    assert parts(cache_dir=tmp_path, entailment="off")["entailment model"].state == "not set up"


def test_a_cache_that_cannot_be_used_is_broken(tmp_path: Path) -> None:
    """A missing folder is fine, and is not created."""
    (tmp_path / "file").write_text("no folder")
    assert parts(cache_dir=tmp_path / "file")["cache"].state == "broken"
    assert parts(cache_dir=tmp_path / "new")["cache"].state == "works"
    assert not (tmp_path / "new").exists()


def test_what_is_broken_stands_in_the_last_line() -> None:
    broken = Part(name="a", state="broken", found="gone", to_do="get it")
    text = diagnosis_text([broken, Part(name="b", state="works", found="here")])
    assert text.splitlines()[-1] == "does not work: a"
