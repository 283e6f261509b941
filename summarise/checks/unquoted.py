"""Note what the article only quotes and the claim says in its own voice: words that lost their speaker.

Does not accuse: the words are the article's. Whoever shows them must say whose they are.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.attribution import attributes
from summarise.checks.ground import Claim, Ground
from summarise.data import Finding, Quotation


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a note where the aligned stretch lies inside a quotation and the claim neither quotes nor attributes."""
    if not alignments or not alignments[0].retells:
        return
    if any(isinstance(fact, Quotation) for fact in claim.facts) or attributes(claim, alignments[0], ground):
        return
    first, last = alignments[0].pairs[0][1].start, alignments[0].pairs[-1][1].end
    for quotation in ground.quotations_near(alignments[0].source):
        if quotation.start <= first and last <= quotation.end:
            yield Finding(
                kind="speaker",
                severity="note",
                said="told without its speaker",
                article_says=f"said by {quotation.speaker or 'somebody whom the article quotes'}",
            )
            return
