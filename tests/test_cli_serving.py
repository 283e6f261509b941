"""Start-up errors of `summarise serve` and `summarise mcp`."""

import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, run

pytest.importorskip("starlette", reason="needs the extra serve: pip install -e '.[serve]'")
pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize(
    ("code", "options", "token", "message"),
    [
        (2, "--host 192.0.2.1", "", "--token-file"),
        # A server on all addresses does not know its host names.
        (2, "--host 0.0.0.0 --token-file token", "x" * 40, "--allow-host"),
        (2, "--token-file token", "short", "openssl rand"),
        (2, "--token-file token", "with a blank in the middle of it all", "openssl rand"),
        (2, "--token-file token", "", "openssl rand"),
        (2, "--token-file token", "ends\nin a second line of text", "openssl rand"),
        (4, "--token-file nowhere", "", "nowhere"),
        (4, "--port 0 --runs bridge.txt/runs", "", "--runs"),
    ],
)
def test_unsafe_or_impossible_options_are_refused(
    capsys: Capture, code: int, options: str, token: str, message: str
) -> None:
    """The error does not repeat a token."""
    Path("token").write_text(token, encoding="ascii")
    line = fails(capsys, code, "serve", *options.split())
    assert message in line
    assert not token or token not in line


@loopback
def test_a_taken_port_is_an_error(capsys: Capture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert "--port" in fails(capsys, 4, "serve", "--port", str(port), "--runs", "runs")


@pytest.mark.slow
@loopback
@pytest.mark.parametrize("verb", ["serve --port 0", "mcp"])
def test_a_missing_entailment_model_is_an_error(capsys: Capture, verb: str) -> None:
    assert run([*verb.split(), "--runs", "runs", "--workers", "1", "--entailment", "nowhere"]) == 4
    printed = capsys.readouterr().err.splitlines()
    assert "nowhere" in printed[-1]
    assert "Traceback" not in "".join(printed)


@pytest.mark.parametrize("verb", ["serve", "mcp"])
def test_without_the_extra_the_error_says_what_to_install(capsys: Capture, monkeypatch: Any, verb: str) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    assert "pip install 'summarise-checked[serve]'" in fails(capsys, 4, verb)
