"""Reasoning effort: request fields by provider dialect and level, in the order to try (docs/thinking.md)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from summarise.backends.http.error_responses import Problem
from summarise.data import Reasoning
from summarise.settings.providers import Dialect, Thinks

Fields = Mapping[str, Any]
# Fields to try, in order.
Ladder = tuple[Fields, ...]

# Tokens, for providers that want a number; Anthropic's minimum is 1,024.
BUDGETS: Mapping[str, int] = {"low": 1024, "medium": 4096, "high": 16384}
_ABOUT = re.compile(r"reasoning|effort|think|chat_template", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"unrecogni[sz]ed|unknown|unexpected|extra inputs|not permitted|unsupported parameter"
    r"|not support (?:the |this )?[\w.` '\"]{0,40}(?:parameter|argument|field)",
    re.IGNORECASE,
)


def _effort(*words: str) -> Ladder:
    return tuple({"reasoning_effort": word} for word in words)


def _object(*words: str) -> Ladder:
    return tuple({"reasoning": {"effort": word}} for word in words)


def _template(think: bool, effort: str) -> Ladder:
    # Qwen and GLM: enable_thinking; DeepSeek, Kimi and Granite: thinking; gpt-oss: reasoning_effort.
    return (
        {"chat_template_kwargs": {"enable_thinking": think, "thinking": think, "reasoning_effort": effort}},
        {"chat_template_kwargs": {"enable_thinking": think}},
    )


def _adaptive(level: str) -> Ladder:
    budget = {"type": "enabled", "budget_tokens": BUDGETS[level]}
    return ({"thinking": {"type": "adaptive"}, "output_config": {"effort": level}}, {"thinking": budget})


DIALECTS: Mapping[Dialect, Mapping[Reasoning, Ladder]] = {
    # https://developers.openai.com/api/docs/guides/reasoning: "none" from gpt-5.1 on, "minimal" before;
    # https://ai.google.dev/gemini-api/docs/openai, https://console.groq.com/docs/reasoning (Qwen: none or default),
    # https://docs.mistral.ai/capabilities/reasoning/adjustable (some models: none or high).
    "effort": {
        "auto": _effort("low", "none"),
        "off": _effort("none", "minimal", "low"),
        "low": _effort("low", "default"),
        "medium": _effort("medium", "default", "high"),
        "high": _effort("high", "default"),
    },
    # https://openrouter.ai/docs/use-cases/reasoning-tokens; the Responses API of OpenAI has the same field.
    "object": {
        "auto": _object("low", "none"),
        "off": _object("none", "minimal", "low"),
        "low": _object("low"),
        "medium": _object("medium"),
        "high": _object("high"),
    },
    # https://docs.together.ai/docs/inference/chat/reasoning
    "enabled": {
        "auto": ({"reasoning": {"enabled": False}},),
        "off": ({"reasoning": {"enabled": False}},),
        "low": ({"reasoning": {"enabled": True}, "reasoning_effort": "low"}, {"reasoning": {"enabled": True}}),
        "medium": ({"reasoning": {"enabled": True}, "reasoning_effort": "medium"}, {"reasoning": {"enabled": True}}),
        "high": ({"reasoning": {"enabled": True}, "reasoning_effort": "high"}, {"reasoning": {"enabled": True}}),
    },
    # https://api-docs.deepseek.com/guides/thinking_mode; Kimi and GLM have the field, too.
    "thinking": {
        "auto": (*_effort("low"), {"thinking": {"type": "disabled"}}),
        "off": ({"thinking": {"type": "disabled"}},),
        "low": _effort("low"),
        "medium": _effort("medium", "high"),
        "high": _effort("high"),
    },
    # https://docs.vllm.ai/en/stable/features/reasoning_outputs and llama.cpp's tools/server/README.md
    "template": {
        "auto": _template(False, "low"),
        "off": _template(False, "low"),
        "low": _template(True, "low"),
        "medium": _template(True, "medium"),
        "high": _template(True, "high"),
    },
    # https://platform.claude.com/docs/en/build-with-claude/effort and …/extended-thinking; models that
    # always reason refuse "disabled", and one has "between_tools" instead.
    "anthropic": {
        "auto": ({"output_config": {"effort": "low"}},),
        "off": (
            {"thinking": {"type": "disabled"}},
            {"thinking": {"type": "between_tools"}},
            {"output_config": {"effort": "low"}},
        ),
        "low": _adaptive("low"),
        "medium": _adaptive("medium"),
        "high": _adaptive("high"),
    },
    # https://docs.ollama.com/capabilities/thinking
    "ollama": {
        "auto": ({"think": False},),
        "off": ({"think": False},),
        "low": ({"think": "low"}, {"think": True}),
        "medium": ({"think": "medium"}, {"think": True}),
        "high": ({"think": "high"}, {"think": True}),
    },
    # gpt-oss on Ollama supports only levels and ignores booleans.
    "levels": {
        "auto": ({"think": "low"},),
        "off": ({"think": "low"},),
        "low": ({"think": "low"},),
        "medium": ({"think": "medium"},),
        "high": ({"think": "high"},),
    },
}


@dataclass(frozen=True)
class Effort:
    """The reasoning fields left to try, in order."""

    ladder: Ladder = ()

    @property
    def fields(self) -> Fields:
        """The fields to send."""
        return self.ladder[0] if self.ladder else {}

    def after(self, problem: Problem, sent: Mapping[str, Any]) -> "Effort | None":
        """Return what to try after a refusal of `sent`, or None if it is about other fields.

        An unknown field is not tried again; after an unknown value the next step is tried.
        """
        said = f"{problem.param} {problem.code} {problem.detail}"
        carried = [fields for fields in self.ladder if _stands_in(fields, sent)]
        named = [name for fields in carried for name, value in fields.items() if _is_named(name, value, said)]
        about = _ABOUT.search(said) and _mentions(sent) and not _names_other(said, sent)
        if not named and not about:
            return None
        if not carried:
            # A concurrent call has learned more.
            return self
        left = self.ladder[self.ladder.index(carried[0]) + 1 :]
        if _UNKNOWN.search(said):
            left = tuple(fields for fields in left if not fields.keys() & set(named or carried[0]))
        return Effort(left)


def _is_named(name: str, value: Any, said: str) -> bool:
    """Return whether an error names a field or one of its keys, such as "effort" of output_config."""
    within = value.keys() - {"type"} if isinstance(value, Mapping) else ()
    return any(re.search(rf"\b{word}\b", said) for word in (name, *within))


def _names_other(said: str, sent: Mapping[str, Any]) -> bool:
    """Return whether an error names another field; "thinking" may be in the model's name."""
    others = (name for name in sent if "_" in name and not _ABOUT.search(name) and name != "output_config")
    return any(re.search(rf"\b{name}\b", said) for name in others)


