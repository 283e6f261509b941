"""The words of a text in order: where it has some of them one after the other.

A look-up walks the places of the rarest of the words asked for, not the text.
"""

from array import array
from collections.abc import Iterator

from summarise.checks.words import folded


class TextIndex:
    """The folded words of a text (see `words.folded`) with their places."""

    def __init__(self, text: str) -> None:
        self._places: dict[str, array[int]] = {}
        one: dict[str, str] = {}
        # The same word is kept once.
        self.words = [one.setdefault(word, word) for word in folded(text).split()]
        for place, word in enumerate(self.words):
            self._places.setdefault(word, array("l")).append(place)

    def places(self, words: str) -> Iterator[int]:
        """Yield the places where folded words stand one after the other, in order."""
        wanted = words.split(" ")
        if not all(word in self._places for word in wanted):
            return
        rarest = min(range(len(wanted)), key=lambda index: len(self._places[wanted[index]]))
        for place in self._places[wanted[rarest]]:
            begin = place - rarest
            if begin >= 0 and self.words[begin : begin + len(wanted)] == wanted:
                yield begin

    def says(self, words: str) -> bool:
        """Tell whether the text has folded words one after the other."""
        return next(self.places(words), None) is not None
