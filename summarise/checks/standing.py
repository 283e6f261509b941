"""Check how a deed is put forward: is what the article only alleges, suspects or plans told as having happened?

Reads relations. It errs where every place of the article that tells a deed of the claim, with the same people, leaves
it open, and the claim does not. Hedges outside of relations, and attributions that were lost, are noted by `certainty`.
"""

import re
from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.hedging import hedges
from summarise.checks.pairing import WEAK, Pair, agree, closest, pairs
from summarise.data import Finding, Relation
from summarise.lexicon.certainty import ADJECTIVES

OPEN = frozenset({"alleged", "suspected", "planned", "conditional", "denied"})
CERTAIN = re.compile(r"\b(?:will|shall|won[’']t)\b|[’']ll\b", re.I)
"""Modals that leave no doubt of what is to come, where "plans to" and "may" do."""
DOUBTED = frozenset("alleged suspected purported supposed".split())
"""Adjectives without which a noun names what may never have been."""
WISHED = re.compile(r"\b(?:should|ought|could)\b", re.I)
GOVERNED = 90
"""Characters before a verb in which the word stands that leaves it open."""
PRESENT = re.compile(r"^(?!.*(?:ed|ss)$)\w+s$|^\w+ing$", re.I)
"""Forms of the present, which tell what is to come as well ("plays on Saturday")."""
BEHIND = 12
"""Characters behind a verb in which an adverb may still hedge it."""
REACH = 40
"""Characters before a verb in which its modals stand."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for the first deed of the claim that the article leaves open wherever it tells it."""
    coverage = {alignment.source.index: alignment for alignment in alignments}
    for relation in claim.relations:
        told = [pair for pair in closest(relation, coverage, ground) if _near(pair, coverage)]
        tight = (pair for pair in pairs(relation, ground, coverage) if pair.tight)
        done = (pair for pair in tight if agree(pair, ground) and pair.theirs.certainty == "asserted")
        if any(pair.theirs.negated == relation.negated for pair in done):
            continue  # told as done in another place
        if not told or not all(raised(claim, pair, ground) for pair in told):
            continue
        place = ground.sources[told[0].theirs.sentence].evidence
        yield Finding(
            kind="certainty",
            severity="error",
            said="told as a fact" if relation.certainty == "asserted" else "told as certain",
            article_says=place.text,
        )
        return
    yield from bared(claim, alignments[:1])


def bared(claim: Claim, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for a noun that the article calls alleged, suspected or possible, and the claim does not."""
    for alignment in alignments:
        if not alignment.near or hedges(claim.text):
            return
        text, offset = alignment.source.evidence.text, alignment.source.evidence.start
        for ours, theirs in alignment.pairs:
            before = text[max(0, theirs.start - offset - REACH) : theirs.start - offset].casefold().split()[-1:]
            if not ours.name and before and before[0] in DOUBTED:
                said = claim.text[ours.start : ours.end]
                yield Finding(
                    kind="certainty",
                    severity="error",
                    said=f"{said}, told as a fact",
                    article_says=f"{before[0]} {said}",
                )
                return


def raised(claim: Claim, pair: Pair, ground: Ground) -> bool:
    """Tell whether the claim vouches for more than the article does."""
    ours, theirs = pair.ours.certainty, pair.theirs.certainty
    if theirs not in OPEN or ours in ("alleged", "denied") or pair.ours.negated != pair.theirs.negated:
        return False
    if pair.theirs.negated and theirs in ("suspected", "planned", "conditional"):
        return False  # "may not" forbids, and who "would not comment" declined to
    if pair.ours.form != pair.theirs.form:
        return False
    if theirs in ("suspected", "conditional") and re.search(r"\b(?:if|unless)\b", claim.text):
        return False
    if pair.ours.form == pair.theirs.form == "noun":
        return _bare(pair.ours, claim.text) and not _bare(pair.theirs, ground.facts.article.text)
    if hedges(_around(claim.text, pair.ours)):
        return False
    if pair.ours.speaker and (theirs == "alleged" or (theirs == "suspected" and not pair.theirs.speaker)):
        return False  # the claim leaves it to who says so
    if theirs == "alleged" and pair.theirs.those("agent") and not pair.ours.those("agent"):
        return False  # who stole it is alleged, not that it was stolen
    if theirs == "planned" and re.search(r"(?<!certain )(?<!sure )\bto $", claim.text[: pair.ours.start]):
        return False  # a purpose: "chose Acme to build it"
    article = ground.facts.article.text
    if theirs == "planned" and not hedges(_before(article, pair.theirs, ground)):
        return False  # a purpose: "crossed for him to score"
    if ours == "asserted":
        return not (theirs == "planned" and PRESENT.search(claim.text[pair.ours.start : pair.ours.end]))
    before = claim.text[max(0, pair.ours.start - REACH) : pair.ours.start]
    theirs_before = article[max(0, pair.theirs.start - REACH) : pair.theirs.start]
    certain = ours == "planned" and CERTAIN.search(before) is not None
    open_too = theirs != "conditional" or WISHED.search(theirs_before)
    # "Said it would close": the past of "will".
    would = pair.theirs.speaker is not None and re.search(r"\bwould\b", theirs_before)
    return certain and bool(open_too) and not CERTAIN.search(theirs_before) and not would


def _near(pair: Pair, coverage: dict[int, Alignment]) -> bool:
    """Tell whether the claim retells the sentence of a pair, nearly word for word where the verb tells little."""
    alignment = coverage.get(pair.theirs.sentence)
    if alignment is None or (pair.ours.predicate in WEAK and not pair.tight):
        return alignment is not None and alignment.retells
    return alignment.near


def _before(text: str, deed: Relation, ground: Ground) -> str:
    """Return what stands before a verb in its sentence, up to the semicolon or as far as a hedge reaches."""
    start = ground.sources[deed.sentence].sentence.start
    return re.split(r"[;:]", text[max(start, deed.start - GOVERNED) : deed.start])[-1]


def _around(text: str, deed: Relation) -> str:
    """Return what stands in the clause before a verb, and right behind it, without the verb and a bare "will"."""
    before = re.split(r"[,;:]", text[: deed.start])[-1]
    return CERTAIN.sub("", before) + " " + text[deed.end : deed.end + BEHIND]


def _bare(deed: Relation, text: str) -> bool:
    """Tell whether no word right before a noun leaves open whether there is what it names."""
    before = text[max(0, deed.start - REACH) : deed.start].casefold().split()[-2:]
    return not any(word.strip("“”\"'‘’,") in ADJECTIVES for word in before)
