"""Select sentences of the article to rewrite, and sentences for the summary, without repetition."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from summarise.article import read_claims
from summarise.checks.kinds import EXACT, extract
from summarise.checks.verification import Candidate, Verifier
from summarise.checks.words import words_of
from summarise.data import Article, Evidence, Facts, KeyFact
from summarise.facts.lexicon import base_of
from summarise.facts.salience import fitness, overlap, points_back, sentence_worth, telling_words
from summarise.settings.model import Length
from summarise.writing.coherence import ParsedSentences, PlacedSentence, readable
from summarise.writing.task import STRICT, is_complete_sentence

# Minimum share of the shorter sentence's units in an equivalent sentence.
_COMMON = 0.7
_DENYING = frozenset("deny reject dispute".split())
_SHORTEST = 3
# Words that are ignored in the comparison.
_NOTHING = frozenset("mr mrs ms miss dr sir dame say says said told tells added".split())


class Redundancy:
    """Finds repetition among sentences about one article."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._read: dict[str, _Content] = {}

    def same(self, one: str, other: str) -> bool:
        """Return whether two sentences say the same, or the longer one contains nearly all of the shorter one.

        False if each has a number or date that the other lacks, or if only one contains a denial.
        """
        ours, theirs = self._content(one), self._content(other)
        if ours.values - theirs.values and theirs.values - ours.values:
            return False
        if ours.denied != theirs.denied:
            return False
        shorter = min(len(ours.units), len(theirs.units))
        common = len(ours.units & theirs.units)
        if shorter < _SHORTEST:
            return ours.units == theirs.units
        return common >= _COMMON * shorter

    def covered(self, one: str, others: Sequence[str]) -> float:
        """Return the share of a sentence's content that the other sentences together contain, from 0 to 1."""
        ours = self._content(one).units
        theirs = frozenset[str]().union(*(self._content(other).units for other in others))
        return len(ours & theirs) / len(ours) if ours else 0.0

    def _content(self, text: str) -> "_Content":
        if text not in self._read:
            self._read[text] = _Content(text, self._facts)
        return self._read[text]


class _Content:
    """The units (names, content words) and values (numbers, dates) of a sentence, and whether it denies."""

    def __init__(self, text: str, facts: Facts) -> None:
        own = extract(read_claims(text), known=facts)
        named = [fact for fact in own.facts if fact.kind == "name"]
        self.units = {name.value.casefold() for name in named} | {
            word.stem
            for word in words_of(text)
            if word.content
            and word.folded not in _NOTHING
            and not any(name.start <= word.start < name.end for name in named)
        }
        self.values = {fact.value for fact in own.facts if fact.kind in EXACT}
        self.denied = any(base_of(word.folded) in _DENYING for word in words_of(text))


# Relative increase of the score of a sentence that states all key facts.
KEY_FACTS = 1.5


def pick(
    article: Article, *, count: int, key_facts: Sequence[KeyFact] = (), most_words: int | None = None
) -> tuple[int, ...]:
    """Return the indexes of up to `count` sentences of up to `most_words` words, most informative first.

    Greedy, without repetition (Carbonell and Goldstein 1998, "The use of MMR").
    """
    quotes = [article.quote(sentence) for sentence in article.sentences]
    values = sentence_worth(article)
    weights: dict[int, float] = defaultdict(float)
    for key in key_facts:
        weights[key.sentence] += key.weight
    total = sum(key.weight for key in key_facts) or 1.0
    gains = [value * (1.0 + KEY_FACTS * weights[index] / total) for index, value in enumerate(values)]
    body = [index for index, sentence in enumerate(article.sentences) if sentence.role == "body" and values[index]]
    picked: dict[int, frozenset[str]] = {}
    for index in sorted(body, key=lambda index: (-gains[index], index)):
        if len(picked) == count:
            break
        if most_words is not None and len(quotes[index].split()) > most_words:
            continue
        words = telling_words(quotes[index])
        if not any(overlap(words, other) for other in picked.values()):
            picked[index] = words
    return tuple(picked)


