"""Words of news and their opposites, from `opposites.txt`, with two groups a line.

Chosen by hand, since lexical resources list few antonyms of verbs; only what excludes the other in the same place of
the same statement. Base forms; compare by stem. Knows no parts of speech.
"""

from pathlib import Path

OPPOSITES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, _, other in (
        line.partition("|")
        for line in Path(__file__).with_name("opposites.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
)
"""Pairs of groups: each word of the one is the opposite of each word of the other."""
