"""The runs of a region → lines, from top to bottom; and what of a page's lines is no text of its own.

Does not make paragraphs.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from summarise.article.documents.pdf.glyphs import Run

MARGIN = 0.12
"""The share of a page's height, at its head and at its foot, in which running heads and page numbers stand."""
REPEATED = 0.3
"""The share of the pages that a running head stands on."""
PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE)
SPACE = 0.12
"""Heights of a line that are a space between two runs."""
SMALL = 0.93
"""How small the lines of a footnote are, beside those of the story."""
NOTE = re.compile(r"(\d{1,3}|[*†‡§]{1,3})[.)]?\s*\D")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its words and its place; `height` is that of most of its characters."""

    text: str
    left: float
    right: float
    bottom: float
    height: float
    bold: bool


def rows_of(runs: Sequence[Run]) -> list[list[Run]]:
    """Return the runs by the line that they stand on, lines from top to bottom, runs from left to right."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.middle, run.left)):
        row = rows[-1] if rows else None
        if row is not None and _level(max(row, key=lambda one: one.height), run):
            row.append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def line_of(row: Sequence[Run], marks: Collection[str | None] = ()) -> Line:
    """Return the line of a row of runs; a raised number that is one of the `marks` of footnotes is left out."""
    text, last = "", None
    for run in row:
        if run.raised and last is not None and run.text.strip() in marks:
            continue
        spaced = last is not None and run.left - last.right > SPACE * max(run.height, last.height)
        text += (" " if spaced else "") + run.text
        last = run
    main = max(row, key=lambda run: len(run.text))
    return Line(
        text=" ".join(text.split()),
        left=min(run.left for run in row),
        right=max(run.right for run in row),
        bottom=main.bottom,
        height=main.height,
        bold=all(run.bold for run in row if run.text.strip()),
    )


def without_running_heads(pages: Sequence[tuple[float, Sequence[Run]]]) -> list[list[Run]]:
    """Return the runs of each page, given with its height, without page numbers and what stands on many pages."""
    margins = [_margin_rows(height, runs) for height, runs in pages]
    seen = Counter(key for rows in margins for key in {_key(row) for row in rows})
    fewest = max(2, REPEATED * len(pages))
    kept = []
    for rows, (_, runs) in zip(margins, pages, strict=True):
        dropped = {
            id(run) for row in rows if seen[_key(row)] >= fewest or PAGE_NUMBER.fullmatch(_words(row)) for run in row
        }
        kept.append([run for run in runs if id(run) not in dropped])
    return kept


def parted_notes(lines: Sequence[Line], body: float) -> tuple[list[Line], list[Line]]:
    """Part the lines of a region into those of the story and the footnotes below them; `body` is the story's height."""
    first = len(lines)
    while first and lines[first - 1].height < SMALL * body:
        first -= 1
    while first < len(lines) and not NOTE.match(lines[first].text):
        first += 1
    return list(lines[:first]), list(lines[first:])


def note_mark(line: Line) -> str | None:
    """Return the mark that a footnote begins with."""
    found = NOTE.match(line.text)
    return found[1] if found else None


def _level(tallest: Run, run: Run) -> bool:
    overlap = min(tallest.top, run.top) - max(tallest.bottom, run.bottom)
    return overlap > 0.5 * min(tallest.height, run.height)


def _margin_rows(height: float, runs: Sequence[Run]) -> list[list[Run]]:
    edges = [run for run in runs if run.bottom > (1 - MARGIN) * height or run.top < MARGIN * height]
    rows = rows_of(edges)
    return rows[:2] + rows[2:][-2:]


def _words(row: Sequence[Run]) -> str:
    return " ".join(" ".join(run.text for run in row).split())


def _key(row: Sequence[Run]) -> str:
    return re.sub(r"\d+", "#", _words(row)).casefold()
