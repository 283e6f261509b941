"""The tables of how well scores and verdicts do: accuracy, differences, reliability. Does not measure."""

import math
from collections.abc import Iterator, Sequence

from benchmarks.factuality.accuracy import Row, tally
from benchmarks.factuality.reliability import Reliability
from benchmarks.factuality.tables import per_cent, signed, table

OVERLAP = {"a": "(a)", "b": "(b)", "c": "(c)", "d in": "(d) in-set"}
HONEST = {"auc": "AUC", "cut": "BAcc, cut", "passing": "BAcc, passing"}
"""The differences between what was fitted to the same other sets on both sides."""
OTHER = {
    "shipped auc": "shipped: AUC",
    "shipped cut": "shipped: BAcc, cut",
    "shipped verdict": "shipped: verdict - passing",
    "auc, d in": "AUC - (d) in-set",
}
POINTS = "points with 95 % intervals (paired bootstrap by article)"


def accuracy_tables(rows: Sequence[Row], reliability: Sequence[Reliability], by: str) -> Iterator[str]:
    """Yield the tables, the one that counts first; `by` tells what read the articles."""
    yield _elsewhere(rows, by)
    yield _in_set(rows, by)
    yield _differences(rows, HONEST, f"Ours less (d), both fitted elsewhere, {POINTS}, articles read by {by}")
    if counted := _tallies(rows):
        yield counted
    yield _differences(rows, OTHER, f"Other differences to (d) fitted elsewhere or in the set, {POINTS}")
    if reliability:
        yield _reliability(reliability, by)


def _elsewhere(rows: Sequence[Row], by: str) -> str:
    columns = {"ours out": "ours", "ours": "shipped", "d out": "(d)"}
    head = ["set", "items", "articles", "consistent"]
    head += [f"{figure}{name}" for figure in ("AUC: ", "cut: ", "passing: ") for name in columns.values()]
    body = []
    for row in rows:
        found = [row.systems.get(key) for key in columns]
        passing = [
            row.verdict if key == "ours" else one.passing if one else math.nan
            for key, one in zip(columns, found, strict=True)
        ]
        body.append(
            [
                *_named(row),
                *(per_cent(one.auc if one else math.nan) for one in found),
                *(per_cent(one.bacc if one else math.nan) for one in found),
                *map(per_cent, passing),
            ]
        )
    cuts = [row.systems["ours out"].cut for row in rows if not row.part and "ours out" in row.systems]
    chosen = f" (support from {min(cuts):.2f} to {max(cuts):.2f})" if cuts else ""
    title = (
        f"Leave one set out, articles read by {by}\n"
        "ours and (d): fitted to the other sets; shipped: the weights in the package, which have seen all sets\n"
        "AUC; cut: BAcc with a cut from the other half of the articles; passing: BAcc of what has no error and passes\n"
        f"a cut that is best on the other sets{chosen}; for shipped, of the own verdict"
    )
    return table(title, head, body)


def _in_set(rows: Sequence[Row], by: str) -> str:
    body = [
        [
            *_named(row),
            *(
                f"{per_cent(row.systems[key].bacc)}/{per_cent(row.systems[key].auc)}" if key in row.systems else "–"
                for key in OVERLAP
            ),
        ]
        for row in rows
    ]
    title = (
        f"Simple overlap: BAcc with a cut from the other fold / AUC, articles read by {by}\n"
        "(a) content words, (b) bigrams and trigrams, (c) numbers and capitals found in the article;\n"
        "(d) logistic regression of them, here fitted on the other fold"
    )
    return table(title, ["set", "items", "articles", "consistent", *OVERLAP.values()], body)


def _named(row: Row) -> list[str]:
    return [_name(row), str(row.items), str(row.articles), per_cent(row.consistent)]


def _name(row: Row) -> str:
    return ("  " if row.part else "") + row.name


def _differences(rows: Sequence[Row], columns: dict[str, str], title: str) -> str:
    body = [[_name(row), *(signed(row.differences.get(key)) for key in columns)] for row in rows]
    return table(title, ["set", *columns.values()], body)


def _tallies(rows: Sequence[Row]) -> str:
    counted = {name: tally(rows, key) for key, name in (HONEST | OTHER).items()}
    body = [
        [name, *map(str, (one.sets, one.better, one.surely_better, one.worse, one.surely_worse))]
        for name, one in counted.items()
        if one.sets
    ]
    if not body:
        return ""
    title = "In how many sets ours is better or worse than (d), and in how many the interval leaves zero out"
    return table(title, ["ours less (d)", "sets", "better", "surely", "worse", "surely"], body)


def _reliability(found: Sequence[Reliability], by: str) -> str:
    first = {one.weighing: one for one in found if one.system == found[0].system}
    head = ["support", "claims"]
    for weighing in first:
        head += [f"{weighing}: weight", "mean support", "consistent"]
    body = []
    for bins in zip(*(one.bins for one in first.values()), strict=True):
        cells = [f"{bins[0].low:.1f} to {bins[0].high:.1f}", str(bins[0].claims)]
        for one in bins:
            cells += [per_cent(one.weight), per_cent(one.support), per_cent(one.consistent)]
        body.append(cells)
    title = (
        f"Reliability of support fitted elsewhere, articles read by {by}\n"
        "sets weigh alike, and in each set all claims, or both labels, as they do in the fit"
    )
    sums = table(
        "Calibration: expected calibration error over the bins, Brier score, and that of a constant",
        ["system", "weighing", "error", "Brier", "constant"],
        [
            [one.system, one.weighing, f"{one.calibration_error:.3f}", f"{one.brier:.3f}", f"{one.constant:.3f}"]
            for one in found
        ],
    )
    return f"{table(title, head, body)}\n\n{sums}"
