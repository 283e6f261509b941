"""Inputs of every kind, with exit code and message: the table in docs/inputs.md.

Run `python tests/inputs_table.py` to write it; tests/test_inputs.py compares it with the program.
"""

import gzip
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from made_archives import ENTITIES, LOCKED, archive, docx, eml, epub, odt, pptx, rtf
from made_documents import PLAIN, TITLE, column, hyphenated, pdf, two_columns, with_footnotes
from page_server import Pages, showing

from summarise.cli.main import run
from summarise.pipeline.fetching import MAX_BYTES

DOCUMENT = Path(__file__).parent.parent / "docs" / "inputs.md"
BEGIN, END = "<!-- made by tests/inputs_table.py -->\n", "<!-- end -->"
SITE = "https://courier.example"
LATIN = "\n\n".join(PLAIN).replace("Voss", "Voß").replace("“", '"').replace("”", '"')
TEXT = "\n\n".join([TITLE, "By Jane Doe", *PLAIN])
PAGE = (
    f"<!DOCTYPE html><html><head><title>{TITLE}</title><meta name='author' content='Jane Doe'></head><body><article>"
    f"<h1>{TITLE}</h1>{''.join(f'<p>{one}</p>' for one in PLAIN)}</article></body></html>"
)

FILES: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
    ("plain text", "story.txt", TEXT.encode),
    ("text in UTF-16 with a byte-order mark", "wide.txt", lambda: TEXT.encode("utf-16")),
    ("an HTML page", "page.html", PAGE.encode),
    ("Markdown", "story.md", lambda: "\n\n".join(["---\nauthor: Jane Doe\n---", f"# {TITLE}", *PLAIN]).encode()),
    ("a PDF in two columns", "columns.pdf", two_columns),
    ("a PDF with footnotes", "notes.pdf", with_footnotes),
    ("a PDF with hyphenated words, on three pages", "leaflet.pdf", hyphenated),
    ("a Word document", "story.docx", docx),
    ("a presentation", "talk.pptx", pptx),
    ("an OpenDocument text", "story.odt", odt),
    ("an EPUB book", "book.epub", epub),
    ("an RTF document", "story.rtf", rtf),
    ("an e-mail in plain text, with a picture", "letter.eml", eml),
    ("an e-mail in HTML", "html.eml", lambda: eml(html=True)),
    ("a PDF named .txt", "report.txt", two_columns),
    ("a Word document named .pdf", "word.pdf", docx),
    ("text in Latin-1", "latin.txt", lambda: LATIN.encode("latin-1")),
    ("a scanned PDF", "scan.pdf", lambda: pdf([[], []])),
    ("a PDF with a password", "locked.pdf", lambda: pdf([column(PLAIN, 72, 760, 450)], password="secret")),
    ("a truncated PDF", "half.pdf", lambda: two_columns()[:900]),
    ("a PDF of 2,001 pages", "long.pdf", lambda: pdf([[]] * 2001)),
    ("text named .pdf", "text.pdf", TEXT.encode),
    ("a web page named .pdf", "page.pdf", PAGE.encode),
    ("a Word document with a password", "locked.docx", lambda: LOCKED),
    ("a truncated Word document", "half.docx", lambda: docx()[:900]),
    ("a Word document with XML entities", "entities.docx", lambda: docx(prolog=ENTITIES)),
    ("a Word document with only pictures", "pictures.docx", lambda: docx("<w:p/>")),
    ("an old Word document", "old.doc", lambda: LOCKED[:100]),
    ("a spreadsheet", "sheet.xlsx", lambda: archive({"xl/workbook.xml": "<a/>"})),
    ("a presentation with only pictures", "pictures.pptx", lambda: pptx(((), ()))),
    ("an OpenDocument text with a password", "locked.odt", lambda: odt(encrypted=True)),
    ("an EPUB book with DRM", "protected.epub", lambda: epub(protected=True)),
    ("text named .eml", "no.eml", lambda: b"\nThe bridge is closed."),
    ("an empty file", "empty.txt", bytes),
    ("only white space", "blank.txt", lambda: b" \n\n "),
    ("a picture", "bridge.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99)),
    ("a zip archive", "files.zip", lambda: archive({"a.txt": "a"})),
)


