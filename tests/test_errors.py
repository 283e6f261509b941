"""The exception hierarchy."""

import inspect
import pickle
import re

from summarise import SummariseError, errors

# From the tree in the module docstring, which users read.
TOLD = {name: int(code) for name, code in re.findall(r"(\w+Error) +(\d+) ", errors.__doc__ or "")}
CLASSES = {
    name: value for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, SummariseError)
}


def test_each_error_has_the_exit_code_that_is_told() -> None:
    assert {name: cls.exit_code for name, cls in CLASSES.items() if cls is not SummariseError} == TOLD


def test_a_failed_call_knows_what_happened_and_what_to_do() -> None:
    """The message combines cause and advice, and the attributes describe the response."""
    error = errors.RateLimitError(
        "127.0.0.1 is busy (429)", advice="try again later", provider="mistral", status=429, request_id="r1", attempts=3
    )
    assert str(error) == "127.0.0.1 is busy (429): try again later"
    assert (error.provider, error.status, error.request_id, error.attempts) == ("mistral", 429, "r1", 3)
    assert str(errors.AnswerError("no answer")) == "no answer"


def test_errors_with_results_are_pickled() -> None:
    """So that they leave a worker process."""
    failed = pickle.loads(pickle.dumps(errors.NoModelError("no", errors=(errors.AnswerError("empty"),))))
    assert (str(failed), failed.exit_code, list(map(str, failed.errors))) == ("no", 6, ["empty"])
    assert pickle.loads(pickle.dumps(errors.UnsavedError("full", summary="text"))).summary == "text"


def test_an_error_is_called_by_the_nearest_name_that_is_documented() -> None:
    """An undocumented subclass is reported under its documented base class."""

    class OddError(errors.RequestRefusedError):
        """An error of a module."""

    found = [errors.name_of(error) for error in (OddError("no"), errors.RateLimitError("x"), KeyError("x"))]
    assert found == ["RequestRefusedError", "RateLimitError", "KeyError"]
