"""Print how time and memory of each part grow with the length of the article.

    python -m benchmarks.scale [--words 1000000]

Lengths are the powers of ten from a thousand words to `--words`. Each measurement runs in a separate process. The
growth n^E is fitted by least squares to the logarithms, from ten thousand words on.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from statistics import linear_regression

from benchmarks.markdown import table
from benchmarks.scale.measure import INPUTS

ROOT = Path(__file__).parents[2]
FROM = 10_000
"""Minimum words for the fit. In shorter articles, the constant cost of a call dominates."""
LEAST_MIB = 1.0
"""Smaller amounts of memory, in MiB, count as this amount."""


def sizes(most: int) -> list[int]:
    """Return the lengths to measure, in words."""
    lengths, words = [], 1_000
    while words < most:
        lengths.append(words)
        words *= 10
    return [*lengths, most]


def exponent(points: Iterable[tuple[int, float]]) -> float | None:
    """Return the exponent with which values grow with the number of words, or None if there are too few values."""
    logarithms = [(math.log(words), math.log(value)) for words, value in points if words >= FROM and value > 0]
    return linear_regression(*zip(*logarithms, strict=True)).slope if len(logarithms) > 1 else None


def run(part: str, words: int, folder: Path) -> dict[str, float]:
    """Measure a part in a separate process."""
    command = [sys.executable, "-m", "benchmarks.scale.measure", part, str(words), str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=1_000_000, help="the longest article")
    lengths = sizes(parser.parse_args().words)
    results: dict[str, dict[int, dict[str, float]]] = {part: {} for part in INPUTS}
    for words in lengths:
        with tempfile.TemporaryDirectory() as folder:
            for part in INPUTS:
                result = results[part][words] = run(part, words, Path(folder))
                print(f"{part}, {words:,} words: {result['seconds']:.2f} s, {result['mib']:.0f} MiB", file=sys.stderr)
    rows = []
    for part, by_size in results.items():
        cells = [f"{result['seconds']:.3g} s, {result['mib']:.0f} MiB" for result in by_size.values()]
        time = exponent((words, result["seconds"]) for words, result in by_size.items())
        memory = exponent((words, max(result["mib"], LEAST_MIB)) for words, result in by_size.items())
        rows.append([part, *cells, *("" if power is None else f"n^{power:.2f}" for power in (time, memory))])
    heads = ["part", *(f"{words:,} words" for words in lengths), "time grows with", "memory grows with"]
    print("\n".join(table(heads, rows)))


if __name__ == "__main__":
    main()
