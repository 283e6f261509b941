"""The command as a process: internal errors, interruption, streams, terminals and keys."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import KEY, Capture, command, fails, loopback, model, said
from invented import BRIDGE, CABLES, VEHICLES

from summarise import StageProgress
from summarise.cli.main import run
from summarise.cli.progress import watched

pytestmark = pytest.mark.usefixtures("folder")


# internal errors and streams


def test_a_fault_of_ours_is_one_line_and_70(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected exception gives one line and exit code 70, without a traceback."""

    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("a\nfault")

    monkeypatch.setattr("summarise.cli.commands.facts.read_source", broken)
    assert fails(capsys, 70, "facts", "bridge.txt").endswith("please report it: RuntimeError: a fault")


def test_interrupted_is_130(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:

    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("summarise.cli.commands.facts.read_source", interrupted)
    assert fails(capsys, 130, "facts", "bridge.txt") == "interrupted"


@pytest.mark.slow
@loopback
def test_sigint_while_a_server_is_asked_is_130(serve: Callable[..., str]) -> None:
    asked, over = threading.Event(), threading.Event()

    def hang(_: str) -> tuple[int, dict[str, Any]]:
        asked.set()
        over.wait(30)
        return said(CABLES)

    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", "bridge.txt", *model(serve(hang))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background jobs ignore SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert asked.wait(30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        over.set()
        process.kill()
        process.wait()
    assert (process.returncode, out, err) == (130, "", "summarise: interrupted\n")


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
def test_a_reader_that_goes_away_changes_nothing() -> None:
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
def test_a_full_disk_is_told() -> None:
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


def test_an_article_cannot_steer_the_terminal(capsys: Capture, folder: Path) -> None:
    """Control characters in an article are not printed."""
    (folder / "esc.txt").write_text("It rained in \x1b[31mBrelmouth\x9b2J on 9 May 2026.\x07", encoding="utf-8")
    assert run(["facts", "esc.txt"]) == 0
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", capsys.readouterr().out)


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
    err = os.read(ours, 65536).decode()
    os.close(ours)
    assert out.decode() == f"{CABLES}\n"
    assert "drafting: 0 of 1 chunks …" in err
    shown = err.rsplit("\x1b[K", 1)[1]
    assert shown.startswith("1 of 1 sentences supported")
    assert shown.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("verbose", [0, 1])
def test_on_a_terminal_a_line_that_did_not_change_is_not_drawn_again(
    monkeypatch: pytest.MonkeyPatch, verbose: int
) -> None:
    """An unchanged line is drawn again only with a log, whose lines overwrite it."""
    import pty

    ours, theirs = pty.openpty()
    monkeypatch.setattr("summarise.cli.progress.TICK", 0.01)
    with open(theirs, "w", closefd=False) as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with watched(quiet=False, verbose=verbose) as progress:
            assert progress is not None
            for done in (0, 1):
                progress(StageProgress(stage="draft", done=done, total=2))
                time.sleep(0.3)
    shown = os.read(ours, 65536).decode()
    os.close(theirs)
    os.close(ours)
    for done in (0, 1):
        assert (shown.count(f"drafting: {done} of 2 chunks") > 1) is bool(verbose)
        assert f"drafting: {done} of 2 chunks" in shown


@pytest.mark.slow
@loopback
def test_no_key_is_in_any_output(capsys: Capture, monkeypatch: pytest.MonkeyPatch, serve: Callable[..., str]) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert run(["bridge.txt", "--json", *model(serve(lambda _: said(CABLES, VEHICLES)))]) == 0
    output = capsys.readouterr()
    assert KEY not in output.out + output.err
    assert json.loads(output.out)["run"]["prompt_tokens"] == 90
