"""Runs of the real local model, replayed without network or environment.

`cassettes/runs/NAME.json` is the run, `NAME.out` its output, `NAME.code` its exit code. To record them again, with the
weights in the cache: `pytest -n 0 -m kept --record-mode=rewrite`.
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
"""Another version's Python that has the package installed."""


@dataclass(frozen=True)
class Kept:
    """A run's article and options."""

    article: Path
    options: tuple[str, ...] = ()
    text: bool = True


KEPT: Mapping[str, Kept] = {
    "rewritten": Kept(NEWS),
    "drafted": Kept(NEWS, ("--prompt", "draft/bullets/v1", "--style", "bullets", "--json")),
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
"""Blocks the network; each attempt leaves a file."""


def made(name: str) -> None:
    """Record a run of the real model."""
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
    """Replay a run in an otherwise empty folder and environment."""
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
    """Assert equal output, exit code and verdicts, and no use of the network."""
    assert result.stdout == (RUNS / f"{name}.out").read_bytes()
    assert result.returncode == int((RUNS / f"{name}.code").read_text(encoding="utf-8"))
    assert result.stderr.decode().rstrip().endswith("writes and judges the same")
    assert not (folder / "network").exists()


@pytest.fixture
def kept(name: str, record_mode: str) -> str:
    """Return the run's name; record it in rewrite mode."""
    if record_mode == "rewrite":
        made(name)
    return name


@pytest.mark.slow
@pytest.mark.kept
@pytest.mark.parametrize("name", KEPT)
def test_a_run_is_shown_to_the_byte(kept: str, tmp_path: Path) -> None:
    """The exit code is the same too."""
    as_then(kept, tmp_path, shown(kept, tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("seed", ["1", "4242"])
def test_no_hash_seed_changes_a_replay(name: str, seed: str, tmp_path: Path) -> None:
    as_then(name, tmp_path, shown(name, tmp_path, seed=seed))


@pytest.mark.slow
@pytest.mark.skipif(OTHER is None, reason="needs OTHER_PYTHON: another version's Python with the package installed")
@pytest.mark.parametrize("name", KEPT)
def test_another_python_shows_the_same(name: str, tmp_path: Path) -> None:
    assert OTHER is not None
    ask = [OTHER, "-c", "import sys; print(sys.version_info[:2])"]
    assert subprocess.check_output(ask, text=True).strip() != str(sys.version_info[:2])
    as_then(name, tmp_path, shown(name, tmp_path, python=OTHER, path=""))


def test_the_block_blocks(tmp_path: Path) -> None:
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
    for name, kept in KEPT.items():
        run = read_run(RUNS / f"{name}.json")
        assert run.writer.id == "local:smollm2-135m-instruct"
        assert run.exchanges
        assert all(exchange.reply and exchange.reply.prompt_tokens for exchange in run.exchanges)
        assert (run.article.article is None) == (not kept.text)
    assert {path.stem for path in RUNS.iterdir()} == set(KEPT)
