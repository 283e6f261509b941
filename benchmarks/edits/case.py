"""The nouns of the suite: kinds of edit, one change of a sentence, one case to check. Does not make any."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from summarise.data import FindingCode

Source = Literal["rule", "hand"]

KINDS = ("figure", "unit", "money", "date", "name", "quotation", "negation", "speaker")
LATER = ("certainty", "who-did-what", "antonym", "attribution", "quantifier", "cause", "order")
HARMLESS = "harmless"

# The code of a finding that names the error. What is not told by comparing facts is the entailment model's to doubt,
# and where two names changed places a finding may be of either name.
NAMED: dict[str, frozenset[FindingCode]] = {
    "figure": frozenset({"figure"}),
    "unit": frozenset({"figure"}),
    "money": frozenset({"money"}),
    "date": frozenset({"date"}),
    "name": frozenset({"name"}),
    "quotation": frozenset({"quotation"}),
    "negation": frozenset({"negation"}),
    "speaker": frozenset({"speaker", "entailment"}),
    "certainty": frozenset({"entailment"}),
    "who-did-what": frozenset({"name", "entailment"}),
    "antonym": frozenset({"negation", "entailment"}),
    "attribution": frozenset({"speaker", "entailment"}),
    "quantifier": frozenset({"figure", "negation", "entailment"}),
    "cause": frozenset({"negation", "entailment"}),
    "order": frozenset({"date", "negation", "entailment"}),
}


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

    `kind` is one of `KINDS`, `LATER` or `HARMLESS`; a harmless case whose `edited` equals `original` is unedited.
    """

    article: str
    kind: str
    how: str
    original: str
    edited: str
    source: Source


def draw(*key: object) -> int:
    """Return a number that depends on `key` alone, the same on every machine."""
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, key)).encode()).digest()[:8], "big")
