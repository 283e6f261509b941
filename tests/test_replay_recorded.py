"""Runs of the real local model, kept in files, shown again to the byte in an environment that has nothing.

`cassettes/runs/NAME.json` is the run, `NAME.out` what the command printed when it was made, `NAME.code` how it exited.
Where the weights are, they are made anew by `pytest -n 0 -m kept --record-mode=rewrite`.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from recorded import FEATURE, NEWS

import summarise
from summarise.runs.files import read_run

RUNS = Path(__file__).parent.parent / "cassettes" / "runs"
PACKAGE = Path(summarise.__file__).parent.parent
OTHER = os.environ.get("OTHER_PYTHON")
"""A Python of another version that has the package installed."""


@dataclass(frozen=True)
class Kept:
    """A run: of which article, and with which options."""

    article: Path
    options: tuple[str, ...] = ()
    text: bool = True


KEPT: Mapping[str, Kept] = {
    "rewritten": Kept(NEWS),
    "drafted": Kept(NEWS, ("--strategy", "direct", "--style", "bullets", "--json")),
    "judged": Kept(NEWS, ("--judge", "local", "--length", "2")),
    "long": Kept(FEATURE, ("--length", "60w", "--no-save-text"), text=False),
}
BLOCKED = """
import socket

def blocked(*arguments, **options):
    open("network", "w").close()
    raise OSError("the network is blocked")

socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = blocked
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = blocked
"""
"""What a Python runs first, in which nobody can be reached; that it was tried leaves a file."""


def made(name: str) -> None:
    """Have the real model make a run, and keep it with what was printed."""
    kept = KEPT[name]
    printed = subprocess.run(
        [
            *(sys.executable, "-m", "summarise", str(kept.article), "--model", "local", "--no-cache", *kept.options),
            *("--save", str(RUNS / f"{name}.json")),
        ],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PACKAGE)},
    )
    (RUNS / f"{name}.out").write_bytes(printed.stdout)
    (RUNS / f"{name}.code").write_text(f"{printed.returncode}\n", encoding="utf-8")


def shown(
    name: str, folder: Path, *, python: str = sys.executable, seed: str = "0", path: str = str(PACKAGE)
) -> subprocess.CompletedProcess[bytes]:
    """Show a run in a folder that has nothing but the files it is made of, in an environment without variables."""
    kept = KEPT[name]
    (folder / "run.json").write_bytes((RUNS / f"{name}.json").read_bytes())
    (folder / "first").mkdir()
    (folder / "first" / "sitecustomize.py").write_text(BLOCKED, encoding="utf-8")
    article = []
    if not kept.text:
        (folder / "article.txt").write_bytes(kept.article.read_bytes())
        article = ["article.txt"]
    return subprocess.run(
        [python, "-m", "summarise", "replay", "run.json", *article],
        capture_output=True,
        check=False,
        cwd=folder,
        timeout=120,
        env={"HOME": str(folder), "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([str(folder / "first"), path])},
    )


def as_then(name: str, folder: Path, result: subprocess.CompletedProcess[bytes]) -> None:
    """Assert that a run was shown to the byte as it was made, judged the same, and that nobody was asked."""
    assert result.stdout == (RUNS / f"{name}.out").read_bytes()
    assert result.returncode == int((RUNS / f"{name}.code").read_text(encoding="utf-8"))
    assert result.stderr.decode().rstrip().endswith("writes and judges the same")
    assert not (folder / "network").exists()


@pytest.fixture
def kept(name: str, record_mode: str) -> str:
    """Return the name of a run, made anew while recording."""
    if record_mode == "rewrite":
        made(name)
    return name


@pytest.mark.slow
@pytest.mark.kept
@pytest.mark.parametrize("name", KEPT)
def test_a_run_is_shown_to_the_byte(kept: str, tmp_path: Path) -> None:
    """Standard output and exit code are those of then; the run went through again, and came to the same."""
    as_then(kept, tmp_path, shown(kept, tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("seed", ["1", "4242"])
def test_no_hash_seed_changes_a_replay(name: str, seed: str, tmp_path: Path) -> None:
    """In whatever order Python's sets are, the same is asked and the same comes of it."""
    as_then(name, tmp_path, shown(name, tmp_path, seed=seed))


@pytest.mark.slow
@pytest.mark.skipif(OTHER is None, reason="needs OTHER_PYTHON: another version's Python with the package installed")
@pytest.mark.parametrize("name", KEPT)
def test_another_python_shows_the_same(name: str, tmp_path: Path) -> None:
    """Installed from its wheel in an environment of another version of Python."""
    assert OTHER is not None
    ask = [OTHER, "-c", "import sys; print(sys.version_info[:2])"]
    assert subprocess.check_output(ask, text=True).strip() != str(sys.version_info[:2])
    as_then(name, tmp_path, shown(name, tmp_path, python=OTHER, path=""))


def test_the_block_blocks(tmp_path: Path) -> None:
    """What the tests take for a network that is blocked is one: a try leaves its file."""
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "sitecustomize.py").write_text(BLOCKED, encoding="utf-8")
    code = "import urllib.request as u\ntry: u.urlopen('http://127.0.0.1:9')\nexcept OSError as e: print(e)"
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": "first"},
    )
    assert "the network is blocked" in result.stdout
    assert (tmp_path / "network").exists()


def test_the_runs_are_of_a_real_model() -> None:
    """Each holds exchanges with the local engine, and every file belongs to a run."""
    for name, kept in KEPT.items():
        run = read_run(RUNS / f"{name}.json")
        assert run.writer.id == "local:smollm2-135m-instruct"
        assert run.exchanges
        assert all(exchange.reply and exchange.reply.prompt_tokens for exchange in run.exchanges)
        assert (run.article.article is None) == (not kept.text)
    assert {path.stem for path in RUNS.iterdir()} == set(KEPT)
