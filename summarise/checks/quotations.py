"""Check quotations: are these the article's words, and did this speaker say them?

Does not judge indirect speech. Quoted words are compared folded: case, punctuation and spacing do not count, and an
omission mark stands for any words. Words left out without one are a note, unless a negation went with them; a word put
in or exchanged is an error. Titles and terms in quotation marks whose words the article has are left alone.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.negation import negates
from summarise.checks.words import folded, words_of
from summarise.data import Finding, Quotation, Severity, Span

ALTERED = 0.6
"""From this similarity of words on, a quotation counts as an altered form of the article's."""
TERM = 4
"""Up to this many words what stands between marks may be a title or a term."""
SHORT = 3
"""From this many words on, a quotation of the article's length with most of its words is that one, altered."""
OMISSION = re.compile(r"\[?(?:\.\s?\.\s?\.|…)\]?")


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each quotation that is altered, invented, or given to another speaker."""
    for said in claim.facts:
        if not isinstance(said, Quotation):
            continue
        wanted = folded(said.text)
        holders = ground.quoted.holding(wanted)
        if holders and (cut := _cut_off(wanted, holders)) is not None:
            place = ground.facts.article.evidence(cut)
            yield Finding(code="quotation", severity="error", claim=claim.quote(said), article=place)
        elif holders:
            yield from _speaker(said, claim, holders, ground)
        elif ground.says(wanted):
            # The words are the article's own, and nobody's quotation.
            yield Finding(code="quotation", severity="note", claim=claim.quote(said))
        elif not all(ground.says(folded(part)) for part in OMISSION.split(said.text)):
            yield _altered(said, claim, ground)


def _speaker(said: Quotation, claim: Claim, holders: Sequence[Quotation], ground: Ground) -> Iterable[Finding]:
    """Yield a finding where the claim names one speaker of the words and the article another."""
    named = [fact for fact in holders if fact.speaker and fact.speaker_link is None]
    speaker = said.speaker
    if not speaker or not named or len(named) < len(holders):
        return
    if any(same(speaker, fact.speaker) or mentions(claim.text, fact.speaker) for fact in named):
        return
    start = claim.text.find(speaker)
    words = claim.quote(Span(start=start, end=start + len(speaker))) if start >= 0 else claim.quote(said)
    place = ground.sources[named[0].sentence].evidence
    yield Finding(code="speaker", severity="error", claim=words, article=place)


def same(said: str, speaker: str | None) -> bool:
    """Tell whether two speakers may be one: the words of one name are among those of the other."""
    if speaker is None:
        return False
    ours, theirs = set(folded(said).split()), set(folded(speaker).split())
    return ours <= theirs or theirs <= ours


def mentions(text: str, speaker: str | None) -> bool:
    """Tell whether a text has the last word of a speaker's name: then it was misread rather than wrong."""
    surname = folded(speaker or "").split()[-1:]
    return bool(surname) and surname[0] in folded(text).split()


def _cut_off(wanted: str, holders: Sequence[Quotation]) -> Quotation | None:
    """Return the quotation that goes on with a "not" where the claim ends it, if all that hold the words do."""
    following = [f" {folded(holder.text)} ".partition(f" {wanted} ")[2].split()[:1] for holder in holders]
    return holders[0] if all(words in (["not"], ["never"]) for words in following) else None


def _altered(said: Quotation, claim: Claim, ground: Ground) -> Finding:
    """Return what is to be said of quoted words that the article does not have in this form."""
    words = words_of(said.text)
    closest = ground.quoted.closest(said.text, similarity)
    exchanged = closest is not None and len(words) >= SHORT and len(words) == len(words_of(closest.text))
    known = len(words) <= TERM and all(ground.knows(word.stem) for word in words if word.content)
    quote = claim.quote(said)
    if said.confidence < ALTERED or (known and not exchanged):
        return Finding(code="quotation", severity="note", claim=quote)
    if closest is None or similarity(said.text, closest.text) < ALTERED:
        return Finding(code="quotation", severity="error", claim=quote)
    severity: Severity = "note" if _shortened(said.text, closest.text) else "error"
    return Finding(code="quotation", severity=severity, claim=quote, article=ground.facts.article.evidence(closest))


def _shortened(said: str, source: str) -> bool:
    """Tell whether quoted words are the article's with some left out in the middle, and no negation among those."""
    ours, theirs = words_of(said), words_of(source)
    matcher = SequenceMatcher(None, [w.stem for w in ours], [w.stem for w in theirs], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < len(ours):
        return False
    first, last = blocks[0].b, blocks[-1].b + blocks[-1].size
    kept = {index for block in blocks for index in range(block.b, block.b + block.size)}
    return not any(negates(word) for index, word in enumerate(theirs[first:last], first) if index not in kept)


def similarity(said: str, source: str) -> float:
    """Return the share of the said words that stand, in order, in the source."""
    ours, theirs = folded(said).split(), folded(source).split()
    matched = sum(block.size for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks())
    return matched / len(ours) if ours else 0.0
