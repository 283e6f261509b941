"""Documents other than PDF: their text and format, and locked, damaged or hostile files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_archives import ENTITIES, LOCKED, NOTE, archive, docx, eml, epub, odt, pptx, rtf
from made_documents import PLAIN, TITLE, two_columns
from reading import ArticleError, ConfigurationError, read_bytes, read_here, refusal

from summarise import read_article

INSERTED = f"{PLAIN[0]} It was inserted."


@pytest.mark.parametrize(
    ("name", "data", "text", "author", "date"),
    [
        ("a.docx", docx(), [TITLE, INSERTED, *PLAIN[1:], "Ferries | 14", NOTE], "Petra Voss", None),
        ("a.pptx", pptx(), [TITLE, *PLAIN], None, None),
        ("a.odt", odt(), [TITLE, *PLAIN, NOTE], None, None),
        ("a.epub", epub(), [TITLE, *PLAIN], "Jane Doe", "2026-03-14"),
        ("a.rtf", rtf(), [TITLE, *PLAIN], None, None),
        ("a.eml", eml(), list(PLAIN), "Jane Doe", "2026-03-14"),
        ("b.eml", eml(html=True), list(PLAIN), "Jane Doe", "2026-03-14"),
    ],
)
def test_a_document_becomes_its_text(
    tmp_path: Path, name: str, data: bytes, text: list[str], author: str | None, date: str | None
) -> None:
    """Notes come last; metadata are the document's."""
    path = tmp_path / name
    path.write_bytes(data)
    article = read_article(path)
    assert [" ".join(one.split()) for one in article.text.split("\n\n")] == text
    assert (article.title, article.author, article.date) == (TITLE, author, date)


def test_markdown_is_read_without_its_marks(tmp_path: Path) -> None:
    """Links and front matter are removed, and wrapped lines joined."""
    path = tmp_path / "story.md"
    path.write_text(
        "---\ntitle: 'Bridge closes'\nauthor: Jane Doe\ndate: 2026-03-14\n---\n\n# Harbour\n\nThe **bridge** in\n"
        "[Corrowby](https://c.example) is closed.\n\n- Ferries run.\n- Cars wait.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n",
        encoding="utf-8",
    )
    article = read_article(path)
    assert article.text.split("\n\n") == [
        "Harbour", "The bridge in Corrowby is closed.", "Ferries run.", "Cars wait.", "A | B", "1 | 2",
    ]  # fmt: skip
    assert (article.title, article.author, article.date) == ("Bridge closes", "Jane Doe", "2026-03-14")


