"""Measure how often the checker explains a random wrong value as computed from values of the article.

    python -m benchmarks.computed TRAINING [--draws 40] [--list development.txt]

TRAINING is the folder with `claims.jsonl.gz`. In each right claim about the excerpts of `--list`, each value in digits
is replaced by random values of similar size and form that the article lacks. Prints, by unit, the share of these values
for which the checker finds a computation, such as a sum of two values. A low share means that the computations that the
checker finds for other values are rarely coincidences.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from benchmarks.markdown import table
from summarise.api import extract_facts
from summarise.checks import amounts
from summarise.checks.source_index import Case, SourceIndex
from summarise.checks.verification import claims_of
from summarise.data import Figure, Money
from training.split import listed, rows

SEED = 1
DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
LEAST, MOST = Decimal("0.5"), Decimal(2)
"""Smallest and largest ratio of a random value to the right value."""


def random_value(value: Figure | Money, random_: random.Random) -> Figure | Money | None:
    """Return a value of similar size with as many digits, or None if the value is not written in digits."""
    match = DIGITS.search(value.text)
    old = Decimal(match[0].replace(",", "")) if match else Decimal(0)
    if match is None or not old or not value.amount:
        return None
    drawn = old * (LEAST + (MOST - LEAST) * Decimal(random_.random()))
    exponent = int(old.normalize().as_tuple().exponent)
    new = drawn.quantize(Decimal(10) ** exponent)
    if new in (old, 0):
        return None
    text = value.text[: match.start()] + f"{new:,f}" + value.text[match.end() :]
    amount = new * value.amount / old
    return value.model_copy(update={"amount": amount, "text": text, "value": f"{amount} {value.value}"})


def results_of(data: Path, names: frozenset[str], draws: int) -> Iterator[tuple[str, str | None, bool]]:
    """Yield for each random value its unit, the computation found for it, and whether an error was found."""
    random_ = random.Random(SEED)
    for row in rows(data / "claims.jsonl.gz"):
        if str(row["id"]) not in names:
            continue
        index = SourceIndex(extract_facts(row["article"]))
        for claim in (claim for text in row["true"] for claim in claims_of(text, index)):
            alignments = index.alignments(claim)
            for value in claim.facts:
                if not isinstance(value, Figure | Money) or value.upper is not None:
                    continue
                for _ in range(draws):
                    new = random_value(value, random_)
                    if new is None or any(amounts.supported_by(new, fact) for fact in index.amounts):
                        continue
                    finding = amounts.compare(Case(new, claim, index, alignments))
                    unit = "money" if isinstance(value, Money) else value.unit or "count"
                    computation = finding.computation if finding is not None else None
                    yield unit, computation, finding is not None and finding.severity == "error"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.computed", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--draws", type=int, default=40)
    parser.add_argument("--list", default="development.txt", help="a file of training/heldout that lists the excerpts")
    parser.add_argument("--show", action="store_true", help="print the 40 most frequent computations")
    options = parser.parse_args(arguments)
    results = list(results_of(options.data, listed(options.list), options.draws))
    lines = []
    for unit in [*sorted({unit for unit, _, _ in results}), "all"]:
        group = [result for result in results if unit in ("all", result[0])]
        computed, errors = (sum(result[1] is not None for result in group), sum(result[2] for result in group))
        lines.append([unit, str(len(group)), *(f"{100 * n / len(group):.1f} %" for n in (computed, errors))])
    print("\n".join(table(("unit", "random values", "explained as computed", "error"), lines)))
    if options.show:
        for text, count in Counter(result[1] for result in results if result[1]).most_common(40):
            print(count, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
