"""The command without errors: output, options, input formats and verbs."""

import json
import re
from pathlib import Path

import pytest
from command_line import KEY, PAGE, Capture, fails, piped
from invented import BRIDGE, CABLES, FALSE, VEHICLES

import summarise
from summarise import Facts, Report, Summary
from summarise.cli.main import run

pytestmark = pytest.mark.usefixtures("folder")


# summaries


def test_the_summary_stands_on_standard_output_and_one_line_on_standard_error(capsys: Capture) -> None:
    assert run(["bridge.txt", "--model", "extract"]) == 0
    output = capsys.readouterr()
    assert output.out.startswith(CABLES)
    assert output.out.count("\n") == 1
    pattern = r"3 of 3 sentences supported · \d+ facts checked · \d+ of \d+ key facts · extract · "
    pattern += r"draft/prose/v\d+ · \d+\.\d s\n"
    assert re.fullmatch(pattern, output.err)


def test_quiet_prints_nothing_on_standard_error(capsys: Capture) -> None:
    assert run(["bridge.txt", "--model", "extract", "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert run(["bridge.txt", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_with_nothing_named_it_says_what_is_used_and_how_to_get_more(
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


def test_options_stand_before_or_after_the_article(capsys: Capture) -> None:
    assert run(["bridge.txt", "-q", "-m", "extract", "-l", "2"]) == 0
    reference = capsys.readouterr().out
    assert run(["-q", "-l2", "--model=extract", "--", "bridge.txt"]) == 0
    assert capsys.readouterr().out == reference


def test_json_is_the_summary(capsys: Capture) -> None:
    assert run(["bridge.txt", "--model", "extract", "--json"]) == 0
    shown = capsys.readouterr().out
    assert list(json.loads(shown)) == ["sentences", "omitted", "key_facts", "run"]
    assert Summary.model_validate_json(shown).text.startswith(CABLES)


def test_an_article_named_like_a_verb(capsys: Capture, folder: Path) -> None:
    (folder / "check").write_text(BRIDGE, encoding="utf-8")
    assert run(["./check", "--model", "extract", "-q"]) == 0
    assert capsys.readouterr().out.startswith(CABLES)
    assert "./check for a file of that name" in fails(capsys, 2, "--model", "extract", "check")


# input formats


def test_a_page_is_told_by_its_suffix(capsys: Capture, folder: Path) -> None:
    """The same bytes are a page in page.html and text in page.txt."""
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    assert run(["facts", "page.html", "--json"]) == 0
    page = Facts.model_validate_json(capsys.readouterr().out)
    assert run(["facts", "page.txt", "--json"]) == 0
    text = Facts.model_validate_json(capsys.readouterr().out)
    assert "<p>" not in page.article.text
    assert text.article.text == PAGE


def test_standard_input_is_text_or_a_page_by_its_beginning(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page begins with a doctype or <html."""
    for data, html in ((PAGE, True), (PAGE.partition(">")[2], True), (f"{CABLES} <p>{VEHICLES}</p>", False)):
        piped(monkeypatch, data.encode())
        assert run(["facts", "-", "--json"]) == 0
        assert ("<p>" not in Facts.model_validate_json(capsys.readouterr().out).article.text) is html


def test_a_summary_of_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["bridge.txt", "-q", "-m", "extract"]) == 0
    expected = capsys.readouterr().out
    piped(monkeypatch, BRIDGE.encode())
    assert run(["-", "-q", "-m", "extract"]) == 0
    assert capsys.readouterr().out == expected


def test_another_encoding_is_named(capsys: Capture, folder: Path) -> None:
    (folder / "latin.txt").write_bytes(BRIDGE.replace("“", '"').replace("”", '"').encode("latin-1"))
    assert "--encoding" in fails(capsys, 3, "latin.txt", "-m", "extract")
    assert run(["latin.txt", "-m", "extract", "--encoding", "latin-1"]) == 0
    assert "cables" in capsys.readouterr().out
    assert "klingon" in fails(capsys, 2, "latin.txt", "-m", "extract", "--encoding", "klingon")


# verbs


def test_check_tells_true_from_false_by_its_exit_code(capsys: Capture) -> None:
    """0 if every sentence is supported, otherwise 1."""
    assert run(["check", "bridge.txt", "true.txt"]) == 0
    good = capsys.readouterr()
    assert "the summary is supported" in good.out
    assert good.err.startswith("2 of 2 sentences supported")
    assert run(["check", "bridge.txt", "false.txt", "--quiet"]) == 1
    bad = capsys.readouterr()
    assert "1 of 2 sentences supported" in bad.out
    assert bad.err == ""


def test_check_as_json_is_a_report(capsys: Capture) -> None:
    """It is printed whatever the verdict."""
    assert run(["check", "bridge.txt", "false.txt", "--json"]) == 1
    shown = capsys.readouterr().out
    assert list(json.loads(shown)) == ["sentences", "omitted", "key_facts", "run"]
    assert [sentence.text for sentence in Report.model_validate_json(shown).sentences] == [VEHICLES, FALSE]


@pytest.mark.parametrize("which", [0, 1])
def test_check_reads_either_from_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch, which: int) -> None:
    arguments = ["bridge.txt", "true.txt"]
    piped(monkeypatch, Path(arguments[which]).read_bytes())
    arguments[which] = "-"
    assert run(["check", *arguments]) == 0
    capsys.readouterr()
    assert "cannot be both" in fails(capsys, 2, "check", "-", "-")


@pytest.mark.parametrize(
    ("typed", "meant"), [("chekc", "check"), ("fact", "facts"), ("comapre", "compare"), ("model", "models")]
)
def test_a_verb_that_is_misspelt_is_suggested(typed: str, meant: str, folder: Path, capsys: Capture) -> None:
    """If it resembles a verb and is not a file."""
    assert f"did you mean summarise {meant}?" in fails(capsys, 3, typed)
    assert f"did you mean summarise {meant}?" in fails(capsys, 2, typed, "a.txt", "b.txt")
    assert "did you mean" not in fails(capsys, 3, "harbour")
    assert "did you mean" not in fails(capsys, 3, f"{typed}.txt")
    (folder / typed).write_text(BRIDGE, encoding="utf-8")
    assert run([typed, "--model", "extract", "-q"]) == 0


def test_a_server_that_nobody_asked_is_not_called_ready(capsys: Capture) -> None:
    """It is listed as not checked, null in JSON."""
    assert run(["models"]) == 0
    assert re.search(r"ollama:NAME +not checked", capsys.readouterr().out)
    assert run(["models", "--json"]) == 0
    found = {model["name"]: model["ready"] for model in json.loads(capsys.readouterr().out)}
    assert (found["ollama:NAME"], found["vllm:NAME"], found["extract"]) == (None, None, True)


def test_models_are_listed_with_what_they_need(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["models"]) == 0
    shown = capsys.readouterr().out
    assert "OPENAI_API_KEY" in shown
    assert "summarise models get" in shown
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert run(["models", "list", "--json"]) == 0
    shown = capsys.readouterr().out
    assert {model["name"]: model["ready"] for model in json.loads(shown)}["openai:NAME"] is True
    assert KEY not in shown


def test_fetched_weights_are_told_by_their_path(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarise.backends.model_files.fetch", lambda *_: Path("/cache/weights.gguf"))
    assert run(["models", "get"]) == 0
    assert capsys.readouterr().out == "/cache/weights.gguf\n"
    assert run(["models", "get", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"path": "/cache/weights.gguf"}


def test_the_main_help_shows_options_verbs_examples_and_exit_codes(capsys: Capture) -> None:
    assert run(["--help"]) == 0
    output = capsys.readouterr()
    shown = output.out
    assert shown.startswith("Usage: summarise [OPTIONS] ARTICLE")
    assert output.err == ""
    for word in "--model --base-url --length --prompt --prompt-dir --json --strict --quiet OPENAI_API_KEY".split():
        assert word in shown
    for word in ("check  ", "facts  ", "prompts  ", "models  ", "Examples:", "./check", "130"):
        assert word in shown


def test_the_version(capsys: Capture) -> None:
    assert run(["--version"]) == 0
    assert summarise.__version__ in capsys.readouterr().out
