"""Reasoning fields of each provider, and limits learned from refusals."""

from typing import Any

import pytest

from summarise.backends.http.error_responses import Problem
from summarise.backends.wires.base import most_allowed
from summarise.backends.wires.reasoning import Effort, beside, effort_for, with_budget
from summarise.data import Reasoning
from summarise.settings.providers import Dialect


@pytest.mark.parametrize(
    ("level", "dialect", "thinks", "fields"),
    [
        ("auto", "effort", None, {"reasoning_effort": "low"}),
        ("auto", "effort", "yes", {"reasoning_effort": "low"}),
        ("auto", "effort", "optional", {}),
        ("auto", "effort", "no", {}),
        ("high", "effort", "no", {}),
        ("off", "effort", "optional", {}),
        ("high", "effort", "optional", {"reasoning_effort": "high"}),
        ("auto", None, "yes", {}),
        ("auto", "object", None, {"reasoning": {"effort": "low"}}),
        ("off", "anthropic", "yes", {"thinking": {"type": "disabled"}}),
        ("auto", "ollama", None, {"think": False}),
        ("auto", "levels", None, {"think": "low"}),
    ],
)
def test_a_level_is_said_in_the_providers_words(
    level: Reasoning, dialect: Dialect | None, thinks: Any, fields: dict[str, Any]
) -> None:
    """`auto` asks for little, and for nothing if reasoning is optional."""
    assert effort_for(level, dialect, thinks).fields == fields


def refused(detail: str, param: str = "", code: str = "") -> Problem:
    return Problem(detail=detail, param=param, code=code)


HALF = {"chat_template_kwargs": {"enable_thinking": False}}
ENABLED = {"thinking": {"type": "enabled", "budget_tokens": 1024}}


@pytest.mark.parametrize(
    ("level", "dialect", "problem", "then"),
    [
        (
            "off",
            "effort",
            refused("Unsupported value: 'none' is not supported with this model.", "reasoning_effort"),
            {"reasoning_effort": "minimal"},
        ),
        ("auto", "effort", refused("Unrecognized request argument supplied: reasoning_effort"), {}),
        ("auto", "effort", refused("openai does not support parameters: ['reasoning_effort']"), {}),
        (
            "off",
            "anthropic",
            refused('"thinking.type.disabled" is not supported for this model.'),
            {"thinking": {"type": "between_tools"}},
        ),
        ("auto", "anthropic", refused("This model does not support the effort parameter."), {}),
        ("auto", "anthropic", refused("output_config: Extra inputs are not permitted"), {}),
        ("auto", "ollama", refused('"m" does not support thinking'), {}),
        ("high", "ollama", refused('think value "high" is not supported for this model'), {"think": True}),
        ("low", "anthropic", refused("adaptive thinking is not supported on this model"), ENABLED),
        ("low", "anthropic", refused("This model does not support the effort parameter."), ENABLED),
        ("auto", "thinking", refused("unknown field reasoning_effort"), {"thinking": {"type": "disabled"}}),
        (
            "auto",
            "template",
            refused("chat_template_kwargs: Extra inputs are not permitted"),
            {},
        ),
        ("auto", "template", refused("chat_template is not supported for Mistral tokenizers."), HALF),
    ],
)
def test_what_a_server_refuses_gives_way_to_the_next_word(
    level: Reasoning, dialect: Dialect, problem: Problem, then: dict[str, Any]
) -> None:
    """An unknown field is not sent again."""
    effort = effort_for(level, dialect)
    left = effort.after(problem, {"model": "m", **effort.fields})
    assert left is not None
    assert left.fields == then


def test_a_users_own_words_go_before_ours() -> None:
    """If the user's fields set reasoning, ours are left out."""
    effort = effort_for("auto", "effort")
    assert beside(effort, {"reasoning": {"effort": "high"}}) == Effort()
    assert beside(effort, {"top_p": 1}) == effort


def test_a_budget_leaves_room_for_the_answer() -> None:
    """Anthropic requires at least 1,024 tokens, and less than the limit."""
    fields = {"thinking": {"type": "enabled", "budget_tokens": 16384}}
    assert with_budget(fields, 20000, 400)["thinking"]["budget_tokens"] == 16384
    assert with_budget(fields, 8592, 400)["thinking"]["budget_tokens"] == 8192
    assert with_budget(fields, 900, 400) == {}
    assert with_budget({"think": False}, 1, 1) == {"think": False}


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
    """The result is None if the message names no limit under the requested one."""
    assert most_allowed(Problem(detail=detail), 40000) == most
