"""Reading PDFs: reading order, hyphenation, footnotes, pages and errors."""

from collections.abc import Callable

import pytest
from made_documents import NOTES, PLAIN, TITLE, column, hyphenated, pdf, two_columns, with_footnotes
from reading import ArticleError, joined, read_bytes, read_here, refusal

from summarise import Article, Settings, check


def read(data: bytes) -> Article:
    return read_bytes(data, told="pdf")


def paragraphs(article: Article) -> list[str]:
    return article.text.split("\n\n")


def page_of(article: Article, words: str) -> list[int]:
    start = article.text.index(words)
    return [page.number for page in article.pages if page.start < start + len(words) and start < page.end]


def test_two_columns_are_read_one_after_the_other() -> None:
    article = read(two_columns())
    assert paragraphs(article) == [TITLE, "By Jane Doe", *PLAIN, *PLAIN[1:3]]
    assert (article.title, article.author, article.format) == (TITLE, "Jane Doe", "pdf")
    assert page_of(article, PLAIN[0]) == [1]
    assert page_of(article, PLAIN[4]) == [2]


def test_footnotes_come_after_the_story_without_their_marks() -> None:
    """Raised marks of existing notes and page numbers are removed."""
    article = read_here(with_footnotes(), "pdf")
    assert paragraphs(article) == [TITLE, *PLAIN, *NOTES]


def test_a_title_may_have_two_lines_and_small_print_above_the_story_is_no_footnote() -> None:
    head = [
        (72.0, 800.0, "Times-Bold", 18.0, "Harbour bridge"),
        (72.0, 780.0, "Times-Bold", 18.0, "closes for a year"),
        (72.0, 755.0, "Times-Roman", 10.0, "Jane Doe^1"),
        (72.0, 742.0, "Times-Roman", 7.5, "1 University of Corrowby"),
    ]
    article = read_here(pdf([[*head, *column(PLAIN, 72, 715, 450)]]), "pdf")
    assert article.title == TITLE
    assert paragraphs(article) == [TITLE, "Jane Doe1", "1 University of Corrowby", *PLAIN]


def test_words_cut_at_lines_and_pages_are_whole_again() -> None:
    """Hyphens that belong to a word stay; a paragraph continues over a page break."""
    article = read_here(hyphenated(), "pdf")
    assert paragraphs(article) == list(PLAIN)
    assert [page.number for page in article.pages] == [1, 2, 3]
    covered = "".join(article.text[page.start : page.end] for page in article.pages)
    assert covered == article.text


@pytest.mark.parametrize("made", [two_columns, with_footnotes, hyphenated])
def test_sentences_of_a_pdf_are_those_of_its_text(made: Callable[[], bytes]) -> None:
    """Offsets refer to the extracted text."""
    article = read(made())
    assert next(article.quote(one) for one in article.sentences if one.role == "body").startswith("The harbour bridge")
    assert all(article.quote(one) == article.quote(one).strip() for one in article.sentences)


def test_evidence_names_its_page() -> None:
    article = read(two_columns())
    claim = "The new cables will be ordered from a mill in Tessaly."
    report = check(claim, article, settings=Settings(entailment="off"))
    assert "<small>page 2</small>" in report.to_html()


def test_a_title_is_believed_where_the_page_shows_it() -> None:
    """A title or author from the metadata is used only if the text contains it."""
    lines = column(PLAIN, 72, 760, 450)
    assert read(pdf([lines], title="Microsoft Word - draft7.doc", author="admin")).title is None
    assert read(pdf([lines], author="admin")).author is None
    assert read(pdf([lines], author="Petra Voss")).author == "Petra Voss"


def test_tables_are_read_line_by_line() -> None:
    rows = [
        (72.0 + 150 * place, 700.0 - 14 * row, "Helvetica", 10.0, f"{place}-{row}")
        for row in range(9)
        for place in (0, 1, 2)
    ]
    assert "0-0 1-0 2-0 0-1 1-1 2-1" in " ".join(read_here(pdf([rows]), "pdf").text.split())


def test_a_page_that_lies_on_its_side_is_read() -> None:
    """Rotated text is read in file order."""
    import io

    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rotate(90)
    for row, line in enumerate(("The bridge was closed on Monday.", "Ferries run until June.")):
        canvas.drawString(100, -100 - 20 * row, line)
    canvas.rotate(-90)
    canvas.drawString(290, 30, "7")
    canvas.save()
    assert read(out.getvalue()).text.split() == "The bridge was closed on Monday. Ferries run until June. 7".split()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (pdf([column(PLAIN, 72, 760, 450)], password="secret"), "needs a password"),
        (pdf([[]] * 3), "no text on its 3 pages, so it was scanned"),
        (two_columns()[:400], "damaged PDF"),
        (b"%PDF-1.7\nnothing", "damaged PDF"),
        (b"", "is empty"),
        (b"Dear all, the bridge is closed.", "should be a PDF"),
    ],
)
def test_pdfs_that_cannot_be_read_say_why(data: bytes, words: str) -> None:
    message = refusal(data, told="pdf")
    assert words in message
    assert message.startswith("story ")


def test_a_pdf_has_so_many_pages_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarise.article.formats.pdf.MAX_PAGES", 2)
    with pytest.raises(ArticleError, match="has 3 pages, more than 2"):
        read_here(pdf([[]] * 3), "pdf")


@pytest.mark.parametrize(
    ("before", "after", "words", "whole"),
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
def test_hyphens_go_or_stay_by_the_word(before: str, after: str, words: str, whole: str) -> None:
    """The document's other words decide, then the word lists; by default a hyphen is removed."""
    assert joined(before, after, frozenset(words.split())) == whole
