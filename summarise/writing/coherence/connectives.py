"""Cuts a word at the start of a sentence that ties it to one that is not before it: "But", "However,", "Meanwhile,".

Words of time that point back carry meaning and are never cut.
"""

import re

_LEADING = re.compile(
    r"(?:(?:But|And|However|Meanwhile|In addition|Moreover|Furthermore|Additionally|Nevertheless|Nonetheless|Besides"
    r"|Still|Also|Yet|So|Thus|Therefore|Instead|Indeed|For (?:his|her|its|their) part"
    r"|On the other hand|By contrast|In contrast|In turn|As a result|For example|For instance|Even so|That said), "
    r"|But (?!for\b|also\b)|And (?!yet\b)|And yet |Yet (?=(?:the|he|she|it|they|there|no)\b)|Also (?=(?:on|in)\b))"
)


def without_connective(text: str) -> str:
    """Return a sentence without the connectives at its start, of which the second has no capital: "But in turn, …"."""
    rest = text
    while (match := _LEADING.match(rest)) is not None:
        rest = rest[match.end() :]
        rest = rest[:1].upper() + rest[1:]
    return rest if re.match(r"\w", rest) else text
