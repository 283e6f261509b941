"""Check indirect speech: did this speaker say so?

Does not judge quotations (`quotations` does), and errs only where both sides name a speaker; where one of them only
describes it ("officials"), that is noted. A speaker who was found through a pronoun is doubted and not accused.

Measured (docs/checker.md): five of eight errors were right on labelled claims; on single edits 98 in 100 were caught.
"""

import re
from collections.abc import Iterable, Iterator

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground, Source
from summarise.checks.words import folded, words_of
from summarise.data import Attribution, Finding, Quotation
from summarise.lexicon.speech import base_of

SURE = 0.85
"""Speakers who were found less surely, through a pronoun for one, contradict nobody."""
GROUPS = frozenset(
    "prosecutors lawyers directors managers ministers unions companies banks rebels protesters campaigners "
    "lawmakers senators judges jurors workers teachers scientists players fans critics opponents".split()
)
"""Groups of people for whom one of them is not taken, where the article speaks of both."""
SAME_CONTENT = 0.6
"""From this share of its content words on, what the claim attributes is what the article attributes."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each attribution to somebody other than the article's speaker of the same content."""
    near = [alignment for alignment in alignments if alignment.near]
    for said in claim.facts:
        if not isinstance(said, Attribution) or not said.speaker:
            continue
        found = [(fact, place) for fact, place in _sayings(said, ground, near) if fact.speaker]
        if not found and (place := strange(claim, said, ground, near)) is not None:
            yield Finding(kind="speaker", severity="note", said=said.speaker, article_says=place.evidence.text)
        if not found or any(same(said.speaker, fact.speaker) for fact, _ in found):
            continue
        fact, alignment = found[0]
        if exonerated(claim, said.speaker, fact.speaker, ground) or verbatim(claim, said, alignment):
            continue
        if not ground.cast.speaks(said.speaker) and misdescribed(said.speaker, fact.speaker, ground):
            yield Finding(kind="speaker", severity="error", said=said.speaker, article_says=fact.speaker)
            continue
        named = ground.cast.speaks(said.speaker) and ground.cast.speaks(fact.speaker or "") and said.confidence >= SURE
        yield Finding(
            kind="speaker",
            severity="error" if named else "note",
            said=said.speaker,
            article_says=fact.speaker,
            evidence=(alignment.source.evidence,) if named and fact.confidence >= SURE else (),
        )
    yield from _quoting(claim, ground)


def _quoting(claim: Claim, ground: Ground) -> Iterable[Finding]:
    """Yield a finding for a quotation of the claim by somebody only described who cannot be the article’s speaker."""
    quotations = [fact for fact in claim.facts if isinstance(fact, Quotation) and not fact.speaker]
    told = [r for r in claim.relations if base_of(r.predicate) and not r.speaker]
    speakers = [who for relation in told for who in relation.those("agent") if not who.named]
    for quotation in quotations:
        spoken = ground.quoted.only_with(quotation.value) if speakers and quotation.value else None
        for who in speakers:
            if spoken is not None and misdescribed(who.text, spoken.speaker, ground):
                yield Finding(kind="speaker", severity="error", said=who.text, article_says=spoken.speaker)
                return


def _sayings(
    said: Attribution, ground: Ground, near: list[Alignment]
) -> Iterator[tuple[Attribution | Quotation, Alignment]]:
    """Yield where, in the article, that stands which `said` attributes, best aligned first."""
    wanted = {word.stem for word in words_of(said.text) if word.content}
    for alignment in near:
        theirs = [fact for fact in alignment.source.facts if isinstance(fact, Attribution)]
        sayings: list[Attribution | Quotation] = [*theirs, *ground.quotations_near(alignment.source)]
        for fact in sayings:
            has = {word.stem for word in words_of(fact.text) if word.content}
            if wanted and fact.speaker and len(wanted & has) >= SAME_CONTENT * len(wanted):
                yield fact, alignment


def strange(claim: Claim, said: Attribution, ground: Ground, near: list[Alignment]) -> Source | None:
    """Return the sentence that tells what the claim attributes, where nobody there or nearby may be its speaker."""
    if not near or near[0].coverage < SAME_CONTENT or said.speaker is None:
        return None
    index = near[0].source.index
    around = [ground.sources[i] for i in range(max(0, index - 1), min(len(ground.sources), index + 2))]
    sayings = [fact for source in around for fact in source.facts if isinstance(fact, Attribution | Quotation)]
    speakers = {fact.speaker for fact in [*sayings, *ground.quotations_near(near[0].source)] if fact.speaker}
    # "The board" for the Public Audit Board, "the company" for Halvorn: who is described may be any of them.
    if any(same(said.speaker, speaker) or ground.cast.together(said.speaker, speaker) for speaker in speakers):
        return None
    return near[0].source


def misdescribed(said: str, speaker: str | None, ground: Ground) -> bool:
    """Tell whether a speaker who is only described cannot be the article's: several people, or one of another body.

    One person is not "prosecutors", and "the head of OLAF" is somebody whom the article puts beside OLAF.
    """
    if speaker is None or ground.cast.sort(speaker) != "person":
        return False
    bodies = [body for body in ground.cast.named_in(said) if ground.cast.sort(body) == "organisation"]
    if bodies:
        return not any(ground.cast.together(body, speaker) for body in bodies)
    return any(word.folded in GROUPS and ground.knows(word.stem) for word in words_of(said))


def exonerated(claim: Claim, said: str, speaker: str | None, ground: Ground) -> bool:
    """Tell whether naming `said` for the article's `speaker` may be right all the same.

    A claim that names both was misread rather than wrong, and somebody may speak for an organisation, if the article
    ever names the two in one sentence.
    """
    return speaker is None or mentions(claim.text, speaker) or ground.cast.together(said, speaker)


def verbatim(claim: Claim, said: Attribution, alignment: Alignment) -> bool:
    """Tell whether the sentence itself describes the speaker as the claim does, right before the same verb."""
    speaker = re.escape(said.speaker or "")
    match = re.search(rf"\b{speaker}\s+\w+", claim.text)
    return match is not None and f" {folded(match[0])} " in f" {folded(alignment.source.evidence.text)} "


def same(said: str, speaker: str | None) -> bool:
    """Tell whether two speakers may be one: the words of one name are among those of the other."""
    if speaker is None:
        return False
    ours, theirs = set(folded(said).split()), set(folded(speaker).split())
    return ours <= theirs or theirs <= ours


def mentions(text: str, speaker: str | None) -> bool:
    """Tell whether a text has the last word of a speaker's name."""
    surname = folded(speaker or "").split()[-1:]
    return bool(surname) and surname[0] in folded(text).split()
