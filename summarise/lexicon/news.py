"""Words of news that mean the same, and verbs with their nouns, from `news.txt`: our own lists, beside WordNet's.

Chosen by hand for what WordNet lacks or holds for different. Words are base forms in lower case, phrases with
underscores ("step_up"); parts of speech as in `wordnet`. A word may be in several groups: groups do not join.
"""

from collections import defaultdict
from functools import cache
from pathlib import Path

from summarise.lexicon.wordnet import Pos

_NONE: frozenset[str] = frozenset()


def synonyms(word: str, pos: Pos) -> frozenset[str]:
    """Return the words that share a group with this one; symmetric."""
    return _table().get((pos, word), _NONE)


def verbs_of(noun: str) -> frozenset[str]:
    """Return the verbs that tell what a noun names: "sale" gives "sell"."""
    return _table().get(("noun", noun), _NONE)


def nouns_of(verb: str) -> frozenset[str]:
    """Return the nouns that name what a verb tells; the converse of `verbs_of`."""
    return _table().get(("verb", verb), _NONE)


@cache
def groups() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the lines: a part of speech, or "d" for a verb with its nouns, and the words."""
    lines = Path(__file__).with_name("news.txt").read_text(encoding="utf-8").splitlines()
    return tuple((sort, tuple(words)) for sort, *words in (line.split() for line in lines if line[0] != "#"))


@cache
def _table() -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sort, words in groups():
        if sort == "d":
            found["verb", words[0]].update(words[1:])
            for noun in words[1:]:
                found["noun", noun].add(words[0])
        else:
            for word in words:
                found[sort, word].update(set(words) - {word})
    return {key: frozenset(words) for key, words in found.items()}
