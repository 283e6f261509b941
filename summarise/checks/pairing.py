"""Pair what a claim relates with what the article relates: the same deed, by the same or by another word.

Says which arguments mean the same on both sides. Does not judge: `roles`, `certainty` and others read the pairs.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Ground
from summarise.checks.told import EVERYBODY, by_role, by_text, by_value
from summarise.checks.words import folded, stem
from summarise.data import Argument, Relation
from summarise.lexicon.capitals import stands_for
from summarise.lexicon.relations import antonyms, same_sense, synonyms

CORE = ("agent", "patient", "recipient")
"""Roles in which two relations must not differ."""
WEAK = frozenset("be have do make get go come take say tell add call ask want bring give put see find".split())
"""Predicates that tell too little for one shared argument to make two deeds one."""
SAME_BEGINNING = 4
"""Letters with which two names that may be of one bearer begin alike ("Lyon", "Lyonnais")."""


_folded = lru_cache(maxsize=16384)(folded)
"""The words of an argument, which is compared with many."""


@dataclass(frozen=True)
class Pair:
    """A relation of a claim and one of the article with the same predicate; `same` tells that it is the very word."""

    ours: Relation
    theirs: Relation
    same: bool
    shared: tuple[tuple[Argument, Argument], ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The roles that are compared; of two nouns also "of" ("the instructions of Vale")."""
        return (*CORE, "of") if self.ours.form == self.theirs.form == "noun" else CORE

    @property
    def bound(self) -> bool:
        """Whether an argument is shared, in whatever role: without one, both merely use one word."""
        return bool(self.shared)

    @property
    def kept(self) -> bool:
        """Whether an argument plays the same role on both sides."""
        return any(ours.role == theirs.role for ours, theirs in self.shared)

    @property
    def tight(self) -> bool:
        """Whether two arguments are shared in the same role: then both tell one deed, if it was done once."""
        return len({ours for ours, theirs in self.shared if ours.role == theirs.role}) > 1


def pairs(relation: Relation, ground: Ground, coverage: Collection[int] | None = None) -> list[Pair]:
    """Return the article's relations that may tell what one of a claim tells; most shared arguments first.

    Where `coverage` are the sentences that the claim is aligned with, only those in them and those that share two
    arguments: no other is tight, nor retold by the words around it.
    """
    found = [
        Pair(relation, theirs, predicate == relation.predicate, _shared(relation, theirs, ground))
        for predicate in predicates(relation.predicate, ground)
        for theirs in (ground.telling(predicate) if coverage is None else _near(relation, predicate, ground, coverage))
    ]
    return sorted(found, key=lambda pair: (-len({ours for ours, _ in pair.shared}), not pair.same))


def _near(relation: Relation, predicate: str, ground: Ground, coverage: Collection[int]) -> list[Relation]:
    """Return, in order, the relations with a predicate in some sentences, and those that may share two arguments."""
    keys = [keys_of(one, ground) for one in relation.arguments if one.value is not None]
    everybody = sum(1 for one in relation.arguments if (one.value or "").casefold() in EVERYBODY)
    return ground.sharing(predicate, keys, least=2 - everybody, within=coverage)


def keys_of(argument: Argument, ground: Ground) -> set[str]:
    """Return the keys of all that `fits` may take for an argument: every one that does has one of them."""
    value = argument.value or ""
    meant = {
        value,
        *synonyms(value.casefold(), "n"),
        *ground.cast.offices(value),
        *ground.cast.holders(value.casefold()),
    }
    return {by_text(argument), by_role(argument.role), *map(by_value, meant)}


def closest(relation: Relation, coverage: Mapping[int, Alignment], ground: Ground) -> list[Pair]:
    """Return the pairs that tell one deed: by the same people, or in a sentence that says the same; all if some tie.

    `coverage` are the alignments of the claim by sentence. What shares fewer arguments tells another deed of the sort.
    """
    near = pairs(relation, ground, coverage)
    told = [pair for pair in near if same_deed(pair, coverage.get(pair.theirs.sentence), ground)]
    most = max((len(pair.shared) for pair in told), default=0)
    return [pair for pair in told if len(pair.shared) == most]


