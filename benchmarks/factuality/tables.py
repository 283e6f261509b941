"""Computes figures of the checker on labelled claims, and writes them as tables."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from benchmarks.factuality.data import MIXTURES
from benchmarks.factuality.figures import SetFigures
from benchmarks.factuality.halves import Outcome, is_strong
from benchmarks.factuality.statistics import auc, mean
from benchmarks.markdown import table
from summarise.data import Sensitivity
from training.verdict import DOUBTED, calibration_error, equal_mass, error_by_chance

EXTRINSIC = "extrinsic"
"""Prefixes of the names of error types for details that the article does not mention."""
Halves = Sequence[Sequence[Outcome]]


def share(outcomes: Sequence[bool]) -> float:
    """Return a share in per cent; NaN for an empty sequence."""
    return 100.0 * sum(outcomes) / len(outcomes) if outcomes else float("nan")


def area(outcomes: Sequence[Outcome]) -> float:
    """Return the AUC in per cent. An error counts as less than any support. For a mixture, the mean of its corpora."""
    parts: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        parts[(one.item.corpus or "") if one.item.set in MIXTURES else ""].append(one)
    found = []
    for part in parts.values():
        scores = np.array([one.support - one.errs for one in part])
        found.append(auc(np.array([one.item.consistent for one in part]), scores))
    return 100.0 * mean(found)


def caught(outcomes: Sequence[Outcome], sensitivity: Sensitivity) -> float:
    """Return the share of wrong claims that are doubted, in per cent."""
    return share([one.doubted[sensitivity] for one in outcomes if not one.item.consistent])


def doubted(outcomes: Sequence[Outcome], sensitivity: Sensitivity) -> float:
    """Return the share of right claims that are doubted, in per cent."""
    return share([one.doubted[sensitivity] for one in outcomes if one.item.consistent])


def intrinsic(one: Outcome) -> bool:
    """Return whether a wrong claim has an error other than details that the article does not mention."""
    kinds = one.item.error_types
    return not kinds or not all(kind.startswith(EXTRINSIC) for kind in kinds)


def calibration(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Return the calibration error of support, and that of a perfectly calibrated score on as many claims."""
    supports = [one.support for one in outcomes]
    right = [float(one.item.consistent) for one in outcomes]
    ones = [1.0] * len(outcomes)
    return calibration_error(supports, right, equal_mass(right, ones)), error_by_chance(supports, right, ones)


def shown_right(outcomes: Sequence[Outcome]) -> float:
    """Return the share of right claims among those that are supported, in per cent."""
    return share([one.item.consistent for one in outcomes if not one.doubted["default"]])


def figures_of(found: Mapping[str, Halves]) -> dict[str, SetFigures]:
    """Return the figures of each set of right and wrong claims; shares and scores are means of both halves."""
    return {
        name: _set_figures(halves)
        for name, halves in found.items()
        if len({one.item.consistent for half in halves for one in half}) == 2
    }


def _set_figures(halves: Halves) -> SetFigures:
    distinct = list({one.item.id: one for half in halves for one in half}.values())
    accused = [one for one in distinct if one.accused]
    errors = [calibration(half) for half in halves]
    return SetFigures(
        claims=len(distinct),
        auc=mean([area(half) for half in halves]),
        doubted={level: mean([doubted(half, level) for half in halves]) for level in DOUBTED},
        caught={level: mean([caught(half, level) for half in halves]) for level in DOUBTED},
        shown_right=mean([shown_right(half) for half in halves]),
        accusations=len(accused),
        accusations_right=sum(not one.item.consistent for one in accused),
        accused=share([one.accused for one in distinct if not one.item.consistent and intrinsic(one)]),
        calibration=mean([own for own, _ in errors]),
        calibration_by_chance=mean([chance for _, chance in errors]),
    )


def strong_doubted(found: Mapping[str, Halves]) -> tuple[int, dict[Sensitivity, list[float]]]:
    """Return the number of right sentences by strong models, and their doubted share by sensitivity and half."""
    halves = next((halves for name, halves in found.items() if name == "genaudit_news_sent"), [])
    strong = [[one for one in half if is_strong(one.item)] for half in halves]
    shares = {level: [share([one.doubted[level] for one in half]) for half in strong] for level in DOUBTED}
    return sum(map(len, strong)), shares


def careful_line(halves: Halves) -> str:
    """Return a line with the doubted and accused right sentences of a careful writer, for the fit to each half."""
    told = "; ".join(
        f"{sum(one.doubted['default'] for one in half)} doubted, {sum(one.accused for one in half)} accused"
        for half in halves
    )
    return f"Right sentences by a careful writer ({len(halves[0])}), by either half's numbers: {told}"


def kinds_table(outcomes: Sequence[Outcome], sensitivity: Sensitivity = "default") -> Iterator[str]:
    """Return the lines of a table with the share of doubted wrong claims by kind of error."""
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for one in outcomes:
        for kind in one.item.error_types or (("right",) if one.item.consistent else ()):
            by_kind[kind].append(one.doubted[sensitivity])
    kinds = sorted(by_kind.items(), key=lambda entry: -len(entry[1]))
    return table(
        ("kind", "claims", "doubted"), ((kind, str(len(each)), f"{share(each):.1f} %") for kind, each in kinds)
    )
