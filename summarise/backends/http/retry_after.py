"""How long a server asks to wait before the next attempt: in a header, or in the words of its refusal.

Waits for nothing itself.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 60.0
PROVIDERS_RETRY_AFTER = "llm_provider-retry-after"
"""Where LiteLLM's proxy puts the Retry-After of the server behind it: https://docs.litellm.ai/docs/proxy/response_headers."""
# Of LiteLLM ("Try again in 2 seconds"), Groq ("in 7m12.5s"), Azure ("retry after 33 seconds"), Gemini ("in 31.2s"):
# https://github.com/BerriAI/litellm/issues/27823, https://console.groq.com/docs/rate-limits
_WAIT = re.compile(
    r"\b(?:try again|retry) (?:in|after) "
    r"((?:\d+(?:\.\d+)? ?(?:ms|h(?:ours?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z]) ?)+)",
    re.IGNORECASE,
)
_WAIT_PART = re.compile(r"(?<![\d.])(\d++(?:\.\d++)?) ?(ms|h|m|s)", re.IGNORECASE)
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def seconds_asked(headers: Mapping[str, str], words: str) -> float | None:
    """Return the seconds, at most a minute, that an answer's headers or words ask for; None where they do not."""
    told = headers.get("retry-after") or headers.get(PROVIDERS_RETRY_AFTER)
    after = retry_after(told, now=clock(headers.get("date")))
    return wait_in_words(words) if after is None else after


def clock(date: str | None) -> datetime:
    """Return the server's own idea of now, so that a clock that is wrong here does not matter."""
    return _http_date(date) or datetime.now(UTC)


def _http_date(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError, TypeError, IndexError):
        # The library raises each of them for some value that is no date.
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


def wait_in_words(text: str) -> float | None:
    """Return the seconds, at most a minute, after which an error's words say to try again; None where they do not."""
    found = _WAIT.search(text)
    if found is None:
        return None
    seconds = sum(float(number) * _SECONDS[unit.lower()] for number, unit in _WAIT_PART.findall(found[1]))
    return min(seconds, LONGEST_WAIT)
