"""`summarise compare`."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, run, said, terminal_output
from invented import BRIDGE, CABLES, FALSE, VEHICLES

PLAIN = ("--entailment", "off", "--processes", "1", "-m", "extract")
TWO = ("--a", "length=1", "--b", "length=2")
ARTICLES = ("--articles", "bridge.txt", "--articles", "valley.txt")


def test_two_lengths_are_compared(capsys: Capture, folder: Path) -> None:
    before = set(Path().iterdir())
    assert run(["compare", *ARTICLES, *TWO, *PLAIN]) == 0
    output = capsys.readouterr()
    assert output.out.startswith("a: length=1 (extract)\nb: length=2 (extract)\n")
    assert "articles are too few for a conclusion" in output.out
    plan, *_ = output.err.splitlines()
    assert plan.split() == "variant articles calls tokens read tokens written cost at most".split()
    assert set(Path().iterdir()) == before


@pytest.mark.slow
def test_the_format_goes_by_the_ending_and_results_lie_beside(capsys: Capture, folder: Path) -> None:
    """Existing results are reused."""
    for name, begins in (("c.md", "# Comparison"), ("c.json", "{"), ("c.txt", "a: ")):
        assert run(["compare", *ARTICLES, *TWO, "-o", name, "--results", "kept", "-q", "-y", *PLAIN]) == 0
        assert Path(name).read_text(encoding="utf-8").startswith(begins)
    assert capsys.readouterr() == ("", "")
    assert len(list(Path("kept").glob("*.jsonl"))) == 2
    found = json.loads(Path("c.json").read_text(encoding="utf-8"))
    assert [variant["name"] for variant in found["variants"]] == ["a", "b"]
    assert run(["compare", *ARTICLES, *TWO, "-o", "d.md", "-q", "-y", *PLAIN]) == 0
    assert Path("d.md.results").is_dir()


@pytest.mark.slow
def test_a_fresh_start_with_a_model_that_cannot_be_opened_keeps_all_results(capsys: Capture, folder: Path) -> None:
    command = ["compare", *ARTICLES, *PLAIN, "--results", "kept", "-q", "-y", "--a", "length=1", "--b"]
    assert run([*command, "length=2"]) == 0
    kept = {path: path.read_bytes() for path in Path("kept").rglob("*") if path.is_file()}
    capsys.readouterr()
    assert "no-such-engine" in fails(capsys, 4, *command, "model=no-such-engine:x", "--fresh")
    assert {path: path.read_bytes() for path in Path("kept").rglob("*") if path.is_file()} == kept


@pytest.mark.slow
def test_a_failed_article_changes_the_exit_code(capsys: Capture, folder: Path) -> None:
    Path("empty.txt").touch()
    assert run(["compare", *ARTICLES, "--articles", "empty.txt", *TWO, *PLAIN]) == 7
    assert "Left out: 1 article" in capsys.readouterr().out


@pytest.mark.slow
@loopback
def test_a_plan_sends_nothing_and_leaves_finished_articles_out(
    capsys: Capture, folder: Path, serve: Callable[..., str]
) -> None:
    requests: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        requests.append(user)
        return said(CABLES if len(requests) % 2 else FALSE, VEHICLES)

    url = serve(respond)
    server = ("-m", "openai:test", "--base-url", url, "--entailment", "off", "--processes", "1")
    command = ["compare", *ARTICLES, *TWO, "--results", "kept", "--no-cache", *server]
    assert run([*command, "--dry-run"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[:2] for row in rows[1:]] == [["a", "2"], ["b", "2"]]
    assert requests == []
    assert run([*command, "--dry-run", "--format", "json"]) == 0
    plans = json.loads(capsys.readouterr().out)
    assert plans[0]["expected"]["calls"] >= 2
    assert plans[0]["most_cost"] is None or plans[0]["most_cost"] >= 0
    assert run([*command, "-q"]) == 0
    done = len(requests)
    assert done >= 4
    assert run([*command, "-q"]) == 0
    assert run([*command, "--dry-run"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[:3] for row in rows[-2:]] == [["a", "0", "0"], ["b", "0", "0"]]
    assert len(requests) == done


@pytest.mark.slow
@loopback
def test_an_interrupted_fresh_start_resumes_without_earlier_results(
    capsys: Capture, folder: Path, serve: Callable[..., str]
) -> None:
    """This includes results of variants that had not started."""
    requests: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        requests.append(user)
        return said(CABLES, VEHICLES)

    server = ("-m", "openai:test", "--base-url", serve(respond), "--entailment", "off")
    Path("other.txt").write_text(BRIDGE.replace("Mill Street", "Hill Street"), encoding="utf-8")
    articles = ("--articles", "bridge.txt", "--articles", "other.txt")
    command = ["compare", *articles, *TWO, "--results", "kept", "--no-cache", "--processes", "1", "-q", *server]
    assert run(command) == 0
    before = len(requests)
    assert run([*command, "--fresh", "--max-calls", "1"]) == 7
    assert run(command) == 0
    assert len(requests) == 2 * before


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_user_is_asked_before_the_first_call(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pty

    server = ("-m", "openai:test", "--base-url", "http://127.0.0.1:9/v1", "--entailment", "off")
    ours, theirs = pty.openpty()
    os.write(ours, b"n\n")
    with open(theirs, closefd=False) as stdin, open(theirs, "w", closefd=False) as stderr:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stderr", stderr)
        assert run(["compare", *ARTICLES, *TWO, *server]) == 0
    os.close(theirs)
    shown = terminal_output(ours)
    assert capsys.readouterr().out.strip() == ""
    assert "continue? [y/N]" in shown
    assert "no model was called" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([*TWO], 2, "name the articles with --articles INPUT"),
        (["run.json"], 2, "run files cannot be compared: name articles with --articles"),
        ([*ARTICLES, "--a", "length=1"], 2, "needs at least two variants"),
        ([*ARTICLES, *TWO, "-o", "none/c.html"], 2, "there is no folder none"),
        ([*ARTICLES, *TWO, "--results", "none/kept"], 2, "cannot keep results in none/kept"),
        (["--articles", "none.txt", *TWO], 3, "there is no file or folder none.txt"),
        ([*ARTICLES, "--results", "kept", "--a", "length=1", "--b", "model=nobody:x"], 4, "there is no backend"),
        (["--articles", "bridge.txt", *TWO], 2, "a comparison needs two articles, not 1"),
    ],
)
def test_impossible_arguments_are_one_line(
    capsys: Capture, folder: Path, arguments: list[str], code: int, message: str
) -> None:
    before = set(Path().iterdir())
    assert message in fails(capsys, code, "compare", *arguments, "-q", "-y", "--entailment", "off")
    assert set(Path().iterdir()) == before
