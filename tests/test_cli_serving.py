"""Start-up errors of `summarise serve` and `summarise mcp`."""

import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback

from summarise.cli.main import run

pytest.importorskip("starlette", reason="needs the extra serve: pip install -e '.[serve]'")
pytestmark = pytest.mark.usefixtures("folder")


def test_other_machines_need_a_token_of_ones_own(capsys: Capture) -> None:
    assert "--token-file" in fails(capsys, 2, "serve", "--host", "192.0.2.1")


def test_all_addresses_need_a_name(capsys: Capture) -> None:
    """A server on all addresses does not know its host names."""
    Path("token").write_text("x" * 40, encoding="ascii")
    assert "--allow-host" in fails(capsys, 2, "serve", "--host", "0.0.0.0", "--token-file", "token")


@pytest.mark.parametrize(
    "token", ["short", "with a blank in the middle of it all", "", "ends\nin a second line of text"]
)
def test_a_weak_token_is_refused(capsys: Capture, token: str) -> None:
    """The error does not repeat it."""
    Path("token").write_text(token, encoding="ascii")
    told = fails(capsys, 2, "serve", "--token-file", "token")
    assert "openssl rand" in told
    assert not token or token not in told


def test_a_token_file_that_is_not_there_is_told(capsys: Capture) -> None:
    assert "nowhere" in fails(capsys, 4, "serve", "--token-file", "nowhere")


@loopback
def test_a_port_that_is_taken_is_told(capsys: Capture) -> None:
    """The error names the option."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert "--port" in fails(capsys, 4, "serve", "--port", str(port), "--runs", "runs")


def test_a_folder_that_cannot_be_made_is_told(capsys: Capture) -> None:
    """Its parent is a file."""
    assert "--runs" in fails(capsys, 4, "serve", "--port", "0", "--runs", "bridge.txt/runs")


@loopback
def test_an_entailment_model_that_is_not_there_is_told(capsys: Capture) -> None:
    """The server ends before it serves."""
    assert run(["serve", "--port", "0", "--runs", "runs", "--workers", "1", "--entailment", "nowhere"]) == 4
    told = capsys.readouterr().err.splitlines()
    assert "nowhere" in told[-1]
    assert "Traceback" not in "".join(told)


@pytest.mark.parametrize("verb", ["serve", "mcp"])
def test_without_the_extra_it_is_told_what_to_install(capsys: Capture, monkeypatch: Any, verb: str) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    assert "pip install 'summarise-checked[serve]'" in fails(capsys, 4, verb)
