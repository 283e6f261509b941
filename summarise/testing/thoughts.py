"""What models think, taken out of answers before these are recorded: "…" stands for it, so that shape and counts stay.

Knows the shapes of all wires, whole and streamed, and changes nothing of an answer without thoughts.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from summarise.backends.thoughts import split

HIDDEN = "…"
KEYS = frozenset({"reasoning_content", "reasoning_details", "reasoning", "thinking", "reasoningContent"})
"""What thoughts stand under, beside an answer."""
TYPES = ("thinking", "redacted_thinking", "reasoning", "signature", "response.reasoning")
"""How the types of blocks, and of events, begin that hold thoughts."""
PLAIN = frozenset({"type", "id", "index", "status", "format", "item_id", "output_index", "summary_index", "effort"})
"""What of such a block tells nothing of them."""

_Text = tuple[dict[str, Any], str]
"""A text within JSON: what holds it, and under which key."""


def without_thoughts(body: str) -> str:
    """Return the body of an answer, JSON or a stream of it, with "…" in place of what the model thought."""
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        return _stream_without(body)
    before = json.dumps(whole)
    _hide([whole])
    return body if json.dumps(whole) == before else json.dumps(whole, ensure_ascii=False)


def _stream_without(body: str) -> str:
    """Return a stream's lines without thoughts: an event that says nothing is left as it was."""
    lines = body.splitlines(keepends=True)
    read: dict[int, tuple[str, str, Any]] = {}
    for place, line in enumerate(lines):
        mark = "data: " if line.startswith("data: ") else "data:" if line.startswith("data:") else ""
        told = line[len(mark) :].rstrip("\r\n")
        try:
            read[place] = mark, told, json.loads(told)
        except (ValueError, RecursionError):
            continue
    before = {place: json.dumps(event) for place, (_, _, event) in read.items()}
    _hide([event for _, _, event in read.values()])
    for place, (mark, told, event) in read.items():
        if json.dumps(event) != before[place]:
            end = lines[place][len(mark) + len(told) :]
            lines[place] = mark + json.dumps(event, ensure_ascii=False) + end
    return "".join(lines)


def _hide(events: list[Any]) -> None:
    """Hide the thoughts of one answer, which may have come in several events, in place."""
    texts: dict[str, list[_Text]] = defaultdict(list)
    for event in events:
        _hide_beside(event)
        for of, place in _texts(event):
            texts[of].append(place)
    for pieces in texts.values():
        found = split("".join(holder[key] for holder, key in pieces))
        if found.thoughts or found.open:
            # All of the text is in the first piece then.
            whole = f"<think>{HIDDEN}" + ("" if found.open else f"</think>{found.answer}")
            for number, (holder, key) in enumerate(pieces):
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


def _texts(event: Any) -> Iterator[tuple[str, _Text]]:
    """Yield the texts of an answer that stand in a body or an event, each with the answer that it is a part of."""
    if not isinstance(event, dict):
        return
    for number, choice in enumerate(_listed(event.get("choices"))):
        of = f"choice {choice.get('index', number)}"
        for name in ("message", "delta"):
            yield from _content(choice.get(name), of)
    yield from _content(event.get("message"), "message")
    yield from _content(event, "message")
    delta = event.get("delta")
    if isinstance(delta, dict) and isinstance(delta.get("text"), str):
        yield f"block {event.get('index')}", (delta, "text")


def _content(message: Any, of: str) -> Iterator[tuple[str, _Text]]:
    if not isinstance(message, dict):
        return
    if isinstance(message.get("content"), str):
        yield of, (message, "content")
    for part in _listed(message.get("content")):
        if isinstance(part.get("text"), str):
            yield of, (part, "text")


def _listed(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
