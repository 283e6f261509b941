"""What a server says when it does not answer: error bodies and Retry-After headers, read into our errors.

Sends nothing and waits for nothing.
"""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from summarise.data import Record
from summarise.errors import (
    AuthenticationError,
    ContextOverflowError,
    OverloadedError,
    QuotaError,
    RateLimitError,
    RequestRefusedError,
    ServerError,
)

RETRIED = frozenset({408, 409, 425, 429})
LONGEST_WAIT = 60.0
PROXY = "check the setting proxy, or HTTP_PROXY and HTTPS_PROXY, and the name and password in it"
_OVERFLOW = re.compile(
    r"context (length|limit|size|window)|maximum context|prompt is too long|input is too long", re.IGNORECASE
)
_OF_KEY = re.compile(
    r"authentication failed|api key format|api key is (not valid|invalid)|token\b.*\bexpired", re.IGNORECASE
)
"""What Amazon Bedrock says of a key with 403, which elsewhere stands for what a good key may not do."""
_NO_CREDIT = re.compile(r"credit balance|insufficient (balance|credit|funds)", re.IGNORECASE)
_NO_CREDIT_CODES = frozenset({"insufficient_quota", "billing_error", "billing_hard_limit_reached"})
_HIDDEN = "…"


class Problem(Record):
    """What the body of an error says, in any of the forms that servers use."""

    detail: str = ""
    code: str = ""
    param: str = ""
    prompt_tokens: int | None = None
    context_tokens: int | None = None

    @classmethod
    def of(cls, text: str, *, secrets: Iterable[str] = ()) -> "Problem":
        """Read an error body: OpenAI's `{"error": {...}}`, a bare message, `{"detail": ...}`, or no JSON at all.

        Google's OpenAI-compatible addresses put the first into a list, Amazon writes "Message".
        What is read holds none of the `secrets`, however the server wrote them.
        """

        def shown(value: Any) -> str:
            return one_line(without(secrets, value if isinstance(value, str) else json.dumps(value)))

        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            return cls(detail="" if text.lstrip().startswith("<") else shown(text))
        if isinstance(body, list) and len(body) == 1:
            (body,) = body
        if not isinstance(body, dict):
            return cls(detail=shown(body if isinstance(body, str) else text))
        error = body.get("error") or body.get("detail") or body.get("message") or body.get("Message") or ""
        if not isinstance(error, dict):
            return cls(detail=shown(error))
        sizes = {key: value for key, value in error.items() if isinstance(value, int)}
        codes = [value for value in (error.get("code"), error.get("type")) if isinstance(value, str)]
        return cls(
            detail=shown(error.get("message") or ""),
            code=shown(codes[0]) if codes else "",
            param=shown(error.get("param") or ""),
            prompt_tokens=sizes.get("n_prompt_tokens"),
            context_tokens=sizes.get("n_ctx"),
        )

    @property
    def is_overflow(self) -> bool:
        """Whether the request was larger than the model's context."""
        known = ("context_length_exceeded", "exceed_context_size_error", "request_too_large")
        return self.code in known or _OVERFLOW.search(self.detail) is not None

    @property
    def is_no_credit(self) -> bool:
        """Whether the account behind the key has nothing left to pay with."""
        return self.code in _NO_CREDIT_CODES or _NO_CREDIT.search(self.detail) is not None

    def is_of_key(self, status: int) -> bool:
        """Whether a refusal with this status says that the key is wrong or has expired."""
        return status == 401 or (status == 403 and _OF_KEY.search(self.detail) is not None)


class RefusedError(RequestRefusedError):
    """The server refused the request for a reason of its own; a wire protocol may change the request and ask again."""

    def __init__(self, what: str, *, advice: str, status: int, problem: Problem) -> None:
        super().__init__(what, advice=advice, status=status)
        self.problem = problem


def translate(
    status: int, problem: Problem, *, host: str, location: str = "", key_variable: str | None = None
) -> ServerError:
    """Return the error that a status which is no success stands for; its message is one line.

    Of these only `OverloadedError` is worth another attempt. `location` is where a redirect points to, `key_variable`
    the environment variable that holds the key.
    """
    said = f"{status}: {problem.detail}" if problem.detail else str(status)
    if problem.is_of_key(status):
        # What a server says of a wrong key often holds a part of that key.
        return AuthenticationError(
            f"{host} does not accept the key ({status})", advice=f"check {key_variable or 'the key'}", status=status
        )
    if status == 402 or (400 <= status < 500 and problem.is_no_credit):
        return QuotaError(
            f"{host} refuses ({said})", advice="the account behind the key has no credit left", status=status
        )
    if status == 403:
        return AuthenticationError(
            f"{host} forbids the request ({said})", advice="check what the key may do", status=status
        )
    if status == 429:
        return RateLimitError(f"{host} takes no more calls for now ({said})", advice="try again later", status=status)
    if status in RETRIED or status >= 500:
        return OverloadedError(f"{host} is overloaded or broken ({said})", advice="try again later", status=status)
    if status == 407:
        return RequestRefusedError(f"the proxy on the way to {host} refuses ({said})", advice=PROXY, status=status)
    if 300 <= status < 400:
        target = one_line(urlsplit(location).hostname or "another place")
        return RequestRefusedError(
            f"{host} sends requests on to {target}", advice="give the base URL of the right server", status=status
        )
    if status in (400, 413, 422) and problem.is_overflow:
        size = f" of {problem.prompt_tokens} tokens" if problem.prompt_tokens else ""
        room = f" of {problem.context_tokens}" if problem.context_tokens else ""
        return ContextOverflowError(
            f"the request{size} does not fit into the model's context{room} at {host}",
            advice="set a smaller chunk_tokens (SUMMARISE_CHUNK_TOKENS)",
            status=status,
        )
    advice = (
        "check the base URL (most end in /v1) and the model's name" if status == 404 else "change the model or settings"
    )
    return RefusedError(f"{host} refuses the request ({said})", advice=advice, status=status, problem=problem)


def clock(date: str | None) -> datetime:
    """Return the server's own idea of now, so that a clock that is wrong here does not matter."""
    return _http_date(date) or datetime.now(UTC)


def _http_date(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, from 0 to a minute, or None where it says nothing.

    Both forms of RFC 9110, section 10.2.3, are read: a number of seconds and an HTTP date.
    """
    if value is None:
        return None
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
        seconds = float(value)
    elif moment := _http_date(value):
        seconds = (moment - now).total_seconds()
    else:
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def without(secrets: Iterable[str], text: str) -> str:
    """Return `text` with "…" in place of every secret, also where JSON writes it with backslashes."""
    for secret in secrets:
        for form in (secret, json.dumps(secret)[1:-1]):
            text = text.replace(form, _HIDDEN)
    return text


def one_line(text: str, *, limit: int = 200) -> str:
    """Return `text` on one line, without control characters and at most `limit` characters long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
