"""Running the command in tests: a folder to work in, a server on loopback, one-line failures.

conftest.py registers the fixtures.
"""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from invented import BRIDGE, CABLES, FALSE, VALLEY, VEHICLES, answer
from wire_server import serving

import summarise
from summarise.cli import progress
from summarise.cli.main import run

KEY = "sk-invented-0123456789abcdef"
ROOT = Path(summarise.__file__).parent.parent
loopback = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Work in a folder with an article, a page and a summary; nothing is set, and no weights are there."""
    monkeypatch.setenv("SUMMARISE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(progress, "EVERY", 3600.0)  # a slow machine is told of no progress
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (tmp_path / "valley.txt").write_text(VALLEY, encoding="utf-8")
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "true.txt").write_text(f"{CABLES} {VEHICLES}\n", encoding="utf-8")
    (tmp_path / "false.txt").write_text(f"{VEHICLES} {FALSE}\n", encoding="utf-8")
    return tmp_path


PARAGRAPHS = "".join(f"<p>{part}</p>" for part in BRIDGE.split("\n\n")[2:-1])
PAGE = f"<!DOCTYPE html><html><head><title>Bridge</title></head><body><article>{PARAGRAPHS}</article></body></html>"


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Put data on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "summarise", *arguments], capture_output=True, text=True, timeout=60, **options
    )


def fails(capsys: Capture, code: int, *arguments: str) -> str:
    """Run the command, which must fail in one line on standard error and print nothing, and return the line."""
    assert run(list(arguments)) == code
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    assert line.startswith("summarise: ")
    assert "Traceback" not in line
    assert KEY not in line
    return line.removeprefix("summarise: ")


# a server on loopback, for what only happens with a model


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Return a function that starts a server answering each request by `respond(user message)`; it returns the URL."""
    with ExitStack() as servers:

        def start(respond: Callable[[str], tuple[int, dict[str, Any]]]) -> str:
            return servers.enter_context(serving(lambda body: respond(body["messages"][-1]["content"])))

        yield start


def said(*sentences: str, finish: str = "stop", read: int = 90) -> tuple[int, dict[str, Any]]:
    """Return a server's answer with these sentences, having read so many tokens."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": answer(*sentences)}}
    return 200, {"model": "invented-1", "choices": [choice], "usage": {"prompt_tokens": read, "completion_tokens": 30}}


def model(url: str) -> list[str]:
    """Return the options that name a model on that server."""
    return ["--model", "openai:invented-1", "--base-url", url]
