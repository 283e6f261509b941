"""Help, reference pages, removed verbs and shell completion."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, Capture, fails

from summarise.cli.commands import REMOVED, VERBS
from summarise.cli.main import run


def test_the_reference_pages_are_the_help_and_the_docstrings(tmp_path: Path) -> None:
    """docs/reference is up to date with `make reference`."""
    subprocess.run([sys.executable, ROOT / "docs/site/reference.py", tmp_path], check=True, timeout=60)
    for page in ("command.md", "python.md"):
        assert (tmp_path / page).read_bytes() == (ROOT / "docs/reference" / page).read_bytes()


def test_the_help_lists_every_verb_with_a_word_on_it(capsys: Capture) -> None:
    """Each verb has one line of at most 100 characters."""
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    for verb in VERBS:
        (line,) = re.findall(rf"^    {verb} +\S.*$", out, re.MULTILINE)
        assert len(line) <= 100
        assert not line.endswith("...")


@pytest.mark.parametrize("verb", REMOVED)
def test_a_removed_verb_says_what_to_use(capsys: Capture, verb: str) -> None:
    """It prints one line with the replacement and exits with 2."""
    assert run([*verb.split(), "a", "--json"]) == 2
    assert capsys.readouterr().err == f"summarise: `summarise {verb}` was removed: {REMOVED[verb]}\n"


@pytest.mark.parametrize(
    "arguments", [["a.txt", "--strategy", "direct"], ["--strategy=direct", "a.txt"], ["batch", "a", "--strategy", "x"]]
)
def test_a_removed_option_says_what_to_use(capsys: Capture, arguments: list[str]) -> None:
    """Anywhere in the command line."""
    told = "`summarise --strategy` was removed: name a prompt with --prompt draft/v1 or --prompt rewrite/v1"
    assert fails(capsys, 2, *arguments) == told


def test_an_article_with_the_name_of_a_removed_option_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """After `--`."""
    monkeypatch.chdir(tmp_path)
    Path("--strategy").write_text("The council closed the bridge on Monday. It was built in 1912.")
    assert run(["--model", "extract", "--length", "1", "--", "--strategy"]) == 0
    assert "bridge" in capsys.readouterr().out


def test_an_article_with_the_name_of_a_removed_verb_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("man").write_text("The council closed the bridge on Monday. It was built in 1912.")
    assert run(["man", "--model", "extract", "--length", "1"]) == 0
    assert "bridge" in capsys.readouterr().out


def completions(monkeypatch: pytest.MonkeyPatch, capsys: Capture, *words: str) -> list[str]:
    """Return bash's completions of the last word."""
    monkeypatch.setenv("_SUMMARISE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(("summarise", *words)))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    assert run([]) == 0
    return capsys.readouterr().out.split()


def test_a_shell_completes_verbs_options_values_and_files(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """The first word may be a verb or a file; values of options are completed too."""
    assert completions(monkeypatch, capsys, "doc") == ["file,doc", "plain,doctor"]
    assert completions(monkeypatch, capsys, "check", "--acc") == ["plain,--accept"]
    assert completions(monkeypatch, capsys, "a.txt", "--style", "br") == ["plain,brief"]
    assert completions(monkeypatch, capsys, "prompts", "sh") == ["plain,show"]


def test_the_script_of_bash_completes_in_bash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "summarise"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m summarise "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    script = (
        'eval "$(summarise completion bash)"; COMP_WORDS=(summarise doct); COMP_CWORD=1; '
        'compopt() { :; }; _summarise_completion summarise; echo "${COMPREPLY[@]}"; complete -p summarise'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=True)
    offered, registered = done.stdout.splitlines()
    assert offered == "doctor"
    assert "_summarise_completion" in registered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_each_shell(shell: str, capsys: Capture) -> None:
    assert run(["completion", shell]) == 0
    assert f"_SUMMARISE_COMPLETE={shell}_complete" in capsys.readouterr().out


def test_an_unknown_question_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Completion for an unknown shell or instruction exits with 1."""
    for asked in ("tcsh_complete", "bash_source"):
        monkeypatch.setenv("_SUMMARISE_COMPLETE", asked)
        assert run([]) == 1
