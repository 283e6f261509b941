"""What a server reports in a body: errors, counts, names and likelihoods."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WrapValidator

from summarise.backends.http.bodies import json_of
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
from summarise.observing.secrets import without

RETRIED = frozenset({408, 409, 425, 429})
PROXY = "check the setting proxy, or HTTP_PROXY and HTTPS_PROXY, and the name and password in it"
_OVERFLOW = re.compile(
    r"context (length|limit|size|window)|maximum context|prompt is too long|input is too long"
    r"|`inputs` (tokens \+|must have less than)",
    re.IGNORECASE,
)
"""The last of these is what text-generation-inference says: https://github.com/huggingface/chat-ui/issues/1149."""
_OF_KEY = re.compile(
    r"authentication failed|api key format|api key is (not valid|invalid)|token\b.{0,100}\bexpired", re.IGNORECASE
)
"""What Amazon Bedrock says of a key with 403, which elsewhere stands for what a good key may not do."""
_NO_CREDIT = re.compile(r"credit balance|insufficient (balance|credit|funds)", re.IGNORECASE)
_NO_CREDIT_CODES = frozenset({"insufficient_quota", "billing_error", "billing_hard_limit_reached"})
# A wrong key is 400 at some: at Google and xAI in these words (https://github.com/continuedev/continue/issues/10530
# and /10778), at LiteLLM's proxy without a database under this code (https://github.com/BerriAI/litellm/issues/12273).
_WRONG_KEY = re.compile(r"api key not valid|(incorrect|invalid) api key", re.IGNORECASE)
_NO_DATABASE = "no_db_connection"
_NO_MODEL = re.compile(
    r"\bmodels?\b[^.]{0,80}\b(not (found|exist)|doesn.t exist)\b"
    r"|\bmodel\W{1,5}\S{1,100} is (invalid|unknown|not (valid|available))\b|is pinned to"
    r"|\b(invalid|unknown|no such|not a valid) model( name| id)?\b|^model: |\b(model_not_found|invalid_model)\b",
    re.IGNORECASE,
)
"""What servers say of a model that they do not know. OpenAI: https://developers.openai.com/api/docs/guides/error-codes,
Anthropic: https://platform.claude.com/docs/en/api/errors, Ollama: https://docs.ollama.com/api/errors."""
_TRACEBACK = "Traceback (most recent call last)"
LARGEST = 10**9
"""A larger size of a prompt or a context is none."""
_SAYS_NOTHING = frozenset({"", "internal server error"})


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
        What is read holds none of the `secrets`, however the server wrote them, and no traceback.
        """

        def shown(value: Any) -> str:
            words = value if isinstance(value, str) else json.dumps(value)
            return one_line(without(secrets, words.partition(_TRACEBACK)[0]))

        try:
            body = json_of(text)
        except ValueError:
            return cls(detail="" if text.lstrip().startswith("<") else shown(text))
        if isinstance(body, list) and len(body) == 1:
            (body,) = body
        if not isinstance(body, dict):
            return cls(detail=shown(body if isinstance(body, str) else text))
        error = body.get("error") or body.get("detail") or body.get("message") or body.get("Message") or ""
        if not isinstance(error, dict):
            return cls(detail=shown(error))
        sizes = {key: value for key, value in error.items() if type(value) is int and 0 < value < LARGEST}
        # A proxy may write the status as its code, and what it means as the type.
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
        """Whether the request was larger than the model's context."""
        known = ("context_length_exceeded", "exceed_context_size_error", "request_too_large")
        return self.code in known or _OVERFLOW.search(self.detail) is not None

    @property
    def is_no_credit(self) -> bool:
        """Whether the account behind the key has nothing left to pay with."""
        return self.code in _NO_CREDIT_CODES or _NO_CREDIT.search(self.detail) is not None

    def is_of_key(self, status: int) -> bool:
        """Whether a refusal with this status says that the key is wrong or has expired."""
        if status == 400:
            return self.code == _NO_DATABASE or _WRONG_KEY.search(self.detail) is not None
        return status == 401 or (status == 403 and _OF_KEY.search(self.detail) is not None)

    def is_of_model(self, status: int) -> bool:
        """Whether a refusal with this status says that there is no model of the name that was asked for."""
        said = f"{self.detail} {self.code}"
        named = status == 404 and re.search(r"\bmodels?\b", said, re.IGNORECASE) is not None
        return named or _NO_MODEL.search(said) is not None


class RefusedError(RequestRefusedError):
    """The server refused the request for a reason of its own; a wire protocol may change the request and ask again."""

    def __init__(self, what: str, *, advice: str, status: int, problem: Problem) -> None:
        super().__init__(what, advice=advice, status=status)
        self.problem = problem


