"""The words of a text in a form that can be compared, and what the source has of them.

Does no stemming: a guard asks whether the very words were repeated.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

# Scripts without spaces between words: each character counts as one.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:[’'.,-][^\W_]+)*")

Gram = tuple[str, ...]


def words(text: str) -> tuple[str, ...]:
    """Return the words and numbers of a text in lower case, without the marks around them."""
    return tuple(word.replace("’", "'").casefold() for word in _WORD.findall(text))


def grams(tokens: Sequence[str], size: int) -> Iterator[Gram]:
    """Yield every run of `size` words."""
    return (tuple(tokens[start : start + size]) for start in range(len(tokens) - size + 1))


@dataclass(frozen=True)
class Source:
    """The text that an answer was made from, as the guards look at it."""

    text: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words in lower case."""
        return words(self.text)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Each of its words once."""
        return frozenset(self.words)

    @cached_property
    def _running(self) -> str:
        return f" {' '.join(self.words)} "

    def has(self, piece: str) -> bool:
        """Tell whether a piece of an answer stands in the source word for word."""
        return f" {' '.join(words(piece))} " in self._running
