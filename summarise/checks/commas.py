"""Note commas and joining words that change what belongs together: "fastest, where it flowed" for "fastest where".

Between commas a clause adds to what stands before it, without them it tells which one is meant; and an "and" put in
between somebody and what he did leaves it to somebody else. Compares what stands between the same two words on both
sides. It never accuses: many writers are careless of commas.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.data import Finding

JOINING = re.compile(r"(?P<comma>,?)\s+(?P<word>who|whose|whom|which|that|where|to)\b", re.I)
"""Right behind the first word: what stands further on may be set off from something that the claim left out."""


AND = re.compile(r"\b(?:and|or|but)\b|[,;:—–(]", re.I)
PUT_IN = re.compile(r"\b(?:and|or|but)\b", re.I)


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a note for the first joining word that has a comma before it on one side only, or was put in."""
    if not alignments or not alignments[0].retells:
        return
    place = alignments[0].source.evidence
    for (ours, theirs), (ours_next, theirs_next) in pairwise(alignments[0].pairs):
        ours_between = claim.text[ours.end : ours_next.start]
        theirs_between = place.text[theirs.end - place.start : theirs_next.start - place.start]
        joined = PUT_IN.search(ours_between) and not AND.search(theirs_between)
        said, article = JOINING.match(ours_between), JOINING.match(theirs_between)
        moved = said and article and said["word"] == article["word"] and said["comma"] != article["comma"]
        if joined or moved:
            yield Finding(
                kind="who-did-what",
                severity="note",
                said=ours_between.strip(),
                article_says=theirs_between.strip() or None,
                evidence=(place,),
            )
            return
