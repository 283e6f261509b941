"""Stores texts so that words copied from an article are only a range of its offsets.

So the project does not contain text of the articles.
"""

import re
from difflib import SequenceMatcher

Pieces = list[str | list[int]]
"""A text in pieces: a string, or [start, end] of a range of the article."""
LEAST = 4
"""Minimum number of copied words that are stored as a range."""
TOKEN = re.compile(r"\S+\s*")


def packed(text: str, article: str) -> Pieces:
    """Return a text in pieces. At least `LEAST` consecutive words copied from the article become a range."""
    words, article_words = list(TOKEN.finditer(text)), list(TOKEN.finditer(article))
    matcher = SequenceMatcher(None, [word[0] for word in words], [word[0] for word in article_words], autojunk=False)
    pieces: Pieces = []
    position = 0
    for index, article_index, size in _runs(matcher, len(words), len(article_words)):
        start, end = words[index].start(), words[index + size - 1].end()
        if start > position:
            pieces.append(text[position:start])
        pieces.append([article_words[article_index].start(), article_words[article_index + size - 1].end()])
        position = end
    if position < len(text):
        pieces.append(text[position:])
    return pieces


def unpacked(pieces: Pieces, article: str) -> str:
    """Return the text that was packed."""
    return "".join(piece if isinstance(piece, str) else article[piece[0] : piece[1]] for piece in pieces)


def _runs(matcher: "SequenceMatcher[str]", ours: int, theirs: int) -> list[tuple[int, int, int]]:
    """Return common word sequences (index in each text, length) in text order. Longer sequences take precedence."""
    runs: list[tuple[int, int, int]] = []
    stretches = [(0, ours)]
    while stretches:
        low, high = stretches.pop()
        match = matcher.find_longest_match(low, high, 0, theirs)
        if match.size >= LEAST:
            runs.append((match.a, match.b, match.size))
            stretches += [(low, match.a), (match.a + match.size, high)]
    return sorted(runs)
