"""What simple overlap makes of a claim: three shares, and a logistic regression of them.

Independent of the program on purpose: its words are not our words, so that the yardstick stays where it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

Scores = NDArray[np.float64]

_TOKEN = re.compile(r"\d[\d.,]*\d|\w+(?:['’]\w+)?")


@dataclass(frozen=True, slots=True)
class Text:
    """A text as its tokens, their lower-case forms, and the sets that are looked up."""

    tokens: tuple[str, ...]
    lower: tuple[str, ...]
    known: frozenset[str]
    bigrams: frozenset[tuple[str, ...]]
    trigrams: frozenset[tuple[str, ...]]


def read(text: str) -> Text:
    """Split a text into words and numbers; marks are left out."""
    tokens = tuple(_TOKEN.findall(text))
    lower = tuple(token.lower() for token in tokens)
    return Text(tokens, lower, frozenset(lower), frozenset(_ngrams(lower, 2)), frozenset(_ngrams(lower, 3)))


def _ngrams(tokens: Sequence[str], length: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[i : i + length]) for i in range(len(tokens) - length + 1)]


def words_found(claim: Text, source: Text) -> float:
    """Baseline (a): the share of the claim's content words (no stop words, each token counted) in the source."""
    content = [token for token in claim.lower if token not in ENGLISH_STOP_WORDS]
    return _share([token in source.known for token in content])


def ngrams_found(claim: Text, source: Text) -> float:
    """Baseline (b): the mean of bigram and trigram precision."""
    pairs = _share([gram in source.bigrams for gram in _ngrams(claim.lower, 2)])
    triples = _share([gram in source.trigrams for gram in _ngrams(claim.lower, 3)])
    return (pairs + triples) / 2


def entities_found(claim: Text, source: Text) -> float:
    """Baseline (c): the share of the claim's numbers and capitalised tokens in the source, 1 where it has none."""
    special = [token.lower() for token in claim.tokens if token[0].isdigit() or token[0].isupper()]
    return _share([token in source.known for token in special])


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 1.0


FEATURES = {"a": words_found, "b": ngrams_found, "c": entities_found}
"""The overlap baselines by the letters under which tables show them."""


def features(claims: Sequence[str], sources: Sequence[str]) -> dict[str, Scores]:
    """Return the scores of each baseline for claims beside their sources, higher where more is found."""
    read_sources: dict[str, Text] = {}
    rows = []
    for claim, source in zip(claims, sources, strict=True):
        if source not in read_sources:
            read_sources[source] = read(source)
        said = read(claim)
        rows.append([feature(said, read_sources[source]) for feature in FEATURES.values()])
    table = np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES))
    return {letter: table[:, column] for column, letter in enumerate(FEATURES)}