# Factors on a score: reworded, shortened or copied by the model; the article's, as replacement or filler.
WORDED, MODEL, COPIED, REPLACED, FILLED = 3.0, 2.6, 1.4, 0.9, 0.8
# Minimum factor for the article sentence with the highest score.
LEAD = 2.0
# A limit in words may be exceeded by a tenth.
ROOM = 1.1
# Factor for a sentence that cannot be read alone.
LAST = 0.03
# Relative increase of the score of the first sentence of the story, if it can be read alone.
OPENING = 1.0
# Sentences of at most this fitness are shown only if there is nothing else.
UNFIT = 0.25
# Minimum probability that the other sentences entail one that restates them.
RESTATED = 0.85
# Maximum rounds that exchange sentences with unexplained references, or that restate others.
ROUNDS = 6


@dataclass(frozen=True)
class Values:
    """The scores of the article's sentences by start offset, and the highest score."""

    by_start: Mapping[int, float]
    most: float

    def at(self, place: Evidence) -> float:
        """Return the score of the article's sentence that starts where `place` does, or 0."""
        return self.by_start.get(place.start, 0.0)


def values_of(article: Article, telling: Mapping[int, float] = MappingProxyType({})) -> Values:
    """Return the scores of the article's sentences.

    `telling`: by start offset, the share by which a sentence's score is increased.
    """
    worths = sentence_worth(article)
    by_start = {
        sentence.start: value * (1.0 + telling.get(sentence.start, 0.0))
        for sentence, value in zip(article.sentences, worths, strict=True)
    }
    return Values(by_start, most=max(by_start.values(), default=0.0))


def score(candidate: Candidate, values: Values) -> float:
    """Return the score of a candidate's source, weighted by its origin and how well it can be read alone."""
    if candidate.place is None:
        return 0.0
    # A sentence that reads less well alone than its source loses; a better one does not gain.
    spoken = candidate.place.spoken
    alone = min(1.0, _fitness(candidate) / fitness(candidate.place.text, spoken=spoken))
    value = values.at(candidate.place) * alone
    if candidate.draft is None:
        factor = FILLED
    elif candidate.replaced:
        factor = REPLACED
    else:
        factor = COPIED if candidate.sentence.origin == "article" else MODEL
        if factor == MODEL and candidate.sentence.rewording in ("reworded", "fused"):
            factor = WORDED
    if values.at(candidate.place) == values.most:
        factor = max(factor, LEAD)
    return value * factor


def _fitness(candidate: Candidate, *, opens: bool = False) -> float:
    place, text = candidate.place, candidate.sentence.text
    if place is not None and place.spoken and text == place.shown:
        return fitness(place.text, opens=opens, spoken=True)
    return fitness(text, opens=opens)


def fits(more: Sequence[Candidate], chosen: Sequence[Candidate], length: Length) -> bool:
    """Return whether a summary of the `chosen` sentences stays within its length if `more` are added."""
    if length.words is None:
        return len(chosen) + len(more) <= length.sentences
    total = sum(len(other.sentence.text.split()) for other in [*chosen, *more])
    return total <= length.words * ROOM


def repeats(candidate: Candidate, other: Candidate) -> bool:
    """Return whether two candidates have the same source sentence, a citation or most words in common."""
    if candidate.place is not None and candidate.place == other.place:
        return True
    if set(candidate.cited) & set(other.cited):
        return True
    return overlap(candidate.words, other.words)


