"""Check the names in a claim: a name that is not in the article is an error.

A name with more words than the article's ("Theresa May" for "Mrs May") gives a note. The capital may replace a country
or its government ("Moscow" for "Russia"). A country of one of the article's places ("Switzerland" for "Zurich") gives a
note. A role that the article gives to somebody else is an error, too.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from summarise.checks.source_index import Alignment, Case, Claim, SourceIndex, first_letters, initials
from summarise.checks.words import content_words, folded
from summarise.data import Facts, Finding, Name
from summarise.facts.lexicon import counterparts, is_country, is_seat, within
from summarise.facts.references import Role, roles_beside

# Minimum extraction confidence of a name to be checked, or to contradict another one.
SURE = 0.5
# Minimum letters of names that may differ by a typing error; shorter ones are different names.
TYPING_ERROR_LETTERS = 5
CERTAIN = 0.9
# Names of these categories are errors only if their confidence is at least CERTAIN.
VAGUE_CATEGORIES = frozenset({"other", "nationality"})
# Categories of places and their people.
PLACES = frozenset({"place", "nationality"})
# In a word of more letters than this, a final "s" may be the plural ending ("Dems").
CLIPPED = 3
# Text before a capital that means the place ("in Paris"), not the government ("Paris said").
LOCATION_BEFORE = re.compile(r"\b(?:in|at|near|from|to|outside|into|around|across)\s+(?:the\s+)?$", re.IGNORECASE)
# Minimum coverage of the claim by a sentence whose names may contradict it.
NEAR = 0.2


def compare(case: Case[Name]) -> Finding | None:
    """Return an error or note about a name; None if the article has it, or if it may not be a name."""
    said, claim, source_index = case.said, case.claim, case.source_index
    if said.confidence < SURE:
        return None
    if source_index.entities.full_name(said).casefold() in source_index.names:
        return None
    words = content_words(said.text)
    unknown = [word for word in words if not source_index.knows(word.stem)]
    entities, has_first_name = source_index.entities, said.category == "person" and len(words) > 1
    # The first name of one person in the article and the surname of another.
    mixed = (
        has_first_name and entities.mixes(words[0].stem, words[-1].stem) and not source_index.says(folded(said.text))
    )
    if not (unknown or mixed) or entities.abbreviates(said.text):
        return None
    equivalents = counterparts(said.value)
    located = LOCATION_BEFORE.search(claim.text, 0, said.start) is not None
    if any(map(source_index.contains_name, equivalents)) and not (located and is_seat(said.value)):
        return None
    partly_known = 0 < len(unknown) * 2 < len(words)
    vague = said.category in VAGUE_CATEGORIES and said.confidence < CERTAIN
    misspelt = any(are_alike(said, fact) for fact in source_index.named)
    # "Theresa May" for "Mrs May", or a rank ("DI Ortiz").
    is_first_name = has_first_name and not said.text.split()[0].isupper()
    adds_first_name = (
        has_first_name
        and source_index.knows(words[-1].stem)
        and not (is_first_name and entities.has_surname(words[-1].stem))
    )
    # A single word may be a place also if it was read as a person ("Lyon").
    places = [fact.value for fact in source_index.named if fact.category != "person" or " " not in fact.value]
    holds = said.category != "person" and any(within(place, said.value) for place in places)
    if partly_known or vague or misspelt or adds_first_name or holds or is_clipped(said, source_index):
        return case.note()
    named = [name for name in claim.facts if isinstance(name, Name)]

    def excludes(fact: Name) -> bool:
        equivalent = fact.value in equivalents or not equivalents.isdisjoint(counterparts(fact.value))
        stated = any(same_entity(name, fact, source_index) for name in named)
        return incompatible(said, fact) and not equivalent and not stated

    if is_seat(said.value) and not located:
        return case.error()
    return case.error(case.opposing(excludes, least=NEAR, in_place=True))


def same_entity(said: Name, fact: Name, source_index: SourceIndex) -> bool:
    """Return whether two names have the same full name, or one is the initials of the other."""
    if source_index.entities.full_name(said).casefold() == fact.value.casefold():
        return True
    ours, theirs = letters_of(said.text), letters_of(fact.text)
    return theirs == initials(said.text) or ours == initials(fact.text) or said.text == first_letters(fact.text)


def letters_of(text: str) -> str:
    """Return the letters and digits of a name in lower case ("jpmorgan" for "J.P. Morgan")."""
    return "".join(filter(str.isalnum, text.casefold()))


def are_alike(said: Name, fact: Name) -> bool:
    """Return whether two names are equal except for a typing error; a surname equals a full name with this surname."""
    ours, theirs = said.text.split(), fact.text.split()
    forms = [(letters_of(said.text), letters_of(fact.text))]
    if "person" in (said.category, fact.category) and (len(ours) == 1) != (len(theirs) == 1):
        forms.append((letters_of(ours[-1]), letters_of(theirs[-1])))
    return any(is_typing_error(*form) for form in forms)


def is_typing_error(said: str, name: str) -> bool:
    """Return whether two words are equal, or differ only by the order of letters or one additional letter.

    Short words must be equal. A substituted letter makes another name ("Fitch", "Finch").
    """
    if min(len(said), len(name)) < TYPING_ERROR_LETTERS or said[0] != name[0] or said == name:
        return said == name
    if len(said) == len(name):
        return sorted(said) == sorted(name)
    short, long = sorted((said, name), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def is_clipped(said: Name, source_index: SourceIndex) -> bool:
    """Return whether a name clips words of a name in the article ("Man United" for "Manchester United")."""
    short, ours = letters_of(said.text), [word.folded for word in content_words(said.text)]

    def clips(word: str, whole: str) -> bool:
        is_plural = said.category != "person" and len(word) > CLIPPED and word.endswith("s") and whole.endswith("s")
        return whole.startswith(word[:-1] if is_plural else word)

    for name in source_index.names if len(ours) > 1 else ():
        theirs = [word.folded for word in content_words(name)]
        if len(theirs) == len(ours) and all(map(clips, ours, theirs)):
            return True
        if letters_of(name).startswith(short):
            return True
    return False


def incompatible(said: Name, fact: Name) -> bool:
    """Return whether two names mean different people or things of the same category.

    People must have different surnames. Of other names, each must have a word that the other one lacks.
    """
    # The category "other" may be any category.
    if said.category not in (fact.category, "other") or fact.confidence < SURE or are_alike(said, fact):
        return False
    if may_contain(said, fact):
        return False
    ours, theirs = ([word.stem for word in content_words(name.text)] for name in (said, fact))
    if said.category == "person":
        return bool(ours and theirs) and ours[-1] not in theirs and theirs[-1] not in ours
    return bool(set(ours) - set(theirs)) and bool(set(theirs) - set(ours))


def may_contain(said: Name, fact: Name) -> bool:
    """Return whether one of two places may be in the other: one of them is a country, or the gazetteer has it so."""
    if not PLACES.issuperset((said.category, fact.category)):
        return False
    one_country = is_country(said.value) != is_country(fact.value)
    return one_country or within(said.value, fact.value) or within(fact.value, said.value)


def is_demonym(name: Name) -> bool:
    """Return whether a name is an adjective or noun for the people of a place ("German")."""
    adjective = name.category == "place" and name.text.casefold() != name.value.casefold()
    return adjective or name.category == "nationality"


def group(name: Name) -> str | None:
    """Return the name's group for contrasts ("person"), or None (see `Kind.group`)."""
    return None if name.category == "other" else "demonym" if is_demonym(name) else name.category


