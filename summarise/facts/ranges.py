"""Words that open a range: "between" and "ranging from", and the words that link its two ends.

Finds the opening only; what the ends are is the business of `numbers`, `money` and `figures`. "From 3 to 8" alone opens
none: it tells a change as often.
"""

import re
from dataclasses import dataclass

from summarise.facts.cardinals import SPACE

_OPENING = re.compile(
    rf"(?<!\w)(?:(?P<between>between)|(?:rang(?:es?|ed|ing)|var(?:y|ies|ied|ying)|anywhere){SPACE}+(?P<from>from))"
    rf"{SPACE}+$",
    re.IGNORECASE,
)
_REACH = 32
_LINKS = {"between": ("and", "to"), "from": ("to",)}


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a range begins, its opening word included, and the words that may link its ends."""

    start: int
    links: tuple[str, ...]


def opening(text: str, start: int) -> Opening | None:
    """Return the opening of a range right before `start`, or None."""
    window = text[max(0, start - _REACH) : start]
    match = _OPENING.search(window)
    if match is None:
        return None
    word = "between" if match["between"] else "from"
    return Opening(start - len(window) + match.start(word), _LINKS[word])
