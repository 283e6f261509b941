"""Detection of illegible text by the probabilities of letter pairs in English.

Enciphered text is written for machines (Kang et al. 2023, "Exploiting Programmatic Behavior of LLMs").
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

PAIRS = "letter_pairs.npz"
# Letters, start and end of a word, apostrophe, "0" for digits, "#" for other characters.
SIGNS = "^abcdefghijklmnopqrstuvwxyz'0#$"
LEGIBLE = -4.88  # mean log2 probability of all pairs; illegible text is below
WORDS_LEGIBLE = -4.4  # mean of the words' means; illegible text is below this, too
LEAST = 25  # pairs needed to judge a text
LONGEST = 4000
CODE = 20  # characters; longer words may be codes, such as checksums
ACCENTED = 0.02  # share of non-ASCII letters above which a text is not English
_NOT_PROSE = re.compile(r"://|^www\.|\w@\w+\.\w|[<>(){}\[\]`\\_&;]|\w=\w")
_PARTS = re.compile(r"[-–—/]")
_EDGES = ".,:;!?\"“”‘’'()[]…–—*="


def is_illegible(text: str) -> bool:
    """Return whether a text that is long enough cannot be read as English.

    Two means must be low, over pairs and over words, so that one odd word is not enough.
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
    """Yield the pairs of `SIGNS` in each word; skips addresses, code, and names (words with capitals)."""
    for word in text.split():
        word = word.strip(_EDGES)
        if _NOT_PROSE.search(word):
            continue
        parts = _PARTS.split(word)
        # "well-known" is two words, "h-e-l-l-o" is one.
        for part in parts if any(len(one) > 1 for one in parts) else [word]:
            signs = [] if _is_name(part) else [_sign(one) for one in _plain(part)]
            pairs = [pair for pair in pairwise(["^", *signs, "$"]) if any(map(str.isalpha, pair))]
            if pairs:
                yield pairs


def _is_accented(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return sum(not sign.isascii() for sign in letters) > ACCENTED * len(letters)


def _is_name(word: str) -> bool:
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
