"""Note joint doers of whom only some are told: "Lee put them ahead" for "goals from Roe and Lee put them ahead".

Reads relations. Only doers that the article names one after the other count; that one of them is told as the only one
is noted and no error, since what two did each may have done.
"""

import re
from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.pairing import Pair, closest, fits
from summarise.checks.words import words_of
from summarise.data import Argument, Finding

JOINED = re.compile(r"\band\b", re.I)


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a note for the first deed of the claim that is left to some of those who did it together."""
    coverage = {alignment.source.index: alignment for alignment in alignments}
    for relation in claim.relations:
        if relation.form != "clause" or not relation.those("agent"):
            continue
        told = [pair for pair in closest(relation, coverage, ground) if pair.same]
        said = {word.stem for word in claim.words}
        if told and all(any(unsaid(who, said) for who in lost(pair, ground)) for pair in told):
            doers = [who.text for who in told[0].theirs.those("agent")]
            yield Finding(
                kind="who-did-what",
                severity="note",
                said=" and ".join(who.text for who in relation.those("agent")),
                article_says=" and ".join(doers),
                evidence=(ground.sources[told[0].theirs.sentence].evidence,),
            )
            return


def unsaid(who: Argument, said: set[str]) -> bool:
    """Tell whether the claim does not have the last word with which somebody is told, in whatever part."""
    return not any(word.stem in said for word in words_of(who.text)[-1:])


def lost(pair: Pair, ground: Ground) -> tuple[Argument, ...]:
    """Return the joint doers of the article's deed whom the claim does not have among its own."""
    ours, theirs = pair.ours.those("agent"), pair.theirs.those("agent")
    if len(theirs) <= len(ours) or any(who.implied for who in theirs):
        return ()
    text = ground.facts.article.text
    if not all(JOINED.search(text, one.end, other.start) for one, other in zip(theirs[-2:], theirs[-1:], strict=False)):
        return ()
    if not any(fits(one, other, ground) for one in ours for other in theirs):
        return ()  # "they", or "the two"
    return tuple(other for other in theirs if not any(fits(one, other, ground) for one in ours))
