"""An article's quotations by their words and by the sentences that they run through: nobody reads them all for one.

Finds, and does not judge: `quotations` and `speakers` do.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from summarise.checks.words import folded
from summarise.data import Quotation, Sentence

PARTING = "\n"
"""What no folded words have in them."""


class Quoted:
    """The quotations of an article in order."""

    def __init__(self, quotations: Sequence[Quotation], sentences: Sequence[Sentence]) -> None:
        self._all = tuple(quotations)
        self._words: dict[str, list[int]] = defaultdict(list)
        self._in_sentence: dict[int, list[Quotation]] = defaultdict(list)
        self._ends: list[int] = []
        starts, length = [sentence.start for sentence in sentences], 0
        for index, quotation in enumerate(self._all):
            for word in dict.fromkeys(folded(quotation.text).split()):
                self._words[word].append(index)
            first = max(0, bisect_right(starts, quotation.start) - 1)
            for sentence in range(first, bisect_left(starts, quotation.end)):
                if quotation.overlaps(sentences[sentence]):
                    self._in_sentence[sentence].append(quotation)
            length += len(quotation.value) + len(PARTING)
            self._ends.append(length)
        self._values = PARTING.join(quotation.value for quotation in self._all)

    def in_sentence(self, index: int) -> list[Quotation]:
        """Return the quotations that a sentence lies in or holds, also those that began in sentences before it."""
        return self._in_sentence.get(index, [])

    def holding(self, wanted: str) -> list[Quotation]:
        """Return the quotations that have folded words (see `words.folded`) one after the other."""
        rarest = min((self._words.get(word, []) for word in wanted.split()), key=len, default=[])
        return [self._all[index] for index in rarest if f" {wanted} " in f" {folded(self._all[index].text)} "]

    def only_with(self, value: str) -> Quotation | None:
        """Return the one quotation whose value has another within it, None where there is none or several."""
        found = self._values.find(value)
        if found < 0:
            return None
        index = bisect_right(self._ends, found)
        return self._all[index] if self._values.find(value, self._ends[index]) < 0 else None

    def closest(self, said: str, similarity: Callable[[str, str], float]) -> Quotation | None:
        """Return the quotation most similar to what is said, of equals the first; none is more so than it shares words.

        Only those are compared that have words enough to be closer than what was found so far.
        """
        words = Counter(folded(said).split())
        shared: Counter[int] = Counter()
        for word, times in words.items():
            for index in self._words.get(word, ()):
                shared[index] += times
        total, found, best = words.total(), 0, 0.0
        for index, count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
            if (count, -index) < (round(best * total), -found):
                break
            close = similarity(said, self._all[index].text)
            if close > best or (close == best and index < found):
                found, best = index, close
        return self._all[found] if self._all else None
