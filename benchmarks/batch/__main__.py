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
    """A run of the command: exit code, wall and CPU time in seconds, peak memory of all processes, messages."""

    code: int
    seconds: float
    processor: float
    mib: float
    messages: str


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the command in a folder, in a session of its own."""
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
    messages = process.communicate()[1]
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(process.returncode, time.perf_counter() - begun, processor, peak, messages)


def complete(run: Measured, output: Path, count: int) -> Measured:
    """Return `run` if its output has `count` records, else exit with the messages of the command."""
    records = len(ids_in(output)) if output.exists() else 0
    if records < count:
        sys.exit(f"{records} of {count} records, exit code {run.code}: {run.messages.strip()}")
    return run


def kills(folder: Path, count: int, times: int, engine: str) -> None:
    """Kill a batch at random moments and resume it each time. Then count the records in its output."""
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
        print(f"kill {number + 1}: {done} records{'' if ended is None else ', after its end'}", file=sys.stderr)
    last = measured(folder, *command)
    copies = Counter(ids_in(folder / "out.jsonl"))
    appended = _records(folder / "out.jsonl.journal")
    print(
        f"| {count} articles, {times} kills | in the output {len(copies)} | missing {count - len(copies)} | "
        f"twice {sum(number > 1 for number in copies.values())} | in the journal {appended} | exit code {last.code} |"
    )


def _records(journal: Path) -> int:
    try:
        return sum(b'"result":' in line and line.endswith(b"\n") for line in journal.open("rb"))
    except OSError:
        return 0


def memory(folder: Path, sizes: list[int], words: int) -> None:
    """Measure time and memory of a batch for each number of articles in `sizes`."""
    print("| articles | words | seconds | a second | CPU s | peak MiB, all processes |\n|---|---|---|---|---|---|")
    for count in sizes:
        batch_folder = folder / str(count)
        batch_folder.mkdir()
        write_table(batch_folder / "in.jsonl", articles(count, words))
        run = complete(measured(batch_folder, *EXTRACT), batch_folder / "out.jsonl", count)
        rate = count / run.seconds
        print(
            f"| {count} | {words} | {run.seconds:.0f} | {rate:.2f} | {run.processor:.0f} | {run.mib:.0f} |", flush=True
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
    """Compare the wall time of a batch with the ideal time (see the module)."""
    write_table(folder / "in.jsonl", articles(count))
    runs = []
    for delay, share in ((0.0, 0.0), (latency, faults)):
        with serving(delay, share) as address:
            command = (*BATCH, "--model", "openai:stub", "--base-url", address, "--concurrency", str(concurrency))
            limit = ("--max-calls", str(ceiling)) if ceiling and delay else ()
            run = measured(folder, *command, "--fresh", *limit)
            with urllib.request.urlopen(address.replace("/v1", "/asked")) as answer:
                runs.append((run, json.load(answer)))
    (quick, _), (slow, requests) = runs
    cores = len(os.sched_getaffinity(0))
    waiting_time, cpu_time = requests["requests"] * latency / concurrency, quick.processor / cores
    ideal = max(waiting_time, cpu_time)
    print("| articles | requests | faults | calls x latency / concurrency | CPU time / cores | time | excess |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {count} | {requests['requests']} | {requests.get('faults', 0)} | {waiting_time:.1f} s | {cpu_time:.1f} s | "
        f"{slow.seconds:.1f} s | {slow.seconds / ideal - 1:+.0%} |"
    )
    print(f"no latency, no faults: {quick.seconds:.1f} s, exit code {quick.code}; with them: exit code {slow.code}")
    print(slow.messages.strip())


def checked_pairs(folder: Path, count: int, words: int) -> None:
    """Measure pairs per second with one process, and with one process per core."""
    write_table(folder / "in.jsonl", pairs(count, words))
    print("| processes | pairs | words | seconds | pairs a second | CPU s a pair |\n|---|---|---|---|---|---|")
    for processes in (1, len(os.sched_getaffinity(0))):
        output = folder / f"out{processes}.jsonl"
        command = ("check", "--pairs", "in.jsonl", "--out", output.name, "--processes", str(processes))
        run = complete(measured(folder, *command), output, count)
        rates = f"{run.seconds:.0f} | {count / run.seconds:.2f} | {run.processor / count:.2f}"
        print(f"| {processes} | {count} | {words} | {rates} |", flush=True)


def main() -> None:
    """Run the measurement named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measurement", choices=["kills", "memory", "server", "pairs"])
    parser.add_argument("--articles", type=int)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--engine", default="local")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--words", type=int, default=WORDS, help="number of words of an article")
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--max-calls", type=int)
    parser.add_argument("--pairs", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        match options.measurement:
            case "kills":
                kills(folder, options.articles or 1000, options.kills, options.engine)
            case "memory":
                memory(folder, options.sizes, options.words)
            case "server":
                count = options.articles or 500
                server(folder, count, options.latency, options.concurrency, options.faults, options.max_calls)
            case "pairs":
                checked_pairs(folder, options.pairs, options.words)


if __name__ == "__main__":
    main()
