"""The command: `python -m benchmarks.entailment TRAINING PUBLIC [--model DIR] [--sample N] [--no-rules]`.

TRAINING is the folder of training/README.md, of which what was held out is measured; PUBLIC has the public sets.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.entailment.claims import (
    FAR_WORDS,
    PUBLIC,
    held_claims,
    held_domains,
    known_failures,
    own_slips,
    public_sets,
    unseen,
)
from benchmarks.entailment.systems import Entailed, entailment, excerpt_pairs, overlap, pairs_for, rules, together
from benchmarks.entailment.words import word_marks
from benchmarks.factuality.data import MIXTURES, DataError, Item
from benchmarks.factuality.statistics import Labels, Scores, auc, mean
from summarise.checks.entailment import EntailmentModel

RIGHT_DOUBTED = 0.05
"""Share of the right claims below the cut at which "caught at 5 %" is told."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 2 where the data are missing."""
    options = _options().parse_args(arguments)
    model = EntailmentModel.load(options.model)
    try:
        if options.development:
            near = held_claims(options.training, "development.txt").near
            _show({"development": near}, {}, model, options)
            return 0
        held = held_claims(options.training)
        sets: dict[str, Sequence[Item]] = {
            "claims held out": held.near,
            "domains held out": held_domains(options.training),
            "our slips": own_slips(),
        }
        for name, items in public_sets(options.public, options.sample, options.sets or PUBLIC).items():
            sets[name] = items
            sets[f"{name}, unseen articles"] = unseen(items, options.training)
    except (DataError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    _show(sets, rules(sets) if options.rules else {}, model, options)
    far, _ = entailment(model, pairs_for(held.far, options.words))
    given, _ = entailment(model, excerpt_pairs(held.near))
    labels = _labels(held.near)
    print(f"\nExcerpt as evidence: AUC {_auc(labels, given):.1f}", end="; ")
    print(f"evidence found among {FAR_WORDS} words of others: {_auc(labels, far):.1f}")
    print(f"Words marked: {word_marks(model, held.marked, options.words)}\n")
    failures = known_failures()
    for one, found in zip(failures, entailment(model, pairs_for(failures, options.words))[0], strict=True):
        mark = "right" if one.consistent else "wrong"
        print(f"  {mark:5} {found.entailed:.2f} (weakest word {found.word:.2f})  {one.claim}")
    return 0


def _show(
    sets: dict[str, Sequence[Item]],
    by_rules: dict[str, Scores],
    model: EntailmentModel,
    options: argparse.Namespace,
) -> None:
    print("AUC of each system, and how many wrong claims the model catches at a cut\n")
    print("| set | claims | overlap | rules | entailed | weakest word | both heads | entailed and rules |", end="")
    print(f" caught at {RIGHT_DOUBTED:.0%} |")
    print("|" + "---|" * 9)
    for name, items in sets.items():
        found, _ = entailment(model, pairs_for(items, options.words))
        print(_row(name, items, found, by_rules.get(name)), flush=True)


def _labels(items: Sequence[Item]) -> Labels:
    return np.array([one.consistent for one in items])


def _auc(labels: Labels, found: Sequence[Entailed]) -> float:
    return 100 * auc(labels, np.array([one.entailed for one in found]))


def _row(name: str, items: Sequence[Item], found: Sequence[Entailed], by_rules: Scores | None) -> str:
    entailed = np.array([one.entailed for one in found])
    word = np.array([one.word for one in found])
    both = np.array([one.both for one in found])
    labels = _labels(items)
    parts = _parts(items)
    columns: list[Scores | None] = [overlap(items), by_rules, entailed, word, both]
    cells = ["–" if one is None else _mean([auc(labels[part], one[part]) for part in parts]) for one in columns]
    if by_rules is None:
        cells.append("–")
    else:
        cells.append(_mean([auc(labels[part], together(entailed[part], by_rules[part])) for part in parts]))
    cells.append(f"{_mean([_caught(labels[part], entailed[part]) for part in parts])} %")
    return f"| {name} | {len(items)} | " + " | ".join(cells) + " |"


def _mean(values: Sequence[float]) -> str:
    """Return the mean in percent of those that exist."""
    return f"{100 * mean(values):.1f}"


def _parts(items: Sequence[Item]) -> list[Labels]:
    """Split a set: a mixture of two corpora is measured in each."""
    corpora = sorted({one.corpus for one in items if one.corpus}) if items[0].set in MIXTURES else []
    if not corpora:
        return [np.ones(len(items), dtype=np.bool_)]
    return [np.array([one.corpus == corpus for one in items]) for corpus in corpora]


def _caught(labels: Labels, scores: Scores) -> float:
    """Return the share of the wrong ones below the cut under which 5 % of the right ones lie; NaN without those."""
    if not labels.any() or labels.all():
        return math.nan
    return float(np.mean(scores[~labels] < np.quantile(scores[labels], RIGHT_DOUBTED)))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.entailment", description=__doc__)
    parser.add_argument("training", type=Path)
    parser.add_argument("public", type=Path)
    parser.add_argument("--model", type=Path, help="a folder with another model")
    parser.add_argument("--sample", type=int, default=200, help="claims of each public set, 0 for all (default 200)")
    parser.add_argument("--sets", nargs="*", help="public sets (default: seven)")
    parser.add_argument("--words", type=int, help="words of evidence (default: as the program does)")
    parser.add_argument("--no-rules", dest="rules", action="store_false", help="leave the rules out")
    parser.add_argument("--development", action="store_true", help="only the claims by which settings are chosen")
    return parser


if __name__ == "__main__":
    sys.exit(main())
