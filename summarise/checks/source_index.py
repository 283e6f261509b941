"""Index an article's sentences and facts, and align claims with them.

A claim and a sentence are aligned by the content words and names that both contain in the same order.
"""

import math
import re
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from typing import TYPE_CHECKING, Generic, TypeVar

from summarise.article.boilerplate import datelines
from summarise.checks.languages import READ, Literals, language_of, languages_in
from summarise.checks.words import Word, content_words, folded, words_of
from summarise.data import Evidence, Fact, Facts, Figure, Finding, Money, Name, Quote, Sentence, Span

if TYPE_CHECKING:
    from summarise.checks.entailment.reader import ClaimReader
    from summarise.checks.verification import OwnCheck


@dataclass(frozen=True, slots=True)
class Unit:
    """A content word or a name of a sentence; units with the same `key` ("close", "name:anna feyer") are aligned."""

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Claim:
    """A sentence of a summary with its facts, words and units. `before`: the previous sentence.

    Offsets are relative to `text`.
    """

    text: str
    facts: tuple[Fact, ...]
    words: tuple[Word, ...]
    units: tuple[Unit, ...]
    before: str = ""

    def quote(self, span: Span) -> Quote:
        """Quote a span of the claim."""
        return Quote(start=span.start, end=span.end, text=self.text[span.start : span.end])

    @property
    def whole(self) -> Quote:
        """A quote of the complete text."""
        return Quote(start=0, end=len(self.text), text=self.text)


@dataclass(frozen=True)
class SourceSentence:
    """A sentence of the article with its facts, words and units; offsets are relative to the article."""

    index: int
    sentence: Sentence
    words: tuple[Word, ...]
    facts: tuple[Fact, ...]
    units: tuple[Unit, ...]
    evidence: Evidence


def units_of(words: Iterable[Word], names: Iterable[Name]) -> tuple[Unit, ...]:
    """Return the units of a sentence, in order: its names, and the content words outside them."""
    units: list[Unit] = []
    waiting = sorted(names, key=lambda name: name.start, reverse=True)
    for word in words:
        while waiting and waiting[-1].end <= word.start:
            waiting.pop()
        if waiting and waiting[-1].start < word.end:
            unit = Unit(f"name:{waiting[-1].value.casefold()}", waiting[-1].start, waiting[-1].end)
            if units[-1:] != [unit]:
                units.append(unit)
        elif word.content:
            units.append(Unit(word.stem, word.start, word.end))
    return tuple(units)


@dataclass(frozen=True)
class Alignment:
    """A claim compared with a sentence of the article, `source`.

    `pairs`: (unit of the claim, unit of the sentence) for each common unit. `missing`: the claim's other units.
    """

    source: SourceSentence
    pairs: tuple[tuple[Unit, Unit], ...]
    missing: tuple[Unit, ...]

    @property
    def coverage(self) -> float:
        """The share of the claim's units that the sentence contains."""
        total = len(self.pairs) + len(self.missing)
        return len(self.pairs) / total if total else 0.0

    def matched_without(self, said: Span) -> frozenset[Unit]:
        """Return the matched units of the claim outside the span `said`."""
        return frozenset(ours for ours, _ in self.pairs if ours.end <= said.start or ours.start >= said.end)

    def coverage_without(self, said: Span) -> float:
        """Return the coverage of the claim's units outside the span `said`."""
        paired = len(self.matched_without(said))
        missing = sum(1 for unit in self.missing if unit.end <= said.start or unit.start >= said.end)
        return paired / (paired + missing) if paired else 0.0


