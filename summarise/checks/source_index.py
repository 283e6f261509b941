"""What claims are checked against: one article's facts, and an index of its sentences.

Does not judge. Built once for an article, it serves any number of claims.
"""

import math
import re
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from heapq import nsmallest
from typing import TYPE_CHECKING

from summarise.article.bylines import datelines
from summarise.checks.article_dates import ArticleDates
from summarise.checks.claim import Claim, Source, Unit, units_of
from summarise.checks.entity_index import EntityIndex
from summarise.checks.foreign_text import Literals
from summarise.checks.languages import READ, language_of, languages_in
from summarise.checks.quotation_index import QuotationIndex
from summarise.checks.words import Word, folded, words_of
from summarise.data import Date, Fact, Facts, Figure, Money, Name, Quotation, Span

if TYPE_CHECKING:
    from summarise.checks.entailment.reader import ClaimReader
    from summarise.checks.own_checks import OwnCheck

__all__ = ["Claim", "Source", "SourceIndex", "Unit", "units_of"]

SIGNS = re.compile(r"[$£€¥₹%‰°]|(?<!\w)[-−](?=\d)")
"""What is punctuation by its form and changes an amount all the same."""


def _said(words: tuple[Word, ...], text: str) -> tuple[str, ...]:
    return (*(word.folded for word in words), *(sign.replace("−", "-") for sign in SIGNS.findall(text)))


class SourceIndex:
    """An article's sentences and facts, indexed by stem so that a claim meets only its best candidates.

    `reader` scores claims with the entailment model (None: no model), `own_checks` run after the built-in ones.
    """

    def __init__(
        self,
        facts: Facts,
        reader: "ClaimReader | None" = None,
        own_checks: Sequence["OwnCheck"] = (),
    ) -> None:
        self.facts = facts
        self.reader = reader
        self.own_checks = own_checks
        article = facts.article
        dateline_before = datelines(article)
        by_sentence: dict[int, list[Fact]] = defaultdict(list)
        for fact in facts.facts:
            by_sentence[fact.sentence].append(fact)
        self.sources: list[Source] = []
        self._postings: dict[str, array[int]] = {}
        for index, sentence in enumerate(article.sentences):
            words = tuple(
                Word(word.start + sentence.start, word.end + sentence.start, word.folded, word.stem, word.content)
                for word in words_of(article.quote(sentence))
            )
            own = tuple(by_sentence[index])
            units = units_of(words, (fact for fact in own if isinstance(fact, Name)))
            self.sources.append(Source(index, sentence, words, own, units, article.evidence(sentence)))
            # A summary may say where the story is from: only the dateline does.
            told = (*words, *words_of(dateline_before.get(sentence.start, "")))
            for key in {unit.key for unit in units} | {word.stem for word in told if word.content}:
                self._postings.setdefault(key, array("l")).append(index)
        self._starts = [sentence.start for sentence in article.sentences]
        self._trigrams = {
            (one.stem, two.stem, three.stem)
            for source in self.sources
            for one, two, three in zip(source.words, source.words[1:], source.words[2:], strict=False)
        }
        self._verbatim = {_said(source.words, source.evidence.text): source for source in reversed(self.sources)}
        self.named = tuple(fact for fact in facts.facts if isinstance(fact, Name))
        self.cast = EntityIndex(self.named, frozenset(self._postings))
        self.names = frozenset(fact.value.casefold() for fact in self.named)
        self._wording = f" {folded(article.story)} "
        self.quoted = QuotationIndex(fact for fact in facts.facts if isinstance(fact, Quotation))
        self.dates = ArticleDates((fact for fact in facts.facts if isinstance(fact, Date)), article.date)
        self.times = tuple(fact for fact in facts.facts if isinstance(fact, Date))
        self.amounts = tuple(fact for fact in facts.facts if isinstance(fact, Figure | Money))

    def claim(self, text: str, facts: tuple[Fact, ...], *, before: str = "") -> Claim:
        """Make a claim of a sentence and its facts; its names are taken for the article's bearers of them."""
        words = words_of(text)
        own = (fact for fact in facts if isinstance(fact, Name))
        names = [name.model_copy(update={"value": self.cast.bearer(name)}) for name in own]
        return Claim(text, facts, words, units_of(words, names), before)

    def says(self, words: str) -> bool:
        """Tell whether the article has folded words (see `words.folded`) one after the other, quoted or not."""
        return bool(words) and f" {words} " in self._wording

    def names_power(self, name: str) -> bool:
        """Tell whether the article names a country, an institution or a seat, or has these words."""
        return name.casefold() in self.names or self.says(folded(name))

    def language_of(self, claim: Claim) -> str | None:
        """Return the language, of the article or of a claim itself, that the checks cannot read; None for English."""
        main = languages_in(self.facts).main
        if main != READ:
            return main
        own = language_of(claim.text)
        return own if own != READ else None

    def language_at(self, source: Source) -> str | None:
        """Return the language of a sentence of the article, where the checks cannot read it."""
        foreign = languages_in(self.facts).foreign
        return next((stretch.language for stretch in foreign if stretch.contains(source.sentence)), None)

    @cached_property
    def literals(self) -> Literals:
        """What characters alone show of the article."""
        return Literals(self.facts.article.story)

    def verbatim(self, claim: Claim) -> Source | None:
        """Return the sentence that says the claim word for word; case and punctuation do not count, "€" and "%" do."""
        return self._verbatim.get(_said(claim.words, claim.text)) if claim.words else None

    def source_of(self, span: Span) -> Source:
        """Return the sentence in which a span begins."""
        return self.sources[max(0, bisect_right(self._starts, span.start) - 1)]

    def weight(self, key: str) -> float:
        """Return how much a unit tells about where a claim comes from: its inverse document frequency."""
        return math.log(1 + len(self.sources) / (1 + len(self._postings.get(key, ()))))

    def knows(self, key: str) -> bool:
        """Tell whether the article contains a unit or stem at all."""
        return key in self._postings

    def copied(self, words: Iterable[Word]) -> float:
        """Return the share of three words in a row that stand so in a sentence of the article, by their stems."""
        stems = [word.stem for word in words]
        trigrams = list(zip(stems, stems[1:], stems[2:], strict=False))
        return sum(trigram in self._trigrams for trigram in trigrams) / len(trigrams) if trigrams else 0.0

    def candidates(self, claim: Claim, *, most: int = 8) -> list[Source]:
        """Return the sentences that share most with a claim, best first: those with the most weight of its words."""
        keys = {unit.key for unit in claim.units} | {word.stem for word in claim.words if word.content}
        weights: dict[int, float] = defaultdict(float)
        for key in sorted(keys, key=lambda key: (-self.weight(key), key)):
            for index in self._postings.get(key, ()):
                weights[index] += self.weight(key)
        best = nsmallest(most, weights, key=lambda index: (-weights[index], index))
        return [self.sources[index] for index in best]
