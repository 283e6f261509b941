"""Fit the weights of support to labelled claims, and tell how well they do on sets that they were not fitted to.

    python -m benchmarks.factuality.fit DATA [--write]

Prints, for each set, AUC and balanced accuracy (at the threshold of verdicts) of weights fitted to the other sets,
balanced accuracy at other thresholds, and a reliability table; `--write` puts the weights fitted to all sets into the
package. Sets weigh alike, and so do consistent and inconsistent claims in each. A claim of several sentences is fitted
by the mean of their features and scored by its weakest sentence.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

import summarise.checks.support as shipped
from benchmarks.factuality.data import Item, family, load_sets
from benchmarks.factuality.statistics import auc, balanced_accuracy
from summarise.api import extract_facts
from summarise.checks import Ground
from summarise.checks.alignment import align
from summarise.checks.verdict import THRESHOLD
from summarise.pipeline import judge

Array = NDArray[np.float64]
REGULARISATION = 0.3
"""scikit-learn's C; between 0.1 and 3 no figure moves by more than 0.2."""
BINS = 5
CUTS = [0.3 + 0.02 * step for step in range(21)]


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled claim: its features, a row for each sentence, and which part of its support each sentence keeps."""

    item: Item
    features: Array
    remaining: Array


def row_of(item: Item, ground: Ground) -> Row | None:
    """Return the features of a claim, None if it has no sentence."""
    features, remaining = [], []
    for candidate in judge(item.claim, ground, origin="given"):
        findings = candidate.sentence.findings
        claim = ground.claim(candidate.sentence.text, candidate.facts)
        features.append(list(shipped.features(claim, ground, findings).values()))
        coverage = max((align(claim, source).coverage for source in ground.candidates(claim)), default=0.0)
        remaining.append(shipped.remaining(findings, coverage))
    return Row(item, np.array(features, dtype=float), np.array(remaining)) if features else None


def rows_of(sets: Mapping[str, Sequence[Item]]) -> dict[str, list[Row]]:
    """Read every article once and return the rows of each set; tells its progress on standard error."""
    grounds: dict[str, Ground] = {}
    rows: dict[str, list[Row]] = {}
    for name, items in sets.items():
        rows[name] = []
        for item in items:
            if item.article not in grounds:
                grounds[item.article] = Ground(extract_facts(item.source))
            row = row_of(item, grounds[item.article])
            rows[name] += [row] if row else []
        print(f"{name}: {len(rows[name])} claims", file=sys.stderr)
    return rows


def fitted(sets: Mapping[str, Sequence[Row]]) -> tuple[Array, float]:
    """Return weights and intercept, in the units of the features."""
    features, labels, weights = [], [], []
    for rows in sets.values():
        consistent = sum(row.item.consistent for row in rows)
        for row in rows:
            features.append(row.features.mean(axis=0))
            labels.append(row.item.consistent)
            weights.append(0.5 / (consistent if row.item.consistent else len(rows) - consistent))
    scaler = StandardScaler().fit(features)
    weighing = np.array(weights) * len(weights) / sum(weights)
    model = LogisticRegression(C=REGULARISATION, max_iter=1000)
    model.fit(scaler.transform(features), labels, sample_weight=weighing)
    coefficients: Array = model.coef_[0] / scaler.scale_
    return coefficients, float(model.intercept_[0] - coefficients @ scaler.mean_)


def support(row: Row, weights: Array, intercept: float) -> float:
    """Return the support of a claim under other weights than the shipped ones."""
    each = 1.0 / (1.0 + np.exp(-(row.features @ weights + intercept)))
    return float((each * row.remaining).min())


def left_out(sets: Mapping[str, Sequence[Row]]) -> dict[str, list[float]]:
    """Return the support of every claim under weights fitted to the other sets."""
    scores: dict[str, list[float]] = {}
    for name, rows in sets.items():
        weights, intercept = fitted({other: sets[other] for other in sets if family(other) != family(name)})
        scores[name] = [support(row, weights, intercept) for row in rows]
    return scores


def measured(rows: Sequence[Row], scores: Sequence[float], cut: float = THRESHOLD) -> tuple[float, float]:
    """Return AUC and balanced accuracy; of a set of two corpora, the means over both."""
    labels = np.array([row.item.consistent for row in rows])
    corpora = np.array([row.item.corpus or "" for row in rows])
    each = np.array(scores)
    parts = [
        (
            auc(labels[corpora == corpus], each[corpora == corpus]),
            balanced_accuracy(labels[corpora == corpus], each[corpora == corpus] >= cut),
        )
        for corpus in sorted(set(corpora))
    ]
    return float(np.mean([area for area, _ in parts])), float(np.mean([accuracy for _, accuracy in parts]))


def main() -> None:
    """Fit, report, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    options = parser.parse_args()
    sets = rows_of(load_sets(options.data))
    scores = left_out(sets)
    figures = {name: measured(rows, scores[name]) for name, rows in sets.items()}
    print(f"{'weights fitted to the other sets':34} {'n':>5}   AUC  BAcc")
    for name, (area, accuracy) in figures.items():
        print(f"{name:34} {len(sets[name]):>5} {100 * area:5.1f} {100 * accuracy:5.1f}")
    area, accuracy = np.mean(list(figures.values()), axis=0)
    print(f"{'mean':34} {'':>5} {100 * area:5.1f} {100 * accuracy:5.1f}\n")
    print("support from which on a claim passes, and mean balanced accuracy")
    for cut in CUTS:
        print(f"{cut:.2f}  {100 * np.mean([measured(rows, scores[name], cut)[1] for name, rows in sets.items()]):.1f}")
    print("\nreliability: support, claims, share consistent with both labels weighing alike in each set")
    pairs = [
        (score, row.item.consistent, 0.5 / sum(other.item.consistent == row.item.consistent for other in rows))
        for name, rows in sets.items()
        for row, score in zip(rows, scores[name], strict=True)
    ]
    for bin_ in range(BINS):
        inside = [(label, weight) for score, label, weight in pairs if min(int(score * BINS), BINS - 1) == bin_]
        total = sum(weight for _, weight in inside)
        share = sum(weight for label, weight in inside if label) / total if total else float("nan")
        print(f"{bin_ / BINS:.1f} to {(bin_ + 1) / BINS:.1f}  {len(inside):>5}  {share:.2f}")
    weights, intercept = fitted(sets)
    names = [name for name in shipped.weights() if name != "intercept"]
    found = {
        "intercept": round(intercept, 2),
        **{name: round(float(w), 2) for name, w in zip(names, weights, strict=True)},
    }
    print(json.dumps(found, indent=2))
    if options.write:
        path = Path(shipped.__file__).with_suffix(".json")
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
