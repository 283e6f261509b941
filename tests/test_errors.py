"""The error tree."""

import inspect

import pytest

from summarise import errors
from summarise.backends.http.error_responses import Problem, RefusedError
from summarise.errors import AnswerError, RateLimitError, SummariseError, name_of

CODES = {
    "UsageError": 2,
    "BudgetError": 2,
    "ArticleError": 3,
    "ConfigurationError": 4,
    "CallError": 5,
    "ServerError": 5,
    "UnreachableError": 5,
    "TimedOutError": 5,
    "AuthenticationError": 5,
    "QuotaError": 5,
    "OverloadedError": 5,
    "RateLimitError": 5,
    "ContextOverflowError": 5,
    "RequestRefusedError": 5,
    "TruncationError": 5,
    "AnswerError": 6,
    "MalformedAnswerError": 6,
    "IncompleteError": 7,
    "NoModelError": 5,
    "RunFileError": 3,
    "PairsError": 3,
    "TableError": 3,
    "UnsavedError": 74,
}
CLASSES = {
    name: value for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, SummariseError)
}


def test_each_error_has_its_exit_code() -> None:
    """The exit codes of the errors are those that the command documents, and there are no other errors."""
    assert {name: cls.exit_code for name, cls in CLASSES.items() if cls is not SummariseError} == CODES


def test_all_errors_have_one_base() -> None:
    """Whoever catches SummariseError catches all errors that are raised on purpose, and no KeyboardInterrupt."""
    assert all(issubclass(cls, SummariseError) for cls in CLASSES.values())
    assert issubclass(SummariseError, Exception)


def test_a_failed_call_knows_what_happened_and_what_to_do() -> None:
    """The two halves of its message, and what a program needs of it."""
    error = RateLimitError(
        "127.0.0.1 is busy (429)", advice="try again later", provider="mistral", status=429, request_id="r1", attempts=3
    )
    assert str(error) == "127.0.0.1 is busy (429): try again later"
    assert (error.provider, error.status, error.request_id, error.attempts) == ("mistral", 429, "r1", 3)
    assert str(AnswerError("no answer")) == "no answer"


@pytest.mark.parametrize("name", CLASSES)
def test_the_tree_in_the_docstring_names_every_error_with_its_code(name: str) -> None:
    """The module's docstring shows the whole tree."""
    line = next(line for line in (errors.__doc__ or "").splitlines() if name in line.split() or f"── {name}" in line)
    assert name == "SummariseError" or f" {CODES[name]} " in line


def test_an_error_is_called_by_the_nearest_name_that_is_documented() -> None:
    """A kind of a wire's or a plug-in's own is told, and kept, as the one that it is of; others by their own name."""
    refused = RefusedError("no", advice="", status=400, problem=Problem())
    assert name_of(refused) == "RequestRefusedError"
    assert (name_of(RateLimitError("x")), name_of(KeyError("x"))) == ("RateLimitError", "KeyError")
