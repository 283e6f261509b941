"""Answers that go round in circles: a loop inside a sentence, the same sentence again, one pattern over and over.

Small models do so when they are sampled greedily (Holtzman et al. 2020, "The curious case of neural text
degeneration"). Compares words only: two sentences that say the same in other words are no loop.
"""

import re
from collections import Counter
from collections.abc import Sequence

from summarise.article.sentences import grams, words

SMALL = frozenset(
    "a an the and that also of in on to for at by with as has have had was were is are be been its it".split()
)
"""Words that make no difference between two sentences."""
TWICE = 6
"""A run of so many words that comes twice on end is a loop; a shorter one has to come three times, one word four."""
LONGEST = 40
DIVERSE_FROM = 16
DIVERSE = 0.65
"""Of a sentence of `DIVERSE_FROM` words or more at least this share of its runs of three words come once."""
ALIKE = 0.75
"""Sentences with this share of words in common are of one pattern, and the third of a pattern is a loop."""
ALIKE_FROM = 5
NEAR = 40
"""A pattern is looked for among so many sentences before: a loop comes back soon."""
_STUTTER = re.compile(r"(\w{1,8}?)\1{11,}|([^\W\d_])\2{7,}")


def loops(text: str) -> bool:
    """Tell whether a sentence goes round in circles in itself."""
    if _STUTTER.search(text):
        return True
    tokens = words(text)
    for size in range(1, min(LONGEST, len(tokens) // 2) + 1):
        wanted = size * ((2 if size >= TWICE else 4 if size == 1 else 3) - 1)
        run = 0
        for at in range(size, len(tokens)):
            run = run + 1 if tokens[at] == tokens[at - size] else 0
            if run >= wanted:
                return True
    if len(tokens) < DIVERSE_FROM:
        return False
    runs = list(grams(tokens, 3))
    return len(set(runs)) < DIVERSE * len(runs)


def repeated(texts: Sequence[str]) -> tuple[int, ...]:
    """Return which sentences loop or repeat one that stands before them and is kept."""
    found: list[int] = []
    keys: set[tuple[str, ...]] = set()
    kept: list[Counter[str]] = []
    for at, text in enumerate(texts):
        tokens = words(text)
        key = tuple(word for word in tokens if word not in SMALL) or tokens
        counted = Counter(tokens)
        pattern = len(tokens) >= ALIKE_FROM and sum(alike(counted, other) for other in kept[-NEAR:]) >= 2
        if (key and key in keys) or pattern or loops(text):
            found.append(at)
            continue
        keys.add(key)
        kept.append(counted)
    return tuple(found)


def alike(one: Counter[str], other: Counter[str]) -> bool:
    """Tell whether two sentences, counted by words, are of one pattern."""
    return (one & other).total() >= ALIKE * max(one.total(), other.total())
