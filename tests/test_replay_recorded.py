"""Runs of the real local model, replayed without network or environment.

`cassettes/runs/NAME.json` is the run, `NAME.out` its output, `NAME.code` its exit code. To record them again, with the
weights in the cache: `pytest -n 0 -m kept --record-mode=rewrite`.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from kept import saved
from recorded import FEATURE, NEWS

import summarise

RUNS = Path(__file__).parent.parent / "cassettes" / "runs"
PACKAGE = Path(summarise.__file__).parent.parent
OTHER = os.environ.get("OTHER_PYTHON")
"""Another version's Python that has the package installed."""


KEPT: Mapping[str, tuple[Path, tuple[str, ...]]] = {
    "rewritten": (NEWS, ()),
    "drafted": (NEWS, ("--prompt", "draft/bullets/v1", "--style", "bullets", "--json")),
    "judged": (NEWS, ("--judge", "local", "--length", "2")),
    "long": (FEATURE, ("--length", "60w", "--no-save-text")),
}
"""The article and the options of each run."""
BLOCKED = """
import socket

def blocked(*arguments, **options):
    open("network", "w").close()
    raise OSError("the network is blocked")

socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = blocked
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = blocked
"""
"""Blocks the network; each attempt leaves a file."""


def record(name: str) -> None:
    """Record a run of the real model."""
    article, options = KEPT[name]
    command = [sys.executable, "-m", "summarise", str(article), "--model", "local", "--no-cache", *options]
    printed = subprocess.run(
        [*command, "--save", str(RUNS / f"{name}.json")],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PACKAGE)},
    )
    (RUNS / f"{name}.out").write_bytes(printed.stdout)
    (RUNS / f"{name}.code").write_text(f"{printed.returncode}\n", encoding="utf-8")


def shown_again(
    name: str, folder: Path, *, python: str = sys.executable, seed: str = "0", path: str = str(PACKAGE)
) -> None:
    """Replay a run in an otherwise empty folder and environment.

    Assert equal output, exit code and verdicts, and no use of the network.
    """
    article, options = KEPT[name]
    (folder / "run.json").write_bytes((RUNS / f"{name}.json").read_bytes())
    (folder / "first").mkdir()
    (folder / "first" / "sitecustomize.py").write_text(BLOCKED, encoding="utf-8")
    result = subprocess.run(
        [python, "-m", "summarise", "replay", "run.json", *([str(article)] if "--no-save-text" in options else [])],
        capture_output=True,
        check=False,
        cwd=folder,
        timeout=120,
        env={"HOME": str(folder), "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([str(folder / "first"), path])},
    )
    assert result.stdout == (RUNS / f"{name}.out").read_bytes()
    assert result.returncode == int((RUNS / f"{name}.code").read_text(encoding="utf-8"))
    assert result.stderr.decode().rstrip().endswith("writes and judges the same")
    assert not (folder / "network").exists()


@pytest.mark.slow
@pytest.mark.kept
@pytest.mark.parametrize("seed", ["0", "1", "4242"])
@pytest.mark.parametrize("name", KEPT)
def test_a_run_is_shown_to_the_byte(name: str, seed: str, record_mode: str, tmp_path: Path) -> None:
    """The exit code is the same, too, for any hash seed."""
    if record_mode == "rewrite" and seed == "0":
        record(name)
    shown_again(name, tmp_path, seed=seed)


@pytest.mark.slow
@pytest.mark.skipif(OTHER is None, reason="needs OTHER_PYTHON: another version's Python with the package installed")
@pytest.mark.parametrize("name", KEPT)
def test_another_python_shows_the_same(name: str, tmp_path: Path) -> None:
    version = [str(OTHER), "-c", "import sys; print(sys.version_info[:2])"]
    assert subprocess.check_output(version, text=True).strip() != str(sys.version_info[:2])
    shown_again(name, tmp_path, python=str(OTHER), path="")


def test_the_runs_are_of_a_real_model() -> None:
    for name, (_, options) in KEPT.items():
        run = saved(RUNS / f"{name}.json")
        assert run.writer.id == "local:smollm2-135m-instruct"
        assert run.exchanges
        assert all(exchange.reply and exchange.reply.prompt_tokens for exchange in run.exchanges)
        assert (run.article.article is None) == ("--no-save-text" in options)
    assert {path.stem for path in RUNS.iterdir()} == set(KEPT)
