"""What the model takes for names, without what it wrongly takes for a part of them.

Reads the labels on the tokens; where rules read the sentence there are none. Does not know capitals or lists.
"""

import re
from collections.abc import Iterator
from typing import Literal

from summarise.data import NameCategory
from summarise.facts.parser import Token

Label = NameCategory | Literal[""]
LabelledSpan = tuple[int, int, Label]
"""First and last (exclusive) token of a stretch, and the kind of name that the model sees in it, if any."""

_LABELS: dict[str, NameCategory] = {
    "PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "nationality",
    "EVENT": "other", "WORK_OF_ART": "other", "LAW": "other", "PRODUCT": "other",
}  # fmt: skip
_SCORE = re.compile(r"(?:^|\s)\d{1,3}\s?[-–]\s?\d{1,3}$")


def entities(tokens: tuple[Token, ...]) -> Iterator[LabelledSpan]:
    """Yield the entities of a sentence in order."""
    index = 0
    while index < len(tokens):
        mark, _, label = tokens[index].entity.partition("-")
        end = index + 1
        if mark:
            while end < len(tokens) and tokens[end].entity == f"I-{label}":
                end += 1
            last = _unencumbered(tokens, index, end)
            if label in _LABELS and last > index and any(token.capital for token in tokens[index:last]):
                yield index, last, _LABELS[label]
        index = end


def _unencumbered(tokens: tuple[Token, ...], first: int, last: int) -> int:
    """Return where an entity ends without half a bracket; a name with a score ("Hexholm 2-0") is left to the capitals.

    The model takes the digits of a score for a part of the name, and what it then calls it is worth nothing.
    """
    words = [token.text for token in tokens[first:last]]
    if "(" in words[1:] and ")" not in words:
        return first + words.index("(")
    return first if _SCORE.search(" ".join(words)) else last
