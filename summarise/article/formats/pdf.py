"""PDF: text in reading order with pages, from the positions of the characters that PDFium reads."""

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
SHORTEST = 3  # letters of a half that may be a word


def vocabulary(lines: list[str]) -> frozenset[str]:
    """Return the words of lines in lower case, without those that a line break may cut."""
    return frozenset(
        found[0].casefold()
        for line in lines
        for found in _WORD.finditer(line)
        if not line.endswith(f"{found[0]}-") and found.start() != 0
    )


def joined(before: str, after: str, words: AbstractSet[str]) -> str:
    """Join two lines; a hyphen that divides a word is removed. `words` is the document's vocabulary."""
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


WIDE_GAP = 1.3  # character heights; a wider gap separates two runs
LEVEL = 0.3  # character heights; greatest vertical shift in a run
SAME_SIZE = 0.82  # least ratio of successive character heights in a run
LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb06": "st"}
# Hyphens at line ends, as PDFium and fonts encode them.
HYPHENS = {"\x02": "-", "\ufffe": "-", "\xad": "-", "\u2010": "-"}


@dataclass(frozen=True, slots=True)
class Run:
    """Adjacent characters of one size, with coordinates in points; `raised` is superscript."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    bold: bool = False
    raised: bool = False

    @property
    def height(self) -> float:
        """The height of its line, proportional to the font size."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """The vertical centre."""
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
    """Return the upright runs of a page; none if most of its text is rotated."""
    textpage = page.get_textpage()
    try:
        runs = list(_runs(_glyphs(textpage)))
        upright = sum(len(run.text) for run in runs)
        return runs if upright > 0.5 * textpage.count_chars() else []
    finally:
        textpage.close()


def _glyphs(textpage: Any) -> Iterator[_Glyph | None]:
    """Yield each character; None ends a line, and a space that PDFium adds has no width."""
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


NARROWEST = 120.0  # points; least width of a column
STEP = 2.0  # points between the positions that are tried for a gutter
FEWEST = 4  # runs on either side of a gutter
CROSSING = 0.4  # greatest share of runs across a gutter: titles, summaries, wide tables
WORDY = 12  # least mean number of characters in a run; columns of numbers are read by line


def regions(runs: Sequence[Run]) -> list[list[Run]]:
    """Group the runs into regions of one column, in reading order."""
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
        # Runs beside such a line belong to it, such as a number beside a title.
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


MARGIN = 0.12  # share of the page height, at top and bottom, with running heads and page numbers
REPEATED = 0.3  # least share of the pages that have a running head
PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE)
SPACE = 0.12  # line heights; least gap that is a space
SMALL = 0.93  # greatest ratio of a footnote's line height to the story's
NOTE = re.compile(r"(\d{1,3}|[*†‡§]{1,3})[.)]?\s*\D")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its position; `height` is that of its longest run."""

    text: str
    left: float
    right: float
    bottom: float
    height: float
    bold: bool


def rows_of(runs: Sequence[Run]) -> list[list[Run]]:
    """Group the runs into lines, from top to bottom and from left to right."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.middle, run.left)):
        row = rows[-1] if rows else None
        if row is not None and _level(max(row, key=lambda one: one.height), run):
            row.append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def line_of(row: Sequence[Run], marks: Collection[str | None] = ()) -> Line:
    """Join a row of runs to a line, without superscript `marks` of footnotes."""
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
    """Return the runs of each page, given with its height, without page numbers and running heads."""
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
    """Split a region into story and footnotes; `body` is the height of the story's lines."""
    first = len(lines)
    while first and lines[first - 1].height < SMALL * body:
        first -= 1
    while first < len(lines) and not NOTE.match(lines[first].text):
        first += 1
    return list(lines[:first]), list(lines[first:])


def note_mark(line: Line) -> str | None:
    """Return the mark at the beginning of a footnote, or None."""
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
WIDE_LEADING = 1.28  # ratio to the median leading above which paragraphs are separate
INDENT = 0.6  # line heights; least indent of a paragraph's first line
SHORT = 0.8  # greatest share of the region's width for a paragraph's last line, without indents
FULL = 0.9  # least share of the region's width, with the next word, if a paragraph continues in the next


@dataclass
class Paragraph:
    """The lines of a paragraph, each with its page number."""

    lines: list[tuple[int, Line]] = field(default_factory=list)


def paragraphs_of(regions: Iterable[tuple[int, Sequence[Line]]]) -> list[Paragraph]:
    """Return the paragraphs of regions with page numbers; one may continue in the next region."""
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
    """Return the footnotes as paragraphs."""
    found: list[Paragraph] = []
    for page, lines in notes:
        for line in lines:
            if not found or note_mark(line):
                found.append(Paragraph())
            found[-1].lines.append((page, line))
    return found


def written(paragraphs: Iterable[Paragraph], words: AbstractSet[str]) -> tuple[str, tuple[PageSpan, ...]]:
    """Return the text, with blank lines between paragraphs, and its pages; `words` is the vocabulary."""
    blocks: list[str] = []
    starts: list[tuple[int, int]] = []
    offset = 0
    for paragraph in paragraphs:
        text = ""
        for page, line in paragraph.lines:
            before = len(text)
            text = joined(text, line.text, words) if text else line.text
            if not starts or starts[-1][1] != page:
                # After a removed hyphen the page begins with the rest of the word.
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
    return (last.right - last.left) * (1 + len(line.text.split(" ", 1)[0]) / len(last.text))


def _indents(lines: Sequence[Line], left: float) -> bool:
    edges = [line.left > left + INDENT * line.height for line in lines]
    return any(edge and not before for before, edge in pairwise(edges))


def _leading(lines: Sequence[Line]) -> float:
    steps = [upper.bottom - lower.bottom for upper, lower in pairwise(lines) if _alike(upper, lower)]
    return median(steps) if steps else max(line.height for line in lines)


MAX_PAGES = 2000
TITLE_HEIGHT = 1.2  # least ratio of a title's line height to the story's
MAX_TITLE_LINES = 4
PASSWORD, DAMAGED = 4, 3  # error codes of PDFium (fpdfview.h)


def read_pdf(data: bytes, *, name: str, max_characters: int) -> Article:
    """Return the text of a PDF with pages: footnotes at the end, no running heads and page numbers.

    Raises ArticleError if it needs a password, is damaged, or has no text or too many pages. Reading stops above
    `max_characters`; the caller raises the error.
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
    """Return the number of each page and the lines of its regions."""
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
    rows = [rows_of(region) for region in regions(page)]
    noted = {note_mark(line_of(row)) for region in rows for row in region}
    marks = {run.text.strip() for run in page if run.raised} & noted
    return [[line_of(row, marks) for row in region] for region in rows]


def _turned(page: Any) -> list[list[Line]]:
    """Return the lines of a rotated page in PDFium's order."""
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
    """Prefer the largest text on the first page; the metadata may have a template's title."""
    first = [one for one in paragraphs if one.lines[0][0] == paragraphs[0].lines[0][0]]
    largest = max(first, key=lambda one: one.lines[0][1].height, default=None)
    if largest and largest.lines[0][1].height >= TITLE_HEIGHT * body and len(largest.lines) <= MAX_TITLE_LINES:
        return one_line(" ".join(line.text for _, line in largest.lines))
    return _if_said(told.get("Title"), text)


def _if_said(value: str | None, text: str) -> str | None:
    words = one_line(value)
    return words if words and words.casefold() in " ".join(text.split()).casefold() else None
