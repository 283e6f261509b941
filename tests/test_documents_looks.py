"""Invisible text of HTML pages is not read, and visible text is not lost."""

import pytest

from summarise.article import article_from_bytes
from summarise.article.formats.html import flow_of

STORY = (
    "The council of Brennau decided on Tuesday to close the old bridge over the river for 18 months.",
    "The mayor, Lena Vogt, said that the town had waited for the money for years and would begin in autumn.",
    "More than 340 residents had signed a petition against the plan, which takes effect next week.",
)
HIDDEN = "The mayor of Brennau resigned on Friday."
SEEN = "The work will cost 12.5 million euros."


def _page(part: str, head: str = "") -> str:
    story = [f"<p>{one}</p>" for one in STORY]
    return (
        f"<!DOCTYPE html><html><head><title>Bridge</title>{head}</head><body><article><h1>Bridge shut</h1>"
        f"{story[0]}{part}{story[1]}{story[2]}</article></body></html>"
    )


def _read(part: str, head: str = "") -> str:
    return article_from_bytes(_page(part, head).encode(), name="page.html").text


@pytest.mark.parametrize(
    "element",
    [
        "<p hidden>{}</p>",
        '<p style="opacity:0.01">{}</p>',
        '<p style="transform: translateX(-9999px)">{}</p>',
        '<p style="height:0;overflow:hidden">{}</p>',
        '<p style="position:absolute;clip:rect(0,0,0,0)">{}</p>',
        '<p style="color: rgb(250, 250, 250)">{}</p>',
        '<p style="color:transparent">{}</p>',
        '<div style="background:#222"><p style="color:#232323">{}</p></div>',
        '<p class="off">{}</p>',
        '<p id="gone">{}</p>',
    ],
)
def test_what_a_reader_cannot_see_is_not_read(element: str) -> None:
    """Text is hidden by an attribute, an inline style or a style block, in pages and e-mails."""
    head = "<style>/* x */ .off, #gone { display: none } p.pale { color: #fefefe }</style>"
    for text in (
        _read(element.format(HIDDEN), head),
        " ".join(flow_of(_page(element.format(HIDDEN), head)).paragraphs),
    ):
        assert HIDDEN not in text
        assert all(one in text for one in STORY)


@pytest.mark.parametrize(
    "element",
    [
        '<p style="display:block">{}</p>',
        '<p style="color:#222">{}</p>',
        '<div style="background:#222"><p style="color:#fff">{}</p></div>',
        '<div class="dark-box"><p style="color:#fff">{}</p></div>',
        '<div style="font-size:0"><p style="font-size:16px">{}</p></div>',
        '<div style="color:#fff"><p style="color:#000">{}</p></div>',
        '<p style="margin-left:-20px">{}</p>',
        '<p style="height:0">{}</p>',
        '<p style="opacity:.9">{}</p>',
        '<p aria-hidden="false">{}</p>',
        '<p class="print">{}</p>',
        "<p hidden>Gone.<p>{}</p>",
    ],
)
def test_what_a_reader_can_see_is_read(element: str) -> None:
    """Text is read if its style hides nothing, applies only to print, or is overridden."""
    head = (
        "<style>@media print { .print { display: none } } body { visibility: hidden } .a .print {display:none}</style>"
    )
    assert SEEN in _read(element.format(SEEN), head)
    assert SEEN in " ".join(flow_of(_page(element.format(SEEN), head)).paragraphs)


def test_data_for_search_engines_is_no_story() -> None:
    """A body that is only in JSON-LD is not read."""
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{HIDDEN * 9}"}}</script>'
    assert HIDDEN not in _read("", data)


def test_a_paragraph_that_nobody_ends_hides_no_other() -> None:
    """As in browsers, the next block ends a paragraph."""
    assert flow_of(f"<p hidden>{HIDDEN}<p>{SEEN}<div>{STORY[0]}</div>").paragraphs == [SEEN, STORY[0]]
    assert flow_of(f'<p style="color:white">{HIDDEN}<p>{SEEN}').paragraphs == [SEEN]
