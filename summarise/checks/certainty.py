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
from summarise.checks.attribution import attributes, attribution_of, tells_who_says
from summarise.checks.ground import Claim, Ground
from summarise.checks.hedging import hedges
from summarise.checks.pairing import closest
from summarise.checks.words import words_of
from summarise.data import Attribution, Finding, Relation, Severity

ALIGNED = 0.6
"""From this coverage on, the claim is taken to retell the sentence."""

DOUBTFUL = frozenset({"allege", "accuse", "suspect", "fear"})
"""Verbs whose content nobody vouches for."""
VOUCHED_FOR = frozenset(
    "police officer officers officials official authorities court judge study research researchers report reports "
    "data figures survey poll statement spokesman spokeswoman spokesperson office department government ministry "
    "prosecutors investigators firefighters doctors scientists experts documents records agency service guard brigade "
    "mayor council army commission board hospital bank inquiry regulator television".split()
)
"""Words of those whose account is mostly taken for a fact."""
VOUCHING = frozenset("confirm announce find show reveal admit acknowledge concede recall rule decide".split())
"""Verbs whose content the speaker knows or settles."""
WHOLE = 1.0
"""With this coverage, a claim is the article’s sentence without a part of it."""
ACCORDING = re.compile(r"\b(?:according to|in the (?:view|words) of|by \w+[’']s account)\b", re.I)
ALLEGEDLY = re.compile(r"\b(?:allegedly|supposedly|purportedly|is (?:alleged|suspected) to)\b", re.I)


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
    attribution = attribution_of(best, ground)
    lost = list(theirs.values()) if not ours else []
    if attribution is not None and not attributes(claim, best, ground):
        lost.append(attribution)
    if word_of_a_party(claim, best, ground):
        yield Finding(kind="certainty", severity="error", said="told as a fact", article_says=best.source.evidence.text)
    elif lost:
        grave = alleged(best) and not ours
        severity: Severity = "error" if grave else "note"
        yield Finding(kind="certainty", severity=severity, said="told as a fact", article_says=lost[0])


def word_of_a_party(claim: Claim, alignment: Alignment, ground: Ground) -> bool:
    """Tell whether the claim tells by itself, in the article's words, what there somebody with a stake in it says.

    What the police, a court or a study says summaries tell as a fact, and people find that consistent; so they do where
    a sentence is told in other words (docs/checker.md).
    """
    if alignment.coverage < WHOLE or ACCORDING.search(claim.text) or tells_who_says(claim, alignment):
        return False
    coverage = {alignment.source.index: alignment}
    told = [relation for relation in claim.relations if relation.form == "clause"]
    for relation in told[:1] if told and not told[0].speaker else ():
        pairs = [p for p in closest(relation, coverage, ground) if p.theirs.sentence == alignment.source.index]
        if pairs:
            plain = any(pair.tight and not pair.theirs.speaker for pair in closest(relation, {}, ground))
            return not plain and all(_party_says(pair.theirs, alignment) for pair in pairs)
    return False


def _party_says(relation: Relation, alignment: Alignment) -> bool:
    """Tell whether somebody with a stake in it says what the article relates."""
    speaker = {word.folded for word in words_of(relation.speaker or "")}
    verbs = {
        fact.verb
        for fact in alignment.source.facts
        if isinstance(fact, Attribution) and fact.start <= relation.start < fact.end
    }
    # Of what a firm did itself its own word is mostly taken.
    own = any(who.value == relation.speaker for who in relation.those("agent", "patient"))
    return bool(speaker) and not own and not speaker & VOUCHED_FOR and not verbs & VOUCHING


def alleged(alignment: Alignment) -> bool:
    """Tell whether all that is aligned lies in what somebody only alleges, or is "allegedly" so."""
    first, last = alignment.pairs[0][1].start, alignment.pairs[-1][1].end
    claims = [fact for fact in alignment.source.facts if isinstance(fact, Attribution) and fact.verb in DOUBTFUL]
    if any(fact.start <= first and last <= fact.end for fact in claims):
        return True
    offset = alignment.source.evidence.start
    start, end = alignment.window
    return ALLEGEDLY.search(alignment.source.evidence.text[start - offset : end - offset]) is not None
