"""The cast of an article: whom it names, by which names, in which offices, and who belongs to whom.

Knows names and places, not sentences; does not judge.
"""

import re
from collections import defaultdict
from collections.abc import Callable

from summarise.checks.words import folded, words_of
from summarise.data import Facts, Name, NameCategory, Relation

Place = tuple[int, int]
"""The index of a sentence, and an offset into the article."""
PREPOSITION = re.compile(r" (?:of|in|for|at|from|with|on|by|to)\b")
BESIDE = 60
"""Characters within which an office or organisation stands beside the person who holds it or speaks for it."""
PARTING = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|did|does|do|not)\b|[;:]", re.I)
"""Helping verbs, which begin a statement of what stands before them."""


def initials(name: str) -> str:
    """Return the first letters of a name's words, small ones left out: "nff"; empty for a single word."""
    words = [word.folded for word in words_of(name) if word.content]
    return "".join(word[0] for word in words) if len(words) > 1 else ""


class Cast:
    """Whom an article names; `places_of` tells where it has a word, by stem."""

    def __init__(self, facts: Facts, places_of: Callable[[str], list[Place]]) -> None:
        self._text = facts.article.text
        self._places_of = places_of
        named = [fact for fact in facts.facts if isinstance(fact, Name)]
        self._bearers = {fact.text.casefold(): fact.value for fact in reversed(named)}
        self._bearers.update({fact.value.casefold(): fact.value for fact in named})
        self._bearer_words = {
            value: frozenset(word.stem for word in words_of(value)) for value in {fact.value for fact in named}
        }
        self._speaking = {fact.value: fact.category for fact in named if fact.category in ("person", "organisation")}
        self._sorts = {fact.value: fact.category for fact in reversed(named)}
        self.people = tuple({fact.value: None for fact in named if fact.category == "person"})
        self._mentions: dict[str, list[Name]] = defaultdict(list)
        for fact in named:
            self._mentions[fact.value].append(fact)
        self._initials = {initials(fact.value) for fact in named} - {""}
        self._offices: dict[str, set[str]] = defaultdict(set)
        self._parties: set[tuple[str | None, str | None]] = set()
        for told in facts.facts:
            if isinstance(told, Relation) and told.predicate != "be":
                acting = [who.value for who in told.those("agent") if who.named]
                others = [who.value for who in told.arguments if who.named and who.role != "agent"]
                self._parties |= {pair for a in acting for b in others for pair in ((a, b), (b, a))}
            if isinstance(told, Relation) and told.predicate == "be":
                holders = {who.value for who in told.those("agent") if who.named and who.value}
                for office in told.those("complement"):
                    self._offices[office.value or ""] |= holders

    def bearer(self, name: Name) -> str:
        """Return the value under which the article knows a name: its own, a mention's, or the only fuller one."""
        for known in (name.value.casefold(), name.text.casefold()):
            if known in self._bearers:
                return self._bearers[known]
        parts = {word.stem for word in words_of(name.value)}
        fuller = {value for value, words in self._bearer_words.items() if parts and parts < words}
        return fuller.pop() if len(fuller) == 1 else name.value

    def value(self, name: str) -> str:
        """Return the value under which the article knows a name, or the name itself."""
        return self._bearers.get(name.casefold(), name)

    def sort(self, name: str) -> NameCategory | None:
        """Return what sort of bearer the article knows under a value, None if it names nobody so."""
        return self._sorts.get(name)

    def holders(self, office: str) -> frozenset[str]:
        """Return whom the article calls by a noun ("chairwoman"), by name."""
        return frozenset(self._offices.get(office, ()))

    def named_in(self, text: str) -> list[str]:
        """Return the values of the article's names that stand in a text, each in one of its forms."""
        said = f" {folded(text)} "
        return sorted({value for form, value in self._bearers.items() if f" {folded(form)} " in said})

    def speaks(self, speaker: str) -> bool:
        """Tell whether a speaker is a person or organisation that the article names, and not just described."""
        return self.value(speaker) in self._speaking

    def meet(self, one: str, other: str) -> bool:
        """Tell whether two names ever stand in one sentence of the article, or in two neighbouring ones."""
        ours, theirs = ({fact.sentence for fact in self._mentions.get(name, ())} for name in (one, other))
        return any(sentence + step in theirs for sentence in ours for step in (-1, 0, 1))

    def together(self, one: str, other: str) -> bool:
        """Tell whether the article puts two speakers, named or described, next to each other in a sentence.

        So it does with a person and an office or organisation ("Mark Wright, a spokesman for the ministry"); two
        persons never speak for each other, and who acts upon somebody does not belong to him.
        """
        if self._speaking.get(self.value(one)) == self._speaking.get(self.value(other)) == "person":
            return False
        if (self.value(one), self.value(other)) in self._parties:
            return False
        return any(
            abs(here - there) <= BESIDE and not self._parted(here, there)
            for index, here in self._places(one)
            for sentence, there in self._places(other)
            if index == sentence
        )

    def _parted(self, here: int, there: int) -> bool:
        """Tell whether a verb stands between two places: then one does something, and is not of the other."""
        between = self._text[min(here, there) : max(here, there)]
        return PARTING.search(between) is not None

    def _places(self, speaker: str) -> list[tuple[int, int]]:
        """Return sentence and offset of each mention of a speaker; of one who is described, of the last word."""
        value = self.value(speaker)
        if value in self._mentions:
            return [(fact.sentence, fact.start) for fact in self._mentions[value]]
        words = [word for word in words_of(speaker) if word.content]
        if not words:
            return []
        # "Prosecutors in Belgium" are prosecutors, "the town's harbour master" is a master.
        ends = PREPOSITION.search(speaker)
        head = [word for word in words if ends is None or word.end <= ends.start() + 1][-1:] or words[-1:]
        return self._places_of(head[0].stem)

    def abbreviates(self, name: str) -> bool:
        """Tell whether a name is the initials of one that the article has, or the article has the initials of it."""
        if name.isupper():
            return name.casefold().replace(".", "") in self._initials
        return bool(initials(name)) and bool(self._places_of(initials(name)))
