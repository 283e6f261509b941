"""What work costs this process: the median time of a call, and the most memory that was used."""

import resource
import statistics
import time
from collections.abc import Callable


def median_ms(runs: int, work: Callable[[], object]) -> float:
    """Return the median time of `work` in milliseconds, after one run that is not counted."""
    work()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def peak_mib() -> float:
    """Return the most memory that this process has had; the unit that Linux gives is KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