def compose(
    candidates: Sequence[Candidate], verifier: Verifier, length: Length, *, key_facts: Sequence[KeyFact] = ()
) -> list[Candidate]:
    """Return the summary in the article's order; empty if there are no candidates.

    Without a focus, a sentence that restates others, or has a reference ("he") that no earlier sentence explains, is
    exchanged for another candidate; the latter may get the article's sentence before it instead. Boilerplate, captions
    and fragments are chosen only if there is nothing else. If the result fills at most half of the length, the earliest
    sentences of the article are returned instead if there are more of them.
    """
    selection = Selection(candidates, verifier, length, key_facts)
    if selection.focused:
        return selection.choose(selection.pool)
    pool, best, chosen = selection.pool, list[Candidate](), list[Candidate]()
    for _ in range(ROUNDS):
        chosen = selection.choose(pool)
        restated = selection.restated(chosen)
        # A later round may have fewer readable sentences: one that explained others was exchanged.
        kept = selection.readable([candidate for candidate in chosen if candidate not in restated])
        best = kept if len(kept) > len(best) else best
        loose = [*restated, *selection.loose(chosen)]
        remaining = [candidate for candidate in pool if candidate not in loose]
        if not loose or not remaining or len(remaining) == len(pool):
            break
        pool = remaining
    # Twice as many would fit.
    if fits([*best, *best], [], length):
        best = max(best, selection.beginning(), key=len)
    return best or chosen


