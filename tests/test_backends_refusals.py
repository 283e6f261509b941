"""Parsing of error responses, retry delays and base URLs."""

import pytest

from summarise.backends.http.client import LONGEST_WAIT, seconds_asked
from summarise.backends.http.credentials import valid_base_url
from summarise.backends.http.error_responses import Problem, RefusedError, translate
from summarise.errors import (
    AuthenticationError,
    ConfigurationError,
    ContextOverflowError,
    OverloadedError,
    QuotaError,
    RateLimitError,
    RequestRefusedError,
    ServerError,
)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("soon", None),
        ("-5", None),
        ("7", 7.0),
        (" 1.5 ", 1.5),
        ("3600", LONGEST_WAIT),
        ("Sat, 14 Mar 2026 12:00:20 GMT", 20.0),
        ("Sat, 14 Mar 2026 11:59:00 GMT", 0.0),
        ("Sat, 99 Mar 2026 12:00:20 GMT", None),
    ],
)
def test_retry_after_reads_seconds_and_dates(value: str | None, seconds: float | None) -> None:
    """Delays are between 0 and 60 seconds; invalid headers and negative numbers give None."""
    headers = {"date": "Sat, 14 Mar 2026 12:00:00 GMT"} | ({} if value is None else {"retry-after": value})
    assert seconds_asked(headers, "no") == seconds


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("No deployments available for selected model, Try again in 2 seconds. Passed model=m", 2.0),
        ("Rate limit reached: Limit 15000, Used 11972. Please try again in 5.289s. Visit a page", 5.289),
        ("Please try again in 120ms.", 0.12),
        ("Please try again in 0m7.5s.", 7.5),
        ("Please retry after 33 seconds.", 33.0),
        ("try again in 2 hours", LONGEST_WAIT),
        ("try again in 2 months", None),
        ("try again later", None),
    ],
)
def test_a_wait_in_words_is_read(words: str, seconds: float | None) -> None:
    """Error messages may give it in one unit or several; at most a minute counts."""
    assert seconds_asked({}, words) == (pytest.approx(seconds) if seconds is not None else None)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ('{"error": {"message": "No such\\nmodel", "type": "x"}}', "No such model"),
        ('{"error": "model is loading"}', "model is loading"),
        ('{"detail": [{"loc": ["body", "seed"], "msg": "extra"}]}', '[{"loc": ["body", "seed"], "msg": "extra"}]'),
        ('{"object": "error", "message": "out of memory"}', "out of memory"),
        ('[{"error": {"code": 404, "message": "not found", "status": "NOT_FOUND"}}]', "not found"),
        ('{"Message": "Authentication failed"}', "Authentication failed"),
        ("Bad gateway", "Bad gateway"),
        ('{"error": {"message": "No JSON. Traceback (most recent call last):\\n  File \\"a.py\\""}}', "No JSON."),
        ("<html><h1>502</h1></html>", ""),
        ("", ""),
    ],
)
def test_a_problem_is_read_from_every_form_of_error(body: str, detail: str) -> None:
    """OpenAI, Google, FastAPI, bare messages and plain text are read; HTML and tracebacks are dropped."""
    assert Problem.of(body).detail == detail


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, "{}", AuthenticationError),
        (403, "{}", AuthenticationError),
        (404, "{}", RefusedError),
        (407, "{}", RequestRefusedError),
        (400, "{}", RefusedError),
        (302, "", RequestRefusedError),
        (408, "", OverloadedError),
        (429, "", RateLimitError),
        (429, '{"error": {"message": "x", "code": "insufficient_quota"}}', QuotaError),
        (400, '{"error": {"code": 400, "message": "x", "type": "exceed_context_size_error"}}', ContextOverflowError),
    ],
)
def test_every_status_has_its_error(status: int, body: str, error: type[ServerError]) -> None:
    """Each status and body gives one error class, with a one-line message that names the server."""
    raised = translate(status, Problem.of(body), host="llm.example:8080")
    assert type(raised) is error
    assert raised.status == status
    assert raised.advice
    assert "llm.example:8080" in str(raised)
    assert "\n" not in str(raised)
    assert ": " in str(raised)


@pytest.mark.parametrize(
    ("status", "words", "of_key"),
    [
        (401, "whatever", True),
        (403, "Authentication failed: Please make sure your API Key is valid.", True),
        (403, "The security token included in the request is expired", True),
        (403, "You don't have access to the model with the specified model ID.", False),
        (400, "Authentication failed", False),
    ],
)
def test_a_wrong_key_is_told_from_what_a_good_one_may_not_do(status: int, words: str, of_key: bool) -> None:
    """A 401, or a 403 that mentions the key, is a refused key; its text, which may contain part of it, is hidden."""
    problem = Problem(detail=words)
    raised = translate(status, problem, host="h", key_variable="A_KEY")
    assert problem.is_of_key(status) == of_key
    assert ("does not accept the key" in str(raised)) == of_key
    assert (words in str(raised)) != of_key


def test_a_wrong_key_is_called_one_whatever_the_server_calls_it() -> None:
    """A 400 about the key is one too; LiteLLM's "No connected db." is shown, a text that may quote the key is not."""
    body = '{"error": {"message": "No connected db.", "type": "no_db_connection", "param": null, "code": "400"}}'
    raised = translate(400, Problem.of(body), host="h", key_variable="MILL_KEY")
    assert str(raised) == "h does not accept the key (400: No connected db.): check MILL_KEY"
    raised = translate(400, Problem.of('{"error": "Incorrect API key provided: xa***f3"}'), host="h")
    assert str(raised) == "h does not accept the key (400): check the key"


@pytest.mark.parametrize(
    ("status", "detail", "advice"),
    [
        (400, "/chat/completions: Invalid model name passed in model=x. Call `/v1/models`", "check the model's name"),
        (400, "The model `x` does not exist", "check the model's name"),
        (400, "seed is not known to this model", "change the model or settings"),
        (500, "Internal Server Error", "try again later, or check key and model's name and see the server's log"),
        (500, "out of memory", "try again later"),
    ],
)
def test_advice_fits_what_is_wrong(status: int, detail: str, advice: str) -> None:
    """An unknown model gives advice on its name; a 500 without a reason may be that, or a missing key."""
    assert translate(status, Problem(detail=detail), host="h").advice == advice


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://h/v1", "http://", "http://h:port/v1", "http://[::1/v1"])
def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    """Anything but an http(s) URL is a ConfigurationError that shows an example."""
    with pytest.raises(ConfigurationError, match="it looks like https://"):
        valid_base_url(url)
