"""Measure how often the checker doubts a claim whose value was exchanged for another of its article, by kind.

    python -m benchmarks.exchanges TRAINING [--claims 400] [--entailment off] [--show FILE]

TRAINING is the folder with `claims.jsonl.gz`. Right claims about the excerpts of `training/heldout/claims.txt` are
compared with the same claims with one value exchanged (`training/exchanges.py`), with a fixed seed.
`--list development.txt` uses the other excerpts that are kept out of training.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.markdown import table
from summarise.api import extract_facts
from summarise.checks.source_index import SourceIndex
from summarise.checks.verification import Verifier, verifier_for
from summarise.data import CheckedSentence
from summarise.settings.model import Settings
from training.exchanges import Exchange, exchanges
from training.split import listed, rows

SEED = 1
MOST = 3
"""Maximum number of exchanges for one claim."""
HEADS = ("kind", "exchanged", "caught", "accused", "noted as elsewhere", "right ones doubted", "right ones noted")


@dataclass(frozen=True, slots=True)
class Pair:
    """A right claim and its exchange. `twin`, `checked`: the checker's result for the right and the exchanged claim."""

    article: str
    right: str
    exchange: Exchange
    checked: tuple[CheckedSentence, ...]
    twin: tuple[CheckedSentence, ...]


def exchanged(data: Path, names: frozenset[str]) -> Iterator[tuple[str, str, Exchange]]:
    """Yield (article, right claim, exchange) in random order with a fixed seed, at most three for a claim."""
    random_ = random.Random(SEED)
    claims = []
    for row in rows(data / "claims.jsonl.gz"):
        if str(row["id"]) in names:
            index = SourceIndex(extract_facts(row["article"]))
            for text in row["true"]:
                # Other values come first, because most exchanges are of names.
                found = sorted(exchanges(text, index, random_), key=lambda pair: pair.kind in ("person", "place"))
                claims += [(row["article"], text, exchange) for exchange in found[:MOST]]
    random_.shuffle(claims)
    yield from claims


def measured(data: Path, names: frozenset[str], wanted: int, settings: Settings) -> Iterator[Pair]:
    """Check `wanted` pairs of a right claim and its exchange."""
    verifiers: dict[str, Verifier] = {}
    for article, right, exchange in list(exchanged(data, names))[:wanted]:
        if article not in verifiers:
            verifiers[article] = verifier_for(extract_facts(article), settings)
        results = [verifiers[article].verify(text, origin="given") for text in (exchange.text, right)]
        checked, twin = (tuple(result.sentence for result in of_text) for of_text in results)
        yield Pair(article, right, exchange, checked, twin)


def _doubted(sentences: Sequence[CheckedSentence]) -> bool:
    return any(sentence.verdict != "supported" for sentence in sentences)


def _accused(sentences: Sequence[CheckedSentence]) -> bool:
    return any(sentence.verdict == "contradicted" for sentence in sentences)


def _noted(sentences: Sequence[CheckedSentence]) -> bool:
    return any(
        getattr(finding, "reason", None) == "elsewhere" for sentence in sentences for finding in sentence.findings
    )


def row_of(name: str, pairs: Sequence[Pair]) -> list[str]:
    """Return the table row for pairs of a kind: how many claims are doubted, contradicted and noted."""
    counts = [
        [check(sentences) for sentences in side]
        for side, checks in (
            ([pair.checked for pair in pairs], (_doubted, _accused, _noted)),
            ([pair.twin for pair in pairs], (_doubted, _noted)),
        )
        for check in checks
    ]
    return [name, str(len(pairs)), *(f"{sum(count)} ({100 * sum(count) / len(count):.0f} %)" for count in counts)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exchanges", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--claims", type=int, default=400)
    parser.add_argument("--list", default="claims.txt", help="a file of training/heldout that lists the excerpts")
    parser.add_argument("--entailment", default="built-in", choices=("built-in", "off"))
    parser.add_argument("--show", type=Path, help="write the exchanged claims to a file, as JSON Lines")
    options = parser.parse_args(arguments)
    settings = Settings(entailment=options.entailment)
    pairs = list(measured(options.data, listed(options.list), options.claims, settings))
    kinds = sorted({pair.exchange.kind for pair in pairs})
    by_kind = [row_of(kind, [pair for pair in pairs if pair.exchange.kind == kind]) for kind in kinds]
    print("\n".join(table(HEADS, [*by_kind, row_of("all", pairs)])))
    if options.show:
        with options.show.open("w", encoding="utf-8") as file:
            for pair in pairs:
                entry = {
                    "kind": pair.exchange.kind, "right": pair.right, "exchanged": pair.exchange.text,
                    "verdict": [sentence.verdict for sentence in pair.checked],
                    "findings": [f"{finding.severity} {finding.code} {finding.claim.text!r}"
                                 for sentence in pair.checked for finding in sentence.findings],
                    "article": pair.article,
                }  # fmt: skip
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
