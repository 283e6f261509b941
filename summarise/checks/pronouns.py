"""Check pronouns: is a "she" of the article still a "she"?

Does not resolve anybody; names and who did what are the business of other checks.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.data import Finding

RETOLD = 0.8
"""From this coverage on, the claim is taken to retell the sentence."""
GENDERS = (frozenset({"he", "him", "his", "himself"}), frozenset({"she", "her", "hers", "herself"}))


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding where the claim says "he" and the sentence it retells knows only a "she", or the reverse."""
    if not alignments or alignments[0].coverage < RETOLD:
        return
    source = alignments[0].source
    ours = {word.folded for word in claim.words}
    for said, other in (GENDERS, GENDERS[::-1]):
        wrong, right = ours & said - source.folded, source.folded & other - ours
        if wrong and right and not source.folded & said:
            yield Finding(
                kind="who-did-what",
                severity="error",
                said=min(wrong),
                article_says=min(right),
                evidence=(source.evidence,),
            )
