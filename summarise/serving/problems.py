"""Problems: what a client is told when nothing comes of a request (RFC 9457), with the command's exit code for it.

Holds nothing of a request but what an error of `summarise.errors` says in its one line.
"""

from http import HTTPStatus

from pydantic import Field

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
    """Why nothing came of a request: `status` is HTTP's, `code` the exit code that the command would have.

    `error` is the class in `summarise.errors`, None where the request itself was refused, before any work.
    """

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    code: int = Field(default=UsageError.exit_code, ge=1, le=255)
    error: str | None = None


class RefusedError(Exception):
    """A request is refused, with a problem and headers for the answer."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.problem = refusal(status, detail)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class JobFailedError(Exception):
    """Nothing came of a job; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def refusal(status: int, detail: str) -> Problem:
    """Return the problem of a request that is refused."""
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)


def problem_of(error: BaseException) -> Problem:
    """Return the problem that an error is; of one that is none of ours no more than its kind is told."""
    if isinstance(error, JobFailedError | RefusedError):
        return error.problem
    if not isinstance(error, SummariseError):
        error = machine_error(error) or error
    if not isinstance(error, SummariseError):
        told = f"a fault of this program, please report it: {type(error).__name__}"
        return Problem(title="Internal Server Error", status=500, detail=told, code=FAULT)
    status = _status_of(error)
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=str(error),
        code=error.exit_code,
        error=name_of(error),
    )


def _status_of(error: SummariseError) -> int:
    """Return the HTTP status: the client's fault (422), this server's (503), or the model server's (502, 504)."""
    match error:
        case ContextOverflowError():
            return 422
        case TimedOutError():
            return 504
        case MachineError():
            return 503
        case _:
            return 502 if error.exit_code in (5, 6) else 422
