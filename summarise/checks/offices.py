"""Check offices: does the claim call somebody what the article calls somebody else?

Reads who is what from appositions and from "is" ("Ann Lee, the chairwoman"). It errs where the article gives the whole
office to another and does not call the claim's person so anywhere. An office that many may hold ("an analyst") says
nothing.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.words import words_of
from summarise.data import Argument, Finding, Relation

LONGEST = 5
"""Words: what is longer describes, and is no office."""
INDEFINITE = frozenset({"a", "an", "one", "another", "some", "former", "then"})


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each person whom the claim calls by another's office."""
    for relation in claim.relations:
        if relation.predicate != "be" or relation.negated or relation.certainty != "asserted":
            continue
        for person in relation.those("agent"):
            for office in relation.those("complement"):
                if person.named and person.value and not office.named and len(office.text.split()) <= LONGEST:
                    yield from _other_holder(person.value, office, ground)


def _other_holder(person: str, office: Argument, ground: Ground) -> Iterable[Finding]:
    said = {word.stem for word in words_of(office.text) if word.content}
    noun = office.value or ""
    known = ground.cast.holders(noun)
    if any(ground.cast.sort(holder) != "person" for holder in known):
        return
    first = office.text.split()[:1]
    if (
        not said
        or person in known
        or ground.cast.sort(person) != "person"
        or (first and first[0].casefold() in INDEFINITE)
    ):
        return
    for relation in ground.calling("be", noun):
        theirs = _held(relation, noun)
        if theirs is None:
            continue
        stems = {word.stem for word in words_of(theirs.text) if word.content}
        if said <= stems and len(said) > 1:
            holder = next(who.value for who in relation.those("agent") if who.named)
            yield Finding(
                kind="name",
                severity="error",
                said=f"{person}, {office.text}",
                article_says=f"{holder}, {theirs.text}",
                evidence=(ground.sources[relation.sentence].evidence,),
            )
            return


def _held(relation: Relation, noun: str) -> Argument | None:
    """Return the office in a relation that calls a named person by a noun."""
    if relation.negated or not any(who.named for who in relation.those("agent")):
        return None
    return next((office for office in relation.those("complement") if office.value == noun), None)
