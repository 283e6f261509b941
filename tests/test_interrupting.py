"""Ctrl-C and SIGTERM during a command."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from invented import BRIDGE, CABLES, VALLEY, answer
from kept import saved

pytestmark = pytest.mark.slow

STUCK = """
import asyncio, sys, threading
from summarise.cli.progress import interruptible

async def asks_a_thread():
    waiting = asyncio.ensure_future(asyncio.to_thread(threading.Event().wait))
    await asyncio.sleep(0.1)  # the thread waits, and so does the loop
    print("begun", flush=True)
    await waiting

with interruptible(saves=False):
    asyncio.run(asks_a_thread())
"""
# Replaces the function that is named first by one that never ends.
COMPUTING = """
import importlib, sys
from summarise.cli.main import main

def computing(*_, **__):
    print("begun", file=sys.stderr, flush=True)
    while True:
        pass

module, _, name = sys.argv[1].rpartition(".")
setattr(importlib.import_module(module), name, computing)
main(sys.argv[2:])
"""


def interrupted(code: str, *arguments: str, sent: signal.Signals) -> tuple[int, str, float]:
    """Send a signal once the process has printed "begun"; return exit code, output and seconds."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Children of a background shell job ignore SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        began = time.perf_counter()
        process.send_signal(sent)
        out, _ = process.communicate(timeout=30)
        return process.returncode, out, time.perf_counter() - began
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("sent", "arguments"), [(signal.SIGINT, ("facts",)), (signal.SIGTERM, ("-m", "extract"))])
def test_a_computation_ends(sent: signal.Signals, arguments: tuple[str, ...], tmp_path: Path) -> None:
    """It ends with one line and no traceback."""
    article = tmp_path / "article.txt"
    article.write_text(BRIDGE, encoding="utf-8")
    code, out, seconds = interrupted(COMPUTING, "summarise.checks.kinds.extract", *arguments, str(article), sent=sent)
    assert (code, out) == (130, "summarise: interrupted\n")
    assert seconds < 20  # less than 1 on an idle machine


def test_what_cannot_be_cancelled_is_ended() -> None:
    """A thread that blocks forever, for example in a DNS lookup, does not prevent the exit."""
    code, out, seconds = interrupted(STUCK, sent=signal.SIGTERM)
    assert (code, out) == (130, "summarise: interrupted\n")
    assert seconds < 8  # without the 10 seconds that a saved run gets


def test_what_was_asked_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --save, an interrupted run is saved as far as it got."""
    article, run, config = (tmp_path / name for name in ("article.txt", "run.json", "config.toml"))
    article.write_text(VALLEY, encoding="utf-8")
    program = [sys.executable, "-c", f"print({answer(CABLES)!r})"]
    config.write_text(f"[commands.echo]\narguments = {json.dumps(program)}\n", encoding="utf-8")
    monkeypatch.setenv("SUMMARISE_CONFIG", str(config))
    wanted = (
        "summarise.checks.verification.omitted",
        str(article),
        "-m",
        "command:echo",
        "--no-cache",
        "--entailment",
        "off",
        "--quiet",
        "--save",
        str(run),
    )
    code, out, _ = interrupted(COMPUTING, *wanted, sent=signal.SIGTERM)
    assert (code, out) == (130, "summarise: interrupted\n")
    kept = saved(run)
    assert kept.ended is not None
    assert kept.ended.exit_code == 130
    assert kept.exchanges[0].reply is not None
