"""Note amounts that lost what left them open: "as much as 14 per cent" told as 14, "55 to 60 million" told as 55.

Compares the words right before a number with those before the same number in the sentences that bear on the claim; the
number itself is the business of `quantities`. It never accuses: people who label claims mostly let an "about" go.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.data import Figure, Finding, Money
from summarise.lexicon.bounds import SIDES, bound_before
from summarise.lexicon.numbers import is_number

PARTS = frozenset("half third quarter fifth tenth two-thirds three-quarters twice double".split())
"""Words that are amounts as well as numbers are."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a note for the first amount that the article only bounds or rounds, and the claim tells as exact."""
    near = [alignment for alignment in alignments if alignment.near]
    for word in claim.words:
        if not (is_number(word.folded) or word.folded in PARTS):
            continue
        ours = bound_before(claim.text, word.start)
        told = [(bound_in(a, start), a) for a in near for start in places(a, word.stem)]
        bounds = [(phrase, a) for phrase, a in told if phrase is not None]
        if bounds and len(bounds) == len(told) and not any(stands(ours, phrase) for phrase, _ in bounds):
            phrase, alignment = bounds[0]
            number = claim.text[word.start : word.end]
            yield _finding(f"{ours or 'exactly'} {number}", f"{phrase} {number}", alignment)
            return
    yield from one_end(claim, near)


def stands(ours: str | None, theirs: str) -> bool:
    """Tell whether an amount may be told with one phrase before it, or None, where the article has another."""
    return ours is not None and SIDES[ours] == SIDES[theirs]


def bound_in(alignment: Alignment, start: int) -> str | None:
    """Return what leaves the amount open that stands at a place of the article."""
    place = alignment.source.evidence
    return bound_before(place.text, start - place.start)


def places(alignment: Alignment, stem: str) -> list[int]:
    """Return where a sentence of the article has a word with a stem."""
    return [word.start for word in alignment.source.words if word.stem == stem]


def one_end(claim: Claim, near: Iterable[Alignment]) -> Iterable[Finding]:
    """Yield a note for an amount that is one end of a range in the article and stands alone in the claim."""
    near = tuple(near)
    for said in claim.facts:
        if not isinstance(said, Figure | Money) or said.upper is not None or said.qualifier != "exactly":
            continue
        there = [(f, a) for a in near for f in a.source.facts if isinstance(f, Figure | Money)]
        ranges = [(f, a) for f, a in there if f.upper is not None and said.amount in (f.amount, f.upper)]
        if ranges and not any(f.upper is None and f.amount == said.amount for f, _ in there):
            yield _finding(said.text, ranges[0][0].text, ranges[0][1])
            return


def _finding(said: str, article: str, alignment: Alignment) -> Finding:
    return Finding(
        kind="certainty",
        severity="note",
        said=said,
        article_says=article,
        evidence=(alignment.source.evidence,),
    )
