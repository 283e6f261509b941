"""The ground that claims are checked against: one article's facts, and an index of its sentences.

Does not judge. Built once for an article, it serves any number of claims.
"""

import math
import re
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from summarise.checks.added import NOTHING_ADDED, Added
from summarise.checks.cast import Cast
from summarise.checks.counts import Counts
from summarise.checks.quoted import Quoted
from summarise.checks.ranking import best
from summarise.checks.source import Claim, Source, Unit, units_of
from summarise.checks.spellings import Spellings
from summarise.checks.times import Times
from summarise.checks.told import Told
from summarise.checks.wording import Wording
from summarise.checks.words import Word, words_of
from summarise.data import Date, Fact, Facts, Figure, Money, Name, Quotation, Relation, Span
from summarise.lexicon.pronouns import PERSONAL

if TYPE_CHECKING:
    from summarise.checks.entailment.reader import ClaimReader

__all__ = ["Claim", "Ground", "Source", "Unit", "units_of"]

REACH = 3
"""How many sentences back a pronoun may find the person that it stands for."""

SIGNS = re.compile(r"[$£€¥₹%‰°]|(?<!\w)[-−](?=\d)")
"""What is punctuation by its form and changes an amount all the same."""


def _said(words: tuple[Word, ...], text: str) -> tuple[str, ...]:
    return (*(word.folded for word in words), *(sign.replace("−", "-") for sign in SIGNS.findall(text)))


