"""Print how time and memory of each part grow with the length of the article, with the exponents.

    python -m benchmarks.scale [--words 1000000]

Lengths are the powers of ten from a thousand words to `--words`. Each measurement runs in a separate process. Exponents
are slopes of a least-squares fit to the logarithms, from ten thousand words on.
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
"""Minimum words for the exponents. In shorter articles, the constant cost of a call dominates."""
LEAST_MIB = 1.0
"""Minimum memory in MiB that counts as measurable."""


def sizes(most: int) -> list[int]:
    """Return the lengths to measure, in words."""
    found, words = [], 1_000
    while words < most:
        found.append(words)
        words *= 10
    return [*found, most]


def exponent(points: Iterable[tuple[int, float]]) -> float | None:
    """Return the exponent with which values grow with the number of words, or None if there are too few values."""
    told = [(math.log(words), math.log(value)) for words, value in points if words >= FROM and value > 0]
    return linear_regression(*zip(*told, strict=True)).slope if len(told) > 1 else None


def run(part: str, words: int, folder: Path) -> dict[str, float]:
    """Measure a part in a separate process."""
    command = [sys.executable, "-m", "benchmarks.scale.measure", part, str(words), str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=1_000_000, help="the longest article")
    measured = sizes(parser.parse_args().words)
    told: dict[str, dict[int, dict[str, float]]] = {part: {} for part in INPUTS}
    for words in measured:
        with tempfile.TemporaryDirectory() as folder:
            for part in INPUTS:
                one = told[part][words] = run(part, words, Path(folder))
                print(f"{part}, {words:,} words: {one['seconds']:.2f} s, {one['mib']:.0f} MiB", file=sys.stderr)
    rows = []
    for part, by_size in told.items():
        cells = [f"{one['seconds']:.3g} s, {one['mib']:.0f} MiB" for one in by_size.values()]
        time = exponent((words, one["seconds"]) for words, one in by_size.items())
        memory = exponent((words, max(one["mib"], LEAST_MIB)) for words, one in by_size.items())
        rows.append([part, *cells, *("" if power is None else f"n^{power:.2f}" for power in (time, memory))])
    heads = ["part", *(f"{words:,} words" for words in measured), "time grows with", "memory grows with"]
    print("\n".join(table(heads, rows)))


if __name__ == "__main__":
    main()
