"""An edit: a stretch of a sentence's tokens and what may stand there instead; and how edits make a language.

Does not decide which edits are safe: the rules do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from summarise.writing.paraphrase.nodes import Choice, Node, Text, optional, recased, sequence
from summarise.writing.paraphrase.sentence import Sentence


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
    kind: str
    options: tuple[tuple[Piece, ...], ...] = ((),)
    rank: int = 5

    @property
    def deletes(self) -> bool:
        """Whether the edit only leaves words out, but for a capital."""
        return all(isinstance(piece, Part) for option in self.options for piece in option)


def compatible(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits without those that overlap a better one in part."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.rank, e.first, e.last)):
        if not any(_cross(edit, other) for other in kept):
            kept.append(edit)
    return tuple(kept)


def _cross(one: Edit, other: Edit) -> bool:
    apart = one.last < other.first or other.last < one.first
    return not (apart or _holds(one, other) or _holds(other, one))


def _holds(one: Edit, other: Edit) -> bool:
    return one.first <= other.first and other.last <= one.last


def language(sentence: Sentence, edits: Sequence[Edit], first: int, last: int) -> Node:
    """Return the language of tokens `first` to `last` under the edits that lie within them, without a space before."""
    return _built(sentence, tuple(edits), first, last, bare=True)


def pieces(sentence: Sentence, edits: Sequence[Edit], told: Iterable[Piece]) -> Node:
    """Return the language of pieces one after the other."""
    found: list[Node] = []
    for piece in told:
        if isinstance(piece, str):
            found.append(Text(piece))
        elif isinstance(piece, Proper):
            found.append(Text(piece.text, proper=True))
        else:
            node = language(sentence, edits, piece.first, piece.last)
            found.append(recased(node, upper=piece.case == "upper") if piece.case else node)
    return sequence(*found)


def _built(sentence: Sentence, edits: tuple[Edit, ...], first: int, last: int, *, bare: bool) -> Node:
    parts: list[Node] = []
    here = first
    while here <= last:
        gap = "" if bare and here == first else sentence.gap(here)
        starting = [edit for edit in edits if edit.first == here and edit.last <= last]
        if not starting:
            parts.append(Text(gap + sentence.tokens[here].text, proper=not gap and sentence.proper(here)))
            here += 1
            continue
        end = max(edit.last for edit in starting)
        whole = [edit for edit in starting if edit.last == end]
        inner = tuple(edit for edit in edits if edit not in whole)
        told: list[tuple[str, Node]] = [("", sequence(Text(gap), _built(sentence, inner, here, end, bare=True)))]
        for edit in whole:
            for option in edit.options:
                node = pieces(sentence, inner, option)
                empty = (isinstance(node, Text) and not node.text) or not option
                told.append((edit.kind, Text("") if empty else sequence(Text(gap), node)))
        parts.append(
            optional(told[0][1], told[1][0]) if len(told) == 2 and not whole[0].options[0] else Choice(tuple(told))
        )
        here = end + 1
    return sequence(*parts)
