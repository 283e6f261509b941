"""HTML input: detection, extraction, encodings, hidden text, and broken or hostile pages."""

import re
from pathlib import Path

import pytest
from reading import ArticleError, read_bytes, read_here

from summarise import read_article

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Harbour bridge closes – The Example Courier</title>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
 "headline": "Harbour bridge closes", "author": {"@type": "Person", "name": "Jane Doe"},
 "datePublished": "2026-03-14T10:20:00+00:00"}</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<article><h1>Harbour bridge closes</h1>
<p class="byline">By Jane Doe</p>
<div class="share">Share this article <a href="#">Facebook</a> <a href="#">Email</a></div>
<p>The harbour bridge in Küstenstadt closed on Friday after engineers found
cracks in two of its cables, the city said. “We could not wait,” the mayor told reporters.</p>
<h2>What happens next</h2>
<p>Repairs will take 12 weeks and cost &euro;3.5 million, according to the city’s engineer &#8211; more than
planned.</p>
<p>Sharing Is Caring:</p>
<p>Residents said that they had warned of the cracks for years, and that nobody had listened until it was late.</p>
<aside class="newsletter"><p>Sign up for our newsletter</p></aside>
</article>
<section id="comments"><p>Leave a Comment</p><p>Reader: I never liked that bridge.</p></section>
<footer>© 2026 The Example Courier. All rights reserved.</footer></body></html>"""


@pytest.mark.parametrize("suffix", [".html", ".HTML"])
def test_a_page_becomes_its_article(tmp_path: Path, suffix: str) -> None:
    """Navigation, comments and sign-up prompts are left out."""
    path = tmp_path / f"page{suffix}"
    path.write_text(PAGE, encoding="utf-8")
    article = read_article(path)
    assert (article.title, article.author, article.date) == ("Harbour bridge closes", "Jane Doe", "2026-03-14")
    assert [(sentence.role, article.quote(sentence)) for sentence in article.sentences] == [
        ("headline", "Harbour bridge closes"),
        (
            "body",
            "The harbour bridge in Küstenstadt closed on Friday after engineers found cracks in two of its "
            "cables, the city said.",
        ),
        ("body", "“We could not wait,” the mayor told reporters."),
        ("heading", "What happens next"),
        (
            "body",
            "Repairs will take 12 weeks and cost €3.5 million, according to the city’s engineer – more than planned.",
        ),
        (
            "body",
            "Residents said that they had warned of the cracks for years, and that nobody had listened until it was "
            "late.",
        ),
    ]
    assert "\n\n" in article.text


@pytest.mark.parametrize(
    ("encoding", "charset", "given"),
    [
        ("windows-1252", "windows-1252", None),
        ("utf-16", "utf-16", None),
        ("utf-8-sig", "utf-8", None),
        ("windows-1252", "utf-8", "windows-1252"),
    ],
)
def test_a_given_encoding_precedes_the_charset_of_the_page(encoding: str, charset: str, given: str | None) -> None:
    """The page states its charset in a declaration or by a byte-order mark."""
    data = PAGE.replace('"utf-8"', f'"{charset}"').encode(encoding)
    text = read_bytes(data, format_hint="html", encoding=given).text
    assert "Küstenstadt" in text
    assert "“We could not wait,”" in text


@pytest.mark.parametrize(
    ("beginning", "page"),
    [
        ("<!DOCTYPE html><p>", True),
        ("<!doctype HTML PUBLIC '-//W3C//DTD'>", True),
        ("\ufeff \n\t<HTML lang='en'>", True),
        ("<?xml version='1.0'?>\n<!-- a comment > --><!DOCTYPE html>", True),
        ("<!-- never closed <html>", False),
        ("The <html> tag", False),
        ("<htmlish>", False),
        ("<!DOCTYPE svg>", False),
        ("", False),
    ],
)
def test_html_is_detected_by_its_beginning(beginning: str, page: bool) -> None:
    """White space, a byte-order mark, comments or an XML declaration may precede the doctype."""
    text = f"{beginning}<body>{PAGE.partition('<body>')[2]}"
    for data in (text.encode(), ("\ufeff" + text).encode("utf-16-le")):
        assert (read_bytes(data).format == "html") is page


@pytest.mark.parametrize("reference", ["&#8;", "&#x1B;", "&#00031", "&#xFFFE;", "&#65535;"])
def test_references_to_control_characters_are_removed(reference: str) -> None:
    """Other character references are decoded."""
    page = PAGE.replace("Harbour bridge closes", f"Harbour {reference}bridge closes")
    page = page.replace("Friday", "&#70;ri&#x64;ay")
    article = read_bytes(page.encode(), format_hint="html")
    assert article.title == "Harbour bridge closes"
    assert "closed on Friday after engineers" in article.text


@pytest.mark.parametrize(
    "unread",
    [
        "<script>for(var i=0;i<d.length;i++){plot(d[i])} d=[" + ", ".join(map(str, range(3_000))) + "];</script>",
        "<style>/* a <b " + "word " * 3_000 + "*/</style>",
        "<!-- a <b " + "word " * 3_000 + "-->",
    ],
    ids=["script", "style", "comment"],
)
def test_tags_in_scripts_and_comments_are_no_elements(unread: str) -> None:
    page = PAGE.replace("</body>", f"{unread}</body>")
    assert page != PAGE
    assert "after engineers" in read_bytes(page.encode(), format_hint="html").text


HOSTILE = [
    "<html></html>",
    "<html><body><nav>Home</nav></body></html>",
    "<html><body>" + "<div>" * 20_000 + "The bridge closed. " * 50,
    "<html><body>" + "<table><tr><td>" * 3_000 + "The bridge closed. " * 50,
    "<html><body><p>&#x110000; &bogus; &#xD800; &" + "The bridge closed. " * 50,
    "<html><body><p>The bridge\0 closed. " + "It rained. " * 50,
    "<html" + "".join(f" a{number}='b'" for number in range(200_000)) + "><p>The bridge closed.",
    "<html><p = " + "".join(f'a{number}="b"' for number in range(200_000)) + ">The bridge closed.",
    '<html><!--<b c="--><p ' + "".join(f"a{number} " for number in range(200_000)) + ">The bridge closed.",
    "<html" + " a='b'" * 1_500 + "><p>The bridge closed.",
    "<!DOCTYPE html>" + "<!--" * 5_000,
    "<html><head><script type='application/ld+json'>{" + "[" * 5_000 + "</script></head><body><p>The bridge closed.",
]


@pytest.mark.parametrize("page", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_page_is_read_or_refused(page: str) -> None:
    """The error is one line with advice."""
    message = None
    try:
        article = read_bytes(page.encode(), format_hint="html")
    except ArticleError as error:
        message = str(error)
    else:
        assert article.sentences
        assert "\0" not in article.text
    assert message is None or re.fullmatch(r".*\bHTML\b.*: save the article's text as plain text", message)


# hidden text

SHOWN = (
    "The council of Brennau decided on Tuesday to close the old bridge over the river for 18 months.",
    "The mayor, Lena Vogt, said that the town had waited for the money for years and would begin in autumn.",
    "More than 340 residents had signed a petition against the plan, which takes effect next week.",
)
HIDDEN = "The mayor of Brennau resigned on Friday."
SEEN = "The work will cost 12.5 million euros."


def _page(part: str, head: str = "") -> str:
    story = [f"<p>{paragraph}</p>" for paragraph in SHOWN]
    return (
        f"<!DOCTYPE html><html><head><title>Bridge</title>{head}</head><body><article><h1>Bridge shut</h1>"
        f"{story[0]}{part}{story[1]}{story[2]}</article></body></html>"
    )


def _read(part: str, head: str = "") -> str:
    return read_bytes(_page(part, head)).text


def _email(html: str) -> str:
    """Return the text that is read from an e-mail in HTML."""
    message = f"From: jane@x.example\nSubject: Bridge\nContent-Type: text/html\n\n{html}"
    return read_here(message.encode(), "email").text


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
        '<div style="color:white"><font color="">{}</font></div>',
        '<div style="color:white" bgcolor="">{}</div>',
    ],
)
def test_hidden_text_is_not_read(element: str) -> None:
    """An attribute, an inline style or a style block hides text, in pages and in e-mails."""
    head = "<style>/* x */ .off, #gone { display: none } p.pale { color: #fefefe }</style>"
    for text in (
        _read(element.format(HIDDEN), head),
        _email(_page(element.format(HIDDEN), head)),
    ):
        assert HIDDEN not in text
        assert all(paragraph in text for paragraph in SHOWN)


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
def test_visible_text_is_read(element: str) -> None:
    """A style has no effect if it hides nothing, applies only to print, or is overridden."""
    head = (
        "<style>@media print { .print { display: none } } body { visibility: hidden } .a .print {display:none}</style>"
    )
    assert SEEN in _read(element.format(SEEN), head)
    assert SEEN in _email(_page(element.format(SEEN), head))


def test_data_for_search_engines_is_no_story() -> None:
    """An article body that is only in JSON-LD is not read."""
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{HIDDEN * 9}"}}</script>'
    assert HIDDEN not in _read("", data)


def test_an_unclosed_hidden_paragraph_ends_at_the_next_block() -> None:
    """As in browsers, the next block ends a paragraph."""
    assert _email(f"<p hidden>{HIDDEN}<p>{SEEN}<div>{SHOWN[0]}</div>") == f"{SEEN}\n\n{SHOWN[0]}"
    assert _email(f'<p style="color:white">{HIDDEN}<p>{SEEN}') == SEEN
