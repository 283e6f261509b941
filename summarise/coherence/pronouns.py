"""A pronoun whose bearer the summary does not make clear gets the name, or is told to dangle.

Only the first of each kind in a sentence, and only where nobody before it in the sentence explains it; what is quoted
is left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from summarise.coherence.cast import BY, Cast, head, somebody
from summarise.coherence.naming import Naming
from summarise.coherence.reading import Reading
from summarise.coherence.shown import Dangling, Edit
from summarise.coherence.told import Told
from summarise.facts.parser import Token

_GENDERED = {"he": "he", "him": "he", "his": "he", "she": "she", "her": "she"}
_PLURAL = frozenset("they them their".split())
_SURE = 0.8
_OWN = frozenset("it its".split())
_OF_AN_ORGANISATION = frozenset(
    """
    director executive chairman chairwoman chair president spokesman spokeswoman spokesperson staff board shares
    revenue profit profits income members leader leaders headquarters lawyers secretary founder owner employees workers
    manager captain sales losses debt stock customers chief boss
    """.split()
)
"""What an organisation has, and hardly anything else: "its director"."""
_EMPTY = re.compile(
    r"it (?:(?:is|was|will be|would be|has been|had been) (?:not )?(?:[a-z]+ly )?\w+ (?:that|to|for|whether)\b"
    r"|(?:is|was) [^,.;]{2,40}? (?:who|that)\b|(?:took|takes|will take) .*?\b(?:for|to)\b|(?:seems|seemed|appears) )",
    re.IGNORECASE,
)
"""An "it" that means nothing before it."""


@dataclass(frozen=True)
class Resolved:
    """What is to be done about the pronouns of a sentence, and whom those mean that stay."""

    edits: tuple[Edit, ...] = ()
    dangling: tuple[Dangling, ...] = ()
    meant: tuple[tuple[int, str], ...] = ()


def pronouns(reading: Reading, told: Told, cast: Cast, naming: Naming) -> Resolved:
    """Return what is to be done about the pronouns of one sentence."""
    edits: list[Edit] = []
    dangling: list[Dangling] = []
    meant: list[tuple[int, str]] = []
    for token in _first_of_each(reading):
        word = token.text.casefold()
        if word in _GENDERED:
            if _explained(reading, token, cast):
                continue
            value = _whom(reading, token, cast)
            if value is not None and told.clear(value, word, cast):
                meant.append((token.start, value))
            elif value is not None and (edit := _named(reading, token, value, told, naming)) is not None:
                edits.append(edit)
            elif not (told.follows(reading) and any(cast.fits(person, word) for person in told.people)):
                dangling.append(Dangling(token.text, "nobody whom it could mean was named before", 1.0))
        elif word == "its" and reading.opening(token.start):
            value = cast.owner(place) if (place := reading.origin(token.start)) is not None else None
            following = reading.text[token.end :]
            if told.follows(reading):
                continue
            if value is not None and head(_phrase(following)) in _OF_AN_ORGANISATION and value != told.topic:
                edit = _named(reading, token, value, told, naming)
                if edit is not None:
                    edits.append(edit)
                    continue
            if value is None or value != told.topic:
                dangling.append(Dangling(token.text, "what it means was not told before", 0.8))
        elif not told.follows(reading) and not _noun_before(reading, token) and not _empty(reading, token):
            dangling.append(Dangling(token.text, "what it means was not told before", 0.8))
    return Resolved(tuple(edits), tuple(dangling), tuple(meant))


def _first_of_each(reading: Reading) -> Iterator[Token]:
    """Yield the first pronoun of each kind outside quotations."""
    kinds: set[str] = set()
    for token in reading.tokens:
        word = token.text.casefold()
        kind = _GENDERED.get(word) or ("they" if word in _PLURAL else "it" if word in _OWN else None)
        if kind is None or kind in kinds or reading.quotes_at(token.start):
            continue
        kinds.add(kind)
        yield token


def _explained(reading: Reading, token: Token, cast: Cast) -> bool:
    """Tell whether a person before a pronoun in its sentence, named or not, may be whom it means."""
    governor = reading.heads[reading.tokens.index(token)]
    for index, other in enumerate(reading.tokens):
        if other.start >= token.start:
            return False
        if reading.quotes_at(other.start) or BY.fullmatch(reading.text[: other.start]):
            continue
        same_clause = reading.heads[index] == governor and other.relation in ("nsubj", "nsubjpass")
        if same_clause and token.tag == "PRP" and token.relation not in ("nsubj", "nsubjpass"):
            continue  # "No witness has contradicted him": he is no witness
        if _a_person(reading, index, token, cast):
            return True
    return False


def _a_person(reading: Reading, index: int, pronoun: Token, cast: Cast) -> bool:
    """Tell whether a token is, or may be, a person whom a pronoun fits."""
    token = reading.tokens[index]
    name = reading.name_at(token.start)
    if name is None:
        # Two capitals that the fact engine knows nothing of may be a name.
        paired = token.tag.startswith("NNP") and reading.tokens[index + 1].tag.startswith("NNP")
        return paired or (token.tag.startswith("N") and somebody(token.text.casefold()))
    if name.category == "person":
        return cast.may_be(name.value, pronoun.text)
    unsure = name.category == "organisation" and name.confidence < _SURE
    return unsure or name.category == "other" or token.entity.endswith("PERSON")


def _whom(reading: Reading, token: Token, cast: Cast) -> str | None:
    place = reading.origin(token.start)
    return cast.person(place, token.text) if place is not None else None


def _named(reading: Reading, token: Token, value: str, told: Told, naming: Naming) -> Edit | None:
    """Return the edit that puts a name in the place of a pronoun."""
    if re.match(r"[’']\w", reading.text[token.end :]):
        return None  # "he's", "she'll"
    if naming.family(value):
        return None
    form = naming.short(value) if value in told.full else naming.full(value)
    if value in told.mentioned and value not in told.full and token.text.casefold() == "its":
        form = naming.short(value)
    if form is None:
        return None
    name = naming.called(value, opening=reading.opening(token.start), form=form)
    if name is None:
        return None
    if token.tag == "PRP$" or token.text.casefold() in ("his", "its"):
        name = naming.possessive(name)
    bare = naming.possessive(form) if name.endswith((naming.apostrophe, naming.apostrophe + "s")) else form
    why = f"“{token.text}” is {value} in the article"
    return Edit(token.start, token.end, name, "pronoun", why, otherwise=(bare,) if bare != name else ())


def _noun_before(reading: Reading, token: Token) -> bool:
    """Tell whether something before a pronoun in its sentence may be what it means."""
    return any(
        other.tag.startswith("N") and not reading.quotes_at(other.start)
        for other in reading.tokens
        if other.end <= token.start
    )


def _empty(reading: Reading, token: Token) -> bool:
    """Tell whether an "it" stands for what follows it: "it is feared that", "it took years to"."""
    return token.text.casefold() == "it" and _EMPTY.match(reading.text, token.start) is not None


def _phrase(following: str) -> str:
    """Return the words behind a possessive up to the first mark or verb-like word, for their noun."""
    words = []
    for word in following.split():
        bare = word.strip(",.;:")
        words.append(bare)
        if bare.casefold() in _OF_AN_ORGANISATION or bare != word:
            break
    return " ".join(words[:4])
