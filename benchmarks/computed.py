"""Measure how many random wrong values seem to be computed from values of the article.

    python -m benchmarks.computed TRAINING [--draws 40] [--list development.txt]

TRAINING is the folder with `claims.jsonl.gz`. In each right claim about the excerpts of the list, each value in digits
is exchanged for random values of similar size and form that the article lacks. Prints, by unit, the share of these
values for which the checker finds a computation. The lower this share, the more a note "computed" means.
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


def random_value(said: Figure | Money, random_: random.Random) -> Figure | Money | None:
    """Return a value of similar size with as many digits, or None if the value is not written in digits."""
    written = DIGITS.search(said.text)
    shown = Decimal(written[0].replace(",", "")) if written else Decimal(0)
    if written is None or not shown or not said.amount:
        return None
    drawn = shown * (LEAST + (MOST - LEAST) * Decimal(random_.random()))
    exponent = int(shown.normalize().as_tuple().exponent)
    new = drawn.quantize(Decimal(10) ** exponent)
    if new in (shown, 0):
        return None
    text = said.text[: written.start()] + f"{new:,f}" + said.text[written.end() :]
    amount = new * said.amount / shown
    return said.model_copy(update={"amount": amount, "text": text, "value": f"{amount} {said.value}"})


def drawn(data: Path, names: frozenset[str], draws: int) -> Iterator[tuple[str, str | None, bool]]:
    """Yield for each random value its unit, the computation found for it, and whether an error was found."""
    random_ = random.Random(SEED)
    for row in rows(data / "claims.jsonl.gz"):
        if str(row["id"]) not in names:
            continue
        index = SourceIndex(extract_facts(row["article"]))
        for claim in (claim for text in row["true"] for claim in claims_of(text, index)):
            alignments = index.alignments(claim)
            for said in claim.facts:
                if not isinstance(said, Figure | Money) or said.upper is not None:
                    continue
                for _ in range(draws):
                    other = random_value(said, random_)
                    if other is None or any(amounts.bears_out(other, fact) for fact in index.amounts):
                        continue
                    finding = amounts.compare(Case(other, claim, index, alignments))
                    unit = "money" if isinstance(said, Money) else said.unit or "count"
                    computation = finding.computation if finding is not None else None
                    yield unit, computation, finding is not None and finding.severity == "error"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.computed", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--draws", type=int, default=40)
    parser.add_argument("--list", default="development.txt", help="which excerpts, by a file of training/heldout")
    parser.add_argument("--show", action="store_true", help="print the commonest computations")
    options = parser.parse_args(arguments)
    found = list(drawn(options.data, listed(options.list), options.draws))
    lines = []
    for unit in [*sorted({unit for unit, _, _ in found}), "all"]:
        some = [one for one in found if unit in ("all", one[0])]
        computed, errors = sum(one[1] is not None for one in some), sum(one[2] for one in some)
        lines.append([unit, str(len(some)), f"{100 * computed / len(some):.1f} %", f"{100 * errors / len(some):.1f} %"])
    print("\n".join(table(("unit", "random values", "explained as computed", "error"), lines)))
    if options.show:
        for text, count in Counter(one[1] for one in found if one[1]).most_common(40):
            print(count, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
