"""The one HTTP door: sends JSON to a model's server, tries again where that helps, and translates what goes wrong.

Knows nothing of prompts or of any one protocol's answers. No httpx type leaves it, no key stands in a message,
and no redirect is followed, so that a key goes to no host but the one that was named.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from pydantic import SecretStr

from summarise.backends.address import is_loopback, secrets_in, valid_base_url, valid_headers, valid_key
from summarise.backends.attempts import FailedError, failures, seconds_before_next
from summarise.backends.bodies import JsonBody, written
from summarise.backends.events import Assembler, StreamRefusal
from summarise.backends.receiving import Receiver, read_words, receive
from summarise.backends.refusals import Problem, clock, one_line, retry_after, translate, without
from summarise.backends.streams import StreamedBody
from summarise.data import Record
from summarise.errors import CallError, ConfigurationError, OverloadedError, TimedOutError
from summarise.settings import Settings

if TYPE_CHECKING:
    import httpx

PLACES_A_CLIENT = 50
"""How many calls share a client: the time that httpx takes grows faster than the connections of one."""
# What is packed has to be unpacked with care, and of text so short nothing is gained by it.
_HEADERS = {"Accept-Encoding": "identity"}
_MakeReceiver = Callable[[str, bool], Receiver]
"""From an answer's content type, and whether the server told its length, to what receives it."""


class Answer(Record):
    """A JSON object that a server sent, or the one that its stream amounts to.

    `request_id` stands in its headers, `seconds` are those from sending to reading, `attempts` how often it was tried.
    """

    body: dict[str, Any]
    request_id: str | None
    seconds: float
    attempts: int = 1


