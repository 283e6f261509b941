"""The words of an article in order: whether it has some of them one after the other, and how it spells them.

A look-up walks the places of the rarest of the words asked for, not the article.
"""

import re
from array import array
from functools import cached_property

from summarise.checks.words import folded


class Wording:
    """The folded words of a text (see `words.folded`) with their places, and the forms that stand in it."""

    def __init__(self, text: str) -> None:
        self._text = text
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

    def spells(self, word: str) -> bool:
        """Tell whether a word stands in the text in just this form, capitals and all."""
        if re.fullmatch(r"\w+", word):
            return word in self._forms
        return re.search(rf"\b{re.escape(word)}\b", self._text) is not None

    @cached_property
    def _forms(self) -> frozenset[str]:
        return frozenset(match[0] for match in re.finditer(r"\w+", self._text))