def align(claim: Claim, source: SourceSentence) -> Alignment:
    """Align a claim with a sentence by their longest common subsequence of units."""
    ours, theirs = claim.units, source.units
    table = [[0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i in range(len(ours) - 1, -1, -1):
        for j in range(len(theirs) - 1, -1, -1):
            if ours[i].key == theirs[j].key:
                table[i][j] = table[i + 1][j + 1] + 1
            else:
                table[i][j] = max(table[i + 1][j], table[i][j + 1])
    pairs, missing = [], []
    i = j = 0
    while i < len(ours):
        if j < len(theirs) and ours[i].key == theirs[j].key:
            pairs.append((ours[i], theirs[j]))
            i, j = i + 1, j + 1
        elif j < len(theirs) and table[i][j + 1] >= table[i + 1][j]:
            j += 1
        else:
            missing.append(ours[i])
            i += 1
    return Alignment(source, tuple(pairs), tuple(missing))


def initials(name: str) -> str:
    """Return the initials of a name's content words in lower case ("nff"); empty for a single word."""
    words = [word.folded for word in content_words(name)]
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def first_letters(name: str) -> str:
    """Return the first letters of all words of a name ("BoE")."""
    return "".join(word[0] for word in name.split())


class EntityIndex:
    """The people and things that an article names."""

    def __init__(self, names: Iterable[Name], stems: frozenset[str]) -> None:
        named = list(names)
        self._stems = stems
        self._resolved = {fact.text.casefold(): fact.value for fact in reversed(named)}
        self._resolved.update({fact.value.casefold(): fact.value for fact in named})
        self._stems_of = {fact.value: frozenset(word.stem for word in words_of(fact.value)) for fact in named}
        self._by_word: dict[str, list[str]] = defaultdict(list)
        for value, words in self._stems_of.items():
            for word in words:
                self._by_word[word].append(value)
        people = dict.fromkeys(fact.value for fact in named if fact.category == "person")
        parts = [[word.stem for word in content_words(value)] for value in people]
        self._full_names = {(stems[0], stems[-1]) for stems in parts if len(stems) > 1}
        self._given, self._surnames = ({stems[end] for stems in self._full_names} for end in (0, 1))
        self._initials = {initials(fact.value) for fact in named} - {""}
        self._letters = {first_letters(fact.value) for fact in named if " " in fact.value}

    def full_name(self, name: Name) -> str:
        """Return the full form of a name in the article ("Theresa May" for "May"), or `name.value` if unclear."""
        for known in (name.value.casefold(), name.text.casefold()):
            if known in self._resolved:
                return self._resolved[known]
        parts = frozenset(word.stem for word in words_of(name.value))
        candidates = min((self._by_word.get(part, []) for part in parts), key=len, default=[])
        fuller = [value for value in candidates if parts < self._stems_of[value]]
        return fuller[0] if len(fuller) == 1 else name.value

    def mixes(self, given: str, surname: str) -> bool:
        """Return whether two stems are the first name of one person and the surname of another."""
        unknown = (given, surname) not in self._full_names
        return unknown and given in self._given and surname in self._surnames

    def has_surname(self, stem: str) -> bool:
        """Return whether the article names a person with this surname (a stem) and a first name."""
        return stem in self._surnames

    def abbreviates(self, name: str) -> bool:
        """Return whether a name abbreviates a name in the article ("BoE"), or the reverse."""
        if name.isupper():
            return name.casefold().replace(".", "") in self._initials
        return name in self._letters or initials(name) in self._stems


Check = Callable[[Claim, "SourceIndex", tuple[Alignment, ...]], Iterable[Finding]]

# Signs that change an amount: "5" and "-5%" differ.
SIGNS = re.compile(r"[$£€¥₹%‰°]|(?<!\w)[-−](?=\d)")


def _words_and_signs(words: tuple[Word, ...], text: str) -> tuple[str, ...]:
    return (*(word.folded for word in words), *(sign.replace("−", "-") for sign in SIGNS.findall(text)))


def _trigrams(words: Iterable[Word]) -> list[tuple[str, str, str]]:
    stems = [word.stem for word in words]
    return list(zip(stems, stems[1:], stems[2:], strict=False))


class SourceIndex:
    """The sentences and facts of an article, indexed by the stems of words.

    `reader` scores claims with the entailment model (None: no model).
    """

    def __init__(
        self, facts: Facts, reader: "ClaimReader | None" = None, own_checks: Sequence["OwnCheck"] = ()
    ) -> None:
        self.facts, self.reader, self.own_checks = facts, reader, own_checks
        article = facts.article
        dateline_before = datelines(article)
        by_sentence: dict[int, list[Fact]] = defaultdict(list)
        for fact in facts.facts:
            by_sentence[fact.sentence].append(fact)
        self.sources: list[SourceSentence] = []
        self._postings: dict[str, array[int]] = {}
        for index, sentence in enumerate(article.sentences):
            words = tuple(
                Word(word.start + sentence.start, word.end + sentence.start, word.folded, word.stem, word.content)
                for word in words_of(article.quote(sentence))
            )
            own = tuple(by_sentence[index])
            units = units_of(words, (fact for fact in own if isinstance(fact, Name)))
            turn = article.utterance_at(sentence.start)
            label = words_of(turn.label) if turn else ()
            self.sources.append(SourceSentence(index, sentence, words, own, units, article.evidence(sentence)))
            # The location of the story may occur only in the dateline, and the author only in the byline.
            byline = words_of(article.author or "") if index == 0 else ()
            indexed = (*words, *label, *byline, *words_of(dateline_before.get(sentence.start, "")))
            for key in {unit.key for unit in units} | {word.stem for word in indexed if word.content}:
                self._postings.setdefault(key, array("l")).append(index)
        self._starts = [sentence.start for sentence in article.sentences]
        self._trigrams = frozenset(trigram for source in self.sources for trigram in _trigrams(source.words))
        self._verbatim: dict[tuple[str, ...], SourceSentence] = {}
        for source in reversed(self.sources):
            tokens = _words_and_signs(source.words, source.evidence.text)
            self._verbatim[tokens] = source
            # "Anna Feyer: “I will send it.”" repeats her words verbatim.
            speaker = words_of(source.evidence.speaker or "")
            self._verbatim[(*(word.folded for word in speaker), *tokens)] = source
        self.named = tuple(fact for fact in facts.facts if isinstance(fact, Name))
        self.entities = EntityIndex(self.named, frozenset(self._postings))
        self.names = frozenset(fact.value.casefold() for fact in self.named)
        speakers = {turn.speaker or "" for turn in article.utterances}
        numbered = [name for name in speakers if re.search(r"\d", name) and re.search(r"[^\W\d_]", name)]
        numbered.sort(key=lambda name: (-len(name), name))
        self._numbered = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, numbered))})(?!\w)") if numbered else None
        self._wording = f" {folded(article.story)} "
        self.amounts = tuple(fact for fact in facts.facts if isinstance(fact, Figure | Money))

    def claim(self, text: str, facts: tuple[Fact, ...], *, before: str = "") -> Claim:
        """Build a claim, with names resolved to those of the article."""
        words = words_of(text)
        # The number in "Speaker 1" is not a figure.
        labels = [range(*match.span()) for match in self._numbered.finditer(text)] if self._numbered else ()
        facts = tuple(fact for fact in facts if not any(fact.start in label for label in labels))
        names = [
            fact.model_copy(update={"value": self.entities.full_name(fact)}) for fact in facts if isinstance(fact, Name)
        ]
        return Claim(text, facts, words, units_of(words, names), before)

    def says(self, words: str) -> bool:
        """Return whether the article contains a sequence of words, given as the result of `words.folded`."""
        return bool(words) and f" {words} " in self._wording

    def contains_name(self, name: str) -> bool:
        """Return whether a name is one of the article's names, or its words are in the article in this order."""
        return name.casefold() in self.names or self.says(folded(name))

    def language_of(self, claim: Claim) -> str | None:
        """Return the language of the article or, if that is English, of the claim; None for English."""
        main = languages_in(self.facts).main
        language = language_of(claim.text) if main == READ else main
        return language if language != READ else None

    def language_at(self, source: SourceSentence) -> str | None:
        """Return the language of a sentence of the article, or None for English."""
        foreign = languages_in(self.facts).foreign
        return next((span.language for span in foreign if span.contains(source.sentence)), None)

    @cached_property
    def literals(self) -> Literals:
        """The article's numbers, dates and words."""
        return Literals(self.facts.article.story)

    def verbatim(self, claim: Claim) -> SourceSentence | None:
        """Return the sentence that equals a claim except for case and punctuation (but not "€" or "%"), or None."""
        return self._verbatim.get(_words_and_signs(claim.words, claim.text)) if claim.words else None

    def source_of(self, span: Span) -> SourceSentence:
        """Return the sentence in which a span begins; for a speaker's name, the first sentence of the speech."""
        turn = self.facts.article.utterance_at(span.start)
        start = max(span.start, turn.speech.start) if turn else span.start
        return self.sources[max(0, bisect_right(self._starts, start) - 1)]

    def weight(self, key: str) -> float:
        """Return the inverse document frequency of a unit or stem, with sentences as documents."""
        return math.log(1 + len(self.sources) / (1 + len(self._postings.get(key, ()))))

    def share(self, keys: Sequence[str], known: Container[str]) -> float:
        """Return the share of `keys`, by weight, that `known` contains."""
        total = sum(map(self.weight, keys))
        return sum(self.weight(key) for key in keys if key in known) / total if total else 0.0

    def knows(self, key: str) -> bool:
        """Return whether the article contains a stem, or a unit with this key."""
        return key in self._postings

    def copied(self, words: Iterable[Word]) -> float:
        """Return the share of the words' stem trigrams that occur in the article."""
        trigrams = _trigrams(words)
        return sum(trigram in self._trigrams for trigram in trigrams) / len(trigrams) if trigrams else 0.0

    def candidates(self, claim: Claim, *, most: int = 8) -> list[SourceSentence]:
        """Return up to `most` sentences with the most words in common with a claim, weighted by rarity."""
        keys = {unit.key for unit in claim.units} | {word.stem for word in claim.words if word.content}
        weights: dict[int, float] = defaultdict(float)
        for key in sorted(keys, key=lambda key: (-self.weight(key), key)):
            for index in self._postings.get(key, ()):
                weights[index] += self.weight(key)
        best = nsmallest(most, weights, key=lambda index: (-weights[index], index))
        return [self.sources[index] for index in best]

    def alignments(self, claim: Claim) -> tuple[Alignment, ...]:
        """Align a claim with its candidate sentences, highest coverage first."""
        alignments = [align(claim, source) for source in self.candidates(claim)]
        return tuple(sorted(alignments, key=lambda alignment: -alignment.coverage))


