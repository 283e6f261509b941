"""Measure the entailment model: `python -m benchmarks.entailment TRAINING PUBLIC [--model DIR] [--sample N] …`.

TRAINING is the data folder of training/README.md (its held-out part is read). PUBLIC is the folder of the public sets.
"""

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.entailment.claims import (
    FAR_WORDS,
    PUBLIC,
    held_claims,
    held_domains,
    held_pairs,
    own_slips,
    public_sets,
)
from benchmarks.entailment.systems import as_checked, excerpt_pairs, scores_of, weakest, weakest_odds
from benchmarks.entailment.words import word_marks
from benchmarks.factuality.baselines import overlap
from benchmarks.factuality.data import DataError, Item
from benchmarks.factuality.statistics import Labels, Scores, auc, mean
from benchmarks.markdown import table
from summarise.checks.entailment import EntailmentModel

RIGHT_DOUBTED = 0.05
"""The share of caught wrong claims is measured at the score below which this share of right claims lies."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 2 if the data are missing."""
    options = _options().parse_args(arguments)
    model = EntailmentModel.load(options.model)
    try:
        if options.development:
            _show({"development": held_claims(options.training, "development.txt").near}, model, options.words)
            return 0
        held = held_claims(options.training)
        sets: dict[str, Sequence[Item]] = {
            "claims held out": held.near,
            "pairs held out": held_pairs(options.training),
            "domains held out": held_domains(options.training),
            "our slips": own_slips(),
            **public_sets(options.public, options.sample, options.sets or PUBLIC),
        }
    except (DataError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    _show(sets, model, options.words)
    from_far = weakest(as_checked(model, held.far, options.words))
    from_excerpt = weakest(scores_of(model, excerpt_pairs(held.near)))
    labels = _labels(held.near)
    print(f"\nExcerpt as evidence: AUC {100 * auc(labels, from_excerpt):.1f}", end="; ")
    print(f"evidence found among {FAR_WORDS} words of others: {100 * auc(labels, from_far):.1f}")
    print(f"Words marked: {word_marks(model, held.marked, options.words)}")
    return 0


def _show(sets: Mapping[str, Sequence[Item]], model: EntailmentModel, words: int | None) -> None:
    last = f"wrong ones caught at {RIGHT_DOUBTED:.0%}"
    heads = ("set", "claims", "overlap, AUC", "entailed, AUC", "both heads, AUC", last)
    for line in table(heads, (_row(name, items, model, words) for name, items in sets.items())):
        print(line, flush=True)


def _row(name: str, items: Sequence[Item], model: EntailmentModel, words: int | None) -> list[str]:
    read = as_checked(model, items, words)
    words_found = np.array([overlap(item.claim, item.source) for item in items])
    compared = words_found, weakest(read), weakest_odds(read)
    labels, parts = _labels(items), _parts(items)
    areas = [_mean([auc(labels[part], scores[part]) for part in parts]) for scores in compared]
    caught = _mean([_caught(labels[part], compared[-1][part]) for part in parts])
    return [name, str(len(items)), *areas, f"{caught} %"]


def _labels(items: Sequence[Item]) -> Labels:
    return np.array([item.consistent for item in items])


def _mean(values: Sequence[float]) -> str:
    """Return the mean of the values that are not NaN, in per cent."""
    return f"{100 * mean(values):.1f}"


def _parts(items: Sequence[Item]) -> list[Labels]:
    """Split a set that mixes two corpora, so that each corpus is measured separately."""
    corpora = sorted({item.corpus or "" for item in items})
    return [np.array([(item.corpus or "") == corpus for item in items]) for corpus in corpora]


def _caught(labels: Labels, scores: Scores) -> float:
    """Return the share of wrong claims with a score below the 5 % quantile of right claims; NaN without either."""
    if not labels.any() or labels.all():
        return math.nan
    return float(np.mean(scores[~labels] < np.quantile(scores[labels], RIGHT_DOUBTED)))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.entailment", description=__doc__)
    parser.add_argument("training", type=Path)
    parser.add_argument("public", type=Path)
    parser.add_argument("--model", type=Path, help="a folder with another model")
    parser.add_argument("--sample", type=int, default=200, help="claims of each public set, 0 for all (default 200)")
    parser.add_argument("--sets", nargs="*", help="names of public sets (default: seven)")
    parser.add_argument(
        "--words", type=int, help="read each claim once, with this many words of evidence (default: like the program)"
    )
    parser.add_argument("--development", action="store_true", help="only the claims that settings are chosen with")
    return parser


if __name__ == "__main__":
    sys.exit(main())
