"""The most that a model writes is read out of a refusal, in the words of those who refuse."""

import pytest

from summarise.backends.http.error_responses import Problem
from summarise.backends.wires.output_limits import most_allowed


@pytest.mark.parametrize(
    ("detail", "most"),
    [
        (
            "max_tokens is too large: 40000. This model supports at most 16384 completion tokens, whereas you provided "
            "40000.",
            16384,
        ),
        (
            "max_tokens: 40000 > 8192, which is the maximum allowed number of output tokens for "
            "claude-3-5-haiku-20241022",
            8192,
        ),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 8192),
        ("`max_completion_tokens` must be less than or equal to `32,768`", 32768),
        ("Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.", None),
        ("temperature must be at most 1", None),
        ("max_tokens is too large", None),
        ("max_tokens must be at most 50000", None),
    ],
)
def test_the_limit_of_an_answer_is_found_in_the_words_of_a_refusal(detail: str, most: int | None) -> None:
    """It is smaller than what was asked for, and nothing is guessed where the server names none."""
    assert most_allowed(Problem(detail=detail), 40000) == most
