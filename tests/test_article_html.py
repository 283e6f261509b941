"""HTML input: detection, extraction, encodings, and broken or hostile pages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from summarise import read_article
from summarise.article import article_from_bytes
from summarise.article.formats.html import looks_like_html
from summarise.errors import ArticleError

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


def test_a_text_file_with_tags_in_it_is_text(tmp_path: Path) -> None:
    """A file is HTML only if its suffix says so."""
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    assert read_article(path).text == PAGE


@pytest.mark.parametrize(
    ("encoding", "charset"), [("windows-1252", "windows-1252"), ("utf-16", "utf-16"), ("utf-8-sig", "utf-8")]
)
def test_the_page_says_its_charset(encoding: str, charset: str) -> None:
    """In its declaration or by a byte-order mark."""
    data = PAGE.replace('"utf-8"', f'"{charset}"').encode(encoding)
    article = article_from_bytes(data, name="page", told="html")
    assert "Küstenstadt" in article.text
    assert "“We could not wait,”" in article.text


def test_a_named_encoding_goes_before_the_page() -> None:
    data = PAGE.encode("windows-1252")
    assert "Küstenstadt" in article_from_bytes(data, name="page", told="html", encoding="windows-1252").text


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
def test_standard_input_is_html_by_its_beginning(beginning: str, page: bool) -> None:
    """Also after white space, a byte-order mark, comments or an XML declaration."""
    assert looks_like_html(beginning.encode()) is page
    assert looks_like_html(("\ufeff" + beginning).encode("utf-16-le")) is page


def test_bytes_without_a_suffix_are_told_by_their_beginning() -> None:
    assert article_from_bytes(PAGE.encode(), name="standard input").title == "Harbour bridge closes"
    text = PAGE.removeprefix("<!DOCTYPE html>\n").replace("<html", "<xhtml")
    assert article_from_bytes(text.encode(), name="standard input").text == text


@pytest.mark.parametrize("reference", ["&#8;", "&#x1B;", "&#00031", "&#xFFFE;", "&#65535;"])
def test_a_reference_to_a_control_character_does_not_cost_the_page(reference: str) -> None:
    """It is removed; other references are decoded."""
    page = PAGE.replace("Harbour bridge closes", f"Harbour {reference}bridge closes")
    page = page.replace("Friday", "&#70;ri&#x64;ay")
    article = article_from_bytes(page.encode(), name="page", told="html")
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
def test_what_looks_like_an_element_in_a_script_or_a_comment_does_not_cost_the_page(unread: str) -> None:
    page = PAGE.replace("</body>", f"{unread}</body>")
    assert page != PAGE
    assert "after engineers" in article_from_bytes(page.encode(), name="page", told="html").text


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
def test_hostile_pages_do_no_harm(page: str) -> None:
    """They give an article or a one-line ArticleError."""
    message = None
    try:
        article = article_from_bytes(page.encode(), name="page", told="html")
    except ArticleError as error:
        message = str(error)
    else:
        assert article.sentences
        assert "\0" not in article.text
    assert message is None or re.fullmatch(r".*\bHTML\b.*: save the article's text as plain text", message)


@pytest.mark.slow
def test_reading_pages_prints_nothing(tmp_path: Path) -> None:
    """The parsers' warnings stay hidden without a logging configuration."""
    paths = []
    for number, page in enumerate(HOSTILE):
        paths.append(tmp_path / f"{number}.html")
        paths[-1].write_text(page, encoding="utf-8")
    code = """
import sys, pathlib, summarise, summarise.errors
for path in sys.argv[1:]:
    try:
        summarise.read_article(pathlib.Path(path))
    except summarise.errors.ArticleError:
        pass
"""
    done = subprocess.run([sys.executable, "-c", code, *map(str, paths)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
