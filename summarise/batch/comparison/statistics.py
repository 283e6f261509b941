"""Paired comparisons of numbers: bootstrap interval of a mean difference, sign-flip test, Holm's correction.

Pure functions over arrays; the same seed gives the same result.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
RESAMPLES = 10_000
"""Bootstrap resamples, and random sign-flips where there are too many to try all."""
LEVEL = 0.95
EXACT_UP_TO = 13
"""So many differences other than 0 have all their sign-flips tried: 2 to the power of 13 is fewer than 10,000."""
BLOCK = 1_000_000
"""Numbers that are drawn at once, so that memory does not grow with the articles."""
TINY = 1e-9
"""Differences below this, relative to the largest, are taken as rounding errors."""


def bootstrap_interval(differences: Sequence[float], *, seed: int, resamples: int = RESAMPLES) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean, by resampling with replacement (Efron 1979)."""
    values = _array(differences)
    means = np.concatenate(
        [
            values[rng.integers(0, len(values), (rows, len(values)))].mean(axis=1)
            for rng, rows in _blocks(len(values), seed, resamples)
        ]
    )
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def sign_flip_p(differences: Sequence[float], *, seed: int) -> float:
    """Return the two-sided p value of the mean difference: how often random signs give as large a sum.

    Fisher's randomisation test for pairs: exact for few differences, by random flips for more. Differences of 0 have
    no sign and drop out; if there is no other one, p is 1.
    """
    values = _array(differences)
    values = values[np.abs(values) > TINY * max(1.0, float(np.abs(values).max(initial=0.0)))]
    if not len(values):
        return 1.0
    observed = abs(values.sum()) * (1 - TINY)
    if len(values) <= EXACT_UP_TO:
        numbers = np.arange(2 ** len(values))[:, None] >> np.arange(len(values)) & 1
        return float((np.abs((1 - 2 * numbers) @ values) >= observed).mean())
    extreme = sum(
        int((np.abs((1 - 2 * rng.integers(0, 2, (rows, len(values)))) @ values) >= observed).sum())
        for rng, rows in _blocks(len(values), seed, RESAMPLES)
    )
    # The order that was observed is one of those that are possible.
    return (extreme + 1) / (RESAMPLES + 1)


def smallest_p(pairs: int) -> float:
    """Return the smallest p value that a sign-flip test of so many pairs can come to."""
    return 1.0 if pairs < 1 else max(2.0 ** (1 - pairs), 1 / (RESAMPLES + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values corrected by Holm's step-down method (1979), in the order in which they were given."""
    adjusted, worst = [1.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        worst = max(worst, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = worst
    return adjusted


def _array(numbers: Sequence[float]) -> Numbers:
    return np.asarray(numbers, dtype=np.float64)


def _blocks(width: int, seed: int, rows: int) -> list[tuple[np.random.Generator, int]]:
    """Return a generator and how many rows of so many numbers it is to draw, until there are all rows."""
    rng, size = np.random.default_rng(seed), max(1, BLOCK // max(1, width))
    return [(rng, min(size, rows - start)) for start in range(0, rows, size)]
