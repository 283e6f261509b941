"""Check certainty: is what the article only alleges, suspects, plans or reports still told as such?

Does not parse: it compares the hedging words of the claim with those of the sentence that it aligns with. A hedge
that was lost is an error without opposing evidence, since the article does not say the contrary either.
"""

import re
from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.attribution import attributes, attribution_of
from summarise.checks.ground import Claim, Ground
from summarise.data import Finding

ALIGNED = 0.6
"""From this coverage on, the claim is taken to retell the sentence."""

HEDGES = {
    "alleged": re.compile(
        r"\b(alleg\w+|accus\w+|claim(s|ed|ing)?|purported\w*|reportedly|charge[ds]?|suspect\w*)\b", re.I
    ),
    "uncertain": re.compile(
        r"\b((?-i:may)|might|could|perhaps|possibl[ey]|probabl[ey]|likely|appear(s|ed)?|seem(s|ed)?|apparent\w*|"
        r"believed?|thought to|would|expected|estimate[sd]?)\b",
        re.I,
    ),
    "planned": re.compile(
        r"\b(plan(s|ned|ning)?|propos\w+|intend\w*|will|due to|scheduled|suggest\w*|should|hop(es?|ed|ing)|"
        r"aim(s|ed|ing)? (to|at)|wants?|calls? (for|on)|called (for|on)|ask(s|ed)?|urg\w+|if|unless|offer(s|ed)?)\b",
        re.I,
    ),
    "reported": re.compile(
        r"\b(sa(y|ys|id|ying)|add(s|ed)|told|tells?|according to|argu(e|es|ed|ing)|insist\w*|maintain(s|ed)|"
        r"(?-i:stat(?:es|ed))|warn(s|ed)|announc\w+|den(y|ies|ied)|concede[sd]?|conclude[sd]?|testif\w+|describe[sd]?|report(s|ed)|call(s|ed)|"
        r"replied|admit\w*|accept(s|ed)?|found)\b",
        re.I,
    ),
}


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding where the aligned stretch hedges and the claim does not, or where only the attribution is left.

    A claim that hedges in another way than the article is given the benefit of the doubt.
    """
    if not alignments or alignments[0].coverage < ALIGNED:
        return
    best = alignments[0]
    ours = hedges(claim.text)
    # What stands before the aligned stretch may govern it ("Prosecutors allege that"), what stands after seldom does.
    theirs = hedges(best.source.evidence.text[: best.window[1] - best.source.evidence.start])
    attribution = attribution_of(best.source, ground)
    lost = [word for kind, word in theirs.items() if kind != "reported"] if not ours.keys() - {"reported"} else []
    if attribution is not None and not attributes(claim, best, ground):
        lost.append(attribution)
    if lost:
        yield Finding(kind="certainty", severity="error", said="told as a fact", article_says=lost[0])


def hedges(text: str) -> dict[str, str]:
    """Return the kinds of hedging in a text, each with the first word that does it."""
    return {kind: match[0] for kind, pattern in HEDGES.items() if (match := pattern.search(text))}
