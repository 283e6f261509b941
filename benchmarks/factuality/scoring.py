"""Scores every item with the program and with simple overlap, each with a cut that was chosen on other articles.

Does not say how good the scores are: `accuracy` does.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.factuality.baselines import FEATURES, features, regression
from benchmarks.factuality.data import Item, family, folds
from benchmarks.factuality.run import Outcome
from benchmarks.factuality.statistics import Labels, Scores, best_cut


@dataclass(frozen=True, slots=True)
class System:
    """One way to score the items of a unit: its scores, and what it says with a cut chosen on the other fold.

    `folded` tells that each fold was scored by another fit, so that scores compare within a fold only.
    """

    scores: Scores
    said: Labels
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
    """Score every item with every system."""
    tables = {
        name: np.stack(list(features([i.claim for i in items], [i.source for i in items]).values()), axis=1)
        for name, items in sets.items()
    }
    units = []
    for name, items in sets.items():
        fold = folds(items)
        out = _fitted_elsewhere(name, sets, tables)
        for corpus in sorted({item.corpus for item in items}, key=str):
            places = np.array([place for place, item in enumerate(items) if item.corpus == corpus])
            kept = tuple(items[place] for place in places)
            labels = np.array([item.consistent for item in kept])
            first = np.array([fold[item.article] == 0 for item in kept])
            table = tables[name][places]
            ours = [outcomes[name, item.id] for item in kept]
            scored = {"ours": np.array([outcome.support for outcome in ours])}
            scored |= {letter: table[:, column] for column, letter in enumerate(FEATURES)}
            scored["d out"] = out[places]
            systems = {key: System(scores, _other_fold(labels, scores, first)) for key, scores in scored.items()}
            systems["d in"] = _fitted_inside(table, labels, first)
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


def _fitted_elsewhere(name: str, sets: Mapping[str, Sequence[Item]], tables: Mapping[str, Scores]) -> Scores:
    """Score a set by a fit to the sets of other families, without the articles that they share with it."""
    articles = {item.article for item in sets[name]}
    rows, labels = [], []
    for other, items in sets.items():
        if family(other) != family(name):
            kept = np.array([item.article not in articles for item in items])
            rows.append(tables[other][kept])
            labels.append(np.array([item.consistent for item in items])[kept])
    if not rows:
        return np.full(len(sets[name]), math.nan)
    return regression(np.concatenate(rows), np.concatenate(labels), applied_to=(tables[name],))[0]
