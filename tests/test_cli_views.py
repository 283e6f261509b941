"""Output formats of the command, for summaries, checks and replays."""

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import Capture, fails, run
from invented import CABLES, FALSE, VEHICLES

from summarise import Report, Summary, check, errors, extract_facts, replay, summarise

pytestmark = pytest.mark.usefixtures("folder")
SUMMARY = ["bridge.txt", "--model", "extract", "-l", "2"]
CHECK = ["check", "bridge.txt", "false.txt"]
COMMANDS = pytest.mark.parametrize(("command", "code"), [(SUMMARY, 0), (CHECK, 1)], ids=["summary", "check"])


@COMMANDS
def test_explain_shows_each_sentence_with_its_evidence(command: list[str], code: int, capsys: Capture) -> None:
    """Without a terminal the output has 80 columns and no colours; it includes the line of the run."""
    assert run([*command, "--explain"]) == code
    output = capsys.readouterr()
    assert output.out.count("line ") >= 2
    assert "facts checked" in output.out
    assert "facts checked" not in output.err
    assert "\x1b" not in output.out
    assert max(map(len, output.out.splitlines())) <= 80
    assert run([*command, "--format", "explain"]) == code
    assert re.sub(r"[\d.]+ s\n", "", capsys.readouterr().out) == re.sub(r"[\d.]+ s\n", "", output.out)


@COMMANDS
def test_reports_for_pages_and_servers(command: list[str], code: int, capsys: Capture) -> None:
    """Markdown has footnotes; a JUnit suite is named after the article and fails for unsupported sentences."""
    assert run([*command, "--format", "markdown"]) == code
    output = capsys.readouterr()
    assert "[^1]:" in output.out
    assert "facts checked" not in output.err
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


def test_json_is_the_summary_or_the_report(capsys: Capture) -> None:
    """`--json` equals `--format json`, whatever the verdict; contradictory formats are refused."""
    assert run([*SUMMARY, "--json"]) == run([*SUMMARY, "--format", "json"]) == 0
    first, second = re.split(r"(?<=\n})\n(?={)", capsys.readouterr().out)
    assert list(json.loads(first)) == ["sentences", "omitted", "key_facts", "sources", "disagreements", "names", "run"]
    assert Summary.model_validate_json(first).sentences == Summary.model_validate_json(second).sentences
    assert run([*CHECK, "--json"]) == 1
    report = Report.model_validate_json(capsys.readouterr().out)
    assert [sentence.text for sentence in report.sentences] == [VEHICLES, FALSE]
    line = fails(capsys, 2, *SUMMARY, "--json", "--explain")
    assert line.startswith("--json and --explain contradict each other")
    assert "--format junit and --explain" in fails(capsys, 2, *CHECK, "--format", "junit", "--explain")


@pytest.mark.parametrize("place", ["bridge.txt", ".", "no/page.html"])
def test_a_page_takes_the_place_of_nothing(place: str, capsys: Capture) -> None:
    """`--html` refuses the article's file, a folder, and a path in a missing folder."""
    before = Path("bridge.txt").read_bytes()
    for command in (SUMMARY, CHECK):
        assert "for the page" in fails(capsys, 2, *command, "--html", place)
    assert Path("bridge.txt").read_bytes() == before


def test_outputs_that_would_be_lost_are_refused(capsys: Capture) -> None:
    """Two outputs in one file, an empty file name, and outputs with `--dry-run` are refused."""
    assert "written already" in fails(capsys, 2, *SUMMARY, "--save", "one", "--html", "./one")
    for name in ("", "-"):
        assert "--html needs the name of a file" in fails(capsys, 2, *SUMMARY, "--html", name)
    for option in (["--html", "x.html"], ["--save", "x.json"], ["--explain"], ["--format", "junit"]):
        assert "--dry-run only prints a plan" in fails(capsys, 2, *SUMMARY, "--dry-run", *option)
    assert not Path("x.html").exists()


def test_a_page_that_cannot_be_written_loses_no_summary(capsys: Capture) -> None:
    """The summary is printed, and the exit code is 74."""
    assert run([*SUMMARY, "--html", "/dev/full"]) == 74
    output = capsys.readouterr()
    assert CABLES in output.out
    assert "cannot write the page /dev/full: No space left" in output.err


@pytest.mark.slow
def test_a_replay_has_all_views(capsys: Capture) -> None:
    """Saved runs can be replayed in every format."""
    run([*SUMMARY, "--save", "run.json"])
    capsys.readouterr()
    beginnings = {"explain": "every sentence is supported", "markdown": "", "html": "<!DOCTYPE html>", "junit": "<?xml"}
    for shape, beginning in beginnings.items():
        assert run(["replay", "run.json", "--format", shape]) == 0
        assert capsys.readouterr().out.startswith(beginning)
    assert run(["replay", "run.json", "--html", "page.html"]) == 0
    assert "Brelmouth" in Path("page.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert "for the page" in fails(capsys, 2, "replay", "run.json", "--html", "run.json")


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
    shown = b""
    with suppress(OSError):  # the process has closed the other end
        while piece := os.read(ours, 65536):
            shown += piece
    process.wait(timeout=60)
    os.close(ours)
    return shown.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("columns", "variables", "coloured"),
    [(60, {}, True), (80, {"NO_COLOR": "1"}, False), (80, {"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_that_want_them(columns: int, variables: dict[str, str], coloured: bool) -> None:
    """`NO_COLOR` and `TERM=dumb` turn colours off; lines fit the width of the terminal."""
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "TERM")}
    environment |= {"TERM": "xterm-256color", **variables}
    shown = on_a_terminal(columns, *CHECK, "--explain", **environment)
    assert ("\x1b[" in shown) == coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "contradicted" in plain
    assert max(len(line.rstrip("\r")) for line in plain.split("\n")) <= columns


# Python


def test_a_report_knows_its_article_and_makes_its_page() -> None:
    article = Path("bridge.txt")
    report = check(f"{VEHICLES} {FALSE}", article)
    for one in (report, summarise(article, model="extract", length=2)):
        assert one.to_html().startswith("<!DOCTYPE html>")
        assert one.facts.article.text == article.read_text(encoding="utf-8")
    assert report.facts == extract_facts(article)


def test_a_report_that_was_read_from_json_says_what_to_do() -> None:
    """It lacks its article."""
    summary = summarise(Path("bridge.txt"), model="extract", length=2)
    again = Summary.model_validate_json(summary.model_dump_json())
    assert again == summary
    assert hash(again) == hash(summary)
    assert again != Report.model_construct(**dict(summary))
    for use in (again.to_html, lambda: again.facts):
        with pytest.raises(errors.UsageError, match="read from JSON does not; check its text against the article"):
            use()


@pytest.mark.slow
def test_changed_replayed_and_unsaved_summaries_make_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article, kept = Path("bridge.txt"), tmp_path / "run.json"
    summary = summarise(article, model="extract", length=2, save=kept)
    fewer = summary.model_copy(update={"sentences": summary.sentences[:1]})
    assert fewer != summary
    monkeypatch.setenv("SOME_TOKEN", "engineers found cracks")
    with pytest.raises(errors.UnsavedError) as caught:
        summarise(article, model="extract", length=2, save=kept)
    for one in (fewer, replay(kept).summary, caught.value.summary):
        assert isinstance(one, Summary)
        assert "Brelmouth" in one.to_html()
