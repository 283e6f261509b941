"""The cast of an article: whom it names, and by which names.

Knows names, not sentences; does not judge.
"""

from collections import defaultdict
from collections.abc import Iterable

from summarise.checks.words import words_of
from summarise.data import Name


def initials(name: str) -> str:
    """Return the first letters of a name's words, small ones left out: "nff"; empty for a single word."""
    words = [word.folded for word in words_of(name) if word.content]
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def first_letters(name: str) -> str:
    """Return the first letters of all words of a name as they are: "BoE"."""
    return "".join(word[0] for word in name.split())


class EntityIndex:
    """Whom an article names; `stems` are those of all its words."""

    def __init__(self, names: Iterable[Name], stems: frozenset[str]) -> None:
        named = list(names)
        self._stems = stems
        self._bearers = {fact.text.casefold(): fact.value for fact in reversed(named)}
        self._bearers.update({fact.value.casefold(): fact.value for fact in named})
        self._bearer_words = {
            value: frozenset(word.stem for word in words_of(value)) for value in dict.fromkeys(f.value for f in named)
        }
        self._by_word: dict[str, list[str]] = defaultdict(list)
        for value, words in self._bearer_words.items():
            for word in words:
                self._by_word[word].append(value)
        people = dict.fromkeys(fact.value for fact in named if fact.category == "person")
        parts = [[word.stem for word in words_of(value) if word.content] for value in people]
        self._full_names = {(stems[0], stems[-1]) for stems in parts if len(stems) > 1}
        self._given, self._surnames = ({stems[end] for stems in self._full_names} for end in (0, 1))
        self._initials = {initials(fact.value) for fact in named} - {""}
        self._letters = {first_letters(fact.value) for fact in named if " " in fact.value}

    def bearer(self, name: Name) -> str:
        """Return the value under which the article knows a name: its own, a mention's, or the only fuller one."""
        for known in (name.value.casefold(), name.text.casefold()):
            if known in self._bearers:
                return self._bearers[known]
        parts = frozenset(word.stem for word in words_of(name.value))
        having = min((self._by_word.get(part, []) for part in parts), key=len, default=[])
        fuller = [value for value in having if parts < self._bearer_words[value]]
        return fuller[0] if len(fuller) == 1 else name.value

    def mixes(self, given: str, surname: str) -> bool:
        """Tell whether two stems are one person's first name and another's surname, and no person's both."""
        alone = (given, surname) not in self._full_names
        return alone and given in self._given and surname in self._surnames

    def has_surname(self, stem: str) -> bool:
        """Tell whether a stem is the surname of a person whose first name the article tells."""
        return stem in self._surnames

    def abbreviates(self, name: str) -> bool:
        """Tell whether a name is the initials of one that the article has ("BoE"), or the article has those of it."""
        if name.isupper():
            return name.casefold().replace(".", "") in self._initials
        return name in self._letters or initials(name) in self._stems