class Ground:
    """An article's sentences and facts, indexed by stem so that a claim meets only its best candidates.

    `reader` scores claims with the entailment model; None where the settings name none. `added` is what other packages
    check besides, and read facts with.
    """

    def __init__(self, facts: Facts, reader: "ClaimReader | None" = None, added: Added = NOTHING_ADDED) -> None:
        self.facts = facts
        self.added = added
        self.reader = reader
        article = facts.article
        by_sentence: dict[int, list[Fact]] = defaultdict(list)
        for fact in facts.resolved:
            by_sentence[fact.sentence].append(fact)
        self.sources: list[Source] = []
        self._postings: dict[str, array[int]] = {}
        meant = {
            argument.start: argument.value
            for fact in facts.resolved
            if isinstance(fact, Relation)
            for argument in fact.arguments
            if argument.value and argument.text.casefold() in PERSONAL
        }
        last_person: tuple[int, str] | None = None
        for index, sentence in enumerate(article.sentences):
            words = tuple(
                Word(word.start + sentence.start, word.end + sentence.start, word.folded, word.stem, word.content)
                for word in words_of(article.quote(sentence))
            )
            own = tuple(by_sentence[index])
            names = tuple(fact for fact in own if isinstance(fact, Name))
            known = last_person[1] if last_person is not None and index - last_person[0] <= REACH else None
            pronouns: dict[int, str] = {}
            people = [name for name in names if name.category == "person"]
            for word in words:
                before = [name for name in people if name.end <= word.start]
                bearer = meant.get(word.start) or (before[-1].value if before else known)
                if word.folded in PERSONAL and bearer is not None:
                    pronouns[word.start] = bearer
            if people:
                last_person = (index, people[-1].value)
            elif pronouns and known is not None:
                last_person = (index, known)
            units = units_of(words, names, pronouns)
            self.sources.append(Source(index, sentence, words, own, units, article.evidence(sentence)))
            for key in {unit.key for unit in units} | {word.stem for word in words if word.content}:
                self._postings.setdefault(key, array("l")).append(index)
        self._starts = [sentence.start for sentence in article.sentences]
        self._stems = {word.stem for source in self.sources for word in source.words}
        self._trigrams = {
            (one.stem, two.stem, three.stem)
            for source in self.sources
            for one, two, three in zip(source.words, source.words[1:], source.words[2:], strict=False)
        }
        self._verbatim = {_said(source.words, source.evidence.text): source for source in reversed(self.sources)}
        self.cast = Cast(facts, self)
        self._wording = Wording(article.text)
        self._told = Told(fact for fact in facts.resolved if isinstance(fact, Relation))
        self.quoted = Quoted([fact for fact in facts.resolved if isinstance(fact, Quotation)], article.sentences)
        self.times = Times(fact for fact in facts.facts if isinstance(fact, Date))
        self.counts = Counts(fact for fact in facts.facts if isinstance(fact, Figure | Money))
        self.values: dict[str, frozenset[str]] = {
            kind: frozenset(fact.value.casefold() for fact in facts.facts if fact.kind == kind)
            for kind in ("name", "figure", "money", "date", "quotation")
        }

    def claim(self, text: str, facts: tuple[Fact, ...], *, before: str = "") -> Claim:
        """Make a claim of a sentence and its facts; its names are taken for the article's bearers of them."""
        words = words_of(text)
        own = [fact for fact in facts if isinstance(fact, Name)]
        names = tuple(name.model_copy(update={"value": self.cast.bearer(name)}) for name in own)
        bearers = {name.value: self.cast.bearer(name) for name in own}
        relations = tuple(self._known_relation(fact, bearers) for fact in facts if isinstance(fact, Relation))
        return Claim(text, facts, words, units_of(words, names), relations, before)

    def _known_relation(self, relation: Relation, bearers: Mapping[str, str]) -> Relation:
        """Return a claim's relation with its names taken for the article's bearers."""

        def known(value: str | None) -> str | None:
            return value and bearers.get(value, self.cast.value(value))

        arguments = tuple(one.model_copy(update={"value": known(one.value)}) for one in relation.arguments)
        return relation.model_copy(update={"arguments": arguments, "speaker": known(relation.speaker)})

    def known(self, fact: Fact) -> Fact:
        """Return a claim's fact with the value under which the article knows it, or those who take part in it."""
        match fact:
            case Name():
                return fact.model_copy(update={"value": self.cast.bearer(fact)})
            case Relation():
                return self._known_relation(fact, {})
        return fact

    def relations_in(self, sentence: int) -> list[Relation]:
        """Return what a sentence relates."""
        return [fact for fact in self.sources[sentence].facts if isinstance(fact, Relation)]

    def telling(self, predicate: str) -> list[Relation]:
        """Return the article's relations with a predicate, in order."""
        return self._told.by(predicate)

    def calling(self, predicate: str, complement: str) -> list[Relation]:
        """Return the article's relations in which somebody is, or is called, what a complement says."""
        return self._told.calling(predicate, complement)

    def sharing(
        self, predicate: str, keys: Iterable[Collection[str]], *, least: int, within: Collection[int]
    ) -> list[Relation]:
        """Return, in order, the relations with a predicate in some sentences, and those that may share arguments.

        See `Told.sharing`.
        """
        told = self._told.by(predicate)
        orders = {*self._told.sharing(predicate, keys, least=least), *self._told.within(predicate, within)}
        return [told[order] for order in sorted(orders)]

    def sentences_with(self, stem: str) -> Sequence[int]:
        """Return the indexes of the sentences that have a content word, by its stem, in order."""
        return self._postings.get(stem, ())

    def offsets_in(self, sentence: int, stem: str) -> list[int]:
        """Return where words with a stem stand in a sentence."""
        return [word.start for word in self.sources[sentence].words if word.stem == stem]

    def says(self, words: str) -> bool:
        """Tell whether the article has folded words (see `words.folded`) one after the other, quoted or not."""
        return self._wording.says(words)

    def spells(self, word: str) -> bool:
        """Tell whether the article has a word in just this form, capitals and all."""
        return self._wording.spells(word)

    @cached_property
    def spellings(self) -> Spellings:
        """The names of the article by their letters."""
        return Spellings(fact for fact in self.facts.facts if isinstance(fact, Name))

    def quotations_near(self, source: Source) -> list[Quotation]:
        """Return the quotations that a sentence lies in or holds, also those that began in sentences before it."""
        return self.quoted.in_sentence(source.index)

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

    def has(self, stem: str) -> bool:
        """Tell whether the article has a word, small ones and numbers included, by its stem."""
        return stem in self._stems

    def has_trigram(self, one: Word, two: Word, three: Word) -> bool:
        """Tell whether three words stand one after the other in a sentence of the article, by their stems."""
        return (one.stem, two.stem, three.stem) in self._trigrams

    def candidates(self, claim: Claim, *, most: int = 8) -> list[Source]:
        """Return the sentences that share most with a claim, best first; cost grows with the matches only."""
        keys = {unit.key for unit in claim.units} | {word.stem for word in claim.words if word.content}
        weighed = ((key, self.weight(key)) for key in keys)
        return [self.sources[index] for index in best(weighed, self._postings, most=most)]
