"""Words before an amount that leave it open: "more than", "as much as", "about", and on which side they leave room.

Data and one look-up; what the amount is, others tell.
"""

import re
from typing import Literal

Side = Literal["lower", "upper", "about"]
_PHRASES: dict[Side, str] = {
    "lower": """
        more than, greater than, over, well over, at least, no fewer than, no less than, not less than, upwards of,
        in excess of, a minimum of, exceeding
    """,
    "upper": """
        less than, fewer than, under, up to, at most, no more than, not more than, as much as, as many as, a maximum of
    """,
    "about": """
        about, around, roughly, approximately, an estimated, some, circa, nearly, almost, close to, just under,
        just over, just below, just short of, a little over, a little under, slightly more than, slightly less than
    """,
}
SIDES: dict[str, Side] = {
    " ".join(phrase.split()): side for side, phrases in _PHRASES.items() for phrase in phrases.split(",")
}
"""Each phrase, and on which side of the amount it leaves room."""
_PHRASE = "|".join(sorted((phrase.replace(" ", r"\s+") for phrase in SIDES), key=len, reverse=True))
# "More than a third", "roughly one in 13", "about €12 million".
_BEFORE = re.compile(rf"(?<!\w)(?P<phrase>{_PHRASE})\s+(?:(?:a|an|one|the|one in)\s+)?[$£€¥]?\s*$", re.I)
_REACH = 40


def bound_before(text: str, position: int) -> str | None:
    """Return the phrase of `SIDES` that stands right before a position, None where there is none."""
    match = _BEFORE.search(text[max(0, position - _REACH) : position])
    return " ".join(match["phrase"].casefold().split()) if match else None


def without_bound(text: str) -> tuple[str, Side | None]:
    """Return a stretch without the phrase of `SIDES` that it ends with, and the side of that phrase if there is one."""
    phrase = bound_before(text, len(text))
    if phrase is None:
        return text, None
    start = max(match.start() for match in re.finditer(phrase.replace(" ", r"\s+"), text, re.I))
    return text[:start], SIDES[phrase]


def levelled(one: str, other: str) -> tuple[str, str]:
    """Return two stretches without the phrases that they end with, if these leave room on the same side."""
    (ours, side), (theirs, there) = without_bound(one), without_bound(other)
    return (ours, theirs) if side is not None and side == there else (one, other)
