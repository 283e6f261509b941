"""Groups of sentences that stay together → groups that become chunks: as few as the budget allows, about even.

Does not measure: it adds up the sizes that it is given, and leaves to its caller to see whether the whole is their sum.
"""

from collections.abc import Sequence
from typing import NamedTuple

# A group is ended at a paragraph's end if it is at least this full then, else at a sentence's end.
LEAST_FILL = 0.6
# Steps of the bisection that evens the groups out.
EVENING_STEPS = 12


class Atom(NamedTuple):
    """Sentences that stay together (`first` to `last`, inclusive), their size, and whether a paragraph ends there."""

    first: int
    last: int
    size: float
    ends_paragraph: bool


def even(atoms: Sequence[Atom], budget: int) -> list[list[Atom]]:
    """Fill as few groups as the budget allows, then lower the cap as far as their number stays the same.

    They end at the end of a paragraph where that leaves them well filled. One over the budget is alone in its group.
    """
    best = _fill(atoms, budget)
    count = len(best)
    low, high = 0, budget
    for _ in range(EVENING_STEPS if count > 1 else 0):
        cap = (low + high) // 2
        groups = _fill(atoms, cap)
        if len(groups) <= count:
            best, high = groups, cap
        else:
            low = cap
    return _with_fair_end(best, budget)


def scaled(group: Sequence[Atom], size: float) -> list[Atom]:
    """Return the atoms of a group as large as they must be to add up to no less than `size`."""
    missing = max(0.0, size - _size(group)) / len(group)
    return [atom._replace(size=atom.size + missing) for atom in group]


def _with_fair_end(groups: list[list[Atom]], budget: int) -> list[list[Atom]]:
    """Share the last two groups out anew if the last is less than half of the one before it."""
    if len(groups) < 2 or 2 * _size(groups[-1]) >= _size(groups[-2]):
        return groups
    atoms = [*groups[-2], *groups[-1]]
    total, left, best = _size(atoms), 0.0, (float("inf"), len(groups[-2]))
    for index, atom in enumerate(atoms[:-1], start=1):
        left += atom.size
        if max(left, total - left) <= budget:
            # A cut inside a paragraph must even the sizes out by a fifth to be worth it.
            best = min(best, (abs(total - 2 * left) + (0 if atom.ends_paragraph else total / 5), index))
    return [*groups[:-2], atoms[: best[1]], atoms[best[1] :]]


def _size(atoms: Sequence[Atom]) -> float:
    return sum((atom.size for atom in atoms), 0.0)


def _fill(atoms: Sequence[Atom], cap: int) -> list[list[Atom]]:
    """Group the atoms greedily, none over `cap` unless it is one atom; step back to a paragraph's end."""
    groups: list[list[Atom]] = []
    group: list[Atom] = []
    size = 0.0
    # How many atoms of the group end with the last paragraph's end that leaves it well filled.
    good = 0
    for atom in atoms:
        while group and size + atom.size > cap:
            end = good or len(group)
            groups.append(group[:end])
            group, good = group[end:], 0
            size = _size(group)
        group.append(atom)
        size += atom.size
        if atom.ends_paragraph and size >= LEAST_FILL * cap:
            good = len(group)
    return [*groups, group] if group else groups
