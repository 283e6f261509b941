"""Computes ROC-AUC and confidence intervals from arrays.

Labels are boolean arrays; a higher score means that the label is more likely to be true. An undefined figure is
NaN.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.bool_]
Scores = NDArray[np.float64]

Z95 = 1.959963984540054
"""The standard normal's 97.5 % point."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def auc(labels: Labels, scores: Scores) -> float:
    """Return the ROC-AUC; ties count half. NaN unless there are both true and false labels."""
    order = np.argsort(scores, kind="stable")
    _, group = np.unique(scores[order], return_inverse=True)
    true = labels[order]
    groups = int(group[-1]) + 1 if len(group) else 0
    positive = np.bincount(group, weights=true, minlength=groups)
    negative = np.bincount(group, weights=~true, minlength=groups)
    pairs = positive.sum() * negative.sum()
    if pairs == 0:
        return math.nan
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / pairs)


def wilson(successes: int, trials: int) -> Interval:
    """Return a share with its 95 % score interval (Wilson, JASA 22, 1927); NaN without trials."""
    if not trials:
        return Interval(math.nan, math.nan, math.nan)
    share = successes / trials
    spread = Z95**2 / trials
    centre = (share + spread / 2) / (1 + spread)
    half = Z95 * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def draws(clusters: int, *, resamples: int, seed: int) -> NDArray[np.int64]:
    """Draw `clusters` clusters with replacement, `resamples` times. A row has the number of draws of each cluster."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples)


def percentile_interval(value: float, resampled: Sequence[float]) -> Interval:
    """Return a value with the middle 95 % of its resampled values. NaN is ignored.

    The percentile bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    existing = np.array([value for value in resampled if not math.isnan(value)])
    if not len(existing) or math.isnan(value):
        return Interval(value, math.nan, math.nan)
    low, high = np.quantile(existing, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def mean(values: Sequence[float]) -> float:
    """Return the mean of the values that are not NaN, or NaN if all are."""
    existing = [value for value in values if not math.isnan(value)]
    return sum(existing) / len(existing) if existing else math.nan
