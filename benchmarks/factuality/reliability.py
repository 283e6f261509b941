"""Whether support is a probability: how many claims are consistent among those with a support of about so much.

Sets weigh alike, and within a set either every claim does, or both labels do, as they did in the fit. Each claim is
scored by the weights that were fitted to the other sets. Does not fit or scale anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.factuality.scoring import Unit
from benchmarks.factuality.statistics import Labels, Scores, Weights

BINS = 10
Weighing = Literal["claims alike", "labels alike"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The claims with a support from `low` to less than `high` (the last bin holds 1 too).

    `weight` is their part of all; `support` their mean and `consistent` their share, both weighed, NaN without claims.
    """

    low: float
    high: float
    claims: int
    weight: float
    support: float
    consistent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """The bins of one system under one weighing, from 0 to 1.

    `calibration_error` is the mean distance of support from share over bins (expected calibration error: Naeini and
    others, AAAI 2015); `brier` the mean square distance of support from the label (Brier, Monthly Weather Review 78,
    1950), and `constant` what the Brier score would be if every claim had the share of consistent ones.
    """

    system: str
    weighing: Weighing
    bins: tuple[Bin, ...]
    calibration_error: float
    brier: float
    constant: float


def reliabilities(units: Sequence[Unit], systems: Sequence[str]) -> list[Reliability]:
    """Return the reliability of each of the systems that scored all units, under both weighings."""
    found = []
    for system in systems:
        if units and all(system in unit.systems for unit in units):
            labels = np.concatenate([unit.labels for unit in units])
            scores = np.concatenate([unit.systems[system].scores for unit in units])
            sets = [unit.set for unit in units for _ in unit.items]
            found += [
                reliability(system, labels, scores, weighed(sets, labels, weighing), weighing)
                for weighing in ("claims alike", "labels alike")
            ]
    return found


def weighed(sets: Sequence[str], labels: Labels, weighing: Weighing) -> Weights:
    """Return the weight of each claim; those of a set add up to 1, and all do to the number of sets."""
    names = np.array(sets)
    weights = np.zeros(len(labels))
    for name in dict.fromkeys(sets):
        inside = names == name
        groups = [inside] if weighing == "claims alike" else [inside & labels, inside & ~labels]
        existing = [group for group in groups if group.any()]
        for group in existing:
            weights[group] = 1 / (len(existing) * group.sum())
    return weights


def reliability(system: str, labels: Labels, scores: Scores, weights: Weights, weighing: Weighing) -> Reliability:
    """Return ten bins of equal width and what they amount to."""
    places = np.minimum((scores * BINS).astype(int), BINS - 1)
    total = weights.sum()
    bins, error = [], 0.0
    for place in range(BINS):
        inside = places == place
        weight = float(weights[inside].sum())
        support = float(np.average(scores[inside], weights=weights[inside])) if weight else float("nan")
        share = float(np.average(labels[inside], weights=weights[inside])) if weight else float("nan")
        error += weight / total * abs(support - share) if weight else 0.0
        bins.append(
            Bin(
                low=place / BINS,
                high=(place + 1) / BINS,
                claims=int(inside.sum()),
                weight=weight / float(total),
                support=support,
                consistent=share,
            )
        )
    base = float(np.average(labels, weights=weights))
    return Reliability(
        system=system,
        weighing=weighing,
        bins=tuple(bins),
        calibration_error=error,
        brier=float(np.average((scores - labels) ** 2, weights=weights)),
        constant=base * (1 - base),
    )
