"""Extracts the facts of an article: names, figures, amounts of money, dates and quotations."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from summarise.data import Article, Fact, Facts
from summarise.facts.parser import ParsedSentence, Place, parsed_sentences, parser_name
from summarise.facts.salience import keep_statements, statements_in


class Extraction:
    """An article with its parsed sentences (`passages`) and the facts found so far.

    `known`: if the text is a summary, the facts of its article. `kept`: results to cache in the `Facts`, by the
    function that computes them.
    """

    def __init__(self, article: Article, *, known: Facts | None = None) -> None:
        self.article, self.known = article, known
        self.parser = parser_name()
        self.passages = parsed_sentences(article)
        self.facts: list[Fact] = []
        self.kept: dict[Callable[[Facts], Any], Any] = {}
        self._by_sentence: dict[int, list[Fact]] = defaultdict(list)

    def add(self, facts: Iterable[Fact]) -> None:
        """Add facts."""
        for fact in tuple(facts):
            self.facts.append(fact)
            self._by_sentence[fact.sentence].append(fact)

    def within(self, sentence: int) -> list[Fact]:
        """Return the facts found so far in a sentence."""
        return self._by_sentence[sentence]

    def result(self) -> Facts:
        """Return the facts, sorted by start, end and kind, with the results in `kept` cached."""
        in_order = sorted(self.facts, key=lambda fact: (fact.start, fact.end, fact.kind))
        facts = Facts(article=self.article, parser=self.parser, facts=tuple(in_order))
        for function, result in self.kept.items():
            facts.keep(function, result)
        if self.known is None:
            keep_statements(facts, statements_in(self.article, self.passages))
        return facts


Extractor = Callable[[Extraction], Iterable[Fact]]


def by_sentence(extract: Callable[[ParsedSentence, tuple[Place, ...]], Iterable[Fact]]) -> Extractor:
    """Return an extractor that calls `extract` for each sentence of an article.

    `extract` gets the sentence and the spans, as offsets in it, of the facts already found.
    """

    def extractor(extraction: Extraction) -> Iterator[Fact]:
        for passage in extraction.passages:
            yield from extract(passage, tuple(map(passage.place_of, extraction.within(passage.index))))

    return extractor
