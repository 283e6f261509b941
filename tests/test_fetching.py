"""Fetching articles from addresses. The loopback server needs `allow_private`."""

import asyncio
import gzip

import pytest
from fetched_pages import PAGE, loopback, read, refused
from made_archives import docx
from made_documents import PLAIN, TITLE, two_columns
from page_server import Pages

from summarise import Settings, Url, aread_article, check, extract_facts, read_article, summarise
from summarise.errors import UsageError


@loopback
def test_a_page_becomes_its_article(pages: Pages) -> None:
    """Title, author, date and canonical address are read; the request has no cookies, credentials or referrer."""
    article = read(pages.put("/story", PAGE.encode(), "text/html"))
    assert (article.title, article.author, article.date) == (TITLE, "Jane Doe", "2026-03-14")
    assert (article.url, article.format) == ("https://courier.example/bridge", "html")
    assert article.text.split("\n\n")[-5:] == list(PLAIN)
    ((path, headers),) = pages.requests
    assert path == "/story"
    assert headers["Host"] == f"127.0.0.1:{pages.port}"
    assert headers["User-Agent"].startswith("summarise-checked/")
    assert not {"Cookie", "Authorization", "Referer"} & headers.keys()


@loopback
def test_the_content_type_decides_the_reader(pages: Pages) -> None:
    """The content type selects the reader, or the content if the type is missing or wrong."""
    story = "\n\n".join(PLAIN)
    for path, body, media_type, expected in [
        ("/a", two_columns(), "application/pdf", "pdf"),
        ("/b", docx(), "application/octet-stream", "docx"),
        ("/c", docx(), "text/html", "docx"),
        ("/d", story.encode(), "text/plain", "text"),
        ("/e.md", f"# {TITLE}\n\n{story}".encode(), "text/plain", "markdown"),
        ("/f", f"# {TITLE}\n\n{story}".encode(), "text/markdown; charset=utf-8", "markdown"),
        ("/g.html", PAGE.encode(), "", "html"),
        ("/h", PAGE.encode(), "", "html"),
    ]:
        article = read(pages.put(path, body, media_type))
        assert (article.format, article.words > 200) == (expected, True), path
        assert article.url in (pages.url + path, "https://courier.example/bridge")


@loopback
@pytest.mark.parametrize(
    ("encoding", "header", "document"),
    [
        ("windows-1252", "text/html; charset=windows-1252", ""),
        ("windows-1252", 'text/html; charset="windows-1252"', "utf-8"),
        ("windows-1252", "text/html", "windows-1252"),
        ("utf-8", "text/html; charset=klingon", "utf-8"),
        ("utf-8", "text/html; charset=us-ascii", "utf-8"),
        ("utf-8", "text/html; charset=punycode", "utf-8"),
        ("utf-8", "text/html; charset*=utf-8; charset*0=x", "utf-8"),
        ("utf-8", f"text/html; charset*{'9' * 5000}=x", "utf-8"),
        ("utf-8", "text/html", ""),
    ],
)
def test_the_charset_is_the_header_s_then_the_document_s(
    pages: Pages, encoding: str, header: str, document: str
) -> None:
    """A charset that cannot decode the page is ignored."""
    head = f'<head><meta charset="{document}">' if document else "<head>"
    body = PAGE.replace("<head>", head).replace("Corrowby", "Kœrrowbÿ").encode(encoding)
    assert "The harbour bridge in Kœrrowbÿ was closed" in read(pages.put("/", body, header)).text


@loopback
def test_packed_pages_are_unpacked(pages: Pages) -> None:
    """Gzip is supported; other and false encodings are refused."""
    packed = pages.put("/packed", gzip.compress(PAGE.encode()), Content_Encoding="gzip")
    assert read(packed).title == TITLE
    assert "packed in a way that was not asked for ('br')" in refused(
        pages.put("/br", b"x" * 99, Content_Encoding="br")
    )
    assert "is not packed as it says" in refused(pages.put("/lie", PAGE.encode(), Content_Encoding="gzip"))


@loopback
def test_redirects_are_followed_five_times(pages: Pages) -> None:
    """Addresses may be relative, and the article has the last one."""
    pages.put("/0", PAGE.replace("rel='canonical'", "rel='x'").encode())
    for number in range(1, 7):
        pages.move(f"/{number}", f"{number - 1}" if number % 2 else f"{pages.url}/{number - 1}#part", 301 + number % 2)
    assert read(pages.url + "/5").url == pages.url + "/0"
    assert refused(pages.url + "/6") == (
        f"{pages.url}/6 redirects more than 5 times: open it in a browser, and copy its address"
    )
    assert "redirects more than 5 times" in refused(pages.move("/loop", "/loop"))


@loopback
def test_every_call_takes_an_address(pages: Pages) -> None:
    """A `Url` is fetched, a `str` is text, and an event loop requires `aread_article`."""
    address = Url(pages.put("/", PAGE.encode()), allow_private=True)
    settings = Settings(entailment="off")
    claim = "Petra Voss is the mayor of Corrowby."
    assert extract_facts(address).article.title == TITLE
    assert 'href="https://courier.example/bridge"' in check(claim, address, settings=settings).to_html()
    assert summarise(address, model="extract", settings=settings).facts.article.title == TITLE
    assert read_article(f"{address} is the address.").text == f"{address} is the address."
    assert asyncio.run(aread_article(address)).title == TITLE

    async def inside() -> None:
        read_article(address)

    with pytest.raises(UsageError, match="await aread_article"):
        asyncio.run(inside())
