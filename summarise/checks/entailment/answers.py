"""The sentences of an article that answer a question, by the answer head of the entailment model.

The model reads windows of consecutive sentences beside the question. Its head returns the log odds of each token being
part of an answer; a sentence has their log-sum-exp.
"""

import math
from collections.abc import Container, Sequence
from textwrap import wrap
from typing import NamedTuple

from summarise.checks.entailment.model import EntailmentModel

# Maximum words of a window, and characters of a part of a sentence: a longer sentence is read in parts.
WINDOW_WORDS, PART = 90, 450


class Window(NamedTuple):
    """Consecutive sentences: indexes of the first one read, the first one scored, and the end."""

    start: int
    first: int
    end: int


def windows(sentences: Sequence[str], *, breaks: Container[int] = ()) -> list[Window]:
    """Cut sentences into windows. Each but the first begins with the last sentence of the one before, for context."""
    lengths = [len(sentence.split()) for sentence in sentences]
    found: list[Window] = []
    first = 0
    while first < len(sentences):
        start = first if first in breaks else max(0, first - 1)
        words = sum(lengths[start:first])
        end = first
        while end < len(sentences) and (end == first or words + lengths[end] <= WINDOW_WORDS):
            words += lengths[end]
            end += 1
            if end in breaks:
                break
        found.append(Window(start, first, end))
        first = end
    return found


def window_text(sentences: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Join the sentences of a window; returns the text and the span of each sentence."""
    spans, start = [], 0
    for sentence in sentences:
        spans.append((start, start + len(sentence)))
        start += len(sentence) + 1
    return " ".join(sentences), spans


def parts_of(sentences: Sequence[str]) -> tuple[list[str], list[int]]:
    """Cut long sentences into parts; returns the parts and the index of each part's sentence."""
    parts = [(part, index) for index, sentence in enumerate(sentences) for part in wrap(sentence, PART)]
    return [part for part, _ in parts], [index for _, index in parts]


def answer_log_odds(
    model: EntailmentModel, question: str, sentences: Sequence[str], chosen: Sequence[Window]
) -> dict[int, float]:
    """Return the log odds that each sentence of the chosen windows answers a question or is about a topic."""
    texts = [window_text(sentences[start:end]) for start, _, end in chosen]
    read = model.answer_tokens([text for text, _ in texts], question)
    log_odds: dict[int, float] = {}
    for (start, first, end), (_, spans), tokens in zip(chosen, texts, read, strict=True):
        for index in range(first, end):
            low, high = spans[index - start]
            log_odds[index] = _log_sum_exp([logit for at, logit in tokens if low <= at < high])
    return log_odds


def _log_sum_exp(values: Sequence[float]) -> float:
    highest = max(values, default=-math.inf)
    if math.isinf(highest):
        return highest
    return highest + math.log(sum(math.exp(value - highest) for value in values))