def test_slides_are_pages() -> None:
    article = read_bytes(pptx())
    assert [(page.number, article.text[page.start : page.end].split("\n\n")[0]) for page in article.pages] == [
        (1, TITLE),
        (2, PLAIN[0]),
        (3, PLAIN[2]),
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [(docx(), "docx"), (pptx(), "pptx"), (odt(), "odt"), (epub(), "epub"), (rtf(), "rtf"), (two_columns(), "pdf")],
)
def test_content_goes_before_a_name(tmp_path: Path, data: bytes, found: str) -> None:
    for ending in (".txt", ".html", ".pdf", "") if found == "rtf" else (".txt",):
        path = tmp_path / f"story{ending}"
        path.write_bytes(data)
        assert read_article(path).format == found


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", LOCKED, "needs a password"),
        ("a.docx", docx()[:900], "damaged or incomplete archive"),
        ("a.docx", b"The bridge is closed.", "should be a Word document"),
        ("a.docx", archive({"word/document.xml": "<broken"}), "is damaged"),
        ("a.docx", docx(prolog=ENTITIES, body="<w:p><w:r><w:t>&b;</w:t></w:r></w:p>"), "is damaged"),
        ("a.docx", docx("<w:p/>"), "has no text"),
        ("a.odt", odt(encrypted=True), "needs a password"),
        ("a.epub", epub(protected=True), "protected against copying"),
        ("a.epub", archive({"mimetype": "application/epub+zip"}), "is damaged"),
        ("a.pptx", pptx(((), ())), "has no text"),
        ("a.doc", LOCKED[:100], "an old Office document"),
        ("a.xlsx", archive({"xl/workbook.xml": "<a/>"}), "a zip archive"),
        ("a.eml", b"\nno header", "not an e-mail"),
        ("a.eml", b"Subject: Hello\n\n", "has no text"),
        ("a.eml", b"Subject: Hello\nContent-Type: text/plain; charset=punycode\n\na-" + b"b9" * 10**6, "damaged"),
        ("a.eml", b"Subject: Hello\nContent-Type: text/plain; charset*%s=x\n\nHello" % (b"9" * 1900), "damaged"),
        ("a.eml", b"Subject: " + b'"' * 10**6 + b"\n\nHello", "damaged"),
        ("a.eml", b"Content-Type: text/plain; x" + b"(" * 1900 + b"\n\nHello", "damaged"),
        ("a.eml", b"Content-Type: message/rfc822\n\n" * 2000, "damaged"),
        ("a.rtf", b"{\\rtf1 }", "has no text"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    """The error is one line that names the file."""
    path = tmp_path / name
    path.write_bytes(data)
    message = refusal(path)
    assert words in message
    assert message.startswith(f"{path} ")


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The declared size decides, before anything is unpacked."""
    archive_module = "summarise.article.formats.archive"
    monkeypatch.setattr(f"{archive_module}.MAX_UNPACKED", 1 << 20)
    monkeypatch.setattr(f"{archive_module}.Archive.read", lambda *_: pytest.fail("something was unpacked"))
    data = docx(more={"word/media/a.png": bytes(1 << 20)})
    with pytest.raises(ArticleError, match="unpacks to more than 1 MiB"):
        read_here(data, "docx")


def test_a_document_is_measured_by_its_bytes(tmp_path: Path) -> None:
    """Pictures do not count as characters."""
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    with path.open("r+b") as file:
        file.truncate(65 << 20)
    assert "more than 64 MiB" in refusal(path)
    path.write_bytes(docx(more={"word/media/a.png": os.urandom(20_000)}))
    assert "more than 900 characters" in refusal(path, max_characters=900)
    assert len(read_article(path, max_characters=2500).text) < 2500 < path.stat().st_size / 4


@pytest.mark.parametrize(
    "paragraph", ["From: A. Reader, Leeds. " + "It rained. " * 300, "Date: Monday\n" + " 7 | 8\n" * 400]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_paragraph_of_a_letter_that_looks_like_a_long_header_is_read(paragraph: str, end: str) -> None:
    letter = f"From: A B <a@b.org>\nSubject: Hello\n\nDear all,\n\n{paragraph}\n"
    article = read_bytes(letter.replace("\n", end), told="email")
    assert len(article.text) > 2_000


@pytest.mark.parametrize("made", [docx, pptx, odt, epub, rtf, eml, two_columns])
@settings(max_examples=12)
@given(noise=st.binary(min_size=1, max_size=40), place=st.integers(0, 2000))
def test_any_damage_is_told_in_one_line(made: object, noise: bytes, place: int) -> None:
    data = bytearray(made())  # type: ignore[operator]
    data[place : place + len(noise)] = noise
    message = ""
    try:
        assert read_bytes(bytes(data)).text
    except ArticleError as error:
        message = str(error)
    assert "\n" not in message


@pytest.mark.parametrize(
    ("library", "document", "data", "called"),
    [("pypdfium2", "pdf", two_columns(), "a PDF"), ("mammoth", "docx", docx(), "a Word document")],
)
def test_without_the_extra_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, library: str, document: str, data: bytes, called: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ConfigurationError, match=rf"{called}.*pip install 'summarise-checked\[documents\]'"):
        read_here(data, document)


def test_a_library_is_imported_when_it_is_needed() -> None:
    """Reading plain text imports no document or network library."""
    of_text = ("syntok", "trafilatura", "lxml", "spacy", "httpx")
    of_others = ("pypdfium2", "mammoth", "markdown_it", "httpx", "summarise.pipeline.fetching")
    code = (
        f"import sys, summarise.article; print([m for m in {of_text} if m in sys.modules]); "
        "from summarise import read_article; read_article('The bridge closed.'); "
        f"print([m for m in {of_others} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "[]"]
