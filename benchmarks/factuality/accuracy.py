"""How well verdicts and support tell consistent claims from others, beside simple overlap.

Does not run the checker: it is given the items and their outcomes. Shares are from 0 to 1.

Where nothing is fitted or chosen on the set (the verdict; AUC of support and of (a) to (c); all that was fitted and
chosen on other sets) a figure is of the whole set. Where something is, it is the mean of two folds of articles, fitted
or chosen on the other one. The bootstrap draws articles; fits and cuts stay as they are.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.factuality.data import Item, family
from benchmarks.factuality.metrics import DIFFERENCES, Metric, auc_of, cut_of, passing_of, verdict
from benchmarks.factuality.scoring import Unit
from benchmarks.factuality.statistics import (
    Interval,
    Weights,
    draws,
    mean,
    percentile_interval,
)

RESAMPLES = 1_000
SEED = 1
MEAN = "mean"
"""The name of the row that is the mean of all sets."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Balanced accuracy with a cut from the other fold, and ROC-AUC.

    `passing` is the balanced accuracy with the `cut` that is best on the other sets, NaN where there is none.
    """

    bacc: float
    auc: float
    passing: float = math.nan
    cut: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of one set, of one corpus of a mixture (`part`), or their mean.

    `verdict` is the balanced accuracy of the program's own verdict. `systems` are those of `units_of`, `differences`
    are ours less (d), by `DIFFERENCES`.
    """

    name: str
    part: bool
    items: int
    articles: int
    consistent: float
    verdict: float
    systems: Mapping[str, Pair]
    differences: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Tally:
    """In how many sets ours is better than (d), and worse, and in how many of those the interval leaves zero out."""

    sets: int
    better: int
    surely_better: int
    worse: int
    surely_worse: int


def tally(rows: Sequence[Row], difference: str) -> Tally:
    """Count one of `DIFFERENCES` over the sets; parts of mixtures and the mean do not count."""
    found = [row.differences[difference] for row in rows if _is_set(row) and difference in row.differences]
    return Tally(
        sets=len(found),
        better=sum(one.value > 0 for one in found),
        surely_better=sum(one.low > 0 for one in found),
        worse=sum(one.value < 0 for one in found),
        surely_worse=sum(one.high < 0 for one in found),
    )


def _is_set(row: Row) -> bool:
    return not row.part and row.name != MEAN


def measure(
    sets: Mapping[str, Sequence[Item]],
    units: Sequence[Unit],
    *,
    resamples: int = RESAMPLES,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Row]:
    """Return a row for each set, after it rows for its corpora if it is a mixture, and last the mean of the sets.

    `units` are those of `units_of` for the same sets.
    """
    rows: list[Row] = []
    whole: list[tuple[Row, dict[str, list[float]]]] = []
    for name in sets:
        progress(f"resampling {name}")
        parts = [unit for unit in units if unit.set == name]
        counts = _draws(sets, name, resamples)
        row, drawn = _row(name, parts, counts)
        whole.append((row, drawn))
        rows.append(row)
        rows += [_row(unit.name, [unit], counts, part=True)[0] for unit in parts if unit.corpus]
    if len(whole) > 1:
        rows.append(_mean_row([row for row, _ in whole], [drawn for _, drawn in whole]))
    return rows


def _draws(sets: Mapping[str, Sequence[Item]], name: str, resamples: int) -> dict[str, Weights]:
    """Return how often each article of a set's family is drawn in each resample: twins are drawn alike."""
    articles = sorted({i.article for other, items in sets.items() if family(other) == family(name) for i in items})
    seed = SEED + sorted({family(other) for other in sets}).index(family(name))
    counts = draws(len(articles), resamples=resamples, seed=seed).astype(np.float64)
    return {article: counts[:, place] for place, article in enumerate(articles)}


def _row(
    name: str, units: Sequence[Unit], counts: Mapping[str, Weights], *, part: bool = False
) -> tuple[Row, dict[str, list[float]]]:
    """Measure the mean of `units`; also return the differences in every resample."""
    even = [np.ones(len(unit.items)) for unit in units]
    drawn = [np.stack([counts[item.article] for item in unit.items], axis=1) for unit in units]

    def over(metric: Metric, weights: Sequence[Weights]) -> float:
        # A mixture counts only where both of its corpora do.
        return float(np.mean([metric(unit, each) for unit, each in zip(units, weights, strict=True)]))

    def less(pair: tuple[Metric, Metric], weights: Sequence[Weights]) -> float:
        return over(pair[0], weights) - over(pair[1], weights)

    resamples = len(drawn[0])
    known = {key: pair for key, pair in DIFFERENCES.items() if not math.isnan(less(pair, even))}
    resampled = {key: [less(pair, [d[r] for d in drawn]) for r in range(resamples)] for key, pair in known.items()}
    systems = [key for key in units[0].systems if all(key in unit.systems for unit in units)]
    labels = np.concatenate([unit.labels for unit in units])
    row = Row(
        name=name,
        part=part,
        items=len(labels),
        articles=len({item.article for unit in units for item in unit.items}),
        consistent=float(labels.mean()),
        verdict=over(verdict, even),
        systems={
            key: Pair(
                bacc=over(cut_of(key), even),
                auc=over(auc_of(key), even),
                passing=over(passing_of(key), even),
                cut=_shared(units[0].systems[key].cut),
            )
            for key in systems
        },
        differences={key: percentile_interval(less(known[key], even), resampled[key]) for key in known},
    )
    return row, resampled


def _shared(cut: float | None) -> float:
    return math.nan if cut is None else cut


def _mean_row(rows: Sequence[Row], resampled: Sequence[Mapping[str, list[float]]]) -> Row:
    systems = [key for key in rows[0].systems if all(key in row.systems for row in rows)]
    shared = [key for key in DIFFERENCES if all(key in row.differences for row in rows)]
    return Row(
        name=MEAN,
        part=False,
        items=sum(row.items for row in rows),
        articles=sum(row.articles for row in rows),
        consistent=mean([row.consistent for row in rows]),
        verdict=mean([row.verdict for row in rows]),
        systems={
            key: Pair(
                bacc=mean([row.systems[key].bacc for row in rows]),
                auc=mean([row.systems[key].auc for row in rows]),
                passing=mean([row.systems[key].passing for row in rows]),
                cut=mean([row.systems[key].cut for row in rows]),
            )
            for key in systems
        },
        differences={
            key: percentile_interval(
                mean([row.differences[key].value for row in rows]),
                [float(np.mean(each)) for each in zip(*(drawn[key] for drawn in resampled), strict=True)],
            )
            for key in shared
        },
    )
