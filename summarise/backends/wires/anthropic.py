"""Anthropic Messages, the wire protocol of Anthropic's models and of servers that imitate it: from Request to Reply.

Sends through the HTTP client and judges nothing that a model says. A JSON Schema goes out as the input of a tool that
the model has to use; where a server cannot do that, the prompt's own words have to do. A seed, a pattern and several
answers to one request are not in this protocol and are not sent.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import Problem
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.reported_values import count_of
from summarise.backends.wires.anthropic_bodies import reply_of
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.conversation_turns import turns_of
from summarise.backends.wires.options import WireOptions
from summarise.backends.wires.reasoning import with_budget
from summarise.backends.wires.request_constraints import RequestConstraints
from summarise.data import Reply, Request

HEADERS = {"anthropic-version": "2023-06-01"}
"""What the client must send with every request to this protocol; the key goes out as `x-api-key`."""
WARMEST = 1.0
"""The highest temperature that the protocol knows."""
_CACHED = {"cache_control": {"type": "ephemeral"}}
_ABOUT_TOOLS = re.compile(r"\btools?\b|\binput_schema\b", re.IGNORECASE)


class AnthropicBackend(WireBackend):
    """A model behind a server that speaks Anthropic Messages.

    What may be left out, or put in another way: that the tool must be used, then the tool, the temperature, the marks
    for the prompt cache, how much to think, and the size of the limit. What later calls share (system message,
    examples, the beginning of the question) is marked for the cache.
    """

    PATH = "v1/messages"
    MODELS = "v1/models?limit=1000"
    OPTIONAL = ("tool_choice", "tools", "temperature", "cache_control")
    MISSING = "has no content"
    ADVICE = "check the base URL and that the server speaks Anthropic Messages"

    def __init__(self, model: str, *, client: JSONClient, options: WireOptions | None = None) -> None:
        super().__init__(model, client=client, options=options)
        self.capabilities = replace(self.capabilities, count=self._count, counts_here=False)

    async def _count(self, text: str) -> int:
        """Return how many tokens a message with that text is, a few of its own included."""
        body = {"model": self.model, "messages": [{"role": "user", "content": text}]}
        answer = await self._client.post("v1/messages/count_tokens", body)
        tokens = count_of(answer.body.get("input_tokens"))
        if tokens is None:
            raise self._client.unusable(
                answer, "has no input_tokens", advice="check that the server speaks Anthropic Messages"
            )
        return tokens

    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        answer = request.sampling.max_tokens
        limit = constraints.within(answer + request.reasoning_room)
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": limit,
            "system": request.system,
            "messages": _messages(request, marked="cache_control" not in constraints.left_out),
            "temperature": min(WARMEST, request.sampling.temperature),
            **with_budget(constraints.effort.fields, limit, answer),
        }
        if not request.system:
            del body["system"]
        schema = request.json_schema
        # The input of a tool is always an object.
        if schema is not None and schema.get("type") == "object" and "tools" not in constraints.left_out:
            body["tools"] = [
                {"name": request.stage, "description": "Takes the answer in its form.", "input_schema": schema}
            ]
            body["tool_choice"] = {"type": "tool", "name": request.stage}
        return {name: value for name, value in body.items() if name not in constraints.left_out}

    def _fields_in(self, sent: Mapping[str, Any]) -> Collection[str]:
        marked = any(isinstance(turn["content"], list) for turn in sent.get("messages", ()))
        return {*sent, "cache_control"} if marked else sent.keys()

    def _looser(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        if "tools" not in sent or not _ABOUT_TOOLS.search(f"{problem.param} {problem.detail}"):
            return None
        return self._constraints.without("tool_choice" if "tool_choice" in sent else "tools")

    def _limit_in(self, sent: Mapping[str, Any]) -> int | None:
        return sent.get("max_tokens")

    def _read(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        keep = self._options.keep_reasoning
        return reply_of(answer, model=self.model, limit=body["max_tokens"], keep_reasoning=keep)


def _messages(request: Request, *, marked: bool) -> list[dict[str, Any]]:
    """Return the turns of a request: the examples, then the question, what later calls share marked for the cache.

    A mark covers all that stands before it, tools and system message included. It stands after what the questions
    share of their beginning, the article, else after the last example; without both there is too little to be worth
    one: a cache takes no less than a thousand tokens or more.
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
