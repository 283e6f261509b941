"""The wire of Anthropic Messages, which compatible servers also speak."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from summarise.backends.http.responses import JSONResponse, Lenient, Name, Problem, Reason, ServerJSON, count_at
from summarise.backends.replies import Split, split
from summarise.backends.wires.base import RequestConstraints, WireBackend, turns_of, with_budget
from summarise.data import Finish, Reply, Request

FINISH: Mapping[str | None, Finish] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "filter",
}
_THOUGHTS = frozenset({"thinking", "redacted_thinking"})


class _Block(ServerJSON):
    type: Name = None
    text: str | None = None
    thinking: Lenient[str] = None
    input: dict[str, Any] | None = None


class _Message(ServerJSON):
    content: tuple[_Block, ...]
    stop_reason: Reason = None

    @property
    def split(self) -> Split:
        """The answer (the first tool call's input as JSON, or else the text), and the reasoning found in the text."""
        inline = split("".join(block.text or "" for block in self.content if block.type not in _THOUGHTS))
        for block in self.content:
            if block.type == "tool_use" and block.input is not None:
                return replace(inline, answer=json.dumps(block.input, ensure_ascii=False))
        return inline


# Required with every request, in addition to the key in `x-api-key`.
HEADERS = {"anthropic-version": "2023-06-01"}
# The highest temperature of the protocol.
WARMEST = 1.0
_CACHED = {"cache_control": {"type": "ephemeral"}}
_ABOUT_TOOLS = re.compile(r"\btools?\b|\binput_schema\b", re.IGNORECASE)


class AnthropicBackend(WireBackend):
    """A model of a server that speaks Anthropic Messages. The server caches the common start of prompts."""

    PATH = "v1/messages"
    MODELS = "v1/models?limit=1000"
    OPTIONAL = ("tool_choice", "tools", "temperature", "cache_control")
    MISSING = "has no content"
    ADVICE = "check the base URL and that the server speaks Anthropic Messages"

    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        answer = request.sampling.max_tokens
        limit = constraints.within(answer + request.reasoning_room)
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": limit,
            **({"system": request.system} if request.system else {}),
            "messages": _messages(request, marked="cache_control" not in constraints.left_out),
            "temperature": min(WARMEST, request.sampling.temperature),
            **with_budget(constraints.effort, limit, answer),
        }
        schema = request.json_schema
        # A tool's input must be an object.
        if schema is not None and schema.get("type") == "object" and "tools" not in constraints.left_out:
            body["tools"] = [
                {"name": request.stage, "description": "Takes the answer in its form.", "input_schema": schema}
            ]
            body["tool_choice"] = {"type": "tool", "name": request.stage}
        return body

    def _fields_in(self, sent: Mapping[str, Any]) -> Collection[str]:
        marked = any(isinstance(turn["content"], list) for turn in sent.get("messages", ()))
        return {*sent, "cache_control"} if marked else sent.keys()

    def _looser(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        if "tools" not in sent or not _ABOUT_TOOLS.search(f"{problem.param} {problem.detail}"):
            return None
        return self._constraints.without("tool_choice" if "tool_choice" in sent else "tools")

    def _read(self, answer: JSONResponse) -> Reply:
        read = _Message.model_validate(answer.body)
        usage = partial(count_at, answer.body, "usage")
        cached = usage("cache_read_input_tokens")
        # The server counts cached prompt tokens separately, and reasoning tokens not at all.
        return self._reply_of(
            answer,
            read.split,
            finish=FINISH.get(read.stop_reason, "other"),
            prompt_tokens=usage("input_tokens") + usage("cache_creation_input_tokens") + cached,
            completion_tokens=usage("output_tokens"),
            cached_tokens=cached,
            thoughts=[block.thinking for block in read.content],
            reasoned=any(block.type in _THOUGHTS for block in read.content),
        )

    def _reply(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        reply = super()._reply(answer, body)
        # LiteLLM's proxy reports "end_turn" even if the answer used up its tokens.
        used_up = answer.body.get("stop_reason") == "end_turn" and reply.completion_tokens >= body["max_tokens"]
        return reply.model_copy(update={"finish": "length"}) if used_up else reply


def _messages(request: Request, *, marked: bool) -> list[dict[str, Any]]:
    """Return the messages; if `marked`, with a mark for the prompt cache at the end of the text that requests share.

    The shared text ends within the user message (`request.shared`), or else after the examples. If it is only the
    system message, it is too short to cache, and is not marked.
    """
    *shared, question = (turn for turn in turns_of(request) if turn["role"] != "system")
    if not marked:
        return [*shared, question]
    if request.shared:
        beginning, rest = request.user[: request.shared], request.user[request.shared :]
        parts = [{"type": "text", "text": text} for text in (beginning, rest) if text]
        return [*shared, question | {"content": [parts[0] | _CACHED, *parts[1:]]}]
    turns: list[dict[str, Any]] = [*shared]
    if shared:
        turns[-1] = shared[-1] | {"content": [{"type": "text", "text": shared[-1]["content"]} | _CACHED]}
    return [*turns, question]
