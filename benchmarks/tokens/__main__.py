"""Compare estimates of token counts with real tokenisers, on `seeds/`, `prompts/`, the code and small samples.

    python -m benchmarks.tokens [--python PATH] [--node DIR]

The tokenisers are: the local engine, if it is installed; with `--python`, those bundled in packages of that interpreter
(listed in count.py); with `--node`, those of npm packages in that folder (count.mjs). Prints two tables, by kind of
text and by tokeniser. Exits with 1 if the lower bound for a text is above the count of a tokeniser.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from benchmarks.markdown import table
from benchmarks.tokens.counting import counted
from benchmarks.tokens.texts import Text, texts
from summarise.backends.replies import FRACTION
from summarise.backends.tokens import REQUEST_MARGIN, estimate_tokens, least_tokens


@dataclass(frozen=True)
class Counted:
    """A text, a tokeniser, and its number of tokens."""

    text: Text
    tokeniser: str
    count: int

    @property
    def over(self) -> float:
        """The estimate divided by the count."""
        return estimate_tokens(self.text.text) / self.count

    @property
    def least(self) -> float:
        """The lower bound of the text's tokens divided by the count."""
        return least_tokens(self.text.text) / self.count


def by_kind(rows: Sequence[Counted]) -> Iterator[str]:
    """Return the lines of a table, one for each kind of text."""
    kinds: dict[str, list[Counted]] = {}
    for row in rows:
        kinds.setdefault(row.text.kind, []).append(row)
    lines = ([name, *_spread(row.over for row in of), *_spread(row.least for row in of)] for name, of in kinds.items())
    return table(("text", "estimate: min", "median", "max", "lower bound: min", "median", "max"), lines)


def by_tokeniser(rows: Sequence[Counted]) -> Iterator[str]:
    """Return the lines of a table, one for each tokeniser: English news, then everything else."""
    heads = ("tokeniser", "English: min", "median", "max", "all: min", "median", "max", "cut seen below")
    lines = []
    for name in dict.fromkeys(row.tokeniser for row in rows):
        counted = [row for row in rows if row.tokeniser == name]
        news = [row for row in counted if row.text.kind == "English news"]
        seen = f"{100 * FRACTION * median(row.least for row in news):.0f} %"
        lines.append([name, *_spread(row.over for row in news), *_spread(row.over for row in counted), seen])
    return table(heads, lines)


def _spread(ratios: Iterable[float]) -> list[str]:
    ordered = sorted(ratios)
    return [f"{value:.2f}" for value in (ordered[0], median(ordered), ordered[-1])]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tokens", description="Compare estimates of tokens.")
    parser.add_argument("--python", metavar="PATH", help="an interpreter whose packages bundle tokenisers")
    parser.add_argument("--node", metavar="DIR", help="a folder with node_modules that bundle tokenisers")
    options = parser.parse_args(arguments)
    every = texts()
    counts = counted([text.text for text in every], python=options.python, node=options.node)
    if not counts:
        print("no tokeniser is available: give --python or --node, or run `summarise models get`", file=sys.stderr)
        return 2
    rows = [Counted(text, name, number) for name in counts for text, number in zip(every, counts[name], strict=True)]
    print(f"{date.today()}, {len(every)} texts, {len(counts)} tokenisers; ratios to the counts of the tokenisers.\n")
    print("\n".join([*by_kind(rows), "", *by_tokeniser(rows)]))
    low = [row for row in rows if REQUEST_MARGIN * row.over < 1]
    for row in low:
        print(
            f"\nestimate too low, even with the margin of a request: {row.text.name}, {row.tokeniser}: {row.over:.2f}"
        )
    wrong = [row for row in rows if row.least > 1]
    for row in wrong:
        print(f"\nlower bound too high: {row.text.name}, {row.tokeniser}: {row.least:.2f}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
