"""What is measured of a unit, and which of it is compared with simple overlap. Draws nothing."""

import math
from collections.abc import Callable

from benchmarks.factuality.scoring import Unit
from benchmarks.factuality.statistics import Weights, auc, balanced_accuracy, fold_mean

Metric = Callable[[Unit, Weights], float]
"""A figure of a unit whose items count as often as `weights` say; NaN where a system or a label is missing."""


def auc_of(system: str, *, folded: bool = False) -> Metric:
    """Return the AUC of a system: of all items, or the mean of both folds."""

    def metric(unit: Unit, weights: Weights) -> float:
        if (one := unit.systems.get(system)) is None:
            return math.nan
        if folded or one.folded:
            return fold_mean(lambda each: auc(unit.labels, one.scores, each), unit.first, weights)
        return auc(unit.labels, one.scores, weights)

    return metric


def cut_of(system: str) -> Metric:
    """Return the balanced accuracy with the cut of the other fold, the mean of both folds."""

    def metric(unit: Unit, weights: Weights) -> float:
        if (one := unit.systems.get(system)) is None:
            return math.nan
        return fold_mean(lambda each: balanced_accuracy(unit.labels, one.said, each), unit.first, weights)

    return metric


def verdict(unit: Unit, weights: Weights) -> float:
    """Return the balanced accuracy of the program's own verdict."""
    return balanced_accuracy(unit.labels, unit.verdict, weights)


def passing_of(system: str) -> Metric:
    """Return the balanced accuracy with the cut of the other sets."""

    def metric(unit: Unit, weights: Weights) -> float:
        one = unit.systems.get(system)
        if one is None or one.passes is None:
            return math.nan
        return balanced_accuracy(unit.labels, one.passes, weights)

    return metric


DIFFERENCES: dict[str, tuple[Metric, Metric]] = {
    "auc": (auc_of("ours out"), auc_of("d out")),
    "cut": (cut_of("ours out"), cut_of("d out")),
    "passing": (passing_of("ours out"), passing_of("d out")),
    "shipped auc": (auc_of("ours"), auc_of("d out")),
    "shipped cut": (cut_of("ours"), cut_of("d out")),
    "shipped verdict": (verdict, passing_of("d out")),
    "auc, d in": (auc_of("ours", folded=True), auc_of("d in")),
}
"""What is compared, ours first.

The first three are fitted to the same other sets on both sides; `passing` has its cut from there too. The shipped
weights have seen the sets: what they gain is no measure of other data.
"""