def prepare(pages: Pages) -> None:
    pages.put("/story", PAGE.encode())
    pages.put("/packed", gzip.compress(PAGE.encode()), Content_Encoding="gzip")
    pages.put("/report.pdf", two_columns(), "application/pdf")
    pages.put("/download", docx(), "application/octet-stream")
    pages.put("/plain", LATIN.encode("windows-1252"), "text/plain; charset=windows-1252")
    pages.move("/short", "/story", 301)
    pages.move("/loop", "/loop")
    pages.move("/file", "file:///etc/passwd")
    pages.answers["/members"] = (401, {}, b"")
    pages.answers["/busy"] = (503, {}, b"")
    forty = " ".join(PLAIN[0].split()[:40])
    pages.put("/wall", f"<html><body><article><p>{forty}.</p></article></body></html>".encode())
    pages.put("/data", b'{"a": 1}', "application/json")
    pages.put("/bridge.png", b"\x89PNG", "image/png")
    pages.put("/endless", b"x", Content_Length=str(MAX_BYTES + 1))
    pages.put("/bomb", gzip.compress(bytes(2 * MAX_BYTES)), Content_Encoding="gzip")
    pages.put("/brotli", b"x" * 99, Content_Encoding="br")


ADDRESSES = (
    ("an address", "/story"),
    ("a compressed page", "/packed"),
    ("an address of a PDF", "/report.pdf"),
    ("a Word document without a content type", "/download"),
    ("text in the charset of the HTTP header", "/plain"),
    ("a redirect", "/short"),
    ("endless redirects", "/loop"),
    ("a redirect to a file", "/file"),
    ("a missing page", "/nothing"),
    ("a page that needs a login", "/members"),
    ("a server error", "/busy"),
    ("a page with 40 words of story", "/wall"),
    ("an address of JSON", "/data"),
    ("an address of a picture", "/bridge.png"),
    ("a page of more than 10 MB", "/endless"),
    ("a page that decompresses to 20 MB", "/bomb"),
    ("a page in an encoding that was not requested", "/brotli"),
)
OTHERS = (
    ("text in Latin-1, with `--encoding`", ("latin.txt", "--encoding", "latin-1")),
    ("standard input", ("-",)),
    ("a missing file", ("missing.txt",)),
    ("a folder", (".",)),
    ("an address on this machine", ("http://127.0.0.1/",)),
    ("the same address as one number", ("http://2130706433/",)),
    ("a cloud's metadata address", ("http://169.254.169.254/latest/",)),
    ("an address with another scheme", ("ftp://courier.example/story",)),
    ("an address with a password", ("https://jane:secret@courier.example/",)),
    ("an unknown host", ("https://nobody.invalid/",)),
)


def rows() -> Iterator[str]:
    with TemporaryDirectory() as folder, chdir(folder), showing(prepare) as pages:
        for what, name, make in FILES:
            Path(name).write_bytes(make())
            yield _row(what, (name,))
        for what, arguments in OTHERS:
            yield _row(what, arguments)
        for what, path in ADDRESSES:
            row = _row(what, (pages.url + path, "--allow-private"))
            yield row.replace(pages.url, SITE).replace(" --allow-private", "")


def _row(what: str, arguments: tuple[str, ...]) -> str:
    out, said = io.StringIO(), io.StringIO()
    given, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(TEXT.encode()))
    try:
        with redirect_stdout(out), redirect_stderr(said):
            code = run(["facts", *arguments])
    finally:
        sys.stdin = given
    line = " ".join(said.getvalue().split()).replace("|", "\\|").removeprefix("summarise: ")
    return f"| {what} | `{' '.join(arguments)}` | {code} | {line or 'nothing'} |"


def table() -> str:
    return "\n".join(["| input | `summarise facts …` | exit | message |", "|---|---|---|---|", *rows(), ""])


def kept() -> str:
    """Return the table in the document."""
    return DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    os.environ["SUMMARISE_CONFIG"] = os.devnull
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    DOCUMENT.write_text(before + BEGIN + table() + END + rest.partition(END)[2], encoding="utf-8")
