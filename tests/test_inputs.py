"""The table of inputs in docs/inputs.md: for each kind of input, the exit code and the message.

`python tests/test_inputs.py` writes the table; the tests compare it with the output of the program.
"""

import gzip
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import made_documents as made
import pytest
from made_documents import PLAIN, TITLE, stored
from page_server import Pages, showing

from summarise.cli.main import run
from summarise.pipeline.fetching import MAX_BYTES

DOCUMENT = Path(__file__).parent.parent / "docs" / "inputs.md"
BEGIN, END = "<!-- made by tests/test_inputs.py -->\n", "<!-- end -->"
SITE = "https://courier.example"
LATIN = "\n\n".join(PLAIN).replace("Voss", "Voß").replace("“", '"').replace("”", '"')
TEXT = "\n\n".join([TITLE, "By Jane Doe", *PLAIN])
PAGE = (
    f"<!DOCTYPE html><html><head><title>{TITLE}</title><meta name='author' content='Jane Doe'></head><body><article>"
    f"<h1>{TITLE}</h1>{''.join(f'<p>{paragraph}</p>' for paragraph in PLAIN)}</article></body></html>"
)
FILES: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
    ("plain text", "story.txt", TEXT.encode),
    ("text in UTF-16 with a byte-order mark", "wide.txt", lambda: TEXT.encode("utf-16")),
    ("an HTML page", "page.html", PAGE.encode),
    ("Markdown", "story.md", lambda: "\n\n".join(["---\nauthor: Jane Doe\n---", f"# {TITLE}", *PLAIN]).encode()),
    ("a PDF in two columns", "columns.pdf", lambda: stored("columns.pdf")),
    ("a PDF with footnotes", "notes.pdf", lambda: stored("footnotes.pdf")),
    ("a PDF with hyphenated words, on three pages", "leaflet.pdf", lambda: stored("leaflet.pdf")),
    ("a Word document", "story.docx", made.docx),
    ("a presentation", "talk.pptx", lambda: stored("talk.pptx")),
    ("an OpenDocument text", "story.odt", lambda: stored("story.odt")),
    ("an EPUB book", "book.epub", lambda: stored("book.epub")),
    ("an RTF document", "story.rtf", lambda: stored("story.rtf")),
    ("an e-mail in plain text, with a picture", "letter.eml", lambda: stored("letter.eml")),
    ("an e-mail in HTML", "html.eml", lambda: stored("html.eml")),
    ("a PDF named .txt", "report.txt", lambda: stored("columns.pdf")),
    ("a Word document named .pdf", "word.pdf", made.docx),
    ("text in Latin-1", "latin.txt", lambda: LATIN.encode("latin-1")),
    ("a scanned PDF", "scan.pdf", lambda: made.pdf([[], []])),
    ("a PDF with a password", "locked.pdf", lambda: made.pdf([made.column(PLAIN)], password="secret")),
    ("a truncated PDF", "half.pdf", lambda: stored("columns.pdf")[:900]),
    ("text named .pdf", "text.pdf", TEXT.encode),
    ("a Word document with a password", "locked.docx", lambda: made.LOCKED),
    ("a truncated Word document", "half.docx", lambda: made.docx()[:900]),
    ("a Word document with XML entities", "entities.docx", lambda: made.docx(prolog=made.ENTITIES)),
    ("a Word document with only pictures", "pictures.docx", lambda: made.docx("<w:p/>")),
    ("an old Word document", "old.doc", lambda: made.LOCKED[:100]),
    ("a spreadsheet", "sheet.xlsx", lambda: made.archive({"xl/workbook.xml": "<a/>"})),
    ("a presentation with only pictures", "pictures.pptx", made.pptx_of_pictures),
    ("an OpenDocument text with a password", "locked.odt", made.odt_with_password),
    ("an EPUB book with DRM", "protected.epub", made.epub_with_drm),
    ("text named .eml", "no.eml", lambda: b"\nThe bridge is closed."),
    ("an empty file", "empty.txt", bytes),
    ("a picture", "bridge.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99)),
    ("a zip archive", "files.zip", lambda: made.archive({"a.txt": "a"})),
)


def prepare(pages: Pages) -> None:
    pages.put("/story", PAGE.encode())
    pages.put("/packed", gzip.compress(PAGE.encode()), Content_Encoding="gzip")
    pages.put("/report.pdf", stored("columns.pdf"), "application/pdf")
    pages.put("/download", made.docx(), "application/octet-stream")
    pages.put("/plain", LATIN.encode("windows-1252"), "text/plain; charset=windows-1252")
    pages.move("/short", "/story", 301)
    pages.move("/loop", "/loop")
    pages.move("/file", "file:///etc/passwd")
    pages.answers["/members"] = (401, {}, b"")
    pages.answers["/busy"] = (503, {}, b"")
    forty = " ".join(PLAIN[0].split()[:40])
    pages.put("/wall", f"<html><body><article><p>{forty}.</p></article></body></html>".encode())
    pages.put("/data", b'{"a": 1}', "application/json")
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
    ("a cloud's metadata address", ("http://169.254.169.254/latest/",)),
    ("an address with another scheme", ("ftp://courier.example/story",)),
    ("an address with a password", ("https://jane:secret@courier.example/",)),
    ("an unknown host", ("https://nobody.invalid/",)),
)


def rows() -> Iterator[str]:
    with TemporaryDirectory() as folder, chdir(folder), showing(prepare) as pages:
        for kind, name, make in FILES:
            Path(name).write_bytes(make())
            yield _row(kind, (name,))
        for kind, arguments in OTHERS:
            yield _row(kind, arguments)
        for kind, path in ADDRESSES:
            row = _row(kind, (pages.url + path, "--allow-private"))
            yield row.replace(pages.url, SITE).replace(" --allow-private", "")


def _row(kind: str, arguments: tuple[str, ...]) -> str:
    output, errors = io.StringIO(), io.StringIO()
    stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(TEXT.encode()))
    try:
        with redirect_stdout(output), redirect_stderr(errors):
            code = run(["facts", *arguments])
    finally:
        sys.stdin = stdin
    line = " ".join(errors.getvalue().split()).replace("|", "\\|").removeprefix("summarise: ")
    return f"| {kind} | `{' '.join(arguments)}` | {code} | {line or 'nothing'} |"


def table() -> str:
    return "\n".join(["| input | `summarise facts …` | exit | message |", "|---|---|---|---|", *rows(), ""])


def documented() -> str:
    """Return the table in docs/inputs.md."""
    return DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


@pytest.mark.slow
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_each_kind_of_input_has_the_outcome_that_the_documentation_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    actual = table()
    assert actual.count("\n") > 55
    assert actual.splitlines() == documented().splitlines()


def test_no_input_causes_a_traceback() -> None:
    """Each input is read (exit code 0) or is an error of the article (3). No password is shown."""
    codes = [line.split(" | ")[2] for line in documented().splitlines()[2:]]
    assert set(codes) == {"0", "3"}
    assert "Traceback" not in documented()
    assert "secret" not in documented().replace("jane:secret@", "")


if __name__ == "__main__":
    os.environ["SUMMARISE_CONFIG"] = os.devnull
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    DOCUMENT.write_text(before + BEGIN + table() + END + rest.partition(END)[2], encoding="utf-8")
