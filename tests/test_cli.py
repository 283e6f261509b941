"""The command without errors: output, options, input formats, verbs, help, and shell completion."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import KEY, PAGE, REMOVED, ROOT, VERBS, Capture, fails, piped, run
from invented import BRIDGE, CABLES, VEHICLES

import summarise
from summarise import Facts

pytestmark = pytest.mark.usefixtures("folder")


# summaries


def test_the_summary_is_on_standard_output_and_one_line_on_standard_error(capsys: Capture) -> None:
    assert run(["bridge.txt", "--model", "extract"]) == 0
    output = capsys.readouterr()
    assert output.out.startswith(CABLES)
    assert output.out.count("\n") == 1
    pattern = r"3 of 3 sentences supported · \d+ facts checked · \d+ of \d+ key facts · extract · \d+\.\d s\n"
    assert re.fullmatch(pattern, output.err)


def test_without_a_model_a_line_names_the_default_and_the_alternative(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a model, `extract` is used even if a key is set."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert run(["bridge.txt"]) == 0
    which, line = capsys.readouterr().err.splitlines()
    assert which.startswith("Using extract")
    assert "summarise models get" in which
    assert " · extract · " in line
    assert KEY not in which + line


def test_an_article_named_like_a_verb(capsys: Capture, folder: Path) -> None:
    (folder / "check").write_text(BRIDGE, encoding="utf-8")
    assert run(["./check", "--model", "extract", "-q"]) == 0
    assert capsys.readouterr().out.startswith(CABLES)
    assert "./check for a file of that name" in fails(capsys, 2, "--model", "extract", "check")


# input formats


def test_standard_input_is_text_or_a_page_by_its_beginning(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page begins with a doctype or <html."""
    for data, html in ((PAGE, True), (PAGE.partition(">")[2], True), (f"{CABLES} <p>{VEHICLES}</p>", False)):
        piped(monkeypatch, data.encode())
        assert run(["facts", "-", "--json"]) == 0
        assert ("<p>" not in Facts.model_validate_json(capsys.readouterr().out).article.text) is html


def test_another_encoding_is_named(capsys: Capture, folder: Path) -> None:
    (folder / "latin.txt").write_bytes(BRIDGE.replace("“", '"').replace("”", '"').encode("latin-1"))
    assert "--encoding" in fails(capsys, 3, "latin.txt", "-m", "extract")
    assert run(["latin.txt", "-m", "extract", "--encoding", "latin-1"]) == 0
    assert "cables" in capsys.readouterr().out
    assert "klingon" in fails(capsys, 2, "latin.txt", "-m", "extract", "--encoding", "klingon")


# verbs


