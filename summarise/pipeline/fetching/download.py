"""Fetch what stands at one address: name resolved once, connection pinned to its number, redirects followed by hand.

Everything is sent through `backends/http/transport.py`. No cookie is kept, no key is sent, nothing is tried twice.
"""

import asyncio
import re
from dataclasses import dataclass

from summarise.backends.http.bodies import BodyError
from summarise.backends.http.credentials import is_loopback
from summarise.backends.http.error_responses import one_line
from summarise.backends.http.transport import FailedError, Response, Transport, read_body
from summarise.data import Url
from summarise.errors import ArticleError
from summarise.pipeline.fetching.addresses import Address, parsed
from summarise.pipeline.fetching.networks import Resolve, is_private_name, number_of, private, system_resolver
from summarise.settings.environment import has_proxy
from summarise.settings.model import Settings
from summarise.version import __version__

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
