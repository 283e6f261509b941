"""Common English words: an extract of WordNet 3.0 (`wordnet.txt`, its licence beside it), and their regular forms.

A line of the file is a word, or an irregular form of one, in lower case. Knows no meanings and no parts of speech.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

_ENDINGS = (
    ("men", "man"), ("ies", "y"), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
    ("ves", "f"), ("ves", "fe"), ("oes", "o"), ("es", ""), ("s", ""), ("ying", "ie"), ("ied", "y"), ("ing", ""),
    ("ing", "e"), ("ed", ""), ("ed", "e"), ("ier", "y"), ("iest", "y"), ("er", ""), ("er", "e"), ("est", ""),
    ("est", "e"),
)  # fmt: skip
"""Endings, and what may have stood in their place: the detachment rules of WordNet's morphy(7), and some more."""
_DOUBLING = ("ed", "ing", "er", "est")
_VOWELS = "aeiouy"


def known(word: str) -> bool:
    """Tell whether a word, in any form, stands in the list; many rarer words do not."""
    return any(candidate in _words() for candidate in _candidates(word.casefold()))


def _candidates(form: str) -> Iterator[str]:
    """Yield what a form may be a form of, itself first; what ends in "-ss", "-us" or "-is" is taken for no plural."""
    yield form
    for ending, instead in _ENDINGS:
        rest = form.removesuffix(ending)
        if rest == form or len(rest) < 2 or not any(letter in _VOWELS for letter in rest + instead):
            continue
        if ending == "s" and form.endswith(("ss", "us", "is")):
            continue
        if ending in _DOUBLING and not instead and rest[-1] == rest[-2] and rest[-1] not in _VOWELS:
            yield rest[:-1]
        yield rest + instead


@cache
def _words() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("wordnet.txt").read_text(encoding="utf-8").split())
