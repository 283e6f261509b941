"""The exceptions of the package, each with the exit code of the command.

A message is one line: what is wrong, and what to do. The classes, each with its exit code and its subject:

    SummariseError
        UsageError                    2  invalid or contradictory options or arguments
            BudgetError               2  limits too low for a single call
        ArticleError                  3  article
        ConfigurationError            4  backend, model, prompt, key
        CallError                     5  model call
            ServerError               5  server
                UnreachableError      5  connection
                TimedOutError         5  time limit
                AuthenticationError   5  401, 403
                QuotaError            5  no credit
                OverloadedError       5  408, 409, 425, 5xx
                    RateLimitError    5  429
                ContextOverflowError  5  request too large
                RequestRefusedError   5  other 4xx, redirect
                TruncationError       5  prompt truncated
            AnswerError               6  unusable answer
                MalformedAnswerError  6  protocol violation
        NoModelError                  5  every model; the exit code is that of the last model's error
        RunFileError                  3  run file
        TableError                    3  table of articles
        MachineError                 71  disk full, out of memory, too many open files
        UnsavedError                 74  result not saved
        IncompleteError               7  incomplete summary
        NotAnsweredError              8  focus not in the article
"""

import errno
import re

# Exit codes without an exception: an unsupported sentence, a bug of the program, an interruption.
UNSUPPORTED, FAULT, INTERRUPTED = 1, 70, 130


class SummariseError(Exception):
    """Base of this package's errors. `of_judge` is True if a call of the judge raised the error."""

    exit_code = 1
    of_judge = False


class SummariseWarning(UserWarning):
    """A probable mistake in a call, such as swapped arguments of `check`."""


class UsageError(SummariseError):
    """An option or argument is not valid, or contradicts another one."""

    exit_code = 2


class BudgetError(UsageError):
    """The limits on calls, tokens or cost do not allow a single call."""


class ArticleError(SummariseError):
    """The article is missing, unreadable, empty, binary, too short or too large."""

    exit_code = 3


class RunFileError(SummariseError):
    """A run file is missing, damaged, of another version, not a run file, or cannot be written."""

    exit_code = 3


class TableError(SummariseError):
    """A table of articles cannot be read, or lacks a required column."""

    exit_code = 3


class MachineError(SummariseError):
    """This machine lacks disk space, a temporary folder, file handles, processes or memory."""

    exit_code = 71


class UnsavedError(SummariseError):
    """The run succeeded but could not be saved. `summary` is its result."""

    exit_code = 74

    def __init__(self, message: str, *, summary: object = None) -> None:
        super().__init__(message)
        self.summary = summary


class ConfigurationError(SummariseError):
    """A backend, model, prompt, key or weights file is missing or not valid."""

    exit_code = 4


class NoModelError(SummariseError):
    """Every model failed. `errors` contains the error of each model, in order."""

    exit_code = 5

    # Unpickling first calls this with the message alone.
    def __init__(self, message: str, *, errors: tuple[SummariseError, ...] = ()) -> None:
        super().__init__(message)
        self.errors = errors
        if errors:
            self.exit_code = errors[-1].exit_code


class CallError(SummariseError):
    """A call to a model failed. `str(error)` is one line: `what` went wrong, and the `advice`.

    `provider`, the HTTP `status` and the server's `request_id` are None if unknown. `reply` is the unusable answer.
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
    """The server could not be reached, or refused the request."""


class UnreachableError(ServerError):
    """The connection failed or broke off, even after the retries."""


class TimedOutError(ServerError):
    """No complete answer arrived within the time limit, even after the retries."""


class AuthenticationError(ServerError):
    """The server rejects the key or forbids the call."""


class QuotaError(ServerError):
    """The account behind the key has no credit left."""


class OverloadedError(ServerError):
    """The server was busy or broken, even after the retries."""


class RateLimitError(OverloadedError):
    """The server limits the rate of calls, even after the retries."""


class ContextOverflowError(ServerError):
    """The request does not fit into the model's context."""


class RequestRefusedError(ServerError):
    """The server refuses the request or redirects it."""


class TruncationError(ServerError):
    """The server did not read the whole prompt."""


class AnswerError(CallError):
    """No attempt to call the model gave a usable answer."""

    exit_code = 6


class MalformedAnswerError(AnswerError):
    """The answer is not JSON, not of the expected form, too large, or not UTF-8."""


class IncompleteError(SummariseError):
    """A part of the article is missing from the summary (only with --strict)."""

    exit_code = 7


class NotAnsweredError(SummariseError):
    """The article does not answer the question, or does not mention the topic, given as focus."""

    exit_code = 8


# Problems of the machine, each with its remedy.
_PROBLEMS = {
    errno.ENOSPC: ("no space is left on the disk", "delete files"),
    errno.EDQUOT: ("the disk quota is used up", "delete files"),
    errno.EROFS: ("the disk is read-only", "allow writing"),
    errno.EMFILE: ("too many files are open", "raise the limit (ulimit -n) or use fewer processes"),
    errno.ENFILE: ("too many files are open", "end other programs"),
    errno.ENOMEM: ("there is not enough memory", "end other programs or use fewer processes"),
}
_PROCESSES = "no more processes or threads can be started", "end other programs or use fewer processes"
_FOLDER = "no temporary folder can be written", "set TMPDIR to a writable folder"
_NO_FOLDER = "No usable temporary directory"
# Messages of C++ libraries that run out of memory.
_OUT_OF_MEMORY = re.compile(r"bad_alloc|Failed to allocate memory")


def machine_error(error: BaseException) -> MachineError | None:
    """Return a MachineError if an exception or one of its causes is a lack of disk space, memory or handles."""
    current: BaseException | None = error
    while current is not None:
        if isinstance(current, MachineError):
            return current
        if (found := _machine_problem(current)) is not None:
            problem, remedy = found
            return MachineError(f"{problem} on this machine: {remedy}, and run the same command again")
        # A BlockingIOError (EAGAIN) that is not the explicit cause may be a non-blocking socket's, not a failed fork's.
        cause = current.__cause__ or current.__context__
        current = cause.__context__ if isinstance(cause, BlockingIOError) and not current.__cause__ else cause
    return None


def _machine_problem(error: BaseException) -> tuple[str, str] | None:
    match error:
        case MemoryError():
            return _PROBLEMS[errno.ENOMEM]
        case BlockingIOError():
            return _PROCESSES
        case FileNotFoundError() if str(error.strerror).startswith(_NO_FOLDER):
            return _FOLDER
        case OSError():
            return _PROBLEMS.get(error.errno or 0)
        case RuntimeError() if str(error) == "can't start new thread":
            return _PROCESSES
        case Exception() if _OUT_OF_MEMORY.search(str(error)):
            return _PROBLEMS[errno.ENOMEM]
        case _:
            return None


def name_of(error: BaseException) -> str:
    """Return the name of the first class in an error's MRO that this module defines, or else of the error's class."""
    classes = (base for base in type(error).__mro__ if base.__module__ == __name__)
    return next(classes, type(error)).__name__
