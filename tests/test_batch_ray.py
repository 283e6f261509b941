"""Batches on a Ray cluster."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import killing_batch
import pytest
from batches import written
from command_line import Capture, fails, loopback, model, said
from invented import BRIDGE, CABLES, FALSE, VEHICLES

TUNNEL = "Drivers are being sent to the Mill Street tunnel, which was widened in 2019."
BATCH = ("batch", "bridge.txt", "--out", "out.jsonl", "--model", "extract")
ROOT = Path(__file__).parent.parent
PLAIN = ("--entailment", "off", "--processes", "2", "--quiet")
MISSING = "Ray is not installed: pip install 'summarise-checked[ray]'"
SECONDS = 300
"""Each process of a cluster first loads program and parser."""
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
    "RAY_AUTH_MODE": "disabled",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    # Ray gives its workers a low priority by default.
    "RAY_worker_niceness": "0",
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Yield the address of a cluster on loopback with two CPUs."""
    pytest.importorskip("ray", reason=MISSING)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    options = ["--head", "--block", "--node-ip-address", "127.0.0.1", "--port", address.rpartition(":")[2]]
    options += ["--num-cpus", "2", "--object-store-memory", "100000000", "--include-dashboard", "false"]
    # The paths of sockets are limited in length, and pytest's folders are deep.
    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp", ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", *options, "--temp-dir", folder]
        head = subprocess.Popen(
            [*command, "--disable-usage-stats"],
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_for(address, head)
            yield address
        finally:
            head.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                head.wait(30)
            with suppress(ProcessLookupError):
                os.killpg(head.pid, signal.SIGKILL)


def _wait_for(address: str, head: "subprocess.Popen[bytes]") -> None:
    joined = f"import ray; ray.init({address!r}, logging_level=50); assert ray.cluster_resources()['CPU'] == 2"
    for _ in range(20):
        if head.poll() is not None:
            pytest.fail("the Ray cluster ended before it was ready")
        if not subprocess.run(
            [sys.executable, "-c", joined], env=ENVIRONMENT, capture_output=True, check=False
        ).returncode:
            return
        time.sleep(1)
    pytest.fail("the Ray cluster was not ready in time")


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def without_times(record: Any) -> Any:
    if isinstance(record, dict):
        return {name: without_times(value) for name, value in record.items() if name != "seconds"}
    return [without_times(one) for one in record] if isinstance(record, list) else record


@pytest.mark.slow
def test_both_engines_give_the_same_records(tmp_path: Path, cluster: str) -> None:
    (tmp_path / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    rows: list[dict[str, str]] = [{"text": BRIDGE.replace("12 of its 30", f"{one} of its 99")} for one in range(2, 6)]
    rows += [{"path": "bridge.txt"}, {"text": " "}]
    table = "".join(f"{json.dumps({'id': f'a{one}', 'summary': CABLES, **row})}\n" for one, row in enumerate(rows))
    (tmp_path / "in.jsonl").write_text(table, encoding="utf-8")
    on_cluster = ("--engine", "ray", "--address", cluster)
    for verb in (("batch", "in.jsonl", "--model", "extract"), ("check", "--pairs", "in.jsonl")):
        for out, engine in (("here.jsonl", ()), ("there.jsonl", on_cluster)):
            ended = run(tmp_path, "-m", "summarise", *verb, "--out", f"{verb[0]}-{out}", *PLAIN, *engine)
            assert ended.returncode == 7, ended.stderr
        here, there = (written(tmp_path / f"{verb[0]}-{out}") for out in ("here.jsonl", "there.jsonl"))
        assert len(here) == 6
        assert without_times(there) == without_times(here)


@pytest.mark.slow
@loopback
def test_ceilings_hold_over_the_cluster_and_over_all_runs(
    tmp_path: Path, cluster: str, serve: Callable[..., str]
) -> None:
    """With a higher ceiling the same command continues."""
    asked: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        asked.append(user)
        return said(VEHICLES, TUNNEL)

    table = (
        json.dumps({"id": str(one), "text": BRIDGE.replace("12 of its 30", f"{one} of its 99")}) for one in range(2, 8)
    )
    (tmp_path / "in.jsonl").write_text("\n".join(table), encoding="utf-8")
    batch = ["-m", "summarise", "batch", "in.jsonl", "--out", "out.jsonl", "--length", "2", "--no-cache", *PLAIN]
    batch += ["--engine", "ray", "--address", cluster, *model(serve(respond))]
    stopped = run(tmp_path, *batch, "--max-calls", "4")
    assert stopped.returncode == 7
    assert "a ceiling of the batch is reached" in stopped.stderr
    assert len(asked) == 4
    assert run(tmp_path, *batch, "--max-calls", "6").returncode == 0
    assert len(asked) == 6
    assert len(written(tmp_path / "out.jsonl")) == 6


@pytest.mark.slow
@loopback
def test_an_article_whose_share_is_too_small_gets_all_that_is_left(
    tmp_path: Path, cluster: str, serve: Callable[..., str]
) -> None:
    """It is repeated alone."""
    asked: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        asked.append(user)
        return said(VEHICLES, FALSE)

    (tmp_path / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    options = ["--length", "2", "--no-cache", *PLAIN, "--engine", "ray", "--address", cluster, "--max-calls", "9"]
    ended = run(tmp_path, "-m", "summarise", *BATCH[:4], *options, *model(serve(respond)))
    (record,) = written(tmp_path / "out.jsonl")
    assert "summary" in record, ended.stderr
    needed = record["summary"]["run"]["calls"]
    assert 1 < len(needed) < len(asked) <= 9


@pytest.mark.slow
def test_a_killed_process_loses_nothing(tmp_path: Path, cluster: str) -> None:
    """Only an article that ends every process fails."""
    ended = run(tmp_path, str(ROOT / "tests" / "killing_batch.py"), cluster)
    assert ended.returncode == 0, ended.stderr
    killing_batch.lost_nothing(tmp_path)


def test_options_of_a_cluster_are_for_a_cluster(capsys: Capture, folder: Path) -> None:
    """The error is the only line, even if the model is chosen by default."""
    assert "--address is for a cluster: add --engine ray" in fails(capsys, 2, *BATCH, "--address", "auto")
    assert "--num-cpus is for a cluster" in fails(capsys, 2, *BATCH, "--engine", "local", "--num-cpus", "2")
    assert "--num-cpus is for a cluster" in fails(capsys, 2, *BATCH[:4], "--num-cpus", "2")


def test_without_ray_the_command_says_how_to_install_it(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "pip install 'summarise-checked[ray]'" in fails(capsys, 4, *BATCH, "--engine", "ray")
    assert not Path("out.jsonl.journal").exists()


@loopback
def test_a_missing_cluster_is_reported_at_once(capsys: Capture, folder: Path) -> None:
    pytest.importorskip("ray", reason=MISSING)
    nobody = fails(capsys, 4, *BATCH, "--engine", "ray", "--address", "127.0.0.1:9")
    assert "no Ray cluster can be used at 127.0.0.1:9" in nobody
    assert not Path("out.jsonl.journal").exists()
