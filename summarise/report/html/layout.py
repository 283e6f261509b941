"""The article as blocks of a page, with facts and places marked: its text, all of it and nothing else.

Does not write HTML.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from summarise.data import Article, Facts, Sentence, SentenceRole, Span, overlapping
from summarise.report.html.overlapping_spans import Piece, pieces

Role = Literal["headline", "heading", "body", "aside", "addressed", "gap"]
KINDS = {"name": "n", "figure": "f", "money": "m", "date": "d", "quotation": "q"}
"""The kinds of facts, and the class that each has on the page: short, for there are thousands."""


class Part(NamedTuple):
    """A stretch of text: the classes of its facts, the numbers of its places, and the places that begin with it."""

    text: str
    kinds: str
    places: str
    begins: tuple[int, ...]


class Block(NamedTuple):
    """A paragraph, a headline, an aside that is no part of the story, or the gap between two of those.

    What is `addressed` to a machine is an aside, too.
    """

    role: Role
    parts: tuple[Part, ...]


def blocks(facts: Facts, places: Sequence[Span]) -> list[Block]:
    """Return the blocks of an article; their parts' texts together are its text. Places are numbered from 1."""
    article = facts.article
    borders = list(_borders(article))
    found = facts.facts
    laid = list(pieces(len(article.text), [*found, *places], cuts=[start for start, _ in borders]))
    begun: set[int] = set()
    result: list[Block] = []
    position = 0
    ends = [*(start for start, _ in borders), len(article.text)][1:]
    for (_, role), end in zip(borders, ends, strict=True):
        parts: list[Part] = []
        while position < len(laid) and laid[position].end <= end:
            parts.append(_part(laid[position], facts, begun))
            position += 1
        result.append(Block(role, tuple(parts)))
    return result


def _part(piece: Piece, facts: Facts, begun: set[int]) -> Part:
    found = facts.facts
    kinds = {KINDS[found[index].kind] for index in piece.on if index < len(found)}
    numbers = [index - len(found) + 1 for index in piece.on if index >= len(found)]
    begins = tuple(number for number in numbers if number not in begun)
    begun.update(begins)
    return Part(
        text=facts.article.text[piece.start : piece.end],
        kinds=" ".join(sorted(kinds)),
        places=" ".join(map(str, numbers)),
        begins=begins,
    )


def _borders(article: Article) -> Iterator[tuple[int, Role]]:
    """Yield where each block begins, and what it is; there is one at 0 unless the text is empty."""
    position = 0
    aside = [span.start for span in article.addressed]

    def block(sentence: Sentence) -> tuple[int, SentenceRole, int]:
        return sentence.paragraph, sentence.role, bisect(aside, sentence.start)

    for (_, role, _), group in groupby(article.sentences, key=block):
        sentences: list[Sentence] = list(group)
        yield from _between(article, position, sentences[0].start)
        yield sentences[0].start, role
        position = sentences[-1].end
    yield from _between(article, position, len(article.text))


def _between(article: Article, start: int, end: int) -> Iterator[tuple[int, Role]]:
    """Yield what lies between two blocks: gaps, asides of more than blanks, and what is addressed to a machine."""
    position = start
    for span in overlapping(article.addressed, Span(start=start, end=end)) if start < end else ():
        if start <= span.start and span.end <= end:
            yield from _around(article.text, position, span.start)
            yield span.start, "addressed"
            position = span.end
    yield from _around(article.text, position, end)


def _around(text: str, start: int, end: int) -> Iterator[tuple[int, Role]]:
    words = text[start:end].strip()
    if not words:
        if start < end:
            yield start, "gap"
        return
    first = text.index(words[0], start)
    last = first + len(words)
    if start < first:
        yield start, "gap"
    yield first, "aside"
    if last < end:
        yield last, "gap"
