"""A server that does not know the name of a model: told by its refusal, which servers word in many ways.

Sends nothing.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from summarise.backends.http.error_responses import RefusedError, one_line
from summarise.errors import RequestRefusedError


def is_unknown_model(error: RefusedError) -> bool:
    """Tell whether a server refuses the name of the model."""
    return error.problem.is_of_model(error.status or 0)


def unknown_model(error: RefusedError, model: str, listed: Iterable[str]) -> RequestRefusedError:
    """Return the error for a name that a server does not know, with those of `listed` that are like it."""
    close = get_close_matches(model, listed, n=3, cutoff=0.5)
    meant = f"did you mean {' or '.join(close)}?" if close else "check the name after the colon"
    return RequestRefusedError(
        f"{error.provider} does not know the model {one_line(model, limit=60)!r} "
        f"({error.status}: {error.problem.detail})",
        advice=f"{meant}; the key was not refused",
        provider=error.provider,
        status=error.status,
        request_id=error.request_id,
        attempts=error.attempts,
    )
