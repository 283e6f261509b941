"""Qualifiers: "more than", "at least", "about" before an amount, and what they say of it.

Looks only right before an amount; what stands behind it ("300 or more") is not read.
"""

import re

from summarise.data import Qualifier
from summarise.facts.cardinals import SPACE

_QUALIFIERS: dict[str, Qualifier] = {
    "no more than": "at most", "not more than": "at most", "a maximum of": "at most", "up to": "at most",
    "at most": "at most", "as many as": "at most", "as much as": "at most", "within": "at most",
    "no fewer than": "at least", "no less than": "at least", "not less than": "at least", "at least": "at least",
    "a minimum of": "at least", "more than": "more than", "greater than": "more than", "over": "more than",
    "upwards of": "more than", "in excess of": "more than", "well over": "more than", "exceeding": "more than",
    "fewer than": "less than", "less than": "less than", "under": "less than",
    "just under": "about", "just over": "about", "just above": "about", "a little over": "about",
    "a little under": "about",
    "slightly more than": "about", "slightly less than": "about",
    "just below": "about", "just short of": "about", "almost": "about", "nearly": "about", "close to": "about",
    "about": "about", "around": "about", "roughly": "about", "approximately": "about", "an estimated": "about",
    "some": "about", "circa": "about", "more or less": "about", "a total of": "exactly", "exactly": "exactly",
    "precisely": "exactly", "a record": "exactly", "just": "exactly", "only": "exactly",
}  # fmt: skip
# "above" and "below" are left out: they tell places as often as amounts.

_QUALIFIER = "|".join(sorted((q.replace(" ", SPACE + "+") for q in _QUALIFIERS), key=len, reverse=True))
_LEAD = re.compile(rf"(?<!\w)(?P<q>{_QUALIFIER}){SPACE}+$", re.IGNORECASE)


def qualified(text: str, start: int) -> tuple[int, Qualifier]:
    """Return where the qualifier before `start` begins and what it says; `start` and "exactly" without one."""
    window = text[max(0, start - 30) : start]
    match = _LEAD.search(window)
    if match is None:
        return start, "exactly"
    words = " ".join(match["q"].casefold().split())
    return start - len(window) + match.start(), _QUALIFIERS[words]
