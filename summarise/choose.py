"""Choose the sentences of the summary among the candidates, and put them in the article's order.

Does not check or rewrite. Several chunks give more candidates than are wanted; none may be said twice.
"""

import re
from collections.abc import Sequence

from summarise.candidate import Candidate
from summarise.data import Article, Name
from summarise.length import Length
from summarise.ranking import fitness, worth

MODEL, COPIED, REPLACED, FILLED = 3.0, 1.6, 0.9, 0.7
"""How candidates of equal worth rank: the model's own words, the article's as the model copied them, the article's in
place of what the model said, the article's unasked."""
LEAD = 2.0
"""At least this much for the sentence that is worth most in the whole article: a summary should not do without it."""
REPEATED = 0.6
"""From this share of common words on (of the shorter one), two sentences say the same."""
DANGLING = 0.4
"""The factor for a sentence with a pronoun that nobody in it explains."""
PRONOUN = re.compile(r"\b(he|she|him|his|hers?)\b", re.I)
ROOM = 1.1
"""A length in words may be exceeded by a tenth."""


def choose(candidates: Sequence[Candidate], article: Article, length: Length) -> list[Candidate]:
    """Return the best candidates that fit the wanted length, in the article's order; at least one if there is any.

    Best is what is worth most in the article, rated higher in the model's own words; a candidate that repeats a
    better one is passed over.
    """
    values = worth([article.quote(sentence) for sentence in article.sentences])
    by_start = {sentence.start: value for sentence, value in zip(article.sentences, values, strict=True)}
    chosen: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda candidate: -score(candidate, by_start)):
        if any(repeats(candidate, other) for other in chosen) or (chosen and not fits(candidate, chosen, length)):
            continue
        chosen.append(candidate)
    return sorted(chosen, key=lambda candidate: candidate.place.start if candidate.place else len(article.text))


def score(candidate: Candidate, values: dict[int, float]) -> float:
    """Return how much a candidate is wanted: the worth of its place, corrected for how its own words stand alone."""
    if candidate.place is None:
        return 0.0
    # What the model cut may stand less well alone than the whole; that the whole stood worse is no merit of the rest.
    alone = min(1.0, fitness(candidate.sentence.text) / fitness(candidate.place.text))
    value = values.get(candidate.place.start, 0.0) * alone
    if dangles(candidate):
        value *= DANGLING
    if candidate.draft is None:
        factor = FILLED
    elif candidate.replaced:
        factor = REPLACED
    else:
        factor = COPIED if candidate.sentence.origin == "article" else MODEL
    if values.get(candidate.place.start) == max(values.values()):
        factor = max(factor, LEAD)
    return value * factor


def dangles(candidate: Candidate) -> bool:
    """Tell whether a "he" or "she" stands in the sentence before anybody it could mean."""
    pronoun = PRONOUN.search(candidate.sentence.text)
    if pronoun is None:
        return False
    people = [fact for fact in candidate.facts if isinstance(fact, Name) and fact.category == "person"]
    return not any(person.start < pronoun.start() for person in people)


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
    shorter = min(len(candidate.words), len(other.words))
    return shorter > 0 and len(candidate.words & other.words) >= REPEATED * shorter
