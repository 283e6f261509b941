"""Verbs of news and the nouns that name what they tell, from `news.txt`: our own list, beside WordNet's.

Chosen by hand for what WordNet lacks. Words are base forms in lower case, phrases with underscores ("step_up").
"""

from collections import defaultdict
from functools import cache
from pathlib import Path

_NONE: frozenset[str] = frozenset()


def verbs_of(noun: str) -> frozenset[str]:
    """Return the verbs that tell what a noun names: "sale" gives "sell"."""
    return _table().get(noun, _NONE)


@cache
def lines() -> tuple[tuple[str, ...], ...]:
    """Return the lines: a verb, and its nouns."""
    text = Path(__file__).with_name("news.txt").read_text(encoding="utf-8")
    return tuple(tuple(line.split()) for line in text.splitlines() if line[0] != "#")


@cache
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for verb, *nouns in lines():
        for noun in nouns:
            found[noun].add(verb)
    return {noun: frozenset(verbs) for noun, verbs in found.items()}
