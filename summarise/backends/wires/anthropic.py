"""Anthropic Messages, the wire protocol of Anthropic's models and of servers that imitate it: from Request to Reply.

Sends through the HTTP client and judges nothing that a model says. A JSON Schema goes out as the input of a tool that
the model has to use; where a server cannot do that, the prompt's own words have to do. A seed, a pattern and several
answers to one request are not in this protocol and are not sent.
"""

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import RefusedError
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.stream_events import Assembler
from summarise.backends.model_list import by_listing
from summarise.backends.token_counts import by_counting
from summarise.backends.wires.anthropic_bodies import reply_of
from summarise.backends.wires.anthropic_stream import MessageStream
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.conversation_turns import turns_of
from summarise.backends.wires.output_limits import most_allowed
from summarise.backends.wires.reasoning import Effort, beside, with_budget
from summarise.data import Reply, Request
from summarise.settings.model import merged, unmerged

PATH = "v1/messages"
HEADERS = {"anthropic-version": "2023-06-01"}
"""What the client must send with every request to this protocol; the key goes out as `x-api-key`."""
WARMEST = 1.0
"""The highest temperature that the protocol knows."""
OPTIONAL = ("tool_choice", "tools", "temperature", "cache_control", "stream")
"""What a server may refuse and be sent no more, in the order in which it is looked for in its message."""
_CACHED = {"cache_control": {"type": "ephemeral"}}
_FORM = ("tools", "tool_choice")


class AnthropicBackend(WireBackend):
    """A model of `provider` behind a server that speaks Anthropic Messages, reached through an open `client`.

    With `stream` the answer is read as it is written; the Reply is the same. What the server refuses is left out from
    then on, for the life of this object: that the tool must be used, then the tool, the temperature, the marks for the
    prompt cache, streaming, how much to think (`effort`); the limit is lowered to what the server allows. Thoughts are
    no part of an answer; with `keep_reasoning` they come beside it. `without` names fields that are not sent from the
    start. What later calls share (system message, examples, the beginning of the question) is marked for the cache.
    Errors are those of the client, and MalformedAnswerError for an answer that has no content.
    """

    def __init__(
        self,
        model: str,
        *,
        client: JSONClient,
        provider: str = "anthropic",
        stream: bool = False,
        extra: Mapping[str, Any] | None = None,
        without: Collection[str] = (),
        effort: Effort | None = None,
        keep_reasoning: bool = False,
    ) -> None:
        super().__init__(
            model,
            client=client,
            provider=provider,
            path=PATH,
            extra=extra,
            effort=beside(effort or Effort(), extra or {}),
            keep_reasoning=keep_reasoning,
        )
        self._stream = stream
        self._left_out = set(without)
        self._begin()
        self.capabilities = replace(
            self.capabilities,
            count=by_counting(client, model),
            counts_here=False,
            list_models=by_listing(client, "v1/models?limit=1000"),
        )

    def _assembler(self, body: Mapping[str, Any]) -> Callable[[], Assembler]:
        del body
        return MessageStream

    def _body(self, request: Request) -> dict[str, Any]:
        answer = request.sampling.max_tokens
        limit = answer + request.reasoning_room
        limit = limit if self._most is None else min(limit, self._most)
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": limit,
            "system": request.system,
            "messages": self._messages(request),
            "temperature": min(WARMEST, request.sampling.temperature),
            **with_budget(self._effort.fields, limit, answer),
        }
        schema = request.json_schema
        # The input of a tool is always an object.
        if schema is not None and schema.get("type") == "object":
            body["tools"] = [
                {"name": request.stage, "description": "Takes the answer in its form.", "input_schema": schema}
            ]
            body["tool_choice"] = {"type": "tool", "name": request.stage}
        if self._stream:
            body["stream"] = True
        if not request.system:
            del body["system"]
        for field in self._left_out:
            body.pop(field, None)
        if "tools" not in body:
            body.pop("tool_choice", None)
        return merged(body, self._extra)

    def _messages(self, request: Request) -> list[dict[str, Any]]:
        """Return the turns of a request: the examples, then the question, what later calls share marked for the cache.

        A mark covers all that stands before it, tools and system message included. It stands after what the questions
        share of their beginning, the article, else after the last example; without both there is too little to be worth
        one: a cache takes no less than a thousand tokens or more.
        """
        *shared, question = (turn for turn in turns_of(request) if turn["role"] != "system")
        if "cache_control" in self._left_out:
            return [*shared, question]
        if request.shared:
            beginning, rest = request.user[: request.shared], request.user[request.shared :]
            parts = [{"type": "text", "text": text} for text in (beginning, rest) if text]
            return [*shared, question | {"content": [parts[0] | _CACHED, *parts[1:]]}]
        turns: list[dict[str, Any]] = [*shared]
        if shared:
            turns[-1] = shared[-1] | {"content": [{"type": "text", "text": shared[-1]["content"]} | _CACHED]}
        return [*turns, question]

    def _adapt(self, sent: Mapping[str, Any], refusal: RefusedError) -> bool:
        ours = unmerged(sent, self._extra)
        if "max_tokens" in ours and (most := most_allowed(refusal.problem, ours["max_tokens"])) is not None:
            self._most = min(most, self._most or most)
            return True
        said = f"{refusal.problem.param} {refusal.problem.detail}"
        for field in OPTIONAL:
            present = field in ours or (field == "cache_control" and "messages" in ours and _is_marked(ours))
            if present and re.search(rf"\b{field}\b", said, re.IGNORECASE):
                self._left_out = {*self._left_out, field}
                return True
        if (effort := self._effort.after(refusal.problem, ours)) is not None:
            self._effort = effort
            return True
        if "tools" in ours and re.search(r"\btools?\b|\binput_schema\b", said, re.IGNORECASE):
            self._left_out = {*self._left_out, "tool_choice" if "tool_choice" in sent else "tools"}
            return True
        return False

    def _reply(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        with suppress(ValueError):
            limit = body["max_tokens"]
            read = reply_of(answer, model=self.model, limit=limit, keep_reasoning=self._keep_reasoning)
            return self._client.cleared(read)
        # Raised out here: the error of reading holds the body, and that may hand the key back.
        raise self._client.unusable(
            answer, "has no content", advice="check the base URL and that the server speaks Anthropic Messages"
        )


def _is_marked(sent: Mapping[str, Any]) -> bool:
    """Tell whether a request has a mark for the prompt cache."""
    return any(isinstance(turn["content"], list) for turn in sent["messages"])
