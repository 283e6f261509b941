"""The wire of Amazon Bedrock's Converse API."""

import json
import re
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from summarise.backends.http.responses import JSONResponse, Problem, Reason, ServerJSON, count_at
from summarise.backends.replies import reasoning_text, split
from summarise.backends.wires.anthropic import FINISH, WARMEST
from summarise.backends.wires.base import RequestConstraints, WireBackend, turns_of, with_budget
from summarise.data import Finish, Reply, Request
from summarise.settings.providers import Dialect

_FINISH: Mapping[str | None, Finish] = {**FINISH, "guardrail_intervened": "filter", "content_filtered": "filter"}


class _ToolUse(ServerJSON):
    input: dict[str, Any] | None = None


class _Block(ServerJSON):
    text: str | None = None
    toolUse: _ToolUse | None = None  # noqa: N815 (Amazon's names)
    reasoningContent: Any = None  # noqa: N815


class _Message(ServerJSON):
    content: tuple[_Block, ...]


class _Output(ServerJSON):
    message: _Message


class _Conversation(ServerJSON):
    output: _Output
    stopReason: Reason = None  # noqa: N815

    @property
    def text(self) -> str:
        """The first tool call's input as JSON, or else all text."""
        for block in self.output.message.content:
            if block.toolUse is not None and block.toolUse.input is not None:
                return json.dumps(block.toolUse.input, ensure_ascii=False)
        return "".join(block.text or "" for block in self.output.message.content)


# Fields that may be left out, in this order, and patterns of their names in a refusal.
_REFUSED: Mapping[str, re.Pattern[str]] = {
    "toolChoice": re.compile(r"tool_?choice", re.IGNORECASE),
    "toolConfig": re.compile(r"tool_?config|tool use|\btools?\b|inputSchema", re.IGNORECASE),
    "temperature": re.compile(r"temperature", re.IGNORECASE),
    "system": re.compile(r"system (message|prompt)", re.IGNORECASE),
}
_DIALECTS: Mapping[str, Dialect] = {"anthropic.": "anthropic", "openai.": "effort"}
# The field of a body that contains the model-specific fields.
_MODEL_FIELDS = "additionalModelRequestFields"


def dialect_of(model: str) -> Dialect | None:
    """Return the dialect (format of reasoning fields) of a Bedrock model, by the maker in its name, or None."""
    return next((dialect for maker, dialect in _DIALECTS.items() if maker in model), None)


class ConverseBackend(WireBackend):
    """A model of Amazon Bedrock's Converse API. A refused system message becomes part of the first user message."""

    PATH = "model/{model}/converse"
    OPTIONAL = tuple(_REFUSED)
    LIMITS = (("inferenceConfig", "maxTokens"),)
    MISSING = "has no message"
    ADVICE = "check the base URL: Converse is at https://bedrock-runtime.REGION.amazonaws.com"

    def _thinking_in(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        fields: Mapping[str, Any] = body.get(_MODEL_FIELDS, {})
        return fields

    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        sampling = request.sampling
        turns = [turn for turn in turns_of(request) if turn["role"] != "system"]
        limit = constraints.within(sampling.max_tokens + request.reasoning_room)
        body: dict[str, Any] = {
            "messages": [{"role": turn["role"], "content": [{"text": turn["content"]}]} for turn in turns],
            "inferenceConfig": {"maxTokens": limit, "temperature": min(WARMEST, sampling.temperature)},
        }
        if request.system and "system" in constraints.left_out:
            body["messages"][0]["content"].insert(0, {"text": f"{request.system}\n\n"})
        elif request.system:
            body["system"] = [{"text": request.system}]
        if "temperature" in constraints.left_out:
            del body["inferenceConfig"]["temperature"]
        schema = request.json_schema
        # A tool's input must be an object.
        if schema is not None and schema.get("type") == "object":
            tool = {"description": "Takes the answer in its form.", "inputSchema": {"json": schema}}
            body["toolConfig"] = {"tools": [{"toolSpec": {"name": request.stage, **tool}}]}
            if "toolChoice" not in constraints.left_out:
                body["toolConfig"]["toolChoice"] = {"tool": {"name": request.stage}}
        if fields := with_budget(constraints.effort, limit, sampling.max_tokens):
            body[_MODEL_FIELDS] = dict(fields)
        return body

    def _fields_in(self, sent: Mapping[str, Any]) -> Collection[str]:
        return {*sent, *sent.get("inferenceConfig", {}), *sent.get("toolConfig", {})}

    def _is_refused(self, problem: Problem, field: str) -> bool:
        return _REFUSED[field].search(problem.detail) is not None

    def _read(self, answer: JSONResponse) -> Reply:
        read = _Conversation.model_validate(answer.body)
        usage = partial(count_at, answer.body, "usage")
        reasoning = [block.reasoningContent for block in read.output.message.content if block.reasoningContent]
        cached = usage("cacheReadInputTokens")
        # The server counts cached prompt tokens separately, and reasoning tokens not at all.
        return self._reply_of(
            answer,
            split(read.text),
            finish=_FINISH.get(read.stopReason, "other"),
            prompt_tokens=usage("inputTokens") + usage("cacheWriteInputTokens") + cached,
            completion_tokens=usage("outputTokens"),
            cached_tokens=cached,
            thoughts=map(reasoning_text, reasoning),
            reasoned=bool(reasoning),
        )
