"""PDF → text in reading order, with its pages. PDFium (through pypdfium2) tells where each character stands.

    page ─► runs of characters ─► without running heads ─► columns ─► lines ─► paragraphs, hyphens taken out
                                                                        └─► footnotes, which come after the story

Reads no pictures: of a page that was scanned nothing is known.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from summarise.article.documents.metadata import one_line
from summarise.article.documents.pdf.columns import regions
from summarise.article.documents.pdf.glyphs import Run, runs_of
from summarise.article.documents.pdf.hyphens import vocabulary
from summarise.article.documents.pdf.lines import Line, line_of, note_mark, parted_notes, rows_of, without_running_heads
from summarise.article.documents.pdf.paragraphs import Paragraph, notes_of, paragraphs_of, written
from summarise.data import Article
from summarise.errors import ArticleError

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
