"""Print how the time of every public function grows if an adversarial text is doubled in length.

    python -m benchmarks.growth [--call NAME] [--text NAME]

The table has a row for each text and a column for each function. A cell contains the size, the seconds, and the factor
of the time for twice the text. Fails if a factor is above MOST.
"""

import argparse
import sys
from functools import partial

from benchmarks.growth.calls import CALLS, call
from benchmarks.growth.measure import Growth, growth
from benchmarks.growth.texts import TEXTS
from benchmarks.markdown import row

MOST = 2.3


def cell(result: Growth) -> str:
    """Return the table cell of a measurement."""
    if result.seconds == float("inf"):
        return f"{result.length / 1000:.0f} kB: no end"
    size = f"{result.length / 1000:.0f} kB: {result.seconds:.2f} s"
    return size if result.times is None else f"{size} ×{result.times:.1f}"


def too_much(result: Growth) -> bool:
    """Return whether the time grew too much with twice the text, or the call did not end."""
    return result.seconds == float("inf") or (result.times or 0) > MOST


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--call", choices=CALLS, action="append")
    parser.add_argument("--text", choices=TEXTS, action="append")
    chosen = parser.parse_args()
    calls, texts = chosen.call or list(CALLS), chosen.text or list(TEXTS)
    for name in calls:
        # This loads models and tables, which is not measured.
        call(name, TEXTS["a story"](2_000))
    print(row(["text", *calls]))
    print("|---" * (len(calls) + 1) + "|", flush=True)
    failed = []
    for text in texts:
        results = {name: growth(partial(call, name), TEXTS[text]) for name in calls}
        print(row([text, *map(cell, results.values())]), flush=True)
        failed += [f"{text}, {name}: {cell(result)}" for name, result in results.items() if too_much(result)]
    for line in failed:
        print(line, file=sys.stderr)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
