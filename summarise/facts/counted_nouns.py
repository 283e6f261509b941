"""The noun that a number counts, in the singular.

Best effort: with tags from the model the head of the noun phrase behind the number, by rule a plural close by.
Does not parse; a noun that stands before its number ("votes: 31") is not found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.facts.lexicon.irregular import SINGULARS
from summarise.facts.parser import Token

_IRREGULAR = SINGULARS | {
    "oxen": "ox", "leaves": "leaf", "loaves": "loaf", "shelves": "shelf", "policemen": "policeman",
    "policewomen": "policewoman", "firemen": "fireman", "crises": "crisis", "bases": "base", "analyses": "analysis",
    "criteria": "criterion", "phenomena": "phenomenon", "series": "series", "species": "species",
    "aircraft": "aircraft", "police": "police", "news": "news", "movies": "movie", "cookies": "cookie", "ties": "tie",
    "buses": "bus", "shoes": "shoe", "persons": "person",
}  # fmt: skip
_ADJECTIVES = {"JJ", "JJR", "JJS", "VBN", "VBG", "CD", "HYPH", "AFX"}
_DETERMINERS = {"the", "its", "their", "his", "her", "our", "your", "my", "these", "those", "all", "other", "such"}
_NOT_COUNTED = {"%", "per", "cent", "percent", "am", "pm", "ago", "later", "earlier", "time", "a.m", "p.m"}
_INVARIANT = frozenset(
    "aircraft police series species people staff crew spacecraft offspring sheep fish deer personnel cattle".split()
)
_NO_NOUNS = frozenset("and or to in of was is has as this his its".split())
_REACH = 6


def singular(noun: str) -> str:
    """Return the singular of an English noun in lower case, so that "Bridges" and "bridge" compare equal."""
    word = noun.casefold()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending in ("men", "women", "people"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return word[: -len(ending)] + _IRREGULAR[ending]
    if len(word) < 4 or word.endswith(("ss", "us", "is", "'s", "’s")):
        return word[:-1] if len(word) == 3 and word.endswith("s") and word not in ("gas", "bus", "his", "was") else word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes", "oes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted noun in the singular: where it ends, whether it is direct behind its number, and in the plural."""

    noun: str
    end: int
    direct: bool
    plural: bool


def counted_noun(tokens: Sequence[Token]) -> Counted | None:
    """Return the noun that is counted, or None.

    `tokens` begin right behind the number. "46 of the 203 orders" counts orders, but not directly.
    """
    words = list(tokens[: _REACH + 4])
    if words and words[0].text in ("-", "‐", "‑"):
        # "a 90-page pack" counts pages.
        return (
            Counted(singular(words[1].text), words[1].end, True, True)
            if len(words) > 1 and words[1].text.isalpha() and len(words[1].text) > 2  # "£100,000-a-week"
            else None
        )
    direct = True
    if words and words[0].text.casefold() in ("of", "out"):
        direct = False
        words = words[1:]
        while words and (words[0].text.casefold() in _DETERMINERS | {"of"} or words[0].tag == "PRP$"):
            words = words[1:]
    elif words and words[0].text.casefold() in _DETERMINERS:
        words = words[1:]
    found = _tagged(words[:_REACH]) if any(word.tag for word in words) else _plural(words[:4])
    if found is None:
        return None
    plural = found.tag in ("", "NNS", "NNPS") or found.text.casefold() in _INVARIANT
    return Counted(singular(found.text), found.end, direct, plural)


def _tagged(words: Sequence[Token]) -> Token | None:
    head: Token | None = None
    for word in words:
        if word.tag in ("NN", "NNS", "NNPS", "NNP"):
            if word.text.casefold() in _NOT_COUNTED or (word.tag == "NNP" and head is not None):
                break
            head = word
        elif head is not None and word.text in ("-", "‐", "‑"):
            continue
        elif head is not None or word.tag not in _ADJECTIVES:
            break
    # Names count nothing: in "12 Calder bolts" the noun is the bolts, in "the 4 Yorkshire" it is missing.
    return head if head is not None and head.tag != "NNP" and head.text[:1].isalpha() else None


def _plural(words: Sequence[Token]) -> Token | None:
    for word in words:
        text = word.text.casefold()
        if not text.isalpha() or text in _NO_NOUNS:
            return None
        if text in _IRREGULAR or (text.endswith("s") and not text.endswith(("ss", "us", "is"))):
            return word
    return None
