"""Select the sentences of the article to rewrite, and the sentences of the summary, without repetition."""

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

# Two sentences are equivalent if they have at least this share of the shorter one's units in common. If the shorter one
# has fewer than _SHORTEST units, all must be equal.
_COMMON, _SHORTEST = 0.7, 3
_DENYING = frozenset("deny reject dispute".split())
# Words that are ignored in the comparison.
_IGNORED = frozenset("mr mrs ms miss dr sir dame say says said told tells added".split())


class Redundancy:
    """Compares the contents of sentences about one article."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._contents: dict[str, _Content] = {}

    def same(self, text: str, other_text: str) -> bool:
        """Return whether two sentences say the same, or the longer one contains nearly all of the shorter one.

        False if each has a number or date that the other lacks, or if only one contains a denial.
        """
        first, second = self._content(text), self._content(other_text)
        if first.values - second.values and second.values - first.values:
            return False
        if first.denied != second.denied:
            return False
        shorter = min(len(first.units), len(second.units))
        if shorter < _SHORTEST:
            return first.units == second.units
        return len(first.units & second.units) >= _COMMON * shorter

    def covered(self, text: str, others: Sequence[str]) -> float:
        """Return the share of a sentence's content that the others together contain, from 0 to 1."""
        units = self._content(text).units
        known = frozenset[str]().union(*(self._content(other).units for other in others))
        return len(units & known) / len(units) if units else 0.0

    def _content(self, text: str) -> "_Content":
        if text not in self._contents:
            self._contents[text] = _Content(text, self._facts)
        return self._contents[text]


class _Content:
    def __init__(self, text: str, facts: Facts) -> None:
        stated = extract(read_claims(text), known=facts).facts
        named = [fact for fact in stated if fact.kind == "name"]
        self.units = {name.value.casefold() for name in named} | {
            word.stem
            for word in words_of(text)
            if word.content
            and word.folded not in _IGNORED
            and not any(name.start <= word.start < name.end for name in named)
        }
        self.values = {fact.value for fact in stated if fact.kind in EXACT}
        self.denied = any(base_of(word.folded) in _DENYING for word in words_of(text))


# The value of a sentence that states all key facts is increased by this share.
KEY_FACTS = 1.5


def pick(
    article: Article, *, count: int, key_facts: Sequence[KeyFact] = (), most_words: int | None = None
) -> tuple[int, ...]:
    """Return the indexes of up to `count` sentences of up to `most_words` words, most informative first.

    A sentence that repeats a better one is skipped (Carbonell and Goldstein 1998, "The use of MMR").
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
        if not any(overlap(words, known) for known in picked.values()):
            picked[index] = words
    return tuple(picked)


# Factors of the score of a sentence: reworded, shortened or copied by the model; from the article, instead of a drafted
# sentence or in addition.
REWORDED, SHORTENED, COPIED, REPLACED, ADDED = 3.0, 2.6, 1.4, 0.9, 0.8
# Minimum factor for candidates whose source has the highest value.
LEAD = 2.0
# A limit in words may be exceeded by a tenth.
WORDS_TOLERANCE = 1.1
# Factor of the score of a sentence that cannot be understood alone.
NOT_ALONE = 0.03
# The value of the story's first sentence is increased by this share if it can be understood alone.
OPENING = 1.0
# Sentences whose `fitness` is at most UNFIT are shown only if there is nothing else.
UNFIT = 0.25
# A sentence restates the others if they entail it with at least this probability.
RESTATED = 0.85
# In longer summaries, restated sentences are not replaced, and what chosen sentences explain is not considered, because
# that takes too long.
MOST_EXAMINED = 12
# Maximum number of rounds in which restated sentences and those with unexplained references are replaced.
ROUNDS = 6


@dataclass(frozen=True)
class Values:
    """The information values (`sentence_worth`) of the article's sentences, by start offset, and the highest value."""

    by_start: Mapping[int, float]
    highest: float

    def at(self, place: Evidence) -> float:
        """Return the value of the article's sentence with the same start as `place`, or 0."""
        return self.by_start.get(place.start, 0.0)


