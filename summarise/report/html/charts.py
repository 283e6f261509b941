"""Where the marks of a comparison's charts stand, in the units of their SVG. Writes no mark-up.

Charts are as wide as a small screen, so that their letters can be read on one.
"""

from collections import Counter
from collections.abc import Sequence
from math import floor, log10, sqrt
from typing import NamedTuple

from summarise.data.comparison import Comparison, Contrast, Measure, MeasureName

WIDTH = 320.0
INSET = 16.0
ROW = 34.0
SIDE = 150.0
MARGIN = 26.0
SCATTERED: tuple[MeasureName, ...] = ("supported", "contradicted", "coverage", "words")
"""The measures whose values are shown article by article."""


class Tick(NamedTuple):
    """A number on an axis, and where it stands."""

    at: float
    told: str


class Dot(NamedTuple):
    """A difference with its interval: where its row, its mean and the ends of the interval are."""

    label: str
    variant: str
    y: float
    x: float
    low: float
    high: float
    significant: bool


class DotPlot(NamedTuple):
    """Differences of several measures on one axis; `zero` is where none would be."""

    unit: str
    height: float
    zero: float
    ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]


class Point(NamedTuple):
    """Articles with the same two values: how many, and where, with the radius of a circle of as much area each."""

    x: float
    y: float
    radius: float
    articles: int


class Scatter(NamedTuple):
    """The articles by the first variant's value (across) and that of another one (up); ticks are for both axes."""

    measure: Measure
    variant: str
    ticks: tuple[Tick, ...]
    points: tuple[Point, ...]


def dot_plots(comparison: Comparison) -> list[DotPlot]:
    """Return a plot of shares, in points, and one of the other measures, in per cent of the first variant's mean.

    Only measures in which articles differ are on it.
    """
    shares: list[tuple[Measure, Contrast, float]] = []
    amounts: list[tuple[Measure, Contrast, float]] = []
    for measured in comparison.measures:
        for one in (each for each in measured.contrasts if each.p is not None):
            if measured.measure.unit == "share":
                shares.append((measured.measure, one, 100.0))
            elif one.baseline:
                amounts.append((measured.measure, one, 100.0 / one.baseline))
    plots = (("points", shares), (f"% of the mean of {comparison.variants[0].name}", amounts))
    return [_dot_plot(unit, each) for unit, each in plots if each]


def scatters(comparison: Comparison) -> list[Scatter]:
    """Return a plot for each variant but the first, and each of the scattered measures in which articles differ."""
    found = []
    for measured in comparison.measures:
        if measured.measure.name not in SCATTERED:
            continue
        name = measured.measure.name
        differing = {one.variant for one in measured.contrasts if one.p is not None}
        for place, variant in enumerate(comparison.variants[1:], start=1):
            pairs = [
                (one.values[0][name], one.values[place][name])
                for one in comparison.articles
                if name in one.values[0] and name in one.values[place]
            ]
            if variant.name in differing:
                found.append(_scatter(measured.measure, variant.name, pairs))
    return found


def _dot_plot(unit: str, each: Sequence[tuple[Measure, Contrast, float]]) -> DotPlot:
    numbers = [number * scale for _, one, scale in each for number in (one.low, one.high, one.difference)]
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    steps = _steps(low, high)
    low, high = min(low, steps[0]), max(high, steps[-1])

    def x(number: float) -> float:
        return round(INSET + (WIDTH - 2 * INSET) * (number - low) / (high - low), 1)

    dots = tuple(
        Dot(
            label=measure.label,
            variant=one.variant,
            y=ROW * place + 24,
            x=x(one.difference * scale),
            low=x(one.low * scale),
            high=x(one.high * scale),
            significant=one.significant,
        )
        for place, (measure, one, scale) in enumerate(each)
    )
    ticks = tuple(Tick(x(step), f"{step:+g}".replace("-", "−") if step else "0") for step in steps)
    return DotPlot(unit, ROW * len(each) + 24, x(0.0), ticks, dots)


def _scatter(measure: Measure, variant: str, pairs: Sequence[tuple[float, float]]) -> Scatter:
    scale = 100.0 if measure.unit == "share" else 1.0
    numbers = [0.0, 1.0] if measure.unit == "share" else [number for pair in pairs for number in pair]
    low, high = min(numbers) * scale, max(numbers) * scale
    steps = [step for step in _steps(low, high, wanted=2) if low <= step <= high]

    def at(number: float) -> float:
        return round(MARGIN + (SIDE - MARGIN - 8) * (number - low) / (high - low), 1)

    counted = Counter((at(first * scale), at(other * scale)) for first, other in pairs)
    points = tuple(
        Point(x, round(SIDE - y, 1), round(2.5 * sqrt(count), 1), count) for (x, y), count in sorted(counted.items())
    )
    return Scatter(measure, variant, tuple(Tick(at(step), f"{step:g}") for step in steps), points)


def _steps(low: float, high: float, wanted: int = 4) -> list[float]:
    """Return round numbers from about the one to about the other."""
    span = (high - low) or 1.0
    power = 10.0 ** floor(log10(span / wanted))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= span / wanted)
    return [round(step * number, 10) for number in range(floor(low / step), floor(high / step) + 2)]
