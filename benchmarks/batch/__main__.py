"""Measure batches, each in separate processes, and print a table.

    python -m benchmarks.batch kills [--articles 1000] [--kills 10] [--engine ray]
    python -m benchmarks.batch memory [--sizes 100 1000 10000] [--words 300]
    python -m benchmarks.batch server [--articles 500] [--latency 1] [--concurrency 32] [--faults 0.1] [--max-calls N]
    python -m benchmarks.batch pairs [--pairs 1000] [--words 300]

`kills` kills a batch (signal 9) at random moments, resumes it, and counts the records of the final output. `memory`
samples the resident memory of the batch and of its processes. `server` compares the wall time with the larger of two
values: calls x latency / concurrency; and CPU time / cores, for the same batch with a server that answers immediately.
`pairs` measures checked pairs per second.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.batch.inputs import WORDS, articles, ids_in, pairs, write_table
from benchmarks.cost import family_mib

ROOT = Path(__file__).parents[2]
EVERY = 0.2
"""Seconds between two samples of the memory."""
BATCH = ("batch", "in.jsonl", "--out", "out.jsonl", "--no-cache")
EXTRACT = (*BATCH, "--model", "extract")


class Measured(NamedTuple):
    """A run of the command: exit code, wall and CPU time in seconds, peak memory of all processes, output."""

    code: int
    seconds: float
    processor: float
    mib: float
    told: str


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the command in a folder, as a new session."""
    return subprocess.Popen(
        [sys.executable, "-m", "summarise", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": "none"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def measured(folder: Path, *arguments: str) -> Measured:
    """Run the command in a folder and measure it."""
    before, begun = os.times(), time.perf_counter()
    process = started(folder, *arguments, "--quiet")
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, family_mib(process.pid))
        time.sleep(EVERY)
    told = process.communicate()[1]
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(process.returncode, time.perf_counter() - begun, processor, peak, told)


def complete(one: Measured, output: Path, count: int) -> Measured:
    """Return the run if its output has `count` records, else exit and print what the command printed."""
    there = len(ids_in(output)) if output.exists() else 0
    if there < count:
        sys.exit(f"{there} of {count} records, exit code {one.code}: {one.told.strip()}")
    return one


def kills(folder: Path, count: int, times: int, engine: str) -> None:
    """Kill and resume a batch at random moments, and count the records in the end."""
    write_table(folder / "in.jsonl", articles(count))
    command = (*EXTRACT, "--engine", engine) if engine != "local" else EXTRACT
    chance, done = random.Random(1), 0
    for number in range(times):
        process = started(folder, *command, "--quiet")
        until = done + chance.randint(1, max(1, count // times))
        while _records(folder / "out.jsonl.journal") < until and process.poll() is None:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 1))
        ended = process.poll()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        done = _records(folder / "out.jsonl.journal")
        print(f"kill {number + 1}: {done} records{'' if ended is None else ', it had ended'}", file=sys.stderr)
    last = measured(folder, *command)
    found = Counter(ids_in(folder / "out.jsonl"))
    appended = _records(folder / "out.jsonl.journal")
    print(
        f"| {count} articles, {times} kills | in the output {len(found)} | missing {count - len(found)} | "
        f"twice {sum(one > 1 for one in found.values())} | journal's records {appended} | exit code {last.code} |"
    )


def _records(journal: Path) -> int:
    try:
        return sum(b'"result":' in line and line.endswith(b"\n") for line in journal.open("rb"))
    except OSError:
        return 0


def memory(folder: Path, sizes: list[int], words: int) -> None:
    """Measure memory and articles per second for batches of these sizes."""
    print(
        "| articles | words | seconds | a second | processor's s | peak MiB, all processes |\n|---|---|---|---|---|---|"
    )
    for count in sizes:
        here = folder / str(count)
        here.mkdir()
        write_table(here / "in.jsonl", articles(count, words))
        one = complete(measured(here, *EXTRACT), here / "out.jsonl", count)
        rate = count / one.seconds
        print(
            f"| {count} | {words} | {one.seconds:.0f} | {rate:.2f} | {one.processor:.0f} | {one.mib:.0f} |", flush=True
        )


@contextmanager
def serving(latency: float, faults: float) -> Iterator[str]:
    """Run the stub server, and yield its address."""
    command = [sys.executable, "-m", "benchmarks.batch.stub", "--latency", str(latency), "--faults", str(faults)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def server(folder: Path, count: int, latency: float, concurrency: int, faults: float, ceiling: int | None) -> None:
    """Compare the wall time with the ideal one."""
    write_table(folder / "in.jsonl", articles(count))
    found = []
    for delay, share in ((0.0, 0.0), (latency, faults)):
        with serving(delay, share) as address:
            asked = (*BATCH, "--model", "openai:stub", "--base-url", address, "--concurrency", str(concurrency))
            limit = ("--max-calls", str(ceiling)) if ceiling and delay else ()
            one = measured(folder, *asked, "--fresh", *limit)
            with urllib.request.urlopen(address.replace("/v1", "/asked")) as answer:
                found.append((one, json.load(answer)))
    (quick, _), (slow, told) = found
    cores = len(os.sched_getaffinity(0))
    waiting, working = told["requests"] * latency / concurrency, quick.processor / cores
    ideal = max(waiting, working)
    print("| articles | requests | faults | calls x latency / concurrency | processor's time / cores | time | over |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {count} | {told['requests']} | {told.get('faults', 0)} | {waiting:.1f} s | {working:.1f} s | "
        f"{slow.seconds:.1f} s | {slow.seconds / ideal - 1:+.0%} |"
    )
    print(f"with an answer at once: {quick.seconds:.1f} s, exit code {quick.code}; measured: exit code {slow.code}")
    print(slow.told.strip())


def checked_pairs(folder: Path, count: int, words: int) -> None:
    """Measure pairs per second with one process, and with one process per core."""
    write_table(folder / "in.jsonl", pairs(count, words))
    print("| processes | pairs | words | seconds | pairs a second | processor's s a pair |\n|---|---|---|---|---|---|")
    for processes in (1, len(os.sched_getaffinity(0))):
        output = folder / f"out{processes}.jsonl"
        command = ("check", "--pairs", "in.jsonl", "--out", output.name, "--processes", str(processes))
        one = complete(measured(folder, *command), output, count)
        rates = f"{one.seconds:.0f} | {count / one.seconds:.2f} | {one.processor / count:.2f}"
        print(f"| {processes} | {count} | {words} | {rates} |", flush=True)


def main() -> None:
    """Run the measurement named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["kills", "memory", "server", "pairs"])
    parser.add_argument("--articles", type=int)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--engine", default="local")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--words", type=int, default=WORDS, help="of an article")
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--max-calls", type=int)
    parser.add_argument("--pairs", type=int, default=1000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        match wanted.what:
            case "kills":
                kills(folder, wanted.articles or 1000, wanted.kills, wanted.engine)
            case "memory":
                memory(folder, wanted.sizes, wanted.words)
            case "server":
                count = wanted.articles or 500
                server(folder, count, wanted.latency, wanted.concurrency, wanted.faults, wanted.max_calls)
            case "pairs":
                checked_pairs(folder, wanted.pairs, wanted.words)


if __name__ == "__main__":
    main()
