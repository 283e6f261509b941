"""Computes simple baselines: the share of a claim's words, and of its word sequences, that the source contains.

They use no code of the program, so that a change of the program does not change the baselines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_TOKEN = re.compile(r"\d[\d.,]*\d|\w+(?:['’]\w+)?")


@dataclass(frozen=True, slots=True)
class Text:
    """A text as lower-case tokens, with the sets of its tokens, bigrams and trigrams."""

    lower: tuple[str, ...]
    known: frozenset[str]
    bigrams: frozenset[tuple[str, ...]]
    trigrams: frozenset[tuple[str, ...]]


def read(text: str) -> Text:
    """Split a text into words and numbers, without punctuation."""
    lower = tuple(token.lower() for token in _TOKEN.findall(text))
    return Text(lower, frozenset(lower), frozenset(_ngrams(lower, 2)), frozenset(_ngrams(lower, 3)))


def _ngrams(tokens: Sequence[str], length: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[i : i + length]) for i in range(len(tokens) - length + 1)]


def words_found(claim: Text, source: Text) -> float:
    """Return the share of the claim's tokens, without stop words, that the source contains."""
    content = [token for token in claim.lower if token not in ENGLISH_STOP_WORDS]
    return _share([token in source.known for token in content])


def ngrams_found(claim: Text, source: Text) -> float:
    """Return the mean of bigram and trigram precision."""
    pairs = _share([gram in source.bigrams for gram in _ngrams(claim.lower, 2)])
    triples = _share([gram in source.trigrams for gram in _ngrams(claim.lower, 3)])
    return (pairs + triples) / 2


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 1.0
