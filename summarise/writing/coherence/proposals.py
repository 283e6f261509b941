"""What goes in and what comes out: sentences of a summary with their places, and what is proposed for each.

Data only. A proposal is never a judgement: whoever asked checks each changed sentence against the article.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from summarise.data import Span

ChangeKind = Literal["pronoun", "full name", "acronym", "connective"]


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
class Change:
    """What stood there, what stands there now, and why, in words for a reader."""

    kind: ChangeKind
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Leaning:
    """Words that point at something the summary does not have; `weight` from 0 (hardly noticed) to 1 (misleading)."""

    text: str
    why: str
    weight: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a sentence would read where it stands; `text` is the sentence as it was if nothing is to be changed."""

    text: str
    changes: tuple[Change, ...] = ()
    leaning: tuple[Leaning, ...] = ()

    @property
    def weight(self) -> float:
        """The weight of what dangles most; 0 for a sentence that can stand."""
        return max((one.weight for one in self.leaning), default=0.0)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change with its place: offsets into the sentence, end exclusive."""

    start: int
    end: int
    after: str
    kind: ChangeKind
    why: str


def edited(text: str, edits: Sequence[Edit]) -> tuple[str, tuple[Change, ...]]:
    """Return a text with its edits made, from left to right; one that touches an earlier one is left out."""
    parts: list[str] = []
    changes: list[Change] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < position or text[edit.start : edit.end] == edit.after:
            continue
        parts += [text[position : edit.start], edit.after]
        changes.append(Change(edit.kind, text[edit.start : edit.end], edit.after, edit.why))
        position = edit.end
    return "".join([*parts, text[position:]]), tuple(changes)
