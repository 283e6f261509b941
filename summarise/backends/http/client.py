"""Sends JSON requests to model servers, retries them, and raises errors of `summarise.errors`."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from summarise.backends.http.responses import (
    BodyError,
    JSONResponse,
    Problem,
    object_of,
    one_line,
    read_body,
    status_in,
    translate,
    written,
)
from summarise.backends.http.transport import THINKING_SPEED, FailedError, Response, Transport, retrying, while_thinking
from summarise.data import Reply, RetryScheduled
from summarise.errors import (
    CallError,
    ConfigurationError,
    MalformedAnswerError,
    OverloadedError,
    TimedOutError,
    UnreachableError,
)
from summarise.secrets import redact, redactable
from summarise.settings.environment import proxy_passwords, secrets_of, variables
from summarise.settings.model import Settings

# Shorter secrets are not redacted: they would match in many words.
SHORTEST = 4
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[!-~]+( [!-~]+)*")


def valid_base_url(text: str) -> str:
    """Return the base URL without a trailing slash. Raises ConfigurationError if it is invalid or has a user name."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username
        _ = parts.port
    except ValueError:
        host = user = None
    if user is not None:
        raise ConfigurationError(
            "the base URL must not contain a user name or password: put the key into its environment variable"
        )
    if not host or parts.scheme not in ("http", "https"):
        # The URL is not shown: its path may hold a token.
        raise ConfigurationError(
            "the base URL is not valid: write it like https://api.openai.com/v1 or http://127.0.0.1:8080/v1"
        )
    return url


def valid_key(key: SecretStr | None, *, variable: str | None = None) -> SecretStr | None:
    """Return the stripped key, or None if empty. Raises ConfigurationError about `variable` for an invalid key."""
    text = key.get_secret_value().strip() if key else ""
    if not text:
        return None
    if not re.fullmatch(r"[!-~]+", text):
        raise ConfigurationError(
            f"{variable or 'the key'} contains characters that are not allowed in a key: set it again"
        )
    return SecretStr(text)


def valid_headers(headers: Mapping[str, SecretStr | str]) -> dict[str, str]:
    """Return the headers to send. Raises ConfigurationError for an invalid header, without showing its value."""
    sent = {}
    for name, value in headers.items():
        text = (value.get_secret_value() if isinstance(value, SecretStr) else value).strip()
        if not text and isinstance(value, SecretStr):
            continue
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(text):
            raise ConfigurationError(f"the header {one_line(name)!r} cannot be sent: use ASCII characters only")
        sent[name] = text
    return sent


def secrets_in(headers: Mapping[str, SecretStr | str]) -> tuple[str, ...]:
    """Return the secret values of headers, longest first. For "Bearer KEY", "KEY" is returned too."""
    texts = [value.get_secret_value().strip() for value in headers.values() if isinstance(value, SecretStr)]
    parts = {part for text in texts for part in (text, text.split()[-1] if len(text.split()) == 2 else text)}
    return tuple(sorted((part for part in parts if len(part) >= SHORTEST), key=len, reverse=True))


# The time limit of a command. It is long, because a command may ask for a fingerprint or a password.
KEY_SECONDS = 60.0
MOST_KEY_BYTES = 64 * 1024


class CommandKey:
    """A key of `provider` that a command prints; concurrent callers share one run of the command.

    Methods raise ConfigurationError if the command prints no key. The message names the program, not its arguments.
    """

    def __init__(
        self, command: Sequence[str], *, provider: str, headers_of: Callable[[SecretStr], Mapping[str, SecretStr]]
    ) -> None:
        self._command = tuple(command)
        self._description = f"the key command of {provider} ({one_line(self._command[0], limit=60)})"
        self._headers_of = headers_of
        self._lock = asyncio.Lock()
        self._headers: Mapping[str, SecretStr] | None = None
        self.secrets: tuple[str, ...] = ()

    async def headers(self, *, refused: Mapping[str, SecretStr] | None = None) -> Mapping[str, SecretStr]:
        """Return the HTTP headers that contain the key. The first call runs the command, and later calls reuse its key.

        `refused`: headers that the server refused. The command runs again, unless another call has replaced them.
        """
        async with self._lock:
            if self._headers is None or self._headers is refused:
                output = await self._output()
                words = output.decode("ascii").split() if output.isascii() else []
                variable = f"the output of {self._description}"
                key = valid_key(SecretStr(words[0]), variable=variable) if len(words) == 1 else None
                if key is None:
                    raise ConfigurationError(
                        f"{self._description} did not print a key: it must print the key and nothing else"
                    )
                self._headers = self._headers_of(key)
                # Earlier keys stay secret.
                self.secrets = tuple(dict.fromkeys((*secrets_in(self._headers), *self.secrets)))
            return self._headers

    async def _output(self) -> bytes:
        from summarise.backends.command import TooLargeError, run_program

        try:
            ended = await run_program(
                self._command,
                text="",
                environment=variables(),
                folder=".",
                seconds=KEY_SECONDS,
                most_bytes=MOST_KEY_BYTES,
            )
        except TooLargeError:
            return b""
        except TimeoutError:
            raise ConfigurationError(
                f"{self._description} did not end within {KEY_SECONDS:g} s: run it yourself to see what it waits for"
            ) from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConfigurationError(f"{self._description} cannot be run ({reason}): check [key_commands]") from None
        if ended.code != 0:
            raise ConfigurationError(f"{self._description} ended with status {ended.code}: run it yourself to see why")
        return ended.output


