"""Every kind of input, and what the command makes of it: the table in docs/inputs.md.

    python tests/inputs_table.py

writes it anew; tests/test_inputs.py holds it to what the command says now. It holds no tests.
"""

import gzip
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from made_archives import archive, docx, eml, epub, odt, pptx, rtf
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
LOCKED = b"\xd0\xcf\x11\xe0" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'

FILES: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
    ("plain text", "story.txt", TEXT.encode),
    ("text in UTF-16 with a byte-order mark", "wide.txt", lambda: TEXT.encode("utf-16")),
    ("an HTML page", "page.html", PAGE.encode),
    ("Markdown", "story.md", lambda: "\n\n".join(["---\nauthor: Jane Doe\n---", f"# {TITLE}", *PLAIN]).encode()),
    ("a PDF in two columns", "columns.pdf", two_columns),
    ("a PDF with footnotes", "notes.pdf", with_footnotes),
    ("a PDF whose words are hyphenated, on three pages", "leaflet.pdf", hyphenated),
    ("a Word document", "story.docx", docx),
    ("a presentation", "talk.pptx", pptx),
    ("an OpenDocument text", "story.odt", odt),
    ("an EPUB book", "book.epub", epub),
    ("an RTF document", "story.rtf", rtf),
    ("an e-mail in plain text, with a picture", "letter.eml", eml),
    ("an e-mail in HTML", "html.eml", lambda: eml(html=True)),
    ("a PDF that is called text", "report.txt", two_columns),
    ("a Word document that is called PDF", "word.pdf", docx),
    ("text in Latin-1", "latin.txt", lambda: LATIN.encode("latin-1")),
    ("a scanned PDF", "scan.pdf", lambda: pdf([[], []])),
    ("a PDF with a password", "locked.pdf", lambda: pdf([column(PLAIN, 72, 760, 450)], password="secret")),
    ("half a PDF", "half.pdf", lambda: two_columns()[:900]),
    ("a PDF of 2,001 pages", "long.pdf", lambda: pdf([[]] * 2001)),
    ("text that is called PDF", "text.pdf", TEXT.encode),
    ("a web page that is called PDF", "page.pdf", PAGE.encode),
    ("a Word document with a password", "locked.docx", lambda: LOCKED),
    ("half a Word document", "half.docx", lambda: docx()[:900]),
    ("a Word document with XML entities", "entities.docx", lambda: docx(prolog=ENTITIES)),
    ("a Word document of pictures", "pictures.docx", lambda: docx("<w:p/>")),
    ("an old Word document", "old.doc", lambda: LOCKED[:100]),
    ("a spreadsheet", "sheet.xlsx", lambda: archive({"xl/workbook.xml": "<a/>"})),
    ("a presentation of pictures", "pictures.pptx", lambda: pptx(((), ()))),
    ("an OpenDocument text with a password", "locked.odt", lambda: odt(encrypted=True)),
    ("a protected book", "protected.epub", lambda: epub(protected=True)),
    ("text that is called e-mail", "no.eml", lambda: b"\nThe bridge is closed."),
    ("an empty file", "empty.txt", bytes),
    ("nothing but blanks", "blank.txt", lambda: b" \n\n "),
    ("a picture", "bridge.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99)),
    ("a zip archive", "files.zip", lambda: archive({"a.txt": "a"})),
)


def prepare(pages: Pages) -> None:
    """Put the pages of the table on the server."""
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
    ("a packed page", "/packed"),
    ("the address of a PDF", "/report.pdf"),
    ("a Word document without a content type", "/download"),
    ("text in the charset of its header", "/plain"),
    ("a redirect", "/short"),
    ("redirects without an end", "/loop"),
    ("a redirect to a file", "/file"),
    ("a page that is not there", "/nothing"),
    ("a page for members", "/members"),
    ("a server with trouble", "/busy"),
    ("a page with 40 words of story", "/wall"),
    ("the address of JSON", "/data"),
    ("the address of a picture", "/bridge.png"),
    ("a page of more than 10 MB", "/endless"),
    ("a page that unpacks to 20 MB", "/bomb"),
    ("a page packed as nobody asked", "/brotli"),
)
OTHERS = (
    ("text in Latin-1, with its name", ("latin.txt", "--encoding", "latin-1")),
    ("standard input", ("-",)),
    ("no such file", ("missing.txt",)),
    ("a folder", (".",)),
    ("an address on this machine", ("http://127.0.0.1/",)),
    ("the same as one number", ("http://2130706433/",)),
    ("the metadata of a cloud", ("http://169.254.169.254/latest/",)),
    ("an address of another kind", ("ftp://courier.example/story",)),
    ("an address with a password", ("https://jane:secret@courier.example/",)),
    ("a host that nobody knows", ("https://nobody.invalid/",)),
)


def rows() -> Iterator[str]:
    """Yield a line of the table for each input: what it is, the command, its exit code, and what it says."""
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
    """Return the table."""
    return "\n".join(["| input | `summarise facts …` | exit | what it says |", "|---|---|---|---|", *rows(), ""])


def kept() -> str:
    """Return the table that stands in the document."""
    return DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    os.environ["SUMMARISE_CONFIG"] = os.devnull
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    DOCUMENT.write_text(before + BEGIN + table() + END + rest.partition(END)[2], encoding="utf-8")
