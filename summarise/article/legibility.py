"""Whether the letters of a text follow each other as in English: where they were exchanged or encoded they do not.

Such text is written past the reader, for a machine (the families of obfuscation in Kang et al. 2023, "Exploiting
Programmatic Behavior of LLMs"). How likely each letter follows another was counted by `training/addressed/pairs.py`.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

PAIRS = "letter_pairs.npz"
SIGNS = "^abcdefghijklmnopqrstuvwxyz'0#$"
"""Letters, the beginning and the end of a word, an apostrophe, any digit, and any other sign."""
LEGIBLE = -4.88
"""A text whose mean log2 probability of a pair of letters is lower may be illegible."""
WORDS_LEGIBLE = -4.4
"""It is if the mean over its words, each with the mean of its own pairs, is lower than this, too."""
LEAST = 25
"""How many pairs of letters a text needs to be judged."""
LONGEST = 4000
CODE = 20
"""Characters from which on a word with capitals is taken for a code."""
ACCENTED = 0.02
"""The share of letters with accents from which on a text is in another language, and no cipher of English."""
_NOT_PROSE = re.compile(r"://|^www\.|\w@\w+\.\w|[<>(){}\[\]`\\_&;]|\w=\w")
_PARTS = re.compile(r"[-–—/]")
_EDGES = ".,:;!?\"“”‘’'()[]…–—*="


def is_illegible(text: str) -> bool:
    """Tell whether a text, long enough to be judged, cannot be read as English.

    Both means must be low, over all pairs of letters and over words, so that one odd word is not enough. A code (a
    checksum, say) among words is left out.
    """
    if _is_accented(text[:LONGEST]):
        return False
    table = _table()
    words = [[table[pair] for pair in word] for word in letter_pairs(text[:LONGEST])]
    short = [word for word in words if len(word) <= CODE]
    words = short if len(short) > 2 else words
    count = sum(map(len, words))
    unlikely = count >= LEAST and sum(map(sum, words)) < LEGIBLE * count
    return unlikely and sum(sum(word) / len(word) for word in words) < WORDS_LEGIBLE * len(words)


def letter_pairs(text: str) -> Iterator[list[tuple[str, str]]]:
    """Yield for each word the signs of `SIGNS` that follow each other, each two with a letter among them.

    Left out are words without a letter, addresses, code, and words with capitals: names of any language.
    """
    for word in text.split():
        word = word.strip(_EDGES)
        if _NOT_PROSE.search(word):
            continue
        parts = _PARTS.split(word)
        # A hyphen between words is none between letters that stand apart.
        for part in parts if any(len(one) > 1 for one in parts) else [word]:
            signs = [] if _is_name(part) else [_sign(one) for one in _plain(part)]
            pairs = [pair for pair in pairwise(["^", *signs, "$"]) if any(map(str.isalpha, pair))]
            if pairs:
                yield pairs


def _is_accented(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return sum(not sign.isascii() for sign in letters) > ACCENTED * len(letters)


def _is_name(word: str) -> bool:
    """Tell whether a word may be a name, an acronym or a number of something: all of them have capitals."""
    return len(word) < CODE and not word.islower()


def _plain(word: str) -> str:
    if word.isascii():
        return word.lower()
    return "".join(sign for sign in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(sign))


def _sign(character: str) -> str:
    if "a" <= character <= "z":
        return character
    return "'" if character in "'’" else "0" if character.isdigit() else "#"


@cache
def _table() -> dict[tuple[str, str], float]:
    import numpy as np

    with np.load(Path(__file__).with_name(PAIRS), allow_pickle=False) as stored:
        rows = (stored["pairs"] * float(stored["scale"])).tolist()
    return {(one, other): rows[row][column] for row, one in enumerate(SIGNS) for column, other in enumerate(SIGNS)}