def opposed(relation: Relation, coverage: Mapping[int, Alignment], ground: Ground) -> list[Pair]:
    """Return the pairs that tell the opposite of the same people: with opposite predicates, neither or both negated."""
    found = []
    for predicate in sorted(antonyms(relation.predicate.replace(" ", "_"), "v")):
        for theirs in ground.sharing(predicate.replace("_", " "), (), least=1, within=coverage):
            pair = Pair(relation, theirs, same=False, shared=_shared(relation, theirs, ground))
            alignment = coverage.get(theirs.sentence)
            if pair.theirs.negated == relation.negated and pair.tight and alignment is not None and alignment.near:
                # "Sold it to Acme" and "Acme bought it" are opposite and both true: the same must act in both.
                acting = alike(relation.those("agent"), theirs.those("agent"), ground)
                passive = not relation.those("agent") and not theirs.those("agent")
                found += [pair] if agree(pair, ground) and (acting or passive) else []
    return found


def _shared(relation: Relation, theirs: Relation, ground: Ground) -> tuple[tuple[Argument, Argument], ...]:
    return tuple((one, other) for one in relation.arguments for other in theirs.arguments if fits(one, other, ground))


def same_deed(pair: Pair, alignment: Alignment | None, ground: Ground) -> bool:
    """Tell whether a pair tells one deed: nobody plays another part, and people or the rest of the words are shared."""
    if not agree(pair, ground):
        return False
    if alignment is not None and (alignment.retells or (alignment.near and pair.bound)):
        return True
    return len(pair.shared) > 1 if pair.ours.predicate in WEAK else pair.tight


def predicates(predicate: str, ground: Ground) -> Iterator[str]:
    """Yield the predicates of the article that mean a claim's: itself, and its synonyms in order."""
    yield predicate
    meant = (word.replace("_", " ") for word in synonyms(predicate.replace(" ", "_"), "v"))
    yield from sorted(word for word in meant if ground.telling(word))


def fits(ours: Argument, theirs: Argument, ground: Ground) -> bool | None:
    """Tell whether two arguments mean the same; None where that cannot be told, as between a name and a description."""
    if ours.value is None or theirs.value is None:
        return None
    one, other = ours.value.casefold(), theirs.value.casefold()
    if _folded(ours.text) == _folded(theirs.text):
        return True
    if one in EVERYBODY or other in EVERYBODY:
        return ours.role == theirs.role or None
    if ours.role == "time" or theirs.role == "time":
        return ours.value == theirs.value if ours.role == theirs.role else False
    bearers = [
        ground.cast.sort(ours.value) is not None or ours.named,
        ground.cast.sort(theirs.value) is not None or theirs.named,
    ]
    if all(bearers):
        if ours.value == theirs.value:
            return True
        # Whom a pronoun or a description means is not sure enough to tell two apart.
        return _apart(ours.value, theirs.value, ground) if ours.named and theirs.named else None
    if any(bearers):
        name, noun = (ours.value, other) if bearers[0] else (theirs.value, one)
        return name in ground.cast.holders(noun) or None
    if stem(one) == stem(other) or same_sense(one, other, "n"):
        return True
    # "Members of the parliament" and "parliamentarians", "the plan to cut" and "the cut": one text may hold the other.
    inside = stem(one) in map(stem, theirs.text.split()) or stem(other) in map(stem, ours.text.split())
    return None if inside else False


def _apart(one: str, other: str, ground: Ground) -> bool | None:
    """Return False for two names of one sort; None where one may stand for the other, as a capital for its country."""
    if stands_for(one, other):
        return None
    sorts = {ground.cast.sort(one), ground.cast.sort(other)}
    ours, theirs = folded(one).split(), folded(other).split()
    if any(a[:SAME_BEGINNING] == b[:SAME_BEGINNING] for a in ours for b in theirs):
        return None
    if sorts <= {"place", "nationality"} or (len(sorts) == 1 and not sorts & {None, "other"}):
        return False
    return None if sorts & {None, "other", "place", "nationality"} or ground.cast.together(one, other) else False


def alike(ours: tuple[Argument, ...], theirs: tuple[Argument, ...], ground: Ground) -> bool | None:
    """Tell whether those who play a role on both sides are the same; None where one side does not tell."""
    if not ours or not theirs:
        return None
    told = [fits(one, other, ground) for one in ours for other in theirs]
    return True if True in told else None if None in told else False


def agree(pair: Pair, ground: Ground) -> bool:
    """Tell whether nobody plays another part in a claim's relation than in the article's."""
    return all(alike(pair.ours.those(role), pair.theirs.those(role), ground) is not False for role in pair.parts)
