"""Measures the median time of a call, and the peak memory of this process."""

import resource
import statistics
import time
from collections.abc import Callable


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
