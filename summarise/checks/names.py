"""Check the names in a claim: a name that is not in the article is an error.

A name that adds words to the article's ("Theresa May" for "Mrs May") gives a note. A capital may be named
instead of its country ("Moscow" for "Russia").
"""

import re
from collections.abc import Sequence

from summarise.checks.source_index import Case, SourceIndex, first_letters, initials
from summarise.checks.words import STOP_WORDS, Word, folded, words_of
from summarise.data import Finding, Name
from summarise.facts.lexicon import counterparts, is_seat

# Minimum extraction confidence of a name to be checked, or to contradict another one.
SURE = 0.5
# Minimum letters of names that may differ by a typing error.
SLIP = 5
CERTAIN = 0.9
# Names of these categories are errors only if their confidence is at least CERTAIN.
UNSORTED = frozenset({"other", "nationality"})
# Minimum letters of a clipped word before the plural "s" ("Dems").
CLIPPED = 3
# Text before a seat of government that is a location there ("in Paris"), not the government ("Paris said").
LOCATED = re.compile(r"\b(?:in|at|near|from|to|outside|into|around|across)\s+(?:the\s+)?$", re.IGNORECASE)
# Minimum coverage of the claim by a sentence whose names may contradict it.
NEAR = 0.2


def compare(case: Case[Name]) -> Finding | None:
    """Return an error or note about a name in a claim; None if the article supports it or its extraction is unsure."""
    said, claim, source_index = case.said, case.claim, case.source_index
    if said.confidence < SURE:
        return None
    if source_index.cast.bearer(said).casefold() in source_index.names:
        return None
    words = telling(said.text)
    unknown = [word for word in words if not source_index.knows(word.stem)]
    if not unknown and not mixes(said, words, source_index):
        return None
    if source_index.cast.abbreviates(said.text):
        return None
    powers = counterparts(said.value)
    located = LOCATED.search(claim.text, 0, said.start) is not None
    if any(map(source_index.names_power, powers)) and not (located and is_seat(said.value)):
        return None
    partly = 0 < len(unknown) * 2 < len(words)
    vague = said.category in UNSORTED and said.confidence < CERTAIN
    misspelt = any(alike(said, fact) for fact in source_index.named)
    if partly or vague or misspelt or extends(said, words, source_index) or clipped(said, source_index):
        return case.note()
    named = [name for name in claim.facts if isinstance(name, Name)]

    def excludes(fact: Name) -> bool:
        meant = fact.value in powers or not powers.isdisjoint(counterparts(fact.value))
        return rivals(said, fact) and not meant and not any(one_bearer(name, fact, source_index) for name in named)

    if is_seat(said.value) and not located:
        return case.error()
    return case.error(case.opposing(excludes, least=NEAR, in_place=True))


def one_bearer(said: Name, fact: Name, source_index: SourceIndex) -> bool:
    """Return whether two names mean the same person or thing, or one consists of the initials of the other."""
    if source_index.cast.bearer(said).casefold() == fact.value.casefold():
        return True
    ours, theirs = squashed(said.text), squashed(fact.text)
    return theirs == initials(said.text) or ours == initials(fact.text) or said.text == first_letters(fact.text)


def mixes(said: Name, words: Sequence[Word], source_index: SourceIndex) -> bool:
    """Return whether a name has the first name of one person in the article and the surname of another."""
    if said.category != "person" or len(words) < 2 or source_index.says(folded(said.text)):
        return False
    return source_index.cast.mixes(words[0].stem, words[-1].stem)


def squashed(text: str) -> str:
    """Return the letters and digits of a name in lower case ("jpmorgan" for "J.P. Morgan")."""
    return "".join(filter(str.isalnum, text.casefold()))


def alike(one: Name, other: Name) -> bool:
    """Return whether two names, or their surnames, differ at most by a typing error."""
    forms = [(squashed(one.text), squashed(other.text))]
    if "person" in (one.category, other.category) and (len(one.text.split()) == 1) != (len(other.text.split()) == 1):
        forms.append((squashed(one.text.split()[-1]), squashed(other.text.split()[-1])))
    return any(slip(ours, theirs) for ours, theirs in forms)


def slip(one: str, other: str) -> bool:
    """Return whether two words are equal, or differ only by the order of letters or one additional letter.

    Short words must be equal. A substituted letter makes another name ("Fitch", "Finch").
    """
    if min(len(one), len(other)) < SLIP or one[0] != other[0] or one == other:
        return one == other
    if len(one) == len(other):
        return sorted(one) == sorted(other)
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def clipped(said: Name, source_index: SourceIndex) -> bool:
    """Return whether a name shortens the words of a name in the article ("Man United")."""
    short, ours = squashed(said.text), telling(said.text)
    for name in source_index.names:
        theirs = telling(name)
        pairs = zip(theirs, ours, strict=False)
        plural = said.category != "person"
        begun = all(begins(word.folded, long.folded, plural=plural) for long, word in pairs)
        whole = len(theirs) == len(ours) > 1 and begun
        if whole or (len(ours) > 1 and squashed(name).startswith(short)):
            return True
    return False


def begins(short: str, long: str, *, plural: bool) -> bool:
    """Return whether `long` starts with `short`; with `plural`, a final "s" of both is ignored."""
    ends = plural and len(short) > CLIPPED and short.endswith("s") and long.endswith("s")
    return long.startswith(short[:-1] if ends else short)


def rivals(said: Name, fact: Name) -> bool:
    """Return whether two names must mean different people or things of the same category.

    People must have different surnames. Of two other names, each must have a word that the other does not have.
    """
    # A name in the category "other" may be of any category.
    if said.category not in (fact.category, "other") or fact.confidence < SURE or alike(said, fact):
        return False
    ours, theirs = ([word.stem for word in telling(name.text)] for name in (said, fact))
    if said.category == "person":
        return bool(ours and theirs) and ours[-1] not in theirs and theirs[-1] not in ours
    return bool(set(ours) - set(theirs)) and bool(set(theirs) - set(ours))


def extends(said: Name, words: Sequence[Word], source_index: SourceIndex) -> bool:
    """Return whether a name adds a first name to a surname that has none in the article ("Theresa May", "Mrs May")."""
    if said.category != "person" or len(words) < 2 or not source_index.knows(words[-1].stem):
        return False
    return not source_index.cast.has_surname(words[-1].stem)


def telling(text: str) -> list[Word]:
    """Return the words of a name without stop words."""
    return [word for word in words_of(text) if word.folded not in STOP_WORDS]


def is_demonym(name: Name) -> bool:
    """Return whether a name is an adjective or noun from a place ("German")."""
    adjective = name.category == "place" and name.text.casefold() != name.value.casefold()
    return adjective or name.category == "nationality"


def group(name: Name) -> str | None:
    """Return the category of a name, or None if it is unknown."""
    return None if name.category == "other" else "demonym" if is_demonym(name) else name.category
