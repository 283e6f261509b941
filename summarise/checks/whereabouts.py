"""Where an article mentions somebody, by name or by a word that calls him; asked for one sentence at a time.

Knows places only; who is meant, `cast` tells.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Protocol


class Places(Protocol):
    """Where an article has a word, by its stem."""

    def sentences_with(self, stem: str) -> Sequence[int]:
        """Return the indexes of the sentences that have it, in order."""
        ...

    def offsets_in(self, sentence: int, stem: str) -> Iterable[int]:
        """Return where it stands in a sentence; offsets into the article."""
        ...


class Mentions(Protocol):
    """The mentions of one speaker; the length tells how many sentences, or mentions, must be looked through."""

    def __len__(self) -> int: ...

    def sentences(self) -> Iterable[int]:
        """Return the sentences that have one, each once."""
        ...

    def offsets(self, sentence: int) -> Iterable[int]:
        """Return where they stand in a sentence; offsets into the article."""
        ...


class ByName:
    """The mentions of a name, in order."""

    def __init__(self) -> None:
        self._sentences, self._starts = array("l"), array("l")

    def add(self, sentence: int, start: int) -> None:
        """Add a mention, in no sentence before that of the last one."""
        self._sentences.append(sentence)
        self._starts.append(start)

    def __len__(self) -> int:
        return len(self._sentences)

    def sentences(self) -> Iterable[int]:
        """Return the sentences that have the name, each once."""
        return dict.fromkeys(self._sentences)

    def offsets(self, sentence: int) -> Iterable[int]:
        """Return where it begins in a sentence."""
        return self._starts[bisect_left(self._sentences, sentence) : bisect_right(self._sentences, sentence)]

    def near(self, sentence: int) -> bool:
        """Tell whether a sentence has the name, or the one before or behind it."""
        first = bisect_left(self._sentences, sentence - 1)
        return first < len(self) and self._sentences[first] <= sentence + 1


class ByWord:
    """The places of a word, by its stem."""

    def __init__(self, places: Places, stem: str) -> None:
        self._places, self._stem = places, stem
        self._sentences = places.sentences_with(stem)

    def __len__(self) -> int:
        return len(self._sentences)

    def sentences(self) -> Iterable[int]:
        """Return the sentences that have the word."""
        return self._sentences

    def offsets(self, sentence: int) -> Iterable[int]:
        """Return where it begins in a sentence."""
        return self._places.offsets_in(sentence, self._stem)
