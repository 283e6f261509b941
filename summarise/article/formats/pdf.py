"""PDF: text in reading order with the pages, by the places of the characters that PDFium reads."""

import ctypes
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean, median
from typing import Any

from summarise.article.formats.detect import one_line
from summarise.data import Article, PageSpan
from summarise.errors import ArticleError
from summarise.facts.lexicon import known

_TAIL = re.compile(r"(?<![^\W\d_])(?<![^\W\d_]-)([^\W\d_]++(?:-[^\W\d_]++)*+)-$")
_HEAD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
SHORTEST = 3
"""Letters of a half that may be a word by itself."""


def vocabulary(lines: list[str]) -> frozenset[str]:
    """Return the words of lines, in lower case, those that a line end cuts left out."""
    return frozenset(
        found[0].casefold()
        for line in lines
        for found in _WORD.finditer(line)
        if not line.endswith(f"{found[0]}-") and found.start() != 0
    )


def joined(before: str, after: str, words: AbstractSet[str]) -> str:
    """Return two pieces of text put together as one was before a line end cut it; `words` are the document's."""
    tail, head = _TAIL.search(before), _HEAD.match(after)
    if not before.endswith("-"):
        return f"{before} {after}"
    if tail is None or head is None:
        # A dash between words, or "2019-" before "2020".
        return f"{before} {after}" if before.endswith((" -", "--")) else before + after
    return before[:-1] + after if _one_word(tail[1].casefold(), head[0], words) else before + after


def _one_word(tail: str, head: str, words: AbstractSet[str]) -> bool:
    if not head[0].islower():
        return False
    whole = tail + head
    if whole in words or f"{tail}-{head}" in words:
        return whole in words
    last, first = tail.rpartition("-")[2], head.partition("-")[0]
    if known(last + first):
        return True
    return not (min(len(last), len(first)) >= SHORTEST and known(last) and known(first))


WIDE_GAP = 1.3
"""Heights of a character that part two runs: more is no gap between words."""
LEVEL = 0.3
"""Heights by which a character may lie higher or lower than the one before it, in one run."""
SAME_SIZE = 0.82
"""How much smaller a character may be than the one before it, in one run."""
LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb06": "st"}
HYPHENS = {"\x02": "-", "\ufffe": "-", "\xad": "-", "\u2010": "-"}
"""How PDFium and fonts write the hyphen at the end of a line."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that stand side by side in one size; `raised` is smaller than its neighbours and above their line."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    bold: bool = False
    raised: bool = False

    @property
    def height(self) -> float:
        """The height of a line of it, which goes with the size of its font."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """The height of its middle on the page."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class _Glyph:
    text: str
    left: float
    right: float
    bottom: float
    top: float
    bold: bool


def runs_of(page: Any) -> list[Run]:
    """Return the upright runs of a page, in the order of its content; none of one most of which lies on its side."""
    textpage = page.get_textpage()
    try:
        runs = list(_runs(_glyphs(textpage)))
        upright = sum(len(run.text) for run in runs)
        return runs if upright > 0.5 * textpage.count_chars() else []
    finally:
        textpage.close()


def _glyphs(textpage: Any) -> Iterator[_Glyph | None]:
    """Yield each character; a space that PDFium adds has no width, and None stands for a line that it ends."""
    from pypdfium2 import raw

    handle, rect = textpage.raw, raw.FS_RECTF()
    fonts: dict[bytes, bool] = {}
    buffer, flags, high = ctypes.create_string_buffer(128), ctypes.c_int(), 0
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code in (10, 13):
            yield None
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)) if high else 0xFFFD, 0
        if code == 0 or not raw.FPDFText_GetLooseCharBox(handle, index, ctypes.byref(rect)):
            continue
        if raw.FPDFText_GetCharAngle(handle, index) not in (0.0, -1.0):
            continue
        length = raw.FPDFText_GetFontInfo(handle, index, buffer, 128, ctypes.byref(flags))
        name = buffer.raw[: min(length, 128)]
        if name not in fonts:
            fonts[name] = any(word in name.lower() for word in (b"bold", b"black", b"heavy"))
        text = LIGATURES.get(chr(code)) or HYPHENS.get(chr(code)) or chr(code)
        yield _Glyph(text, rect.left, rect.right, rect.bottom, rect.top, fonts[name])


def _runs(glyphs: Iterator[_Glyph | None]) -> Iterator[Run]:
    held: list[_Glyph] = []
    spaces = 0
    before: _Glyph | None = None
    raised = False
    for glyph in glyphs:
        if glyph is not None and glyph.text.isspace():
            spaces += 1
            continue
        if held and (glyph is None or _parted(held[-1], glyph)):
            yield _run(held, raised=raised)
            before, held = (None if glyph is None else held[-1]), []
        if glyph is None:
            spaces, before = 0, None
            continue
        if not held:
            raised = before is not None and _raised(before, glyph)
        elif spaces:
            held.append(_Glyph(" ", held[-1].right, glyph.left, glyph.bottom, glyph.top, glyph.bold))
        spaces = 0
        held.append(glyph)
    if held:
        yield _run(held, raised=raised)


