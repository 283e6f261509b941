"""Addresses of the web, taken apart and held to what may be fetched. Resolves no name and opens no connection."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from summarise.errors import ArticleError
from summarise.settings.environment import SECRET

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
