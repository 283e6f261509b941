"""Whether a summary states a key fact: by the words that they share, and, where that leaves it open, by a model.

Does not ask whether the summary is right: the checks do that. How good this is: `python -m benchmarks.keyfacts`.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from summarise.checks.words import words_of

ENOUGH = 0.6
"""From here on a key fact is stated: its coverage, with what the entailment model adds."""
MODEL_ADDS = 0.25
"""What a score of 1 adds to the coverage. It is worth less than words are, because the model wants every detail."""
Reader = Callable[[Sequence[str], Sequence[str]], Sequence[float]]
"""Takes the sentences of a text and some claims, and gives for each claim how likely the text entails it."""


def stated(statements: Sequence[str], summary: Sequence[str], reader: Reader | None = None) -> list[bool]:
    """Tell of each statement whether the sentences of a summary say it; the reader is asked where words do not tell."""
    covered = coverages(statements, summary)
    found = [share >= ENOUGH for share in covered]
    unsure = [index for index, share in enumerate(covered) if ENOUGH - MODEL_ADDS <= share < ENOUGH]
    if reader is not None and unsure:
        scores = reader([text for text in summary if text], [statements[index] for index in unsure])
        for index, score in zip(unsure, scores, strict=True):
            found[index] = covered[index] + MODEL_ADDS * score >= ENOUGH
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
