"""The one HTTP door: sends JSON to a model's server, tries again where that helps, and translates what goes wrong.

Knows nothing of prompts or of any one protocol's answers, nor of the HTTP library (`transport.py`). No key stands in a
message.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from summarise.backends.address import secrets_in, valid_base_url, valid_headers, valid_key
from summarise.backends.attempts import FailedError, seconds_before_next, unusable_bodies
from summarise.backends.bodies import JsonBody, written
from summarise.backends.events import Assembler, StreamRefusal
from summarise.backends.in_band import told_instead
from summarise.backends.receiving import Receiver, read_words, receive
from summarise.backends.refusals import Problem, clock, one_line, retry_after, translate, wait_in_words, without
from summarise.backends.streams import StreamedBody
from summarise.backends.transport import Transport
from summarise.data import Record, Reply
from summarise.errors import CallError, MalformedAnswerError, OverloadedError, TimedOutError
from summarise.settings import Settings

# What is packed has to be unpacked with care, and of text so short nothing is gained by it.
_HEADERS = {"Accept-Encoding": "identity"}
PROVIDERS_RETRY_AFTER = "llm_provider-retry-after"
"""Where LiteLLM's proxy puts the Retry-After of the server behind it: https://docs.litellm.ai/docs/proxy/response_headers."""
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
    409, 425, 429 and 5xx, `settings.attempts` times in all and never past `settings.total_timeout`; a Retry-After, or
    the same in words, is honoured up to a minute. Of an answer no more than `settings.max_answer_bytes` are read,
    unpacked.

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
        self.called = called or urlsplit(self._base_url).netloc
        self.provider = provider or self.called
        self._settings = settings
        self._key_variable = key_variable
        given = dict(headers or {})
        if key := valid_key(api_key, variable=key_variable):
            given["Authorization"] = SecretStr(f"Bearer {key.get_secret_value()}")
        self._secrets = secrets_in(given)
        places = concurrency or settings.concurrency
        self._places = asyncio.Semaphore(places)
        self._sleep = sleep
        self._transport = Transport(
            self._base_url,
            headers=_HEADERS | valid_headers(given),
            settings=settings,
            places=places,
            called=self.called,
            shown=self._shown,
        )

    async def __aenter__(self) -> "Door":
        await self._transport.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._transport.__aexit__(*exc_info)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that go with every request and must stand nowhere."""
        return self._secrets

    def address(self, path: str) -> str:
        """Return where `path` is, below the base URL."""
        return f"{self._base_url}/{path}"

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
            return await self._send(method, path, data, receiver, tries)

        async with self._places:
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
        error.provider, error.attempts = self.provider, tries
        raise error

    async def _send(self, method: str, path: str, data: bytes | None, receiver: _MakeReceiver, tries: int) -> Answer:
        """Try once; FailedError where there is no whole answer."""
        started = time.perf_counter()
        async with self._transport.exchange(method, path, data) as response:
            told = response.headers
            request_id = self._shown(told.get("x-request-id") or told.get("request-id") or "") or None
            encoding = told.get("content-encoding", "")
            try:
                if not 200 <= response.status < 300:
                    raise self._refused(response.status, await read_words(response.pieces, encoding=encoding), told)
                delimited = "content-length" in told or "transfer-encoding" in told
                received = receiver(told.get("content-type", ""), delimited)
                limit = self._settings.max_answer_bytes
                with unusable_bodies(self.called):
                    await receive(response.pieces, received, encoding=encoding, limit=limit)
            except StreamRefusal as refusal:
                failed = self._refused(refusal.status, refusal.body, told)
            except FailedError as error:
                failed = error
                failed.error.status = failed.error.status or response.status
            else:
                seconds = time.perf_counter() - started
                return Answer(body=received.body, request_id=request_id, seconds=seconds, attempts=tries)
            failed.error.request_id = request_id
            raise failed

    def _refused(self, status: int, words: str, headers: Mapping[str, str]) -> FailedError:
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
        told = headers.get("retry-after") or headers.get(PROVIDERS_RETRY_AFTER)
        after = retry_after(told, now=clock(headers.get("date")))
        return FailedError(error, again=True, after=wait_in_words(words) if after is None else after)

    def problem(self, words: str) -> Problem:
        """Return what the body of an error says, without a secret."""
        return Problem.of(words, secrets=self._secrets)

    def unusable(self, answer: Answer, what: str, *, advice: str) -> MalformedAnswerError:
        """Return the error for a JSON object that is no answer: `what` of it, with what it says of an error instead."""
        return MalformedAnswerError(
            f"the answer of {self.called} {what}{told_instead(answer.body, self.problem)}",
            advice=advice,
            provider=self.provider,
            status=200,
            request_id=answer.request_id,
            attempts=answer.attempts,
        )

    def cleared(self, reply: Reply) -> Reply:
        """Return a reply with no secret in the names of server and answer; its words stay as they are."""
        called = self._shown(reply.request_id) if reply.request_id else None
        return reply.model_copy(update={"model": without(self._secrets, reply.model), "request_id": called})

    def _shown(self, text: str) -> str:
        return one_line(without(self._secrets, text))


def _whole(_: str, delimited: bool) -> Receiver:
    return JsonBody(delimited=delimited)