class Door:
    """A way to one server: `post`, `get` and `stream` return its JSON or raise a CallError.

    Use it as an async context manager. At most `concurrency` requests are under way at once (default
    `settings.concurrency`); waiting for a place counts neither towards time-outs nor towards `Answer.seconds`.

    Tried again are time-outs, connections that are refused or break off, answers that end before they are whole, 408,
    409, 425, 429 and 5xx, `settings.attempts` times in all and never past `settings.total_timeout`; a Retry-After is
    honoured up to a minute. Of an answer no more than `settings.max_answer_bytes` are read, unpacked.

    `headers` go with every request, `api_key` as "Authorization: Bearer"; none of the values that are SecretStr ever
    stands in a message. `provider` is who errors say was called and `called` what messages call the server (default of
    both: host and port), `key_variable` the environment variable to look at where a key is refused. `sleep` is what
    waits between attempts.
    """

    def __init__(
        self,
        base_url: str,
        *,
        settings: Settings,
        headers: Mapping[str, SecretStr | str] | None = None,
        provider: str | None = None,
        key_variable: str | None = None,
        api_key: SecretStr | None = None,
        concurrency: int | None = None,
        called: str | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._base_url = valid_base_url(base_url, key_variable=key_variable)
        self.host = urlsplit(self._base_url).hostname
        self.called = called or urlsplit(self._base_url).netloc
        self.provider = provider or self.called
        self._settings = settings
        self._key_variable = key_variable
        given = dict(headers or {})
        if key := valid_key(api_key, variable=key_variable):
            given["Authorization"] = SecretStr(f"Bearer {key.get_secret_value()}")
        self._headers = _HEADERS | valid_headers(given)
        self._secrets = secrets_in(given)
        self._concurrency = concurrency or settings.concurrency
        self._places = asyncio.Semaphore(self._concurrency)
        self._sleep = sleep
        self._clients: list[httpx.AsyncClient] = []
        self._free: list[httpx.AsyncClient] = []

    async def __aenter__(self) -> "Door":
        import httpx

        try:
            httpx.URL(self._base_url)
        except httpx.InvalidURL:
            raise ConfigurationError(f"the base URL {one_line(self._base_url)!r} is none: check its host") from None
        # Loading certificates takes longer than a short request; plain HTTP has no use for them.
        verify = httpx.create_ssl_context() if self._base_url.lower().startswith("https:") else False
        self._clients = [
            httpx.AsyncClient(
                headers=self._headers,
                timeout=httpx.Timeout(self._settings.read_timeout, connect=self._settings.connect_timeout, pool=None),
                limits=httpx.Limits(max_connections=PLACES_A_CLIENT, max_keepalive_connections=PLACES_A_CLIENT),
                follow_redirects=False,
                verify=verify,
                # A proxy that the environment names is no way to a server on this machine.
                trust_env=not is_loopback(self.host or ""),
            )
            for _ in range(-(-self._concurrency // PLACES_A_CLIENT))
        ]
        self._free = [client for client in self._clients for _ in range(PLACES_A_CLIENT)]
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for client in self._clients:
            await client.aclose()
        self._clients, self._free = [], []

    async def post(self, path: str, body: dict[str, Any]) -> Answer:
        """Send `body` to `path` below the base URL and return the answer."""
        return await self._call("POST", path, body, _whole)

    async def get(self, path: str) -> Answer:
        """Return what stands at `path` below the base URL."""
        return await self._call("GET", path, None, _whole)

    async def stream(self, path: str, body: dict[str, Any], assembler: Callable[[], Assembler]) -> Answer:
        """Send `body`, which asks for a stream, and return the answer that the stream amounts to, or an error.

        Each attempt has its own assembler; a stream that ends before its answer is whole is tried again. Once the
        answer is whole the stream is read on to its end, because counts of tokens come last, but for no more than two
        seconds; whatever goes wrong from then on does not matter. A server that sends one JSON object instead is taken
        at its word.
        """

        def folded(content_type: str, delimited: bool) -> Receiver:
            return StreamedBody(assembler(), content_type=content_type, delimited=delimited)

        return await self._call("POST", path, body, folded)

    async def _call(self, method: str, path: str, body: dict[str, Any] | None, receiver: _MakeReceiver) -> Answer:
        import tenacity

        settings = self._settings
        retrying = tenacity.AsyncRetrying(
            sleep=self._sleep,
            stop=tenacity.stop_after_attempt(settings.attempts) | tenacity.stop_before_delay(settings.total_timeout),
            wait=seconds_before_next,
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, FailedError) and error.again),
            reraise=True,
        )
        data = None if body is None else written(body)
        tries = 0

        async def attempt() -> Answer:
            nonlocal tries
            tries += 1
            return await self._send(client, method, path, data, receiver, tries)

        async with self._places:
            assert self._free, "the door is opened with `async with`"
            client = self._free.pop()
            try:
                async with asyncio.timeout(settings.total_timeout):
                    return await retrying(attempt)
            except FailedError as failed:
                error: CallError = failed.error
            except TimeoutError:
                error = TimedOutError(
                    f"{self.called} gave no whole answer within {settings.total_timeout:g} s",
                    advice="try again later or allow more time",
                )
            finally:
                self._free.append(client)
        error.provider, error.attempts = self.provider, tries
        raise error

    async def _send(
        self,
        client: "httpx.AsyncClient",
        method: str,
        path: str,
        data: bytes | None,
        receiver: _MakeReceiver,
        tries: int,
    ) -> Answer:
        """Try once; FailedError where there is no whole answer."""
        started = time.perf_counter()
        request = client.build_request(method, f"{self._base_url}/{path}", content=data)
        if data is not None:
            request.headers["Content-Type"] = "application/json"
        with failures(self.called, self._shown, self._settings):
            response = await client.send(request, stream=True)
        told = response.headers
        request_id = self._shown(told.get("x-request-id") or told.get("request-id") or "") or None
        encoding = told.get("content-encoding", "")
        # `aiter_raw` is a generator, though its type does not tell.
        pieces = cast("AsyncGenerator[bytes, None]", response.aiter_raw())
        try:
            if not response.is_success:
                raise self._refused(response.status_code, await read_words(pieces, encoding=encoding), told)
            delimited = "content-length" in told or "transfer-encoding" in told
            received = receiver(told.get("content-type", ""), delimited)
            with failures(self.called, self._shown, self._settings):
                await receive(pieces, received, encoding=encoding, limit=self._settings.max_answer_bytes)
        except StreamRefusal as refusal:
            failed = self._refused(refusal.status, refusal.body, told)
        except FailedError as error:
            failed = error
            failed.error.status = failed.error.status or response.status_code
        else:
            seconds = time.perf_counter() - started
            return Answer(body=received.body, request_id=request_id, seconds=seconds, attempts=tries)
        finally:
            await response.aclose()
        failed.error.request_id = request_id
        raise failed

    def _refused(self, status: int, words: str, headers: "httpx.Headers") -> FailedError:
        """Return what an answer that is no success stands for."""
        error = translate(
            status,
            self.problem(words),
            host=self.called,
            location=without(self._secrets, headers.get("location", "")),
            key_variable=self._key_variable,
        )
        if not isinstance(error, OverloadedError):
            return FailedError(error)
        after = retry_after(headers.get("retry-after"), now=clock(headers.get("date")))
        return FailedError(error, again=True, after=after)

    def problem(self, words: str) -> Problem:
        """Return what the body of an error says, without a secret."""
        return Problem.of(words, secrets=self._secrets)

    def _shown(self, text: str) -> str:
        return one_line(without(self._secrets, text))


def _whole(_: str, delimited: bool) -> Receiver:
    return JsonBody(delimited=delimited)
