"""Selection of article sentences and of summary sentences."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from summarise.checks.provenance import Candidate
from summarise.checks.verification import Verifier
from summarise.data import Article, Evidence, Facts, KeyFact, Span
from summarise.facts.salience import fitness, overlap, telling_words, worth
from summarise.settings.model import Length
from summarise.writing.coherence import LOOSE, weights
from summarise.writing.parsed_sentence import ParsedSentences, PlacedSentence
from summarise.writing.redundancy import Redundancy
from summarise.writing.repair import own_words

# Increase in worth, as a factor, for a sentence that states all key facts.
KEY_FACTS = 1.5


def pick(
    article: Article,
    *,
    count: int,
    key_facts: Sequence[KeyFact] = (),
    usable: Callable[[int], bool] = lambda _: True,
) -> tuple[int, ...]:
    """Return the indexes of up to `count` sentences, most informative first.

    Greedy, without repetition (Carbonell and Goldstein 1998, "The use of MMR"). `usable` is called as rarely as
    possible.
    """
    values = worth([article.quote(sentence) for sentence in article.sentences], opening=article.opening)
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
        words = telling_words(article.quote(article.sentences[index]))
        # Last, because `usable` may be slow.
        if not any(overlap(words, other) for other in picked.values()) and usable(index):
            picked[index] = words
    return tuple(picked)


# Factors by origin: reworded, shortened or copied by the model; the article's sentence as replacement or filler.
WORDED, MODEL, COPIED, REPLACED, FILLED = 3.0, 2.6, 1.4, 0.9, 0.8
# Share of the second sentence's worth in a fused sentence.
SECOND = 0.6
# Minimum factor for the most valuable sentence of the article.
LEAD = 2.0
# A limit in words may be exceeded by a tenth.
ROOM = 1.1
# Factor for a sentence that cannot be read alone.
LAST = 0.03
# Additional worth of the first sentence of the story, if it can be read alone.
OPENING = 1.0
# Sentences up to this fitness are shown only if there are no others.
UNFIT = 0.25
# Rounds in which sentences that cannot be read in their place give way to others.
ROUNDS = 6


@dataclass(frozen=True)
class Values:
    """The worth of article sentences by start offset, and the maximum."""

    by_start: Mapping[int, float]
    most: float

    def at(self, place: Evidence) -> float:
        """Return the worth of the sentence at a place, or 0."""
        return self.by_start.get(place.start, 0.0)


def choose(
    candidates: Sequence[Candidate],
    article: Article,
    length: Length,
    *,
    telling: Mapping[int, float] = MappingProxyType({}),
    same: Callable[[Candidate, Candidate], bool] = lambda _, __: False,
    loose: Callable[[Candidate], bool] = lambda _: False,
    neighbour: Callable[[Candidate], Candidate | None] = lambda _: None,
) -> list[Candidate]:
    """Return the best candidates that fit the length, in the article's order; at least one if there is any.

    `telling` maps start offsets of sentences to the weights of their key facts. A `loose` candidate cannot be read
    alone: it is chosen last, or with its `neighbour`, the sentence before it.
    """
    values = values_of(article, telling)
    neighbours = {id(one): neighbour(one) for one in candidates if loose(one)}

    def rank(one: Candidate) -> float:
        if (before := neighbours.get(id(one))) is not None:
            return (score(one, values) + score(before, values)) / 2
        return score(one, values) * (LAST if id(one) in neighbours else 1.0)

    chosen: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda one: -rank(one)):
        before = neighbours.get(id(candidate))
        missing = before is not None and all(before.place != other.place for other in chosen)
        group = [before, candidate] if before is not None and missing else [candidate]
        others = [(one, other) for index, one in enumerate(group) for other in [*chosen, *group[:index]]]
        if not any(repeats(one, other) or same(one, other) for one, other in others) and fits(group, chosen, length):
            chosen += group
    if candidates and not chosen:
        # Nothing fits.
        chosen = [min(candidates, key=lambda candidate: len(candidate.sentence.text.split()))]
    return sorted(chosen, key=lambda candidate: candidate.place.start if candidate.place else len(article.text))


def values_of(article: Article, telling: Mapping[int, float] = MappingProxyType({})) -> Values:
    """Return the worth of the article's sentences; `telling` as in `choose`."""
    found = worth([article.quote(sentence) for sentence in article.sentences], opening=article.opening)
    by_start = {
        sentence.start: value * (1.0 + telling.get(sentence.start, 0.0))
        for sentence, value in zip(article.sentences, found, strict=True)
    }
    return Values(by_start, most=max(by_start.values(), default=0.0))


def score(candidate: Candidate, values: Values) -> float:
    """Return the worth of a candidate's place, weighted by its origin and how well it stands alone."""
    if candidate.place is None:
        return 0.0
    # A shortened sentence may stand alone less well than the original, but gets no credit if it does better.
    alone = min(1.0, fitness(candidate.sentence.text) / fitness(candidate.place.text))
    value = values.at(candidate.place) * alone
    if candidate.sentence.rewording == "fused":
        value += SECOND * sum(values.at(place) for place in candidate.sentence.evidence[1:2])
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


