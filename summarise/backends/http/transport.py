"""The HTTP library, httpx, and the only module that knows it: connections to one server, and one exchange at a time.

Sends once and reads nothing by itself. What the library raises becomes FailedError, and no type of it leaves. No
redirect is followed, so that a key goes to no host but the one that was named; no cookie is kept. Models' servers
are reached through `client.py`, articles through `fetching/`.
"""

import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from summarise.backends.http.address import is_loopback
from summarise.backends.http.attempts import RUNNING, FailedError, while_thinking
from summarise.backends.http.error_responses import PROXY, one_line
from summarise.backends.http.tls import tls_context
from summarise.errors import CallError, ConfigurationError, TimedOutError, UnreachableError
from summarise.settings.model import Settings

if TYPE_CHECKING:
    import httpx

PLACES_A_CLIENT = 50
"""How many calls share a client: the time that httpx takes grows faster than the connections of one."""
TRUST = "its certificate is not trusted here: set ca_bundle to the certificates of whoever issued it"
CERTIFICATE = "it asks for a certificate that it knows: set client_cert (and client_key)"
_WANTS_CERTIFICATE = re.compile(
    "CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|ALERT_BAD_CERTIFICATE|UNKNOWN_CA", re.IGNORECASE
)
_TOLD = "told"
"""Where the headers of an answer are put aside."""


@dataclass(frozen=True)
class Response:
    """The head of an answer, its header names in lower case, and the pieces of its body, as they come off the wire."""

    status: int
    headers: Mapping[str, str]
    pieces: AsyncGenerator[bytes, None]


