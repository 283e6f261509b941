"""The error tree: what can go wrong, each with the exit code that the command gives for it.

Does not print, log or retry. A message is one line that says what is wrong and what to do.

    SummariseError
    ├── UsageError                      2  the call contradicts itself
    │   └── BudgetError                 2  the limits on tokens or cost allow no call at all
    ├── ArticleError                    3  the article cannot be read or does not suit
    ├── ConfigurationError              4  unknown backend, model or prompt; missing key or weights
    ├── CallError                       5  a call to a model failed; it knows provider, status, attempts, advice
    │   ├── ServerError                 5  the model's server cannot be reached or refuses
    │   │   ├── UnreachableError        5  no connection, or a broken one
    │   │   ├── TimedOutError           5  no complete answer within the time limit
    │   │   ├── AuthenticationError     5  401, 403
    │   │   ├── QuotaError              5  no credit left
    │   │   ├── OverloadedError         5  408, 409, 425, 5xx, after the retries
    │   │   │   └── RateLimitError      5  429, after the retries
    │   │   ├── ContextOverflowError    5  the request is larger than the model's context
    │   │   ├── RequestRefusedError     5  any other 4xx, or a redirect
    │   │   └── TruncationError         5  the server did not read the whole prompt
    │   └── AnswerError                 6  the model answered, but no part of the answer can be used
    │       └── MalformedAnswerError    6  the answer violates the protocol
    ├── NoModelError                    5  none of several models gave a summary; exit code of the last one's error
    ├── RunFileError                    3  a run file cannot be read, or does not fit
    ├── TableError                      3  a table of articles cannot be read, or lacks a column
    ├── MachineError                    71  the machine lacks room, memory or handles; it says nothing about the article
    ├── UnsavedError                    74  a successful run could not be saved; it has the summary
    └── IncompleteError                 7  a part of the article is missing from the summary
"""

import errno
import re

UNSUPPORTED, FAULT, INTERRUPTED = 1, 70, 130
"""Exit codes without an error of this tree: a sentence is not supported, a bug of the program, an interruption."""


class SummariseError(Exception):
    """Base of every error that this package raises on purpose; `of_judge` is true if the judge's call raised it."""

    exit_code = 1
    of_judge = False


class SummariseWarning(UserWarning):
    """A call that is probably not meant as it was written, for example `check` with its arguments swapped."""


class UsageError(SummariseError):
    """The call contradicts itself, for example a length of zero sentences."""

    exit_code = 2


class BudgetError(UsageError):
    """The limits on calls, tokens or cost do not allow a single call."""


class ArticleError(SummariseError):
    """The article is missing, unreadable, empty, binary, too short or too large."""

    exit_code = 3


class RunFileError(SummariseError):
    """A run file is missing, damaged, of another version, or cannot be written, or the file is no run file."""

    exit_code = 3


class TableError(SummariseError):
    """A table of articles cannot be read, or lacks a required column."""

    exit_code = 3


class MachineError(SummariseError):
    """The machine lacks disk space, a temporary folder, file handles, processes or memory."""

    exit_code = 71


class UnsavedError(SummariseError):
    """A successful run could not be saved; `summary` is its result."""

    exit_code = 74

    def __init__(self, message: str, *, summary: object) -> None:
        super().__init__(message)
        self.summary = summary


class ConfigurationError(SummariseError):
    """A backend, model, prompt, key or weights file is missing or not valid."""

    exit_code = 4


class NoModelError(SummariseError):
    """None of several models gave a summary; `errors` has the error of each, and the exit code is the last one's."""

    exit_code = 5

    def __init__(self, message: str, *, errors: tuple[SummariseError, ...]) -> None:
        super().__init__(message)
        self.errors = errors
        self.exit_code = errors[-1].exit_code


class CallError(SummariseError):
    """A call to a model failed; `str` of it is one line: what happened, then what to do.

    `what` and `advice` are its two parts. `provider` is the provider called, `status` the HTTP status, `request_id` the
    server's id of the call, each None if unknown; `attempts` is the number of attempts. `reply` is the answer, if there
    was one and it was rejected as a whole.
    """

    exit_code = 5

    def __init__(
        self,
        what: str,
        *,
        advice: str = "",
        provider: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        attempts: int = 1,
        reply: object = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice
        self.provider = provider
        self.status = status
        self.request_id = request_id
        self.attempts = attempts
        self.reply = reply

    def __str__(self) -> str:
        return f"{self.what}: {self.advice}" if self.advice else self.what


class ServerError(CallError):
    """The model's server could not be reached, or refused the request."""


class UnreachableError(ServerError):
    """The connection to the server failed or broke off, also in all retries."""


class TimedOutError(ServerError):
    """There was no complete answer within the time limit, also in all retries."""


class AuthenticationError(ServerError):
    """The server does not accept the key (401) or forbids the call (403)."""


class QuotaError(ServerError):
    """The account behind the key has no credit left."""


class OverloadedError(ServerError):
    """The server was busy or broken (408, 409, 425, 5xx), also in all retries."""


class RateLimitError(OverloadedError):
    """The server limits the rate of calls (429), also in all retries."""


class ContextOverflowError(ServerError):
    """The request does not fit into the model's context."""


class RequestRefusedError(ServerError):
    """The server refuses the request for another reason (4xx), or redirects it."""


class TruncationError(ServerError):
    """The server did not read the whole prompt, so that the answer omits a part of the article."""


class AnswerError(CallError):
    """The model answered, but no attempt gave a usable answer."""

    exit_code = 6


class MalformedAnswerError(AnswerError):
    """The answer violates the protocol: no JSON, JSON of another shape, too large, or not UTF-8."""


class IncompleteError(SummariseError):
    """A part of the article is missing from the summary (raised only with --strict)."""

    exit_code = 7


_LACKING = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ENOMEM: "there is not enough memory",
}
_PROCESSES = "no more processes or threads can be started"
_NO_FOLDER = "No usable temporary directory"
_NO_ROOM = re.compile(r"bad_alloc|Failed to allocate memory")
"""What the C++ libraries say when memory runs out."""


def machine_error(error: BaseException) -> MachineError | None:
    """Return the fault of the machine behind an error, or None if the cause is something else."""
    seen: BaseException | None = error
    while seen is not None:
        if (lacking := _lacking(seen)) is not None:
            return MachineError(f"{lacking} on this machine: change that, and run the same command again")
        # A non-blocking socket raises EAGAIN in passing; only as the explicit cause does it mean a failed fork.
        follows = seen.__cause__ or seen.__context__
        seen = follows.__context__ if isinstance(follows, BlockingIOError) and not seen.__cause__ else follows
    return None


def _lacking(error: BaseException) -> str | None:
    match error:
        case MachineError():
            return str(error).partition(" on this machine")[0]
        case MemoryError():
            return _LACKING[errno.ENOMEM]
        case BlockingIOError():
            return _PROCESSES
        case FileNotFoundError() if str(error.strerror).startswith(_NO_FOLDER):
            return "no temporary folder can be written"
        case OSError():
            return _LACKING.get(error.errno or 0)
        case RuntimeError() if str(error) == "can't start new thread":
            return _PROCESSES
        case Exception() if _NO_ROOM.search(str(error)):
            return _LACKING[errno.ENOMEM]
        case _:
            return None


def name_of(error: BaseException) -> str:
    """Return the public name of an error: that of its nearest class in this module, or of its own class."""
    kinds = (kind for kind in type(error).__mro__ if kind.__module__ == __name__)
    return next(kinds, type(error)).__name__
