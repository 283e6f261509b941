"""Check quotations: are these the article's words, and did this speaker say them?

Does not judge indirect speech. Quoted words are compared folded: case, punctuation and spacing do not count.
"""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.data import Evidence, Finding, Quotation

ALTERED = 0.6
"""From this similarity of words on, a quotation counts as an altered form of the article's."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each quotation that is altered, invented, or given to another speaker."""
    article = ground.facts.article
    theirs = [fact for fact in ground.facts.facts if isinstance(fact, Quotation)]
    for said in claim.facts:
        if not isinstance(said, Quotation):
            continue
        wanted = folded(said.text)
        holders = [fact for fact in theirs if f" {wanted} " in f" {folded(fact.text)} "]
        if holders:
            if said.speaker and not any(_same(said.speaker, fact.speaker) for fact in holders):
                named = [fact for fact in holders if fact.speaker]
                # A claim that also names the true speaker was misread rather than wrong.
                if named and not any(_mentions(claim.text, fact.speaker) for fact in named):
                    yield Finding(
                        kind="speaker",
                        severity="error",
                        said=said.speaker,
                        article_says=named[0].speaker,
                        evidence=(_sentence(ground, named[0]),),
                    )
            continue
        if any(f" {wanted} " in f" {folded(alignment.source.evidence.text)} " for alignment in alignments):
            yield Finding(
                kind="quotation", severity="note", said=said.text, article_says="the words, not as a quotation"
            )
            continue
        closest = max(theirs, key=lambda fact: similarity(said.text, fact.text), default=None)
        if closest is not None and similarity(said.text, closest.text) >= ALTERED:
            yield Finding(
                kind="quotation",
                severity="error",
                said=said.text,
                article_says=closest.text,
                evidence=(article.evidence(closest),),
            )
        else:
            yield Finding(kind="quotation", severity="error", said=said.text)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return the words of a text in lower case, one space apart, without punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(re.findall(r"\w+(?:'\w+)*", plain))


def similarity(said: str, source: str) -> float:
    """Return the share of the said words that stand, in order, in the source."""
    ours, theirs = folded(said).split(), folded(source).split()
    matched = sum(block.size for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks())
    return matched / len(ours) if ours else 0.0


def _same(said: str, speaker: str | None) -> bool:
    if speaker is None:
        return False
    ours, theirs = set(folded(said).split()), set(folded(speaker).split())
    return ours <= theirs or theirs <= ours


def _mentions(text: str, speaker: str | None) -> bool:
    surname = folded(speaker or "").split()[-1:]
    return bool(surname) and surname[0] in folded(text).split()


def _sentence(ground: Ground, fact: Quotation) -> Evidence:
    return ground.sources[fact.sentence].evidence