def values_of(article: Article, increases: Mapping[int, float] = MappingProxyType({})) -> Values:
    """Return the information values of the article's sentences.

    `increases`: the shares by which values are increased, by start offset of the sentence; 1.0 doubles a value.
    """
    worths = sentence_worth(article)
    by_start = {
        sentence.start: value * (1.0 + increases.get(sentence.start, 0.0))
        for sentence, value in zip(article.sentences, worths, strict=True)
    }
    return Values(by_start, highest=max(by_start.values(), default=0.0))


def score(candidate: Candidate, values: Values) -> float:
    """Return the score of a candidate: its source's value, times factors for origin (`REWORDED`, …) and `fitness`."""
    if candidate.place is None:
        return 0.0
    # A sentence that is less fit than its source has a lower score; a fitter one has no higher score.
    relative_fitness = min(1.0, _fitness(candidate) / fitness(candidate.place.text, spoken=candidate.place.spoken))
    value = values.at(candidate.place) * relative_fitness
    if candidate.draft is None:
        factor = ADDED
    elif candidate.replaced:
        factor = REPLACED
    else:
        factor = COPIED if candidate.sentence.origin == "article" else SHORTENED
        if factor == SHORTENED and candidate.sentence.rewording in ("reworded", "fused"):
            factor = REWORDED
    if values.at(candidate.place) == values.highest:
        factor = max(factor, LEAD)
    return value * factor


def _fitness(candidate: Candidate, *, opens: bool = False) -> float:
    place, text = candidate.place, candidate.sentence.text
    if place is not None and place.spoken and text == place.shown:
        return fitness(place.text, opens=opens, spoken=True)
    return fitness(text, opens=opens)


def fits(additions: Sequence[Candidate], chosen: Sequence[Candidate], length: Length) -> bool:
    """Return whether the `chosen` sentences with `additions` are within the length of the summary."""
    if length.words is None:
        return len(chosen) + len(additions) <= length.sentences
    total = sum(len(candidate.sentence.text.split()) for candidate in [*chosen, *additions])
    return total <= length.words * WORDS_TOLERANCE


def repeats(candidate: Candidate, other: Candidate) -> bool:
    """Return whether two candidates have their source sentence, a citation or most of their words in common."""
    if candidate.place is not None and candidate.place == other.place:
        return True
    if set(candidate.cited) & set(other.cited):
        return True
    return overlap(candidate.words, other.words)


def compose(
    candidates: Sequence[Candidate], verifier: Verifier, length: Length, *, key_facts: Sequence[KeyFact] = ()
) -> list[Candidate]:
    """Return the summary in the article's order; empty if there are no candidates.

    Boilerplate, captions and fragments are chosen only if there is nothing else. Without a focus, a sentence that
    restates the others is replaced by another candidate. So is one with a reference ("he") that no earlier sentence
    explains, unless it is chosen together with the sentence before it. If the result fills at most half of the length,
    the first sentences of the article are returned instead, if more of them fit.
    """
    selection = Selection(candidates, verifier, length, key_facts)
    if selection.focused:
        return selection.choose(selection.pool)
    pool, best, chosen = selection.pool, list[Candidate](), list[Candidate]()
    for _ in range(ROUNDS):
        chosen = selection.choose(pool)
        unexplained = selection.unexplained(chosen)
        restated = [] if unexplained else selection.restated(chosen)
        clear = selection.readable([candidate for candidate in chosen if candidate not in restated])
        # A later round may have fewer readable sentences, because one that explained others is gone.
        if len(clear) > len(best) or (len(clear) == len(best) and not unexplained):
            best = clear
        unfit = [*restated, *unexplained]
        remaining = [candidate for candidate in pool if candidate not in unfit]
        if not unfit or not remaining or len(remaining) == len(pool):
            break
        pool = remaining
    if fits([*best, *best], [], length):
        best = max(best, selection.beginning(), key=len)
    return best or chosen


