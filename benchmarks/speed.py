"""Time the parts that need no model: facts of an article, the check of a summary, and their growth with length.

    python benchmarks/speed.py [RUNS]

Prints medians of RUNS (default 9) in one process, after one run that is not counted, and the process's peak memory.
Articles longer than a seed are the long seed repeated, so that their facts recur.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from summarise.api import check, extract_facts

SEEDS = Path(__file__).parent.parent / "seeds"


def median_of(runs: int, work: Callable[[], object]) -> float:
    """Return the median time of `work` in milliseconds."""
    work()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def main() -> None:
    """Print one line for each article."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    news = (SEEDS / "belgium-election-interference" / "article.txt").read_text(encoding="utf-8")
    claims = (SEEDS / "belgium-election-interference" / "supported.txt").read_text(encoding="utf-8").splitlines()
    feature = (SEEDS / "ellering-gateway-inquiry" / "article.txt").read_text(encoding="utf-8")
    summary = " ".join(claims[:6])
    print(f"{'words':>8} {'facts ms':>9} {'check ms':>9}   (a summary of {len(summary.split())} words)")
    for text, rounds in ((news, runs), (feature, runs), ("\n\n".join([feature] * 10), 1)):
        facts = extract_facts(text)
        reading = median_of(rounds, lambda text=text: extract_facts(text))  # type: ignore[misc]
        checking = median_of(rounds, lambda facts=facts: check(summary, facts))  # type: ignore[misc]
        print(f"{len(text.split()):>8} {reading:>9.0f} {checking:>9.0f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
