"""Measure whether the program agrees with a reader on which key facts a model's summary has.

    python -m benchmarks.keyfacts DATA [--readings FILE]

DATA is the folder with `genaudit_news.jsonl.gz`. FILE holds a line for each key fact that was read, by default those in
`benchmarks/readings/`: the id of the claim, which is a summary, the places of the key fact in its article, and whether
the summary has it (`in_claim`; lines without are passed over). Prints how often each way of telling agrees.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.factuality.data import DataError, load_sets
from summarise.article import read_claims
from summarise.checks.entailment.model import EntailmentModel
from summarise.checks.entailment.reader import entailed_by
from summarise.checks.key_facts.matching import ENOUGH, coverages, stated

READINGS = Path(__file__).with_name("readings") / "2026-11-27-keyfacts.jsonl"
SET = "genaudit_news"
HALF = 0.5
"""From here on the model alone finds that a summary has a key fact."""


@dataclass(frozen=True, slots=True)
class Case:
    """A key fact in the article's words, a summary by its sentences, and whether a reader finds it there."""

    statement: str
    summary: tuple[str, ...]
    has: bool


def cases_of(readings: Path, data: Path) -> list[Case]:
    """Return what was read, with the texts from `data`."""
    items = {item.id: item for item in load_sets(data, only=[SET])[SET]}
    found = []
    for line in readings.read_text(encoding="utf-8").splitlines():
        read = json.loads(line)
        if read.get("in_claim") is None:
            continue
        item = items[read["id"]]
        claim = read_claims(item.claim)
        statement = " … ".join(" ".join(item.source[start:end].split()) for start, end in read["pieces"])
        found.append(Case(statement, tuple(map(claim.quote, claim.sentences)), read["in_claim"]))
    return found


def agreeing(cases: Sequence[Case], tells: Callable[[Case], bool]) -> int:
    """Return how often a way of telling agrees with the reader."""
    return sum(tells(case) == case.has for case in cases)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how often each way agrees."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.keyfacts", description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--readings", type=Path, default=READINGS)
    chosen = parser.parse_args(arguments)
    try:
        cases = cases_of(chosen.readings, chosen.data)
    except DataError as error:
        parser.error(str(error))
    model = EntailmentModel.load()

    def reader(summary: Sequence[str], claims: Sequence[str]) -> list[float]:
        return entailed_by(model, summary, claims)

    ways: dict[str, Callable[[Case], bool]] = {
        "as the program does": lambda case: stated([case.statement], case.summary, reader)[0],
        "by words alone": lambda case: coverages([case.statement], case.summary)[0] >= ENOUGH,
        "by the model alone": lambda case: reader(case.summary, [case.statement])[0] >= HALF,
    }
    for name, tells in ways.items():
        print(f"{name:20} {agreeing(cases, tells)} of {len(cases)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
