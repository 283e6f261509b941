"""Note determiners: is the one that the article speaks of told as any one, and is a name told as a common noun?

"A club" for "the club" tells of somebody new where somebody known was meant; "the quaye" and "a Quaye" are no names.
Compares what stands right before the words that claim and article share. It never accuses.
"""

import re
from collections.abc import Iterable, Iterator

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.data import Finding, Name

ANY = frozenset({"a", "an"})
KNOWN = frozenset("the this that these those its his her their our my your".split())
PLURAL = re.compile(r"\ban? \d[\d,.]*(?: per cent|%| million| billion)? (?:people|(?!\w*(?:ss|us|is)\b)\w+s)\b")
"""What no writer of English puts together: "a 61,480 people"."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a note for the first word that has lost what tells which one is meant."""
    if not alignments or not alignments[0].near:
        return
    best = alignments[0]
    for said, article in (*indefinite(claim, best), *lowered(claim, ground, best)):
        yield Finding(
            kind="who-did-what",
            severity="note",
            said=said,
            article_says=article,
            evidence=(best.source.evidence,),
        )
        return
    if match := PLURAL.search(claim.text):
        yield Finding(kind="who-did-what", severity="note", said=match[0])


def indefinite(claim: Claim, alignment: Alignment) -> Iterator[tuple[str, str]]:
    """Yield what is any one in the claim and a known one, or one with a name, in the article; both sides' words."""
    place = alignment.source.evidence
    people = [fact for fact in alignment.source.facts if isinstance(fact, Name) and fact.category == "person"]
    for ours, theirs in alignment.pairs:
        mine, other = before(claim.text, ours.start), before(place.text, theirs.start - place.start)
        person = any(fact.start <= theirs.start < fact.end for fact in people)
        if mine in ANY and (other in KNOWN or (person and other not in ANY)):
            yield (
                f"{mine} {claim.text[ours.start : ours.end]}",
                f"{other} {place.text[theirs.start - place.start : theirs.end - place.start]}".strip(),
            )


def lowered(claim: Claim, ground: Ground, alignment: Alignment) -> Iterator[tuple[str, str]]:
    """Yield names of the aligned sentence that the claim has as common nouns, with the article's form of each."""
    if claim.text.islower():
        return  # a text without capitals has none for names either
    named = {
        word: fact
        for fact in alignment.source.facts
        if isinstance(fact, Name)
        for word in fact.text.split()
        if word[:1].isupper()
    }
    for word in claim.words:
        said = claim.text[word.start : word.end]
        own = next((form for form in named if form.casefold() == said), None)
        if own is not None and not ground.spells(said):
            yield said, own


def before(text: str, position: int) -> str:
    """Return the word right before a place in a text, in lower case; empty where a mark stands between."""
    match = re.search(r"(\w+)\s+$", text[:position])
    return match[1].casefold() if match else ""
