"""Addresses that the user named: resolved, held to public networks, fetched, and judged readable."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from summarise.article.formats.detect import HTML, format_of_content, format_of_media_type, format_of_name
from summarise.article.text import byte_order, is_encoding
from summarise.backends.http.bodies import BodyError
from summarise.backends.http.credentials import is_loopback
from summarise.backends.http.error_responses import one_line
from summarise.backends.http.transport import FailedError, Response, Transport, read_body
from summarise.data import Article, Url
from summarise.errors import ArticleError
from summarise.settings.environment import SECRET, has_proxy
from summarise.settings.model import Settings
from summarise.version import __version__

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""From a host and a port to the numbers of its addresses; OSError where it has none."""
_NAT64 = ip_network("64:ff9b::/96")
_GLOBAL_6 = ip_network("2000::/3")
_SPECIAL = tuple(
    map(
        ip_network,
        # RFC 6890 and IANA's registries of special-purpose numbers: Python's own list depends on its version.
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
        "2001::/23 2001:db8::/32 3fff::/20 "
        # A public number behind which a cloud answers about the machine itself.
        "168.63.129.16/32".split(),
    )
)
_PRIVATE_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "localdomain")
"""Ends of names that no public name has (RFC 6761, 6762, 8375, and ICANN's collision list)."""
ALLOW = "--allow-private (Python: Url(…, allow_private=True)) allows that"


