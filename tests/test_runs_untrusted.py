"""Run files are untrusted: they name no other files and cause no endless work."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from command_line import Capture, fails
from kept import changed, kept, written
from mutated_answers import mutated

from summarise import Settings, replay
from summarise.cli.main import run
from summarise.errors import (
    ConfigurationError,
    RunFileError,
)
from summarise.observing.control_characters import CONTROL
from summarise.prompting.prompt import builtin_directory
from summarise.runs.files import read_run


@pytest.mark.parametrize(
    "name",
    ["../../../etc/secret/v1", "draft", "draft/v1.md", "draft/v1\n"],
)
def test_a_run_file_leads_to_no_other_file(name: str, tmp_path: Path) -> None:
    """The name of a prompt is used to find a file, so it must be a valid one."""
    written(tmp_path / "run.json")
    changed(tmp_path / "run.json", lambda run: run["prompts"][0].update(id=name))
    with pytest.raises(RunFileError, match="names a prompt that is none"):
        read_run(tmp_path / "run.json")


def test_a_file_without_an_end_is_read_no_further_than_a_run_file_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than the limit is refused, even a device without an end."""
    monkeypatch.setattr("summarise.runs.files.MOST_BYTES", 2**20)
    with pytest.raises(RunFileError, match="more than 1 MiB"):
        read_run(Path("/dev/zero"))


def mutated_file(path: Path, seed: int) -> None:
    """Write a run file with random changes and a correct SHA-256."""
    written(path)
    random = Random(seed)

    def change(run: dict[str, Any]) -> None:
        for _ in range(random.choice((1, 1, 3))):
            found = mutated(run, random)
            run.clear()
            run.update(found)

    changed(path, change)


def test_a_mutated_run_file_is_a_run_or_refused_in_one_line(tmp_path: Path) -> None:
    refused = 0
    for seed in range(80):
        mutated_file(tmp_path / "run.json", seed)
        try:
            read_run(tmp_path / "run.json")
        except RunFileError as error:
            assert str(error).isprintable(), seed  # noqa: PT017
            refused += 1
    assert 15 < refused < 80


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_no_run_file_is_a_fault_of_the_program(seed: int, tmp_path: Path, capsys: Capture) -> None:
    """The command exits with a known code and prints no control characters."""
    mutated_file(tmp_path / "run.json", seed)
    shape = ("text", "explain", "markdown", "json", "html", "junit")[seed % 6]
    assert run(["replay", str(tmp_path / "run.json"), "--format", shape]) in (0, 1, 3, 4, 7)
    output = capsys.readouterr()
    assert not CONTROL.search(output.out + output.err)


@pytest.mark.slow
def test_prompts_that_are_configured_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A changed prompt is an error, and so is a missing folder given as an option."""
    own = tmp_path / "own" / "draft" / "prose"
    own.mkdir(parents=True)
    text = (builtin_directory() / "draft" / "prose" / "v1.md").read_text(encoding="utf-8")
    (own / "v7.md").write_text(text.replace("## system\n", "## system\nBe brief. ", 1), encoding="utf-8")
    kept(tmp_path / "run.json", settings=Settings(prompt_dir=tmp_path / "own"))
    monkeypatch.setenv("SUMMARISE_PROMPT_DIR", str(tmp_path / "own"))
    assert replay(tmp_path / "run.json").otherwise is None
    (own / "v7.md").write_text(text.replace("## system\n", "## system\nBe long. ", 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="was changed since the run"):
        replay(tmp_path / "run.json")
    assert "no prompt folder" in fails(capsys, 4, "replay", str(tmp_path / "run.json"), "--prompt-dir", "onw")
    monkeypatch.setenv("SUMMARISE_MODEL", "nonsense:x")
    monkeypatch.setenv("SUMMARISE_PROMPT_DIR", "onw")
    assert run(["replay", str(tmp_path / "run.json")]) == 0


@pytest.mark.slow
def test_a_prompt_of_ones_own_may_share_a_name_with_ours(tmp_path: Path) -> None:
    """A built-in prompt of the same name is another prompt, not a change."""
    own = tmp_path / "own" / "draft" / "prose"
    own.mkdir(parents=True)
    text = (builtin_directory() / "draft" / "prose" / "v1.md").read_text(encoding="utf-8")
    (own / "v1.md").write_text(text.replace("## system\n", "## system\nBe brief. ", 1), encoding="utf-8")
    kept(tmp_path / "run.json", settings=Settings(prompt_dir=tmp_path / "own"))
    assert replay(tmp_path / "run.json").otherwise is None
