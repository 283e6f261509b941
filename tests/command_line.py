"""Fixtures (registered in conftest.py) and helpers for tests of the command."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from invented import BRIDGE, CABLES, FALSE, VALLEY, VEHICLES, answer
from keyed_server import serving

import summarise
from summarise.cli import progress
from summarise.cli.main import REMOVED as REMOVED
from summarise.cli.main import VERBS as VERBS
from summarise.cli.main import run as run
from summarise.cli.main import summarise_command as summarise_command

KEY = "sk-invented-0123456789abcdef"
ROOT = Path(summarise.__file__).parent.parent
loopback = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Change to a folder with articles and summaries, without settings or model weights.

    The entailment model is off in quick tests, unless they use `built_in` or `--entailment`.
    """
    monkeypatch.setenv("SUMMARISE_CACHE_DIR", str(tmp_path / "cache"))
    if not request.node.get_closest_marker("slow"):
        monkeypatch.setenv("SUMMARISE_ENTAILMENT", "off")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(progress, "EVERY", 3600.0)  # a slow machine prints no progress
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (tmp_path / "valley.txt").write_text(VALLEY, encoding="utf-8")
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "true.txt").write_text(f"{CABLES} {VEHICLES}\n", encoding="utf-8")
    (tmp_path / "false.txt").write_text(f"{VEHICLES} {FALSE}\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def built_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the built-in entailment model in `folder`, which is the default of the command."""
    monkeypatch.delenv("SUMMARISE_ENTAILMENT", raising=False)


PARAGRAPHS = "".join(f"<p>{part}</p>" for part in BRIDGE.split("\n\n")[2:-1])
PAGE = f"<!DOCTYPE html><html><head><title>Bridge</title></head><body><article>{PARAGRAPHS}</article></body></html>"


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Put `data` on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "summarise", *arguments], capture_output=True, text=True, timeout=60, **options
    )


def fails(capsys: Capture, code: int, *arguments: str) -> str:
    """Run the command, which must fail with one line on standard error only. Returns that line without its prefix."""
    assert run(list(arguments)) == code
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    assert line.startswith("summarise: ")
    assert "Traceback" not in line
    assert KEY not in line
    return line.removeprefix("summarise: ")


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Return a function that starts a server and returns its URL. `respond` gets the user message."""
    with ExitStack() as servers:

        def start(respond: Callable[[str], tuple[int, dict[str, Any]]]) -> str:
            return servers.enter_context(serving(lambda body: respond(body["messages"][-1]["content"])))

        yield start


def said(*sentences: str, finish: str = "stop", read: int = 90) -> tuple[int, dict[str, Any]]:
    """Build a server's response. `read` is the number of prompt tokens."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": answer(*sentences)}}
    return 200, {"model": "invented-1", "choices": [choice], "usage": {"prompt_tokens": read, "completion_tokens": 30}}


def model(url: str) -> list[str]:
    return ["--model", "openai:invented-1", "--base-url", url]


def terminal_output(descriptor: int) -> str:
    """Read all that was written to a pseudo-terminal whose other end is closed, and close it."""
    output = b""
    with suppress(OSError):  # the end of the output, on Linux
        while piece := os.read(descriptor, 65536):
            output += piece
    os.close(descriptor)
    return output.decode()
