"""OpenAI Chat Completions, the wire protocol that most servers speak: from a Request to a Reply.

Sends through the HTTP client and judges nothing that a model says. It never adds to a prompt: where a server cannot
hold the model to a JSON Schema, the prompt's own words have to do.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import Problem, RefusedError, UnaffordableError
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.stream_events import Assembler
from summarise.backends.model_list import by_listing
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.conversation_turns import turns_of
from summarise.backends.wires.openai_bodies import reply_of
from summarise.backends.wires.openai_stream import CompletionStream
from summarise.backends.wires.output_limits import most_allowed
from summarise.backends.wires.reasoning import Effort, beside
from summarise.data import Reply, Request
from summarise.data.capabilities import Count
from summarise.settings.model import merged, unmerged

PATH = "chat/completions"
FORMS = ("json_schema", "json_object")
"""What a server may know of holding a model to a form, from the strictest down."""
OPTIONAL = ("stream_options", "stream", "temperature", "seed", "n", "top_logprobs", "logprobs")
LIMITS = ("max_tokens", "max_completion_tokens")
_WITH = {"stream_options": "stream", "top_logprobs": "logprobs"}
"""Fields that mean nothing without another one."""
_ABOUT_FORM = re.compile(r"response_format|json_schema|json_object|schema|structured output|grammar", re.IGNORECASE)
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecognized|unknown|unexpected|extra|not permitted|not allowed|only the default",
    re.IGNORECASE,
)


class OpenAIBackend(WireBackend):
    """A model of `provider` behind a server that speaks OpenAI Chat Completions, reached through an open `client`.

    With `stream` the answer is read as it is written; the Reply is the same. What the server does not know is left
    out from then on, for the life of this object: the strict JSON Schema, then any JSON form, `temperature`, `seed`,
    several answers at once, streaming, how much to think, and the name of the token limit, which is lowered to what the
    server allows. What is known of it beforehand: `forms` it takes, the field that it calls its token `limit`, fields
    to send it `without`, and the words for how much to think (`effort`). Thoughts are no part of an answer; with
    `keep_reasoning` they come beside it. `extra` are fields that every request carries besides. `patterns` tells that
    the server takes a JSON string with a pattern for a form, as llama.cpp does; to others a pattern is not sent. Errors
    are those of the client, and MalformedAnswerError for an answer that holds no choice.
    """

    def __init__(
        self,
        model: str,
        *,
        client: JSONClient,
        provider: str = "openai",
        stream: bool = False,
        extra: Mapping[str, Any] | None = None,
        patterns: bool = False,
        forms: Sequence[str] = FORMS,
        limit: str = LIMITS[0],
        without: Collection[str] = (),
        count: Count | None = None,
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
        self._patterns = patterns
        self._forms = [form for form in FORMS if form in forms]
        self._left_out = set(without)
        self._limit = limit
        self._refused_limits: set[str] = set()
        self._begin()
        here = None if count is None else False
        self.capabilities = replace(
            self.capabilities, count=count, counts_here=here, list_models=by_listing(client, "models")
        )

    def _assembler(self, body: Mapping[str, Any]) -> Callable[[], Assembler]:
        return partial(CompletionStream, body.get("n", 1))

    def _body(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        limit = sampling.max_tokens + request.reasoning_room
        body: dict[str, Any] = {
            "model": self.model,
            "messages": turns_of(request),
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            self._limit: limit if self._most is None else min(limit, self._most),
            **self._effort.fields,
        }
        form = self._form(request)
        if form is not None:
            body["response_format"] = form
        if request.candidates > 1:
            # One token's own probability is enough; llama.cpp sends ten others with each by default.
            body |= {"n": request.candidates, "logprobs": True, "top_logprobs": 1}
        if self._stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        for field in self._left_out:
            body.pop(field, None)
        for field, needed in _WITH.items():
            if needed not in body:
                body.pop(field, None)
        return merged(body, self._extra)

    def _form(self, request: Request) -> dict[str, Any] | None:
        """Return the form that the answer is to have, as strict as the server knows it; None for free text."""
        strictest = self._forms[0] if self._forms else None
        if request.json_schema is not None:
            if strictest != "json_schema":
                return {"type": strictest} if strictest else None
            form = {"name": request.stage, "strict": True, "schema": request.json_schema}
        elif request.pattern is not None and self._patterns and strictest == "json_schema":
            form = {"name": request.stage, "schema": {"type": "string", "pattern": request.pattern}}
        else:
            return None
        return {"type": "json_schema", "json_schema": form}

    def _adapt(self, sent: Mapping[str, Any], refusal: RefusedError) -> bool:
        problem, ours = refusal.problem, unmerged(sent, self._extra)
        unsupported = _UNSUPPORTED.search(f"{problem.code} {problem.detail}") is not None

        def concerns(field: str) -> bool:
            return field in ours and (
                problem.param == field or re.search(rf"\b{field}\b", problem.detail, re.IGNORECASE) is not None
            )

        if self._lower(ours, problem):
            return True
        limit = self._limit_in(ours)
        if limit is not None and unsupported and concerns(limit):
            self._refused_limits = {*self._refused_limits, limit}
            # Another call may have found this out while this one was on its way: then it just asks again.
            self._limit = LIMITS[1 - LIMITS.index(limit)]
            return self._limit not in self._refused_limits
        for field in OPTIONAL:
            # Servers that give one answer only refuse "n" with its bounds, and the field as such is known to them.
            if concerns(field) and (unsupported or field == "n"):
                self._left_out = {*self._left_out, field}
                return True
        if (effort := self._effort.after(problem, ours)) is not None:
            self._effort = effort
            return True
        refused = ours.get("response_format", {}).get("type")
        if refused is not None and _ABOUT_FORM.search(f"{problem.param} {problem.detail}"):
            # Another call may have found out more while this one was on its way.
            self._forms = [form for form in self._forms if FORMS.index(form) > FORMS.index(refused)]
            return True
        return False

    def _limit_in(self, sent: Mapping[str, Any]) -> str | None:
        """Return the field that the limit of a request stands in; None where it is the user's own."""
        return next((name for name in LIMITS if name in sent.keys() - self._extra.keys()), None)

    def _lower(self, sent: Mapping[str, Any], problem: Problem, *, least: int = 0) -> bool:
        """Tell whether the server named a lower limit that it takes, not below the `least`, and remember it."""
        limit = self._limit_in(sent)
        most = None if limit is None else most_allowed(problem, sent[limit])
        if most is None or most < least:
            return False
        self._most = min(most, self._most or most)
        return True

    def _afford(self, sent: Mapping[str, Any], refusal: UnaffordableError, *, least: int) -> bool:
        return self._lower(sent, refusal.problem, least=least)

    def _reply(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        with suppress(ValueError):
            quoted = _is_string(body)
            reply = reply_of(answer, model=self.model, quoted=quoted, keep_reasoning=self._keep_reasoning)
            return self._client.cleared(reply)
        # Raised out here: the error of reading holds the body, and that may hand the key back.
        raise self._client.unusable(answer, "holds no choice", advice="check the base URL")


def _is_string(body: Mapping[str, Any]) -> bool:
    """Tell whether a request asked for a JSON string, the way a pattern is held."""
    form = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    return bool(form.get("type") == "string")
