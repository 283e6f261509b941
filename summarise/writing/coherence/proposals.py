"""What goes in and what comes out: sentences of a summary with their places, and what is proposed for each.

Data only. A proposal is never a judgement: whoever asked checks each changed sentence against the article.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from summarise.data import Span


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence of a summary; `place` is the stretch of the article that it comes from, one sentence or several.

    `fixed` are the words of a model, in which nothing is changed. They need not tell all that the article's sentence
    at that place does, so that nothing counts as following them as it does in the article.
    """

    text: str
    place: Span
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Leaning:
    """Words that point at something the summary does not have; `weight` from 0 (hardly noticed) to 1 (misleading)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a sentence would read where it stands; `text` is the sentence as it was if nothing is to be changed."""

    text: str
    leaning: tuple[Leaning, ...] = ()

    @property
    def weight(self) -> float:
        """The weight of what dangles most; 0 for a sentence that can stand."""
        return max((one.weight for one in self.leaning), default=0.0)


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """What is to stand in place of a stretch of a sentence; offsets into it, end exclusive."""

    start: int
    end: int
    after: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with its edits made, from left to right; one that touches an earlier one is left out."""
    made, position = "", 0
    for edit in sorted(edits):
        if edit.start >= position:
            made += text[position : edit.start] + edit.after
            position = edit.end
    return made + text[position:]
