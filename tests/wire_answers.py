"""Requests and answers in the format of each wire; the answers may have thoughts in many shapes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from invented import FALSE

from summarise.data import Finish

Wire = Literal["openai", "anthropic", "ollama", "responses", "converse"]
Shape = Literal[
    "hidden", "beside", "reasoning", "details", "parts", "inline", "opened", "channels", "redacted", "apart", "untold"
]
# The thoughts that exist on a wire. Converse does not count hidden ones.
SHAPES: Mapping[Wire, frozenset[Shape]] = {
    "openai": frozenset(get_args(Shape)),
    "anthropic": frozenset({"hidden", "beside", "redacted", "inline", "opened", "channels", "untold"}),
    "ollama": frozenset({"hidden", "beside", "inline", "opened", "channels", "untold"}),
    "responses": frozenset({"hidden", "beside", "redacted", "inline", "opened", "channels", "untold"}),
    "converse": frozenset({"beside", "redacted", "inline", "opened", "channels", "untold"}),
}
# A word that appears nowhere else, and a sentence that the article contradicts.
THOUGHT = f"Let me see. zwiebelkuchen. {FALSE} No, that is wrong."
MARK = "zwiebelkuchen"


@dataclass(frozen=True)
class Answer:
    """An answer with thoughts; `tool` if it is to be the input of a tool.

    `written` are tokens, `thought` of them for reasoning; of `read` tokens of the prompt, `cached` were known before.
    """

    shape: Shape
    text: str
    finish: Finish
    written: int
    thought: int = 0
    tool: bool = False
    read: int = 700
    cached: int = 0
    choices: int = 1

    @property
    def content(self) -> str:
        """The text including inline thoughts."""
        if self.shape == "inline":
            return f"<think>{THOUGHT}" + (f"</think>\n\n{self.text}" if self.text else "")
        if self.shape == "opened":
            return f"{THOUGHT}\n</think>\n\n{self.text}" if self.text else THOUGHT
        if self.shape == "channels":
            final = f"<|end|><|start|>assistant<|channel|>final<|message|>{self.text}" if self.text else ""
            return f"<|channel|>analysis<|message|>{THOUGHT}{final}"
        return self.text

    @property
    def input(self) -> Any:
        """The input of the tool, if the answer is one."""
        return json.loads(self.text) if self.tool and self.content == self.text else None


def limit_of(body: Mapping[str, Any]) -> int:
    fields = {**body, **body.get("options", {}), **body.get("inferenceConfig", {})}
    names = ("max_tokens", "max_completion_tokens", "num_predict", "max_output_tokens", "maxTokens")
    return int(next(fields[name] for name in names if name in fields))


def question_of(body: Mapping[str, Any]) -> str:
    """Return the text of the last message."""
    content = (body.get("messages") or body["input"])[-1]["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def is_formed(body: Mapping[str, Any]) -> bool:
    """Return whether a request asks for JSON."""
    return not body.keys().isdisjoint({"response_format", "tools", "format", "text", "toolConfig"})


def problem(wire: Wire, words: str) -> dict[str, Any]:
    if wire in ("ollama", "converse"):
        return {"error" if wire == "ollama" else "message": words}
    return {"error": {"message": words, "type": "invalid_request_error"}}


def openai(said: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": said.content}
    match said.shape:
        case "beside":
            message["reasoning_content"] = THOUGHT
        case "reasoning":
            message["reasoning"] = THOUGHT
        case "details":
            message["reasoning_details"] = [{"type": "reasoning.text", "text": THOUGHT}]
        case "redacted":
            message["reasoning_details"] = [{"type": "reasoning.encrypted", "data": MARK}]
        case "parts":
            text = [{"type": "text", "text": said.text}] if said.text else []
            message["content"] = [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}, *text]
    usage: dict[str, Any] = {
        "prompt_tokens": said.read,
        "completion_tokens": said.written * said.choices,
        "prompt_tokens_details": {"cached_tokens": said.cached},
    }
    if said.shape == "hidden":
        usage["completion_tokens_details"] = {"reasoning_tokens": said.thought}
    if said.shape == "apart":
        usage |= {"completion_tokens": said.written - said.thought, "total_tokens": said.read + said.written}
    choices = [{"index": place, "message": message, "finish_reason": said.finish} for place in range(said.choices)]
    return {"id": "c1", "model": "m", "choices": choices, "usage": usage}


def anthropic(said: Answer) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    match said.shape:
        case "beside":
            blocks.append({"type": "thinking", "thinking": THOUGHT, "signature": "c2ln"})
        case "redacted":
            blocks.append({"type": "redacted_thinking", "data": MARK})
        case "hidden":
            blocks.append({"type": "thinking", "thinking": "", "signature": "c2ln"})
    if said.input is not None:
        blocks.append({"type": "tool_use", "id": "t1", "name": "draft", "input": said.input})
    elif said.content:
        blocks.append({"type": "text", "text": said.content})
    stop = "max_tokens" if said.finish == "length" else "end_turn"
    usage = {
        "input_tokens": said.read - said.cached,
        "output_tokens": said.written,
        "cache_read_input_tokens": said.cached,
    }
    return {"id": "m1", "type": "message", "model": "m", "content": blocks, "stop_reason": stop, "usage": usage}


def ollama(said: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": said.content}
    if said.shape == "beside":
        message["thinking"] = THOUGHT
    counts = {"prompt_eval_count": said.read, "eval_count": said.written}
    return {"model": "m", "message": message, "done": True, "done_reason": said.finish, **counts}


def responses(said: Answer) -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    if said.shape == "beside":
        items.append({"type": "reasoning", "summary": [{"type": "summary_text", "text": THOUGHT}]})
    if said.shape == "redacted":
        items.append({"type": "reasoning", "summary": [], "encrypted_content": MARK})
    if said.content:
        items.append({"type": "message", "content": [{"type": "output_text", "text": said.content}]})
    cut = said.finish == "length"
    usage: dict[str, Any] = {
        "input_tokens": said.read,
        "output_tokens": said.written,
        "input_tokens_details": {"cached_tokens": said.cached},
    }
    if said.shape == "hidden":
        usage["output_tokens_details"] = {"reasoning_tokens": said.thought}
    return {
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "model": "m",
        "output": items,
        "usage": usage,
    }


def converse(said: Answer) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    if said.shape == "beside":
        blocks.append({"reasoningContent": {"reasoningText": {"text": THOUGHT, "signature": "c2ln"}}})
    if said.shape == "redacted":
        blocks.append({"reasoningContent": {"redactedContent": MARK}})
    if said.input is not None:
        blocks.append({"toolUse": {"toolUseId": "t", "name": "draft", "input": said.input}})
    elif said.content:
        blocks.append({"text": said.content})
    return {
        "output": {"message": {"role": "assistant", "content": blocks}},
        "stopReason": "max_tokens" if said.finish == "length" else "end_turn",
        "usage": {
            "inputTokens": said.read - said.cached,
            "outputTokens": said.written,
            "cacheReadInputTokens": said.cached,
        },
    }


WRITERS = {"openai": openai, "anthropic": anthropic, "ollama": ollama, "responses": responses, "converse": converse}
