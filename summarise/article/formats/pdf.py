"""Reads the text and the pages of a PDF with PDFium."""

import ctypes
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from summarise.article.formats.detect import one_line
from summarise.data import Article, PageSpan
from summarise.errors import ArticleError
from summarise.facts.lexicon import known

_TAIL = re.compile(r"(?<![^\W\d_])(?<![^\W\d_]-)([^\W\d_]++(?:-[^\W\d_]++)*+)-$")
_HEAD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
SHORTEST = 3  # least number of letters that each half of a hyphenated compound has


def vocabulary(lines: list[str]) -> frozenset[str]:
    """Return the words of lines in lower case, except those that a line break may have cut."""
    return frozenset(
        word[0].casefold()
        for line in lines
        for word in _WORD.finditer(line)
        if not line.endswith(f"{word[0]}-") and word.start() != 0
    )


def joined(before: str, after: str, words: AbstractSet[str]) -> str:
    """Join two lines: "the govern-" and "ment" become "the government". `words`: the words of the document."""
    if not before.endswith("-"):
        return f"{before} {after}"
    tail, head = _TAIL.search(before), _HEAD.match(after)
    if tail is None or head is None:
        # A dash between words, or "2019-" before "2020".
        return f"{before} {after}" if before.endswith((" -", "--")) else before + after
    return before[:-1] + after if _one_word(tail[1].casefold(), head[0], words) else before + after


def _one_word(tail: str, head: str, words: AbstractSet[str]) -> bool:
    if not head[0].islower():
        return False
    word = tail + head
    if word in words or f"{tail}-{head}" in words:
        return word in words
    last, first = tail.rpartition("-")[2], head.partition("-")[0]
    if known(last + first):
        return True
    return not (min(len(last), len(first)) >= SHORTEST and known(last) and known(first))


LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb06": "st"}
# Other characters that PDFium and fonts use for a hyphen.
HYPHENS = {"\x02": "-", "\ufffe": "-", "\xad": "-", "\u2010": "-"}
# Unicode noncharacters, which enclose superscripts in the text of a line.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_SUPERSCRIPT = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*+){_CLOSE}")
WIDE_GAP = 1.3  # line heights; with a narrower gap, the line goes on although PDFium ends it
SPACE = 0.12  # line heights; least width of a space
SUPERSCRIPT = 0.82  # greatest ratio of the height of a superscript to that of its line


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character and its box in points. `height` depends only on the font size, not on the character."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    bold: bool

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, its page number (from 1), and its box in points from the lower left corner."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    height: float
    bold: bool


def _lines(page: Any, number: int) -> list[Line]:
    """Return the lines of a page, with arbitrary positions if most text is rotated."""
    textpage = page.get_textpage()
    try:
        glyphs = list(_glyphs(textpage))
        if 2 * sum(glyph is not None for glyph in glyphs) > textpage.count_chars():
            return [line for row in _rows(glyphs) if (line := _line(row, number)).text]
        middle = page.get_height() / 2  # not in a margin, whose lines may be running heads
        texts = filter(None, (" ".join(line.split()) for line in textpage.get_text_range().splitlines()))
        return [
            Line(text, number, left=0.0, right=100.0, bottom=middle - row / 1000, height=10.0, bold=False)
            for row, text in enumerate(texts)
        ]
    finally:
        textpage.close()


def _glyphs(textpage: Any) -> Iterator[_Glyph | None]:
    """Yield each character that is not rotated, and None at the end of each line."""
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
        if code in (0, 0xFDD0, 0xFDD1) or not raw.FPDFText_GetLooseCharBox(handle, index, ctypes.byref(rect)):
            continue
        if raw.FPDFText_GetCharAngle(handle, index) not in (0.0, -1.0):
            continue
        length = raw.FPDFText_GetFontInfo(handle, index, buffer, 128, ctypes.byref(flags))
        name = buffer.raw[: min(length, 128)]
        if name not in fonts:
            fonts[name] = any(word in name.lower() for word in (b"bold", b"black", b"heavy"))
        text = LIGATURES.get(chr(code)) or HYPHENS.get(chr(code)) or chr(code)
        yield _Glyph(text, rect.left, rect.right, rect.bottom, rect.top, fonts[name])


