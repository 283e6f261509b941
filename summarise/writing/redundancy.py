"""Repetition in a summary, by names, numbers and content words."""

from collections.abc import Sequence

from summarise.article import read_claims
from summarise.checks.words import words_of
from summarise.data import Date, Facts, Figure, Money
from summarise.facts import extract
from summarise.facts.lexicon import base_of

# Minimum share of common units, of the shorter sentence, in two equivalent sentences.
_COMMON = 0.7
_DENYING = frozenset("deny reject dispute".split())
_SHORTEST = 3
# Words that do not count.
_NOTHING = frozenset("mr mrs ms miss dr sir dame say says said told tells added".split())


class Redundancy:
    """Compares sentences about one article."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._read: dict[str, _Content] = {}

    def same(self, one: str, other: str) -> bool:
        """Return whether two sentences say the same, or the longer one all of the shorter one.

        Not if each has a number or date that the other lacks, or if only one contains a denial.
        """
        ours, theirs = self._content(one), self._content(other)
        if ours.values - theirs.values and theirs.values - ours.values:
            return False
        if ours.denied != theirs.denied:
            return False
        shorter = min(len(ours.units), len(theirs.units))
        common = len(ours.units & theirs.units)
        if shorter < _SHORTEST:
            return ours.units == theirs.units
        return common >= _COMMON * shorter

    def covered(self, one: str, others: Sequence[str]) -> float:
        """Return the share of a sentence's content that is in `others` together."""
        ours = self._content(one).units
        theirs = frozenset[str]().union(*(self._content(other).units for other in others))
        return len(ours & theirs) / len(ours) if ours else 0.0

    def _content(self, text: str) -> "_Content":
        if text not in self._read:
            self._read[text] = _Content(text, self._facts)
        return self._read[text]


class _Content:
    """The units, values and denials of a sentence."""

    def __init__(self, text: str, facts: Facts) -> None:
        own = extract(read_claims(text), known=facts)
        named = [fact for fact in own.facts if fact.kind == "name"]
        self.units = {name.value.casefold() for name in named} | {
            word.stem
            for word in words_of(text)
            if word.content
            and word.folded not in _NOTHING
            and not any(name.start <= word.start < name.end for name in named)
        }
        self.values = {fact.value for fact in own.facts if isinstance(fact, Figure | Money | Date)}
        self.denied = any(base_of(word.folded) in _DENYING for word in words_of(text))