class Transport:
    """Connections to the server at `base_url`, so many at once; use it as an async context manager.

    `headers` go with every request, and `query` at the end of every address. `called` names the server in messages, and
    `shown` makes words of others fit for one. Where the base URL has the number of a host that was resolved before,
    `server_name` is its name, against which its certificate is held; no proxy is used then.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        settings: Settings,
        places: int,
        called: str,
        shown: Callable[[str], str],
        query: str = "",
        server_name: str | None = None,
    ) -> None:
        self._base_url = base_url
        self._query = f"?{query}" if query else ""
        self._headers = headers
        self._settings = settings
        # A proxy is no way to a server on this machine, whoever names it.
        self._direct = server_name is not None or is_loopback(urlsplit(base_url).hostname or "")
        self._proxy = settings.proxy.get_secret_value() if settings.proxy and not self._direct else ""
        self._extensions = {} if server_name is None else {"sni_hostname": server_name}
        self._places = places
        self._called = called
        self._shown = shown
        self._clients: list[httpx.AsyncClient] = []
        self._free: list[httpx.AsyncClient] = []

    async def __aenter__(self) -> "Transport":
        """Make the clients; ConfigurationError where address, proxy or certificates are none to go by."""
        import httpx

        try:
            # The name of a host is read only now.
            httpx.Request("GET", self._base_url)
        except (httpx.InvalidURL, ValueError):
            raise ConfigurationError(f"the base URL {one_line(self._base_url)!r} is none: check its host") from None
        # Loading certificates takes longer than a short request; plain HTTP has no use for them.
        verify = (
            tls_context(self._settings, httpx.create_ssl_context)
            if any(url.lower().startswith("https:") for url in (self._base_url, self._proxy))
            else False
        )
        try:
            self._clients = [self._client(verify) for _ in range(-(-self._places // PLACES_A_CLIENT))]
        except ImportError:
            raise ConfigurationError("a SOCKS proxy needs a package: run `pip install 'httpx[socks]'`") from None
        except (ValueError, httpx.InvalidURL) as error:
            # Not what it says: the address of a proxy may hold a password.
            if self._settings.proxy is not None:
                raise ConfigurationError(
                    f"the proxy that is set cannot be used ({type(error).__name__}): it looks like "
                    "http://proxy.example:3128 or http://NAME:PASSWORD@proxy.example:3128"
                ) from None
            raise ConfigurationError(
                f"the proxy settings of the environment cannot be used ({type(error).__name__}): "
                "check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY"
            ) from None
        self._free = [client for client in self._clients for _ in range(PLACES_A_CLIENT)]
        return self

    def _client(self, verify: ssl.SSLContext | bool) -> "httpx.AsyncClient":
        import httpx

        context = verify if isinstance(verify, ssl.SSLContext) and self._proxy.lower().startswith("https:") else None
        return httpx.AsyncClient(
            headers=dict(self._headers),
            timeout=self._timeout(0.0),
            limits=httpx.Limits(max_connections=PLACES_A_CLIENT, max_keepalive_connections=PLACES_A_CLIENT),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(netscape=False, rfc2965=False)),
            event_hooks={"response": [_put_headers_aside]},
            verify=verify,
            proxy=httpx.Proxy(self._proxy, ssl_context=context) if self._proxy else None,
            trust_env=not self._direct,
        )

    def _timeout(self, longer: float) -> "httpx.Timeout":
        import httpx

        settings = self._settings
        return httpx.Timeout(settings.read_timeout + longer, connect=settings.connect_timeout, pool=None)

    def address(self, path: str) -> str:
        """Return where `path` is, below the base URL."""
        return f"{self._base_url}/{path}{self._query}"

    async def __aexit__(self, *exc_info: object) -> None:
        for client in self._clients:
            await client.aclose()
        self._clients, self._free = [], []

    @asynccontextmanager
    async def exchange(
        self,
        method: str,
        path: str,
        data: bytes | None,
        headers: Mapping[str, str] | None = None,
        *,
        longer: float = 0.0,
    ) -> AsyncIterator[Response]:
        """Send JSON to `path` below the base URL and yield the answer; its connection is given back at the end.

        `headers` go with this request besides. The server may be silent for `longer`, by so many seconds, than the
        settings say: a model may think.

        FailedError where no answer begins, and out of `pieces` where it breaks off.
        """
        assert self._free, "the client is opened with `async with`"
        client = self._free.pop()
        try:
            request = client.build_request(
                method,
                self.address(path),
                content=data,
                headers=dict(headers or {}),
                timeout=self._timeout(longer),
                extensions=self._extensions,
            )
            if data is not None:
                request.headers["Content-Type"] = "application/json"
            with self._failures(longer):
                response = await client.send(request, stream=True)
            try:
                async with aclosing(self._pieces(response, longer)) as pieces:
                    yield Response(response.status_code, response.extensions[_TOLD], pieces)
            finally:
                await response.aclose()
        finally:
            self._free.append(client)

    async def _pieces(self, response: "httpx.Response", longer: float) -> AsyncGenerator[bytes, None]:
        # `aiter_raw` is a generator, though its type does not tell.
        async with aclosing(cast("AsyncGenerator[bytes, None]", response.aiter_raw())) as raw:
            with self._failures(longer):
                async for piece in raw:
                    yield piece

    def _reason(self, error: Exception) -> tuple[str, str | None]:
        """Return why something failed, and what to do about it where certificates are the reason."""
        reason = self._shown(str(error)) or type(error).__name__
        behind: BaseException | None = error
        while behind is not None and not isinstance(behind, ssl.SSLError):
            behind = behind.__cause__ or behind.__context__
        if behind is None:
            return reason, None
        reason = behind.reason or reason
        advice = TRUST if isinstance(behind, ssl.SSLCertVerificationError) else None
        return reason, CERTIFICATE if _WANTS_CERTIFICATE.search(reason) else advice

    @contextmanager
    def _failures(self, longer: float) -> Iterator[None]:
        """Turn what the library raises into FailedError; all but a certificate's refusal is worth another attempt."""
        import httpx

        again = True
        error: CallError
        try:
            yield
        except httpx.ConnectTimeout:
            what = f"no connection to {self._called} within {self._settings.connect_timeout:g} s"
            error = TimedOutError(what, advice=RUNNING)
        except httpx.TimeoutException:
            what = f"{self._called} did not answer within {self._settings.read_timeout + longer:.4g} s"
            error = TimedOutError(what + while_thinking(longer), advice="try again later, or allow more time")
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as broken:
            reason, advice = self._reason(broken)
            again = advice is None
            what = f"the connection to {self._called} broke off ({reason})"
            error = UnreachableError(what, advice=advice or "try again later")
        except httpx.TransportError as unreached:
            reason, advice = self._reason(unreached)
            # A proxy that answers with a number was reached, and says no.
            again = advice is None and not (isinstance(unreached, httpx.ProxyError) and reason[:1].isdigit())
            proxied = isinstance(unreached, httpx.ProxyError) or bool(self._proxy)
            where = f"{self._called} through the proxy" if proxied else self._called
            error = UnreachableError(
                f"cannot reach {where} ({reason})", advice=advice or (PROXY if proxied else RUNNING)
            )
        else:
            return
        raise FailedError(error, again=again)


async def _put_headers_aside(response: "httpx.Response") -> None:
    """Keep all headers, but leave no Location to the library, which would read it and fail where it is no address."""
    response.extensions[_TOLD] = {name.lower(): value for name, value in response.headers.items()}
    response.headers.pop("location", None)
