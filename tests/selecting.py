"""Candidates for a summary, and functions that choose among them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from assembling import verifier_of
from invented import VALLEY

from summarise import Article
from summarise.checks.key_facts import key_facts
from summarise.checks.verification import Candidate
from summarise.data import KeyFact
from summarise.settings.model import Length
from summarise.writing.coherence import PlacedSentence, unexplained
from summarise.writing.repair import extractive_fallback
from summarise.writing.selection import Redundancy, compose, pick, repeats

__all__ = ["Candidate", "KeyFact", "pick"]

# Indexes of sentences of VALLEY.
LEAD, DAMAGE, COLDEST, BRANDT, NOTHING_LEFT, ANSWER, FIRES, MUNK, SUPERMARKETS = 1, 2, 3, 4, 5, 6, 9, 14, 13


@cache
def own(index: int, *, text: str = VALLEY) -> Candidate:
    """Return a sentence of the article as copied by a model."""
    verifier = verifier_of(text)
    words = " ".join(verifier.facts.article.quote(verifier.facts.article.sentences[index]).split())
    (candidate,) = verifier.verify(words, origin="model", first=index, cited=(index,))
    return candidate


@cache
def pool() -> tuple[Candidate, ...]:
    """Return all sentences of VALLEY that fill up a summary."""
    return tuple(extractive_fallback(verifier_of(VALLEY), 99))


def chosen(
    candidates: Sequence[Candidate], *, text: str = VALLEY, keys: Sequence[KeyFact] = (), **length: Any
) -> list[Candidate]:
    """Choose among candidates; `length` is `sentences` or `words`."""
    return compose(candidates, verifier_of(text), Length(**{"sentences": 9, **length}), key_facts=keys)


def composed(*indexes: int, text: str = VALLEY, **options: Any) -> list[int]:
    """Choose among sentences of the article, and return the indexes of those chosen."""
    return places(chosen([own(index, text=text) for index in indexes], text=text, **options), text)


def places(candidates: Sequence[Candidate], text: str = VALLEY) -> list[int]:
    """Return the indexes of the article's sentences."""
    return [verifier_of(text).sentence_at(one.place) for one in candidates if one.place is not None]


def key(index: int, weight: float = 1.0, *, article: Article | None = None) -> KeyFact:
    """Return a key fact that is a sentence of an article, by default of VALLEY."""
    article = article or verifier_of(VALLEY).facts.article
    place = article.evidence(article.sentences[index])
    return KeyFact(start=place.start, end=place.end, text=place.text, sentence=index, pieces=(place,), weight=weight)


def keys() -> tuple[KeyFact, ...]:
    """Return the key facts of VALLEY."""
    return key_facts(verifier_of(VALLEY).facts)


def repeat(index: int, other: int, text: str) -> bool:
    """Return whether two sentences repeat each other by their words."""
    return repeats(own(index, text=text), own(other, text=text))


@cache
def redundancy_of(text: str) -> Redundancy:
    return Redundancy(verifier_of(text).facts)


def references(indexes: Sequence[int], text: str, *, of_model: Sequence[int] = ()) -> list[tuple[str, ...]]:
    """Return the unexplained references of sentences of an article, shown in this order; some in words of the model."""
    facts = verifier_of(text).facts
    article = facts.article
    shown = [
        PlacedSentence(article.quote(article.sentences[i]), article.sentences[i], of_model=i in of_model)
        for i in indexes
    ]
    return list(unexplained(shown, facts))
