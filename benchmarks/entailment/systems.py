"""Scores claims with the compared systems: word overlap, and the entailment model."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from benchmarks.factuality.data import Item
from benchmarks.factuality.statistics import Scores
from summarise.article import read_claims
from summarise.checks.entailment import EntailmentModel, Pair, Score, pairs_of, score_claims
from summarise.checks.entailment.reader import EvidenceIndex
from summarise.pipeline.reading import read_article


def sentences_of(text: str) -> list[str]:
    """Split an article into sentences like the program."""
    article = read_article(text)
    return [article.quote(sentence) for sentence in article.sentences]


def claims_of(text: str) -> list[str]:
    """Split a summary into sentences like the program."""
    article = read_claims(text)
    return [article.quote(sentence) for sentence in article.sentences] or [text]


@cache
def _indexed(text: str) -> tuple[tuple[str, ...], EvidenceIndex]:
    sentences = sentences_of(text)
    return tuple(sentences), EvidenceIndex(sentences)


def pairs_for(items: Sequence[Item], budget: int | None = None) -> list[list[Pair]]:
    """Return the pairs (evidence, sentence) of each item, one for each sentence of its claim."""
    pairs = []
    for item in items:
        sentences, index = _indexed(item.source)
        pairs.append(pairs_of(sentences, claims_of(item.claim), budget=budget, index=index))
    return pairs


def excerpt_pairs(items: Sequence[Item]) -> list[list[Pair]]:
    """Return the pairs of each item, with the complete source as evidence."""
    return [[Pair(item.source, item.claim)] for item in items]


def scores_of(model: EntailmentModel, pairs: Sequence[Sequence[Pair]]) -> list[list[Score]]:
    """Return the scores of each item's sentences. The model reads each sentence once."""
    flat = iter(model.score([pair for group in pairs for pair in group]))
    return [[next(flat) for _ in group] for group in pairs]


def as_checked(model: EntailmentModel, items: Sequence[Item], words: int | None = None) -> list[list[Score]]:
    """Return the scores of each item's sentences like the program, or read once with `words` words of evidence."""
    if words is not None:
        return scores_of(model, pairs_for(items, words))
    scores = []
    for item in items:
        sentences, index = _indexed(item.source)
        scores.append(score_claims(model, sentences, claims_of(item.claim), index=index))
    return scores


def weakest(scores: Sequence[Sequence[Score]]) -> Scores:
    """Return the entailment score of each item: the lowest of its sentences."""
    return np.array([min(score.entailed for score in group) for group in scores])


def weakest_odds(scores: Sequence[Sequence[Score]]) -> Scores:
    """Return the lowest score of each item's sentences: log odds of the sentence plus those of its weakest word."""
    return np.array([min(score.combined_log_odds for score in group) for group in scores])