LONGEST_WAIT = 60.0
# LiteLLM's proxy passes on its server's Retry-After: https://docs.litellm.ai/docs/proxy/response_headers
PROVIDERS_RETRY_AFTER = "llm_provider-retry-after"
# LiteLLM ("Try again in 2 seconds"), Groq ("in 7m12.5s"), Azure ("retry after 33 seconds"), Gemini ("in 31.2s"):
# https://github.com/BerriAI/litellm/issues/27823, https://console.groq.com/docs/rate-limits
_WAIT = re.compile(
    r"\b(?:try again|retry) (?:in|after) "
    r"((?:\d+(?:\.\d+)? ?(?:ms|h(?:ours?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z]) ?)+)",
    re.IGNORECASE,
)
_WAIT_PART = re.compile(r"(?<![\d.])(\d++(?:\.\d++)?) ?(ms|h|m|s)", re.IGNORECASE)
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def seconds_asked(headers: Mapping[str, str], text: str) -> float | None:
    """Return the seconds to wait, at most 60, that a response demands in its headers or text, or None.

    A Retry-After header with a date is ignored.
    """
    value = headers.get("retry-after") or headers.get(PROVIDERS_RETRY_AFTER) or ""
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
        return min(float(value), LONGEST_WAIT)
    if (match := _WAIT.search(text)) is None:
        return None
    seconds = sum(float(number) * _SECONDS[unit.lower()] for number, unit in _WAIT_PART.findall(match[1]))
    return min(seconds, LONGEST_WAIT)


# No compression: decompressing needs size limits, and answers are short.
_HEADERS = {"Accept-Encoding": "identity"}
# Headers that show where a body ends.
_LENGTHS = {"content-length", "transfer-encoding"}
# Limits for reading the body of an error response.
REFUSAL_BYTES = 64 * 1024
REFUSAL_SECONDS = 2.0
_REQUEST_IDS = ("x-request-id", "request-id", "apim-request-id", "x-amzn-requestid")


async def _error_text(response: Response) -> str:
    body = bytearray()
    with suppress(Exception):
        async with asyncio.timeout(REFUSAL_SECONDS):
            await read_body(response.pieces, encoding=response.encoding, limit=REFUSAL_BYTES, body=body)
    return body.decode("utf-8", "replace")


