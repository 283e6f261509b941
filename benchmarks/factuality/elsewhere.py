"""Leave one set out: scores each set by a fit to the others, with the cut that is best on those others.

Sets of one family are left out together, and so are the items of other sets whose article the set shares. The cut is
chosen for the mean over the sets that were fitted to, each weighing alike, with their own scores under that same fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.factuality.baselines import regression
from benchmarks.factuality.data import Item, family
from benchmarks.factuality.fitting import Row, Weights, feature_names, fitted, row_of, supports
from benchmarks.factuality.run import Outcome
from benchmarks.factuality.statistics import Labels, Scores, shared_cut

Known = Mapping[str, Labels]
"""By the name of another set, which of its items may be used."""
Scored = Mapping[str, Scores]
"""By the name of a set, the scores of all its items."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The items of one set: their scores, the cut, which of them pass it, and the weights where support was fitted.

    What an error keeps from passing does not pass, whatever its score.
    """

    scores: Scores
    cut: float
    passes: Labels
    weights: Weights | None = None


def others(name: str, sets: Mapping[str, Sequence[Item]]) -> dict[str, Labels]:
    """Return the sets of other families, with those of their items whose article `name` does not have."""
    articles = {item.article for item in sets[name]}
    return {
        other: np.array([item.article not in articles for item in items], dtype=np.bool_)
        for other, items in sets.items()
        if family(other) != family(name)
    }


def support_elsewhere(
    sets: Mapping[str, Sequence[Item]], outcomes: Mapping[tuple[str, str], Outcome]
) -> dict[str, Elsewhere]:
    """Return support under weights that were fitted to other sets, for each set that has any."""
    names = feature_names(list(outcomes.values()))
    found = {name: [outcomes[name, item.id] for item in items] for name, items in sets.items()}
    rows = {
        name: [row_of(item.consistent, one, names) for item, one in zip(sets[name], each, strict=True)]
        for name, each in found.items()
    }
    clean = {name: np.array([not any(r.error for r in one.raised) for one in each]) for name, each in found.items()}
    scored = {}
    for name in sets if names else ():
        known = others(name, sets)
        weights = fitted([_kept(rows[other], known[other]) for other in known], names)
        if weights is not None:
            scores = {each: supports(rows[each], weights) for each in (name, *known)}
            scored[name] = _elsewhere(name, sets, known, scores, clean, weights)
    return scored


def overlap_elsewhere(sets: Mapping[str, Sequence[Item]], tables: Scored) -> dict[str, Elsewhere]:
    """Return baseline (d), fitted to other sets, for each set that has any; `tables` are its features."""
    scored = {}
    for name in sets:
        known = others(name, sets)
        if known:
            rows = np.concatenate([tables[other][mask] for other, mask in known.items()])
            labels = np.concatenate([_labels(sets[other])[mask] for other, mask in known.items()])
            applied = (name, *known)
            found = regression(rows, labels, applied_to=[tables[each] for each in applied])
            passing = {each: np.ones(len(sets[each]), dtype=np.bool_) for each in applied}
            scored[name] = _elsewhere(name, sets, known, dict(zip(applied, found, strict=True)), passing)
    return scored


def _elsewhere(
    name: str,
    sets: Mapping[str, Sequence[Item]],
    known: Known,
    scores: Scored,
    clean: Known,
    weights: Weights | None = None,
) -> Elsewhere:
    # Below every cut: what an error keeps from passing.
    passing = {each: np.where(clean[each], found, -1.0) for each, found in scores.items()}
    cut = shared_cut([_parts(sets[other], passing[other], mask) for other, mask in known.items()])
    return Elsewhere(scores[name], cut, passing[name] >= cut, weights)


def _parts(items: Sequence[Item], scores: Scores, mask: Labels) -> list[tuple[Labels, Scores]]:
    corpora = np.array([item.corpus or "" for item in items])
    labels = _labels(items)
    within = [mask & (corpora == corpus) for corpus in sorted(set(corpora))]
    return [(labels[part], scores[part]) for part in within]


def _labels(items: Sequence[Item]) -> Labels:
    return np.array([item.consistent for item in items], dtype=np.bool_)


def _kept(rows: Sequence[Row], mask: Labels) -> list[Row]:
    return [row for row, kept in zip(rows, mask, strict=True) if kept]
