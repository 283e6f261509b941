"""Whether a text is one whole sentence of running text. Looks at its form alone: it may still be false."""

import re

from summarise.guards.pieces import balanced, split
from summarise.guards.repetition import loops
from summarise.guards.words import words

SHORTEST = 5
"""Words that a sentence of news has at least."""
_END = re.compile(r"[.!?][”’\"']?$")
_BEGINNING = re.compile(r"[“‘\"'$£€]?[A-Z0-9]")
_FORBIDDEN = re.compile(r"[\[\]{}<>|*_#\\;]|\.\.|…|--|: [A-Z]|\s[,.;:!?]|,[,.]")
_DOUBLED = re.compile(r"\b([a-z]+) \1\b")
OPEN_ENDED = frozenset(
    "a an the of to in on at for by with from into over under between among about as and or but nor that which who "
    "whose whom while because although though if unless than is are was were be been being has have had will would "
    "could should may might must can do does did not no its their his her our your my according "
    "including such more less very so mr mrs ms dr prof st gov sen rep gen sir".split()
)
"""Words after which a sentence has to go on."""


def is_whole_sentence(text: str) -> bool:
    """Tell whether a text is one sentence from its capital to its end mark, with nothing open, broken off or repeated.

    One with a title before a name ("Mr. Lee") is one sentence; a semicolon, a list or mark-up makes none.
    """
    said = words(text)
    if len(said) < SHORTEST or said[-1] in OPEN_ENDED:
        return False
    if not (_BEGINNING.match(text) and _END.search(text)) or _FORBIDDEN.search(text) or _DOUBLED.search(text):
        return False
    if not balanced(text) or text.count("(") != text.count(")") or loops(text) or _repeats(said):
        return False
    return len(split(text)) == 1


def _repeats(said: tuple[str, ...]) -> bool:
    """Tell whether three words in a row come twice."""
    runs = list(zip(said, said[1:], said[2:], strict=False))
    return len(set(runs)) < len(runs)
