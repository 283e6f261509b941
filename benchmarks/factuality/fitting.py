"""Fits the weights of support to labelled claims, and reckons support under other weights than the shipped ones.

Knows no feature by name: what the program's `features` returns is what is fitted. Sets weigh alike, and so do
consistent and inconsistent claims in each. A claim of several sentences is fitted by the mean of their features and
scored by its weakest sentence. A sentence that stands in the article word for word is never asked for its features: its
support is 1 whatever the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks.factuality.run import Outcome
from benchmarks.factuality.statistics import Scores

REGULARISATION = 0.3
"""scikit-learn's C; between 0.1 and 3 no figure moves by more than 0.2."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled claim: the features of its sentences, a row for each, and which part of its support each keeps.

    `read` tells that the claim has a sentence at all; one without rows is then word for word in the article.
    """

    consistent: bool
    features: NDArray[np.float64]
    remaining: NDArray[np.float64]
    read: bool = True


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each feature by its name, and the intercept, in the units of the features."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    intercept: float

    def rounded(self) -> dict[str, float]:
        """Return what is shipped: every number to two places, the intercept first."""
        named = zip(self.names, self.values, strict=True)
        return {"intercept": round(self.intercept, 2), **{name: round(float(value), 2) for name, value in named}}


def feature_names(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return the names of the features in the order in which the program gives them; none where none was asked for."""
    return next((tuple(one.features[0]) for one in outcomes if one.features), ())


def row_of(consistent: bool, outcome: Outcome, names: Sequence[str]) -> Row:
    """Return a claim as it is fitted. Raises KeyError where a sentence lacks a feature of `names`."""
    table = [[sentence[name] for name in names] for sentence in outcome.features]
    return Row(
        consistent,
        np.array(table, dtype=np.float64).reshape(len(table), len(names)),
        np.array(outcome.remaining, dtype=np.float64),
        read=outcome.sentences > 0,
    )


def fitted(sets: Sequence[Sequence[Row]], names: Sequence[str]) -> Weights | None:
    """Fit a logistic regression to the claims of all sets; None where they have not both labels."""
    features, labels, weights = [], [], []
    for each in sets:
        rows = [row for row in each if len(row.features)]
        consistent = sum(row.consistent for row in rows)
        for row in rows:
            features.append(row.features.mean(axis=0))
            labels.append(row.consistent)
            weights.append(0.5 / (consistent if row.consistent else len(rows) - consistent))
    if len(set(labels)) < 2:
        return None
    scaler = StandardScaler().fit(features)
    weighing = np.array(weights) * len(weights) / sum(weights)
    model = LogisticRegression(C=REGULARISATION, max_iter=1000)
    model.fit(scaler.transform(features), labels, sample_weight=weighing)
    coefficients: NDArray[np.float64] = model.coef_[0] / scaler.scale_
    return Weights(tuple(names), coefficients, float(model.intercept_[0] - coefficients @ scaler.mean_))


def supports(rows: Sequence[Row], weights: Weights | None) -> Scores:
    """Return the support of each claim under some weights, as the program reckons it; 0.5 without weights."""
    if weights is None:
        return np.full(len(rows), 0.5)
    return np.array([_support(row, weights) for row in rows], dtype=np.float64)


def _support(row: Row, weights: Weights) -> float:
    if not row.read:
        return 0.0
    each = row.remaining / (1.0 + np.exp(-(row.features @ weights.values + weights.intercept)))
    return float(each.min(initial=1.0))
