"""Finds the wrong words of a false claim: the words that differ from the true claim that it was made from."""

import re
from difflib import SequenceMatcher

WORD = re.compile(r"\w+(?:[.,'’:-]\w+)*|[$£€%]")


def changed_words(false: str, true: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of the words of `false` that replace or are added to those of `true`.

    If words were deleted, the words before and after the gap are returned.
    """
    old = [match.group().casefold() for match in WORD.finditer(true)]
    new = list(WORD.finditer(false))
    marked: set[int] = set()
    matcher = SequenceMatcher(None, old, [match.group().casefold() for match in new], autojunk=False)
    for kind, _, _, start, end in matcher.get_opcodes():
        if kind == "delete":
            marked.update(index for index in (start - 1, start) if 0 <= index < len(new))
        elif kind != "equal":
            marked.update(range(start, end))
    return tuple(new[index].span() for index in sorted(marked))


def likeness(first: str, second: str) -> float:
    """Return the similarity of the words of two texts, from 0 to 1."""
    words = [[match.group().casefold() for match in WORD.finditer(text)] for text in (first, second)]
    return SequenceMatcher(None, words[0], words[1], autojunk=False).ratio()