def _rows(glyphs: Iterable[_Glyph | None]) -> Iterator[list[_Glyph]]:
    """Group characters into lines. PDFium divides a line at a superscript; the pieces are joined."""
    row: list[_Glyph] = []
    tallest: _Glyph | None = None
    spaced = ended = False
    for glyph in glyphs:
        if glyph is None:
            ended = True
        elif glyph.text.isspace():
            spaced = True
        else:
            if tallest is not None and not _continues_row(tallest, row[-1], glyph, ended=ended):
                yield row
                row, tallest = [], None
            elif row and (spaced or (ended and glyph.left - row[-1].right > SPACE * row[-1].height)):
                row.append(replace(row[-1], text=" ", left=row[-1].right))
            if tallest is None or glyph.height > tallest.height:
                tallest = glyph
            row.append(glyph)
            spaced = ended = False
    if row:
        yield row


def _continues_row(tallest: _Glyph, last: _Glyph, glyph: _Glyph, *, ended: bool) -> bool:
    """Return whether `glyph` is in the line of `last`, the glyph before it.

    `tallest`: the tallest glyph of that line. `ended`: PDFium ends the line after `last`.
    """
    overlap = min(tallest.top, glyph.top) - max(tallest.bottom, glyph.bottom)
    level = overlap > 0.5 * min(tallest.height, glyph.height)
    gap = glyph.left - last.right
    return level and gap > -2 * tallest.height and (not ended or gap < WIDE_GAP * tallest.height)


def _line(row: Sequence[_Glyph], page: int) -> Line:
    main = sorted(row, key=lambda glyph: glyph.height)[len(row) // 2]
    text = "".join(f"{_OPEN}{glyph.text}{_CLOSE}" if _is_superscript(glyph, main) else glyph.text for glyph in row)
    return Line(
        text=" ".join(text.replace(_CLOSE + _OPEN, "").split()),
        page=page,
        left=min(glyph.left for glyph in row),
        right=max(glyph.right for glyph in row),
        bottom=main.bottom,
        height=main.height,
        bold=2 * sum(glyph.bold for glyph in row) > len(row),
    )


def _is_superscript(glyph: _Glyph, main: _Glyph) -> bool:
    if glyph.text == " ":
        return False
    return glyph.height < SUPERSCRIPT * main.height and glyph.bottom > main.bottom + 0.1 * main.height


MARGIN = 0.12  # share of the page height, at top and bottom
MARGIN_LINES = 3  # maximum lines of a running head or foot
REPEATED = 0.3  # least share of the pages on which a running head is repeated
PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?(?:\d{1,5}|[ivxl]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE)


def _without_running_heads(pages: Sequence[tuple[float, Sequence[Line]]]) -> list[list[Line]]:
    """Also removes page numbers. `pages`: the height and lines of each page."""
    margins = [_margin_lines(height, lines) for height, lines in pages]
    counts = Counter(key for lines in margins for key in {_key(line) for line in lines})
    fewest = max(2, REPEATED * len(pages))
    kept = []
    for margin, (_, lines) in zip(margins, pages, strict=True):
        dropped = {id(line) for line in margin if counts[_key(line)] >= fewest or PAGE_NUMBER.fullmatch(line.text)}
        kept.append([line for line in lines if id(line) not in dropped])
    return kept


def _margin_lines(height: float, lines: Sequence[Line]) -> list[Line]:
    edges = [
        line for line in lines if line.bottom > (1 - MARGIN) * height or line.bottom + line.height < MARGIN * height
    ]
    edges.sort(key=lambda line: -line.bottom)
    return edges[:MARGIN_LINES] + edges[MARGIN_LINES:][-MARGIN_LINES:]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text).casefold()


SMALL = 0.93  # greatest ratio of the line height of a footnote to that of the story
NOTE = re.compile(r"(\d{1,3}|[*†‡§]{1,3})[.)]?\s*[^\d\s]")