class Selection:
    """Chooses among candidates about one article. `pool`: those that are fit to show, or all if none is fit."""

    def __init__(
        self, candidates: Sequence[Candidate], verifier: Verifier, length: Length, key_facts: Sequence[KeyFact] = ()
    ) -> None:
        self._verifier = verifier
        self._facts = verifier.facts
        self._article = article = verifier.facts.article
        self._length = length
        self._redundancy = Redundancy(verifier.facts)
        opening = None if article.opening is None else article.sentences[article.opening].start
        self._opening = opening or 0
        opens = [candidate.place is not None and candidate.place.start == opening for candidate in candidates]
        fit = [c for c, is_opening in zip(candidates, opens, strict=True) if self._is_fit(c, opens=is_opening)]
        self.pool = fit or list(candidates)
        self._own = {c.place.start: c for c in self.pool if c.place and c.sentence.origin == "article"}
        self.focused = article.focus is not None
        alone = [
            c
            for c in self.pool
            if (self.focused and not points_back(c.sentence.text)) or readable([placed(c)], self._facts)[0]
        ]
        telling: dict[int, float] = defaultdict(float)
        for key in key_facts:
            telling[article.sentences[key.sentence].start] += key.weight
        if opening is not None and any(c.place is not None and c.place.start == opening for c in alone):
            telling[opening] += OPENING
        self._values = values_of(article, telling)
        self._alone = {id(candidate) for candidate in alone}
        self._neighbours = {id(c): self._before(c) for c in self.pool if id(c) not in self._alone}

    def choose(self, pool: Sequence[Candidate]) -> list[Candidate]:
        """Return the best candidates within the length, in the article's order; at least one unless `pool` is empty.

        A candidate that cannot be read alone is chosen last, or together with the article's sentence before it.
        """
        chosen: list[Candidate] = []
        for candidate in sorted(pool, key=self._rank, reverse=True):
            before = self._neighbours.get(id(candidate))
            missing = before is not None and all(before.place != other.place for other in chosen)
            group = [before, candidate] if before is not None and missing else [candidate]
            others = [(new, other) for index, new in enumerate(group) for other in [*chosen, *group[:index]]]
            if not any(self._repeats(new, other) for new, other in others) and fits(group, chosen, self._length):
                chosen += group
        if pool and not chosen:
            chosen = [min(pool, key=lambda candidate: len(candidate.sentence.text.split()))]
        end = len(self._article.text)
        return sorted(chosen, key=lambda candidate: candidate.place.start if candidate.place else end)

    def beginning(self) -> list[Candidate]:
        """Return the first of the article's own sentences, as many as the length allows.

        Sentences that repeat an earlier one, or have a reference that no earlier sentence explains, are left out.
        """
        chosen: list[Candidate] = []
        for start in sorted(self._own):
            candidate = self._own[start]
            new = not any(self._repeats(candidate, other) for other in chosen)
            if new and start >= self._opening and fits([candidate], chosen, self._length):
                chosen += self.readable([*chosen, candidate])[len(chosen) :]
        return chosen

    def loose(self, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Return the sentences with a reference that no sentence before them explains."""
        explained = readable([placed(candidate) for candidate in chosen], self._facts)
        return [candidate for candidate, clear in zip(chosen, explained, strict=True) if not clear]

    def restated(self, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Return the sentences that the other ones entail, the least informative first; none without the model.

        A sentence does not count if only the returned ones entail it.
        """
        restated, kept, reader = list[Candidate](), list(chosen), self._verifier.index.reader
        while reader is not None and len(kept) > 1:
            entailed = reader.entailed_by_others([candidate.sentence.text for candidate in kept])
            found = [one for one, probability in zip(kept, entailed, strict=True) if probability >= RESTATED]
            if not found:
                break
            least = min(found, key=self._rank)
            restated.append(least)
            kept = [candidate for candidate in kept if candidate is not least]
        return restated

    def readable(self, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Remove the sentences in `loose` until no sentence is loose. Returns the remaining sentences."""
        kept = list(chosen)
        while loose := self.loose(kept):
            kept = [candidate for candidate in kept if candidate not in loose]
        return kept

    def _is_fit(self, candidate: Candidate, *, opens: bool) -> bool:
        if _fitness(candidate, opens=opens) <= UNFIT:
            return False
        return self._facts.parser != "spacy" or is_statement(candidate, self._facts)

    def _rank(self, candidate: Candidate) -> float:
        own = score(candidate, self._values)
        if id(candidate) in self._alone:
            return own
        before = self._neighbours[id(candidate)]
        return own * LAST if before is None else (own + score(before, self._values)) / 2

    def _repeats(self, candidate: Candidate, other: Candidate) -> bool:
        if repeats(candidate, other):
            return True
        # The comparison of content is slow, so it needs common words.
        common = len(candidate.words & other.words) > 1
        return common and self._redundancy.same(candidate.sentence.text, other.sentence.text)

    def _before(self, candidate: Candidate) -> Candidate | None:
        """Return the preceding article sentence if it explains a candidate and can be read alone, else None."""
        if candidate.place is None:
            return None
        index = self._verifier.sentence_at(candidate.place) - 1
        if index < 0 or self._article.sentences[index].role != "body":
            return None
        place = self._article.evidence(self._article.sentences[index])
        own = self._own.get(place.start) or next(iter(own_words(place, self._verifier)), None)
        if own is None or not self._is_fit(own, opens=index == self._article.opening):
            return None
        return own if all(readable([placed(own), placed(candidate)], self._facts)) else None


# Article sentences offered for each wanted sentence; some repeat others.
BEYOND = 3


def extractive_fallback(verifier: Verifier, sentences: int) -> list[Candidate]:
    """Return the article's best sentences that pass the checks, at most `BEYOND * sentences`."""
    article = verifier.facts.article
    values = sentence_worth(article)
    ranked = sorted(zip(values, article.sentences, strict=True), key=lambda pair: (-pair[0], pair[1].start))
    found: list[Candidate] = []
    for value, sentence in ranked:
        if len(found) >= sentences * BEYOND:
            break
        if value and sentence.role == "body":
            found += own_words(article.evidence(sentence), verifier)
    return found


def own_words(place: Evidence, verifier: Verifier) -> list[Candidate]:
    """Return the article sentence at `place` as a list of one checked candidate, or [] if it cannot be shown."""
    if not is_complete_sentence(" ".join(place.text.split())):
        return []
    own = verifier.verify(place.shown, origin="article")
    return own if len(own) == 1 and STRICT.stands(own[0]) else []


def is_statement(candidate: Candidate, facts: Facts) -> bool:
    """Return whether a sentence has a clause, and is neither a caption nor cut off; False without spaCy."""
    parsed = facts.once(ParsedSentences).of(placed(candidate))
    return parsed.has_clause and not parsed.is_caption and not parsed.is_cut_off


def placed(candidate: Candidate) -> PlacedSentence:
    """Return the text of a candidate with its source span, for the functions of `coherence`."""
    of_model = candidate.sentence.origin != "article"
    return PlacedSentence(candidate.sentence.text, candidate.place, of_model=of_model)
