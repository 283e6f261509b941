"""Fetching of articles, refused addresses, and protection of private networks.

The server of the tests is on this machine, so it can be reached only with `allow_private`.
"""

import asyncio
import gzip
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest
from certificates import Authority
from command_line import loopback
from hypothesis import given
from hypothesis import strategies as st
from made_documents import PAGE, PLAIN, TITLE, stored
from page_server import Pages, showing
from pydantic import SecretStr
from reading import ArticleError, UsageError

from summarise import Article, Settings, Url, aread_article, check, extract_facts, read_article, summarise
from summarise.pipeline import fetching
from summarise.pipeline.fetching import Fetched, fetch

DIRECT = Settings()
address_of, is_private_name, is_public = fetching.parse_address, fetching.is_private_name, fetching.is_public


def read(address: str) -> Article:
    return read_article(Url(address, allow_private=True))


def refused(address: str, *, allow_private: bool = True) -> str:
    with pytest.raises(ArticleError) as error:
        read_article(Url(address, allow_private=allow_private))
    assert "\n" not in str(error.value)
    return str(error.value)


def fetched(
    address: str, answers: list[list[str]], *, allow_private: bool = False, settings: Settings = DIRECT
) -> Fetched:
    """Fetch an address. The resolver returns the lists in `answers`, one for each call."""

    async def resolve(host: str, port: int) -> list[str]:
        return answers.pop(0)

    return asyncio.run(fetch(Url(address, allow_private=allow_private), settings=settings, resolve=resolve))


def redirected(pages: Pages, target: str) -> Fetched:
    """Fetch an address that redirects to `target`, with `allow_private` for the first address only."""
    pages.move("/start", target)

    async def go() -> Fetched:
        found = await fetching._get(address_of(f"{pages.url}/start"), True, DIRECT, fetching.system_resolver)
        assert not isinstance(found, Fetched)
        again = await fetching._get(found, False, DIRECT, fetching.system_resolver)
        assert isinstance(again, Fetched)
        return again

    return asyncio.run(go())


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


