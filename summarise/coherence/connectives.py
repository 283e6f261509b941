"""Cuts a word at the start of a sentence that ties it to one that is not before it: "But", "However,", "Meanwhile,".

Tells of words of time that point at something outside the sentence; those carry meaning and are never cut.
"""

import re
from collections.abc import Iterator

from summarise.coherence.shown import Dangling, Edit

_ALONE = (
    "But|And|However|Meanwhile|In addition|Moreover|Furthermore|Additionally|Nevertheless|Nonetheless|Besides|Still"
)
_LEADING = re.compile(
    rf"(?:(?:{_ALONE}|Also|Yet|So|Thus|Therefore|Instead|Indeed|For (?:his|her|its|their) part"
    r"|On the other hand|By contrast|In contrast|In turn|As a result|For example|For instance|Even so|That said), "
    r"|But (?!for\b|also\b)|And (?!yet\b)|And yet |Yet (?=(?:the|he|she|it|they|there|no)\b)|Also (?=(?:on|in)\b))"
)
_INSIDE = re.compile(r",\s(?:however|meanwhile|though|too|for (?:his|her|its) part),(?=\s)")
_TIMES = re.compile(
    r"(?<![\w-])(?:by then|before then|since then|until then|(?:on |at )?th(?:at|e same|e following|e next|e previous) "
    r"(?:day|evening|morning|night|afternoon|week|month|year|season|time|moment|point|period)|the day before"
    r"|at the time|at that (?:time|point|stage)|(?:then|earlier|later|afterwards|previously|subsequently)(?=,)"
    r"|meanwhile|(?:days|weeks|months|hours|minutes|years) (?:earlier|later)"
    r"|the (?:latter|former)(?=\s(?:was|is|had|has|said|,)))"
    r"(?![\w-])",
    re.IGNORECASE,
)


def cut(text: str) -> list[Edit]:
    """Return the edits that take off the connectives at the start of a sentence, and "however" inside it."""
    end, words = 0, []
    while (match := _LEADING.match(text, end) or _capitalised(text, end)) is not None:
        words.append(match.group().strip(" ,"))
        end = match.end()
    edits: list[Edit] = []
    if end and re.match(r"\w", text[end : end + 1]):
        after = text[end].upper()
        edits.append(Edit(0, end + 1, after, "connective", f"“{' '.join(words)}” ties it to what is not before it"))
    return edits


def _capitalised(text: str, start: int) -> re.Match[str] | None:
    """Match a second connective, which has no capital: "But in addition, …"."""
    return _LEADING.match(text[:start] + text[start : start + 1].upper() + text[start + 1 :], start) if start else None


def inside(text: str, quoted: list[tuple[int, int]]) -> list[Edit]:
    """Return the edits that take ", however," out of a sentence."""
    return [
        Edit(match.start(), match.end(), "", "connective", "it points back")
        for match in _INSIDE.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in quoted)
        and "how" in match.group().casefold()
    ]


def times(text: str, quoted: list[tuple[int, int]], *, dated: bool) -> Iterator[Dangling]:
    """Yield the words of time that point back; `dated` tells that the sentence has a date that they may mean."""
    for match in _TIMES.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in quoted):
            weight = 0.3 if dated and match.start() > 0 else 0.6
            yield Dangling(match.group(), "the time it points at was not told before", weight)
