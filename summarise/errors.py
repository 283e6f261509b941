"""The error tree: what can go wrong, each with the exit code that the command gives for it.

Does not print, log or retry. A message is one line that says what is wrong and what to do.

    SummariseError
    ├── UsageError                  2  the call contradicts itself
    ├── ArticleError                3  the article cannot be read or does not suit
    ├── ConfigurationError          4  unknown backend, model or prompt; missing key or weights
    ├── ServerError                 5  the model's server cannot be reached or refuses
    │   ├── AuthenticationError     5  401, 403
    │   ├── OverloadedError         5  429, 5xx or time-outs, after the retries
    │   └── ContextOverflowError    5  the request is larger than the model's context
    ├── AnswerError                 6  the model answered, but nothing of it can be used
    └── IncompleteError             7  a part of the article is missing from the summary
"""


class SummariseError(Exception):
    """Base of every error that this package raises on purpose."""

    exit_code = 1


class UsageError(SummariseError):
    """The call contradicts itself, for example a length of zero sentences."""

    exit_code = 2


class ArticleError(SummariseError):
    """The article is missing, unreadable, empty, binary, too short or too large."""

    exit_code = 3


class ConfigurationError(SummariseError):
    """A backend, model, prompt, key or weights file that is named is not there or not valid."""

    exit_code = 4


class ServerError(SummariseError):
    """The model's server could not be reached, or refused the request."""

    exit_code = 5


class AuthenticationError(ServerError):
    """The server does not accept the key (401) or forbids the call (403)."""


class OverloadedError(ServerError):
    """The server was busy, broken or too slow, and stayed so through all retries."""


class ContextOverflowError(ServerError):
    """The request does not fit into the model's context."""


class AnswerError(SummariseError):
    """The model answered, but no attempt gave anything that can be used."""

    exit_code = 6


class IncompleteError(SummariseError):
    """A part of the article is missing from the summary (raised only where strictness was asked for)."""

    exit_code = 7
