"""Words that the end of a line cut in two: whether the hyphen belongs to the word.

"govern-" and "ment" are one word, "long-" and "term" two. What the document writes elsewhere decides, then whether the
whole or its halves are words.
"""

import re
from collections.abc import Set as AbstractSet

from summarise.facts.lexicon import known

_TAIL = re.compile(r"(?<![^\W\d_])(?<![^\W\d_]-)([^\W\d_]++(?:-[^\W\d_]++)*+)-$")
_HEAD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
SHORTEST = 3
"""Letters of a half that may be a word by itself."""


def vocabulary(lines: list[str]) -> frozenset[str]:
    """Return the words of lines, in lower case, those that a line end cuts left out."""
    return frozenset(
        found[0].casefold()
        for line in lines
        for found in _WORD.finditer(line)
        if not line.endswith(f"{found[0]}-") and found.start() != 0
    )


def joined(before: str, after: str, words: AbstractSet[str]) -> str:
    """Return two pieces of text put together as one was before a line end cut it; `words` are the document's."""
    tail, head = _TAIL.search(before), _HEAD.match(after)
    if not before.endswith("-"):
        return f"{before} {after}"
    if tail is None or head is None:
        # A dash between words, or "2019-" before "2020".
        return f"{before} {after}" if before.endswith((" -", "--")) else before + after
    return before[:-1] + after if _one_word(tail[1].casefold(), head[0], words) else before + after


def _one_word(tail: str, head: str, words: AbstractSet[str]) -> bool:
    if not head[0].islower():
        return False
    whole = tail + head
    if whole in words or f"{tail}-{head}" in words:
        return whole in words
    last, first = tail.rpartition("-")[2], head.partition("-")[0]
    if known(last + first):
        return True
    return not (min(len(last), len(first)) >= SHORTEST and known(last) and known(first))
