"""Fit the weights of support to labelled claims, and tell how well they do on sets that they were not fitted to.

    python -m benchmarks.factuality.fit DATA [--write] [--cache DIR]

Prints, for each set, AUC and balanced accuracy (at the threshold of verdicts) of weights fitted to the other sets, and
balanced accuracy at other thresholds; `--write` puts the weights fitted to all sets into the package. How the fit is
made tells `fitting`; a feature that has no weight yet is given one.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

import summarise.checks.support as shipped
from benchmarks.factuality.cache import PROJECT
from benchmarks.factuality.data import Item, load_sets
from benchmarks.factuality.elsewhere import Elsewhere, support_elsewhere
from benchmarks.factuality.fitting import Weights, feature_names, fitted, row_of
from benchmarks.factuality.run import Outcome, run
from benchmarks.factuality.statistics import auc, balanced_accuracy
from summarise.checks.verdict import THRESHOLD

CUTS = [0.3 + 0.02 * step for step in range(21)]


def fitted_to_all(sets: Mapping[str, Sequence[Item]], outcomes: Mapping[tuple[str, str], Outcome]) -> Weights | None:
    """Return the weights that are best for all sets, None where their claims have not both labels."""
    names = feature_names(list(outcomes.values()))
    rows = [[row_of(item.consistent, outcomes[name, item.id], names) for item in sets[name]] for name in sets]
    return fitted(rows, names)


def measured(
    items: Sequence[Item], outcomes: Sequence[Outcome], found: Elsewhere, cut: float = THRESHOLD
) -> tuple[float, float]:
    """Return AUC and the balanced accuracy of verdicts; of a set of two corpora, the means over both."""
    labels = np.array([item.consistent for item in items])
    corpora = np.array([item.corpus or "" for item in items])
    clean = np.array([not any(raised.error for raised in outcome.raised) for outcome in outcomes])
    parts = [corpora == corpus for corpus in sorted(set(corpora))]
    areas = [auc(labels[part], found.scores[part]) for part in parts]
    passed = clean & (found.scores >= cut)
    return float(np.mean(areas)), float(np.mean([balanced_accuracy(labels[part], passed[part]) for part in parts]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, report, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="as of `python -m benchmarks.factuality`")
    options = parser.parse_args(arguments)
    if options.cache and options.cache.resolve().is_relative_to(PROJECT):
        parser.error(f"--cache keeps others' texts: name a folder outside {PROJECT}")
    sets = load_sets(options.data)
    outcomes = run(sets, cache=options.cache, progress=lambda line: print(line, file=sys.stderr)).outcomes
    said = {name: [outcomes[name, item.id] for item in items] for name, items in sets.items()}
    found = support_elsewhere(sets, outcomes)
    print(f"{'weights fitted to the other sets':34} {'n':>5}   AUC  BAcc")
    figures = {name: measured(sets[name], said[name], found[name]) for name in found}
    for name, (area, accuracy) in figures.items():
        print(f"{name:34} {len(sets[name]):>5} {100 * area:5.1f} {100 * accuracy:5.1f}")
    if figures:
        area, accuracy = np.mean(list(figures.values()), axis=0)
        print(f"{'mean':34} {'':>5} {100 * area:5.1f} {100 * accuracy:5.1f}\n")
        print("support from which on a claim without errors passes, and mean balanced accuracy")
        for cut in CUTS:
            accuracies = [measured(sets[name], said[name], found[name], cut)[1] for name in found]
            print(f"{cut:.2f}  {100 * np.mean(accuracies):.1f}")
    weights = fitted_to_all(sets, outcomes)
    if weights is None:
        print("the claims have not both labels: nothing can be fitted", file=sys.stderr)
        return 1
    print(json.dumps(weights.rounded(), indent=2))
    if options.write:
        path = Path(shipped.__file__).with_suffix(".json")
        path.write_text(json.dumps(weights.rounded(), indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
