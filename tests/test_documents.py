"""Documents: their text, format and pages, and the errors for damaged files."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_documents import FOLDER, NOTE, NOTES, PLAIN, TITLE, archive, column, docx, pdf, stored
from reading import ArticleError, ConfigurationError, joined, read_bytes, read_here, refusal

from summarise import Article, Settings, check, read_article

DOCUMENTS = ("story.docx", "talk.pptx", "story.odt", "book.epub", "story.rtf", "columns.pdf")
INSERTED = f"{PLAIN[0]} It was inserted."


@pytest.mark.parametrize(
    ("name", "text", "author", "date"),
    [
        ("story.docx", [TITLE, INSERTED, *PLAIN[1:], "Ferries | 14", NOTE], "Petra Voss", None),
        ("talk.pptx", [TITLE, *PLAIN], None, None),
        ("story.odt", [TITLE, *PLAIN, NOTE], None, None),
        ("book.epub", [TITLE, *PLAIN], "Jane Doe", "2026-03-14"),
        ("story.rtf", [TITLE, *PLAIN], None, None),
        ("letter.eml", list(PLAIN), "Jane Doe", "2026-03-14"),
        ("html.eml", list(PLAIN), "Jane Doe", "2026-03-14"),
    ],
)
def test_a_document_becomes_its_text(name: str, text: list[str], author: str | None, date: str | None) -> None:
    """The text ends with the notes. Title, author and date are the metadata of the document."""
    article = read_article(FOLDER / name)
    assert [" ".join(paragraph.split()) for paragraph in article.text.split("\n\n")] == text
    assert (article.title, article.author, article.date) == (TITLE, author, date)


def test_slides_are_pages() -> None:
    article = read_article(FOLDER / "talk.pptx")
    assert [(page.number, article.text[page.start : page.end].split("\n\n")[0]) for page in article.pages] == [
        (1, TITLE),
        (2, PLAIN[0]),
        (3, PLAIN[2]),
    ]


@pytest.mark.parametrize(
    ("name", "ending"),
    [*((name, ".txt") for name in DOCUMENTS), ("story.rtf", ".html"), ("story.rtf", "")],
)
def test_the_content_decides_the_format_before_the_name(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"story{ending}"
    path.write_bytes(stored(name))
    assert read_article(path).format == name.rpartition(".")[2]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", archive({"word/document.xml": "<broken"}), "is damaged"),
        ("a.epub", archive({"mimetype": "application/epub+zip"}), "is damaged"),
        ("a.eml", b"Subject: Hello\n\n", "has no text"),
        ("a.eml", b"Subject: Hello\nContent-Type: text/plain; charset=punycode\n\na-" + b"b9" * 10**6, "damaged"),
        ("a.eml", b"Subject: Hello\nContent-Type: text/plain; charset*%s=x\n\nHello" % (b"9" * 1900), "damaged"),
        ("a.eml", b"Subject: " + b'"' * 10**6 + b"\n\nHello", "damaged"),
        ("a.eml", b"Content-Type: text/plain; x" + b"(" * 1900 + b"\n\nHello", "damaged"),
        ("a.eml", b"Content-Type: message/rfc822\n\n" * 2000, "damaged"),
        ("a.rtf", b"{\\rtf1 }", "has no text"),
    ],
)
def test_an_unreadable_document_has_an_error_of_one_line(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    """The error names the file; tests/test_inputs.py has more of these errors."""
    path = tmp_path / name
    path.write_bytes(data)
    message = refusal(path)
    assert words in message
    assert message.startswith(f"{path} ")


def test_the_size_limit_of_a_document_is_in_bytes(tmp_path: Path) -> None:
    """The limit on characters applies to the text only, not to pictures."""
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
def test_a_long_paragraph_that_resembles_an_email_header_is_read(paragraph: str, end: str) -> None:
    message = f"From: A B <a@b.org>\nSubject: Hello\n\nDear all,\n\n{paragraph}\n"
    article = read_bytes(message.replace("\n", end), format_hint="email")
    assert len(article.text) > 2_000


@pytest.mark.slow
@pytest.mark.parametrize("name", [*DOCUMENTS, "letter.eml"])
@settings(max_examples=12)
@given(noise=st.binary(min_size=1, max_size=40), place=st.integers(0, 2000))
def test_a_damaged_document_is_read_or_has_an_error_of_one_line(name: str, noise: bytes, place: int) -> None:
    data = bytearray(stored(name))
    data[place : place + len(noise)] = noise
    message = ""
    try:
        assert read_bytes(bytes(data)).text
    except ArticleError as error:
        message = str(error)
    assert "\n" not in message


@pytest.mark.parametrize(
    ("library", "document", "data", "called"),
    [("pypdfium2", "pdf", stored("columns.pdf"), "a PDF"), ("mammoth", "docx", docx(), "a Word document")],
)
def test_the_error_for_a_missing_package_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, library: str, document: str, data: bytes, called: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ConfigurationError, match=rf"{called}.*pip install 'summarise-checked\[documents\]'"):
        read_here(data, document)


@pytest.mark.slow
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


# PDF


def paragraphs(article: Article) -> list[str]:
    return article.text.split("\n\n")


def page_of(article: Article, words: str) -> list[int]:
    start = article.text.index(words)
    return [page.number for page in article.pages if page.start < start + len(words) and start < page.end]


def test_two_columns_are_read_one_after_the_other() -> None:
    article = read_article(FOLDER / "columns.pdf")
    assert paragraphs(article) == [TITLE, "By Jane Doe", *PLAIN, *PLAIN[1:3]]
    assert (article.title, article.author, article.format) == (TITLE, "Jane Doe", "pdf")
    assert page_of(article, PLAIN[0]) == [1]
    assert page_of(article, PLAIN[4]) == [2]


def test_footnotes_come_after_the_story_without_their_marks() -> None:
    """The superscripts of the notes and the page numbers are removed."""
    article = read_here(stored("footnotes.pdf"), "pdf")
    assert paragraphs(article) == [TITLE, *PLAIN, *NOTES]


def test_a_title_may_have_two_lines_and_small_print_above_the_story_is_no_footnote() -> None:
    article = read_here(stored("title.pdf"), "pdf")
    assert article.title == TITLE
    assert paragraphs(article) == [TITLE, "Jane Doe1", "1 University of Corrowby", *PLAIN]


def test_words_divided_at_lines_and_pages_are_joined() -> None:
    """A hyphen that belongs to a word is kept. A paragraph continues after a page break."""
    article = read_here(stored("leaflet.pdf"), "pdf")
    assert paragraphs(article) == list(PLAIN)
    assert [page.number for page in article.pages] == [1, 2, 3]
    covered = "".join(article.text[page.start : page.end] for page in article.pages)
    assert covered == article.text


def test_evidence_names_its_page() -> None:
    article = read_article(FOLDER / "columns.pdf")
    claim = "The new cables will be ordered from a mill in Tessaly."
    report = check(claim, article, settings=Settings(entailment="off"))
    assert "<small>page 2</small>" in report.to_html()


def test_metadata_are_used_only_if_the_text_contains_them() -> None:
    lines = column(PLAIN)
    assert read_bytes(pdf([lines], title="Microsoft Word - draft7.doc", author="admin")).title is None
    assert read_bytes(pdf([lines], author="admin")).author is None
    assert read_bytes(pdf([lines], author="Petra Voss")).author == "Petra Voss"


def test_tables_are_read_line_by_line() -> None:
    rows = [
        (72.0 + 150 * place, 700.0 - 14 * row, "Helvetica", 10.0, f"{place}-{row}")
        for row in range(9)
        for place in (0, 1, 2)
    ]
    assert "0-0 1-0 2-0 0-1 1-1 2-1" in " ".join(read_here(pdf([rows]), "pdf").text.split())


def test_rotated_text_is_read() -> None:
    """Rotated text has the order of the file."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rotate(90)
    for row, line in enumerate(("The bridge was closed on Monday.", "Ferries run until June.")):
        canvas.drawString(100, -100 - 20 * row, line)
    canvas.rotate(-90)
    canvas.drawString(290, 30, "7")
    canvas.save()
    assert (
        read_bytes(out.getvalue()).text.split() == "The bridge was closed on Monday. Ferries run until June. 7".split()
    )


def test_a_pdf_has_a_page_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarise.article.formats.pdf.MAX_PAGES", 2)
    with pytest.raises(ArticleError, match="has 3 pages, more than 2"):
        read_here(pdf([[]] * 3), "pdf")


@pytest.mark.parametrize(
    ("before", "after", "words", "result"),
    [
        ("the govern-", "ment fell", "", "the government fell"),
        ("a long-", "term plan", "", "a long-term plan"),
        ("the Cor-", "rowby line", "corrowby", "the Corrowby line"),
        ("a Corrow-", "by-sea line", "", "a Corrowby-sea line"),
        ("the Anglo-", "Saxon king", "", "the Anglo-Saxon king"),
        ("from 2019-", "2020 on", "", "from 2019-2020 on"),
        ("it closed -", "at last", "", "it closed - at last"),
        ("the re-", "signed seal", "re-signed", "the re-signed seal"),
        ("no cut", "here", "", "no cut here"),
    ],
)
def test_hyphens_at_line_ends(before: str, after: str, words: str, result: str) -> None:
    """A hyphen is removed, unless the document has the word with a hyphen, or both halves are words."""
    assert joined(before, after, frozenset(words.split())) == result
