"""Check certainty: is what the article only alleges, suspects, plans or reports still told as such?

Compares the hedging words of the claim with those of the sentence that it aligns with. What was only alleged or
suspected and is told as a fact is an error, without opposing evidence since the article does not say the contrary
either. Any other hedge or attribution that was lost is a note: on the labelled data people found about four in five of
those consistent.

Measured (docs/checker.md): of 372 notes on labelled claims 19 in 100 were right.
"""

import re
from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.attribution import attributes, attribution_of
from summarise.checks.ground import Claim, Ground
from summarise.data import Attribution, Finding, Severity

ALIGNED = 0.6
"""From this coverage on, the claim is taken to retell the sentence."""

DOUBTFUL = frozenset({"allege", "accuse", "suspect", "fear"})
"""Verbs whose content nobody vouches for."""
ALLEGEDLY = re.compile(r"\b(?:allegedly|supposedly|purportedly|is (?:alleged|suspected) to)\b", re.I)
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
    lost = list(theirs.values()) if not ours else []
    if attribution is not None and not attributes(claim, best, ground):
        lost.append(attribution)
    if lost:
        severity: Severity = "error" if alleged(best) and not ours else "note"
        yield Finding(kind="certainty", severity=severity, said="told as a fact", article_says=lost[0])


def alleged(alignment: Alignment) -> bool:
    """Tell whether all that is aligned lies in what somebody only alleges, or is "allegedly" so."""
    first, last = alignment.pairs[0][1].start, alignment.pairs[-1][1].end
    claims = [fact for fact in alignment.source.facts if isinstance(fact, Attribution) and fact.verb in DOUBTFUL]
    if any(fact.start <= first and last <= fact.end for fact in claims):
        return True
    offset = alignment.source.evidence.start
    start, end = alignment.window
    return ALLEGEDLY.search(alignment.source.evidence.text[start - offset : end - offset]) is not None


def hedges(text: str) -> dict[str, str]:
    """Return the kinds of hedging in a text, each with the first word that does it."""
    return {kind: match[0] for kind, pattern in HEDGES.items() if (match := pattern.search(text))}
