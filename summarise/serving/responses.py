"""Responses: problems (RFC 9457), JSON, and server-sent events."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from summarise.data import Record
from summarise.errors import (
    FAULT,
    ContextOverflowError,
    MachineError,
    SummariseError,
    TimedOutError,
    UsageError,
    machine_error,
    name_of,
)

MEDIA_TYPE = "application/problem+json"


class Problem(Record):
    """An error response. `status` is the HTTP status, `code` the matching exit code of the command.

    `error` is the class in `summarise.errors`, or null if the request was refused before any work.
    """

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    code: int = Field(default=UsageError.exit_code, ge=1, le=255)
    error: str | None = None


class RefusedError(Exception):
    """A request is refused."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.problem = refusal(status, detail)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class JobFailedError(Exception):
    """A job failed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def refusal(status: int, detail: str) -> Problem:
    """Return the problem for a refused request."""
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)


def problem_of(error: BaseException) -> Problem:
    """Return the problem for an error; of an unexpected one, only the class."""
    if isinstance(error, JobFailedError | RefusedError):
        return error.problem
    if not isinstance(error, SummariseError):
        error = machine_error(error) or error
    if not isinstance(error, SummariseError):
        detail = f"a fault of this program, please report it: {type(error).__name__}"
        return Problem(title="Internal Server Error", status=500, detail=detail, code=FAULT)
    status = _status_of(error)
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=str(error),
        code=error.exit_code,
        error=name_of(error),
    )


def _status_of(error: SummariseError) -> int:
    match error:
        case ContextOverflowError():
            return 422
        case TimedOutError():
            return 504
        case MachineError():
            return 503
        case _:
            return 502 if error.exit_code in (5, 6) else 422


JSON, EVENTS, HTML, MARKDOWN = "application/json", "text/event-stream", "text/html", "text/markdown"
# for pages with evidence, which contain a policy of their own
EVIDENCE_POLICY = "sandbox allow-scripts; frame-ancestors 'none'"


def answer_of(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response for a problem."""
    return Response(
        problem.model_dump_json(), status_code=problem.status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def event(kind: str, data: str) -> bytes:
    """Return a server-sent event; `data` is one line."""
    assert "\n" not in data, "JSON on one line"
    return f"event: {kind}\ndata: {data}\n\n".encode()


def text_event(kind: str, text: str) -> bytes:
    """Return a server-sent event with a JSON string."""
    return event(kind, json.dumps(text))


def wanted_type(request: Request, *offered: str) -> str:
    """Return the media type that the client prefers. Raises RefusedError (406)."""
    weights: dict[str, float] = {}
    for part in request.headers.get("accept", "*/*").split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[name] = next((_weight(one[2:]) for one in parameters if one.startswith("q=")), 1.0)
    found = {
        kind: next((weights[name] for name in (kind, f"{kind.partition('/')[0]}/*", "*/*") if name in weights), 0.0)
        for kind in offered
    }
    best = max(offered, key=lambda kind: found[kind])
    if not found[best]:
        raise RefusedError(406, f"unknown media type: accept {', '.join(offered)}")
    return best


def _weight(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