def _without_notes(lines: Sequence[Line], body: float) -> tuple[list[Line], list[list[Line]]]:
    """Return the lines of a page outside footnotes, and those of each footnote. `body`: height of a story line."""
    marks = {mark.strip("() ") for line in lines for mark in _SUPERSCRIPT.findall(line.text)}
    story: list[Line] = []
    notes: list[list[Line]] = []
    inside = False
    for line in lines:
        plain = _without_superscripts(line)
        small = line.height < SMALL * body
        found = NOTE.match(plain.text) if small else None
        if found and found[1] in marks and (inside or not _has_story_below(line, lines, body)):
            notes.append([plain])
            inside = True
        elif inside and small:
            notes[-1].append(plain)
        else:
            story.append(line)
            inside = False
    numbers = {found[1] for note in notes if (found := NOTE.match(note[0].text))}
    return [_without_superscripts(line, numbers) for line in story], notes


def _has_story_below(line: Line, lines: Iterable[Line], body: float) -> bool:
    return any(
        low.bottom < line.bottom and low.height >= SMALL * body and low.left < line.right and line.left < low.right
        for low in lines
    )


def _without_superscripts(line: Line, dropped: AbstractSet[str] = frozenset()) -> Line:
    """Return a line without the superscripts in `dropped`, and with all others as plain text."""
    if _OPEN not in line.text:
        return line
    text = _SUPERSCRIPT.sub(
        lambda mark: "" if mark[1].strip("() ") in dropped else mark[1] + " " * (mark.start() == 0), line.text
    )
    return replace(line, text=" ".join(text.split()))


TERMINAL = re.compile(r"""[.!?…:;]["'”’»)\]]*$""")
BULLET = re.compile(r"(?:[-–—•·‣▪◦]|\(?\d{1,2}[.)])\s")
SAME_HEIGHT = 0.9  # least ratio of the heights of lines of the same size
WIDE_LEADING = 1.28  # ratio of the distance of two lines to the median, above which a paragraph ends
INDENT = 0.6  # line heights; least indent of a paragraph's first line
SHORT = 0.8  # share of the width of a column; a shorter line ends a paragraph, if no paragraph is indented
FULL = 0.9  # least share of a column's width that its last line and the next word fill, if the paragraph goes on


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    columns = list(_columns(lines))
    leading = _leading(columns)
    found: list[list[Line]] = []
    for column in columns:
        left, right = min(line.left for line in column), max(line.right for line in column)
        edges = [line.left > left + INDENT * line.height for line in column]
        indents = any(edge and not before for before, edge in pairwise(edges))
        for index, (line, indented) in enumerate(zip(column, edges, strict=True)):
            last = found[-1][-1] if found else None
            if last is None or BULLET.match(line.text) or last.bold != line.bold or not _same_size(last, line):
                is_new = True
            elif index == 0:
                full = _width_with_first_word(last, line) >= FULL * (right - left)
                continues = last.text.endswith("-") or (full and (indents or not TERMINAL.search(last.text)))
                is_new = indented or not continues
            else:
                far = last.bottom - line.bottom > WIDE_LEADING * leading[round(line.height)]
                first = indented and not edges[index - 1]
                short = not indents and last.right < left + SHORT * (right - left) and TERMINAL.search(last.text)
                is_new = far or first or bool(short)
            if is_new:
                found.append([])
            found[-1].append(line)
    return found


def _columns(lines: Sequence[Line]) -> Iterator[list[Line]]:
    column: list[Line] = []
    for line in lines:
        if column and not _is_below(column[-1], line):
            yield column
            column = []
        column.append(line)
    if column:
        yield column


def _is_below(last: Line, line: Line) -> bool:
    beside = last.right <= line.left or line.right <= last.left
    return last.page == line.page and line.bottom < last.bottom and not beside and _same_size(last, line)


def _leading(columns: Iterable[Sequence[Line]]) -> dict[int, float]:
    steps: dict[int, list[float]] = defaultdict(list)
    for column in columns:
        for upper, lower in pairwise(column):
            steps[round(lower.height)].append(upper.bottom - lower.bottom)
    return {height: median(found) for height, found in steps.items()}