@dataclass(frozen=True, slots=True)
class _Addition:
    """A candidate for a summary, with its rank. `added`: the candidate, perhaps after the sentence before it."""

    rank: float
    candidate: Candidate
    added: tuple[Candidate, ...]


class Selection:
    """Chooses among candidates about one article. `pool`: the candidates that are fit to show, or all."""

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
        increases: dict[int, float] = defaultdict(float)
        for key in key_facts:
            increases[article.sentences[key.sentence].start] += key.weight
        if opening is not None and any(c.place is not None and c.place.start == opening for c in alone):
            increases[opening] += OPENING
        self._values = values_of(article, increases)
        self._alone = {id(candidate) for candidate in alone}
        self._neighbours = {id(c): self._before(c) for c in self.pool if id(c) not in self._alone}

    def choose(self, pool: Sequence[Candidate]) -> list[Candidate]:
        """Return the best candidates within the length, in the article's order; at least one unless `pool` is empty.

        A candidate that cannot be understood after those chosen before is chosen last, or together with the sentence
        before it.
        """
        chosen: list[Candidate] = []
        remaining = sorted(pool, key=self._potential, reverse=True)
        while remaining:
            best = self._next(remaining, chosen)
            new = best.added
            pairs = [(one, known) for index, one in enumerate(new) for known in [*chosen, *new[:index]]]
            if not any(self._repeats(one, known) for one, known in pairs) and fits(new, chosen, self._length):
                chosen += new
            left = [candidate for candidate in remaining if candidate is not best.candidate]
            remaining = [candidate for candidate in left if fits([candidate], chosen, self._length)]
        if pool and not chosen:
            chosen = [min(pool, key=lambda candidate: len(candidate.sentence.text.split()))]
        return self._in_order(chosen)

    def beginning(self) -> list[Candidate]:
        """Return the first article sentences in the pool, as many as the length allows.

        Repetitions, and sentences with an unexplained reference, are left out.
        """
        chosen: list[Candidate] = []
        for start in sorted(self._own):
            candidate = self._own[start]
            new = not any(self._repeats(candidate, known) for known in chosen)
            if new and start >= self._opening and fits([candidate], chosen, self._length):
                chosen += self.readable([*chosen, candidate])[len(chosen) :]
        restated = self.restated(chosen)
        return self.readable([candidate for candidate in chosen if candidate not in restated])

    def unexplained(self, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Return the sentences with a reference ("he") that no sentence before them explains."""
        explained = readable([placed(candidate) for candidate in chosen], self._facts)
        return [candidate for candidate, clear in zip(chosen, explained, strict=True) if not clear]

    def restated(self, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Return the sentences that the others entail, the least informative first.

        Of two sentences that entail each other, only the less informative one is returned. Empty without the entailment
        model, and for more than `MOST_EXAMINED` sentences.
        """
        restated, others, reader = list[Candidate](), list(chosen), self._verifier.index.reader
        while reader is not None and 1 < len(others) <= MOST_EXAMINED:
            entailed = reader.entailed_by_others([candidate.sentence.text for candidate in others])
            found = [candidate for candidate, p in zip(others, entailed, strict=True) if p >= RESTATED]
            if not found:
                break
            least = min(found, key=lambda candidate: score(candidate, self._values))
            restated.append(least)
            others = [candidate for candidate in others if candidate is not least]
        return restated

    def readable(self, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Remove `unexplained` sentences, repeatedly, until all are explained."""
        clear = list(chosen)
        while unexplained := self.unexplained(clear):
            clear = [candidate for candidate in clear if candidate not in unexplained]
        return clear

    def _is_fit(self, candidate: Candidate, *, opens: bool) -> bool:
        if _fitness(candidate, opens=opens) <= UNFIT:
            return False
        return self._facts.parser != "spacy" or is_statement(candidate, self._facts)

    def _next(self, remaining: Sequence[Candidate], chosen: Sequence[Candidate]) -> "_Addition":
        """Return the best addition to the sentences `chosen`. `remaining`: by decreasing `_potential`."""
        best: _Addition | None = None
        for candidate in remaining:
            if best is not None and best.rank >= self._potential(candidate):
                break
            addition = self._addition(candidate, chosen)
            if best is None or addition.rank > best.rank:
                best = addition
        assert best is not None
        return best

    def _addition(self, candidate: Candidate, chosen: Sequence[Candidate]) -> "_Addition":
        own = score(candidate, self._values)
        if id(candidate) in self._alone:
            return _Addition(own, candidate, (candidate,))
        if 0 < len(chosen) < MOST_EXAMINED and not self.unexplained(self._in_order([*chosen, candidate])):
            return _Addition(own, candidate, (candidate,))
        before = self._neighbours[id(candidate)]
        if before is None or any(before.place == known.place for known in chosen):
            return _Addition(own * NOT_ALONE, candidate, (candidate,))
        return _Addition((own + score(before, self._values)) / 2, candidate, (before, candidate))

    def _potential(self, candidate: Candidate) -> float:
        """Return the highest rank that a candidate can have."""
        own, before = score(candidate, self._values), self._neighbours.get(id(candidate))
        return own if before is None else max(own, (own + score(before, self._values)) / 2)

    def _in_order(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        end = len(self._article.text)
        return sorted(candidates, key=lambda candidate: candidate.place.start if candidate.place else end)

    def _repeats(self, candidate: Candidate, other: Candidate) -> bool:
        if repeats(candidate, other):
            return True
        # The comparison of content is slow, so it needs common words.
        common = len(candidate.words & other.words) > 1
        return common and self._redundancy.same(candidate.sentence.text, other.sentence.text)

    def _before(self, candidate: Candidate) -> Candidate | None:
        """Return the article sentence before a candidate if they can be understood together."""
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


# Article sentences that are offered for each wanted sentence; some repeat others.
PER_SENTENCE = 3


def extractive_fallback(verifier: Verifier, sentences: int) -> list[Candidate]:
    """Return the article's best sentences that pass the checks, at most `PER_SENTENCE` times `sentences`."""
    article = verifier.facts.article
    values = sentence_worth(article)
    ranked = sorted(zip(values, article.sentences, strict=True), key=lambda pair: (-pair[0], pair[1].start))
    candidates: list[Candidate] = []
    for value, sentence in ranked:
        if len(candidates) >= sentences * PER_SENTENCE:
            break
        if value and sentence.role == "body":
            candidates += own_words(article.evidence(sentence), verifier)
    return candidates


def own_words(place: Evidence, verifier: Verifier) -> list[Candidate]:
    """Return the article sentence at `place` as one checked candidate, or [] if it cannot be shown."""
    if not is_complete_sentence(" ".join(place.text.split())):
        return []
    own = verifier.verify(place.shown, origin="article")
    return own if len(own) == 1 and STRICT.accepts_verdict(own[0]) else []


def is_statement(candidate: Candidate, facts: Facts) -> bool:
    """Return whether a sentence has a clause, and is neither a caption nor cut off. False if spaCy is missing."""
    parsed = facts.once(ParsedSentences).of(placed(candidate))
    return parsed.has_clause and not parsed.is_caption and not parsed.is_cut_off


def placed(candidate: Candidate) -> PlacedSentence:
    """Return the text of a candidate with its source span, for the functions of `coherence`."""
    of_model = candidate.sentence.origin != "article"
    return PlacedSentence(candidate.sentence.text, candidate.place, of_model=of_model)
