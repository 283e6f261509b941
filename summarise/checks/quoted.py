"""An article's quotations by their words: nobody reads them all for one.

Finds, and does not judge: `quotations` does.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from summarise.checks.words import folded
from summarise.data import Quotation


class Quoted:
    """The quotations of an article in order."""

    def __init__(self, quotations: Iterable[Quotation]) -> None:
        self._all = tuple(quotations)
        self._words: dict[str, list[int]] = defaultdict(list)
        for index, quotation in enumerate(self._all):
            for word in dict.fromkeys(folded(quotation.text).split()):
                self._words[word].append(index)

    def holding(self, wanted: str) -> list[Quotation]:
        """Return the quotations that have folded words (see `words.folded`) one after the other."""
        rarest = min((self._words.get(word, []) for word in wanted.split()), key=len, default=[])
        return [self._all[index] for index in rarest if f" {wanted} " in f" {folded(self._all[index].text)} "]

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
