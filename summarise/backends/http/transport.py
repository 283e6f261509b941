"""Exchanges HTTP requests and responses with httpx: TLS, connections, and the retry policy."""

import logging
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from summarise.backends.http.responses import PROXY, one_line
from summarise.data import RetryScheduled
from summarise.errors import CallError, ConfigurationError, TimedOutError, UnreachableError, name_of
from summarise.secrets import redact
from summarise.settings.model import Settings

if TYPE_CHECKING:
    import httpx
    from tenacity import AsyncRetrying, RetryCallState


def is_loopback(host: str) -> bool:
    """Return whether `host` is a loopback address or a "localhost" name."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


# All loggers are listed, because a logging filter does not see the records of child loggers.
LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))


@contextmanager
def redacted_logs(secrets: Callable[[], Sequence[str]]) -> Iterator[None]:
    """Redact `secrets` in the HTTP library's logs within the block."""

    def redact_record(record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (redacted := redact(secrets(), message)) != message:
            record.msg, record.args = redacted, ()
        return True

    for name in LOGGERS:
        logging.getLogger(name).addFilter(redact_record)
    try:
        yield
    finally:
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(redact_record)


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Return the TLS context for the settings. Raises ConfigurationError for invalid certificate or key files."""
    import httpx

    bundle, certificate, key = settings.ca_bundle, settings.client_cert, settings.client_key
    if key is not None and certificate is None:
        raise ConfigurationError("client_key needs its certificate: set client_cert, too")
    for name, path in (("ca_bundle", bundle), ("client_cert", certificate), ("client_key", key)):
        try:
            if path is not None:
                path.open("rb").close()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConfigurationError(f"{name} {path} cannot be read ({reason}): check the path") from None
    try:
        context = httpx.create_ssl_context() if bundle is None else ssl.create_default_context(cafile=bundle)
    except (OSError, ValueError) as error:
        problem = f"the certificates cannot be read ({type(error).__name__}): check SSL_CERT_FILE and SSL_CERT_DIR"
        if bundle is not None:
            problem = f"ca_bundle {bundle} contains no certificate: use a file in PEM format"
        raise ConfigurationError(problem) from None
    try:
        if certificate is not None:
            # Without a callback OpenSSL would prompt for a password.
            context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError):
        both = f"client_cert {certificate} and client_key {key}" if key else f"client_cert {certificate}"
        raise ConfigurationError(
            f"{both} cannot be used: give PEM files, with a key that belongs to the certificate and has no password"
        ) from None
    return context


# A function that returns whether to retry after a response with a status (None: no response).
MayResend = Callable[[int | None], bool]
_ALLOWED: ContextVar[MayResend] = ContextVar("may resend", default=lambda _: True)


def may_resend(status: int | None) -> bool:
    """Return whether all enclosing `resent_only_if` blocks allow a retry after a `status` (None: no response)."""
    return _ALLOWED.get()(status)


@contextmanager
def resent_only_if(allowed: MayResend) -> Iterator[None]:
    """Within the block, allow a retry only if `allowed(status)` and all enclosing blocks allow it."""
    outside = _ALLOWED.get()
    token = _ALLOWED.set(lambda status: allowed(status) and outside(status))
    try:
        yield
    finally:
        _ALLOWED.reset(token)


RUNNING = "check the base URL and that the server is running"

# Time-outs assume at least this many reasoning tokens a second.
THINKING_SPEED = 25


class FailedError(Exception):
    """A failed attempt. `again`: a retry may help, after `after` seconds if given. `wrong_key`: the key was refused."""

    def __init__(
        self, error: CallError, *, again: bool = False, after: float | None = None, wrong_key: bool = False
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.after = after
        self.wrong_key = wrong_key


def while_thinking(extra: float) -> str:
    """Return the part of a time-out message about the seconds added for reasoning; "" for 0."""
    return f" ({extra:.4g} s of that for thinking)" if extra else ""


def retrying(
    settings: Settings,
    *,
    seconds: float,
    provider: str,
    sleep: Callable[[float], Awaitable[None]],
    on_retry: Callable[[RetryScheduled], None],
) -> "AsyncRetrying":
    """Return a policy that retries calls after a FailedError with `again`, for at most `seconds`.

    The delay is the one that the server demands, or else grows exponentially from 0.5 s to 20.5 s, with jitter.
    """
    import tenacity

    bounds = tenacity.stop_after_attempt(settings.max_attempts) | tenacity.stop_before_delay(seconds)
    growing = tenacity.wait_exponential(multiplier=0.5, max=20.0) + tenacity.wait_random(0.0, 0.5)

    def failed(state: "RetryCallState") -> FailedError:
        error = state.outcome.exception() if state.outcome else None
        assert isinstance(error, FailedError), "no other error is retried"
        return error

    def wait(state: "RetryCallState") -> float:
        delay = failed(state).after
        return float(growing(state)) if delay is None else delay

    def report(state: "RetryCallState") -> None:
        error = failed(state).error
        on_retry(
            RetryScheduled(
                provider=provider,
                attempt=state.attempt_number,
                error=name_of(error),
                status=error.status,
                reason=error.what,
                seconds=round(state.upcoming_sleep, 3),
            )
        )

    return tenacity.AsyncRetrying(
        sleep=sleep,
        # `may_resend` is called last, because a retry that it allows counts as sent.
        stop=lambda state: bounds(state) or not may_resend(failed(state).error.status),
        wait=wait,
        before_sleep=report,
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, FailedError) and error.again),
        reraise=True,
    )


# Maximum connections of one httpx client, because its overhead grows faster than linearly with their number.
CLIENT_CONNECTIONS = 50
TRUST = "its certificate is not trusted here: set ca_bundle to the certificates of its issuer"
CERTIFICATE = "it requires a valid client certificate: set client_cert (and client_key)"
_WANTS_CERTIFICATE = re.compile(
    "CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|ALERT_BAD_CERTIFICATE|UNKNOWN_CA", re.IGNORECASE
)
# Key of the copied headers in `response.extensions`.
_HEADERS = "headers"


@dataclass(frozen=True)
class Response:
    """A response: its status, headers (with lower-case names), and the pieces of its undecoded body."""

    status: int
    headers: Mapping[str, str]
    pieces: AsyncGenerator[bytes, None]

    @property
    def encoding(self) -> str:
        """The compression of the body, or an empty string."""
        return self.headers.get("content-encoding", "")


class Transport:
    """A connection pool for the server at `base_url`, as an async context manager.

    `called` is the server's name in messages, and `shown` redacts text for messages. `server_name` is the host name for
    TLS if the base URL contains a resolved IP address; then no proxy is used.
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
        # Never use a proxy for a server on this machine.
        self._bypass_proxy = server_name is not None or is_loopback(urlsplit(base_url).hostname or "")
        self._proxy = settings.proxy.get_secret_value() if settings.proxy and not self._bypass_proxy else ""
        self._extensions = {} if server_name is None else {"sni_hostname": server_name}
        self._places = places
        self._called = called
        self._shown = shown
        self._clients: list[httpx.AsyncClient] = []
        self._free: list[httpx.AsyncClient] = []

    async def __aenter__(self) -> "Transport":
        import httpx

        try:
            # Building a request makes httpx parse the host name.
            httpx.Request("GET", self._base_url)
        except (httpx.InvalidURL, ValueError):
            raise ConfigurationError(f"the base URL {one_line(self._base_url)!r} is invalid: check its host") from None
        # Loading certificates takes longer than a short request, so skip it for plain HTTP.
        verify = (
            tls_context(self._settings)
            if any(url.lower().startswith("https:") for url in (self._base_url, self._proxy))
            else False
        )
        try:
            self._clients = [self._client(verify) for _ in range(-(-self._places // CLIENT_CONNECTIONS))]
        except ImportError:
            raise ConfigurationError("a SOCKS proxy needs a package: run `pip install 'httpx[socks]'`") from None
        except (ValueError, httpx.InvalidURL) as error:
            if self._settings.proxy is not None:
                what = "the setting `proxy`"
                advice = "write it like http://proxy.example:3128 or http://NAME:PASSWORD@proxy.example:3128"
            else:
                what = "the proxy settings of the environment"
                advice = "check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY"
            # Omit the error's text: the proxy's address may hold a password.
            raise ConfigurationError(f"{what} cannot be used ({type(error).__name__}): {advice}") from None
        self._free = [client for client in self._clients for _ in range(CLIENT_CONNECTIONS)]
        return self

    def _client(self, verify: ssl.SSLContext | bool) -> "httpx.AsyncClient":
        import httpx

        context = verify if isinstance(verify, ssl.SSLContext) and self._proxy.lower().startswith("https:") else None
        return httpx.AsyncClient(
            headers=dict(self._headers),
            limits=httpx.Limits(max_connections=CLIENT_CONNECTIONS, max_keepalive_connections=CLIENT_CONNECTIONS),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(netscape=False, rfc2965=False)),
            event_hooks={"response": [_copy_headers]},
            verify=verify,
            proxy=httpx.Proxy(self._proxy, ssl_context=context) if self._proxy else None,
            trust_env=not self._bypass_proxy,
        )

    def address(self, path: str) -> str:
        """Return the URL of `path` below the base URL."""
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
        extra: float = 0.0,
    ) -> AsyncIterator[Response]:
        """Send JSON to `path` and yield the response; `extra` seconds are added to the read time-out.

        Raises FailedError, also while the response's `pieces` are read.
        """
        import httpx

        assert self._free, "open the client with `async with`"
        client, settings = self._free.pop(), self._settings
        try:
            request = client.build_request(
                method,
                self.address(path),
                content=data,
                headers=dict(headers or {}),
                timeout=httpx.Timeout(settings.read_timeout + extra, connect=settings.connect_timeout, pool=None),
                extensions=self._extensions,
            )
            if data is not None:
                request.headers["Content-Type"] = "application/json"
            with self._failures(extra):
                response = await client.send(request, stream=True)
            try:
                async with aclosing(self._pieces(response, extra)) as pieces:
                    yield Response(response.status_code, response.extensions[_HEADERS], pieces)
            finally:
                await response.aclose()
        finally:
            self._free.append(client)

    async def _pieces(self, response: "httpx.Response", extra: float) -> AsyncGenerator[bytes, None]:
        # `aiter_raw` is a generator, though it is typed as an iterator.
        async with aclosing(cast("AsyncGenerator[bytes, None]", response.aiter_raw())) as raw:
            with self._failures(extra):
                async for piece in raw:
                    yield piece

    def _reason(self, error: Exception) -> tuple[str, str | None]:
        reason = self._shown(str(error)) or type(error).__name__
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, ssl.SSLError):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            return reason, None
        reason = cause.reason or reason
        advice = TRUST if isinstance(cause, ssl.SSLCertVerificationError) else None
        return reason, CERTIFICATE if _WANTS_CERTIFICATE.search(reason) else advice

    @contextmanager
    def _failures(self, extra: float) -> Iterator[None]:
        """Convert httpx errors to FailedError, with `again=False` for invalid certificates and refusals by a proxy."""
        import httpx

        again = True
        error: CallError
        try:
            yield
        except httpx.ConnectTimeout:
            what = f"no connection to {self._called} within {self._settings.connect_timeout:g} s"
            error = TimedOutError(what, advice=RUNNING)
        except httpx.TimeoutException:
            what = f"{self._called} did not answer within {self._settings.read_timeout + extra:.4g} s"
            error = TimedOutError(what + while_thinking(extra), advice="try again later, or allow more time")
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as broken:
            reason, advice = self._reason(broken)
            again = advice is None
            what = f"the connection to {self._called} broke off ({reason})"
            error = UnreachableError(what, advice=advice or "try again later")
        except httpx.TransportError as unreached:
            reason, advice = self._reason(unreached)
            # The message of a proxy that refuses begins with an HTTP status.
            again = advice is None and not (isinstance(unreached, httpx.ProxyError) and reason[:1].isdigit())
            proxied = isinstance(unreached, httpx.ProxyError) or bool(self._proxy)
            where = f"{self._called} through the proxy" if proxied else self._called
            error = UnreachableError(
                f"cannot reach {where} ({reason})", advice=advice or (PROXY if proxied else RUNNING)
            )
        else:
            return
        raise FailedError(error, again=again)


async def _copy_headers(response: "httpx.Response") -> None:
    """Copy the headers, and then remove Location, because httpx raises an error if it is not a valid URL."""
    response.extensions[_HEADERS] = {name.lower(): value for name, value in response.headers.items()}
    response.headers.pop("location", None)
