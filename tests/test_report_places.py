"""Places of an article as lines, pages or slides."""

import re

from hypothesis import given
from hypothesis import strategies as st

from summarise import Article
from summarise.data import PageSpan, Span
from summarise.report.places import Lines, lines_of

TEXTS = st.text(st.sampled_from("ab \n\r\x0b\x0c\x85\u2028é😀"), max_size=40)


@given(TEXTS)
def test_lines_are_those_of_an_editor(text: str) -> None:
    """They end only at LF, CR LF and CR."""
    found, offset = Lines(text), 0
    for number, line in enumerate(re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text), start=1):
        assert {found.of(place) for place in range(offset, offset + len(line))} == {number}
        assert not line.rstrip("\r\n") or line.rstrip("\r\n") == re.split(r"\r\n|\r|\n", text)[number - 1]
        offset += len(line)
    assert offset == len(text)


def test_a_span_is_told_by_its_lines() -> None:
    """A line break at its end adds none."""
    lines = Lines("One.\nTwo\nthree.\n")
    assert lines.told(Span(start=0, end=5)) == "line 1"
    assert lines.told(Span(start=5, end=15)) == "lines 2-3"


def test_places_of_a_document_are_its_pages() -> None:
    """A presentation has slides."""
    pages = (
        PageSpan(start=0, end=4, number=1),
        PageSpan(start=4, end=10, number=3),
        PageSpan(start=10, end=13, number=1),
    )
    article = Article(text="One.\nTwo\nNote", pages=pages, format="pdf")
    lines = lines_of(article)
    assert [lines.told(Span(start=start, end=end)) for start, end in ((0, 4), (2, 6), (5, 8), (11, 12))] == [
        "page 1",
        "pages 1-3",
        "page 3",
        "page 1",
    ]
    assert lines_of(article.model_copy(update={"format": "pptx"})).told(Span(start=0, end=3)) == "slide 1"
    assert lines_of(Article(text="One.\nTwo")).told(Span(start=5, end=8)) == "line 2"