# Minimum share of the claim's other units in the sentence of a counterpart, and maximum units of a counterpart.
SAME_STATEMENT = 0.6
MOST = 4


def counterpart(said: Span, claim: Claim, alignments: Sequence[Alignment]) -> Span | None:
    """Return the best matching sentence's words in the position of `said` ("closed" for "opened"), or None."""
    alignment = max(alignments, key=lambda alignment: alignment.coverage_without(said), default=None)
    if alignment is None or alignment.coverage_without(said) < SAME_STATEMENT:
        return None
    inside = [unit for unit in claim.units if unit.end > said.start and unit.start < said.end]
    matched = dict(alignment.pairs)
    if not inside or any(unit in matched for unit in inside):
        return None
    first = claim.units.index(inside[0])
    before = claim.units[max(0, first - 1) : first]
    after = claim.units[first + len(inside) :][:1]
    # Only next to matched words is it certain that the words correspond.
    if not (before or after) or any(unit not in matched for unit in (*before, *after)):
        return None
    start = max((matched[unit].end for unit in before), default=0)
    end = min((matched[unit].start for unit in after), default=math.inf)
    found = [unit for unit in alignment.source.units if unit.start >= start and unit.end <= end]
    if not before:
        found = found[-len(inside) :]
    if not after:
        found = found[: len(inside)]
    claimed = {unit.key for unit in inside}
    if not 1 <= len(found) <= MOST or any(unit.key in claimed for unit in found):
        return None
    return Span(start=found[0].start, end=found[-1].end)


