"""Types for what a server tells besides its answer: counts, names, likelihoods. What is none of these is not told.

A field of these types never makes an answer unreadable, so that no answer which was paid for is lost for one. The
answer itself is not of these types: what cannot be read of it must not pass for the whole.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WrapValidator

from summarise.backends.http.error_responses import one_line

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
