"""Converse, the wire protocol that Amazon Bedrock speaks for all of its models: from a Request to a Reply.

Sends through the HTTP client and judges nothing that a model says. A JSON Schema goes out as the input of a tool that
the model has to use; where a model cannot do that, the prompt's own words have to do. A seed, a pattern and several
answers to one request are not in this protocol and are not sent.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from summarise.backends.http.error_responses import Problem
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.conversation_turns import turns_of
from summarise.backends.wires.converse_bodies import reply_of
from summarise.backends.wires.reasoning import with_budget
from summarise.backends.wires.request_constraints import RequestConstraints
from summarise.data import Reply, Request
from summarise.settings.providers import Dialect

WARMEST = 1.0
"""The highest temperature that every model takes."""
_REFUSED: Mapping[str, re.Pattern[str]] = {
    "toolChoice": re.compile(r"tool_?choice", re.IGNORECASE),
    "toolConfig": re.compile(r"tool_?config|tool use|\btools?\b|inputSchema", re.IGNORECASE),
    "temperature": re.compile(r"temperature", re.IGNORECASE),
    "system": re.compile(r"system (message|prompt)", re.IGNORECASE),
}
"""What a model may refuse and be sent no more, in this order, and what its refusal is known by.

It says, for one: "This model doesn't support the toolConfig.toolChoice.tool field"."""
_DIALECTS: Mapping[str, Dialect] = {"anthropic.": "anthropic", "openai.": "effort"}
_ABOUT_LIMIT = re.compile(r"maximum tokens|maxTokens|max_tokens")
_MORE = "additionalModelRequestFields"
"""Where the fields go that not all models have."""


def dialect_of(model: str) -> Dialect | None:
    """Return in which words a model at Bedrock is told how much to think: those of who made it, None where unknown."""
    return next((dialect for maker, dialect in _DIALECTS.items() if maker in model), None)


class ConverseBackend(WireBackend):
    """A model behind a server that speaks Converse.

    What may be left out, or put in another way: how much to think, that the tool must be used, then the tool, the
    temperature, a system message (its words then begin the question), and the size of the limit.
    """

    PATH = "model/{model}/converse"
    OPTIONAL = tuple(_REFUSED)
    MISSING = "has no message"
    ADVICE = "check the base URL: Converse is at https://bedrock-runtime.REGION.amazonaws.com"

    def _thinking_in(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        more: Mapping[str, Any] = body.get(_MORE, {})
        return more

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
        # The input of a tool is always an object.
        if schema is not None and schema.get("type") == "object" and "toolConfig" not in constraints.left_out:
            tool = {"description": "Takes the answer in its form.", "inputSchema": {"json": schema}}
            body["toolConfig"] = {"tools": [{"toolSpec": {"name": request.stage, **tool}}]}
            if "toolChoice" not in constraints.left_out:
                body["toolConfig"]["toolChoice"] = {"tool": {"name": request.stage}}
        if more := with_budget(constraints.effort.fields, limit, sampling.max_tokens):
            body[_MORE] = dict(more)
        return body

    def _after(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        if _ABOUT_LIMIT.search(problem.detail):
            # It says: "The maximum tokens you requested exceeds the model limit of 4096."
            problem = problem.model_copy(update={"param": "max_tokens"})
        return super()._after(problem, sent)

    def _fields_in(self, sent: Mapping[str, Any]) -> Collection[str]:
        return {*sent, *sent.get("inferenceConfig", {}), *sent.get("toolConfig", {})}

    def _is_refused(self, problem: Problem, field: str) -> bool:
        return _REFUSED[field].search(problem.detail) is not None

    def _limit_in(self, sent: Mapping[str, Any]) -> int | None:
        limit: int | None = sent.get("inferenceConfig", {}).get("maxTokens")
        return limit

    def _read(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        del body
        return reply_of(answer, model=self.model, keep_reasoning=self._options.keep_reasoning)
