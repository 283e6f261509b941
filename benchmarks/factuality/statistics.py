"""Balanced accuracy, ROC-AUC, cuts, intervals: pure functions of arrays, without a word of what they measure.

Labels are boolean arrays, scores are higher where the label is likelier to be true. `weights` count each item, which
is how a bootstrap draws one several times or not at all. NaN says that a figure does not exist.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.bool_]
Scores = NDArray[np.float64]
Weights = NDArray[np.float64]

Z95 = 1.959963984540054
"""The standard normal's 97.5 % point."""

HUNDREDTHS = [step / 100 for step in range(1, 100)]
"""The cuts that are tried where several sets share one."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def balanced_accuracy(labels: Labels, said: Labels, weights: Weights | None = None) -> float:
    """Return the mean of sensitivity and specificity of `said`; NaN where a label does not occur."""
    each = np.ones(len(labels)) if weights is None else weights
    positive, negative = each[labels].sum(), each[~labels].sum()
    if positive == 0 or negative == 0:
        return math.nan
    return float((each[labels & said].sum() / positive + each[~labels & ~said].sum() / negative) / 2)


def auc(labels: Labels, scores: Scores, weights: Weights | None = None) -> float:
    """Return the chance that a true item scores above a false one, ties counted half; NaN where a label is missing."""
    each = np.ones(len(labels)) if weights is None else weights
    order = np.argsort(scores, kind="stable")
    _, group = np.unique(scores[order], return_inverse=True)
    true, weight = labels[order], each[order]
    groups = int(group[-1]) + 1 if len(group) else 0
    positive = np.bincount(group, weights=weight * true, minlength=groups)
    negative = np.bincount(group, weights=weight * ~true, minlength=groups)
    pairs = positive.sum() * negative.sum()
    if pairs == 0:
        return math.nan
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / pairs)


def best_cut(labels: Labels, scores: Scores) -> float:
    """Return the cut (true from there up) with the best balanced accuracy; the middle between two scores.

    Of equally good cuts the middle one is taken. Where a label is missing there is nothing to choose: 0.5.
    """
    if labels.all() or not labels.any():
        return 0.5
    values = np.unique(scores)
    cuts = np.concatenate([values[:1], (values[1:] + values[:-1]) / 2])
    positive, negative = np.sort(scores[labels]), np.sort(scores[~labels])
    sensitivity = 1 - np.searchsorted(positive, cuts) / len(positive)
    specificity = np.searchsorted(negative, cuts) / len(negative)
    found = sensitivity + specificity
    best = np.flatnonzero(found >= found.max() - 1e-12)
    return float(cuts[best[len(best) // 2]])


def shared_cut(groups: Sequence[Sequence[tuple[Labels, Scores]]]) -> float:
    """Return the cut, in steps of a hundredth, with the best mean balanced accuracy over groups; groups weigh alike.

    A group's accuracy is the mean over its parts, those left out in which a label is missing. Of equally good cuts the
    middle one is taken; 0.5 where there is nothing to choose by.
    """
    parts = [[part for part in group if part[0].any() and not part[0].all()] for group in groups]
    if not any(parts):
        return 0.5
    found = np.array(
        [
            np.mean([np.mean([balanced_accuracy(labels, scores >= cut) for labels, scores in p]) for p in parts if p])
            for cut in HUNDREDTHS
        ]
    )
    best = np.flatnonzero(found >= found.max() - 1e-12)
    return float(HUNDREDTHS[best[len(best) // 2]])


def wilson(successes: int, trials: int) -> Interval:
    """Return a share with its 95 % score interval; NaN without trials. Wilson, JASA 22 (1927)."""
    if not trials:
        return Interval(math.nan, math.nan, math.nan)
    share = successes / trials
    spread = Z95**2 / trials
    centre = (share + spread / 2) / (1 + spread)
    half = Z95 * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def draws(clusters: int, *, resamples: int, seed: int) -> NDArray[np.int64]:
    """Draw `clusters` clusters with replacement, `resamples` times: rows of how often each was drawn."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples)


def percentile_interval(value: float, resampled: Sequence[float]) -> Interval:
    """Return a value with the middle 95 % of its resampled ones; draws in which it does not exist are left out.

    The percentile bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    existing = np.array([one for one in resampled if not math.isnan(one)])
    if not len(existing) or math.isnan(value):
        return Interval(value, math.nan, math.nan)
    low, high = np.quantile(existing, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def mean(values: Sequence[float]) -> float:
    """Return the mean of the values that exist; NaN where none does."""
    existing = [value for value in values if not math.isnan(value)]
    return sum(existing) / len(existing) if existing else math.nan


def fold_mean(metric: Callable[[Weights], float], in_first: Labels, weights: Weights) -> float:
    """Return the mean of a metric over two folds; `metric` takes weights, which leave the other fold out."""
    return mean([metric(weights * in_first), metric(weights * ~in_first)])
