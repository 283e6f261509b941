"""Fits support and its thresholds to labelled examples, and measures how good a fit is. Numbers only: reads no text.

Right and wrong examples weigh alike throughout, however many there are of each: support is a probability where both
are as many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from summarise.checks.verdict import support_of
from summarise.data import FittedSupport, Sensitivity, Thresholds

Array = NDArray[np.float64]

PENALTY = 1.0
"""How strongly weights are drawn to 0: half of it, times the sum of their squares, on inputs of unit variance."""
DOUBTED: Mapping[Sensitivity, float] = {"low": 0.02, "default": 0.05, "high": 0.12}
"""The largest share of the right examples that a threshold may doubt."""
SENSITIVITIES: tuple[Sensitivity, ...] = get_args(Sensitivity)
BINS = 10
DRAWS = 200
STEPS = 100
CLOSE = 1e-10
"""The gradient, for each example, at which the fit has ended."""
SLACK = 1e-9
"""What adding up weights may be wrong by."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled claim: its inputs, whether it is right, and whether an exact comparison found an error.

    An error leaves doubt whatever the support.
    """

    inputs: Mapping[str, float]
    right: bool
    error: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """What some parameters make of an example: its support, and whether it is doubted at each sensitivity."""

    right: bool
    weight: float
    support: float
    doubted: Mapping[Sensitivity, bool]


@dataclass(frozen=True, slots=True)
class Measures:
    """How good parameters are: the shares of right examples doubted and of wrong ones caught, by sensitivity.

    `auc` is how often a right example has more support than a wrong one, `error` the calibration error, `by_chance`
    that of a perfectly calibrated score on as many examples.
    """

    doubted: Mapping[Sensitivity, float]
    caught: Mapping[Sensitivity, float]
    auc: float
    error: float
    by_chance: float


def fit(examples: Sequence[Labelled], *, penalty: float = PENALTY) -> FittedSupport:
    """Fit support to examples by logistic regression, and choose its thresholds; an input that never varies gets 0.

    The `penalty`, more than 0, is on the weights of standardised inputs and not on the intercept, so that the unit of
    an input makes no difference. ValueError where not both labels are there.
    """
    names = tuple(dict.fromkeys(name for example in examples for name in example.inputs))
    table = np.array([[example.inputs.get(name, 0.0) for name in names] for example in examples], dtype=np.float64)
    right = np.array([example.right for example in examples], dtype=np.float64)
    weights = alike(right, [example.weight for example in examples]) * len(examples)
    mean = np.average(table, axis=0, weights=weights)
    deviation = np.sqrt(np.average((table - mean) ** 2, axis=0, weights=weights))
    varies = (table.max(axis=0) > table.min(axis=0)) & (deviation > 0)
    spread = np.where(varies, deviation, 1.0)
    design = np.column_stack([np.ones(len(examples)), np.where(varies, (table - mean) / spread, 0.0)])
    found = _newton(design, right, weights, np.array([0.0, *(penalty for _ in names)]))
    # Rounded to what is worth writing down: six digits of a weight, and of the intercept what support shows.
    raw = [float(f"{value:.6g}") for value in np.where(varies, found[1:] / spread, 0.0)]
    fitted = FittedSupport(
        intercept=round(float(found[0] - np.dot(raw, mean)), 6),
        weights=dict(zip(names, raw, strict=True)),
        thresholds=Thresholds(low=0.0, default=0.0, high=0.0),
    )
    return fitted.model_copy(update={"thresholds": thresholds_of(fitted, examples)})


def thresholds_of(fitted: FittedSupport, examples: Sequence[Labelled]) -> Thresholds:
    """Return the highest thresholds at which at most the shares of `DOUBTED` of the right examples are doubted."""
    right = [example for example in examples if example.right]
    supports = [support_of(fitted, example.inputs) for example in right]
    errors, weights = [example.error for example in right], [example.weight for example in right]
    return Thresholds(**{name: highest_threshold(supports, errors, weights, DOUBTED[name]) for name in SENSITIVITIES})


def highest_threshold(
    supports: Sequence[float], errors: Sequence[bool], weights: Sequence[float], limit: float
) -> float:
    """Return the highest threshold at which at most a share `limit` of right examples, by weight, is doubted.

    Doubted are those with an error, and those with less support than the threshold: of those that tie with it none is.
    0 where those with an error are more than `limit` by themselves, 1 where all may be doubted.
    """
    allowed = (limit + SLACK) * sum(weights)
    doubted = sum(weight for error, weight in zip(errors, weights, strict=True) if error)
    if doubted > allowed:
        return 0.0
    rest = sorted((s, weight) for s, error, weight in zip(supports, errors, weights, strict=True) if not error)
    for support, weight in rest:
        doubted += weight
        if doubted > allowed:
            return support
    return 1.0


def judged(example: Labelled, fitted: FittedSupport) -> Judged:
    """Return what fitted support makes of an example."""
    support = support_of(fitted, example.inputs)
    doubted = {name: example.error or support < getattr(fitted.thresholds, name) for name in SENSITIVITIES}
    return Judged(example.right, example.weight, support, doubted)


def measured(outcomes: Sequence[Judged]) -> Measures:
    """Return how good what parameters make of examples is; some must be right and some wrong."""
    supports = np.array([one.support for one in outcomes])
    right = np.array([one.right for one in outcomes], dtype=np.float64)
    weights = np.array([one.weight for one in outcomes])
    doubted = {name: np.array([one.doubted[name] for one in outcomes], dtype=np.float64) for name in SENSITIVITIES}
    return Measures(
        doubted={name: float(np.average(doubted[name], weights=weights * right)) for name in SENSITIVITIES},
        caught={name: float(np.average(doubted[name], weights=weights * (1 - right))) for name in SENSITIVITIES},
        auc=area(supports, right, weights),
        error=calibration_error(supports, right, alike(right, weights)),
        by_chance=error_by_chance(supports, right, weights),
    )


def alike(right: ArrayLike, weights: ArrayLike) -> Array:
    """Return weights of which those of right examples add up to a half, and those of wrong ones to the other half.

    ValueError where there are none of either.
    """
    true, own = np.asarray(right, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    for_right, for_wrong = float(own @ true), float(own @ (1 - true))
    if not (for_right > 0 and for_wrong > 0):
        raise ValueError("there must be right and wrong examples")
    return np.asarray(own * np.where(true == 1, 0.5 / for_right, 0.5 / for_wrong), dtype=np.float64)


def area(supports: ArrayLike, right: ArrayLike, weights: ArrayLike) -> float:
    """Return how often, by weight, a right example has more support than a wrong one; a tie counts half."""
    true, own = np.asarray(right, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    _, group = np.unique(np.asarray(supports, dtype=np.float64), return_inverse=True)
    for_right, for_wrong = np.bincount(group, own * true), np.bincount(group, own * (1 - true))
    below = np.cumsum(for_wrong) - for_wrong / 2
    return float(for_right @ below / (for_right.sum() * for_wrong.sum()))


def calibration_error(supports: ArrayLike, right: ArrayLike, weights: ArrayLike) -> float:
    """Return the expected calibration error in ten bins of equal mass.

    It is the mean, by mass, of how far the mean support of a bin lies from its share of right examples. Those that tie
    stay together, in the bin in which the middle of their mass lies, so that order makes no difference.
    """
    true, own = np.asarray(right, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    values, group = np.unique(np.asarray(supports, dtype=np.float64), return_inverse=True)
    mass, positive = np.bincount(group, own), np.bincount(group, own * true)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    place = np.minimum((middle * BINS).astype(np.intp), BINS - 1)
    off = np.bincount(place, mass * values) - np.bincount(place, positive)
    return float(np.abs(off).sum() / mass.sum())


def error_by_chance(supports: ArrayLike, right: ArrayLike, weights: ArrayLike) -> float:
    """Return the mean calibration error that these supports would have if they were perfectly calibrated.

    The labels are drawn `DRAWS` times, by a fixed seed, so that a support is the probability of right where right and
    wrong weigh alike, and otherwise right ones are as many as they are.
    """
    given, own = np.asarray(supports, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    true = np.asarray(right, dtype=np.float64)
    of_right, of_wrong = 0.5 / float(own @ true), 0.5 / float(own @ (1 - true))
    chance = given * of_wrong / (given * of_wrong + (1 - given) * of_right)
    random = np.random.default_rng(0)
    errors = []
    for _ in range(DRAWS):
        drawn = random.random(len(given)) < chance
        errors.append(calibration_error(given, drawn, own * np.where(drawn, of_right, of_wrong)))
    return float(np.mean(errors))


def _newton(design: Array, right: Array, weights: Array, penalties: Array) -> Array:
    """Return the coefficients of the penalised logistic regression, by Newton's method with halved steps."""

    def loss(coefficients: Array) -> float:
        scores = design @ coefficients
        return float(weights @ (np.logaddexp(0.0, scores) - right * scores) + penalties @ coefficients**2 / 2)

    found = np.zeros(design.shape[1])
    for _ in range(STEPS):
        likely = _logistic(design @ found)
        gradient = design.T @ (weights * (likely - right)) + penalties * found
        if np.abs(gradient).max() <= CLOSE * len(right):
            break
        curvature = design.T @ (design * (weights * likely * (1 - likely))[:, None]) + np.diag(penalties)
        step = np.linalg.solve(curvature, gradient)
        before = loss(found)
        while loss(found - step) > before and np.abs(step).max() > CLOSE:
            step = step / 2
        found = found - step
    return found


def _logistic(scores: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0.0, -scores)), dtype=np.float64)