@pytest.mark.slow
@loopback
def test_the_content_type_decides_the_reader(pages: Pages) -> None:
    """If the content type is missing or wrong, the content decides."""
    story = "\n\n".join(PLAIN)
    for path, body, media_type, expected in [
        ("/a", stored("columns.pdf"), "application/pdf", "pdf"),
        ("/b", stored("story.docx"), "application/octet-stream", "docx"),
        ("/c", stored("story.docx"), "text/html", "docx"),
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
def test_the_charset_of_the_header_precedes_that_of_the_page(
    pages: Pages, encoding: str, header: str, document: str
) -> None:
    """A charset that cannot decode the page is ignored."""
    head = f'<head><meta charset="{document}">' if document else "<head>"
    body = PAGE.replace("<head>", head).replace("Corrowby", "Kœrrowbÿ").encode(encoding)
    assert "The harbour bridge in Kœrrowbÿ was closed" in read(pages.put("/", body, header)).text


@loopback
def test_compressed_pages_are_decompressed(pages: Pages) -> None:
    """Gzip is supported. A page that is not compressed as its header says is refused."""
    packed = pages.put("/packed", gzip.compress(PAGE.encode()), Content_Encoding="gzip")
    assert read(packed).title == TITLE
    assert "is not compressed as its headers say" in refused(pages.put("/lie", PAGE.encode(), Content_Encoding="gzip"))


@loopback
def test_redirects_are_followed_five_times(pages: Pages) -> None:
    """The address in a redirect may be relative. The `url` of the article is the last address."""
    pages.put("/0", PAGE.replace("rel='canonical'", "rel='x'").encode())
    for number in range(1, 7):
        pages.move(f"/{number}", f"{number - 1}" if number % 2 else f"{pages.url}/{number - 1}#part", 301 + number % 2)
    assert read(pages.url + "/5").url == pages.url + "/0"
    assert refused(pages.url + "/6") == (
        f"{pages.url}/6 redirects more than 5 times: open it in a browser, and copy its address"
    )


@loopback
def test_every_call_takes_an_address(pages: Pages) -> None:
    """A `Url` is fetched, and a `str` is text. In an event loop, `aread_article` must be used."""
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


# proxies and certificates


@loopback
def test_behind_a_proxy_private_hosts_are_recognised_by_name(monkeypatch: pytest.MonkeyPatch, pages: Pages) -> None:
    """The proxy resolves host names, so their addresses are unknown to the check."""
    pages.put("http://courier.example/story", PAGE.encode())
    settings = Settings(proxy=SecretStr(pages.url))
    assert fetched("http://courier.example/story", [], settings=settings).body == PAGE.encode()
    for host in ("10.0.0.1", "0xa9fea9fe", "intranet", "wiki.corp", "printer.local", "metadata.google.internal"):
        with pytest.raises(ArticleError, match="private network"):
            fetched(f"http://{host}/", [], settings=settings)
    monkeypatch.setenv("HTTP_PROXY", pages.url)
    assert fetched("http://courier.example/story", []).body == PAGE.encode()
    assert len(pages.requests) == 2


@loopback
def test_the_certificate_must_match_the_host(tmp_path: Path) -> None:
    """The certificate is compared with the host name, not with the IP address of the connection."""
    try:
        authority = Authority(tmp_path, "authority")
    except FileNotFoundError:
        pytest.skip("needs the openssl command")

    settings = Settings(ca_bundle=authority.pem)
    answers = [["127.0.0.1"], ["127.0.0.1"]]
    with showing(tls=authority.server()) as pages:
        pages.put("/", b"ok")
        good = f"https://models.example:{pages.port}/"
        assert fetched(good, answers, allow_private=True, settings=settings).body == b"ok"
        with pytest.raises(ArticleError, match="cannot be fetched"):
            fetched(good.replace("models", "courier"), answers, allow_private=True, settings=settings)


# what is refused

# This machine, private networks and cloud metadata services, in all spellings.
PRIVATE = """
    127.0.0.1 127.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 0 0.0.0.0 localhost LOCALHOST
    localhost. 127.0.0.1. ①②⑦.⓪.⓪.① 127。0。0。1 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1]
    [64:ff9b::127.0.0.1] [2002:7f00:1::] [fe80::1] [fc00::1] [fd00:ec2::254] [ff02::1] 10.0.0.1 172.16.0.1
    192.168.1.1 169.254.169.254 0xa9fea9fe 100.100.100.200 192.0.0.192 168.63.129.16 224.0.0.1 255.255.255.255
""".split()


@pytest.mark.slow
@loopback
def test_no_spelling_of_a_private_address_is_connected_to(pages: Pages) -> None:
    """Neither an address that is given nor a redirect leads to a private network."""
    for host in PRIVATE:
        message = refused(f"http://{host}:{pages.port}/", allow_private=False)
        assert "is not fetched" in message or "is not known" in message, host
    assert pages.connections == 0
    for host in (spelled := ("127.0.0.1", "2130706433", "localhost", "[::ffff:7f00:1]")):
        with pytest.raises(ArticleError, match=r"is not (fetched|known)|Invalid URL in location header"):
            redirected(pages, f"http://{host}:{pages.port}/secret")
    assert {path for path, _ in pages.requests} == {"/start"}
    assert pages.connections == len(spelled)


@loopback
@pytest.mark.parametrize(
    "location",
    "file:///etc/passwd ftp://courier.example/ javascript:alert(1) http://a:b@courier.example/ http://[::1 http://x:0/".split(),
)
def test_a_redirect_leads_to_the_web_or_nowhere(pages: Pages, location: str) -> None:
    """A redirect to another scheme, to an address with a password or to an invalid address is an error."""
    assert "redirects to an address that cannot be fetched" in refused(pages.move("/", location))
    assert len(pages.requests) == 1


@loopback
def test_a_host_with_a_private_address_is_refused(pages: Pages) -> None:
    """A host is refused if one of its addresses is private."""
    for numbers in (["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"]):
        with pytest.raises(ArticleError, match="private network"):
            fetched(f"http://courier.example:{pages.port}/", [numbers])
    assert pages.connections == 0


@loopback
def test_a_host_is_resolved_once(pages: Pages) -> None:
    """The connection goes to the address that was checked, which prevents DNS rebinding."""
    answers = [["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]]
    with pytest.raises(ExceptionGroup) as blocked:
        fetched(f"http://courier.example:{pages.port}/", answers)
    # The network block of the tests names the address of the attempted connection.
    assert "93.184.215.14" in str(blocked.value.exceptions[0])
    assert (pages.connections, len(answers)) == (0, 2)

    pages.put("/", PAGE.encode())
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    assert fetched(f"http://courier.example:{pages.port}/", answers, allow_private=True).body == PAGE.encode()
    assert (pages.connections, len(answers)) == (1, 1)
    assert pages.requests[0][1]["Host"] == f"courier.example:{pages.port}"


@loopback
def test_each_redirect_is_resolved_again(pages: Pages) -> None:
    """The host of a redirect is checked again, because it may have another address by then."""
    pages.move("/", f"http://courier.example:{pages.port}/inside")
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    with pytest.raises(ExceptionGroup) as blocked:
        fetched(f"http://courier.example:{pages.port}/", answers, allow_private=True)
    assert "10.0.0.1" in str(blocked.value.exceptions[0])
    assert (pages.connections, answers) == (1, [])


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("file:///etc/passwd", "only http:// and https://"),
        ("ftp://courier.example/a", "only http:// and https://"),
        ("http://user:secret@courier.example/", "name or password"),
        ("http://courier.example@127.0.0.1/", "name or password"),
        ("http:///path", "no valid host"),
        ("http://courier.example:0/", "no valid host or port"),
        ("http://courier.example:port/", "no valid host or port"),
        ("http://[::1%25lo]/", "no valid host"),
        ("http://courier.example\\@127.0.0.1/", "backslashes"),
        ("http://courier.example/a b", "spaces"),
        ("http://courier.example/\r\nHost: x", "control characters"),
        ("courier.example", "use one like https://"),
    ],
)
def test_an_invalid_address_is_refused(address: str, words: str) -> None:
    """The message is one line and shows no password."""
    message = refused(address, allow_private=False)
    assert words in message
    assert "secret" not in message


def test_hosts_in_other_scripts_are_read_as_browsers_do() -> None:
    """Unicode digits, dots and letters in a host are normalised."""
    assert address_of("http://Straße.example/").host == "xn--strae-oqa.example"
    assert address_of("http://ｃｏｕｒｉｅｒ。example/").host == "courier.example"
    assert address_of("http://①②⑦.⓪.⓪.①/").host == "127.0.0.1"


def test_messages_and_articles_show_no_key_of_an_address() -> None:
    """A message shows no query. The `url` of an article has none if the name of a parameter suggests a secret."""
    address = address_of("https://courier.example/a?X-Amz-Signature=abc&id=3")
    assert (address.shown, address.url) == ("https://courier.example/a",) * 2
    address = address_of("https://courier.example/a?id=3#part")
    assert (address.shown, address.url) == ("https://courier.example/a", "https://courier.example/a?id=3")
    for name in ("token", "api_key", "access-token", "sig", "session"):
        assert "?" not in address_of(f"https://courier.example/?{name}=abcdef").url


@loopback
def test_a_login_page_is_recognised(pages: Pages) -> None:
    """A page with little text and a field for a password is a login page."""
    walled = PAGE.replace("".join(f"<p>{text}</p>" for text in PLAIN[2:]), "<form><input type=password></form>")
    assert "is it behind a login" in refused(pages.put("/walled", walled.encode()))
    assert read(pages.put("/open", PAGE.replace("</body>", "<input type='password'></body>").encode())).title == TITLE


@pytest.mark.slow
@loopback
def test_a_server_that_never_answers_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """One time limit covers the whole fetch."""
    monkeypatch.setattr("summarise.pipeline.fetching.MAX_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        message = refused(f"http://127.0.0.1:{port}/")
    assert "was not received within" in message or "did not answer" in message


@loopback
def test_an_unreachable_server_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert f"http://127.0.0.1:{port}/ cannot be fetched" in refused(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("number", ["93.184.215.14", "2606:4700::1", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"])
def test_public_addresses_are_public(number: str) -> None:
    """An IPv4 address in IPv6 notation is public too."""
    assert is_public(ip_address(number))


@given(st.ip_addresses(v=4))
def test_no_notation_makes_an_address_public(number: IPv4Address) -> None:
    """A private IPv4 address is private in IPv6 notation too, and as a numeric host name."""
    value = int(number)
    for longer in (0xFFFF << 32 | value, 0x64FF9B << 96 | value, 0x2002 << 112 | value << 80, value):
        assert not is_public(IPv6Address(longer)) or is_public(number)
    for spelling in (str(number), str(value), hex(value), oct(value).replace("0o", "0")):
        assert is_private_name(spelling) != is_public(number)
