"""Errors that a server reports with a status of success: inside a stream that had begun, or in place of an answer.

The client treats such an error like an answer with the status that it stands for.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from summarise.backends.http.error_responses import Problem
from summarise.backends.http.stream_events import StreamRefusal

BROKEN = 500
"""The status of an error that tells none: the server had begun to answer, so it broke."""
# Published names of errors that are not 500: OpenAI's and Anthropic's, and llama.cpp's for too long a prompt.
_NAMED = {
    "invalid_request_error": 400,
    "context_length_exceeded": 400,
    "exceed_context_size_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "insufficient_quota": 429,
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "overloaded_error": 529,
}


def refusal(error: Any, body: str) -> StreamRefusal:
    """Return the refusal that an error in a stream is, `body` being the event that told it.

    Its status is its own number if it has one, else that of its name, else 500.
    """
    told = [error.get(field) for field in ("status", "code", "type")] if isinstance(error, dict) else []
    numbers = [int(value) for value in map(str, told) if len(value) == 3 and value.isascii() and value.isdecimal()]
    names = [_NAMED[value] for value in told if isinstance(value, str) and value in _NAMED]
    return StreamRefusal(next((number for number in numbers + names if 400 <= number <= 599), BROKEN), body)


def told_instead(body: Mapping[str, Any], read: Callable[[str], Problem]) -> str:
    """Return, in brackets, what an error says that came in place of an answer; empty where none did.

    `read` is the client's reading of error bodies, which leaves out secrets.
    """
    detail = read(json.dumps(body)).detail if body.get("error") else ""
    return f" ({detail})" if detail else ""
