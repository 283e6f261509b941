"""Which checks are right: how many of the items on which each raises something are not consistent.

Does not say how many errors a check misses among all: `confusion` does, for the types of error that a set names.
Shares are from 0 to 1. A finding on a whole summary counts as right where any of the summary is wrong.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from benchmarks.factuality.data import Item
from benchmarks.factuality.run import Outcome, Raised
from benchmarks.factuality.statistics import Interval, wilson
from benchmarks.factuality.watch import check_names
from summarise.data import FindingKind, Verdict

Checked = tuple[Item, Outcome]
Counts = Callable[[Raised], bool]

WEIGHTS: dict[str, Counts] = {
    "accuses": lambda raised: raised.accuses,
    "doubts": lambda raised: raised.error and not raised.accuses,
    "notes": lambda raised: not raised.error,
}
"""How heavy a finding is: an error with opposing evidence, an error without, a note."""


@dataclass(frozen=True, slots=True)
class Precision:
    """On how many items something was raised, and on how many of them rightly.

    `expected` is the share of inconsistent items in the sets where it was raised: what chance would reach there.
    """

    items: int
    right: int
    precision: Interval
    expected: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """One verdict: how many items have it, and the share of them that people found consistent."""

    items: int
    consistent: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The findings on the items of several sets, `base` being the share that is not consistent.

    `checks` and `kinds` are by name and then by `WEIGHTS`; `any_error` counts items with an error of any check.
    """

    name: str
    sets: tuple[str, ...]
    items: int
    base: float
    checks: Mapping[str, Mapping[str, Precision]]
    kinds: Mapping[str, Mapping[str, Precision]]
    any_error: Mapping[str, Precision]
    verdicts: Mapping[str, Agreement]


def joined(
    sets: Mapping[str, Sequence[Item]], outcomes: Mapping[tuple[str, str], Outcome]
) -> dict[str, tuple[Checked, ...]]:
    """Put each item beside its outcome, by set."""
    return {name: tuple((item, outcomes[name, item.id]) for item in items) for name, items in sets.items()}


def pools(checked: Mapping[str, Sequence[Checked]]) -> list[Pool]:
    """Count the findings over the sets whose items are single sentences, over all sets, and in every set."""
    sentences = [name for name, each in checked.items() if all(item.sentence for item, _ in each)]
    several = [("sentence-level sets", sentences), ("all sets", list(checked))]
    single = [(name, [name]) for name in checked]
    return [pool(name, {key: checked[key] for key in keys}) for name, keys in [*several, *single] if keys]


def pool(name: str, checked: Mapping[str, Sequence[Checked]]) -> Pool:
    """Count the findings over some sets."""
    pairs = [pair for each in checked.values() for pair in each]
    base = {key: _share(not item.consistent for item, _ in each) for key, each in checked.items()}

    def each_weight(about: Counts) -> dict[str, Precision]:
        return {weight: _precision(pairs, base, _both(about, heavy)) for weight, heavy in WEIGHTS.items()}

    return Pool(
        name=name,
        sets=tuple(checked),
        items=len(pairs),
        base=_share(not item.consistent for item, _ in pairs),
        checks={check: each_weight(_by(check)) for check in check_names()},
        kinds={kind: each_weight(_of(kind)) for kind in get_args(FindingKind)},
        any_error=each_weight(lambda _: True),
        verdicts={
            verdict: _agreement([item for item, outcome in pairs if outcome.verdict == verdict])
            for verdict in get_args(Verdict)
        },
    )


def _by(check: str) -> Counts:
    return lambda raised: raised.check == check


def _of(kind: str) -> Counts:
    return lambda raised: raised.kind == kind


def _both(one: Counts, other: Counts) -> Counts:
    return lambda raised: one(raised) and other(raised)


def _precision(pairs: Sequence[Checked], base: Mapping[str, float], counts: Counts) -> Precision:
    hit = [item for item, outcome in pairs if any(counts(raised) for raised in outcome.raised)]
    right = sum(not item.consistent for item in hit)
    expected = sum(base[item.set] for item in hit) / len(hit) if hit else math.nan
    return Precision(len(hit), right, wilson(right, len(hit)), expected)


def _agreement(items: Sequence[Item]) -> Agreement:
    return Agreement(len(items), wilson(sum(item.consistent for item in items), len(items)))


def _share(told: Iterable[bool]) -> float:
    each = list(told)
    return sum(each) / len(each) if each else math.nan
