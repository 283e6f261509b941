"""The few sentences of an article that bear on a claim, found by words, names and figures.

Does not judge and does not parse. Sentences are chosen one at a time: the next is the one with the most weight of the
claim's words, rare words weighing more, and words that a chosen sentence has weighing less (maximal coverage, as in
Takamura and Okumura 2009, "Text Summarization Model based on Maximum Coverage Problem"). So a claim that was fused from
places far apart gets all of them.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

from summarise.checks.words import Word, words_of
from summarise.facts.numbers import TEENS, UNITS

BUDGET = 80
"""The least words of evidence for one claim."""
FOR_EACH_WORD = 3
"""Words of evidence for each word of a claim: a long one is fused of several places of the article."""
SEEN_AGAIN = 0.5
"""How much of its weight a word keeps for each chosen sentence that has it."""
CAPITAL = 2.0
"""Names and figures weigh more than other words."""
LENGTH = 0.35
"""Exponent of the sentence's length that its score is divided by: a long sentence has more of everything."""
ENOUGH = 0.3
"""A sentence that adds less than this share of what the first one added is left out."""
LEANING = frozenset("he she it they his her their its him them this these those".split())
NUMBERS = {word: str(value) for word, value in (UNITS | TEENS | {"twenty": 20}).items() if value}
OPENING_WORDS = 3
"""A sentence leans on the one before it if one of so many first words is a pronoun."""


class EvidenceIndex:
    """An article's sentences, indexed once by their words, for any number of claims."""

    def __init__(self, sentences: Sequence[str]) -> None:
        words = [words_of(sentence) for sentence in sentences]
        self._lengths = [max(1, len(sentence.split())) for sentence in sentences]
        self._leans = [leans(sentence) for sentence in words]
        self._keys = [frozenset(_key(word) for word in sentence if word.content) for sentence in words]
        self._having: dict[str, list[int]] = defaultdict(list)
        for index, keys in enumerate(self._keys):
            for key in keys:
                self._having[key].append(index)

    def find(self, claim: str, *, before: str = "", budget: int = BUDGET) -> tuple[int, ...]:
        """Return the indexes of the sentences that bear on a claim, in the article's order.

        `before` is what the claim leans on: its words count half. At most `budget` words come back, but always one
        sentence where there is any. What is left of the budget goes to the neighbours of what was found, the best
        first, and then to the article's first sentences.

        What a sentence adds only gets less as others are chosen, so only those on top are reckoned anew: lazy greedy
        (Minoux 1978, "Accelerated greedy algorithms for maximizing submodular set functions").
        """
        weights = self._weights(claim, before)
        candidates = {index for key in weights for index in self._having[key]}
        waiting = [(-self._adds(index, weights), index) for index in candidates]
        heapify(waiting)
        chosen = _Chosen(self._lengths, budget)
        least = 0.0
        while waiting:
            _, index = heappop(waiting)
            if not chosen.may(index):
                continue
            adds = self._adds(index, weights)
            if waiting and (-adds, index) > waiting[0]:
                heappush(waiting, (-adds, index))
                continue
            if adds < least:
                break
            least = least or ENOUGH * adds
            chosen.take(index)
            if self._leans[index]:
                chosen.take(index - 1)
            for key in self._keys[index] & weights.keys():
                weights[key] *= SEEN_AGAIN
        for index in [*chosen.places]:
            chosen.take(index - 1)
            chosen.take(index + 1)
        for index in range(len(self._lengths)):
            if not chosen.take(index) and index not in chosen.places:
                break
        return tuple(sorted(chosen.places))

    def _adds(self, index: int, weights: Mapping[str, float]) -> float:
        added: float = sum(weights[key] for key in sorted(self._keys[index] & weights.keys()))
        return added / math.pow(self._lengths[index], LENGTH)

    def _weights(self, claim: str, before: str) -> dict[str, float]:
        weights: dict[str, float] = {}
        for text, share in ((before, 0.5), (claim, 1.0)):
            for word in words_of(text):
                key = _key(word)
                if word.content and key in self._having:
                    rarity = math.log((len(self._lengths) + 1) / (len(self._having[key]) + 0.5))
                    marked = text[word.start].isupper() or text[word.start].isdigit()
                    weights[key] = max(weights.get(key, 0.0), share * rarity * (CAPITAL if marked else 1.0))
        return weights


class _Chosen:
    """Sentences that were chosen, in the order of choosing, within a budget of words."""

    def __init__(self, lengths: Sequence[int], budget: int) -> None:
        self._lengths = lengths
        self._left = budget
        self.places: list[int] = []

    def may(self, index: int) -> bool:
        """Tell whether there is such a sentence, not chosen yet, and room for it; there always is for the first."""
        if not 0 <= index < len(self._lengths) or index in self.places:
            return False
        return not self.places or self._lengths[index] <= self._left

    def take(self, index: int) -> bool:
        """Choose a sentence if that may be; tells whether it was."""
        taken = self.may(index)
        if taken:
            self.places.append(index)
            self._left -= self._lengths[index]
        return taken


def budget_for(claim: str) -> int:
    """Return how many words of evidence a claim gets."""
    return max(BUDGET, FOR_EACH_WORD * len(claim.split()))


def leans(words: Sequence[Word]) -> bool:
    """Tell whether a sentence begins with a pronoun, and so needs the sentence before it."""
    return any(word.folded in LEANING for word in words[:OPENING_WORDS])


def _key(word: Word) -> str:
    return NUMBERS.get(word.folded, word.stem)
