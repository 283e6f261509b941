"""Scores every item with the program and with simple overlap, each with a cut that was chosen on other articles.

Does not say how good the scores are: `accuracy` does. What `elsewhere` fits and chooses comes from other sets alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.factuality.baselines import FEATURES, features, regression
from benchmarks.factuality.data import Item, folds
from benchmarks.factuality.elsewhere import Elsewhere, overlap_elsewhere, support_elsewhere
from benchmarks.factuality.run import Outcome
from benchmarks.factuality.statistics import Labels, Scores, best_cut


@dataclass(frozen=True, slots=True)
class System:
    """One way to score the items of a unit: its scores, and what it says with a cut chosen on the other fold.

    `passes` is what it says with the `cut` that is best on the other sets, None where it was not fitted to them.
    `folded` tells that each fold was scored by another fit, so that scores compare within a fold only.
    """

    scores: Scores
    said: Labels
    passes: Labels | None = None
    cut: float | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is measured as one: a set, or the items of one corpus in a mixture. All arrays are parallel."""

    set: str
    corpus: str | None
    items: tuple[Item, ...]
    labels: Labels
    first: Labels
    verdict: Labels
    systems: Mapping[str, System]

    @property
    def name(self) -> str:
        """The set, with the corpus where it is one of several."""
        return f"{self.set} {self.corpus}" if self.corpus else self.set


def units_of(sets: Mapping[str, Sequence[Item]], outcomes: Mapping[tuple[str, str], Outcome]) -> list[Unit]:
    """Score every item with every system.

    "ours" is support under the shipped weights and "ours out" under weights fitted to the other sets; (a) to (c) go by
    their letters, "d in" is (d) fitted to the other fold of the set and "d out" to the other sets.
    """
    tables = {
        name: np.stack(list(features([i.claim for i in items], [i.source for i in items]).values()), axis=1)
        for name, items in sets.items()
    }
    support = support_elsewhere(sets, outcomes)
    overlap = overlap_elsewhere(sets, tables)
    units = []
    for name, items in sets.items():
        fold = folds(items)
        for corpus in sorted({item.corpus for item in items}, key=str):
            places = np.array([place for place, item in enumerate(items) if item.corpus == corpus])
            kept = tuple(items[place] for place in places)
            labels = np.array([item.consistent for item in kept])
            first = np.array([fold[item.article] == 0 for item in kept])
            table = tables[name][places]
            ours = [outcomes[name, item.id] for item in kept]
            systems = {"ours": _scored(labels, np.array([outcome.support for outcome in ours]), first)}
            systems |= {letter: _scored(labels, table[:, column], first) for column, letter in enumerate(FEATURES)}
            systems["d in"] = _fitted_inside(table, labels, first)
            for key, found in (("ours out", support.get(name)), ("d out", overlap.get(name))):
                if found is not None:
                    systems[key] = _scored(labels, found.scores[places], first, found, found.passes[places])
            units.append(
                Unit(
                    set=name,
                    corpus=corpus,
                    items=kept,
                    labels=labels,
                    first=first,
                    verdict=np.array([outcome.verdict == "supported" for outcome in ours]),
                    systems=systems,
                )
            )
    return units


def _scored(
    labels: Labels, scores: Scores, first: Labels, found: Elsewhere | None = None, passes: Labels | None = None
) -> System:
    return System(scores, _other_fold(labels, scores, first), passes, found.cut if found else None)


def _other_fold(labels: Labels, scores: Scores, first: Labels) -> Labels:
    """Say of each fold's items what the best cut of the other fold makes of them."""
    said = np.zeros(len(labels), dtype=np.bool_)
    for fold in (first, ~first):
        said[fold] = scores[fold] >= best_cut(labels[~fold], scores[~fold])
    return said


def _fitted_inside(table: Scores, labels: Labels, first: Labels) -> System:
    scores, said = np.zeros(len(labels)), np.zeros(len(labels), dtype=np.bool_)
    for fold in (first, ~first):
        scores[fold], fitted = regression(table[~fold], labels[~fold], applied_to=(table[fold], table[~fold]))
        said[fold] = scores[fold] >= best_cut(labels[~fold], fitted)
    return System(scores, said, folded=True)
