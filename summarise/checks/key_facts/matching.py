"""Whether a summary states a key fact, by the words that they share and by the entailment model.

The constants were chosen on labelled pairs of summary and key fact: `python -m benchmarks.keyfacts`.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from summarise.checks.entailment.score import log_odds
from summarise.checks.words import words_of

CERTAIN = 0.8
"""A key fact with this coverage is stated; the model is not asked."""
ENOUGH = 0.5
"""Without the model, a key fact with this coverage is stated."""
WORDS, THRESHOLD = 4.0, -2.0
"""A key fact is stated if the model's log odds and so much for full coverage are not below the threshold."""
Reader = Callable[[Sequence[str], Sequence[str]], Sequence[float]]
"""Scores claims against the sentences of a text: for each claim the probability that the text entails it."""


def stated(statements: Sequence[str], summary: Sequence[str], reader: Reader | None = None) -> list[bool]:
    """Return for each statement whether the sentences of a summary say it.

    A statement in the article's words has details that a summary leaves out, and the model wants them all. Therefore
    the threshold is low, and shared words count too.
    """
    covered = coverages(statements, summary)
    sentences = [text for text in summary if text]
    if reader is None or not sentences:
        return [share >= ENOUGH for share in covered]
    found = [share >= CERTAIN for share in covered]
    unsure = [index for index, is_certain in enumerate(found) if not is_certain]
    scores = reader(sentences, [statements[index] for index in unsure]) if unsure else []
    for index, score in zip(unsure, scores, strict=True):
        found[index] = log_odds(score) + WORDS * covered[index] >= THRESHOLD
    return found


def coverages(statements: Iterable[str], summary: Iterable[str]) -> list[float]:
    """Return the share of each statement's content words that one sentence, or two neighbours, of a summary have."""
    stems = [content_stems(sentence) for sentence in summary]
    windows = [one | other for one, other in pairwise(stems)] or stems
    found = []
    for statement in statements:
        wanted = content_stems(statement)
        found.append(max((len(wanted & window) / max(1, len(wanted)) for window in windows), default=0.0))
    return found


def content_stems(text: str) -> frozenset[str]:
    """Return the stems of a text's content words; figures are words."""
    return frozenset(word.stem for word in words_of(text) if word.content)
