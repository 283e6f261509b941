"""The only module that knows httpx: TLS, connections to one server, one exchange at a time, and failed attempts."""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from summarise.backends.http.bodies import BodyError, BrokenOffError, Unpacking
from summarise.backends.http.credentials import is_loopback
from summarise.backends.http.error_responses import PROXY, one_line
from summarise.data import RetryScheduled
from summarise.errors import (
    CallError,
    ConfigurationError,
    MalformedAnswerError,
    TimedOutError,
    UnreachableError,
    name_of,
)
from summarise.observing.secrets import without
from summarise.settings.model import Settings

if TYPE_CHECKING:
    import httpx
    from tenacity import AsyncRetrying, RetryCallState


# A filter sees what is logged to its own logger, not to those below it.
LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))


@contextmanager
def redacted_logs(secrets: Callable[[], Sequence[str]]) -> Iterator[None]:
    """Keep secrets out of the HTTP library's logs until the block ends; `secrets` are asked for each time."""

    def redact(record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (shown := without(secrets(), message)) != message:
            record.msg, record.args = shown, ()
        return True

    for name in LOGGERS:
        logging.getLogger(name).addFilter(redact)
    try:
        yield
    finally:
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(redact)


def tls_context(settings: Settings, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Return the TLS context that the settings ask for; `usual` makes the HTTP library's own, which reads variables.

    ConfigurationError, in one line, for a file that cannot be read or does not hold what it should, in PEM.
    """
    context = _trusting(settings.ca_bundle, usual)
    certificate, key = settings.client_cert, settings.client_key
    if certificate is None:
        if key is not None:
            raise ConfigurationError("client_key needs its certificate: set client_cert, too")
        return context
    for name, path in (("client_cert", certificate), ("client_key", key)):
        if path is not None:
            _require_file(name, path)
    try:
        # A password is not asked for: nobody may be there to type it.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError):
        both = f"client_cert {certificate} and client_key {key}" if key else f"client_cert {certificate}"
        raise ConfigurationError(
            f"{both} cannot be used: PEM is needed, the key belonging to the certificate and without a password"
        ) from None
    return context


def _trusting(bundle: Path | None, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    if bundle is None:
        try:
            return usual()
        except OSError as error:
            raise ConfigurationError(
                f"the certificates cannot be read ({type(error).__name__}): check SSL_CERT_FILE and SSL_CERT_DIR"
            ) from None
    _require_file("ca_bundle", bundle)
    try:
        return ssl.create_default_context(cafile=bundle)
    except (OSError, ValueError):
        raise ConfigurationError(f"ca_bundle {bundle} holds no certificate: it has to be a file in PEM") from None


def _require_file(name: str, path: Path) -> None:
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise ConfigurationError(
            f"{name} {path} cannot be read ({error.strerror or type(error).__name__}): check the path"
        ) from None


REFUSAL_BYTES = 64 * 1024
"""The most that is read of an answer which is no success."""
REFUSAL_SECONDS = 2.0
"""How long the words of such an answer are waited for."""


async def read_body(pieces: AsyncGenerator[bytes, None], *, encoding: str, limit: int) -> bytes:
    """Return the unpacked body; BodyError if it is larger than `limit` bytes or not packed as `encoding` says."""
    body = bytearray()
    await _unpack(pieces, body, encoding=encoding, limit=limit)
    return bytes(body)


async def read_words(pieces: AsyncGenerator[bytes, None], *, encoding: str) -> str:
    """Return the text of a refusal as far as it arrives: what breaks off, hangs or is too long is cut there."""
    words = bytearray()
    with suppress(Exception):
        async with asyncio.timeout(REFUSAL_SECONDS):
            await _unpack(pieces, words, encoding=encoding, limit=REFUSAL_BYTES)
    return words.decode("utf-8", "replace")


async def _unpack(pieces: AsyncGenerator[bytes, None], body: bytearray, *, encoding: str, limit: int) -> None:
    """Append the unpacked pieces to `body`; if it fails, `body` has what arrived before."""
    async with aclosing(pieces):
        unpacking = Unpacking(encoding, limit=limit)
        async for packed in pieces:
            for piece in unpacking.feed(packed):
                body += piece
        unpacking.end()


MayResend = Callable[[int | None], bool]
"""From the status of an answer that came to nothing (None: there was none) to whether its request may be sent again."""
_ALLOWED: ContextVar[MayResend] = ContextVar("may resend", default=lambda _: True)


def may_resend(status: int | None) -> bool:
    """Tell whether all who bound the call that is under way allow to send its request once more."""
    return _ALLOWED.get()(status)


@contextmanager
def resent_only_if(allowed: MayResend) -> Iterator[None]:
    """Bound what is asked within the block; who bounds it further outside is asked where `allowed` allows it."""
    outside = _ALLOWED.get()
    token = _ALLOWED.set(lambda status: allowed(status) and outside(status))
    try:
        yield
    finally:
        _ALLOWED.reset(token)


RUNNING = "check the base URL and that the server is running"

THINKING_SPEED = 25
"""Tokens a second that a model thinks at least: by what it may think, divided by this, a call may take longer."""


class FailedError(Exception):
    """An attempt that came to nothing; `error` is what to tell, `again` whether another attempt may help.

    `after` are the seconds to wait before it that the server asked for, `of_key` whether another key may help.
    """

    def __init__(
        self, error: CallError, *, again: bool = False, after: float | None = None, of_key: bool = False
    ) -> None:
        super().__init__(str(error))
        self.of_key = of_key
        self.error = error
        self.again = again
        self.after = after


@contextmanager
def unusable_bodies(called: str) -> Iterator[None]:
    """Turn what is wrong with a body into FailedError; worth another attempt is one that broke off.

    `called` names the server.
    """
    try:
        yield
    except BrokenOffError as broken_off:
        error: CallError = UnreachableError(f"the answer of {called} {broken_off.what}", advice="try again later")
        again = True
    except BodyError as unusable:
        error = MalformedAnswerError(f"the answer of {called} {unusable.what}", advice=unusable.advice)
        again = False
    else:
        return
    raise FailedError(error, again=again)


def while_thinking(longer: float) -> str:
    """Return what a message adds to a time-out that was `longer` by some seconds, for a model to think."""
    return f" ({longer:.4g} s of that for thinking)" if longer else ""


def retrying(
    settings: Settings,
    *,
    seconds: float,
    provider: str,
    sleep: Callable[[float], Awaitable[None]],
    on_retry: Callable[[RetryScheduled], None],
) -> "AsyncRetrying":
    """Return what tries again after a FailedError that says so, `settings.max_attempts` attempts and `seconds` at most.

    It waits as long as the server asked for, else half a second to one after the first attempt and twice as long after
    each other one, at most 20.5 s, with jitter against stampedes; `on_retry` is told of each wait. Who bounds the run
    is asked last whether there is another attempt, because what is granted counts as sent.
    """
    import tenacity

    bounds = tenacity.stop_after_attempt(settings.max_attempts) | tenacity.stop_before_delay(seconds)
    growing = tenacity.wait_exponential(multiplier=0.5, max=20.0) + tenacity.wait_random(0.0, 0.5)

    def failed(state: "RetryCallState") -> FailedError:
        error = state.outcome.exception() if state.outcome else None
        assert isinstance(error, FailedError), "nothing else is tried again"
        return error

    def wait(state: "RetryCallState") -> float:
        asked = failed(state).after
        return float(growing(state)) if asked is None else asked

    def tell(state: "RetryCallState") -> None:
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
        stop=lambda state: bounds(state) or not may_resend(failed(state).error.status),
        wait=wait,
        before_sleep=tell,
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, FailedError) and error.again),
        reraise=True,
    )


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
