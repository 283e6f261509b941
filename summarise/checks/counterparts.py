"""What the article has in the place of words that the entailment model does not find supported.

Does not judge whether the words are wrong, nor know what they mean: a place is known by the words around it.
"""

from collections.abc import Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.source_index import Claim, Unit
from summarise.data import Span

SAME = 0.6
"""The least share of the claim's other units that a sentence has to have."""
MOST = 4
"""The most units that stand in the place of some words."""


def counterpart(said: Span, claim: Claim, alignments: Sequence[Alignment]) -> Span | None:
    """Return what the sentence with most of the claim's other words has in the place of `said`; None for nothing."""
    ranked = sorted(alignments, key=lambda one: -one.coverage_without(said))
    if not ranked or ranked[0].coverage_without(said) < SAME:
        return None
    alignment = ranked[0]
    inside = [unit for unit in claim.units if unit.end > said.start and unit.start < said.end]
    matched = dict(alignment.pairs)
    if not inside or any(unit in matched for unit in inside):
        return None
    # Only words next to matched ones are known to stand in the same place.
    first, last = claim.units.index(inside[0]), claim.units.index(inside[-1])
    around = claim.units[first - 1 : first] if first else (), claim.units[last + 1 : last + 2]
    if any(unit not in matched for side in around for unit in side):
        return None
    before, after = (next((matched[unit] for unit in side), None) for side in around)
    found = _between(alignment.source.units, before, after, len(inside))
    told = {unit.key for unit in inside}
    if not 1 <= len(found) <= MOST or any(unit.key in told for unit in found):
        return None
    return Span(start=found[0].start, end=found[-1].end)


def _between(units: Sequence[Unit], before: Unit | None, after: Unit | None, count: int) -> Sequence[Unit]:
    """Return the units between two, or as many as `count` next to the one there is."""
    if before is not None and after is not None:
        return [unit for unit in units if unit.start >= before.end and unit.end <= after.start]
    if before is not None:
        return [unit for unit in units if unit.start >= before.end][:count]
    if after is not None:
        return [unit for unit in units if unit.end <= after.start][-count:]
    return []
