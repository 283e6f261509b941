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
"""Prefix of the names of error types for details that the article does not mention."""
Halves = Sequence[Sequence[Outcome]]


def share(outcomes: Sequence[bool]) -> float:
    """Return a share in per cent; NaN for an empty sequence."""
    return 100.0 * sum(outcomes) / len(outcomes) if outcomes else float("nan")


def area(outcomes: Sequence[Outcome]) -> float:
    """Return the AUC in per cent. Claims with an error rank lowest. For sets in `MIXTURES`: the mean of the corpora."""
    parts: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        parts[(outcome.item.corpus or "") if outcome.item.set in MIXTURES else ""].append(outcome)
    areas = []
    for part in parts.values():
        scores = np.array([outcome.support - outcome.errs for outcome in part])
        areas.append(auc(np.array([outcome.item.consistent for outcome in part]), scores))
    return 100.0 * mean(areas)


def caught(outcomes: Sequence[Outcome], sensitivity: Sensitivity) -> float:
    """Return the share of wrong claims that are doubted, in per cent."""
    return share([outcome.doubted[sensitivity] for outcome in outcomes if not outcome.item.consistent])


def doubted(outcomes: Sequence[Outcome], sensitivity: Sensitivity) -> float:
    """Return the share of right claims that are doubted, in per cent."""
    return share([outcome.doubted[sensitivity] for outcome in outcomes if outcome.item.consistent])


def intrinsic(outcome: Outcome) -> bool:
    """Return whether a wrong claim has an error other than details that the article does not mention."""
    kinds = outcome.item.error_types
    return not kinds or not all(kind.startswith(EXTRINSIC) for kind in kinds)


def calibration(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Return the calibration error of support, and the expected error of a perfectly calibrated score (by chance)."""
    supports = [outcome.support for outcome in outcomes]
    right = [float(outcome.item.consistent) for outcome in outcomes]
    weights = [1.0] * len(outcomes)
    return calibration_error(supports, right, equal_mass(right, weights)), error_by_chance(supports, right, weights)


def shown_right(outcomes: Sequence[Outcome]) -> float:
    """Return the share of right claims among those that are supported, in per cent."""
    return share([outcome.item.consistent for outcome in outcomes if not outcome.doubted["default"]])


def figures_of(outcomes: Mapping[str, Halves]) -> dict[str, SetFigures]:
    """Return the figures of each set of right and wrong claims; shares and scores are means of both halves."""
    return {
        name: _set_figures(halves)
        for name, halves in outcomes.items()
        if len({outcome.item.consistent for half in halves for outcome in half}) == 2
    }


def _set_figures(halves: Halves) -> SetFigures:
    distinct = list({outcome.item.id: outcome for half in halves for outcome in half}.values())
    accused = [outcome for outcome in distinct if outcome.accused]
    errors = [calibration(half) for half in halves]
    return SetFigures(
        claims=len(distinct),
        auc=mean([area(half) for half in halves]),
        doubted={level: mean([doubted(half, level) for half in halves]) for level in DOUBTED},
        caught={level: mean([caught(half, level) for half in halves]) for level in DOUBTED},
        shown_right=mean([shown_right(half) for half in halves]),
        accusations=len(accused),
        accusations_right=sum(not outcome.item.consistent for outcome in accused),
        accused=share([outcome.accused for outcome in distinct if not outcome.item.consistent and intrinsic(outcome)]),
        calibration=mean([own for own, _ in errors]),
        calibration_by_chance=mean([chance for _, chance in errors]),
    )


def strong_doubted(outcomes: Mapping[str, Halves]) -> tuple[int, dict[Sensitivity, list[float]]]:
    """Return the number of right sentences by strong models, and their doubted share by sensitivity and half."""
    halves = next((halves for name, halves in outcomes.items() if name == "genaudit_news_sent"), [])
    strong = [[outcome for outcome in half if is_strong(outcome.item)] for half in halves]
    shares = {level: [share([outcome.doubted[level] for outcome in half]) for half in strong] for level in DOUBTED}
    return sum(map(len, strong)), shares


def careful_line(halves: Halves) -> str:
    """Return a line with the doubted and accused right sentences of a careful writer, for the fit to each half."""
    pairs = [(sum(of.doubted["default"] for of in half), sum(of.accused for of in half)) for half in halves]
    counts = "; ".join(f"{doubted} doubted, {accused} accused" for doubted, accused in pairs)
    return f"Right sentences by a careful writer ({len(halves[0])}), with the parameters of each half: {counts}"


def kinds_table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Return the lines of a table with the share of doubted claims by kind of error, and of right claims."""
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        for kind in outcome.item.error_types or (("right",) if outcome.item.consistent else ()):
            by_kind[kind].append(outcome.doubted["default"])
    kinds = sorted(by_kind.items(), key=lambda entry: -len(entry[1]))
    rows = ((kind, str(len(of_kind)), f"{share(of_kind):.1f} %") for kind, of_kind in kinds)
    return table(("kind", "claims", "doubted"), rows)
