"""Invented PDFs, laid out as publishers and offices do."""

import io
from collections.abc import Iterator, Sequence

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

TITLE = "Harbour bridge closes for a year"
STORY = tuple(
    " ".join(one.split()).replace("~", "\u00ad")
    for one in (
        """The harbour bridge in Corrowby was closed to all traffic on Monday after in~spec~tors found cracks
        in two of its main cables, the city council said. The bridge carries 18,000 vehicles a day, and the
        ferry com~pany Northline will run 14 extra sailings until the repairs are done.^1""",
        """Petra Voss, the mayor, told re~port~ers that the clo~sure would last at least twelve months. “We
        could not wait for a second opinion,” she said. The council has set aside £4.5 million for the work,
        which is a third of its long-~term budget for roads and bridges.""",
        """Res~i~dents of the northern bank had warned of the cracks for years. A report by the engineer Ilse
        Brandt, written in 2019, advised the gov~ern~ment to re~place both cables at once, but the minis~try
        de~clined to pay for it.^2 Brandt said on Tuesday that she felt no sat~is~fac~tion at being right.""",
        """Shop~keep~ers expect to lose a fifth of their trade. Anders Holm, who sells ropes and paint by the
        quay, said that his father had lived through the last closure, in 1974, and had never re~cov~ered
        from it. The chamber of com~merce has asked for tax relief, which the council will discuss on 9
        June.""",
        """Repairs be~gin in August. Divers will first ex~am~ine the foun~da~tions, which have not been seen
        since the bridge opened in 1931, and only then will the new cables be or~dered from a mill in
        Tessaly.""",
    )
)
"""Paragraphs with soft hyphens; "^" precedes a footnote number."""
NOTES = (
    "1 Northline, timetable of 3 March 2026, page 4.",
    "2 I. Brandt, The Cables of the Harbour Bridge, Corrowby 2019, page 112.",
)
PLAIN = tuple(one.replace("\u00ad", "").replace("^1", "").replace("^2", "") for one in STORY)
"""The expected text."""
Draw = tuple[float, float, str, float, str]
"""x, y, font, size and text of a line; lengths in points."""


def pdf(
    pages: Sequence[Sequence[Draw]], *, title: str | None = None, author: str | None = None, password: str | None = None
) -> bytes:
    """Return a PDF of lines, drawn in this order."""
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(595, 842),
        encrypt=StandardEncryption(password, ownerPassword="owner") if password else None,
        invariant=1,
    )
    if title:
        canvas.setTitle(title)
    if author:
        canvas.setAuthor(author)
    for page in pages:
        for x, y, font, size, words in page:
            _draw(canvas, x, y, font, size, words)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, x: float, y: float, font: str, size: float, words: str) -> None:
    """Draw a line; the character after "^" is a superscript."""
    for number, piece in enumerate(words.split("^")):
        if number:
            canvas.setFont(font, size * 0.6)
            canvas.drawString(x, y + size * 0.35, piece[0])
            x += stringWidth(piece[0], font, size * 0.6)
            piece = piece[1:]
        canvas.setFont(font, size)
        canvas.drawString(x, y, piece)
        x += stringWidth(piece, font, size)


def wrapped(text: str, width: float, font: str = "Times-Roman", size: float = 10) -> Iterator[str]:
    """Yield lines of at most `width` points; words break at soft hyphens."""
    line = ""
    for word in text.split():
        pieces = word.split("\u00ad")
        while pieces:
            for count in range(len(pieces), 0, -1):
                cut = count < len(pieces)
                piece = "".join(pieces[:count])
                told = f"{line} {piece}".strip() + ("-" if cut and not piece.endswith("-") else "")
                if stringWidth(told.replace("^", ""), font, size) <= width:
                    break
            else:
                yield line
                line = ""
                continue
            pieces = pieces[count:]
            line = told
            if pieces:
                yield line
                line = ""
    if line:
        yield line


def column(paragraphs: Sequence[str], x: float, top: float, width: float, *, size: float = 10) -> list[Draw]:
    """Return the lines of a column; all paragraphs but the first are indented."""
    drawn: list[Draw] = []
    y = top
    for number, paragraph in enumerate(paragraphs):
        indent = 12.0 if number else 0.0
        for row, line in enumerate(wrapped(paragraph, width - indent, size=size)):
            drawn.append((x + (0 if row else indent), y, "Times-Roman", size, line))
            y -= 1.2 * size
    return drawn


def two_columns() -> bytes:
    """Return two journal pages: running heads, and a title over both columns."""
    pages = []
    for number, paragraphs in enumerate((STORY[:4], (*STORY[4:], *STORY[1:3])), start=1):
        head: list[Draw] = [
            (60, 800, "Times-Italic", 8, "The Corrowby Review of Roads and Bridges"),
            (290, 30, "Times-Roman", 8, str(number)),
        ]
        top = 770.0
        if number == 1:
            head.append((60, 740, "Helvetica-Bold", 20, TITLE))
            head.append((60, 715, "Times-Roman", 10, "By Jane Doe"))
            top = 690.0
        lines = column([one.replace("^1", "").replace("^2", "") for one in paragraphs], 60, top, 225)
        half = (len(lines) + 1) // 2
        left = lines[:half]
        right = [
            (x + 250, y + (left[0][1] - lines[half][1]), font, size, words) for x, y, font, size, words in lines[half:]
        ]
        pages.append([*head, *left, *right])
    return pdf(pages, title="template-v3.indd", author="Jane Doe")


def with_footnotes() -> bytes:
    lines = column(STORY, 72, 720, 450)
    notes = [(72.0, 120.0 - 10 * number, "Times-Roman", 7.5, note) for number, note in enumerate(NOTES)]
    number = [(290.0, 40.0, "Times-Roman", 9.0, "Page 1 of 1")]
    return pdf([[(72, 760, "Times-Bold", 18, TITLE), *lines, *notes, *number]])


def hyphenated(pages: int = 3) -> bytes:
    """Return a narrow leaflet with words broken across lines and pages."""
    lines = column([one.replace("^1", "").replace("^2", "") for one in STORY], 200, 700, 130)
    each = -(-len(lines) // pages)
    drawn = []
    for start in range(0, len(lines), each):
        part = lines[start : start + each]
        drawn.append([(x, y + 700 - part[0][1], font, size, words) for x, y, font, size, words in part])
    return pdf(drawn)
