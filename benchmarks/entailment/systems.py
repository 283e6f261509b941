"""What is compared: word overlap, the rules, the entailment model, and the last two together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.factuality.baselines import features
from benchmarks.factuality.data import Item
from benchmarks.factuality.reading import read
from summarise.article import read_claims
from summarise.checks.entailment import EntailmentModel, Pair, Score, pairs_of
from summarise.checks.evidence import EvidenceIndex
from summarise.checks.verdict import built_in, support_of
from summarise.pipeline.reading import read_article
from summarise.settings.model import Settings

Scores = NDArray[np.float64]
NEARLY = 1e-6


@dataclass(frozen=True)
class Entailed:
    """The model's scores of one item: of its weakest sentence, of its weakest word, and of both."""

    entailed: float
    word: float

    @property
    def both(self) -> float:
        """Return the mean of both in log-odds."""
        return (_log_odds(self.entailed) + _log_odds(self.word)) / 2


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, NEARLY), 1 - NEARLY)
    return float(np.log(clipped / (1 - clipped)))


def sentences_of(text: str) -> list[str]:
    """Split a text as the program does."""
    article = read_article(text)
    return [article.quote(sentence) for sentence in article.sentences]


def claims_of(text: str) -> list[str]:
    """Split a summary as the program does."""
    article = read_claims(text)
    return [article.quote(sentence) for sentence in article.sentences] or [text]


@cache
def _indexed(text: str) -> tuple[tuple[str, ...], EvidenceIndex]:
    sentences = sentences_of(text)
    return tuple(sentences), EvidenceIndex(sentences)


def pairs_for(items: Sequence[Item], budget: int | None = None) -> list[list[Pair]]:
    """Return the pairs of each item, one a sentence of its claim."""
    found = []
    for item in items:
        sentences, index = _indexed(item.source)
        found.append(pairs_of(sentences, claims_of(item.claim), budget=budget, index=index))
    return found


def excerpt_pairs(items: Sequence[Item]) -> list[list[Pair]]:
    """Return the pairs of each item with its whole source as the evidence."""
    return [[Pair(item.source, item.claim)] for item in items]


def entailment(model: EntailmentModel, pairs: Sequence[Sequence[Pair]]) -> tuple[list[Entailed], list[list[Score]]]:
    """Return the model's scores of items, and those of each of their sentences."""
    flat = model.score([pair for group in pairs for pair in group])
    scores: list[list[Score]] = []
    start = 0
    for group in pairs:
        scores.append(flat[start : start + len(group)])
        start += len(group)
    return [Entailed(min(one.entailed for one in group), weakest_word(group)) for group in scores], scores


def weakest_word(scores: Sequence[Score]) -> float:
    """How likely the weakest word of several sentences is supported."""
    return 1.0 - max((word.unsupported for score in scores for word in score.words), default=0.0)


def overlap(items: Sequence[Item]) -> Scores:
    """Return the mean of the shares of a claim's words and of its word sequences that its source has."""
    found = features([item.claim for item in items], [item.source for item in items])
    return np.asarray((found["a"] + found["b"]) / 2)


def rules(sets: Mapping[str, Sequence[Item]]) -> dict[str, Scores]:
    """Return what the checker makes of claims without a model: the support of the weakest sentence, less for errors."""
    fitted = built_in().unread
    found: dict[str, Scores] = {}
    for name, items in sets.items():
        readings = read(items, Settings(entailment="off"))
        by_id = {
            reading.item.id: min((support_of(fitted, one.inputs) - one.errs for one in reading.sentences), default=1.0)
            for reading in readings
        }
        found[name] = np.array([by_id[one.id] for one in items])
    return found


def together(one: Scores, other: Scores) -> Scores:
    """Return the mean of the ranks that two systems give; items that score the same share a rank."""
    return (_ranks(one) + _ranks(other)) / 2


def _ranks(scores: Scores) -> Scores:
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2
    return np.asarray(middle[place], dtype=np.float64)
