"""What the Anthropic wire reads of an answer: the records of a body, and the Reply that is made of it.

Sends nothing. Everything that is not named here may be missing, empty, or of any form, and so may all that is no part
of an answer's words (`reported_values.py`).
"""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.reported_values import Count, Name, Read, Reason, Told
from summarise.backends.thoughts import Split, fields_of, split
from summarise.data import Finish, Reply

_FINISH: Mapping[str | None, Finish] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "filter",
}
_THOUGHTS = frozenset({"thinking", "redacted_thinking"})


class _Block(Read):
    """A block of the content: text, a thought, the input of a tool, or something else that has none of these."""

    type: Name = None
    text: str | None = None
    thinking: Told[str] = None
    input: dict[str, Any] | None = None


class _Usage(Read):
    input_tokens: Count = None
    cache_creation_input_tokens: Count = None
    cache_read_input_tokens: Count = None
    output_tokens: Count = None


class _Message(Read):
    """A whole answer; ValidationError where it has no content."""

    content: tuple[_Block, ...]
    stop_reason: Reason = None
    usage: Told[_Usage] = None
    model: Name = None
    id: Name = None

    @property
    def thoughts(self) -> str:
        """What the model thought, as far as it can be read: of some models it is a summary, or encrypted."""
        return "\n\n".join(filter(None, [*(block.thinking or "" for block in self.content), self._split.thoughts]))

    @property
    def thought(self) -> bool:
        """Whether the model thought."""
        return self._split.open or bool(self.thoughts) or any(block.type in _THOUGHTS for block in self.content)

    @cached_property
    def _split(self) -> Split:
        return split("".join(block.text or "" for block in self.content if block.type not in _THOUGHTS))

    @property
    def text(self) -> str:
        """The input of the first tool as JSON, else all text: a server that ignores tools is taken at its word."""
        for block in self.content:
            if block.type == "tool_use" and block.input is not None:
                return json.dumps(block.input, ensure_ascii=False)
        return self._split.answer


def reply_of(answer: JSONResponse, *, model: str, limit: int, keep_reasoning: bool = False) -> Reply:
    """Return the reply that an answer holds; ValueError where it holds none. `model` is who was asked.

    An answer that used up its `limit` of tokens is cut off, whatever the server says: LiteLLM's proxy says "end_turn".

    Anthropic counts the tokens that it wrote to its cache and read from it apart from the others of the prompt.
    """
    read = _Message.model_validate(answer.body)
    usage = read.usage or _Usage()
    cached = usage.cache_read_input_tokens or 0
    used_up = read.stop_reason == "end_turn" and (usage.output_tokens or 0) >= limit
    return Reply(
        text=read.text,
        finish="length" if used_up else _FINISH.get(read.stop_reason, "other"),
        model=read.model or model,
        prompt_tokens=(usage.input_tokens or 0) + (usage.cache_creation_input_tokens or 0) + cached,
        completion_tokens=usage.output_tokens or 0,
        # They are counted, and not apart.
        **fields_of(
            read.text,
            read.thoughts,
            told=None,
            completion_tokens=usage.output_tokens or 0,
            keep=keep_reasoning,
            shown=read.thought,
        ),
        cached_tokens=cached,
        request_id=answer.request_id or read.id,
        seconds=answer.seconds,
    )