F = TypeVar("F", bound=Fact)
# Minimum coverage of a claim by a sentence that contradicts a value: NEAR, or SAME if the value may still be right.
NEAR, SAME = 0.1, 0.75
# For `Case.elsewhere`: minimum weighted share of the claim's other units in a sentence with a different value.
ELSEWHERE_SHARED = 0.25
# Minimum difference between that share and the share in each sentence with the claim's value.
ELSEWHERE_MORE = 0.3
# Number of units before and after a value that are also compared separately.
AROUND = 3


@dataclass(frozen=True, slots=True)
class Case(Generic[F]):
    """A fact of a claim, `said`, that is compared with the article's facts of the same kind."""

    said: F
    claim: Claim
    source_index: SourceIndex
    alignments: Sequence[Alignment]

    def note(self) -> Finding:
        """Return a note about the fact."""
        return Finding(code=self.said.kind, severity="note", claim=self.claim.quote(self.said))

    def computed(self, computation: str) -> Finding:
        """Return a note that the fact is the result of a computation, such as "6.2 − 2.5 = 3.7"."""
        return self.note().model_copy(update={"reason": "computed", "computation": computation})

    def error(self, other: Fact | None = None) -> Finding:
        """Return an error about the fact. `other`: the article's fact that contradicts it."""
        article = self.source_index.facts.article.evidence(other) if other else None
        return Finding(code=self.said.kind, severity="error", claim=self.claim.quote(self.said), article=article)

    def accused(self, excludes: Callable[[F], bool], *, may_follow: bool = False) -> Finding:
        """Return an error with the opposing fact of the article (see `opposing`).

        Without such a fact: a note if `said` may still be right (`may_follow`), else an error.
        """
        other = self.opposing(excludes, least=SAME if may_follow else NEAR)
        return self.note() if may_follow and other is None else self.error(other)

    def opposing(self, excludes: Callable[[F], bool], *, least: float, in_place: bool = False) -> F | None:
        """Return the fact that the article states instead of `said`, or None.

        Sentences that cover at least the share `least` of the claim are searched, best first, for a fact that
        `excludes` accepts and whose value the claim lacks. With `in_place`, or if a sentence has several such values,
        the fact must be between the same words as `said`.
        """
        said, kind = self.said, type(self.said)
        claimed = {fact.value for fact in self.claim.facts if isinstance(fact, kind)}
        best: frozenset[Unit] | None = None
        for alignment in sorted(self.alignments, key=lambda alignment: -alignment.coverage_without(said)):
            if alignment.coverage_without(said) < least:
                return None
            matched = alignment.matched_without(said)
            # A sentence that covers only a small part of what the best one covers is about something else.
            if best is not None and matched <= best and 2 * len(matched) < len(best):
                continue
            best = matched if best is None else best
            others = [fact for fact in alignment.source.facts if isinstance(fact, kind) and fact.value not in claimed]
            found = [fact for fact in others if excludes(fact)]
            if in_place or len({fact.value for fact in found}) > 1:
                found = [fact for fact in found if _between_the_same(said, fact, alignment)]
            if len({fact.value for fact in found}) == 1:
                return found[0]
        return None

    def elsewhere(self, same: Sequence[F], differs: Callable[[F], bool]) -> Finding | None:
        """Return a note if `same`, the article's facts that agree with `said`, are about something else; or None.

        It is not an error, because a claim may merge sentences. `differs` accepts facts that contradict `said`.
        """
        said, kind, index = self.said, type(self.said), self.source_index
        before = [unit.key for unit in self.claim.units if unit.end <= said.start]
        after = [unit.key for unit in self.claim.units if unit.start >= said.end]
        near = before[-AROUND:] + after[:AROUND]

        def shares(source: SourceSentence) -> tuple[float, float]:
            known = {unit.key for unit in source.units} | {word.stem for word in source.words}
            return index.share(before + after, known), index.share(near, known)

        agreeing = {fact.sentence for fact in same}
        claimed = {fact.value for fact in self.claim.facts}
        places = []
        for source in (alignment.source for alignment in self.alignments if alignment.source.index not in agreeing):
            rivals = [fact for fact in source.facts if isinstance(fact, kind) and fact.value not in claimed]
            if facts := list(filter(differs, rivals)):
                places.append((shares(source), facts))
        if not places:
            return None
        (whole, around), facts = max(places, key=lambda place: sum(place[0]))
        if min(whole, around) < ELSEWHERE_SHARED or len({fact.value for fact in facts}) > 1:
            return None
        for own_whole, own_around in (shares(index.sources[sentence]) for sentence in agreeing):
            if own_whole > whole - ELSEWHERE_MORE or own_around > around - ELSEWHERE_MORE / 2:
                return None
        here, there = index.facts.article.evidence(facts[0]), index.sources[same[0].sentence].evidence
        return self.note().model_copy(update={"article": here, "reason": "elsewhere", "elsewhere": there})


def _between_the_same(said: Span, fact: Span, alignment: Alignment) -> bool:
    def side(unit: Unit, place: Span) -> tuple[bool, bool]:
        return unit.end <= place.start, unit.start >= place.end

    return bool(alignment.pairs) and all(side(ours, said) == side(theirs, fact) for ours, theirs in alignment.pairs)