def _stands_in(fields: Fields, sent: Mapping[str, Any]) -> bool:
    """Return whether a body has these fields, with any budget."""
    return all(name in sent and _plain(sent[name]) == _plain(value) for name, value in fields.items())


def _plain(value: Any) -> Any:
    return {**value, "budget_tokens": 0} if isinstance(value, Mapping) and "budget_tokens" in value else value


def _mentions(sent: Mapping[str, Any]) -> bool:
    return any(_ABOUT.search(name) for name in sent) or "output_config" in sent


def effort_for(level: Reasoning, dialect: Dialect | None, thinks: Thinks | None = None) -> Effort:
    """Return the reasoning fields for a level; empty without a dialect or if the model will not reason."""
    if dialect is None or thinks == "no" or (thinks == "optional" and level in ("auto", "off")):
        return Effort()
    return Effort(DIALECTS[dialect][level])


def beside(effort: Effort, extra: Mapping[str, Any]) -> Effort:
    """Return `effort`, or an empty one if the user's own fields set the reasoning effort."""
    return Effort() if _mentions(extra) else effort


def with_budget(fields: Fields, limit: int, answer: int) -> Fields:
    """Return fields whose reasoning budget leaves `answer` tokens within `limit`, or without a budget."""
    thinking = fields.get("thinking")
    if not isinstance(thinking, Mapping) or "budget_tokens" not in thinking:
        return fields
    budget = min(thinking["budget_tokens"], limit - answer)
    if budget < BUDGETS["low"]:
        return {name: value for name, value in fields.items() if name != "thinking"}
    return {**fields, "thinking": {**thinking, "budget_tokens": budget}}