def fits(more: Sequence[Candidate], chosen: Sequence[Candidate], length: Length) -> bool:
    """Return whether the summary stays within its length with more sentences."""
    if length.words is None:
        return len(chosen) + len(more) <= length.sentences
    total = sum(len(other.sentence.text.split()) for other in [*chosen, *more])
    return total <= length.words * ROOM


def repeats(candidate: Candidate, other: Candidate) -> bool:
    """Return whether two candidates share their place, a citation, or most of their words."""
    if candidate.place is not None and candidate.place == other.place:
        return True
    if set(candidate.cited) & set(other.cited):
        return True
    return overlap(candidate.words, other.words)


def compose(
    candidates: Sequence[Candidate], verifier: Verifier, length: Length, *, key_facts: Sequence[KeyFact] = ()
) -> list[Candidate]:
    """Return the sentences of a summary, in the article's order; empty without candidates.

    A sentence that the others leave unexplained gives way, or gets the article's sentence before it. Boilerplate,
    captions and fragments are chosen only if there is nothing else.
    """
    facts = verifier.facts
    article = facts.article
    opening = -1 if article.opening is None else article.sentences[article.opening].start

    def begins(one: Candidate) -> bool:
        return one.place is not None and one.place.start == opening

    pool = [
        one
        for one in candidates
        if fitness(one.sentence.text, opens=begins(one)) > UNFIT
        and (is_statement(one, facts) or facts.parser != "spacy")
    ] or list(candidates)
    telling: dict[int, float] = defaultdict(float)
    for key in key_facts:
        telling[article.sentences[key.sentence].start] += key.weight
    redundancy = Redundancy(facts)

    def same(one: Candidate, other: Candidate) -> bool:
        # Sentences without common words cannot say the same; comparing content is slow.
        return len(one.words & other.words) > 1 and redundancy.same(one.sentence.text, other.sentence.text)

    alone = {id(one): weights([placed(one)], facts)[0] < LOOSE for one in pool}
    if any(begins(one) and alone[id(one)] for one in pool):
        telling[opening] += OPENING
    neighbours = Neighbours(pool, verifier)
    best: list[Candidate] = []
    chosen: list[Candidate] = []
    for _ in range(ROUNDS):
        chosen = choose(
            pool,
            article,
            length,
            telling=telling,
            same=same,
            loose=lambda one: not alone[id(one)],
            neighbour=neighbours.before,
        )
        # A later round may have fewer readable sentences, because what explained them is gone.
        readable = _readable(chosen, facts)
        best = readable if len(readable) > len(best) else best
        loose = _loose(chosen, facts)
        left = [candidate for candidate in pool if candidate not in loose]
        if not loose or not left or len(left) == len(pool):
            break
        pool = left
    return best or chosen


def _readable(chosen: Sequence[Candidate], facts: Facts) -> list[Candidate]:
    """Return the sentences that can be read without the others."""
    kept = list(chosen)
    while loose := _loose(kept, facts):
        kept = [candidate for candidate in kept if candidate not in loose]
    return kept


def _loose(chosen: Sequence[Candidate], facts: Facts) -> list[Candidate]:
    found = weights([placed(one) for one in chosen], facts)
    return [one for one, weight in zip(chosen, found, strict=True) if weight >= LOOSE]


class Neighbours:
    """Finds the sentence before a candidate, if it explains the candidate and can itself be read alone."""

    def __init__(self, pool: Sequence[Candidate], verifier: Verifier) -> None:
        self._verifier = verifier
        self._facts = verifier.facts
        self._own = {one.place.start: one for one in pool if one.place and one.sentence.origin == "article"}

    def before(self, candidate: Candidate) -> Candidate | None:
        """Return the article's sentence before a candidate, or None."""
        article = self._facts.article
        if candidate.place is None:
            return None
        index = self._verifier.sentence_at(candidate.place) - 1
        if index < 0 or article.sentences[index].role != "body":
            return None
        place = article.evidence(article.sentences[index])
        own = self._own.get(place.start) or next(iter(own_words(place, self._checked)), None)
        if own is None or fitness(own.sentence.text, opens=index == article.opening) <= UNFIT:
            return None
        if self._facts.parser == "spacy" and not is_statement(own, self._facts):
            return None
        explained = all(weight < LOOSE for weight in weights([placed(own), placed(candidate)], self._facts))
        return own if explained else None

    def _checked(self, text: str) -> list[Candidate]:
        return self._verifier.verify(text, origin="article")


def is_statement(candidate: Candidate, facts: Facts) -> bool:
    """Return whether a sentence has a clause, and is no caption and not cut off; False without spaCy."""
    parsed = facts.once(ParsedSentences).of(placed(candidate))
    return parsed.has_clause and not parsed.is_caption and not parsed.is_cut_off


def placed(candidate: Candidate) -> PlacedSentence:
    """Return a candidate with its source, for `coherence`."""
    of_model = candidate.sentence.origin != "article"
    return PlacedSentence(candidate.sentence.text, candidate.place or Span(start=0, end=1), of_model=of_model)
