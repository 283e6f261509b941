"""Reads server responses: decompresses bodies, parses and validates JSON, and turns error responses into exceptions."""

import json
import re
import zlib
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WrapValidator

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
from summarise.secrets import redact


class JSONResponse(Record):
    """A JSON object from a server; `seconds` is the time from sending the request to the end of reading."""

    body: dict[str, Any]
    request_id: str | None
    seconds: float
    attempts: int = 1


class BodyError(ValueError):
    """An invalid response body. `what` completes "the answer of SERVER …"; `broken_off`: the body is incomplete."""

    def __init__(self, what: str, *, advice: str = "check the base URL", broken_off: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice
        self.broken_off = broken_off


async def read_body(
    pieces: AsyncGenerator[bytes, None], *, encoding: str, limit: int, body: bytearray | None = None
) -> bytes:
    """Return the decompressed body, of at most `limit` bytes. Raises BodyError.

    A decompression bomb cannot exhaust the memory. After an error, the buffer `body` holds the content read so far.
    """
    body = bytearray() if body is None else body
    encoding, received = encoding.strip().lower(), 0
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise BodyError(f"is compressed in a way that was not requested ({encoding[:20]!r})")
    compressed = encoding not in ("", "identity")
    decompressor: zlib._Decompress | None = None
    async with aclosing(pieces):
        async for piece in pieces:
            if not piece:
                continue
            received += len(piece)
            room = limit + 1 - len(body)
            if compressed and decompressor is None:
                decompressor = zlib.decompressobj(_window_of(encoding, piece))
            try:
                body += decompressor.decompress(piece, room) if decompressor else piece[:room]
            except zlib.error:
                raise BodyError("is not compressed as its headers say") from None
            if max(received, len(body)) > limit:
                del body[limit:]
                what = f"is larger than {limit / 2**20:.3g} MiB"
                raise BodyError(what, advice="check the base URL, or allow larger answers")
    if received and compressed and not (decompressor and decompressor.eof):
        raise BodyError("broke off", advice="try again later", broken_off=True)
    return bytes(body)


def _window_of(encoding: str, start: bytes) -> int:
    """Return the argument `wbits` of zlib for a body that begins with `start`."""
    if encoding != "deflate":
        return 16 + zlib.MAX_WBITS
    # Some servers send raw deflate without the zlib header (RFC 1950, section 2.2).
    return zlib.MAX_WBITS if start[0] & 15 == 8 else -zlib.MAX_WBITS


# JSON values nested deeper are parsed as null.
DEEPEST = 100
# Integers with more digits are parsed as floats: Python refuses integers of more than 4,300 digits.
LONGEST_NUMBER = 40
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_NESTING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def object_of(data: bytes, *, delimited: bool) -> dict[str, Any]:
    """Parse a body as a UTF-8 JSON object. Raises BodyError.

    `delimited` is False if the headers do not show where the body ends: then invalid JSON may be a truncated body.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BodyError("is not UTF-8") from None
    try:
        value = json_of(text)
    except ValueError:
        start = text.lstrip()[:1]
        if not delimited and start in ("", "{"):
            raise BodyError("broke off", advice="try again later", broken_off=True) from None
        raise BodyError("is a page of HTML" if start == "<" else "is not a JSON object") from None
    if not isinstance(value, dict):
        raise BodyError("is not a JSON object")
    return value


def json_of(text: str) -> Any:
    """Parse JSON. Raises ValueError.

    Lone surrogates become U+FFFD, integers of over 40 digits become floats, values nested over 100 levels deep None.
    """
    if _HALF.search(text):
        text = _ESCAPE.sub(lambda match: "\\ufffd" if match["half"] else match[0], text)
    if text.count("[") + text.count("{") > DEEPEST:
        text = _shallow(text)
    return json.loads(text, parse_int=_number)


def _shallow(text: str) -> str:
    kept: list[str] = []
    depth = start = 0
    for match in _NESTING.finditer(text):
        sign = match[0][0]
        if sign in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                kept += (text[start : match.start()], "null")
                start = len(text)
        elif sign in "]}":
            if depth == DEEPEST + 1:
                start = match.end()
            depth -= 1
    return "".join((*kept, text[start:])) if kept else text


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)


def written(body: dict[str, Any]) -> bytes:
    """Serialise a body as UTF-8 JSON; lone surrogates become question marks."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


RETRIED = frozenset({408, 409, 425, 429})
PROXY = "check the setting proxy, or HTTP_PROXY and HTTPS_PROXY, and the name and password in it"
# The last pattern is for text-generation-inference: https://github.com/huggingface/chat-ui/issues/1149
_OVERFLOW = re.compile(
    r"context (length|limit|size|window)|maximum context|prompt is too long|input is too long"
    r"|`inputs` (tokens \+|must have less than)",
    re.IGNORECASE,
)
# Amazon Bedrock's messages about a wrong key have status 403, which elsewhere means a lack of permission.
_WRONG_KEY_403 = re.compile(
    r"authentication failed|api key format|api key is (not valid|invalid)|token\b.{0,100}\bexpired", re.IGNORECASE
)
_NO_CREDIT = re.compile(r"credit balance|insufficient (balance|credit|funds)", re.IGNORECASE)
_NO_CREDIT_CODES = frozenset({"insufficient_quota", "billing_error", "billing_hard_limit_reached"})
# Some servers answer 400 to a wrong key: Google and xAI (https://github.com/continuedev/continue/issues/10530 and
# /10778), and LiteLLM's proxy without a database (https://github.com/BerriAI/litellm/issues/12273).
_WRONG_KEY = re.compile(r"api key not valid|(incorrect|invalid) api key", re.IGNORECASE)
_NO_DATABASE = "no_db_connection"
# https://developers.openai.com/api/docs/guides/error-codes, https://platform.claude.com/docs/en/api/errors,
# https://docs.ollama.com/api/errors
_NO_MODEL = re.compile(
    r"\bmodels?\b[^.]{0,80}\b(not (found|exist)|doesn.t exist)\b"
    r"|\bmodel\W{1,5}\S{1,100} is (invalid|unknown|not (valid|available))\b|is pinned to"
    r"|\b(invalid|unknown|no such|not a valid) model( name| id)?\b|^model: |\b(model_not_found|invalid_model)\b",
    re.IGNORECASE,
)
_TRACEBACK = "Traceback (most recent call last)"
# Prompt and context sizes above this number of tokens are ignored.
LARGEST = 10**9
_UNSPECIFIC = frozenset({"", "internal server error"})


class Problem(Record):
    """The parsed body of an error response.

    `detail`: its message. `code`: its error code. `param`: the request field that it names. `prompt_tokens`,
    `context_tokens`: the sizes of prompt and context, or None.
    """

    detail: str = ""
    code: str = ""
    param: str = ""
    prompt_tokens: int | None = None
    context_tokens: int | None = None

    @classmethod
    def of(cls, text: str, *, secrets: Iterable[str] = ()) -> "Problem":
        """Parse an error body in any known format and redact `secrets`."""

        def shown(value: Any) -> str:
            message = value if isinstance(value, str) else json.dumps(value)
            return one_line(redact(secrets, message.partition(_TRACEBACK)[0]))

        try:
            body = json_of(text)
        except ValueError:
            return cls(detail="" if text.lstrip().startswith("<") else shown(text))
        # Google wraps the object in a list. Amazon writes "Message".
        if isinstance(body, list) and len(body) == 1:
            (body,) = body
        if not isinstance(body, dict):
            return cls(detail=shown(body if isinstance(body, str) else text))
        error = body.get("error") or body.get("detail") or body.get("message") or body.get("Message") or ""
        if not isinstance(error, dict):
            return cls(detail=shown(error))
        sizes = {key: value for key, value in error.items() if type(value) is int and 0 < value < LARGEST}
        # Some proxies put the status into `code` and the code into `type`.
        codes = [
            code for code in (error.get("code"), error.get("type")) if isinstance(code, str) and not code.isdecimal()
        ]
        return cls(
            detail=shown(error.get("message") or ""),
            code=shown(codes[0]) if codes else "",
            param=shown(error.get("param") or ""),
            prompt_tokens=sizes.get("n_prompt_tokens"),
            context_tokens=sizes.get("n_ctx"),
        )

    @property
    def is_overflow(self) -> bool:
        """Whether the request exceeded the model's context."""
        codes = ("context_length_exceeded", "exceed_context_size_error", "request_too_large")
        return self.code in codes or _OVERFLOW.search(self.detail) is not None

    @property
    def is_no_credit(self) -> bool:
        """Whether the account has no credit left."""
        return self.code in _NO_CREDIT_CODES or _NO_CREDIT.search(self.detail) is not None

    def is_wrong_key(self, status: int) -> bool:
        """Whether the error means that the key is wrong or expired."""
        if status == 400:
            return self.code == _NO_DATABASE or _WRONG_KEY.search(self.detail) is not None
        return status == 401 or (status == 403 and _WRONG_KEY_403.search(self.detail) is not None)

    def is_of_model(self, status: int) -> bool:
        """Whether the error means that the model does not exist."""
        text = f"{self.detail} {self.code}"
        named = status == 404 and re.search(r"\bmodels?\b", text, re.IGNORECASE) is not None
        return named or _NO_MODEL.search(text) is not None


# HTTP statuses of Anthropic's types of errors.
_STATUSES = {
    "authentication_error": 401, "permission_error": 403, "not_found_error": 404, "request_too_large": 413,
    "rate_limit_error": 429, "api_error": 500, "overloaded_error": 529,
}  # fmt: skip
# Fields of an answer that is usable despite its field "error".
_ANSWERS = frozenset(("choices", "candidates", "content", "message", "output", "response"))


def status_in(body: Mapping[str, Any]) -> int | None:
    """Return the HTTP status of an error that a server sends with status 200, such as OpenRouter, or None."""
    error = body.get("error")
    if not error or not _ANSWERS.isdisjoint(body):
        return None
    if isinstance(error, str):
        return 500
    code = error.get("code") if isinstance(error, dict) else None
    if str(code).isdecimal() and 400 <= int(str(code)) < 600:
        return int(str(code))
    return _STATUSES.get(str(error.get("type"))) if isinstance(error, dict) else None


class RefusedError(RequestRefusedError):
    """The server refused a request because of `problem`. A `WireBackend` may change the request and send it again."""

    def __init__(self, what: str, *, advice: str, status: int, problem: Problem) -> None:
        super().__init__(what, advice=advice, status=status)
        self.problem = problem


def translate(
    status: int, problem: Problem, *, host: str, location: str = "", key_variable: str | None = None
) -> ServerError:
    """Return the error for an unsuccessful HTTP status.

    Only an `OverloadedError` may be retried. `location` is the target of a redirect.
    """
    reason = f"{status}: {problem.detail}" if problem.detail else str(status)
    if problem.is_wrong_key(status):
        # Hide the message, which may quote a part of the key, except LiteLLM's about its missing database.
        detail = reason if problem.code == _NO_DATABASE else str(status)
        return AuthenticationError(
            f"{host} does not accept the key ({detail})", advice=f"check {key_variable or 'the key'}", status=status
        )
    if status == 402 or (400 <= status < 500 and problem.is_no_credit):
        advice = "add credit to the account of the key, which has no credit left"
        return QuotaError(f"{host} refuses ({reason})", advice=advice, status=status)
    if status == 403:
        return AuthenticationError(
            f"{host} forbids the request ({reason})", advice="check the permissions of the key", status=status
        )
    if status == 429:
        return RateLimitError(
            f"{host} accepts no more calls for now ({reason})", advice="try again later", status=status
        )
    if status in RETRIED or status >= 500:
        # This may be LiteLLM's proxy without database and key, or `transformers serve` with an unknown model.
        unspecific = status == 500 and problem.detail.lower() in _UNSPECIFIC
        advice = "try again later" + (", or check key and model's name and see the server's log" if unspecific else "")
        return OverloadedError(f"{host} is overloaded or broken ({reason})", advice=advice, status=status)
    if status == 407:
        return RequestRefusedError(f"the proxy on the way to {host} refuses ({reason})", advice=PROXY, status=status)
    if 300 <= status < 400:
        target = one_line(_host_of(location) or "another address")
        return RequestRefusedError(
            f"{host} redirects requests to {target}", advice="set the base URL of the right server", status=status
        )
    if status in (400, 413, 422) and problem.is_overflow:
        prompt = f" of {problem.prompt_tokens} tokens" if problem.prompt_tokens else ""
        context = f" of {problem.context_tokens}" if problem.context_tokens else ""
        return ContextOverflowError(
            f"the request{prompt} does not fit into the model's context{context} at {host}",
            advice="set a smaller chunk_tokens (SUMMARISE_CHUNK_TOKENS)",
            status=status,
        )
    if status == 404:
        advice = "check the base URL (most end in /v1) and the model's name"
    else:
        advice = "check the model's name" if problem.is_of_model(status) else "change the model or settings"
    return RefusedError(f"{host} refuses the request ({reason})", advice=advice, status=status, problem=problem)


def _host_of(location: str) -> str | None:
    try:
        return urlsplit(location).hostname
    except ValueError:
        return None


def one_line(text: str, *, limit: int = 200) -> str:
    """Return `text` on one line, without control characters, truncated to `limit` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


T = TypeVar("T")
# Larger token counts are not plausible for one call and are ignored.
MOST_TOKENS = 10_000_000
# A log-probability must lie between these bounds.
LEAST_LOG, ROUNDING = -1e9, 0.01


def count_of(value: object) -> int | None:
    """Return `value` as a token count, or None if it is not a plausible count."""
    if isinstance(value, str) and len(value) <= len(str(MOST_TOKENS)) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MOST_TOKENS else None


def _name_of(value: object) -> str | None:
    return one_line(value) or None if isinstance(value, str) else None


def value_at(body: object, *path: str) -> Any:
    """Return the value at the keys `path` of a JSON object, or None."""
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body


def count_at(body: object, *path: str) -> int:
    """Return the token count at the keys `path` of a JSON object, or 0 if it is missing or not plausible."""
    return count_of(value_at(body, *path)) or 0


def name_at(body: object, *path: str) -> str | None:
    """Return the text at the keys `path` of a JSON object on one line, or None."""
    return _name_of(value_at(body, *path))


def likelihood_at(body: object, *path: str) -> float | None:
    """Return the log-probability at the keys `path` of a JSON object, or None if it is missing or not plausible."""
    value = value_at(body, *path)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Rounding may leave a sum slightly above 0.
    return min(float(value), 0.0) if LEAST_LOG < value < ROUNDING else None


def _valid(value: Any, validate: Callable[[Any], Any]) -> Any:
    try:
        return validate(value)
    except ValidationError:
        return None


# A field that becomes None if its value is not valid.
Lenient = Annotated[T | None, WrapValidator(_valid)]
Count = Annotated[int | None, BeforeValidator(count_of)]
# A text on one line, of at most 200 characters.
Name = Annotated[str | None, BeforeValidator(_name_of)]
# A finish reason. Values that are not strings become texts, which match no known reason.
Reason = Annotated[str | None, BeforeValidator(lambda value: None if value is None else one_line(str(value)))]


class ServerJSON(BaseModel):
    """The base class of pydantic models for the JSON of servers; unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")
