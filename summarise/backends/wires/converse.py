"""Converse, the wire protocol that Amazon Bedrock speaks for all of its models: from a Request to a Reply.

Sends through the HTTP client and judges nothing that a model says. A JSON Schema goes out as the input of a tool that
the model has to use; where a model cannot do that, the prompt's own words have to do. A seed, a pattern and several
answers to one request are not in this protocol and are not sent; answers are not streamed, because Amazon frames its
streams in a way of its own.
"""

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import Problem, RefusedError
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.conversation_turns import turns_of
from summarise.backends.wires.converse_bodies import reply_of
from summarise.backends.wires.output_limits import most_allowed
from summarise.backends.wires.reasoning import Effort, beside, with_budget
from summarise.data import Reply, Request
from summarise.settings.model import merged, unmerged
from summarise.settings.providers import Dialect

WARMEST = 1.0
"""The highest temperature that every model takes."""
OPTIONAL: Mapping[str, re.Pattern[str]] = {
    "toolChoice": re.compile(r"tool_?choice", re.IGNORECASE),
    "toolConfig": re.compile(r"tool_?config|tool use|\btools?\b|inputSchema", re.IGNORECASE),
    "temperature": re.compile(r"temperature", re.IGNORECASE),
    "system": re.compile(r"system (message|prompt)", re.IGNORECASE),
}
"""What a model may refuse and be sent no more, in this order, and what its refusal is known by.

It says, for one: "This model doesn't support the toolConfig.toolChoice.tool field"."""
_DIALECTS: Mapping[str, Dialect] = {"anthropic.": "anthropic", "openai.": "effort"}
_MORE = "additionalModelRequestFields"
"""Where the fields go that not all models have."""


def dialect_of(model: str) -> Dialect | None:
    """Return in which words a model at Bedrock is told how much to think: those of who made it, None where unknown."""
    return next((dialect for maker, dialect in _DIALECTS.items() if maker in model), None)


class ConverseBackend(WireBackend):
    """A model of `provider` behind a server that speaks Converse, reached through an open `client`.

    What the model refuses is left out from then on, for the life of this object: a word of `effort`, that the tool must
    be used, then the tool, the temperature, a system message (its words then begin the question); the limit is lowered
    to what the model allows. `without` names those that are not sent from the start, `extra` are fields that every
    request carries besides. Thoughts are kept in the reply only with `keep_reasoning`. Errors are those of the client,
    and MalformedAnswerError for an answer that has no message.
    """

    def __init__(
        self,
        model: str,
        *,
        client: JSONClient,
        provider: str = "bedrock",
        extra: Mapping[str, Any] | None = None,
        without: Collection[str] = (),
        effort: Effort | None = None,
        keep_reasoning: bool = False,
    ) -> None:
        super().__init__(
            model,
            client=client,
            provider=provider,
            path=f"model/{quote(model, safe='')}/converse",
            extra=extra,
            effort=beside(effort or Effort(), (extra or {}).get(_MORE, {})),
            keep_reasoning=keep_reasoning,
        )
        self._left_out = set(without)
        self._begin()

    async def _send(self, body: dict[str, Any], *, thinking: int) -> JSONResponse:
        return await self._client.post(self._path, body, thinking=thinking)

    def _body(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        turns = [turn for turn in turns_of(request) if turn["role"] != "system"]
        limit = sampling.max_tokens + request.reasoning_room
        limit = limit if self._most is None else min(limit, self._most)
        body: dict[str, Any] = {
            "messages": [{"role": turn["role"], "content": [{"text": turn["content"]}]} for turn in turns],
            "inferenceConfig": {"maxTokens": limit, "temperature": min(WARMEST, sampling.temperature)},
        }
        if request.system and "system" in self._left_out:
            body["messages"][0]["content"].insert(0, {"text": f"{request.system}\n\n"})
        elif request.system:
            body["system"] = [{"text": request.system}]
        if "temperature" in self._left_out:
            del body["inferenceConfig"]["temperature"]
        schema = request.json_schema
        # The input of a tool is always an object.
        if schema is not None and schema.get("type") == "object" and "toolConfig" not in self._left_out:
            tool = {"description": "Takes the answer in its form.", "inputSchema": {"json": schema}}
            body["toolConfig"] = {"tools": [{"toolSpec": {"name": request.stage, **tool}}]}
            if "toolChoice" not in self._left_out:
                body["toolConfig"]["toolChoice"] = {"tool": {"name": request.stage}}
        if more := with_budget(self._effort.fields, limit, sampling.max_tokens):
            body[_MORE] = dict(more)
        return merged(body, self._extra)

    def _adapt(self, sent: Mapping[str, Any], refusal: RefusedError) -> bool:
        """Tell whether the request can be put in a way that the model may like better, and remember it."""
        ours = unmerged(sent, self._extra)
        sampling, tools = ours.get("inferenceConfig", {}), ours.get("toolConfig", {})
        if (most := _most_allowed(refusal.problem, sampling.get("maxTokens"))) is not None:
            self._most = min(most, self._most or most)
            return True
        there = ours.keys() | sampling.keys() | tools.keys()
        for field, about in OPTIONAL.items():
            if field in there and about.search(refusal.problem.detail):
                self._left_out = {*self._left_out, field}
                return True
        if (effort := self._effort.after(refusal.problem, ours.get(_MORE, {}))) is not None:
            self._effort = effort
            return True
        return False

    def _reply(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        del body
        with suppress(ValueError):
            read = reply_of(answer, model=self.model, keep_reasoning=self._keep_reasoning)
            return self._client.cleared(read)
        # Raised out here: the error of reading holds the body, and that may hand the key back.
        raise self._client.unusable(
            answer,
            "has no message",
            advice="check the base URL: Converse is at https://bedrock-runtime.REGION.amazonaws.com",
        )


def _most_allowed(problem: Problem, limit: int | None) -> int | None:
    """Return the most tokens of an answer that a model allows, where it refused a limit as too large; else None.

    It says: "The maximum tokens you requested exceeds the model limit of 4096."
    """
    if limit is None or not re.search(r"maximum tokens|maxTokens|max_tokens", problem.detail):
        return None
    return most_allowed(problem.model_copy(update={"param": "max_tokens"}), limit)
