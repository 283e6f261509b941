"""A fake reasoning model for each wire; its thoughts count against the token limit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from invented import CABLES, FALSE, VEHICLES, answer
from wire_server import Said

Wire = Literal["openai", "anthropic", "ollama"]
Shape = Literal[
    "hidden", "beside", "reasoning", "details", "parts", "inline", "opened", "channels", "redacted", "apart", "untold"
]
# Tokens of an answer.
SPENT = 60
# A word that appears nowhere else, and a sentence that the article contradicts.
THOUGHT = f"Let me see. zwiebelkuchen. {FALSE} No, that is wrong."
MARK = "zwiebelkuchen"
ANSWER = answer(CABLES, VEHICLES)


@dataclass(frozen=True)
class Model:
    """A model that spends `thinks` tokens on thoughts of a `shape`.

    It refuses the fields in `refuses`, with these messages, and limits above `most`. If the limit leaves no room for
    an answer, the finish reason is "length", or "stop" if `mute`. Without `answers` it only thinks.
    """

    thinks: int = 900
    shape: Shape = "hidden"
    refuses: Mapping[str, str] = field(default_factory=dict)
    most: int | None = None
    mute: bool = False
    answers: bool = True

    def on(self, wire: Wire, body: dict[str, Any]) -> Said:
        """Return the status and body for a request."""
        limit = limit_of(body)
        for name, words in self.refuses.items():
            if name in body or name in str(body.get("response_format", "")):
                return 400, problem(wire, words)
        if self.most is not None and limit > self.most:
            words = f"max_tokens is too large: {limit}. This model supports at most {self.most} completion tokens"
            return 400, problem(wire, words)
        cut = limit < self.thinks + SPENT
        text = ANSWER if self.answers and not cut else ""
        written = min(limit, self.thinks + (SPENT if text else 0))
        finish = "stop" if text or (self.mute or not self.answers) else "length"
        said = _Said(self.shape, text, finish, written, min(self.thinks, written), cut=not text)
        return 200, {"openai": openai, "anthropic": anthropic, "ollama": ollama}[wire](said, body)


@dataclass(frozen=True)
class _Said:
    shape: Shape
    text: str
    finish: str
    written: int
    thought: int
    cut: bool

    @property
    def content(self) -> str:
        """The text including inline thoughts."""
        if self.shape == "inline":
            return f"<think>{THOUGHT}" + ("" if self.cut else f"</think>\n\n{self.text}")
        if self.shape == "opened":
            return THOUGHT if self.cut else f"{THOUGHT}\n</think>\n\n{self.text}"
        if self.shape == "channels":
            thought = f"<|channel|>analysis<|message|>{THOUGHT}"
            return thought + ("" if self.cut else f"<|end|><|start|>assistant<|channel|>final<|message|>{self.text}")
        return self.text


def limit_of(body: Mapping[str, Any]) -> int:
    options = body.get("options", {})
    for name in ("max_tokens", "max_completion_tokens"):
        if name in body:
            return int(body[name])
    return int(options["num_predict"])


def problem(wire: Wire, words: str) -> dict[str, Any]:
    return {"error": words} if wire == "ollama" else {"error": {"message": words, "type": "invalid_request_error"}}


def openai(said: _Said, _: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Chat Completions body."""
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
    usage: dict[str, Any] = {"prompt_tokens": 700, "completion_tokens": said.written}
    if said.shape == "hidden":
        usage["completion_tokens_details"] = {"reasoning_tokens": said.thought}
    if said.shape == "apart":
        usage |= {"completion_tokens": said.written - said.thought, "total_tokens": 700 + said.written}
    return {
        "id": "c1",
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": said.finish}],
        "usage": usage,
    }


def anthropic(said: _Said, body: Mapping[str, Any]) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    match said.shape:
        case "beside" | "parts" | "reasoning" | "details":
            blocks.append({"type": "thinking", "thinking": THOUGHT, "signature": "c2ln"})
        case "redacted":
            blocks.append({"type": "redacted_thinking", "data": MARK})
        case "hidden":
            blocks.append({"type": "thinking", "thinking": "", "signature": "c2ln"})
    inline = said.content != said.text
    if said.text and "tool_choice" in body and not inline:
        blocks.append({"type": "tool_use", "id": "t1", "name": "draft", "input": json.loads(said.text)})
    elif said.content:
        blocks.append({"type": "text", "text": said.content})
    stop = "max_tokens" if said.finish == "length" else "end_turn"
    usage = {"input_tokens": 700, "output_tokens": said.written}
    return {
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": blocks,
        "stop_reason": stop,
        "usage": usage,
    }


def ollama(said: _Said, _: Mapping[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": said.content}
    if said.shape in ("beside", "reasoning", "details", "parts", "redacted"):
        message["thinking"] = THOUGHT
    done = {"done": True, "done_reason": said.finish, "prompt_eval_count": 700, "eval_count": said.written}
    return {"model": "m", "message": message, **done}


ROWS: tuple[tuple[str, Model], ...] = (
    ("thoughts are counted but not shown", Model()),
    ("thoughts in a separate field, quoting a wrong fact", Model(shape="beside")),
    ("thoughts in a field of another name (`reasoning`), or as details", Model(shape="details")),
    ("thoughts are encrypted", Model(shape="redacted")),
    ("thoughts are parts of the content", Model(shape="parts")),
    ("thoughts are counted separately from the answer", Model(shape="apart")),
    ("`<think>` in the answer, without an end tag if cut off", Model(shape="inline")),
    ("`</think>` in the answer, the start tag in the template", Model(shape="opened")),
    ("gpt-oss channels in the answer", Model(shape="channels")),
    ("5,000 tokens of thoughts", Model(thinks=5000)),
    ("an empty answer reported as complete", Model(shape="untold", mute=True)),
    ("a limit above 9,000 is refused", Model(thinks=5000, most=9000)),
    ("only thoughts, never an answer", Model(shape="beside", answers=False)),
)
# Messages of real servers.
REFUSES: Mapping[Wire, Model] = {
    "openai": Model(
        refuses={
            "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "temperature": "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) "
            "value is supported.",
            "seed": "Unrecognized request argument supplied: seed",
            "reasoning": "Unrecognized request argument supplied: reasoning",
            "json_schema": "response_format json_schema is not supported",
        }
    ),
    "anthropic": Model(
        refuses={
            "temperature": "`temperature` is deprecated for this model.",
            "tool_choice": "Thinking may not be enabled when tool_choice forces tool use.",
            "output_config": "This model does not support the effort parameter.",
        }
    ),
    "ollama": Model(refuses={"think": '"m" does not support thinking', "format": "format is not supported"}),
}


SHAPES: Mapping[Wire, frozenset[Shape]] = {
    "openai": frozenset(get_args(Shape)),
    "anthropic": frozenset({"hidden", "beside", "redacted", "inline", "opened", "channels", "untold"}),
    "ollama": frozenset({"hidden", "beside", "inline", "opened", "channels", "untold"}),
}


def there_is(model: Model, wire: Wire) -> bool:
    """Return whether this behaviour exists on a wire; Ollama does not refuse limits."""
    return model.shape in SHAPES[wire] and (wire != "ollama" or model.most is None)
