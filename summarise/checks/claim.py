"""A claim, and a sentence of the article as claims meet it: words, facts, and the units that an alignment compares.

Does not look anything up; `source_index` does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from summarise.checks.words import Word
from summarise.data import Evidence, Fact, Name, Quote, Sentence, Span


@dataclass(frozen=True, slots=True)
class Unit:
    """What an alignment compares: a content word by its stem, or a whole name by its value, with its place."""

    key: str
    start: int
    end: int
    name: bool = False


@dataclass(frozen=True)
class Claim:
    """One sentence of a summary: its facts (offsets into `text`), its words, and its units in order.

    `before` is the sentence that stands before it in the summary, empty where there is none.
    """

    text: str
    facts: tuple[Fact, ...]
    words: tuple[Word, ...]
    units: tuple[Unit, ...]
    before: str = ""

    def quote(self, span: Span) -> Quote:
        """Return words of the claim with their place."""
        return Quote(start=span.start, end=span.end, text=self.text[span.start : span.end])

    @property
    def whole(self) -> Quote:
        """All of the claim."""
        return Quote(start=0, end=len(self.text), text=self.text)


@dataclass(frozen=True)
class Source:
    """One sentence of the article as claims meet it: its words and facts (offsets into the article)."""

    index: int
    sentence: Sentence
    words: tuple[Word, ...]
    facts: tuple[Fact, ...]
    units: tuple[Unit, ...]
    evidence: Evidence


def units_of(words: Iterable[Word], names: Iterable[Name]) -> tuple[Unit, ...]:
    """Turn words into units: a name's words become one, any other content word is one."""
    units: list[Unit] = []
    names_at = iter(sorted(names, key=lambda name: name.start))
    name = next(names_at, None)
    for word in words:
        while name is not None and name.end <= word.start:
            name = next(names_at, None)
        if name is not None and name.start < word.end and word.start < name.end:
            if not units or units[-1].start != name.start or not units[-1].name:
                units.append(Unit(f"name:{name.value.casefold()}", name.start, name.end, name=True))
        elif word.content:
            units.append(Unit(word.stem, word.start, word.end))
    return tuple(units)
