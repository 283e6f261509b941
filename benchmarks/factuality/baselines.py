"""Computes simple baselines: the share of a claim's words, and of its word sequences, that the source contains.

They use no code of the program, so that a change of the program does not change the baselines.
"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_TOKEN = re.compile(r"\d[\d.,]*\d|\w+(?:['’]\w+)?")


def overlap(claim: str, source: str) -> float:
    """Return the mean of the shares of the claim's words and of its word sequences that the source contains.

    Stop words are not counted as words. The share of word sequences is the mean of bigrams and trigrams.
    """
    words, *sequences = _ngrams(claim)
    content = [word for word in words if word[0] not in ENGLISH_STOP_WORDS]
    known_words, *known = _known(source)
    pairs, triples = map(_share, sequences, known)
    return (_share(content, known_words) + (pairs + triples) / 2) / 2


def _ngrams(text: str) -> list[list[tuple[str, ...]]]:
    """Return the words, bigrams and trigrams of a text, in lower case."""
    tokens = [token.lower() for token in _TOKEN.findall(text)]
    return [[tuple(tokens[i : i + length]) for i in range(len(tokens) - length + 1)] for length in (1, 2, 3)]


@lru_cache(maxsize=64)
def _known(source: str) -> list[set[tuple[str, ...]]]:
    return [set(grams) for grams in _ngrams(source)]


def _share(grams: Sequence[tuple[str, ...]], known: Collection[tuple[str, ...]]) -> float:
    return sum(gram in known for gram in grams) / len(grams) if grams else 1.0
