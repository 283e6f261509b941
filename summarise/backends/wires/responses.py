"""OpenAI Responses, the wire protocol of models that are not in Chat Completions: from a Request to a Reply.

Sends through the HTTP client and judges nothing that a model says. A seed, a pattern and several answers to one request
are not in this protocol and are not sent. The server is asked to keep nothing.
"""

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import RefusedError
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.stream_events import Assembler
from summarise.backends.proxy import ProxyBackend
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.conversation_turns import turns_of
from summarise.backends.wires.output_limits import most_allowed
from summarise.backends.wires.reasoning import Effort, beside
from summarise.backends.wires.responses_bodies import ResponseStream, reply_of
from summarise.data import Reply, Request, WireRequest
from summarise.settings.model import merged, unmerged

if TYPE_CHECKING:
    from summarise.backends.wires.openai import OpenAIBackend

PATH = "responses"
FORMS = ("json_schema", "json_object")
"""What a server may know of holding a model to a form, from the strictest down."""
OPTIONAL = ("stream", "temperature", "store")
LEAST_TOKENS = 16
"""The smallest limit that OpenAI takes."""
_ABOUT_FORM = re.compile(r"text\.format|json_schema|json_object|schema|structured output", re.IGNORECASE)
_ONLY_HERE = re.compile(
    r"v1/responses|responses (api|endpoint)|not a chat model|chatCompletion operation does not work", re.IGNORECASE
)
"""What OpenAI and Azure say at Chat Completions of a model that is not there, the first two by its name."""


class ResponsesBackend(WireBackend):
    """A model of `provider` behind a server that speaks OpenAI Responses, reached through an open `client`.

    With `stream` the answer is read as it is written; the Reply is the same. What the server refuses is left out from
    then on, for the life of this object: a word of `effort`, the strict JSON Schema, then any JSON form, the
    temperature, streaming, that nothing be stored; the limit is lowered to what the server allows. `without` names
    fields that are not sent from the start, `extra` those that every request carries besides. Thoughts are kept in the
    reply only with `keep_reasoning`. Errors are those of the client, and MalformedAnswerError for an answer that has no
    output, or has failed.
    """

    def __init__(
        self,
        model: str,
        *,
        client: JSONClient,
        provider: str = "openai",
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
        self._forms = list(FORMS)
        self._begin()

    def _assembler(self, body: Mapping[str, Any]) -> Callable[[], Assembler]:
        del body
        return ResponseStream

    def _body(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        limit = max(LEAST_TOKENS, sampling.max_tokens + request.reasoning_room)
        body: dict[str, Any] = {
            "model": self.model,
            "instructions": request.system,
            "input": [turn for turn in turns_of(request) if turn["role"] != "system"],
            "max_output_tokens": limit if self._most is None else min(limit, self._most),
            "temperature": sampling.temperature,
            "store": False,
            **self._effort.fields,
        }
        if not request.system:
            del body["instructions"]
        if request.json_schema is not None and self._forms:
            form: dict[str, Any] = {"type": self._forms[0]}
            if form["type"] == "json_schema":
                form |= {"name": request.stage, "strict": True, "schema": request.json_schema}
            body["text"] = {"format": form}
        if self._stream:
            body["stream"] = True
        for field in self._left_out:
            body.pop(field, None)
        return merged(body, self._extra)

    def _adapt(self, sent: Mapping[str, Any], refusal: RefusedError) -> bool:
        problem = refusal.problem
        ours = unmerged(sent, self._extra)
        if "max_output_tokens" in ours and (most := most_allowed(problem, ours["max_output_tokens"])) is not None:
            self._most = min(most, self._most or most)
            return True
        for field in OPTIONAL:
            named = problem.param == field or re.search(rf"\b{field}\b", problem.detail, re.IGNORECASE)
            if field in ours and named:
                self._left_out = {*self._left_out, field}
                return True
        refused = ours.get("text", {}).get("format", {}).get("type")
        if refused is not None and _ABOUT_FORM.search(f"{problem.param} {problem.detail}"):
            # Another call may have found out more while this one was on its way.
            self._forms = [form for form in self._forms if FORMS.index(form) > FORMS.index(refused)]
            return True
        if (effort := self._effort.after(problem, ours)) is not None:
            self._effort = effort
            return True
        return False

    def _reply(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        del body
        with suppress(ValueError):
            read = reply_of(answer, model=self.model, keep_reasoning=self._keep_reasoning)
            return self._client.cleared(read)
        # Raised out here: the error of reading holds the body, and that may hand the key back.
        what = "has failed" if answer.body.get("status") in ("failed", "cancelled") else "has no output"
        raise self._client.unusable(answer, what, advice="try again later, or check the base URL")


class OtherWireBackend(ProxyBackend):
    """A model in Chat Completions, which is asked by `other` as soon as the server says that it is only there.

    That costs one refused call in a run; a model's card (`wire = "responses"`) saves it. What `on_the_wire` tells stays
    the same, because answers are kept under it.
    """

    def __init__(self, backend: "OpenAIBackend", other: ResponsesBackend) -> None:
        super().__init__(backend, replace(backend.capabilities, sent_now=self._sent_now))
        self._chat = backend
        self._other = other
        self._moved = False

    async def complete(self, request: Request) -> Reply:
        """JSONResponse one request."""
        if not self._moved:
            try:
                return await super().complete(request)
            except RefusedError as refusal:
                if refusal.status not in (400, 404) or not _ONLY_HERE.search(refusal.problem.detail):
                    raise
                self._moved = True
        return await self._other.complete(request)

    def _sent_now(self, request: Request) -> WireRequest:
        return (self._other if self._moved else self._chat).sent_now(request)
