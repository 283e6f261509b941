"""What the entailment model says of a claim: probabilities, and the mean of two readings. Reads no text."""

import math
from dataclasses import dataclass, replace

from summarise.data import Span

MARKED = 0.5
"""A word is shown as unsupported from here on."""
NEVER, ALWAYS = 1e-4, 1.0 - 1e-4
"""Probabilities are cut off here before their log odds are taken."""


@dataclass(frozen=True, slots=True)
class WordScore:
    """One word of a claim, by its place there, and how likely it is not supported."""

    start: int
    end: int
    unsupported: float


@dataclass(frozen=True, slots=True)
class Score:
    """How likely a claim is entailed, from 0 to 1, and its words; no words where the model does not mark any."""

    entailed: float
    words: tuple[WordScore, ...] = ()

    @property
    def weakest_word(self) -> float:
        """How likely the weakest word is supported; that of the claim where the model does not mark words."""
        return 1.0 - max((word.unsupported for word in self.words), default=1.0 - self.entailed)

    @property
    def combined_log_odds(self) -> float:
        """Log odds of the claim and of its weakest word, added up."""
        return log_odds(self.entailed) + log_odds(self.weakest_word)

    def mean_with(self, other: "Score") -> "Score":
        """Return the mean, in log odds, with another score of the same claim, word by word."""
        words = (
            replace(word, unsupported=_mean(word.unsupported, again.unsupported))
            for word, again in zip(self.words, other.words, strict=True)
        )
        return Score(_mean(self.entailed, other.entailed), tuple(words))

    def unsupported_runs(self) -> list[Span]:
        """Return the runs of unsupported words by their place in the claim, the longest first."""
        runs: list[Span] = []
        open_run = False
        for word in self.words:
            marked = word.unsupported >= MARKED
            if marked and open_run:
                runs[-1] = Span(start=runs[-1].start, end=word.end)
            elif marked:
                runs.append(Span(start=word.start, end=word.end))
            open_run = marked
        return sorted(runs, key=lambda run: run.start - run.end)


def log_odds(probability: float) -> float:
    """Return the log odds of a probability, cut off far out."""
    bounded = min(max(probability, NEVER), ALWAYS)
    return math.log(bounded / (1.0 - bounded))


def _mean(one: float, other: float) -> float:
    """Return the probability whose log odds are the mean of those of two."""
    return sigmoid((log_odds(one) + log_odds(other)) / 2)


def sigmoid(value: float) -> float:
    """Return the probability that log odds stand for."""
    return 1.0 / (1.0 + math.exp(-value)) if value >= 0 else math.exp(value) / (1.0 + math.exp(value))