class UnaffordableError(QuotaError):
    """The account cannot pay for as many tokens as a request allows; a wire protocol may ask again with a lower limit.

    OpenRouter: "This request requires more credits, or fewer max_tokens. You requested up to 16384 tokens, but can only
    afford 3919" (https://github.com/Taewan-P/gpt_mobile/issues/284).
    """

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
        # What a server says of a wrong key often holds a part of that key. That it has no database is another matter.
        told = said if problem.code == _NO_DATABASE else str(status)
        return AuthenticationError(
            f"{host} does not accept the key ({told})", advice=f"check {key_variable or 'the key'}", status=status
        )
    if status == 402 or (400 <= status < 500 and problem.is_no_credit):
        what, advice = f"{host} refuses ({said})", "the account behind the key has no credit left"
        if "can only afford" in problem.detail:
            return UnaffordableError(what, advice=advice, status=status, problem=problem)
        return QuotaError(what, advice=advice, status=status)
    if status == 403:
        return AuthenticationError(
            f"{host} forbids the request ({said})", advice="check what the key may do", status=status
        )
    if status == 429:
        return RateLimitError(f"{host} takes no more calls for now ({said})", advice="try again later", status=status)
    if status in RETRIED or status >= 500:
        # LiteLLM's proxy without a database where no key is sent, `transformers serve` where there is no such model.
        silent = status == 500 and problem.detail.lower() in _SAYS_NOTHING
        advice = "try again later" + (", or check key and model's name and see the server's log" if silent else "")
        return OverloadedError(f"{host} is overloaded or broken ({said})", advice=advice, status=status)
    if status == 407:
        return RequestRefusedError(f"the proxy on the way to {host} refuses ({said})", advice=PROXY, status=status)
    if 300 <= status < 400:
        target = one_line(_host_of(location) or "another place")
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
    if status == 404:
        advice = "check the base URL (most end in /v1) and the model's name"
    else:
        advice = "check the model's name" if problem.is_of_model(status) else "change the model or settings"
    return RefusedError(f"{host} refuses the request ({said})", advice=advice, status=status, problem=problem)


def _host_of(location: str) -> str | None:
    """Return the host that a redirect leads to, None where none can be read."""
    try:
        return urlsplit(location).hostname
    except ValueError:
        return None


def one_line(text: str, *, limit: int = 200) -> str:
    """Return `text` on one line, without control characters and at most `limit` characters long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


T = TypeVar("T")
MOST_TOKENS = 10_000_000
"""A larger count of tokens is none: no model reads or writes as much in one call."""
MOST_DIGITS = len(str(MOST_TOKENS))
LEAST_LOG, ROUNDING = -1e9, 0.01
"""Bounds of the logarithm of a probability, exclusive."""


def count_of(value: object) -> int | None:
    """Return a count of tokens, None for what is none: no whole number, below 0, or above `MOST_TOKENS`."""
    if isinstance(value, str) and len(value) <= MOST_DIGITS and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MOST_TOKENS else None


def _index_of(value: object) -> int:
    found = count_of(value)
    return 0 if found is None else found


def _name_of(value: object) -> str | None:
    return one_line(value) or None if isinstance(value, str) else None


def _reason_of(value: object) -> str | None:
    # A reason of another kind is one that nobody knows, and still says that the answer has ended.
    return None if value is None else one_line(value if isinstance(value, str) else type(value).__name__)


def _likelihood_of(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # A sum may be above 0 by what rounding left.
    return min(float(value), 0.0) if LEAST_LOG < value < ROUNDING else None


def _readable(value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


Told = Annotated[T | None, WrapValidator(_readable)]
"""Something of a type, None where it is not of that type."""
Count = Annotated[int | None, BeforeValidator(count_of)]
"""A count of tokens."""
Index = Annotated[int, BeforeValidator(_index_of)]
"""A place among several answers, from 0; where words of an answer go by it, it is a part of that and not told only."""
Name = Annotated[str | None, BeforeValidator(_name_of)]
"""The name of a model, an answer or a kind, on one line and of at most 200 characters."""
Reason = Annotated[str | None, BeforeValidator(_reason_of)]
"""Why an answer ended; one that is no text is that of no known kind."""
LogProbability = Annotated[float | None, BeforeValidator(_likelihood_of)]
"""The logarithm of a probability."""


class Read(BaseModel):
    """What is read of a server's JSON; it may hold more."""

    model_config = ConfigDict(frozen=True, extra="ignore")
