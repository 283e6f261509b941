"""Check how a deed is put forward: is what the article only alleges, suspects or plans told as having happened?

Reads relations. It errs where every place of the article that tells a deed of the claim, with the same people, leaves
it open, and the claim does not. Hedges outside of relations, and attributions that were lost, are noted by `certainty`.
"""

import re
from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.pairing import Pair, closest
from summarise.data import Finding, Relation
from summarise.lexicon.certainty import ADJECTIVES, ADVERBS, MODALS

OPEN = frozenset({"alleged", "suspected", "planned", "conditional", "denied"})
CERTAIN = re.compile(r"\b(?:will|shall|won[’']t)\b|[’']ll\b", re.I)
"""Modals that leave no doubt of what is to come, where "plans to" and "may" do."""
DOUBTED = frozenset("alleged suspected attempted possible potential proposed purported supposed".split())
"""Adjectives without which a noun names what may never have been."""
HEDGING = frozenset("alleg accus suspect claim".split()) | frozenset({*ADVERBS, *MODALS, *DOUBTED}) - {"will", "shall"} | frozenset(
    "alleges alleged allegations accused accuses accusing accusations charged charges suspects claims claimed".split()
)
WISHED = re.compile(r"\b(?:should|ought|could)\b", re.I)
REACH = 40
"""Characters before a verb in which its modals stand."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for the first deed of the claim that the article leaves open wherever it tells it."""
    coverage = {alignment.source.index: alignment for alignment in alignments}
    for relation in claim.relations:
        told = closest(relation, coverage, ground)
        if not told or not all(raised(claim, pair, ground) for pair in told):
            continue
        place = ground.sources[told[0].theirs.sentence].evidence
        yield Finding(
            kind="certainty",
            severity="error",
            said="told as a fact" if relation.certainty == "asserted" else "told as certain",
            article_says=f"{told[0].theirs.certainty}: {place.text}",
        )
        return
    yield from bared(claim, alignments[:1])


def bared(claim: Claim, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for a noun that the article calls alleged, suspected or possible, and the claim does not."""
    for alignment in alignments:
        if not alignment.near or any(word.folded in HEDGING for word in claim.words):
            return
        text, offset = alignment.source.evidence.text, alignment.source.evidence.start
        for ours, theirs in alignment.pairs:
            before = text[max(0, theirs.start - offset - REACH) : theirs.start - offset].casefold().split()[-1:]
            if not ours.name and before and before[0] in DOUBTED:
                said = claim.text[ours.start : ours.end]
                yield Finding(
                    kind="certainty", severity="error", said=f"{said}, told as a fact", article_says=f"{before[0]} {said}"
                )
                return


def raised(claim: Claim, pair: Pair, ground: Ground) -> bool:
    """Tell whether the claim vouches for more than the article does."""
    ours, theirs = pair.ours.certainty, pair.theirs.certainty
    if theirs not in OPEN or ours in ("alleged", "denied") or pair.ours.negated != pair.theirs.negated:
        return False
    if pair.theirs.negated and theirs == "suspected":
        return False  # "may not" forbids
    if pair.ours.form == pair.theirs.form == "noun":
        return _bare(pair.ours, claim.text) and not _bare(pair.theirs, ground.facts.article.text)
    if ours == "asserted":
        return not (pair.ours.speaker and theirs == "alleged")
    before = claim.text[max(0, pair.ours.start - REACH) : pair.ours.start]
    article = ground.facts.article.text
    theirs_before = article[max(0, pair.theirs.start - REACH) : pair.theirs.start]
    certain = ours == "planned" and CERTAIN.search(before) is not None
    open_too = theirs != "conditional" or WISHED.search(theirs_before)
    return certain and bool(open_too) and not CERTAIN.search(theirs_before)


def _bare(deed: Relation, text: str) -> bool:
    """Tell whether no word right before a noun leaves open whether there is what it names."""
    before = text[max(0, deed.start - REACH) : deed.start].casefold().split()[-2:]
    return not any(word.strip("“”\"'‘’,") in ADJECTIVES for word in before)
