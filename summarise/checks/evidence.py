"""Selection of the sentences that bear on a claim, by greedy maximal coverage.

Takamura and Okumura 2009, "Text Summarization Model based on Maximum Coverage Problem". Words of chosen sentences weigh
less, so that all sources of a fused claim are found.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

from summarise.checks.words import Word, words_of
from summarise.facts.numbers import TEENS, UNITS

# Minimum budget of evidence for a claim, in words.
BUDGET = 80
# Words of budget for each word of a claim: a long claim may combine several places.
FOR_EACH_WORD = 3
# Factor on the weight of a word for each chosen sentence that has it.
SEEN_AGAIN = 0.5
# Factor on the weight of names and figures.
CAPITAL = 2.0
# A score is divided by the sentence's length to this power.
LENGTH = 0.35
# Minimum score of a sentence relative to the first one.
ENOUGH = 0.3
LEANING = frozenset("he she it they his her their its him them this these those".split())
NUMBERS = {word: str(value) for word, value in (UNITS | TEENS | {"twenty": 20}).items() if value}
# A pronoun among these first words refers to the previous sentence.
OPENING_WORDS = 3


class EvidenceIndex:
    """The sentences of an article, indexed by word."""

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
        """Return the indexes of the sentences that bear on a claim, in order.

        The claim's context, `before`, counts half. `budget` is in words and always admits one sentence; the rest of it
        goes to neighbours, then to the start of the article. Lazy greedy: Minoux 1978, "Accelerated greedy algorithms
        for maximizing submodular set functions".
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
    """Chosen sentences within a budget of words."""

    def __init__(self, lengths: Sequence[int], budget: int) -> None:
        self._lengths = lengths
        self._left = budget
        self.places: list[int] = []

    def may(self, index: int) -> bool:
        if not 0 <= index < len(self._lengths) or index in self.places:
            return False
        return not self.places or self._lengths[index] <= self._left

    def take(self, index: int) -> bool:
        taken = self.may(index)
        if taken:
            self.places.append(index)
            self._left -= self._lengths[index]
        return taken


def budget_for(claim: str) -> int:
    """Return the evidence budget of a claim, in words."""
    return max(BUDGET, FOR_EACH_WORD * len(claim.split()))


def leans(words: Sequence[Word]) -> bool:
    """Return whether a sentence starts with a pronoun."""
    return any(word.folded in LEANING for word in words[:OPENING_WORDS])


def _key(word: Word) -> str:
    return NUMBERS.get(word.folded, word.stem)
