"""The runs of a page → regions in reading order: one column after another, between the lines that span them.

A gutter is a vertical strip that few runs cross, with text on both sides. Runs that cross it part the page into bands,
and within a band the left column is read before the right one. The same is done within each column. After the idea of
recursive X-Y cuts (Nagy and Seth 1984, "Hierarchical representation of optically scanned documents").
"""

from collections.abc import Iterable, Sequence
from statistics import fmean

from summarise.article.documents.pdf.glyphs import Run

NARROWEST = 120.0
"""Points; what is not twice as wide has no columns."""
STEP = 2.0
"""Points from one place that is tried for a gutter to the next."""
FEWEST = 4
"""Runs on either side of a gutter."""
CROSSING = 0.4
"""The share of runs that may cross a gutter: titles, summaries, wide tables."""
WORDY = 12
"""Characters of a run, on average, on either side; columns of numbers are read line by line."""


def regions(runs: Sequence[Run]) -> list[list[Run]]:
    """Return the runs by regions of one column, in reading order; no run is lost."""
    gutter = _gutter(runs)
    if gutter is None:
        return [list(runs)] if runs else []
    crossing = sorted((run for run in runs if run.left < gutter < run.right), key=lambda run: -run.middle)
    columns = sorted((run for run in runs if not run.left < gutter < run.right), key=lambda run: -run.middle)
    found: list[list[Run]] = []
    spanning: list[Run] = []
    for line in crossing:
        above = [run for run in columns if run.middle > line.top]
        if above:
            columns = columns[len(above) :]
            found += [spanning] if spanning else []
            found += _sides(above, gutter)
            spanning = []
        spanning.append(line)
        # What stands beside such a line, as a number beside a title does, is read with it.
        beside = [run for run in columns if run.middle >= line.bottom]
        columns = columns[len(beside) :]
        spanning += beside
    found += [spanning] if spanning else []
    return found + _sides(columns, gutter)


def _sides(runs: Iterable[Run], gutter: float) -> list[list[Run]]:
    sides = list(runs)
    left = [run for run in sides if run.right <= gutter]
    right = [run for run in sides if run.right > gutter]
    return [*regions(left), *regions(right)]


def _gutter(runs: Sequence[Run]) -> float | None:
    """Return where the clearest gutter is, None where there is none."""
    if len(runs) < 2 * FEWEST:
        return None
    start, end = min(run.left for run in runs), max(run.right for run in runs)
    if end - start < 2 * NARROWEST:
        return None
    edge = 0.15 * (end - start)
    count = int((end - start - 2 * edge) / STEP) + 1
    crossed = [
        (sum(run.left < x < run.right for run in runs), x) for x in (start + edge + STEP * n for n in range(count))
    ]
    least = min(crossed)[0]
    # The widest strip that the fewest runs cross.
    strips: list[list[float]] = [[]]
    for number, x in crossed:
        if number == least:
            strips[-1].append(x)
        elif strips[-1]:
            strips.append([])
    for strip in sorted(strips, key=len, reverse=True):
        if strip and _parts(runs, x := strip[len(strip) // 2], least):
            return x
    return None


def _parts(runs: Sequence[Run], x: float, crossing: int) -> bool:
    """Tell whether there are columns on both sides of a place."""
    left, right = [run for run in runs if run.right <= x], [run for run in runs if run.left >= x]
    if crossing > CROSSING * len(runs) or min(len(left), len(right)) < FEWEST:
        return False
    low, high = (
        max(min(run.bottom for run in side) for side in (left, right)),
        min(max(run.top for run in side) for side in (left, right)),
    )
    shortest = min(max(run.top for run in side) - min(run.bottom for run in side) for side in (left, right))
    wordy = all(fmean(len(run.text) for run in side) >= WORDY for side in (left, right))
    return wordy and high - low > 0.5 * shortest
