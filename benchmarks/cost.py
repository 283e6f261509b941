"""Measures the median time of a call, and the memory of processes. Memory needs Linux."""

import re
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path


def median_ms(runs: int, work: Callable[[], object]) -> float:
    """Return the median time of `work` in milliseconds over `runs` runs, after a warm-up run."""
    work()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def peak_mib() -> float:
    """Return the peak memory of this process in MiB (Linux reports KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def family_mib(root: int) -> float:
    """Return the resident memory of a process and its descendants in MiB. Shared pages count in each process."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    total, processes = 0.0, [root]
    while processes:
        process = processes.pop()
        processes += children.get(process, [])
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except OSError:
            continue
        match = re.search(r"VmRSS:\s+([0-9]+) kB", status)
        total += int(match[1]) / 1024 if match else 0.0
    return total
