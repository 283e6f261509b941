"""Reads a WordNet database folder: its words, their senses in order of use, and the pointers between senses.

Format: the manual pages wndb(5), senseidx(5) and cntlist(5) of WordNet 3.0. Chooses nothing.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_POS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
_MARKER = re.compile(r"\((?:p|a|ip)\)$")
UNTAGGED = 0.5
"""What a sense counts for beyond how often it was tagged: none is impossible, and untagged ones are equally likely."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """From a synset, or from one of its words, to another: `source` and `target` are word numbers, 0 for all words."""

    symbol: str
    to: tuple[str, str]
    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Synset:
    """Words that share one sense, with the number of their lexicographer's file (`LEXNAMES` in lexnames(5))."""

    key: tuple[str, str]
    topic: int
    words: tuple[str, ...]
    pointers: tuple[Pointer, ...]


@dataclass(frozen=True)
class WordNet:
    """A database folder; everything is read when first asked for."""

    folder: Path

    @cached_property
    def synsets(self) -> dict[tuple[str, str], Synset]:
        """All synsets by part of speech (n, v, a, r) and offset."""
        found = {}
        for pos, file in FILES.items():
            for line in self._lines(f"data.{file}"):
                if not line.startswith("  "):
                    synset = _synset(pos, line.partition(" | ")[0].split())
                    found[synset.key] = synset
        return found

    @cached_property
    def senses(self) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
        """The synsets of each word in lower case, by word and part of speech; the most used first."""
        found = {}
        for pos, file in FILES.items():
            for line in self._lines(f"index.{file}"):
                if not line.startswith("  "):
                    fields = line.split()
                    offsets = fields[6 + int(fields[3]) :]
                    found[fields[0], pos] = tuple((pos, offset) for offset in offsets)
        return found

    @cached_property
    def tags(self) -> dict[tuple[str, str], dict[int, int]]:
        """How often each sense, numbered from 1, of a word was found in the tagged texts."""
        found: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for line in self._lines("cntlist.rev"):
            key, number, count = line.split()
            word, _, rest = key.partition("%")
            found[word, _POS[rest[0]]][int(number)] += int(count)
        return {word: dict(counts) for word, counts in found.items()}

    @cached_property
    def exceptions(self) -> dict[str, dict[str, str]]:
        """By part of speech, the first base form of each irregular form."""
        return {
            pos: {form: base for form, base, *_ in (line.split() for line in self._lines(f"{file}.exc"))}
            for pos, file in FILES.items()
        }

    def tagged(self, word: str, pos: str) -> int:
        """Return how often a word was found in the tagged texts as this part of speech."""
        return sum(self.tags.get((word, pos), {}).values())

    def share(self, word: str, synset: tuple[str, str]) -> float:
        """Return how likely a word of the synset's part of speech is meant in this sense, from 0 to 1."""
        senses = self.senses.get((word, synset[0]), ())
        if synset not in senses:
            return 0.0
        counts = self.tags.get((word, synset[0]), {})
        total = sum(counts.values()) + UNTAGGED * len(senses)
        return (counts.get(senses.index(synset) + 1, 0) + UNTAGGED) / total

    def _lines(self, name: str) -> list[str]:
        return (self.folder / name).read_text(encoding="latin-1").splitlines()


def _synset(pos: str, fields: list[str]) -> Synset:
    count = int(fields[3], 16)
    after = 4 + 2 * count
    words = tuple(_MARKER.sub("", word) for word in fields[4:after:2])
    pointers = []
    for at in range(after + 1, after + 1 + 4 * int(fields[after]), 4):
        symbol, offset, other, ends = fields[at : at + 4]
        to = ("a" if other == "s" else other, offset)
        pointers.append(Pointer(symbol, to, int(ends[:2], 16), int(ends[2:], 16)))
    return Synset((pos, fields[0]), int(fields[1]), words, tuple(pointers))
