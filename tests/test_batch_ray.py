"""The same batch on a Ray cluster: the same records, and nothing lost with a worker."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batches import written
from command_line import command
from invented import BRIDGE

pytest.importorskip("ray")
pytestmark = pytest.mark.slow
PLAIN = ("--model", "extract", "--entailment", "off", "--quiet")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """Start a cluster of one machine on loopback, and yield its address."""
    ray = [sys.executable, "-m", "ray.scripts.scripts"]
    options = ["--head", "--node-ip-address", "127.0.0.1", "--port", "6399", "--num-cpus", "2", "--disable-usage-stats"]
    options += [
        "--include-dashboard",
        "false",
        "--temp-dir",
        str(tmp_path / "ray"),
        "--object-store-memory",
        "100000000",
    ]
    subprocess.run([*ray, "start", *options], check=True, capture_output=True, timeout=120)
    try:
        yield "127.0.0.1:6399"
    finally:
        subprocess.run([*ray, "stop", "--force"], check=False, capture_output=True, timeout=60)


def many(folder: Path, count: int) -> None:
    """Write a table of so many articles, one of which cannot be read."""
    texts = [BRIDGE.replace("12 of its 30", f"{number + 2} of its 999") for number in range(count)] + [" "]
    rows = [{"id": f"a{number}", "text": text} for number, text in enumerate(texts)]
    (folder / "in.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def without_times(record: Any) -> Any:
    """Return a record without what depends on the time."""
    if isinstance(record, dict):
        return {name: without_times(value) for name, value in record.items() if name != "seconds"}
    return [without_times(one) for one in record] if isinstance(record, list) else record


def test_both_engines_give_the_same_records_and_a_killed_worker_loses_none(folder: Path, cluster: str) -> None:
    """A worker is killed while it works; the records are those of the other engine, order and times aside."""
    many(folder, 80)
    here = command("batch", "in.jsonl", "--out", "here.jsonl", *PLAIN, "--processes", "1")
    assert here.returncode == 7, here.stderr
    options = ["--engine", "ray", "--address", cluster, "--workers", "2"]
    running = subprocess.Popen(
        [sys.executable, "-m", "summarise", "batch", "in.jsonl", "--out", "there.jsonl", *PLAIN, *options],
        stderr=subprocess.PIPE,
        text=True,
    )
    journal = folder / "there.jsonl.journal"
    deadline = time.monotonic() + 120
    while not (journal.exists() and journal.stat().st_size > 4000) and time.monotonic() < deadline:
        time.sleep(0.1)
    killed = [pid for pid in workers() if running.poll() is None][:1]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    _, told = running.communicate(timeout=240)
    assert killed
    assert running.returncode == 7, told
    one, other = (
        sorted(map(json.dumps, map(without_times, written(folder / name)))) for name in ("here.jsonl", "there.jsonl")
    )
    assert one == other
    records = [line for line in journal.read_bytes().splitlines() if line.startswith(b'{"id"')]
    assert len(records) == 81


def workers() -> list[int]:
    """Return the processes that do the work of a batch: Ray names them by what they do."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"MapWorker" in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found