def _same_size(last: Line, line: Line) -> bool:
    return min(last.height, line.height) >= SAME_HEIGHT * max(last.height, line.height)


def _width_with_first_word(last: Line, line: Line) -> float:
    return (last.right - last.left) * (1 + len(line.text.split(" ", 1)[0]) / len(last.text))


def _text_and_pages(paragraphs: Iterable[Sequence[Line]], words: AbstractSet[str]) -> tuple[str, tuple[PageSpan, ...]]:
    blocks: list[str] = []
    starts: list[tuple[int, int]] = []
    offset = 0
    for paragraph in paragraphs:
        text = ""
        for line in paragraph:
            text = joined(text, line.text, words) if text else line.text
            if not starts or starts[-1][1] != line.page:
                # If a word was divided, the page begins with the rest of it.
                starts.append((offset + len(text) - len(line.text), line.page))
        blocks.append(text)
        offset += len(text) + 2
    result = "\n\n".join(blocks)
    ends = [start for start, _ in starts[1:]] + [len(result)]
    return result, tuple(
        PageSpan(start=start, end=end, number=page)
        for (start, page), end in zip(starts, ends, strict=True)
        if start < end
    )


MAX_PAGES = 2000
TITLE_HEIGHT = 1.2  # least ratio of the line height of a title to that of the story
MAX_TITLE_LINES = 4
PASSWORD = 4  # error code of PDFium (fpdfview.h)


def read_pdf(data: bytes, *, name: str) -> Article:
    """Return the text of a PDF and the spans of its `pages`. Footnotes are at the end, running heads are left out.

    Raises ArticleError if it needs a password, is damaged, or has no text or too many pages.
    """
    import pypdfium2

    pages = []
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            count = len(document)
            if count > MAX_PAGES:
                raise ArticleError(
                    f"{name} has {count:,} pages, more than {MAX_PAGES:,}: "
                    "save the pages that matter as a PDF of their own"
                )
            for number in range(1, count + 1):
                page = document[number - 1]
                pages.append((page.get_height(), _lines(page, number)))
                page.close()
            metadata = document.get_metadata_dict()
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == PASSWORD:
            raise ArticleError(f"{name} needs a password: open it, and save a copy without a password") from error
        raise ArticleError(f"{name} is a damaged PDF: fetch it again, or save its text as plain text") from error
    story = _without_running_heads(pages)
    if not any(story):
        size = f"{count} pages" if count > 1 else "1 page"
        raise ArticleError(f"{name} has no text on its {size}, so it was scanned or drawn: run it through OCR first")
    return _content(story, metadata)


def _content(pages: Sequence[Sequence[Line]], metadata: dict[str, str]) -> Article:
    heights: Counter[float] = Counter()
    for line in (line for page in pages for line in page):
        heights[round(line.height, 1)] += len(line.text)
    body = heights.most_common(1)[0][0]
    parts = [_without_notes(page, body) for page in pages]
    story = _paragraphs([line for lines, _ in parts for line in lines])
    paragraphs = [*story, *(note for _, notes in parts for note in notes)]
    text, spans = _text_and_pages(paragraphs, vocabulary([line.text for paragraph in paragraphs for line in paragraph]))
    title, author = _title(story, body, text, metadata), _if_in_text(metadata.get("Author"), text)
    return Article(text=text, title=title, author=author, pages=spans)


def _title(story: Sequence[Sequence[Line]], body: float, text: str, metadata: dict[str, str]) -> str | None:
    """Return the largest text on the first page; else the metadata's title, if it is in the text."""
    first = [paragraph for paragraph in story if paragraph[0].page == story[0][0].page]
    largest = max(first, key=lambda paragraph: paragraph[0].height, default=())
    if largest and largest[0].height >= TITLE_HEIGHT * body and len(largest) <= MAX_TITLE_LINES:
        return one_line(" ".join(line.text for line in largest))
    return _if_in_text(metadata.get("Title"), text)


def _if_in_text(value: str | None, text: str) -> str | None:
    words = one_line(value)
    return words if words and words.casefold() in " ".join(text.split()).casefold() else None
