"""The words of an article in order: whether it has some of them one after the other.

A look-up walks the places of the rarest of the words asked for, not the article.
"""

from array import array

from summarise.checks.words import folded


class Wording:
    """The folded words of a text (see `words.folded`) with their places."""

    def __init__(self, text: str) -> None:
        self._places: dict[str, array[int]] = {}
        one: dict[str, str] = {}
        # The same word is kept once.
        self._words = [one.setdefault(word, word) for word in folded(text).split()]
        for place, word in enumerate(self._words):
            self._places.setdefault(word, array("l")).append(place)

    def says(self, words: str) -> bool:
        """Tell whether the text has folded words one after the other."""
        wanted = words.split(" ")
        if not all(word in self._places for word in wanted):
            return False
        rarest = min(range(len(wanted)), key=lambda index: len(self._places[wanted[index]]))
        begins = (place - rarest for place in self._places[wanted[rarest]])
        return any(begin >= 0 and self._words[begin : begin + len(wanted)] == wanted for begin in begins)
