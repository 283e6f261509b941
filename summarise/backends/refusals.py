"""What a server says when it does not answer: error bodies and Retry-After headers, read into our errors.

Sends nothing and waits for nothing.
"""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from summarise.data import Record
from summarise.errors import AuthenticationError, ContextOverflowError, OverloadedError, ServerError

RETRIED = frozenset({408, 409, 425, 429})
LONGEST_WAIT = 60.0
_OVERFLOW = re.compile(r"context (length|size|window)|maximum context|prompt is too long", re.IGNORECASE)


class Problem(Record):
    """What the body of an error says, in any of the forms that servers use."""

    detail: str = ""
    code: str = ""
    param: str = ""
    prompt_tokens: int | None = None
    context_tokens: int | None = None

    @classmethod
    def of(cls, text: str) -> "Problem":
        """Read an error body: OpenAI's `{"error": {...}}`, a bare message, `{"detail": ...}`, or no JSON at all."""
        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            return cls(detail="" if text.lstrip().startswith("<") else one_line(text))
        if not isinstance(body, dict):
            return cls(detail=one_line(text))
        error = body.get("error") or body.get("detail") or body.get("message") or ""
        if not isinstance(error, dict):
            return cls(detail=one_line(error if isinstance(error, str) else json.dumps(error)))
        sizes = {key: value for key, value in error.items() if isinstance(value, int)}
        codes = [value for value in (error.get("code"), error.get("type")) if isinstance(value, str)]
        return cls(
            detail=one_line(str(error.get("message") or "")),
            code=one_line(codes[0]) if codes else "",
            param=one_line(str(error.get("param") or "")),
            prompt_tokens=sizes.get("n_prompt_tokens"),
            context_tokens=sizes.get("n_ctx"),
        )

    @property
    def is_overflow(self) -> bool:
        """Whether the request was larger than the model's context."""
        known = ("context_length_exceeded", "exceed_context_size_error")
        return self.code in known or _OVERFLOW.search(self.detail) is not None


class RefusedError(ServerError):
    """The server refused the request for a reason of its own; a wire protocol may change the request and ask again."""

    def __init__(self, message: str, *, status: int, problem: Problem) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem


def translate(status: int, problem: Problem, *, host: str, location: str = "") -> ServerError:
    """Return the error that a status which is no success stands for; its message is one line.

    Of these only `OverloadedError` is worth another attempt. `location` is where a redirect points to.
    """
    said = f"{status}: {problem.detail}" if problem.detail else str(status)
    if status == 401:
        # What a server says of a wrong key often holds a part of that key.
        return AuthenticationError(f"{host} does not accept the key (401): check OPENAI_API_KEY")
    if status == 403:
        return AuthenticationError(f"{host} forbids the request ({said}): check what the key may do")
    if problem.code == "insufficient_quota":
        return ServerError(f"{host} refuses ({said}): the account behind the key has no credit left")
    if status in RETRIED or status >= 500:
        return OverloadedError(f"{host} is overloaded or broken ({said}): try again later")
    if 300 <= status < 400:
        target = one_line(urlsplit(location).hostname or "another place")
        return ServerError(f"{host} sends requests on to {target}: give the base URL of the right server")
    if status in (400, 413, 422) and problem.is_overflow:
        size = f" of {problem.prompt_tokens} tokens" if problem.prompt_tokens else ""
        room = f" of {problem.context_tokens}" if problem.context_tokens else ""
        return ContextOverflowError(
            f"the request{size} does not fit into the model's context{room} at {host}: use smaller chunks"
        )
    hint = (
        "check the base URL (most end in /v1) and the model's name" if status == 404 else "change the model or settings"
    )
    return RefusedError(f"{host} refuses the request ({said}): {hint}", status=status, problem=problem)


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


def one_line(text: str, *, limit: int = 200) -> str:
    """Return `text` on one line, without control characters and at most `limit` characters long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
