"""Who is meant at a place of the article, only where that is certain: a wrong name is worse than a pronoun.

Reads the facts; the resolved arguments of the fact engine are taken only where nobody else could be meant. How a
bearer is called is the business of `naming`.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from summarise.data import Argument, Facts, Name, Relation
from summarise.facts.roles import genders

_SUBJECTS = {"he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "hers": "she"}
FEMININE = frozenset({"she", "her", "hers"})
BY = re.compile(r"\s*[A-Z][\w-]*(?:ed|en)\sby\s(?:\w+\.?\s)?")
"""An opening after which a person is not whom the clause is about."""
_BACK = 4
"""How many sentences back a pronoun may reach, if nobody else is named in between."""
SOMEBODY = frozenset(
    """
    man woman boy girl child person mother father son daughter husband wife brother sister parent friend neighbour
    neighbor official officer spokesman spokeswoman spokesperson lawyer judge minister president manager director
    executive chairman chairwoman chair secretary leader player striker goalkeeper captain coach witness victim
    resident teacher doctor surgeon nurse engineer worker driver actor actress singer author writer editor reporter
    journalist prosecutor solicitor barrister defendant suspect colleague client customer student pupil scientist
    researcher analyst expert professor economist historian owner founder farmer soldier sergeant general colonel
    senator governor mayor king queen prince princess pope bishop priest candidate rival partner boss chief
    inspector detective constable ambassador commissioner councillor relative cousin uncle aunt stranger passenger
    pilot sailor deckhand builder host guest patient fan survivor attacker gunman teenager pensioner youngster toddler
    baby grandmother grandfather brother-in-law mum dad widow widower fiancee boyfriend girlfriend
    """.split()
)
"""Nouns for a person: one that has no name in the article may be meant by a pronoun too."""
_LIKE_A_PERSON = re.compile(r"(?:-old|..[^aeiou]er|ator|itor|ist|man|woman|cian|rian)$")
_NOT_PERSONS = frozenset(
    "number matter summer winter paper power order letter water river tower counter cover offer transfer quarter "
    "centre center computer newspaper september october november december corner danger dinner weather helicopter "
    "monitor elevator list twist chapter shelter register disaster theatre theater member".split()
)
ORGANISATIONS = frozenset(
    """
    company firm group contractor insurer bank club union agency authority regulator charity party watchdog body board
    bloc airline retailer manufacturer supplier operator publisher newspaper institute university council ministry
    department committee commission federation association broadcaster trust
    """.split()
)
"""Nouns for an organisation."""


class Cast:
    """The bearers of one article's names."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.names = [fact for fact in facts.facts if isinstance(fact, Name)]
        self.relations = [fact for fact in facts.resolved if isinstance(fact, Relation)]
        self.genders = genders(facts.article.story, self.names)
        self.people = {name.value for name in self.names if name.category == "person"}
        self._by_sentence: dict[int, list[Name]] = defaultdict(list)
        for name in self.names:
            self._by_sentence[name.sentence].append(name)

    def fits(self, value: str, pronoun: str) -> bool:
        """Tell whether a person may be called "he" or "she"."""
        gender = "f" if pronoun.casefold() in FEMININE else "m"
        return self.genders.get(value, gender) == gender

    @cached_property
    def _called(self) -> dict[str, set[str]]:
        """By person, the genders of the pronouns that the fact engine takes for that person."""
        found: dict[str, set[str]] = defaultdict(set)
        for relation in self.relations:
            for argument in relation.arguments:
                if argument.value in self.people and argument.text.casefold() in ("he", "she"):
                    found[argument.value].add("f" if argument.text.casefold() == "she" else "m")
        return found

    def may_be(self, value: str, pronoun: str) -> bool:
        """Tell whether a person fits a pronoun, and is not called by another one throughout the article."""
        gender = "f" if pronoun.casefold() in FEMININE else "m"
        return self.fits(value, pronoun) and self._called.get(value, {gender}) >= {gender}

    @cached_property
    def _arguments(self) -> dict[int, list[Argument]]:
        found: dict[int, list[Argument]] = defaultdict(list)
        for relation in self.relations:
            for argument in relation.arguments:
                found[argument.start].append(argument)
        return found

    def arguments_at(self, position: int) -> list[Argument]:
        """Return the arguments of the article that begin at a place."""
        return self._arguments.get(position, [])

    def acting(self, sentence: int) -> list[Argument]:
        """Return who acts in the clauses of a sentence of the article, in order, each noun once."""
        found = {
            argument.start: argument
            for relation in self.relations
            if relation.sentence == sentence and relation.form == "clause"
            for argument in relation.arguments
            if argument.role == "agent" or (argument.role == "patient" and not relation.those("agent"))
        }
        return [found[start] for start in sorted(found)]

    def person(self, position: int, pronoun: str) -> str | None:
        """Return the person whom "he", "she", "his" or "her" at a place of the article means, if that is certain.

        Certain is that the nearest sentence before which names somebody of that gender names one such person, or is
        about whom the fact engine takes the pronoun for; that nobody without a name acts in between; and that the
        fact engine says nothing else.
        """
        here = self._sentence_of(position)
        engine = next((argument.value for argument in self.arguments_at(position)), None)
        if any(name.start < position and not self._object_of_by(name) for name in self._people(here, pronoun)):
            return None  # further on in its sentence, which says itself whom it means
        for back in range(here - 1, max(here - 1 - _BACK, -1), -1):
            if self.facts.article.sentences[back].role != "body":
                return None
            found = {name.value for name in self._people(back, pronoun)}
            if not found:
                if self._somebody(back) or (back < here - 1 and not self._goes_on(back, pronoun)):
                    return None
                continue
            acting = self.acting(back)
            if acting and acting[0].text.casefold() == _SUBJECTS[pronoun.casefold()]:
                # "He said that Mr Haugh …": who "he" is there goes on.
                return self.person(acting[0].start, acting[0].text)
            leading = acting[0].value if acting else None
            one = next(iter(found)) if len(found) == 1 else engine
            if one is None or one not in found or (engine is not None and engine != one):
                return None
            if self._somebody(back) and leading != one:
                return None
            return one if len(found) == 1 or leading == one else None
        return None

    def _object_of_by(self, name: Name) -> bool:
        """Tell whether a name stands in an opening like "Asked by Prynne, he …": he is somebody else."""
        start = self.facts.article.sentences[name.sentence].start
        return BY.fullmatch(self.facts.article.text[start : name.start]) is not None

    def _goes_on(self, sentence: int, pronoun: str) -> bool:
        """Tell whether a sentence that names nobody speaks of somebody by the same pronoun."""
        return any(a.text.casefold() == pronoun.casefold() for a in self.acting(sentence)) or not self.acting(sentence)

    def _people(self, sentence: int, pronoun: str) -> Iterator[Name]:
        """Yield the names in a sentence that may be those of a person of that gender."""
        for name in self._by_sentence[sentence]:
            if name.category == "person" and self.fits(name.value, pronoun):
                yield name

    def _somebody(self, sentence: int) -> bool:
        """Tell whether somebody without a name acts in a sentence of the article."""
        return any(
            argument.value is not None and argument.value not in self.people and somebody(head(argument.text))
            for argument in self.acting(sentence)
        )

    def owner(self, position: int) -> str | None:
        """Return the organisation that "its" at the start of a sentence means: the only one in the sentence before.

        It must act there, or own what acts.
        """
        here = self._sentence_of(position)
        if here == 0:
            return None
        before = self._by_sentence[here - 1]
        found = {name.value for name in before if name.category in ("organisation", "place", "other")}
        acting = self.acting(here - 1)
        if len(found) != 1 or not acting or not self.is_organisation(one := next(iter(found))):
            return None
        first = acting[0]
        owned = any(n.value == one and first.start <= n.start and n.end < first.end for n in before)
        return one if first.value == one or owned else None

    def is_organisation(self, value: str) -> bool:
        """Tell whether a value is an organisation's."""
        return any(name.value == value and name.category == "organisation" for name in self.names)

    def described(self, position: int) -> str | None:
        """Return whom "the regulator" or "the prime minister" at a place of the article means, if that is certain."""
        for argument in self.arguments_at(position):
            value = argument.value
            if argument.named or value is None or not argument.text.casefold().startswith("the "):
                continue
            noun = head(argument.text)
            if value in self.people and noun not in ORGANISATIONS:
                return value  # the fact engine asks that exactly one person holds the office
            if self.is_organisation(value) and noun in ORGANISATIONS and self._only(value, noun, position):
                return value
        return None

    def _only(self, value: str, noun: str, position: int) -> bool:
        """Tell whether an organisation is the only one that a noun can mean at a place."""
        called = {n.value for n in self.names if n.category == "organisation" and noun in n.value.casefold().split()}
        if called:
            return called == {value}
        holders = {
            agent.value
            for relation in self.relations
            if relation.form == "apposition" and any(a.value == noun for a in relation.those("complement"))
            for agent in relation.those("agent")
        }
        if value in holders:
            return len(holders) == 1
        meant = {a.value for all_here in self._arguments.values() for a in all_here if head(a.text) == noun}
        here = self._sentence_of(position)
        near = {
            name.value
            for index in range(max(0, here - 2), here + 1)
            for name in self._by_sentence[index]
            if name.category in ("organisation", "other") and name.start < position
        }
        lead = next((i for i, s in enumerate(self.facts.article.sentences) if s.role == "body"), 0)
        main = value in {name.value for name in self._by_sentence[lead]}
        return near == {value} or (main and meant <= {value, noun})

    def _sentence_of(self, position: int) -> int:
        return max(0, bisect_right(self.facts.article.sentences, position, key=lambda one: one.start) - 1)


def somebody(noun: str) -> bool:
    """Tell whether a noun in lower case is, or looks like, one for a person: "teenager", "57-year-old", "violinist"."""
    return noun in SOMEBODY or (_LIKE_A_PERSON.search(noun) is not None and noun not in _NOT_PERSONS)


def head(text: str) -> str:
    """Return the noun of a short description, its last word before "of", "who" or a comma, in lower case."""
    words = []
    for word in text.replace(",", " ,").split():
        if word.casefold() in (",", "of", "in", "at", "for", "who", "which", "that", "from", "on", "(", "with"):
            break
        words.append(word)
    return words[-1].casefold().strip("“”\"'’.") if words else ""