def _parted(last: _Glyph, glyph: _Glyph) -> bool:
    height, other = last.top - last.bottom, glyph.top - glyph.bottom
    return (
        glyph.left - last.right > WIDE_GAP * height
        or glyph.left < last.right - height
        or abs((glyph.top + glyph.bottom) - (last.top + last.bottom)) / 2 > LEVEL * height
        or min(height, other) < SAME_SIZE * max(height, other)
    )


def _raised(last: _Glyph, glyph: _Glyph) -> bool:
    height = last.top - last.bottom
    near = -0.2 * height < glyph.left - last.right < height
    return near and glyph.top - glyph.bottom < SAME_SIZE * height and glyph.bottom > last.bottom + 0.1 * height


def _run(held: list[_Glyph], *, raised: bool) -> Run:
    return Run(
        text="".join(glyph.text for glyph in held),
        left=min(glyph.left for glyph in held),
        right=max(glyph.right for glyph in held),
        bottom=min(glyph.bottom for glyph in held),
        top=max(glyph.top for glyph in held),
        bold=sum(glyph.bold for glyph in held) * 2 > len(held),
        raised=raised,
    )


NARROWEST = 120.0
"""Points; what is not twice as wide has no columns."""
STEP = 2.0
"""Points from one place that is tried for a gutter to the next."""
FEWEST = 4
"""Runs on either side of a gutter."""
CROSSING = 0.4
"""The share of runs that may cross a gutter: titles, summaries, wide tables."""
WORDY = 12
"""Characters of a run, on average, on either side; columns of numbers are read line by line."""


def regions(runs: Sequence[Run]) -> list[list[Run]]:
    """Return the runs by regions of one column, in reading order; no run is lost."""
    gutter = _gutter(runs)
    if gutter is None:
        return [list(runs)] if runs else []
    crossing = sorted((run for run in runs if run.left < gutter < run.right), key=lambda run: -run.middle)
    columns = sorted((run for run in runs if not run.left < gutter < run.right), key=lambda run: -run.middle)
    found: list[list[Run]] = []
    spanning: list[Run] = []
    for line in crossing:
        above = [run for run in columns if run.middle > line.top]
        if above:
            columns = columns[len(above) :]
            found += [spanning] if spanning else []
            found += _sides(above, gutter)
            spanning = []
        spanning.append(line)
        # What stands beside such a line, as a number beside a title does, is read with it.
        beside = [run for run in columns if run.middle >= line.bottom]
        columns = columns[len(beside) :]
        spanning += beside
    found += [spanning] if spanning else []
    return found + _sides(columns, gutter)


def _sides(runs: Iterable[Run], gutter: float) -> list[list[Run]]:
    sides = list(runs)
    left = [run for run in sides if run.right <= gutter]
    right = [run for run in sides if run.right > gutter]
    return [*regions(left), *regions(right)]


