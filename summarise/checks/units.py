"""Check units: does an amount that the article tells in per cent, pence or millimetres still have one?

"Narrowed to 8." for "narrowed to 8 per cent" errs, since what is left tells no amount at all. A unit exchanged for
another is the business of `quantities`. Where the next amount of the claim has the unit ("from 9.9 to 8 per cent"),
it is told for both.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.amounts import COUNTED
from summarise.checks.ground import Claim, Ground
from summarise.checks.measures import measure
from summarise.data import Figure, Finding, Money
from summarise.lexicon.numbers import is_number


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for the first number of the claim that is a measure in the article, and in the claim bare."""
    if not alignments or not alignments[0].near:
        return
    best = alignments[0]
    for ours, theirs in best.pairs:
        if ours.name or not is_number(claim.text[ours.start : ours.end].casefold()):
            continue
        there = [f for f in best.source.facts if isinstance(f, Figure | Money) and f.start <= theirs.start < f.end]
        units = {measure(fact) for fact in there if not (isinstance(fact, Figure) and fact.unit in COUNTED)}
        if units and bare(claim, ours.start) and not units & units_behind(claim, ours.start):
            yield Finding(
                kind="figure",
                severity="error",
                said=claim.text[ours.start : ours.end],
                article_says=there[0].text,
            )
            return


def bare(claim: Claim, start: int) -> bool:
    """Tell whether the number at a place of the claim has neither a unit nor a noun that it counts."""
    here = [f for f in claim.facts if f.kind in ("figure", "money", "date") and f.start <= start < f.end]
    return all(isinstance(fact, Figure) and fact.unit is None and not fact.counted for fact in here)


def units_behind(claim: Claim, start: int) -> set[str]:
    """Return what the amounts behind a place of the claim are measured in."""
    return {measure(fact) for fact in claim.facts if isinstance(fact, Figure | Money) and fact.start > start}