class JSONClient:
    """A client of one server, an async context manager. `post` and `get` raise CallError.

    At most `concurrency` requests run at once; waiting for a slot does not count towards time-outs. A request is
    retried after a time-out, a broken connection, a truncated response, and status 408, 409, 425, 429 or 5xx, within
    `settings.max_attempts` and `settings.total_timeout`. Retry-After is honoured up to a minute.

    `api_key` is sent as "Authorization: Bearer". `key` is used instead if a command prints the key: if the server
    refuses it, the command runs again and the request is repeated. `key_variable` is the environment variable to name
    in the message about a refused key. `called` is the server's name in messages (default: host and port). Secrets in
    messages are redacted. `query` is appended to every URL.
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
        key: CommandKey | None = None,
        query: str = "",
        concurrency: int | None = None,
        called: str | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        on_retry: Callable[[RetryScheduled], None] = lambda _: None,
    ) -> None:
        self._base_url = valid_base_url(base_url)
        self.called = called or urlsplit(self._base_url).netloc
        self.provider = provider or self.called
        self._settings = settings
        self._key_variable = key_variable
        self._key = key
        self._retrying = partial(retrying, settings, provider=self.provider, sleep=sleep, on_retry=on_retry)
        all_headers = dict(headers or {})
        if fixed := valid_key(api_key, variable=key_variable):
            all_headers["Authorization"] = SecretStr(f"Bearer {fixed.get_secret_value()}")
        passwords = (password for password in proxy_passwords(settings).values() if len(password) >= SHORTEST)
        self._fixed_secrets = (*secrets_in(all_headers), *passwords, *redactable(secrets_of(settings)))
        slots = concurrency or settings.concurrency
        self._slots = asyncio.Semaphore(slots)
        self._transport = Transport(
            self._base_url,
            headers=_HEADERS | valid_headers(all_headers),
            settings=settings,
            places=slots,
            called=self.called,
            shown=self._redact,
            query=query,
        )

    async def __aenter__(self) -> "JSONClient":
        await self._transport.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._transport.__aexit__(*exc_info)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets sent with requests, including earlier keys of the key command."""
        return (*self._fixed_secrets, *(self._key.secrets if self._key else ()))

    def address(self, path: str) -> str:
        """Return the URL of `path` below the base URL."""
        return self._transport.address(path)

    async def post(self, path: str, body: dict[str, Any], *, thinking: int = 0) -> JSONResponse:
        """Return the response to POST `path`. The time-outs are extended for `thinking` tokens of reasoning."""
        return await self._call("POST", path, body, extra=thinking / THINKING_SPEED)

    async def get(self, path: str) -> JSONResponse:
        """Return the response to GET `path`."""
        return await self._call("GET", path, None)

    async def _call(self, method: str, path: str, body: dict[str, Any] | None, *, extra: float = 0.0) -> JSONResponse:
        total = self._settings.total_timeout + extra
        data = None if body is None else written(body)
        attempts = 0

        async def attempt() -> JSONResponse:
            nonlocal attempts
            attempts += 1
            send = partial(self._send, method, path, data, attempts=attempts, extra=extra)
            if self._key is None:
                return await send(key={})
            key = await self._key.headers()
            try:
                return await send(key=key)
            except FailedError as failed:
                if not failed.wrong_key or (renewed := await self._key.headers(refused=key)) == key:
                    raise
            return await send(key=renewed)

        async with self._slots:
            if self._key is not None:
                # The command's time does not count towards the server's time-out.
                await self._key.headers()
            try:
                async with asyncio.timeout(total):
                    return await self._retrying(seconds=total)(attempt)
            except FailedError as failed:
                error: CallError = failed.error
            except TimeoutError:
                error = TimedOutError(
                    f"{self.called} did not complete its answer within {total:.4g} s{while_thinking(extra)}",
                    advice="try again later or allow more time",
                )
        error.provider, error.attempts = self.provider, attempts
        raise error

    async def _send(
        self, method: str, path: str, data: bytes | None, *, attempts: int, extra: float, key: Mapping[str, SecretStr]
    ) -> JSONResponse:
        started = time.perf_counter()
        async with self._transport.exchange(method, path, data, valid_headers(key), extra=extra) as response:
            headers = response.headers
            request_id = self._redact(next((headers[name] for name in _REQUEST_IDS if headers.get(name)), "")) or None
            try:
                if not 200 <= response.status < 300:
                    raise self._refusal(response.status, await _error_text(response), headers)
                body = await self._object_of(response)
                if (status := status_in(body)) is not None:
                    raise self._refusal(status, json.dumps(body), headers)
            except FailedError as failed:
                failed.error.status = failed.error.status or response.status
                failed.error.request_id = request_id
                raise
            seconds = time.perf_counter() - started
            return JSONResponse(body=body, request_id=request_id, seconds=seconds, attempts=attempts)

    async def _object_of(self, response: Response) -> dict[str, Any]:
        try:
            data = await read_body(response.pieces, encoding=response.encoding, limit=self._settings.max_answer_bytes)
            return object_of(data, delimited=not response.headers.keys().isdisjoint(_LENGTHS))
        except BodyError as unusable:
            kind = UnreachableError if unusable.broken_off else MalformedAnswerError
            error = kind(f"the answer of {self.called} {unusable.what}", advice=unusable.advice)
            failed = FailedError(error, again=unusable.broken_off)
        raise failed

    def _refusal(self, status: int, text: str, headers: Mapping[str, str]) -> FailedError:
        problem = Problem.of(text, secrets=self.secrets)
        error = translate(
            status,
            problem,
            host=self.called,
            location=redact(self.secrets, headers.get("location", "")),
            key_variable=self._key_variable,
        )
        if not isinstance(error, OverloadedError):
            return FailedError(error, wrong_key=problem.is_wrong_key(status))
        return FailedError(error, again=True, after=seconds_asked(headers, text))

    def unusable(self, answer: JSONResponse, what: str, *, advice: str) -> MalformedAnswerError:
        """Return the error for an invalid response; its message is "the answer of SERVER" followed by `what`."""
        problem = Problem.of(json.dumps(answer.body), secrets=self.secrets) if answer.body.get("error") else Problem()
        detail = f" ({problem.detail})" if problem.detail else ""
        return MalformedAnswerError(
            f"the answer of {self.called} {what}{detail}",
            advice=advice,
            provider=self.provider,
            status=200,
            request_id=answer.request_id,
            attempts=answer.attempts,
        )

    def redacted(self, reply: Reply) -> Reply:
        """Redact secrets in a reply's model name and request id."""
        request_id = self._redact(reply.request_id) if reply.request_id else None
        return reply.model_copy(update={"model": redact(self.secrets, reply.model), "request_id": request_id})

    def _redact(self, text: str) -> str:
        return one_line(redact(self.secrets, text))
