"""The error tree: what can go wrong, each with the exit code that the command gives for it.

Does not print, log or retry. A message is one line that says what is wrong and what to do.

    SummariseError
    ├── UsageError                      2  the call contradicts itself
    │   └── BudgetError                 2  what may be spent does not allow a single call
    ├── ArticleError                    3  the article cannot be read or does not suit
    ├── ConfigurationError              4  unknown backend, model or prompt; missing key or weights
    ├── CallError                       5  a call to a model failed; it knows provider, status, attempts, advice
    │   ├── ServerError                 5  the model's server cannot be reached or refuses
    │   │   ├── UnreachableError        5  no connection, or one that broke off
    │   │   ├── TimedOutError           5  no whole answer within the time allowed
    │   │   ├── AuthenticationError     5  401, 403
    │   │   ├── QuotaError              5  no credit left
    │   │   ├── OverloadedError         5  408, 409, 425, 5xx, after the retries
    │   │   │   └── RateLimitError      5  429, after the retries
    │   │   ├── ContextOverflowError    5  the request is larger than the model's context
    │   │   ├── RequestRefusedError     5  any other 4xx, or a redirect
    │   │   └── TruncationError         5  the server read clearly less than it was sent
    │   └── AnswerError                 6  the model answered, but nothing of it can be used
    │       └── MalformedAnswerError    6  the answer is not what the protocol promises
    ├── NoModelError                    5  none of several models gave a summary; exits as the last one did
    ├── RunFileError                    3  a run file cannot be read, or does not fit
    ├── PairsError                      3  labelled pairs cannot be read, or are too few
    ├── TableError                      3  a table of articles cannot be read, or lacks a column
    ├── UnsavedError                    74  a run that went well could not be kept; it has the summary
    └── IncompleteError                 7  a part of the article is missing from the summary
"""

UNSUPPORTED, FAULT, INTERRUPTED = 1, 70, 130
"""Exit codes of what is no error of this tree: a sentence is not supported, a fault of the program, an interruption."""


class SummariseError(Exception):
    """Base of every error that this package raises on purpose; `of_judge` tells that it is the judge's."""

    exit_code = 1
    of_judge = False


class UsageError(SummariseError):
    """The call contradicts itself, for example a length of zero sentences."""

    exit_code = 2


class BudgetError(UsageError):
    """What may be spent, in tokens or money, does not allow a single call."""


class ArticleError(SummariseError):
    """The article is missing, unreadable, empty, binary, too short or too large."""

    exit_code = 3


class RunFileError(SummariseError):
    """A run file is missing, damaged, no run file, of a later version, or cannot be written."""

    exit_code = 3


class PairsError(SummariseError):
    """Labelled pairs, or the file of them, cannot be read, or are not enough to fit anything to."""

    exit_code = 3


class TableError(SummariseError):
    """A table of many articles cannot be read, or has no column with what is needed."""

    exit_code = 3


class UnsavedError(SummariseError):
    """A run went well and could not be kept; `summary` is what came of it."""

    exit_code = 74

    def __init__(self, message: str, *, summary: object) -> None:
        super().__init__(message)
        self.summary = summary


class ConfigurationError(SummariseError):
    """A backend, model, prompt, key or weights file that is named is not there or not valid."""

    exit_code = 4


class NoModelError(SummariseError):
    """None of several models gave a summary; `errors` are what each ended with, and the exit code is the last one's."""

    exit_code = 5

    def __init__(self, message: str, *, errors: tuple[SummariseError, ...]) -> None:
        super().__init__(message)
        self.errors = errors
        self.exit_code = errors[-1].exit_code


class CallError(SummariseError):
    """A call to a model came to nothing; `str` of it is one line: what happened, then what to do.

    `what` and `advice` are its two halves. `provider` is who was called, `status` the HTTP status, `request_id` the
    server's own name for the call, None where there is none; `attempts` is how often it was tried. `reply` is the
    answer, where there was one that is refused as a whole.
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
    """There was no connection to the server, or it broke off, and stayed so through all retries."""


class TimedOutError(ServerError):
    """There was no whole answer within the time allowed, in all retries."""


class AuthenticationError(ServerError):
    """The server does not accept the key (401) or forbids the call (403)."""


class QuotaError(ServerError):
    """The account behind the key has no credit left."""


class OverloadedError(ServerError):
    """The server was busy or broken (408, 409, 425, 5xx), and stayed so through all retries."""


class RateLimitError(OverloadedError):
    """The server takes no more calls for now (429), and said so through all retries."""


class ContextOverflowError(ServerError):
    """The request does not fit into the model's context."""


class RequestRefusedError(ServerError):
    """The server refuses the request for another reason (4xx), or sends it on elsewhere."""


class TruncationError(ServerError):
    """The server read clearly less than it was sent, so that the answer leaves a part of the article out."""


class AnswerError(CallError):
    """The model answered, but no attempt gave anything that can be used."""

    exit_code = 6


class MalformedAnswerError(AnswerError):
    """The answer is not what the protocol promises: no JSON, JSON of another shape, too large, or not UTF-8."""


class IncompleteError(SummariseError):
    """A part of the article is missing from the summary (raised only where strictness was asked for)."""

    exit_code = 7


def name_of(error: BaseException) -> str:
    """Return what an error is called outside: the nearest of its kinds that stands here, or its own name."""
    kinds = (kind for kind in type(error).__mro__ if kind.__module__ == __name__)
    return next(kinds, type(error)).__name__
