"""The command as a process: internal errors, interruption, streams, terminals, control characters and keys."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Capture, command, fails, loopback, model, run, said, terminal_output
from invented import BRIDGE, CABLES, VEHICLES

pytestmark = pytest.mark.usefixtures("folder")


# internal errors and streams


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (RuntimeError("a\nfault"), 70, "a fault of this program, please report it: RuntimeError: a fault"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_an_unexpected_exception_is_one_line(
    error: BaseException, code: int, line: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a traceback."""

    def broken(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr("summarise.cli.check.read_source", broken)
    assert fails(capsys, code, "facts", "bridge.txt") == line


@pytest.mark.slow
def test_streams_and_exit_code_of_a_real_process() -> None:
    """The summary goes to standard output, one line to standard error, and the exit code to the caller."""
    good = command("-", "--model", "extract", "--length", "1", input=f"\ufeff{BRIDGE}")
    assert (good.returncode, good.stdout) == (0, f"{CABLES}\n")
    assert good.stderr.count("\n") == 1
    bad = command("nowhere.txt")
    assert (bad.returncode, bad.stdout) == (3, "")
    assert bad.stderr == "summarise: there is no file nowhere.txt: check the path\n"


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX pipes")
@pytest.mark.slow
def test_a_closed_pipe_changes_nothing() -> None:
    """A closed pipe causes no traceback, and the exit code is still that of the check."""
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", "check", "bridge.txt", "false.txt", "--quiet"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error() -> None:
    """A failed write to standard output exits with 74."""
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "summarise", "prompts"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert process.returncode == 74
    assert re.fullmatch(r"summarise: cannot write to standard output: .*\n", process.stderr)


@pytest.mark.slow
def test_json_is_utf_8_and_text_survives_a_poor_terminal(folder: Path) -> None:
    """With an encoding that lacks a character, JSON stays UTF-8 and text shows a question mark."""
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    poor = BRIDGE.replace("£4.5", "€4.5")
    (folder / "euro.txt").write_text(poor, encoding="utf-8")
    arguments = [sys.executable, "-m", "summarise", "facts", "euro.txt"]
    shown = subprocess.run([*arguments, "--json"], capture_output=True, timeout=60, env=environment)
    assert json.loads(shown.stdout.decode("utf-8"))["article"]["text"] == poor
    text = subprocess.run(arguments, capture_output=True, timeout=60, env=environment)
    assert b"?4.5 million" in text.stdout
    assert (text.returncode, text.stderr) == (0, b"")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_on_a_terminal_progress_is_shown_and_then_one_line() -> None:
    """The run's last line overwrites the progress, and standard output has only the summary."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", "bridge.txt", "-m", "extract", "-l", "1"],
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    out, _ = process.communicate(timeout=60)
    os.close(theirs)
    err = terminal_output(ours)
    assert out.decode() == f"{CABLES}\n"
    assert "reading the article for facts …" in err
    shown = err.rsplit("\x1b[K", 1)[1]
    assert shown.startswith("1 of 1 sentences supported")
    assert shown.count("\n") == 1


# control characters, whether from an article, a model, a server or a file

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Control characters that JSON and XML need not escape.
CSI, DELETE = "\x9b31m", "\x7f"
# One format for each kind of output; Markdown is printed like text.
SHAPES = ("text", "explain", "json", "html")


@pytest.fixture
def steering(folder: Path) -> str:
    article = (folder / "bridge.txt").read_text(encoding="utf-8")
    for words, steered in (("18,000 vehicles", f"18,000{CSI} vehicles{DELETE}"), ("Petra Voss", f"Petra{CSI} Voss")):
        article = article.replace(words, steered)
    (folder / "steering.txt").write_text(article, encoding="utf-8")
    summary = f"About 18,000{CSI} vehicles cross{DELETE} the bridge. {CABLES}"
    (folder / "summary.txt").write_text(summary, encoding="utf-8")
    return "steering.txt"


def nothing_steers(capsys: Capture) -> str:
    """Assert that the output has no control characters, and return it."""
    output = capsys.readouterr()
    assert not CONTROL.search(output.out)
    assert not CONTROL.search(output.err)
    return output.out


@loopback
@pytest.mark.parametrize("shape", SHAPES)
def test_no_view_of_a_summary_or_a_check_steers_a_terminal(
    shape: str, steering: str, serve: Callable[..., str], capsys: Capture
) -> None:
    """No control characters are printed in any format, also with verbose logging."""
    url = serve(lambda _: said(CABLES, VEHICLES.replace("vehicles", f"\x1b[1mvehicles{CSI}\x07")))
    options = ["-l", "2", "--on-unsupported", "keep", "--no-cache", "-vv", *model(url)]
    assert run([steering, "--format", shape, *options]) in (0, 1)
    assert nothing_steers(capsys)
    assert run(["check", steering, "summary.txt", "--format", shape]) in (0, 1)
    assert nothing_steers(capsys)
    assert run(["facts", steering, "--json"]) == 0
    assert f"18,000{CSI}" in json.loads(nothing_steers(capsys))["article"]["text"], "JSON keeps what it escapes"


def test_no_written_file_steers_a_terminal(steering: str, folder: Path) -> None:
    """HTML, JUnit, SARIF, Markdown and run files, even if a file name contains control characters."""
    name = f"summary{CSI}.txt"
    (folder / "summary.txt").rename(folder / name)
    options = ["-m", "extract", "-l", "2", "-q"]
    assert run([steering, *options, "--html", "page.html", "--save", "run.json"]) == 0
    written = ["--junit", "ci.xml", "--sarif", "ci.sarif", "--markdown", "ci.md"]
    assert run(["ci", name, "--article", steering, "-q", *written]) in (0, 1)
    for file in ("page.html", "run.json", "ci.xml", "ci.sarif", "ci.md"):
        assert not CONTROL.search((folder / file).read_text(encoding="utf-8")), file
    assert (
        f"18,000{CSI}"
        in json.loads((folder / "run.json").read_text(encoding="utf-8"))["run"]["article"]["article"]["text"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("shape", [None, "text", "html", "junit", "json"])
def test_no_file_of_a_batch_steers_a_terminal(shape: str | None, steering: str, folder: Path) -> None:
    out = ["--out", "out.jsonl"] if shape is None else ["--out", "out", "--format", shape]
    assert run(["batch", steering, f"no{CSI}.txt", "-m", "extract", "-l", "2", "-q", "--processes", "1", *out]) in (
        3,
        7,
    )
    for path in folder.glob("out*"):
        for file in path.iterdir() if path.is_dir() else [path]:
            assert not CONTROL.search(file.read_text(encoding="utf-8")), file
