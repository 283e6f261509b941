"""Markdown and e-mail by their content, where neither a name nor a server says what text is.

Careful: text that is neither loses its line breaks or its first lines if it is read as one of them, so prose with a few
stars, dashes or "From: …" stays text.
"""

import re
from itertools import pairwise

from summarise.article.decoding import byte_order
from summarise.article.documents.markdown import front_matter

BEGINNING = 1 << 16
"""Bytes that are looked at."""
_HEADER = re.compile(r"([A-Za-z][A-Za-z-]*+):[ \t]*+(.*+)")
_LETTER = frozenset(
    "bcc cc content-transfer-encoding content-type date delivered-to message-id mime-version received reply-to "
    "return-path sender subject to".split()
)
_ADDRESS = re.compile(r"[^\s@<>]@[^\s@<>]")
_LINK = re.compile(r"\]\((?:https?://|mailto:|[./#])[^\s()]")
_TABLE = re.compile(r"\|?(?:\s*+:?-{2,}+:?\s*+\|)+(?:\s*+:?-{2,}+:?\s*+)?")
_HEADING = re.compile(r"#{1,6} \S")
_BOLD = re.compile(r"(?<![\w*])(\*\*|__)(?=[^\s*_])[^*_]{1,120}(?<=[^\s*_])\1(?![\w*])")
_UNDERLINE = re.compile(r"={3,}+|-{3,}+")
_FENCE = re.compile(r"```\w*+")


def format_of_text(data: bytes) -> str | None:
    """Return "email" or "markdown" if the beginning of some text has their form, else None."""
    text = data[:BEGINNING].decode(byte_order(data) or "utf-8", errors="replace").removeprefix("\ufeff")
    if "\0" in text:
        return None
    lines = text.splitlines()
    return "email" if _is_letter(lines) else "markdown" if _is_markdown(text, lines) else None


def _is_letter(lines: list[str]) -> bool:
    """Return whether the text begins with an e-mail's header: nothing but fields, a sender's address among them."""
    if lines and lines[0].startswith("From ") and _ADDRESS.search(lines[0]):
        lines = lines[1:]  # the line between the letters of a mailbox
    names: set[str] = set()
    sender = False
    for number, line in enumerate(lines):
        if not line.strip():
            return number > 0 and sender and len(names & _LETTER) >= 2
        if number and line[0] in " \t":
            continue
        field = _HEADER.fullmatch(line)
        if field is None:
            return False
        names.add(field[1].lower())
        sender = sender or (field[1].lower() == "from" and _ADDRESS.search(field[2]) is not None)
    return False


def _is_markdown(text: str, lines: list[str]) -> bool:
    """Return whether text has a mark that only Markdown has, or two kinds of marks that text may have, too."""
    front = front_matter(text)
    if (front and front.fields) or _LINK.search(text) or any(_TABLE.fullmatch(line.strip()) for line in lines):
        return True
    if len(lines) > 2 and _HEADING.match(lines[0]) and not lines[1].strip():
        return True
    pairs = list(pairwise(["", *lines]))
    bold = sum(map(_within, lines))
    signs = (
        any(not before.strip() and _HEADING.match(line) for before, line in pairs),
        any(before.strip() and _UNDERLINE.fullmatch(line.rstrip()) for before, line in pairs),
        any(_FENCE.fullmatch(line.rstrip()) for line in lines),
        bold > 0,
        bold > 1,
    )
    return sum(signs) >= 2


def _within(line: str) -> int:
    """Count bold words among others; a line that is bold as a whole may be a cry in plain text."""
    return sum(found[0] != line.strip() for found in _BOLD.finditer(line))
