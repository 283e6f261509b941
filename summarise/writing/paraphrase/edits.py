"""An edit: a stretch of a sentence's tokens and what may stand there instead; and the texts that edits make.

Does not decide which edits are safe: the rules do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from summarise.writing.paraphrase.sentence import Sentence

MOST_COMBINED = 6
"""So many edits of a sentence are combined, those of the lowest rank; their texts grow as a power of two."""


@dataclass(frozen=True)
class Part:
    """A stretch of tokens, both ends included, with whatever edits lie in it."""

    first: int
    last: int
    case: str = ""
    """"upper" or "lower" where its first letter must change; proper names keep theirs."""


@dataclass(frozen=True)
class Proper:
    """Text that keeps its capital."""

    text: str


Piece = str | Part | Proper


@dataclass(frozen=True)
class Edit:
    """Tokens `first` to `last`, both included, may be replaced by one of `options`; no pieces are a deletion.

    `rank` decides between edits that overlap without one holding the other: the lower one stays.
    """

    first: int
    last: int
    options: tuple[tuple[Piece, ...], ...] = ((),)
    rank: int = 5

    @property
    def deletes(self) -> bool:
        """Whether the edit only leaves words out, but for a capital."""
        return all(isinstance(piece, Part) for option in self.options for piece in option)


def compatible(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the best `MOST_COMBINED` edits, none twice and without those that overlap a better one in part."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.rank, e.first, e.last)):
        same = any((edit.first, edit.last, edit.options) == (one.first, one.last, one.options) for one in kept)
        if not same and not any(_cross(edit, other) for other in kept):
            kept.append(edit)
    return tuple(sorted(kept, key=lambda edit: (edit.rank, edit.first - edit.last))[:MOST_COMBINED])


def texts(sentence: Sentence, edits: Sequence[Edit]) -> tuple[str, ...]:
    """Return what the sentence becomes by each choice of edits, its own words first and no text twice."""
    whole = _spelled(sentence, tuple(edits), 0, len(sentence.tokens) - 1)
    return tuple(dict.fromkeys(text for text, _ in whole))


Spelled = tuple[str, bool]
"""A text, and whether its first word keeps its capital in the midst of a sentence."""


def _spelled(sentence: Sentence, edits: tuple[Edit, ...], first: int, last: int) -> list[Spelled]:
    """Return the texts of tokens `first` to `last` under the edits that lie within them, without a space before."""
    found: list[Spelled] = [("", False)]
    here = first
    while here <= last:
        starting = [edit for edit in edits if edit.first == here and edit.last <= last]
        end = max((edit.last for edit in starting), default=here)
        if starting:
            whole = [edit for edit in starting if edit.last == end]
            inner = tuple(edit for edit in edits if edit not in whole)
            told = _spelled(sentence, inner, here, end)
            for edit in whole:
                for option in edit.options:
                    told += _joined(sentence, inner, option)
        else:
            told = [(sentence.tokens[here].text, sentence.proper(here))]
        gap = sentence.gap(here)
        found = [
            (before + gap + text, kept) if before and text else (before or text, kept if before else proper)
            for (before, kept), (text, proper) in product(found, told)
        ]
        here = end + 1
    return found


def _joined(sentence: Sentence, edits: tuple[Edit, ...], pieces: Iterable[Piece]) -> list[Spelled]:
    """Return the texts of pieces one after the other."""
    found: list[Spelled] = [("", False)]
    for piece in pieces:
        if isinstance(piece, Part):
            told = [
                (_recased(text, proper, piece.case), proper)
                for text, proper in _spelled(sentence, edits, piece.first, piece.last)
            ]
        else:
            told = [(piece, False)] if isinstance(piece, str) else [(piece.text, True)]
        found = [(before + text, kept if before else proper) for (before, kept), (text, proper) in product(found, told)]
    return found


def _recased(text: str, proper: bool, case: str) -> str:
    """Return a text with its first letter as a place in a sentence needs it."""
    if not case or (proper and case == "lower") or any(letter.isupper() for letter in text[1:2]):
        return text
    return (text[:1].upper() if case == "upper" else text[:1].lower()) + text[1:]


def _cross(one: Edit, other: Edit) -> bool:
    apart = one.last < other.first or other.last < one.first
    return not (apart or _holds(one, other) or _holds(other, one))


def _holds(one: Edit, other: Edit) -> bool:
    return one.first <= other.first and other.last <= one.last
