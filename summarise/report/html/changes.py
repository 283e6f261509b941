"""What became of a text: the words left out and those put in.

Does not say who changed it or why.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

CLOSE = 0.5
"""From this likeness on, changes are told word by word; below it, as one text in place of another."""
_TOKEN = re.compile(r"\s+|\w+(?:[’'.,-]\w+)*|[^\w\s]")


class Change(NamedTuple):
    """A stretch that both texts have, or that was left out of the one, or put into the other."""

    kind: Literal["same", "left out", "put in"]
    text: str


def changes(before: str, after: str) -> list[Change]:
    """Return how `before` became `after`, as stretches that both have, or only one of them.

    Those that are not "put in" make up `before`, those that are not "left out" make up `after`.
    """
    one, other = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < CLOSE:
        return _listed([Change("left out", before), Change("put in", after)])
    found: list[Change] = []
    gone = new = ""
    for kind, start, end, there, to in matcher.get_opcodes():
        left, right = "".join(one[start:end]), "".join(other[there:to])
        # A blank between two changes joins them: words are read, not blanks.
        if kind == "equal" and not (left.isspace() and (gone or new) and end < len(one) and to < len(other)):
            found += [Change("left out", gone), Change("put in", new), Change("same", left)]
            gone = new = ""
        else:
            gone, new = gone + left, new + right
    return _listed([*found, Change("left out", gone), Change("put in", new)])


def _listed(found: Sequence[Change]) -> list[Change]:
    return [change for change in found if change.text]
