"""How the text of a summary is made of what was written: one module for each of the two ways.

    AsWritten: a language model drafted one text      ─► its sentences, in its order; only unsupported ones give way
    Selection: candidates of a weak model, or of none ─► the most telling ones, in the article's order

Which one a run uses is settled when it is planned. Does not check or ask by itself: `repair` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from summarise.backends.budget import SpendLimiter
from summarise.checks.provenance import Candidate
from summarise.data import Call
from summarise.writing.strategies import Generation


@dataclass(frozen=True)
class Assembled:
    """The sentences of a summary, in order, all candidates that there were for it, and the calls that repair took."""

    chosen: Sequence[Candidate]
    candidates: Sequence[Candidate]
    calls: Sequence[Call] = ()


class Assembly(Protocol):
    """Makes a text of what was written."""

    async def assemble(self, said: Sequence[Candidate], written: Generation, limiter: SpendLimiter) -> Assembled:
        """Return the text; `said` are the sentences of `written` as they are judged at last."""
        ...
