"""Words, their base forms, and verbs for nouns, from the common part of WordNet 3.0 (`wordnet.tsv`, licence beside it).

Says what holds of words in their usual senses; it does not know which sense a text means. Parts of speech are n, v, a
(adjective) and r (adverb); words are base forms in lower case, phrasal verbs with an underscore ("step_up").

The data file is made by `benchmarks/lexicon`. A line is a part of speech, a word, and fields that begin with a mark:
`v` verbs that tell the deed or quality that it names, `^` the base form of an irregular form.
"""

from bisect import bisect_left
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

from summarise.facts.lexicon.inflection import base

Pos = Literal["n", "v", "a", "r"]
_NONE: frozenset[str] = frozenset()


def verbs_of(noun: str) -> frozenset[str]:
    """Return the verbs for what a noun names as a deed: "investigation" gives "investigate"."""
    return _related(noun, "n", "v")


@lru_cache(maxsize=16384)
def base_form(word: str, pos: Pos) -> str:
    """Return the base form of a word as this part of speech, in lower case: "planned" gives "plan".

    Common words are looked up; rare ones are led back by their spelling, and left alone where that says nothing. What
    is no word of letters is returned in lower case.
    """
    form = word.casefold()
    if not form.isalpha():
        return form
    for told in _related(form, pos, "^"):
        return told
    # "Hid" is in the lists as a form of "hide", and so no base of "hiding".
    return base(form, pos, lambda word: _line(pos, word) is not None and not _related(word, pos, "^"))


def known(word: str) -> bool:
    """Tell whether a word, in any form, stands in the lists; many rarer words do not."""
    return any(_line(pos, base_form(word, pos)) is not None for pos in get_args(Pos))


def _related(word: str, pos: Pos, mark: str) -> frozenset[str]:
    for field in _fields(pos, word):
        if field.startswith(mark):
            return frozenset(field[1:].split(" "))
    return _NONE


def _fields(pos: Pos, word: str) -> list[str]:
    """Return the fields of a word's line; none for a word without relations."""
    line = _line(pos, word)
    return line.split("\t")[2:] if line else []


def _line(pos: Pos, word: str) -> str | None:
    start = f"{pos}\t{word}"
    at = bisect_left(_lines(), start)
    line = _lines()[at] if at < len(_lines()) else ""
    return line if line == start or line.startswith(start + "\t") else None


@cache
def _lines() -> list[str]:
    """Return the lines of the data file, which are sorted: few are ever asked for, so none is taken apart here."""
    return Path(__file__).with_name("wordnet.tsv").read_text(encoding="utf-8").splitlines()
