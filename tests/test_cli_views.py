"""Output formats of the command, for summaries, checks and replays."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import Capture, fails, run, terminal_output
from invented import CABLES, FALSE, VEHICLES

from summarise import Report, Summary, errors, replay, summarise

pytestmark = pytest.mark.usefixtures("folder")
SUMMARY = ["bridge.txt", "--model", "extract", "-l", "2"]
CHECK = ["check", "bridge.txt", "false.txt"]
COMMANDS = pytest.mark.parametrize(("command", "code"), [(SUMMARY, 0), (CHECK, 1)], ids=["summary", "check"])


@pytest.mark.slow
@COMMANDS
def test_reports_for_people_and_servers(command: list[str], code: int, capsys: Capture) -> None:
    """Without a terminal, --explain has 80 columns and no colours; a JUnit suite is named after the article."""
    assert run([*command, "--explain"]) == code
    output = capsys.readouterr()
    assert output.out.count("line ") >= 2
    assert "\x1b" not in output.out
    assert max(map(len, output.out.splitlines())) <= 80
    assert run([*command, "--format", "markdown"]) == code
    markdown = capsys.readouterr()
    assert "[^1]:" in markdown.out
    for out, err in (output, markdown):
        assert ("facts checked" in out, "facts checked" in err) == (True, False), "the line of the run"
    assert run([*command, "--format", "junit"]) == code
    printed = capsys.readouterr().out
    assert printed.endswith("</testsuites>\n")
    suites = ElementTree.fromstring(printed)
    assert (suites.get("name"), suites.get("failures"), suites.get("tests")) == ("bridge", str(code), "2")


@pytest.mark.slow
@COMMANDS
def test_a_page_is_printed_or_written(command: list[str], code: int, capsys: Capture) -> None:
    """`--format html` prints the page; `--html` writes it to a file in addition to the usual output."""
    assert run([*command, "--format", "html"]) == code
    printed = capsys.readouterr().out
    assert printed.startswith("<!DOCTYPE html>")
    assert run([*command, "--html", "page.html", "-q"]) == code
    assert not capsys.readouterr().out.startswith("<!DOCTYPE")
    page = Path("page.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in page
    assert len(page) == pytest.approx(len(printed), abs=40)


@pytest.mark.slow
def test_json_is_the_summary_or_the_report(capsys: Capture) -> None:
    """`--json` equals `--format json`, whatever the verdict; of several formats the last counts."""
    assert run([*SUMMARY, "--json"]) == run([*SUMMARY, "--format", "json"]) == 0
    first, second = re.split(r"(?<=\n})\n(?={)", capsys.readouterr().out)
    assert list(json.loads(first)) == ["sentences", "omitted", "key_facts", "sources", "disagreements", "names", "run"]
    assert Summary.model_validate_json(first).sentences == Summary.model_validate_json(second).sentences
    assert run([*CHECK, "--json"]) == 1
    report = Report.model_validate_json(capsys.readouterr().out)
    assert [sentence.text for sentence in report.sentences] == [VEHICLES, FALSE]
    assert run([*CHECK, "--format", "junit", "--explain", "--json"]) == 1
    assert Report.model_validate_json(capsys.readouterr().out).sentences == report.sentences


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        *((["--html", place], "for the page") for place in ("bridge.txt", ".", "no/page.html")),
        *((["--html", name], "--html needs a file") for name in ("", "-")),
        (["--save", "one", "--html", "./one"], "is also another input or output"),
        (["--dry-run", "--html", "x.html"], "--dry-run only prints a plan"),
        (["--dry-run", "--save", "x.json"], "--dry-run only prints a plan"),
        (["--dry-run", "--format", "junit"], "--dry-run only prints a plan"),
    ],
)
def test_outputs_that_would_be_lost_are_refused(arguments: list[str], message: str, capsys: Capture) -> None:
    """The page must not overwrite an input or another output, and a dry run writes no file."""
    before = Path("bridge.txt").read_bytes()
    assert message in fails(capsys, 2, *SUMMARY, *arguments)
    if arguments[0] == "--html":
        assert message in fails(capsys, 2, *CHECK, *arguments)
    assert Path("bridge.txt").read_bytes() == before
    assert not Path("x.html").exists()


def test_a_page_that_cannot_be_written_loses_no_summary(capsys: Capture) -> None:
    """The summary is printed, and the exit code is 74."""
    assert run([*SUMMARY, "--html", "/dev/full"]) == 74
    output = capsys.readouterr()
    assert CABLES in output.out
    assert "cannot write the page /dev/full: No space left" in output.err


def on_a_terminal(columns: int, *arguments: str, **environment: str) -> str:
    """Run the command on a pseudo-terminal and return its output."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", *arguments], stdout=theirs, stderr=subprocess.DEVNULL, env=environment
    )
    os.close(theirs)
    shown = terminal_output(ours)
    process.wait(timeout=60)
    return shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("columns", "variables", "coloured"),
    [(60, {}, True), (80, {"NO_COLOR": "1"}, False), (80, {"TERM": "dumb"}, False)],
)
def test_colours_depend_on_the_terminal(columns: int, variables: dict[str, str], coloured: bool) -> None:
    """`NO_COLOR` and `TERM=dumb` turn colours off; lines fit the width of the terminal."""
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "TERM")}
    environment |= {"TERM": "xterm-256color", **variables}
    shown = on_a_terminal(columns, *CHECK, "--explain", **environment)
    assert ("\x1b[" in shown) == coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "contradicted" in plain
    assert max(len(line.rstrip("\r")) for line in plain.split("\n")) <= columns


# Python


@pytest.mark.slow
def test_changed_replayed_and_unsaved_summaries_make_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article, kept = Path("bridge.txt"), tmp_path / "run.json"
    summary = summarise(article, model="extract", length=2, save=kept)
    fewer = summary.model_copy(update={"sentences": summary.sentences[:1]})
    assert fewer != summary
    monkeypatch.setenv("SOME_TOKEN", "engineers found cracks")
    with pytest.raises(errors.UnsavedError) as caught:
        summarise(article, model="extract", length=2, save=kept)
    for summary_copy in (fewer, replay(kept).summary, caught.value.summary):
        assert isinstance(summary_copy, Summary)
        assert "Brelmouth" in summary_copy.to_html()
