"""Texts without the words that they copy: a run of an article's words is stored as its place in the article.

So no text of the articles that the drafts are about is part of this project.
"""

import re
from difflib import SequenceMatcher

Pieces = list[str | list[int]]
"""A text in pieces: words as they are, or [start, end] of a stretch of the article."""
LEAST = 4
"""A run of fewer words is stored as words."""
TOKEN = re.compile(r"\S+\s*")


def packed(text: str, article: str) -> Pieces:
    """Return a text in pieces: a run of at least `LEAST` words that the article has is a place in the article."""
    ours, theirs = list(TOKEN.finditer(text)), list(TOKEN.finditer(article))
    matcher = SequenceMatcher(None, [one[0] for one in ours], [one[0] for one in theirs], autojunk=False)
    pieces: Pieces = []
    position = 0
    for own, other, size in _runs(matcher, len(ours), len(theirs)):
        start, end = ours[own].start(), ours[own + size - 1].end()
        if start > position:
            pieces.append(text[position:start])
        pieces.append([theirs[other].start(), theirs[other + size - 1].end()])
        position = end
    if position < len(text):
        pieces.append(text[position:])
    return pieces


def unpacked(pieces: Pieces, article: str) -> str:
    """Return the text that was packed."""
    return "".join(piece if isinstance(piece, str) else article[piece[0] : piece[1]] for piece in pieces)


def _runs(matcher: "SequenceMatcher[str]", ours: int, theirs: int) -> list[tuple[int, int, int]]:
    """Return common runs in the text's order, the longest chosen first, as places in both and length in words."""
    found: list[tuple[int, int, int]] = []
    stretches = [(0, ours)]
    while stretches:
        low, high = stretches.pop()
        match = matcher.find_longest_match(low, high, 0, theirs)
        if match.size >= LEAST:
            found.append((match.a, match.b, match.size))
            stretches += [(low, match.a), (match.a + match.size, high)]
    return sorted(found)