class ArticleRoles:
    """The roles of an article with their holders, by the name of the role and by its last word ("executive")."""

    def __init__(self, facts: Facts) -> None:
        self.held: dict[str, list[tuple[Role, Name]]] = defaultdict(list)
        for person in _persons(facts.facts):
            for role in roles_beside(facts.article.text, person):
                for name in {role.name, role.name.split()[-1]} if not role.qualified else ():
                    self.held[name].append((role, person))


def _persons(facts: Iterable[object]) -> list[Name]:
    return [fact for fact in facts if isinstance(fact, Name) and fact.category == "person" and fact.confidence >= SURE]


# Beginnings of words for a change of the holder of a role.
SUCCESSION = "succe|predecess|replac|appoint|former"


def check_roles(claim: Claim, source_index: SourceIndex, alignments: Sequence[Alignment]) -> Iterable[Finding]:
    """Yield an error for each person with a role ("prosecutor Anna Feyer") that the article gives to somebody else.

    Both roles must be of the same organisation, or of none. Nothing is reported if the article mentions the person of
    the claim and the role in one sentence, because there may be several holders, unless it gives the person the role in
    another organisation.
    """
    del alignments
    held = source_index.facts.once(ArticleRoles).held
    for person in _persons(claim.facts) if held else ():
        value = source_index.entities.full_name(person).casefold()
        for role in roles_beside(claim.text, person):
            if role.qualified or not role.closed or value not in source_index.names:
                continue
            own = [other for other, holder in held[role.name] if holder.value.casefold() == value]
            same = [holder for other, holder in held[role.name] if other.of & role.of or not other.of | role.of]
            if len({holder.value for holder in same}) != 1 or not incompatible(person, same[0]):
                continue
            surname, word = person.text.split()[-1], role.name.split()[-1]
            both = re.compile(rf"(?=.*(?<!\w){re.escape(surname)}(?!\w)).*(?<!\w)(?:{word}|{SUCCESSION})", re.DOTALL)
            elsewhere = bool(own and role.of) and all(other.of for other in own)
            if own and not elsewhere:
                continue
            if elsewhere or not any(both.match(source.evidence.text) for source in source_index.sources):
                evidence = source_index.facts.article.evidence(same[0])
                yield Finding(code="entailment", severity="error", claim=claim.quote(person), article=evidence)
