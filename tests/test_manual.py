"""The manual page, the reference of the command, and completion: made from the help, and in step with it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, Capture

from summarise.cli.commands import VERBS
from summarise.cli.main import run, summarise_command
from summarise.cli.manual import Commands, manual_page, markdown_reference

COMMANDS = Commands(summarise_command, VERBS)
REFERENCE = ROOT / "docs/reference/command.md"


def test_the_reference_is_the_help() -> None:
    """docs/reference/command.md is what the commands say; `make reference` writes it anew."""
    assert REFERENCE.read_text(encoding="utf-8") == markdown_reference(COMMANDS)


def test_the_help_lists_every_verb_with_a_word_on_it(capsys: Capture) -> None:
    """On one line of at most 100 characters each."""
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    for verb in VERBS:
        (line,) = re.findall(rf"^    {verb} +\S.*$", out, re.MULTILINE)
        assert len(line) <= 100
        assert not line.endswith("...")


def test_the_manual_page_has_every_verb_and_option(capsys: Capture) -> None:
    """In roff, with hyphens that can be copied, and no line that roff would take for a request of its own."""
    assert run(["man"]) == 0
    page = capsys.readouterr().out
    assert page.startswith('.TH SUMMARISE 1 ""')
    assert {f".SS summarise {verb}" for verb in VERBS} <= set(page.splitlines())
    assert "\\-\\-on\\-unsupported" in page
    requests = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert requests <= {".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi"}


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff")
def test_groff_reads_the_manual_page_without_a_warning() -> None:
    """What `man` shows has the words of the help."""
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-K", "utf8"],
        input=manual_page(COMMANDS),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    assert "SYNOPSIS" in re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)


def completions(monkeypatch: pytest.MonkeyPatch, capsys: Capture, *words: str) -> list[str]:
    """Return what bash would be offered for the last of the words."""
    monkeypatch.setenv("_SUMMARISE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(("summarise", *words)))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    assert run([]) == 0
    return capsys.readouterr().out.split()


def test_a_shell_completes_verbs_options_values_and_files(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """What stands first may be a verb or an article; behind an option with a list of values stands one of them."""
    assert completions(monkeypatch, capsys, "doc") == ["file,doc", "plain,doctor"]
    assert completions(monkeypatch, capsys, "check", "--acc") == ["plain,--accept"]
    assert completions(monkeypatch, capsys, "a.txt", "--style", "br") == ["plain,brief"]
    assert completions(monkeypatch, capsys, "prompts", "sh") == ["plain,show"]


def test_the_script_of_bash_completes_in_bash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A bash that has read the script offers the verb."""
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
    """It asks the command in the variable that the command reads."""
    assert run(["completion", shell]) == 0
    assert f"_SUMMARISE_COMPLETE={shell}_complete" in capsys.readouterr().out


def test_an_unknown_question_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is completed for a shell that nobody knows, nor by a question other than click's."""
    for asked in ("tcsh_complete", "bash_source"):
        monkeypatch.setenv("_SUMMARISE_COMPLETE", asked)
        assert run([]) == 1
