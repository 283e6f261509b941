"""Detects the language of a text by its script and its commonest words (larger European languages)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from summarise.article.sentences import Source, words

LEAST_WORDS = 6  # the language of a shorter text is not decided
LEAST_LETTERS = 12  # least number of letters, for scripts without spaces
KNOWN = 0.15  # least share of a language's commonest words in a text
CLEAR = 1.2  # least ratio of this share to the share of the next language
PLAIN = 0.3  # least share, if no other language is compared
DISTINCT = 3  # least number of different common words
FOREIGN = 0.25  # least share of the other language's common words in a foreign sentence
TOLD = 0.15  # least share of common words that the article's language lacks
LEFT = 0.1  # greatest share of common words that only the article's language has
DOMINANT = 0.7  # least share of the letters that are in the text's script
_SCRIPTS = (
    "LATIN",
    "CYRILLIC",
    "GREEK",
    "ARABIC",
    "HEBREW",
    "DEVANAGARI",
    "BENGALI",
    "THAI",
    "HANGUL",
    "CJK",
    "GEORGIAN",
)
_ASCII = re.compile(r"[A-Za-z]")
_ONE = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}


@dataclass(frozen=True)
class LanguageGuess:
    """A script ("LATIN") and language ("en"), each None if undecided."""

    script: str | None
    language: str | None


def foreign(texts: Sequence[str], source: Source) -> tuple[int, ...]:
    """Return the indices of the texts in another language or script than the source, except quotations of the source.

    Texts that are too short to be judged alone are included if all texts together are in another language.
    """
    own = tongue(source.text)
    strange = [at for at, text in enumerate(texts) if not source.has(text) and differs(text, own)]
    if len(texts) > 1 and differs(" ".join(texts), own):
        return tuple(at for at, text in enumerate(texts) if at in strange or not source.has(text))
    return tuple(strange)


def tongue(text: str) -> LanguageGuess:
    """Guess the script of a text, and its language from the share of the language's frequent words."""
    script = _script(text)
    tokens = words(text)
    shares = _shares(tokens)
    if len(tokens) < LEAST_WORDS or not shares:
        return LanguageGuess(script, None)
    ordered = sorted(shares, key=lambda language: -shares[language])
    best, second = ordered[0], ordered[1]
    distinct = len(set(tokens) & _profiles()[best])
    known = shares[best] >= KNOWN and shares[best] > CLEAR * shares[second] and distinct >= DISTINCT
    return LanguageGuess(script, best if known else None)


def differs(text: str, own: LanguageGuess) -> bool:
    """Return whether a text is in another script or language than `own`; False for a short text."""
    tokens = words(text)
    script = _script(text)
    letters = sum(map(str.isalpha, text))
    spaced = script not in ("CJK", "THAI")
    if len(tokens) < LEAST_WORDS if spaced else letters < LEAST_LETTERS:
        return False
    if own.script and script and script != own.script:
        return True
    shares = _shares(tokens)
    if own.language is None or not shares:
        return False
    best = max(shares, key=lambda language: shares[language])
    if best == own.language or shares[best] < FOREIGN:
        return False
    its, ours = _profiles()[best], _profiles()[own.language]
    # Related languages share small words, which do not count.
    only_its = [token for token in tokens if token in its - ours]
    only_ours = [token for token in tokens if token in ours - its]
    return (
        len(set(only_its)) >= DISTINCT and len(only_its) >= TOLD * len(tokens) and len(only_ours) <= LEFT * len(tokens)
    )


def is_plainly(text: str, language: str) -> bool:
    """Return whether a text has so many common words of a language that it is in this language."""
    tokens = words(text)
    common = [token for token in tokens if token in _profiles()[language]]
    return len(common) >= PLAIN * len(tokens) and len(set(common)) >= DISTINCT


def _script(text: str) -> str | None:
    text = text[:4000]
    if len(_ASCII.findall(text)) >= DOMINANT * len(text) > 0:
        # The share of the letters is at least as high.
        return "LATIN"
    letters = Counter(_script_of(character) for character in text if character.isalpha())
    if not letters:
        return None
    script, count = letters.most_common(1)[0]
    return script if count >= DOMINANT * letters.total() else None


@cache
def _script_of(character: str) -> str | None:
    first = unicodedata.name(character, "").partition(" ")[0]
    first = _ONE.get(first, first)
    return first if first in _SCRIPTS else None


def _shares(tokens: Sequence[str]) -> dict[str, float]:
    if not tokens:
        return {}
    return {
        language: sum(token in profile for token in tokens) / len(tokens) for language, profile in _profiles().items()
    }


@cache
def _profiles() -> dict[str, frozenset[str]]:
    lines = Path(__file__).with_name("stopwords.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if line and line[0] != "#")
    return {language: frozenset(common) for language, *common in rows}
