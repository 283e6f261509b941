"""Text → paragraphs, with offsets. Joins the lines of hard-wrapped text.

Does not find sentences, and does not tell story from boilerplate.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from summarise.data import Span

# What carries no ink: Unicode white space. Other characters that nobody sees are gone before (`characters`).
INVISIBLE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())

LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
TERMINAL = re.compile(r"""[.!?…:;。！？]["'”’“»«)\]]*$""")
BULLET = re.compile(r"(?:[-–—*•·‣▪◦]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")

# A text counts as hard-wrapped if this share of its line breaks runs on in lower case; wrapped English or
# German has well over half, lines that are paragraphs have next to none.
RUNNING_SHARE = 0.3
# Wrapped lines are this long at most; longer "lines" are paragraphs.
LONGEST_WRAP = 160
# In ragged text (wrapped by hand) a line this full, as a share of the width, is taken to run on.
RAGGED_FILL = 0.7


class _Line(NamedTuple):
    """A line without the white space around it; `blank_before` says whether an empty line precedes it."""

    start: int
    end: int
    text: str
    indent: int
    blank_before: bool


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets of `text[start:end]` without the invisible characters at either end."""
    piece = text[start:end]
    inner = piece.lstrip(INVISIBLE)
    start += len(piece) - len(inner)
    return start, start + len(inner.rstrip(INVISIBLE))


def split_paragraphs(text: str) -> tuple[Span, ...]:
    """Return the paragraphs of `text`: in order, disjoint, not empty, together all that is visible.

    A paragraph is a line. Only where the lines show that the text is hard-wrapped (many breaks run on in
    lower case) are they joined, up to a blank line, an indented line, a list item, or a line that is too short
    to have been broken by the margin.
    """
    lines = _lines(text)
    width, exact = _wrapping(lines)
    spans: list[tuple[int, int]] = []
    previous: _Line | None = None
    for line in lines:
        if previous and width and not line.blank_before and _runs_on(previous, line, width, exact):
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
        previous = line
    return tuple(Span(start=start, end=end) for start, end in spans)


def _lines(text: str) -> list[_Line]:
    """Return the lines that are not empty."""
    lines: list[_Line] = []
    begin, blank = 0, False
    for end, resume in [*((match.start(), match.end()) for match in LINE_BREAK.finditer(text)), (len(text), len(text))]:
        start, stop = trim(text, begin, end)
        if start < stop:
            lines.append(_Line(start, stop, text[start:stop], start - begin, blank))
        blank = start >= stop
        begin = resume
    return lines


def _running(line: _Line, following: _Line) -> bool:
    """Tell whether a sentence plainly goes on from one line to the next."""
    return following.text[0].islower() and not TERMINAL.search(line.text[-6:])


def _full(line: _Line, following: _Line, width: int) -> bool:
    """Tell whether the next line's first word would not have fitted on this line."""
    return line.indent + len(line.text) + 1 + len(following.text.split(maxsplit=1)[0]) > width


def _wrapping(lines: list[_Line]) -> tuple[int, bool]:
    """Return the width at which the lines are wrapped (0: they are not), and whether they are filled exactly."""
    breaks = [(line, following) for line, following in pairwise(lines) if not following.blank_before]
    running = [pair for pair in breaks if _running(*pair)]
    if not running or len(running) < RUNNING_SHARE * len(breaks):
        return 0, False
    widths = sorted(line.indent + len(line.text) for line, _ in running)
    if widths[len(widths) // 2] > LONGEST_WRAP:
        return 0, False
    width = widths[int(0.95 * (len(widths) - 1))]
    filled = sum(_full(line, following, width) for line, following in running)
    return width, filled >= 0.9 * len(running)


def _runs_on(line: _Line, following: _Line, width: int, exact: bool) -> bool:
    """Tell whether `following` belongs to the paragraph of `line` in text wrapped at `width`."""
    if following.indent > line.indent + 1:
        return False
    if _running(line, following):
        return True
    full = _full(line, following, width if exact else int(width * RAGGED_FILL))
    return full and not (BULLET.match(following.text) and TERMINAL.search(line.text[-6:]))
