"""Fits the parameters of the verdict to labelled examples, and measures the calibration of a fit.

Right and wrong examples have the same total weight, so support is the probability that a sentence is right if both are
equally frequent. `python -m benchmarks.factuality --write FILE` collects the examples.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from summarise.checks.verdict import ELSEWHERE, posterior
from summarise.data import Regression, Sensitivity, Thresholds

Array = NDArray[np.float64]

DOUBTED: Mapping[Sensitivity, float] = {"low": 0.02, "default": 0.05, "high": 0.12}
"""Maximum share of a strong writer's right sentences that may fall below a threshold, by sensitivity."""
SENSITIVITIES: tuple[Sensitivity, ...] = get_args(Sensitivity)
FIXED: Mapping[str, float] = {ELSEWHERE: -3.5}
"""Weights that are not fitted, because the input is rare in the fitted sets. The note "elsewhere" (the article has the
value in another context) occurred for 34 of 122 claims with an exchanged value and for 10 of 1,936 right claims: a
likelihood ratio of 54, log 4.0. It is rounded down, because the entailment model also detects some of these claims.
"""
BINS = 10
DRAWS = 200


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled claim: inputs of the regression, whether it is right, and its weight among claims with this label."""

    inputs: Mapping[str, float]
    right: bool
    weight: float = 1.0


def fit(examples: Sequence[Labelled]) -> Regression:
    """Fit support by logistic regression, with an L2 penalty on the weights of standardised inputs.

    Weights in `FIXED` are not fitted; a constant input gets the weight 0. Raises ValueError unless there are right and
    wrong examples.
    """
    # This needs the extra `bench`, which the rest of the module does not.
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    names = tuple(dict.fromkeys(name for example in examples for name in example.inputs if name not in FIXED))
    table = np.array([[example.inputs.get(name, 0.0) for name in names] for example in examples], dtype=np.float64)
    right = np.array([example.right for example in examples], dtype=np.float64)
    weights = equal_mass(right, [example.weight for example in examples]) * len(examples)
    scaler = StandardScaler().fit(table, sample_weight=weights)
    fitted = LogisticRegression(C=1.0, tol=1e-8, max_iter=1000).fit(
        scaler.transform(table), right, sample_weight=weights
    )
    raw = [float(f"{value:.6g}") for value in fitted.coef_[0] / scaler.scale_]
    return Regression(
        intercept=round(float(fitted.intercept_[0] - np.dot(raw, scaler.mean_)), 6),
        weights={**dict(zip(names, raw, strict=True)), **FIXED},
    )


def thresholds_of(supports: Sequence[float], errors: Sequence[bool], share: float) -> Thresholds:
    """Return the highest thresholds below which at most the share `DOUBTED` of right sentences falls.

    `supports`: the support of each right sentence. `errors`: whether it has an error, so that it is doubted at any
    threshold. `share`: the writer's share of right sentences.
    """
    highest = {name: highest_threshold(supports, errors, DOUBTED[name]) for name in SENSITIVITIES}
    return Thresholds(**{name: posterior(support, share) for name, support in highest.items()})


def highest_threshold(supports: Sequence[float], errors: Sequence[bool], limit: float) -> float:
    """Return the highest threshold of support at which at most a share `limit` of right sentences is doubted.

    Returns 0 if too many sentences have an error, and 1 if all sentences may be doubted.
    """
    allowed = int(limit * len(supports) + 1e-9)
    spare = allowed - sum(errors)
    rest = sorted(support for support, error in zip(supports, errors, strict=True) if not error)
    if spare < 0:
        return 0.0
    return rest[spare] if spare < len(rest) else 1.0


def equal_mass(right: ArrayLike, weights: ArrayLike) -> Array:
    """Scale weights so that right and wrong examples have a sum of one half each. Raises ValueError if a sum is 0."""
    true, own = np.asarray(right, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    for_right, for_wrong = float(own @ true), float(own @ (1 - true))
    if not (for_right > 0 and for_wrong > 0):
        raise ValueError("the examples are all right or all wrong: add examples of the other label")
    return np.asarray(own * np.where(true == 1, 0.5 / for_right, 0.5 / for_wrong), dtype=np.float64)


def calibration_error(chances: ArrayLike, right: ArrayLike, weights: ArrayLike) -> float:
    """Return the expected calibration error of probabilities in ten bins of equal mass.

    This is the weighted mean of the differences between a bin's mean probability and its share of right examples.
    Equal probabilities are in the same bin, so the order of examples does not matter.
    """
    true, own = np.asarray(right, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    values, group = np.unique(np.asarray(chances, dtype=np.float64), return_inverse=True)
    mass, positive = np.bincount(group, own), np.bincount(group, own * true)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    place = np.minimum((middle * BINS).astype(np.intp), BINS - 1)
    off = np.bincount(place, mass * values) - np.bincount(place, positive)
    return float(np.abs(off).sum() / mass.sum())


def error_by_chance(chances: ArrayLike, right: ArrayLike, weights: ArrayLike) -> float:
    """Return the expected calibration error of these probabilities if they were perfectly calibrated.

    The labels are drawn `DRAWS` times with a fixed seed.
    """
    values, own = np.asarray(chances, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    true = np.asarray(right, dtype=np.float64)
    # By Bayes' rule, convert probabilities for equal mass to the actual shares of right and wrong examples.
    of_right, of_wrong = 0.5 / float(own @ true), 0.5 / float(own @ (1 - true))
    chance = values * of_wrong / (values * of_wrong + (1 - values) * of_right)
    random = np.random.default_rng(0)
    errors = []
    for _ in range(DRAWS):
        drawn = random.random(len(values)) < chance
        errors.append(calibration_error(values, drawn, own * np.where(drawn, of_right, of_wrong)))
    return float(np.mean(errors))
