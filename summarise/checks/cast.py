"""The cast of an article: whom it names, by which names, in which offices, and who belongs to whom.

Knows names and places, not sentences; does not judge.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from summarise.checks.whereabouts import ByName, ByWord, Mentions, Places
from summarise.checks.words import folded, words_of
from summarise.data import Facts, Name, NameCategory, Relation

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
    """Whom an article names; `places` tells where it has other words."""

    def __init__(self, facts: Facts, places: Places) -> None:
        self._text = facts.article.text
        self._places = places
        named = [fact for fact in facts.facts if isinstance(fact, Name)]
        self._bearers = {fact.text.casefold(): fact.value for fact in reversed(named)}
        self._bearers.update({fact.value.casefold(): fact.value for fact in named})
        self._bearer_words = {
            value: frozenset(word.stem for word in words_of(value)) for value in dict.fromkeys(f.value for f in named)
        }
        self._by_word: dict[str, list[str]] = defaultdict(list)
        for value, words in self._bearer_words.items():
            for word in words:
                self._by_word[word].append(value)
        self._forms: dict[str, set[str]] = defaultdict(set)
        for form, value in self._bearers.items():
            self._forms[folded(form)].add(value)
        self._longest = max((form.count(" ") + 1 for form in self._forms), default=0)
        self._speaking = {fact.value: fact.category for fact in named if fact.category in ("person", "organisation")}
        self._sorts = {fact.value: fact.category for fact in reversed(named)}
        self.people = tuple({fact.value: None for fact in named if fact.category == "person"})
        parts = [[word.stem for word in words_of(value) if word.content] for value in self.people]
        self._full_names = {(stems[0], stems[-1]) for stems in parts if len(stems) > 1}
        self._given, self._surnames = ({stems[end] for stems in self._full_names} for end in (0, 1))
        self._mentions: dict[str, ByName] = defaultdict(ByName)
        for fact in sorted(named, key=lambda fact: fact.sentence):
            self._mentions[fact.value].add(fact.sentence, fact.start)
        self._initials = {initials(fact.value) for fact in named} - {""}
        self._offices: dict[str, set[str]] = defaultdict(set)
        self._offices_of: dict[str, set[str]] = defaultdict(set)
        self._parties: set[tuple[str | None, str | None]] = set()
        for told in facts.resolved:
            if isinstance(told, Relation) and told.predicate != "be":
                acting = [who.value for who in told.those("agent") if who.named]
                others = [who.value for who in told.arguments if who.named and who.role != "agent"]
                self._parties |= {pair for a in acting for b in others for pair in ((a, b), (b, a))}
            if isinstance(told, Relation) and told.predicate == "be":
                holders = {who.value for who in told.those("agent") if who.named and who.value}
                for office in told.those("complement"):
                    self._offices[office.value or ""] |= holders
                    for holder in holders:
                        self._offices_of[holder].add(office.value or "")

    def bearer(self, name: Name) -> str:
        """Return the value under which the article knows a name: its own, a mention's, or the only fuller one."""
        for known in (name.value.casefold(), name.text.casefold()):
            if known in self._bearers:
                return self._bearers[known]
        parts = {word.stem for word in words_of(name.value)}
        having = min((self._by_word.get(part, []) for part in parts), key=len, default=[])
        fuller = [value for value in having if parts < self._bearer_words[value]]
        return fuller[0] if len(fuller) == 1 else name.value

    def value(self, name: str) -> str:
        """Return the value under which the article knows a name, or the name itself."""
        return self._bearers.get(name.casefold(), name)

    def sort(self, name: str) -> NameCategory | None:
        """Return what sort of bearer the article knows under a value, None if it names nobody so."""
        return self._sorts.get(name)

    def holders(self, office: str) -> frozenset[str]:
        """Return whom the article calls by a noun ("chairwoman"), by name."""
        return frozenset(self._offices.get(office, ()))

    def offices(self, name: str) -> frozenset[str]:
        """Return the nouns by which the article calls somebody whom it names."""
        return frozenset(self._offices_of.get(name, ()))

    def mixes(self, given: str, surname: str) -> bool:
        """Tell whether two stems are one person's first name and another's surname, and no person's both."""
        alone = (given, surname) not in self._full_names
        return alone and given in self._given and surname in self._surnames

    def has_surname(self, stem: str) -> bool:
        """Tell whether a stem is the surname of a person whose first name the article tells."""
        return stem in self._surnames

    def named_in(self, text: str) -> list[str]:
        """Return the values of the article's names that stand in a text, each in one of its forms."""
        words = folded(text).split()
        stretches = (
            " ".join(words[start:end])
            for start in range(len(words))
            for end in range(start + 1, min(start + self._longest, len(words)) + 1)
        )
        return sorted({value for stretch in stretches for value in self._forms.get(stretch, ())})

    def speaks(self, speaker: str) -> bool:
        """Tell whether a speaker is a person or organisation that the article names, and not just described."""
        return self.value(speaker) in self._speaking

    def meet(self, one: str, other: str) -> bool:
        """Tell whether two names ever stand in one sentence of the article, or in two neighbouring ones."""
        rarer, commoner = sorted((self._mentions.get(name) or ByName() for name in (one, other)), key=len)
        return any(map(commoner.near, rarer.sentences()))

    def together(self, one: str, other: str) -> bool:
        """Tell whether the article puts two speakers, named or described, next to each other in a sentence.

        So it does with a person and an office or organisation ("Mark Wright, a spokesman for the ministry"); two
        persons never speak for each other, and who acts upon somebody does not belong to him.
        """
        if self._speaking.get(self.value(one)) == self._speaking.get(self.value(other)) == "person":
            return False
        if (self.value(one), self.value(other)) in self._parties:
            return False
        mentions: Iterable[Mentions] = (self._mentioned(name) for name in (one, other))
        rarer, commoner = sorted(mentions, key=len)
        return any(
            abs(here - there) <= BESIDE and not self._parted(here, there)
            for sentence in rarer.sentences()
            for there in commoner.offsets(sentence)
            for here in rarer.offsets(sentence)
        )

    def _parted(self, here: int, there: int) -> bool:
        """Tell whether a verb stands between two places: then one does something, and is not of the other."""
        between = self._text[min(here, there) : max(here, there)]
        return PARTING.search(between) is not None

    def _mentioned(self, speaker: str) -> Mentions:
        """Return where a speaker is mentioned; one who is only described, where the last word that calls him stands."""
        value = self.value(speaker)
        if value in self._mentions:
            return self._mentions[value]
        words = [word for word in words_of(speaker) if word.content]
        if not words:
            return ByName()
        # "Prosecutors in Belgium" are prosecutors, "the town's harbour master" is a master.
        ends = PREPOSITION.search(speaker)
        head = [word for word in words if ends is None or word.end <= ends.start() + 1][-1:] or words[-1:]
        return ByWord(self._places, head[0].stem)

    def abbreviates(self, name: str) -> bool:
        """Tell whether a name is the initials of one that the article has, or the article has the initials of it."""
        if name.isupper():
            return name.casefold().replace(".", "") in self._initials
        return bool(initials(name)) and bool(self._places.sentences_with(initials(name)))
