"""What the suite is about: kinds of edit, one change of a sentence, one case to check. Does not make any."""

import hashlib
from dataclasses import dataclass
from typing import Literal

KINDS = ("figure", "money", "date", "name", "negation", "antonym", "certainty", "who-did-what")
BY_HAND = ("unit", "quotation", "speaker", "attribution")
"""Kinds of error that no rule makes: only `hand.tsv` has them."""
HARMLESS = "harmless"


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence after one change: `how` it was made, the whole `text`, and the words that it `brought` in.

    `brought` is empty where nothing came in that the article could state elsewhere, such as a "not".
    """

    how: str
    text: str
    brought: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence to check against its article.

    `kind` is one of `KINDS`, `BY_HAND` or `HARMLESS`; a harmless case whose `edited` equals `original` is unedited.
    """

    article: str
    kind: str
    how: str
    original: str
    edited: str
    source: Literal["rule", "hand"]


def draw(*key: object) -> int:
    """Return a number that depends on `key` alone, the same on every machine."""
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, key)).encode()).digest()[:8], "big")
