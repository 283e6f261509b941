"""The error tree."""

import inspect

import pytest

from summarise import errors
from summarise.errors import SummariseError

CODES = {
    "UsageError": 2,
    "ArticleError": 3,
    "ConfigurationError": 4,
    "ServerError": 5,
    "AuthenticationError": 5,
    "OverloadedError": 5,
    "ContextOverflowError": 5,
    "AnswerError": 6,
    "IncompleteError": 7,
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


@pytest.mark.parametrize("name", CLASSES)
def test_the_tree_in_the_docstring_names_every_error_with_its_code(name: str) -> None:
    """The module's docstring shows the whole tree."""
    line = next(line for line in (errors.__doc__ or "").splitlines() if name in line.split() or f"── {name}" in line)
    assert name == "SummariseError" or f" {CODES[name]} " in line
