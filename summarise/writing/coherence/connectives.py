"""Cuts a word at the start of a sentence that ties it to one that is not before it: "But", "However,", "Meanwhile,".

Words of time that point back carry meaning and are never cut.
"""

import re

from summarise.writing.coherence.proposals import Edit

_ALONE = (
    "But|And|However|Meanwhile|In addition|Moreover|Furthermore|Additionally|Nevertheless|Nonetheless|Besides|Still"
)
_LEADING = re.compile(
    rf"(?:(?:{_ALONE}|Also|Yet|So|Thus|Therefore|Instead|Indeed|For (?:his|her|its|their) part"
    r"|On the other hand|By contrast|In contrast|In turn|As a result|For example|For instance|Even so|That said), "
    r"|But (?!for\b|also\b)|And (?!yet\b)|And yet |Yet (?=(?:the|he|she|it|they|there|no)\b)|Also (?=(?:on|in)\b))"
)


def cut(text: str) -> list[Edit]:
    """Return the edit that takes off the connectives at the start of a sentence, if there are any."""
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
