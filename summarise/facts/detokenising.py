"""Reads text that a tokeniser took apart ("26, 000", "37 - year - old", "did n't") as if it stood together.

Makes a copy for reading, with the place of each of its characters in the text as given; nothing else uses the copy.
Ordinary text is its own copy: the rules apply only where the text bears a tokeniser's marks.
"""

import re

from summarise.facts.calendar import MONTH_NAMES

_MONTHS = "|".join(MONTH_NAMES)
_MARKS = re.compile(
    r"\w [,.](?:\s|$)|``|\w n't\b|\w 's\b|\d - year\b|\d, 000\b|\d - \d|\( \w|[$£€] \d|Â[£€]"
    rf"|\b(?!(?:{_MONTHS})\b)[a-z]+ \d{{1,3}}, \d{{3}} (?!(?:and|or|to)\b)[a-z]"
    r"|\d\. \d+ ?(?:%|(?:per ?cent|million|billion|k[mg])\b)"
)
_SPLIT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)\d{1,3},(?P<one> )(?=\d{3}(?!\d| (?:and|or)\b))",
        r"(?<=,)\d{3},(?P<one> )(?=\d{3}(?!\d| (?:and|or)\b))",
        r"(?<= )\d{3},(?P<one> )(?=\d{3}(?!\d))",
        r"\d\.(?P<one> )(?=\d)",
        r"(?<=\d)(?P<one> )[-–](?P<two> )(?=\d|(?:foot|inch|mile|metre|meter|point|man|word|storey|strong|goal)\b)",
        r"(?<=\w)(?P<one> )-(?P<two> )(?=(?:year|month|week|day|hour|minute|second)s?\b)",
        r"(?<=[a-z])(?P<one> )-(?P<two> )(?=old\b)",
        r"(?<=\w)(?P<one> )(?=(?:n't|'(?:s|re|ve|ll|d|m))\b)",
        r"[$£€](?P<one> )(?=\d)",
        r"[$£€] ?[\d.,]+(?P<one> )(?=(?:k|m|bn)\b)",
        r"(?P<one> )(?=[,;:!?%](?:\s|$)|\.(?:\s|$))",
        # A pound sign read in the wrong encoding.
        r"(?P<one>Â)(?=[£€])",
    )
)
"""Characters, in groups, that a reader does without."""


def taken_apart(text: str) -> bool:
    """Tell whether a text bears the marks of a tokeniser."""
    return _MARKS.search(text) is not None


def tidied(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text put together again, and where each of its characters stands in `text`."""
    spare = {match.start(name) for pattern in _SPLIT for match in pattern.finditer(text) for name in match.groupdict()}
    kept = [index for index in range(len(text)) if index not in spare]
    return "".join(text[index] for index in kept), tuple(kept)
