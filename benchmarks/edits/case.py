"""Defines the kinds of edit, the change of a sentence, and the case to check."""

import hashlib
from dataclasses import dataclass
from typing import Literal

KINDS = ("figure", "money", "date", "name", "negation", "antonym", "certainty", "who-did-what")
BY_HAND = ("unit", "quotation", "speaker", "attribution")
"""Kinds of error that only `hand.tsv` contains, because no rule makes them."""
HARMLESS = "harmless"


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence after one change. `how`: the rule. `text`: the changed sentence. `brought`: the new words.

    `brought` is empty if the new words (such as "not") are no fact that the article could state elsewhere.
    """

    how: str
    text: str
    brought: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence to check against its article.

    `kind`: one of `KINDS`, `BY_HAND` or `HARMLESS`. If `edited` equals `original`, the case is an unchanged sentence.
    """

    article: str
    kind: str
    how: str
    original: str
    edited: str
    source: Literal["rule", "hand"]


def draw(*key: object) -> int:
    """Return a pseudo-random number that depends only on `key`, the same on every machine."""
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, key)).encode()).digest()[:8], "big")
