"""What works on this machine: told part by part, with what to do, and without a secret."""

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
    """Return the parts by name, under these settings."""
    return {part.name: part for part in diagnose(lambda: Settings.model_validate(settings))}


def test_each_part_is_told(folder: Path, capsys: Capture) -> None:
    """What is not set up says what to do, and is no failure."""
    assert run(["doctor"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name in NAMES)
    assert "to do: " in out
    assert "checking and extractive summaries work" in out
    assert run(["doctor", "--json"]) == 0
    assert [part["name"] for part in json.loads(capsys.readouterr().out)] == NAMES


def test_the_folder_of_the_package_is_shown(tmp_path: Path) -> None:
    """A user with several installations sees which one answers."""
    assert f"({Path(summarise.__file__).parent})" in parts(cache_dir=tmp_path)["summarise"].found


def test_keys_and_proxies_are_told_by_name_only(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """No part of a key or of a proxy's password is printed."""
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
    """It exits with the code of a configuration error, and the other parts are tried all the same."""
    monkeypatch.setenv("SUMMARISE_SENSITIVITY", "very")
    assert run(["doctor"]) == 4
    out = capsys.readouterr().out
    assert "!!  configuration" in out
    assert "does not work: configuration" in out


def test_a_parser_that_cannot_be_loaded_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Rules stand in for it, which is worth knowing."""
    monkeypatch.setattr(parser, "load", lambda: parser.Loaded(None, "the spaCy model cannot be loaded: OSError"))
    found = parts(cache_dir=tmp_path)["parser"]
    assert found.state == "broken"
    assert "pip install" in (found.to_do or "")


def test_an_entailment_model_that_is_none_is_broken(tmp_path: Path) -> None:
    """One that is switched off is not."""
    found = parts(cache_dir=tmp_path, entailment=tmp_path)["entailment model"]
    assert found.state == "broken"
    assert "model.onnx is missing" in found.found
    assert parts(cache_dir=tmp_path, entailment="off")["entailment model"].state == "not set up"


def test_a_cache_that_cannot_be_used_is_broken(tmp_path: Path) -> None:
    """A file in the place of its folder, or of its database."""
    (tmp_path / "file").write_text("no folder")
    assert parts(cache_dir=tmp_path / "file")["cache"].state == "broken"
    assert parts(cache_dir=tmp_path / "new")["cache"].state == "works"
    assert not (tmp_path / "new").exists()


def test_what_is_broken_stands_in_the_last_line() -> None:
    """Whoever reads one line reads that."""
    broken = Part(name="a", state="broken", found="gone", to_do="get it")
    text = diagnosis_text([broken, Part(name="b", state="works", found="here")])
    assert text.splitlines()[-1] == "does not work: a"
