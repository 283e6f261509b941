"""What the Converse wire reads of an answer: the records of a body, and the Reply that is made of it.

Sends nothing. Everything that is not named here may be missing, empty, or of any form, and so may all that is no part
of an answer's words (`reported_values.py`). The source is
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
"""

import json
from collections.abc import Mapping
from typing import Any

from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.reported_values import Count, Read, Reason, Told
from summarise.backends.thoughts import fields_of, split
from summarise.data import Finish, Reply

_FINISH: Mapping[str | None, Finish] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "guardrail_intervened": "filter",
    "content_filtered": "filter",
}


class _ToolUse(Read):
    input: dict[str, Any] | None = None


class _Thought(Read):
    text: Told[str] = None


class _Reasoning(Read):
    reasoningText: Told[_Thought] = None  # noqa: N815 (Amazon's names)


class _Block(Read):
    """A block of the content: text, the input of a tool, thoughts (which may be hidden), or something else."""

    text: str | None = None
    toolUse: _ToolUse | None = None  # noqa: N815
    reasoningContent: Told[_Reasoning] = None  # noqa: N815


class _Message(Read):
    content: tuple[_Block, ...]


class _Output(Read):
    message: _Message


class _Usage(Read):
    inputTokens: Count = None  # noqa: N815
    outputTokens: Count = None  # noqa: N815
    cacheReadInputTokens: Count = None  # noqa: N815
    cacheWriteInputTokens: Count = None  # noqa: N815


class Conversation(Read):
    """A whole answer; ValidationError where it has no message."""

    output: _Output
    stopReason: Reason = None  # noqa: N815
    usage: Told[_Usage] = None

    @property
    def text(self) -> str:
        """The input of the first tool as JSON, else all text: a model that ignores tools is taken at its word."""
        for block in self.output.message.content:
            if block.toolUse is not None and block.toolUse.input is not None:
                return json.dumps(block.toolUse.input, ensure_ascii=False)
        return "".join(block.text or "" for block in self.output.message.content)

    @property
    def reasoning(self) -> tuple[_Reasoning, ...]:
        """The blocks of thoughts."""
        return tuple(block.reasoningContent for block in self.output.message.content if block.reasoningContent)


def reply_of(answer: JSONResponse, *, model: str, keep_reasoning: bool = False) -> Reply:
    """Return the reply that an answer holds; ValueError where it holds none. `model` is who was asked.

    Amazon counts the tokens that it wrote to its cache and read from it apart from the others of the prompt, and does
    not tell those of thoughts, which are estimated.
    """
    read = Conversation.model_validate(answer.body)
    usage = read.usage or _Usage()
    inline = split(read.text)
    told = [block.reasoningText.text or "" for block in read.reasoning if block.reasoningText]
    thoughts = "\n\n".join(filter(None, (*told, inline.thoughts)))
    cached, completion = usage.cacheReadInputTokens or 0, usage.outputTokens or 0
    shown = inline.open or bool(read.reasoning)
    return Reply(
        text=inline.answer,
        finish=_FINISH.get(read.stopReason, "other"),
        model=model,
        prompt_tokens=(usage.inputTokens or 0) + (usage.cacheWriteInputTokens or 0) + cached,
        completion_tokens=completion,
        cached_tokens=cached,
        request_id=answer.request_id,
        seconds=answer.seconds,
        **fields_of(inline.answer, thoughts, told=None, completion_tokens=completion, keep=keep_reasoning, shown=shown),
    )