async def system_resolver(host: str, port: int) -> list[str]:
    """Return the numbers of a host as the system knows them; every spelling of a number is one to it, too."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


async def number_of(host: str, port: int, *, allow_private: bool, resolve: Resolve, shown: str) -> str:
    """Return the one number that a connection to `host` is to use.

    ArticleError where it has none, or where any of its numbers is not public and that is not allowed; `shown` is what
    messages call the address.
    """
    try:
        numbers = [ip_address(number) for number in await resolve(host, port)]
    except (OSError, UnicodeError, ValueError):
        numbers = []
    if not numbers:
        raise ArticleError(f"{shown} cannot be fetched, for its host is not known: check the address, and the network")
    if not allow_private and not all(map(is_public, numbers)):
        raise private(shown)
    # Version 4 first: many a network has no way out for version 6.
    return str(min(numbers, key=lambda number: number.version))


def private(shown: str) -> ArticleError:
    """Return the error for an address that is not public."""
    return ArticleError(f"{shown} leads into a private network, or to this machine, and is not fetched: {ALLOW}")


def is_public(number: IPv4Address | IPv6Address) -> bool:
    """Tell whether a number, and each that is written into it, is one of the public Internet."""
    if isinstance(number, IPv6Address):
        inside = list(_inside(number))
        if inside:
            return all(map(is_public, inside))
        if number.scope_id or number not in _GLOBAL_6:
            return False
    return not any(number in network for network in _SPECIAL)


def is_private_name(host: str) -> bool:
    """Tell whether a host is private by its spelling alone, for where a proxy resolves names.

    That is a number that is not public in any of its spellings, a name of one word, or one in a private domain.
    """
    number = _number(host)
    if number is not None:
        return not is_public(number)
    return "." not in host or any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        # Decimal, octal and hexadecimal numbers, and fewer than four of them, as the system reads them.
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _inside(number: IPv6Address) -> Iterator[IPv4Address]:
    """Yield the numbers of version 4 that one of version 6 stands for (RFC 4291, 6052, 3056, 4380)."""
    if number.ipv4_mapped:
        yield number.ipv4_mapped
    if number in _NAT64:
        yield IPv4Address(int(number) & 0xFFFFFFFF)
    if number.sixtofour:
        yield number.sixtofour
    if number.teredo:
        yield from number.teredo


_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
MAX_LENGTH = 8192
MAX_SHOWN = 200
_UNUSABLE = re.compile(r"[\s\\\x00-\x20\x7f]")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f.]*+:[0-9a-f:.]*+")
_SECRET = re.compile(r"^(sig|signature|auth|authorization|session|sessionid|sid|code|jwt|x-amz-.*)$", re.IGNORECASE)
"""Names of parameters that let whoever has the address in."""
_PORTS = {"http": 80, "https": 443}
_UNQUOTED = "%/:=&?~+!$,;'@()*[]"


@dataclass(frozen=True)
class Address:
    """An address without name, password and fragment; `host` is ASCII in lower case, `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The address without path and query."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """The whole address; the query is left out where a parameter is a secret by its name."""
        path, _, query = self.target.partition("?")
        names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
        if any(SECRET.search(name.replace("-", "_")) or _SECRET.match(name) for name in names):
            return self.origin + path
        return self.origin + self.target

    @property
    def shown(self) -> str:
        """What messages call it: without a query, and not too long for a line."""
        url = self.origin + self.target.partition("?")[0]
        return url if len(url) <= MAX_SHOWN else url[:MAX_SHOWN] + "…"

    def linked(self, location: str) -> "Address":
        """Return where a redirect to `location` leads from here; ArticleError where it is no address to fetch."""
        try:
            return parsed(urljoin(self.origin + self.target, location.strip()))
        except (ArticleError, ValueError) as error:
            raise ArticleError(f"{self.shown} redirects to what cannot be fetched ({error})") from None


def parsed(text: str) -> Address:
    """Return an address; ArticleError where it is none of the web, or holds a name or password, which is not shown."""
    found = _SCHEME.match(text)
    if found is None:
        raise ArticleError("this is no address of the web: it looks like https://example.org/story")
    scheme = found[1].lower()
    if scheme not in _PORTS:
        raise ArticleError(f"addresses that begin with {scheme[:20]}:// are not fetched: only http:// and https:// are")
    if len(text) > MAX_LENGTH or _UNUSABLE.search(text):
        raise ArticleError("the address holds blanks, backslashes or control characters, or is too long: copy it anew")
    try:
        parts = urlsplit(text)
        host, port, named = parts.hostname or "", parts.port, "@" in parts.netloc
    except ValueError:
        raise ArticleError("the address has no valid host or port: it looks like https://example.org/story") from None
    if named:
        raise ArticleError("the address holds a name or password before its host: leave that out, it would be shown")
    host = _ascii(host)
    if not _HOST.fullmatch(host) or port == 0:
        raise ArticleError("the address has no valid host or port: it looks like https://example.org/story")
    target = quote(parts.path or "/", safe=_UNQUOTED)
    if parts.query:
        target += "?" + quote(parts.query, safe=_UNQUOTED)
    return Address(scheme=scheme, host=host, port=port or _PORTS[scheme], target=target)


def _ascii(host: str) -> str:
    """Return a host as browsers look it up, other scripts' digits and dots made ours; empty where it is none."""
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            return ""
    return host.lower().removesuffix(".")


MAX_BYTES = 10_000_000
"""Of a page, unpacked and as it comes."""
MAX_SECONDS = 30.0
"""For everything: names, connections, redirects and the page itself."""
MAX_REDIRECTS = 5
LONGEST_CONTENT_TYPE = 500
"""Characters that are read of a Content-Type header."""
_CHARSET = re.compile(r""";\s?charset\s?=\s?["']?([^"',;\s]++)""")
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {
    "Accept": "text/html, application/xhtml+xml, application/pdf;q=0.9, text/plain;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"summarise-checked/{__version__}",
}
_SAVE = "save the page from a browser, and name the file"
_ADVICE = {
    401: f"it wants a login: {_SAVE}",
    402: f"it wants to be paid for: {_SAVE}",
    403: f"it lets no program in, or wants a login: {_SAVE}",
    404: "there is no such page: check the address",
    407: "the proxy wants a password: set `proxy`",
    410: "the page was taken down: check the address",
    429: "it has had too many requests: try again later",
    451: "it is withheld for legal reasons",
}


@dataclass(frozen=True)
class Fetched:
    """What stands at an address: its bytes, unpacked, the content type and charset that the server names, if any.

    `url` is where it was found after all redirects, `shown` what messages call it.
    """

    body: bytes
    media_type: str
    charset: str | None
    url: str
    shown: str


async def fetch(url: Url, *, settings: Settings, resolve: Resolve = system_resolver) -> Fetched:
    """Return what stands at the address; ArticleError, in one line, where nothing comes of it or it is not public.

    Bounds are MAX_BYTES, MAX_SECONDS and MAX_REDIRECTS. Each address on the way is checked anew. Where the settings or
    the environment have a proxy for the address, that resolves the name: then what is private is told by its spelling.
    """
    address = parsed(url.address)
    first = address.shown
    try:
        async with asyncio.timeout(MAX_SECONDS):
            for _ in range(MAX_REDIRECTS + 1):
                found = await _get(address, url.allow_private, settings, resolve)
                if isinstance(found, Fetched):
                    return found
                address = found
    except TimeoutError:
        raise ArticleError(f"{address.shown} was not there within {MAX_SECONDS:g} s: try again later") from None
    raise ArticleError(f"{first} redirects more than {MAX_REDIRECTS} times: open it in a browser, and copy its address")


async def _get(address: Address, allow_private: bool, settings: Settings, resolve: Resolve) -> Fetched | Address:
    """Send one request; return what was found, or where a redirect leads."""
    problem: ArticleError
    async with await _transport(address, allow_private, settings, resolve) as transport:
        try:
            async with transport.exchange("GET", address.target.removeprefix("/"), None) as response:
                if response.status in _REDIRECTS and response.headers.get("location"):
                    return address.linked(response.headers["location"])
                if not 200 <= response.status < 300:
                    raise _refused(address, response.status)
                return await _received(address, response)
        except FailedError as failed:
            advice = (
                failed.error.advice if "certificate" in failed.error.advice else "check the address, or try again later"
            )
            problem = ArticleError(f"{address.shown} cannot be fetched, {failed.error.what}: {advice}")
    raise problem


async def _transport(address: Address, allow_private: bool, settings: Settings, resolve: Resolve) -> Transport:
    """Return a way to the address: through the proxy that there is for it, else to the number that it stands for."""
    origin, name = address.origin, None
    if has_proxy(address.scheme, address.host, settings) and not is_loopback(address.host):
        if not allow_private and is_private_name(address.host):
            raise private(address.shown)
    else:
        number = await number_of(
            address.host, address.port, allow_private=allow_private, resolve=resolve, shown=address.shown
        )
        origin = Address(scheme=address.scheme, host=number, port=address.port, target="/").origin
        name = address.host
    return Transport(
        origin,
        headers={**_HEADERS, "Host": address.authority},
        settings=settings.model_copy(update={"read_timeout": min(settings.read_timeout, MAX_SECONDS)}),
        places=1,
        called=address.authority,
        shown=one_line,
        server_name=name,
    )


def _refused(address: Address, status: int) -> ArticleError:
    advice = _ADVICE.get(status) or ("try again later" if status >= 500 else "open it in a browser")
    return ArticleError(f"{address.shown} was refused by its server (status {status}): {advice}")


async def _received(address: Address, response: Response) -> Fetched:
    """Read a body to its end, within the limit."""
    told = response.headers
    try:
        if told.get("content-length", "").isdigit() and int(told["content-length"]) > MAX_BYTES:
            raise _too_large(address)
        body = await read_body(response.pieces, encoding=told.get("content-encoding", ""), limit=MAX_BYTES)
    except BodyError as error:
        if "larger" in error.what:
            raise _too_large(address) from None
        raise ArticleError(f"{address.shown} cannot be read, for its answer {error.what}: {_SAVE}") from None
    media_type, charset = content_type_of(told.get("content-type", ""))
    return Fetched(body=body, media_type=media_type, charset=charset, url=address.url, shown=address.shown)


def content_type_of(header: str) -> tuple[str, str | None]:
    """Return the media type in a Content-Type header, empty where it has none, and its charset (RFC 9110, 8.3)."""
    told = one_line(header, limit=LONGEST_CONTENT_TYPE).lower()
    media_type = told.partition(";")[0].strip()
    charset = _CHARSET.search(told)
    return media_type if media_type.count("/") == 1 else "", charset[1] if charset else None


def _too_large(address: Address) -> ArticleError:
    return ArticleError(f"{address.shown} has more than {MAX_BYTES // 10**6} MB: save its text, and name the file")


__all__ = ["MAX_BYTES", "Fetched", "fetch"]


FEWEST_WORDS = 50
"""A page with no more words of story is taken for one that does not show it."""
FEWEST_BEHIND_A_WALL = 150
"""The same, where the page asks for a password or says that its article is not free."""
_WALL = re.compile(rb"""type=["']?password|["']isAccessibleForFree["']\s*:\s*["']?false""", re.IGNORECASE)
_SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")
_SAVE_PAGE = "save it from a browser, and name the file"


def told_by_server(fetched: "Fetched") -> str | None:
    """Return the format that the content type names, or the address where that names none; None where nothing does.

    ArticleError for a content type that is no article, such as a picture or JSON.
    """
    path = fetched.url.partition("?")[0]
    if fetched.media_type in _SAYS_NOTHING:
        return format_of_name(path)
    told = format_of_media_type(fetched.media_type)
    # A server that calls Markdown plain text knows no better.
    if told == "text" and format_of_name(path) == "markdown":
        return "markdown"
    if told is None and not format_of_content(fetched.body) and not fetched.media_type.startswith("text/"):
        raise ArticleError(
            f"{fetched.shown} is no article but {fetched.media_type[:60]}: name the page, PDF or document itself"
        )
    return told


def charset_of(fetched: "Fetched") -> str | None:
    """Return the encoding that the server names, if that is one in which all that was fetched can be read."""
    name = fetched.charset
    if not name or byte_order(fetched.body) or not is_encoding(name):
        return None
    try:
        fetched.body.decode(name)
    except ValueError:
        return None
    return name


def check_is_story(article: Article, fetched: "Fetched") -> None:
    """Raise ArticleError for a page that has too little story: it stands behind a login, or a script writes it."""
    if article.format != HTML:
        return
    walled = _WALL.search(fetched.body) is not None
    if article.words > (FEWEST_BEHIND_A_WALL if walled else FEWEST_WORDS):
        return
    words = "1 word" if article.words == 1 else f"{article.words} words"
    raise ArticleError(
        f"the page {fetched.shown} has {words} of story: is it behind a login, or written by a script? {_SAVE_PAGE}"
    )
