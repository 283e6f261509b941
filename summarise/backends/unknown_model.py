"""A server that does not know the name of a model: told by its refusal, which servers word in many ways.

Sends nothing.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from summarise.backends.refusals import RefusedError, one_line
from summarise.errors import RequestRefusedError

_UNKNOWN_MODEL = re.compile(
    r"\bmodels?\b[^.]{0,80}\b(not (found|exist)|doesn.t exist)\b"
    r"|\bmodel\W+\S+ is (invalid|unknown|not (valid|available))\b"
    r"|\b(invalid|unknown|no such|not a valid) model( name| id)?\b|^model: |\b(model_not_found|invalid_model)\b",
    re.IGNORECASE,
)
"""What servers say of a name that they do not know. OpenAI: https://developers.openai.com/api/docs/guides/error-codes,
Anthropic: https://platform.claude.com/docs/en/api/errors, Ollama: https://docs.ollama.com/api/errors."""


def is_unknown_model(error: RefusedError) -> bool:
    """Tell whether a server refuses the name of the model."""
    said = f"{error.problem.detail} {error.problem.code}"
    of_model = error.status == 404 and re.search(r"\bmodels?\b", said, re.IGNORECASE)
    return bool(of_model or _UNKNOWN_MODEL.search(said))


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
