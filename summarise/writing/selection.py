"""Selection of article sentences and of summary sentences."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from summarise.checks.provenance import Candidate
from summarise.data import Article, Evidence, KeyFact
from summarise.facts.salience import fitness, overlap, telling_words, worth
from summarise.settings.model import Length

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
    standing: Callable[[Candidate], float] = lambda _: 1.0,
) -> list[Candidate]:
    """Return the best candidates that fit the length, in the article's order; at least one if there is any.

    `telling` maps start offsets of sentences to the weights of their key facts. `standing` rates from 0 to 1 how well a
    candidate reads alone.
    """
    values = values_of(article, telling)
    chosen: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda one: -score(one, values) * standing(one)):
        if any(repeats(candidate, other) or same(candidate, other) for other in chosen):
            continue
        if fits(candidate, chosen, length):
            chosen.append(candidate)
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


def fits(candidate: Candidate, chosen: Sequence[Candidate], length: Length) -> bool:
    """Return whether the summary stays within its length with one more sentence."""
    if length.words is None:
        return len(chosen) < length.sentences
    total = sum(len(other.sentence.text.split()) for other in [*chosen, candidate])
    return total <= length.words * ROOM


def repeats(candidate: Candidate, other: Candidate) -> bool:
    """Return whether two candidates share their place, a citation, or most of their words."""
    if candidate.place is not None and candidate.place == other.place:
        return True
    if set(candidate.cited) & set(other.cited):
        return True
    return overlap(candidate.words, other.words)
