"""Invented documents: the files in `documents`, which tell one story, and variants of them."""

import io
import re
import textwrap
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

FOLDER = Path(__file__).parent / "documents"
TITLE, *_paragraphs = (FOLDER / "story.txt").read_text(encoding="utf-8").strip().split("\n\n")
PLAIN = tuple(_paragraphs)
# Footnotes of the PDF, and the one of the Word and OpenDocument texts.
NOTES = (
    "1 Northline, timetable of 3 March 2026, page 4.",
    "2 I. Brandt, The Cables of the Harbour Bridge, Corrowby 2019, page 112.",
)
NOTE = "The timetable of 3 March 2026 says so."
PAGE = (
    f"<!DOCTYPE html><html><head><title>{TITLE}</title><link rel='canonical' href='https://courier.example/bridge'>"
    '<meta name="author" content="Jane Doe"><meta property="article:published_time" content="2026-03-14"></head>'
    f"<body><nav><a href='/'>Home</a></nav><article><h1>{TITLE}</h1>{''.join(f'<p>{one}</p>' for one in PLAIN)}"
    "</article></body></html>"
)
# The beginning of an Office document with a password.
LOCKED = b"\xd0\xcf\x11\xe0" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def stored(name: str) -> bytes:
    """Return the content of a file in `documents`."""
    return (FOLDER / name).read_bytes()


def archive(members: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive, with the member "mimetype" uncompressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def member(document: bytes, name: str) -> bytes:
    """Return a member of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(document)) as source:
        return source.read(name)


def replaced(document: bytes, members: Mapping[str, str | bytes | None]) -> bytes:
    """Return a document with members replaced, added, or removed (None)."""
    with zipfile.ZipFile(io.BytesIO(document)) as source:
        found: dict[str, str | bytes | None] = {name: source.read(name) for name in source.namelist()}
    found |= members
    return archive({name: content for name, content in found.items() if content is not None})


def docx(body: str = "", *, prolog: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return the Word document with another body, a prolog before its XML, or more members."""
    document = member(stored("story.docx"), "word/document.xml").decode()
    if body:
        document = re.sub(r"(?s)(?<=<w:body>).*(?=</w:body>)", lambda _: body, document)
    return replaced(stored("story.docx"), {"word/document.xml": prolog + document, **(more or {})})


def pptx_of_pictures() -> bytes:
    """Return the presentation without words."""
    return replaced(
        stored("talk.pptx"), {f"ppt/slides/slide{number}.xml": "<p:sld xmlns:p='p'/>" for number in (6, 7, 8)}
    )


def odt_with_password() -> bytes:
    """Return the OpenDocument text with a manifest that says it is encrypted."""
    locked = "<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"
    return replaced(stored("story.odt"), {"META-INF/manifest.xml": locked})


def epub_with_drm() -> bytes:
    """Return the book with an encrypted chapter."""
    locked = "<encryption><CipherData><CipherReference URI='OEBPS/text/a.xhtml'/></CipherData></encryption>"
    return replaced(stored("book.epub"), {"META-INF/encryption.xml": locked})


# x, y, font, size and text of a line; lengths in points.
Draw = tuple[float, float, str, float, str]


def pdf(
    pages: Sequence[Sequence[Draw]], *, title: str | None = None, author: str | None = None, password: str | None = None
) -> bytes:
    """Return a PDF of lines, drawn in this order."""
    out = io.BytesIO()
    encrypt = StandardEncryption(password, ownerPassword="owner") if password else None
    canvas = Canvas(out, pagesize=(595, 842), encrypt=encrypt, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for page in pages:
        for x, y, font, size, words in page:
            canvas.setFont(font, size)
            canvas.drawString(x, y, words)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def column(paragraphs: Sequence[str]) -> list[Draw]:
    """Return the lines of a column; all paragraphs but the first are indented."""
    lines = [
        (84.0 if number and not row else 72.0, line)
        for number, paragraph in enumerate(paragraphs)
        for row, line in enumerate(textwrap.wrap(paragraph, 95))
    ]
    return [(x, 760.0 - 12 * row, "Times-Roman", 10.0, line) for row, (x, line) in enumerate(lines)]
