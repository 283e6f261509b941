"""Facts that extractors of other packages find in a sentence, and how they go together with our own.

Does not check what an extractor yields.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from summarise.data import Date, Fact, Figure, Money, Name, Quotation
from summarise.facts.parsed_sentence import ParsedSentence

Extractor = Callable[[ParsedSentence], Iterable[Fact]]
"""Yields facts of a sentence; their places are made with `ParsedSentence.where`."""
NAMING = (Name, Figure, Money, Date)
"""Kinds that say what some words are: the same words are one of these only."""
F = TypeVar("F", bound=Fact)


class Others:
    """The facts that `extractors` find in `passages`; of two that clash the first stays."""

    def __init__(self, extractors: Mapping[str, Extractor], passages: Sequence[ParsedSentence]) -> None:
        self._by_sentence: dict[int, list[Fact]] = defaultdict(list)
        for passage in passages if extractors else ():
            mine = self._by_sentence[passage.index]
            for extractor in extractors.values():
                for fact in extractor(passage):
                    if not any(clash(fact, other) for other in mine):
                        mine.append(fact)

    def of(self, kind: type[F]) -> list[F]:
        """Return those of a kind, sentence by sentence."""
        return [fact for mine in self._by_sentence.values() for fact in mine if isinstance(fact, kind)]

    def before(self, facts: Iterable[F]) -> list[F]:
        """Return those of our own facts that clash with none of the others: those go before."""
        if not self._by_sentence:
            return list(facts)
        return [fact for fact in facts if not any(clash(fact, other) for other in self._near(fact))]

    def _near(self, fact: Fact) -> Iterable[Fact]:
        # A quotation may go on in the sentences that follow.
        return self.of(Quotation) if isinstance(fact, Quotation) else self._by_sentence[fact.sentence]


def clash(one: Fact, other: Fact) -> bool:
    """Tell whether two facts cannot both be: they share words, and are of one kind, or both say what the words are."""
    same = one.kind == other.kind or (isinstance(one, NAMING) and isinstance(other, NAMING))
    return same and one.overlaps(other)
