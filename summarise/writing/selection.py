"""The choice of the article's and the summary's sentences."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from summarise.checks.provenance import Candidate
from summarise.data import Article, Evidence, KeyFact
from summarise.facts.salience import fitness, overlap, telling_words, worth
from summarise.settings.model import Length

KEY_FACTS = 1.5
"""How much more a sentence is worth that states all the key facts."""


def pick(
    article: Article,
    *,
    count: int,
    key_facts: Sequence[KeyFact] = (),
    usable: Callable[[int], bool] = lambda _: True,
) -> tuple[int, ...]:
    """Return the indexes of up to `count` sentences, the most telling first; ties go to the earlier one.

    Greedy: each next sentence is the most telling one that does not repeat those picked (Carbonell and Goldstein 1998,
    "The use of MMR"). `usable` tells which sentences may be picked at all. It is asked of a
    sentence only when that is its turn.
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
        # Asked of as few sentences as possible: to tell what is usable may take long.
        if not any(overlap(words, other) for other in picked.values()) and usable(index):
            picked[index] = words
    return tuple(picked)


WORDED, MODEL, COPIED, REPLACED, FILLED = 3.0, 2.6, 1.4, 0.9, 0.8
"""How candidates of equal worth rank: what the model reworded, what it only shortened, the article's as the model
copied them, the article's in place of what the model said, the article's unasked."""
SECOND = 0.6
"""The share of its worth that the second sentence brings into one made of two."""
LEAD = 2.0
"""At least this much for the sentence that is worth most in the whole article: a summary should not do without it."""
ROOM = 1.1
"""A length in words may be exceeded by a tenth."""


@dataclass(frozen=True)
class Values:
    """What the sentences of an article are worth, by where each begins, and the most that any is."""

    by_start: Mapping[int, float]
    most: float

    def at(self, place: Evidence) -> float:
        """Return what the sentence at a place is worth, 0 where none begins."""
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
    """Return the best candidates that fit the wanted length, in the article's order; at least one if there is any.

    Best is what is worth most in the article, rated higher in the model's own words; a candidate that repeats a
    better one is passed over, by its place or words, or because `same` tells so. `telling` gives, by where a sentence
    of the article begins, the weight of the key facts in it: so much more it is worth. `standing`, from 0 to 1, is how
    well a candidate can be read alone: so much of its worth counts.
    """
    values = values_of(article, telling)
    chosen: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda one: -score(one, values) * standing(one)):
        if any(repeats(candidate, other) or same(candidate, other) for other in chosen):
            continue
        if fits(candidate, chosen, length):
            chosen.append(candidate)
    if candidates and not chosen:
        # Nothing is short enough: the shortest comes nearest.
        chosen = [min(candidates, key=lambda candidate: len(candidate.sentence.text.split()))]
    return sorted(chosen, key=lambda candidate: candidate.place.start if candidate.place else len(article.text))


def values_of(article: Article, telling: Mapping[int, float] = MappingProxyType({})) -> Values:
    """Return what the sentences of an article are worth; `telling` as in `choose`."""
    found = worth([article.quote(sentence) for sentence in article.sentences], opening=article.opening)
    by_start = {
        sentence.start: value * (1.0 + telling.get(sentence.start, 0.0))
        for sentence, value in zip(article.sentences, found, strict=True)
    }
    return Values(by_start, most=max(by_start.values(), default=0.0))


def score(candidate: Candidate, values: Values) -> float:
    """Return how much a candidate is wanted: the worth of its place, corrected for how its own words stand alone."""
    if candidate.place is None:
        return 0.0
    # What the model cut may stand less well alone than the whole; that the whole stood worse is no merit of the rest.
    alone = min(1.0, fitness(candidate.sentence.text) / fitness(candidate.place.text))
    value = values.at(candidate.place) * alone
    if candidate.sentence.rewording == "fused":
        # It tells what two sentences do, in the place of one.
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
    """Tell whether one more sentence keeps the summary within its length."""
    if length.words is None:
        return len(chosen) < length.sentences
    total = sum(len(other.sentence.text.split()) for other in [*chosen, candidate])
    return total <= length.words * ROOM


def repeats(candidate: Candidate, other: Candidate) -> bool:
    """Tell whether two candidates come from the same place of the article or share most of their words."""
    if candidate.place is not None and candidate.place == other.place:
        return True
    if set(candidate.cited) & set(other.cited):
        return True
    return overlap(candidate.words, other.words)
