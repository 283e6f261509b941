"""How long a server asks to wait before the next attempt: in a header, or in the words of its refusal."""

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
    """Return the seconds, from 0 to a minute, that an answer's headers or words ask for; None where they do not."""
    told = headers.get("retry-after") or headers.get(PROVIDERS_RETRY_AFTER) or ""
    seconds = _in_header(told, headers.get("date", ""))
    if seconds is None:
        seconds = _in_words(words)
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT)


def _in_header(value: str, date: str) -> float | None:
    """Return what a Retry-After header says, in both forms of RFC 9110, section 10.2.3: seconds and an HTTP date.

    The date is taken by the server's own clock, so that one that is wrong here does not matter.
    """
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
        return float(value)
    moment = _http_date(value)
    if moment is None:
        return None
    return (moment - (_http_date(date) or datetime.now(UTC))).total_seconds()


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        # The library raises each of them for some value that is no date.
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _in_words(text: str) -> float | None:
    found = _WAIT.search(text)
    if found is None:
        return None
    return sum(float(number) * _SECONDS[unit.lower()] for number, unit in _WAIT_PART.findall(found[1]))
