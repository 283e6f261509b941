"""Fetch pages from web addresses. Private networks are refused unless they are allowed."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from summarise.backends.http.responses import BodyError, one_line, read_body
from summarise.backends.http.transport import FailedError, Response, Transport, is_loopback
from summarise.data import Url
from summarise.errors import ArticleError
from summarise.settings.environment import SECRET, has_proxy
from summarise.settings.model import Settings
from summarise.version import __version__

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Resolve a host and port to IP addresses. Raises OSError on failure."""
_NAT64 = ip_network("64:ff9b::/96")
_GLOBAL_6 = ip_network("2000::/3")
_SPECIAL = tuple(
    map(
        ip_network,
        # RFC 6890 and the IANA special-purpose registries; the list in `ipaddress` depends on the Python version.
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
        "2001::/23 2001:db8::/32 3fff::/20 "
        # The virtual public address of Azure platform services.
        "168.63.129.16/32".split(),
    )
)
# Private suffixes: RFC 6761, 6762, 8375, and the collision list of ICANN.
_PRIVATE_NAMES = (
    ".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".home.arpa", ".localdomain"
)  # fmt: skip
ALLOW = "--allow-private (Python: Url(…, allow_private=True)) allows that"


async def system_resolver(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


async def ip_of(host: str, port: int, *, allow_private: bool, resolve: Resolve, shown: str) -> str:
    """Return an IP address of a host, preferably IPv4. `shown`: the web address for messages.

    Raises ArticleError if the host is unknown, or private and not allowed.
    """
    try:
        addresses = [ip_address(ip) for ip in await resolve(host, port)]
    except (OSError, UnicodeError, ValueError):
        addresses = []
    if not addresses:
        raise ArticleError(f"{shown} cannot be fetched: its host is unknown; check the address and the network")
    if not allow_private and not all(map(is_public, addresses)):
        raise private_error(shown)
    # IPv4 first: many networks have no IPv6 route.
    return str(min(addresses, key=lambda ip: ip.version))


def private_error(shown: str) -> ArticleError:
    """Return the error for an address that is not public."""
    return ArticleError(f"{shown} is on this machine or in a private network, so it is not fetched: {ALLOW}")


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Return whether an IP address is public. If it contains IPv4 addresses, these must be public."""
    if isinstance(ip, IPv6Address):
        embedded = list(_embedded(ip))
        if embedded:
            return all(map(is_public, embedded))
        if ip.scope_id or ip not in _GLOBAL_6:
            return False
    return not any(ip in network for network in _SPECIAL)


def is_private_name(host: str) -> bool:
    """Return whether the name alone shows that a host is private ("nas.lan", "10.0.0.1")."""
    with suppress(ValueError):
        return not is_public(ip_address(host))
    with suppress(OSError):
        # The system also accepts decimal, octal, hexadecimal and shortened forms.
        return not is_public(IPv4Address(socket.inet_aton(host)))
    return "." not in host or f".{host}".endswith(_PRIVATE_NAMES)


def _embedded(ip: IPv6Address) -> Iterator[IPv4Address]:
    """Yield embedded IPv4 addresses (RFC 4291, 6052, 3056, 4380)."""
    if ip.ipv4_mapped:
        yield ip.ipv4_mapped
    if ip in _NAT64:
        yield IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.sixtofour:
        yield ip.sixtofour
    if ip.teredo:
        yield from ip.teredo


_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
MAX_LENGTH = 8192
MAX_SHOWN = 200
_UNUSABLE = re.compile(r"[\s\\\x00-\x20\x7f]")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f.]*+:[0-9a-f:.]*+")
# Query parameters that may be credentials.
_SECRET = re.compile(r"^(sig|signature|auth|authorization|session|sessionid|sid|code|jwt|x-amz-.*)$", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_UNQUOTED = "%/:=&?~+!$,;'@()*[]"


@dataclass(frozen=True)
class Address:
    """A web address without credentials and fragment. `host`: in lower-case ASCII. `target`: path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """The address, without a query that may contain a secret."""
        path, _, query = self.target.partition("?")
        names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
        if any(SECRET.search(name.replace("-", "_")) or _SECRET.match(name) for name in names):
            return self.origin + path
        return self.origin + self.target

    @property
    def shown(self) -> str:
        """The address for messages: without query, and at most MAX_SHOWN characters long."""
        url = self.origin + self.target.partition("?")[0]
        return url if len(url) <= MAX_SHOWN else url[:MAX_SHOWN] + "…"

    def linked(self, location: str) -> "Address":
        """Return the address of a redirect to `location`. Raises ArticleError if it is invalid."""
        try:
            return parse_address(urljoin(self.origin + self.target, location.strip()))
        except (ArticleError, ValueError) as error:
            raise ArticleError(f"{self.shown} redirects to an address that cannot be fetched: {error}") from None


def parse_address(text: str) -> Address:
    """Parse an HTTP address. Raises ArticleError if it is invalid or contains credentials."""
    found = _SCHEME.match(text)
    if found is None:
        raise ArticleError("this is not a web address: use one like https://example.org/story")
    scheme = found[1].lower()
    if scheme not in _PORTS:
        raise ArticleError(f"addresses that begin with {scheme[:20]}:// are not fetched: only http:// and https:// are")
    if len(text) > MAX_LENGTH or _UNUSABLE.search(text):
        raise ArticleError(
            "the address contains spaces, backslashes or control characters, or is too long: copy it again"
        )
    host, named = "", False
    try:
        parts = urlsplit(text)
        host, port, named = parts.hostname or "", parts.port, "@" in parts.netloc
        if not host.isascii():
            import idna

            host = idna.encode(host, uts46=True).decode("ascii")
    except ValueError:
        host = ""
    if named:
        raise ArticleError("the address contains a user name or password, which would be printed: leave that out")
    host = host.lower().removesuffix(".")
    if not _HOST.fullmatch(host) or port == 0:
        raise ArticleError("the address has no valid host or port: use one like https://example.org/story")
    target = quote(parts.path or "/", safe=_UNQUOTED)
    if parts.query:
        target += "?" + quote(parts.query, safe=_UNQUOTED)
    return Address(scheme=scheme, host=host, port=port or _PORTS[scheme], target=target)


# Maximum size of a page, both compressed and uncompressed.
MAX_BYTES = 10_000_000
# Time limit for a page, including name resolution and redirects.
MAX_SECONDS = 30.0
MAX_REDIRECTS = 5
LONGEST_CONTENT_TYPE = 500
_CHARSET = re.compile(r""";\s?charset\s?=\s?["']?([^"',;\s]++)""")
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {
    "Accept": "text/html, application/xhtml+xml, application/pdf;q=0.9, text/plain;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"summarise-checked/{__version__}",
}
_SAVE = "save the page from a browser, and name the file"
_ADVICE = {
    401: f"the page requires a login: {_SAVE}",
    402: f"the page requires payment: {_SAVE}",
    403: f"the server rejects programs, or requires a login: {_SAVE}",
    404: "there is no such page: check the address",
    407: "the proxy requires a password: put it into the setting `proxy`",
    410: "the page was taken down: check the address",
    429: "the server got too many requests: try again later",
    451: "the page is blocked for legal reasons: name another source",
}


@dataclass(frozen=True)
class Fetched:
    """A fetched page. `body`: uncompressed. `url`: the address after redirects. `shown`: the address for messages."""

    body: bytes
    media_type: str
    charset: str | None
    url: str
    shown: str


async def fetch(url: Url, *, settings: Settings, resolve: Resolve = system_resolver) -> Fetched:
    """Fetch an address within MAX_BYTES, MAX_SECONDS and MAX_REDIRECTS. Raises ArticleError.

    Redirects are checked, too. With a proxy, private hosts are recognised by their name only.
    """
    address = parse_address(url.address)
    first = address.shown
    try:
        async with asyncio.timeout(MAX_SECONDS):
            for _ in range(MAX_REDIRECTS + 1):
                result = await _get(address, url.allow_private, settings, resolve)
                if isinstance(result, Fetched):
                    return result
                address = result
    except TimeoutError:
        raise ArticleError(f"{address.shown} was not received within {MAX_SECONDS:g} s: try again later") from None
    raise ArticleError(f"{first} redirects more than {MAX_REDIRECTS} times: open it in a browser, and copy its address")


async def _get(address: Address, allow_private: bool, settings: Settings, resolve: Resolve) -> Fetched | Address:
    async with await _transport(address, allow_private, settings, resolve) as transport:
        try:
            async with transport.exchange("GET", address.target.removeprefix("/"), None) as response:
                if response.status in _REDIRECTS and response.headers.get("location"):
                    return address.linked(response.headers["location"])
                if 200 <= (status := response.status) < 300:
                    return await _received(address, response)
                advice = _ADVICE.get(status) or ("try again later" if status >= 500 else "open it in a browser")
                problem = f"the server refused {address.shown} (status {status}): {advice}"
        except FailedError as failed:
            advice = failed.error.advice
            advice = advice if "certificate" in advice else "check the address, or try again later"
            problem = f"{address.shown} cannot be fetched, {failed.error.what}: {advice}"
    raise ArticleError(problem)


async def _transport(address: Address, allow_private: bool, settings: Settings, resolve: Resolve) -> Transport:
    origin, name = address.origin, None
    if has_proxy(address.scheme, address.host, settings) and not is_loopback(address.host):
        if not allow_private and is_private_name(address.host):
            raise private_error(address.shown)
    else:
        ip = await ip_of(address.host, address.port, allow_private=allow_private, resolve=resolve, shown=address.shown)
        origin = Address(scheme=address.scheme, host=ip, port=address.port, target="/").origin
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


async def _received(address: Address, response: Response) -> Fetched:
    size = response.headers.get("content-length", "")
    if size.isdigit() and int(size) > MAX_BYTES:
        raise _too_large(address)
    try:
        body = await read_body(response.pieces, encoding=response.encoding, limit=MAX_BYTES)
    except BodyError as error:
        if "larger" in error.what:
            raise _too_large(address) from None
        raise ArticleError(f"{address.shown} cannot be read, because its answer {error.what}: {_SAVE}") from None
    media_type, charset = content_type_of(response.headers.get("content-type", ""))
    return Fetched(body=body, media_type=media_type, charset=charset, url=address.url, shown=address.shown)


def _too_large(address: Address) -> ArticleError:
    return ArticleError(f"{address.shown} is larger than {MAX_BYTES // 10**6} MB: save its text, and name the file")


def content_type_of(header: str) -> tuple[str, str | None]:
    """Return the media type ("" if malformed) and charset of a Content-Type header (RFC 9110, 8.3)."""
    line = one_line(header, limit=LONGEST_CONTENT_TYPE).lower()
    media_type = line.partition(";")[0].strip()
    charset = _CHARSET.search(line)
    return media_type if media_type.count("/") == 1 else "", charset[1] if charset else None