def _gutter(runs: Sequence[Run]) -> float | None:
    """Return where the clearest gutter is, None where there is none."""
    if len(runs) < 2 * FEWEST:
        return None
    start, end = min(run.left for run in runs), max(run.right for run in runs)
    if end - start < 2 * NARROWEST:
        return None
    edge = 0.15 * (end - start)
    count = int((end - start - 2 * edge) / STEP) + 1
    crossed = [
        (sum(run.left < x < run.right for run in runs), x) for x in (start + edge + STEP * n for n in range(count))
    ]
    least = min(crossed)[0]
    # The widest strip that the fewest runs cross.
    strips: list[list[float]] = [[]]
    for number, x in crossed:
        if number == least:
            strips[-1].append(x)
        elif strips[-1]:
            strips.append([])
    for strip in sorted(strips, key=len, reverse=True):
        if strip and _parts(runs, x := strip[len(strip) // 2], least):
            return x
    return None


def _parts(runs: Sequence[Run], x: float, crossing: int) -> bool:
    """Tell whether there are columns on both sides of a place."""
    left, right = [run for run in runs if run.right <= x], [run for run in runs if run.left >= x]
    if crossing > CROSSING * len(runs) or min(len(left), len(right)) < FEWEST:
        return False
    low, high = (
        max(min(run.bottom for run in side) for side in (left, right)),
        min(max(run.top for run in side) for side in (left, right)),
    )
    shortest = min(max(run.top for run in side) - min(run.bottom for run in side) for side in (left, right))
    wordy = all(fmean(len(run.text) for run in side) >= WORDY for side in (left, right))
    return wordy and high - low > 0.5 * shortest


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


MAX_PAGES = 2000
TITLE_HEIGHT = 1.2
"""How high the letters of a title are at least, beside those of the story."""
MAX_TITLE_LINES = 4
PASSWORD, DAMAGED = 4, 3
"""What PDFium's errors are called (fpdfview.h)."""


def read_pdf(data: bytes, *, name: str, max_characters: int) -> Article:
    """Return the text of a PDF, footnotes at its end, with the pages; running heads and page numbers are left out.

    ArticleError for one that needs a password, is damaged, has no text or more than MAX_PAGES pages; what is past
    `max_characters` is not read, so that whoever counts them sees that there are more.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _unreadable(name, error) from error
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise ArticleError(f"{name} has {count:,} pages, more than {MAX_PAGES:,}: take out the ones that matter")
        told = document.get_metadata_dict()
        pages = _pages(document, max_characters)
    except pypdfium2.PdfiumError as error:
        raise _unreadable(name, error) from error
    finally:
        document.close()
    if not any(lines for _, lines in pages):
        what = f"{count} pages" if count > 1 else "1 page"
        raise ArticleError(f"{name} has no text on its {what}, so it was scanned or drawn: run it through OCR first")
    return _content(pages, told)


def _unreadable(name: str, error: Any) -> ArticleError:
    if getattr(error, "err_code", None) == PASSWORD:
        return ArticleError(f"{name} needs a password: open it with that, and save it without one")
    return ArticleError(f"{name} is a damaged PDF: fetch it again, or save its text as plain text")


def _pages(document: Any, max_characters: int) -> list[tuple[int, list[list[Line]]]]:
    """Return each page that has text with its number, its regions in reading order, and the lines of each."""
    sizes, runs, plain, total = [], [], {}, 0
    for index in range(len(document)):
        page = document[index]
        found = runs_of(page)
        if not found:
            plain[index] = _turned(page)
        sizes.append(page.get_height())
        runs.append(found)
        page.close()
        total += sum(len(run.text) for run in found)
        if total > max_characters:
            break
    kept = without_running_heads(list(zip(sizes, runs, strict=True)))
    return [(index + 1, plain.get(index) or _lines(page)) for index, page in enumerate(kept)]


def _lines(page: Sequence[Run]) -> list[list[Line]]:
    """Return the lines of each region of a page; raised numbers that footnotes of the page begin with are left out."""
    rows = [rows_of(region) for region in regions(page)]
    noted = {note_mark(line_of(row)) for region in rows for row in region}
    marks = {run.text.strip() for run in page if run.raised} & noted
    return [[line_of(row, marks) for row in region] for region in rows]


def _turned(page: Any) -> list[list[Line]]:
    """Return the lines of a page that lies on its side, in PDFium's own order; no lines where it has no text."""
    textpage = page.get_textpage()
    try:
        texts = [" ".join(line.split()) for line in textpage.get_text_range().splitlines()]
    finally:
        textpage.close()
    lines = [
        Line(text=text, left=0.0, right=100.0, bottom=-12.0 * number, height=10.0, bold=False)
        for number, text in enumerate(texts)
        if text
    ]
    return [lines] if lines else []


def _content(pages: Sequence[tuple[int, list[list[Line]]]], told: dict[str, str]) -> Article:
    lines = [line for _, page in pages for region in page for line in region]
    heights: Counter[float] = Counter()
    for line in lines:
        heights[round(line.height, 1)] += len(line.text)
    body = heights.most_common(1)[0][0]
    parts = [(number, *parted_notes(region, body)) for number, page in pages for region in page]
    paragraphs = paragraphs_of((number, story) for number, story, _ in parts)
    footnotes = notes_of((number, notes) for number, _, notes in parts)
    text, spans = written([*paragraphs, *footnotes], vocabulary([line.text for line in lines]))
    return Article(
        text=text, title=_title(paragraphs, body, text, told), author=_if_said(told.get("Author"), text), pages=spans
    )


def _title(paragraphs: Sequence[Paragraph], body: float, text: str, told: dict[str, str]) -> str | None:
    """Return the largest words of the first page, if they are larger than the story, else what the file says.

    Many a file says what its template was called: it is believed where that stands in the text.
    """
    first = [one for one in paragraphs if one.lines[0][0] == paragraphs[0].lines[0][0]]
    largest = max(first, key=lambda one: one.lines[0][1].height, default=None)
    if largest and largest.lines[0][1].height >= TITLE_HEIGHT * body and len(largest.lines) <= MAX_TITLE_LINES:
        return one_line(" ".join(line.text for _, line in largest.lines))
    return _if_said(told.get("Title"), text)


def _if_said(value: str | None, text: str) -> str | None:
    words = one_line(value)
    return words if words and words.casefold() in " ".join(text.split()).casefold() else None
