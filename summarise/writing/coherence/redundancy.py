"""Tells whether two sentences of a summary say the same, so that one of them can go.

Compares names by bearer, numbers, and content words. Two that differ in what they count or date are two.
"""

from collections.abc import Sequence

from summarise.article import read_claims
from summarise.checks.words import words_of
from summarise.data import Date, Facts, Figure, Money
from summarise.facts import extract
from summarise.facts.lexicon import base_of
from summarise.writing.coherence.proposals import PlacedSentence

_COMMON = 0.7
"""From this share of units on, of the shorter sentence, two sentences say the same."""
_DENYING = frozenset("deny reject dispute".split())
_SHORTEST = 3
_NOTHING = frozenset("mr mrs ms miss dr sir dame say says said told tells added".split())
"""Words that two sentences may share by chance."""


class Redundancy:
    """Compares sentences about one article; each is read once."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._read: dict[str, _Content] = {}

    def same(self, one: PlacedSentence, other: PlacedSentence) -> bool:
        """Tell whether two sentences say the same, or the longer one all that the shorter one says.

        They do if they share most of what the shorter one consists of (names by bearer, stems of content words);
        never if each has a number or date that the other lacks, or if one denies what the other tells.
        """
        ours, theirs = self._content(one.text), self._content(other.text)
        if ours.values - theirs.values and theirs.values - ours.values:
            return False
        if ours.denied != theirs.denied:
            return False
        shorter = min(len(ours.units), len(theirs.units))
        common = len(ours.units & theirs.units)
        if shorter < _SHORTEST:
            return ours.units == theirs.units
        return common >= _COMMON * shorter

    def told(self, one: PlacedSentence, others: Sequence[PlacedSentence]) -> float:
        """Return which share of what a sentence consists of stands in others, taken together; 0 for nothing at all."""
        ours = self._content(one.text).units
        theirs = frozenset[str]().union(*(self._content(other.text).units for other in others))
        return len(ours & theirs) / len(ours) if ours else 0.0

    def _content(self, text: str) -> "_Content":
        if text not in self._read:
            self._read[text] = _Content(text, self._facts)
        return self._read[text]


class _Content:
    """What a sentence consists of, for comparing."""

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