def test_the_exit_code_of_check_is_the_verdict(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """0 if every sentence is supported, otherwise 1; either text may come from standard input."""
    for arguments in (["bridge.txt", "true.txt"], ["-", "true.txt"], ["bridge.txt", "-"]):
        piped(monkeypatch, Path("true.txt" if arguments[1] == "-" else "bridge.txt").read_bytes())
        assert run(["check", *arguments]) == 0
        good = capsys.readouterr()
        assert "the summary is supported" in good.out
        assert good.err.startswith("2 of 2 sentences supported")
    assert run(["check", "bridge.txt", "false.txt", "--quiet"]) == 1
    bad = capsys.readouterr()
    assert "1 of 2 sentences supported" in bad.out
    assert bad.err == ""
    for verb in ("check", "diff"):
        assert "only one text can come from standard input" in fails(capsys, 2, verb, "-", "-")


@pytest.mark.parametrize(
    ("typed", "meant"), [("chekc", "check"), ("fact", "facts"), ("comapre", "compare"), ("model", "models")]
)
def test_a_verb_that_is_misspelt_is_suggested(typed: str, meant: str, folder: Path, capsys: Capture) -> None:
    """There is a suggestion if a missing file without extension resembles a verb."""
    assert f"did you mean summarise {meant}?" in fails(capsys, 3, typed)
    assert f"did you mean summarise {meant}?" in fails(capsys, 2, typed, "a.txt", "b.txt")
    assert "did you mean" not in fails(capsys, 3, "harbour")
    assert "did you mean" not in fails(capsys, 3, f"{typed}.txt")
    (folder / typed).write_text(BRIDGE, encoding="utf-8")
    assert run([typed, "--model", "extract", "-q"]) == 0


def test_models_are_listed_with_what_they_need(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of the user is not contacted: its state is "not checked", in JSON null."""
    assert run(["models"]) == 0
    shown = capsys.readouterr().out
    assert "OPENAI_API_KEY" in shown
    assert "summarise models get" in shown
    assert re.search(r"ollama:NAME +not checked", shown)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert run(["models", "list", "--json"]) == 0
    shown = capsys.readouterr().out
    ready = {model["name"]: model["ready"] for model in json.loads(shown)}
    assert [ready[name] for name in ("ollama:NAME", "vllm:NAME", "extract", "openai:NAME")] == [None, None, True, True]
    assert KEY not in shown


def test_the_path_of_fetched_weights_is_printed(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarise.backends.model_files.fetch", lambda *_: Path("/cache/weights.gguf"))
    assert run(["models", "get"]) == 0
    assert capsys.readouterr().out == "/cache/weights.gguf\n"
    assert run(["models", "get", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"path": "/cache/weights.gguf"}


# help and completion


@pytest.mark.slow
def test_the_reference_pages_are_the_help_and_the_docstrings(tmp_path: Path) -> None:
    """docs/reference is up to date with `make reference`."""
    subprocess.run([sys.executable, ROOT / "docs/site/reference.py", tmp_path], check=True, timeout=60)
    for page in ("command.md", "python.md"):
        assert (tmp_path / page).read_bytes() == (ROOT / "docs/reference" / page).read_bytes()


def test_the_help_has_options_examples_exit_codes_and_a_line_for_each_verb(capsys: Capture) -> None:
    """A line has at most 100 characters."""
    assert run(["--version"]) == 0
    assert summarise.__version__ in capsys.readouterr().out
    assert run(["--help"]) == 0
    output = capsys.readouterr()
    assert output.out.startswith("Usage: summarise [OPTIONS] ARTICLE")
    assert output.err == ""
    words = (
        "--model --base-url --length --prompt --prompt-dir --json --strict --quiet OPENAI_API_KEY Examples: ./check 130"
    )
    assert all(word in output.out for word in words.split())
    for verb in VERBS:
        (line,) = re.findall(rf"^    {verb} +\S.*$", output.out, re.MULTILINE)
        assert len(line) <= 100
        assert not line.endswith("...")


@pytest.mark.parametrize(
    ("removed", "arguments"),
    [
        *((verb, [*verb.split(), "a", "--json"]) for verb in REMOVED if not verb.startswith("--")),
        ("--strategy", ["a.txt", "--strategy", "direct"]),
        ("--strategy", ["--strategy=direct", "a.txt"]),
        ("--strategy", ["batch", "a", "--strategy", "x"]),
    ],
)
def test_a_removed_verb_or_option_says_what_to_use(removed: str, arguments: list[str], capsys: Capture) -> None:
    assert fails(capsys, 2, *arguments) == f"`summarise {removed}` was removed: {REMOVED[removed]}"


@pytest.mark.parametrize("arguments", [["-l", "1", "--", "--strategy"], ["man", "-l", "1"]], ids=["option", "verb"])
def test_an_article_with_the_name_of_something_removed_is_read(
    arguments: list[str], folder: Path, capsys: Capture
) -> None:
    for name in ("--strategy", "man"):
        (folder / name).write_text("The council closed the bridge on Monday. It was built in 1912.")
    assert run(arguments) == 0
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
    for asked in ("tcsh_complete", "bash_source"):
        monkeypatch.setenv("_SUMMARISE_COMPLETE", asked)
        assert run([]) == 1
    monkeypatch.delenv("_SUMMARISE_COMPLETE")
    for shell in ("bash", "zsh", "fish"):
        assert run(["completion", shell]) == 0
        assert f"_SUMMARISE_COMPLETE={shell}_complete" in capsys.readouterr().out


@pytest.mark.slow
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
