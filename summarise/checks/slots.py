"""Exchanged facts: the claim has one where, in the same place of the same statement, the article has another.

Does not know what fills the place; a check compares its own kind of fact. The place is what lies between the matched
units that surround a fact. An exchange is only told where nothing else differs there, so that what stands in the
article takes the same part in the statement.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Unit
from summarise.data import Span
from summarise.lexicon.pronouns import PERSONAL

SAME = 0.75
"""From this share of its other words on, a claim makes the statement of the sentence that it is aligned with."""
Located = TypeVar("Located", bound=Span)


def exchanged(alignment: Alignment, said: Span, facts: Sequence[Located]) -> Iterator[Located]:
    """Yield those of `facts` (of the aligned sentence) that stand in the place where the claim has `said`.

    `said` counts in the claim, `facts` in the article. At the edge of a statement one matched neighbour is enough.
    """
    # A word of the fact may be the article's too: "$50 billion" for "€50 billion".
    yield from paired(alignment, said, facts)
    before = [(ours, theirs) for ours, theirs in alignment.pairs if ours.end <= said.start]
    after = [(ours, theirs) for ours, theirs in alignment.pairs if ours.start >= said.end]
    if not before and not after:
        return
    left, right = before[-1] if before else None, after[0] if after else None
    ours = [
        unit
        for unit in alignment.missing
        if (left is None or unit.start >= left[0].end) and (right is None or unit.end <= right[0].start)
    ]
    theirs = [
        unit
        for unit in alignment.source.units
        if not _pronoun(alignment, unit)
        and (left is None or unit.start >= left[1].end)
        and (right is None or unit.end <= right[1].start)
    ]
    if any(unit.start >= said.end or unit.end <= said.start for unit in ours):
        return
    if left is None:
        theirs = theirs[-len(ours) - 1 :]
    elif right is None:
        theirs = theirs[: len(ours) + 1]
    for fact in facts:
        inside = [unit for unit in theirs if unit.start < fact.end and fact.start < unit.end]
        others = len(theirs) - len(inside)
        if inside and (others == 0 or (others == 1 and (left is None or right is None))):
            yield fact


def _pronoun(alignment: Alignment, unit: Unit) -> bool:
    """Tell whether a unit of the article is a pronoun: a claim has no unit for its own."""
    place = alignment.source.evidence
    return unit.name and place.text[unit.start - place.start : unit.end - place.start].casefold() in PERSONAL


def paired(alignment: Alignment, said: Span, facts: Sequence[Located]) -> Iterator[Located]:
    """Yield those of `facts` of which a word is matched with a word of `said`."""
    for ours, theirs in alignment.pairs:
        if ours.start < said.end and said.start < ours.end:
            yield from (fact for fact in facts if theirs.start < fact.end and fact.start < theirs.end)


def same_statement(alignment: Alignment, said: Span) -> bool:
    """Tell whether all but a little of the claim beside `said` stands, in order, in the aligned sentence."""
    if alignment.counterfactual:
        return False
    paired_units = sum(1 for ours, _ in alignment.pairs if ours.end <= said.start or ours.start >= said.end)
    missing = sum(1 for unit in alignment.missing if unit.end <= said.start or unit.start >= said.end)
    return paired_units > 0 and paired_units >= SAME * (paired_units + missing)
