"""What models think, taken out of answers before these are recorded: "…" stands for it, so that shape and counts stay.

Knows the shapes of all wires, and changes nothing of an answer without thoughts, or that is no JSON.
"""

import json
from collections.abc import Iterator
from typing import Any

from summarise.backends.replies import split

HIDDEN = "…"
KEYS = frozenset({"reasoning_content", "reasoning_details", "reasoning", "thinking", "reasoningContent"})
"""What thoughts stand under, beside an answer."""
TYPES = ("thinking", "redacted_thinking", "reasoning")
"""How the types of blocks begin that hold thoughts."""
PLAIN = frozenset({"type", "id", "index", "status", "format", "effort"})
"""What of such a block tells nothing of them."""

_Text = tuple[dict[str, Any], str]
"""A text within JSON: what holds it, and under which key."""


def without_thoughts(body: str) -> str:
    """Return the body of an answer with "…" in place of what the model thought."""
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        return body
    before = json.dumps(whole)
    _hide_beside(whole)
    for texts in _answers(whole):
        _hide_within(texts)
    return body if json.dumps(whole) == before else json.dumps(whole, ensure_ascii=False)


def _hide_within(texts: list[_Text]) -> None:
    """Hide the thoughts that stand in the texts of one answer, in place."""
    found = split("".join(holder[key] for holder, key in texts))
    if found.thoughts or found.open:
        # All of the text is in the first part then.
        whole = f"<think>{HIDDEN}" + ("" if found.open else f"</think>{found.answer}")
        for number, (holder, key) in enumerate(texts):
            holder[key] = "" if number else whole


def _hide_beside(value: Any) -> None:
    """Hide the thoughts that have a place of their own."""
    if isinstance(value, list):
        for item in value:
            _hide_beside(item)
    if not isinstance(value, dict):
        return
    if isinstance(value.get("type"), str) and value["type"].startswith(TYPES):
        for key in value.keys() - PLAIN:
            value[key] = _hidden(value[key])
        return
    for key, inner in value.items():
        # What a server tells of how much was asked for ("reasoning": {"effort": …}) is no thought.
        told = key == "reasoning" and isinstance(inner, dict)
        if key in KEYS and not told:
            value[key] = _hidden(inner)
        else:
            _hide_beside(inner)


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return HIDDEN if value else value
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    if isinstance(value, dict):
        return {key: inner if key in PLAIN else _hidden(inner) for key, inner in value.items()}
    return value


def _answers(body: Any) -> Iterator[list[_Text]]:
    """Yield the texts of each answer in a body."""
    if isinstance(body, dict):
        yield from (_texts(choice.get("message")) for choice in _listed(body.get("choices")))
        yield _texts(body.get("message"))
        yield _texts(body)


def _texts(message: Any) -> list[_Text]:
    """Return the texts in the content of a message, which is a text or parts of one."""
    if not isinstance(message, dict):
        return []
    if isinstance(message.get("content"), str):
        return [(message, "content")]
    return [(part, "text") for part in _listed(message.get("content")) if isinstance(part.get("text"), str)]


def _listed(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
