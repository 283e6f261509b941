"""Lines → paragraphs of running text, and the offsets at which the pages stand in it."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from summarise.article.documents.pdf.hyphens import joined
from summarise.article.documents.pdf.lines import Line, note_mark
from summarise.data import PageSpan

TERMINAL = re.compile(r"""[.!?…:;]["'”’»)\]]*$""")
BULLET = re.compile(r"(?:[-–—•·‣▪◦]|\(?\d{1,2}[.)])\s")
SAME_HEIGHT = 0.9
WIDE_LEADING = 1.28
"""From one line to the next, beside the region's median: more parts paragraphs."""
INDENT = 0.6
"""Heights of a line that an indented first line begins further to the right."""
SHORT = 0.8
"""The share of a region's width that a paragraph's last line fills at most, where nothing else shows its end."""
FULL = 0.9
"""The share of a region's width that a line and the next word have to come to for the paragraph to go on elsewhere."""


@dataclass
class Paragraph:
    """The lines of a paragraph, each with the number of its page."""

    lines: list[tuple[int, Line]] = field(default_factory=list)


def paragraphs_of(regions: Iterable[tuple[int, Sequence[Line]]]) -> list[Paragraph]:
    """Return the paragraphs of regions, given in reading order with their pages; one may go on in the next region."""
    found: list[Paragraph] = []
    for page, lines in regions:
        if not lines:
            continue
        left, right = min(line.left for line in lines), max(line.right for line in lines)
        leading, indents = _leading(lines), _indents(lines, left)
        for index, line in enumerate(lines):
            last = found[-1].lines[-1][1] if found else None
            indented = line.left > left + INDENT * line.height
            if last is None or BULLET.match(line.text) or not _alike(last, line):
                parted = True
            elif index == 0:
                full = _width_with_first_word(last, line) >= FULL * (right - left)
                goes_on = last.text.endswith("-") or (full and (indents or not TERMINAL.search(last.text)))
                parted = indented or not goes_on
            else:
                far = last.bottom - line.bottom > WIDE_LEADING * leading
                first = indented and last.left <= left + INDENT * line.height
                short = (
                    not indents
                    and last.right < left + SHORT * (right - left)
                    and TERMINAL.search(last.text) is not None
                )
                parted = far or first or short
            if parted:
                found.append(Paragraph())
            found[-1].lines.append((page, line))
    return found


def notes_of(notes: Iterable[tuple[int, Sequence[Line]]]) -> list[Paragraph]:
    """Return the footnotes, each a paragraph."""
    found: list[Paragraph] = []
    for page, lines in notes:
        for line in lines:
            if not found or note_mark(line):
                found.append(Paragraph())
            found[-1].lines.append((page, line))
    return found


def written(paragraphs: Iterable[Paragraph], words: AbstractSet[str]) -> tuple[str, tuple[PageSpan, ...]]:
    """Return the text, blank lines between paragraphs, and what of it stands on which page; `words` are its words."""
    blocks: list[str] = []
    starts: list[tuple[int, int]] = []
    offset = 0
    for paragraph in paragraphs:
        text = ""
        for page, line in paragraph.lines:
            before = len(text)
            text = joined(text, line.text, words) if text else line.text
            if not starts or starts[-1][1] != page:
                # Where a hyphen was taken out the page begins with the rest of the word.
                starts.append((offset + (len(text) - len(line.text) if before else 0), page))
        blocks.append(text)
        offset += len(text) + 2
    whole = "\n\n".join(blocks)
    ends = [start for start, _ in starts[1:]] + [len(whole)]
    return whole, tuple(
        PageSpan(start=start, end=end, number=page)
        for (start, page), end in zip(starts, ends, strict=True)
        if start < end
    )


def _alike(last: Line, line: Line) -> bool:
    return last.bold == line.bold and min(last.height, line.height) >= SAME_HEIGHT * max(last.height, line.height)


def _width_with_first_word(last: Line, line: Line) -> float:
    """Return how wide a line would be with the first word of the one after it."""
    return (last.right - last.left) * (1 + len(line.text.split(" ", 1)[0]) / len(last.text))


def _indents(lines: Sequence[Line], left: float) -> bool:
    """Tell whether paragraphs of a region show by the indent of their first lines where they begin."""
    edges = [line.left > left + INDENT * line.height for line in lines]
    return any(edge and not before for before, edge in pairwise(edges))


def _leading(lines: Sequence[Line]) -> float:
    """Return how far one line of a region is below the other, mostly."""
    steps = [upper.bottom - lower.bottom for upper, lower in pairwise(lines) if _alike(upper, lower)]
    return median(steps) if steps else max(line.height for line in lines)
