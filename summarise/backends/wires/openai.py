"""OpenAI Chat Completions, the wire protocol that most servers speak: from a Request to a Reply.

Sends through the HTTP client and judges nothing that a model says. It never adds to a prompt: where a server cannot
hold the model to a JSON Schema, the prompt's own words have to do.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import Problem, RefusedError
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.conversation_turns import turns_of
from summarise.backends.wires.openai_bodies import reply_of
from summarise.backends.wires.options import WireOptions
from summarise.backends.wires.request_constraints import RequestConstraints, names
from summarise.data import Reply, Request, WireRequest

LIMITS = ("max_tokens", "max_completion_tokens")
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecognized|unknown|unexpected|extra|not permitted|not allowed|only the default",
    re.IGNORECASE,
)
_ONLY_RESPONSES = re.compile(
    r"v1/responses|responses (api|endpoint)|not a chat model|chatCompletion operation does not work", re.IGNORECASE
)
"""What OpenAI and Azure say of a model that is not in Chat Completions, the first two by its name."""


class OpenAIBackend(WireBackend):
    """A model behind a server that speaks OpenAI Chat Completions.

    What may be left out, or put in another way: the strict JSON Schema, then any JSON form, `temperature`, `seed`,
    several answers at once, how much to think, the name of the token limit, and its size. A pattern goes out as the
    form of a JSON string, to servers that take one, as llama.cpp does.

    `responses` is asked instead once the server says that the model is only there. That costs one refused call in a
    run; a model's card (`wire = "responses"`) saves it. `on_the_wire` stays the same, since answers are kept under it.
    """

    PATH = "chat/completions"
    MODELS = "models"
    OPTIONAL = ("temperature", "seed", "n", "top_logprobs", "logprobs")
    FORMS = ("json_schema", "json_object")
    MISSING = "holds no choice"
    ADVICE = "check the base URL"

    def __init__(
        self,
        model: str,
        *,
        client: JSONClient,
        options: WireOptions | None = None,
        responses: WireBackend | None = None,
    ) -> None:
        super().__init__(model, client=client, options=options)
        self._responses = responses
        self._moved_to: WireBackend | None = None

    def sent_now(self, request: Request) -> WireRequest:
        """Return what is sent for a request by now, and send nothing."""
        return self._moved_to.sent_now(request) if self._moved_to else super().sent_now(request)

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        if self._moved_to is None:
            try:
                return await super().complete(request)
            except RefusedError as refusal:
                moved = refusal.status in (400, 404) and _ONLY_RESPONSES.search(refusal.problem.detail)
                if self._responses is None or not moved:
                    raise
                self._moved_to = self._responses
        return await self._moved_to.complete(request)

    def _known(self) -> RequestConstraints:
        quirks = self._options.quirks
        return replace(
            super()._known(),
            forms=tuple(form for form in self.FORMS if form in quirks.forms),
            limit_fields=(quirks.limit_field, *(name for name in LIMITS if name != quirks.limit_field)),
        )

    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.model,
            "messages": turns_of(request),
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            constraints.limit_fields[0]: constraints.within(sampling.max_tokens + request.reasoning_room),
            **constraints.effort.fields,
        }
        form = self._form(request, constraints.form)
        if form is not None:
            body["response_format"] = form
        if request.candidates > 1:
            # One token's own probability is enough; llama.cpp sends ten others with each by default.
            body |= {"n": request.candidates, "logprobs": True, "top_logprobs": 1}
        left_out = constraints.left_out | ({"top_logprobs"} if "logprobs" in constraints.left_out else set())
        return {name: value for name, value in body.items() if name not in left_out}

    def _form(self, request: Request, strictest: str | None) -> dict[str, Any] | None:
        """Return the form that the answer is to have, as strict as the server knows it; None for free text."""
        if request.json_schema is not None:
            if strictest != "json_schema":
                return {"type": strictest} if strictest else None
            form = {"name": request.stage, "strict": True, "schema": request.json_schema}
        elif request.pattern is not None and self._options.quirks.patterns and strictest == "json_schema":
            form = {"name": request.stage, "schema": {"type": "string", "pattern": request.pattern}}
        else:
            return None
        return {"type": "json_schema", "json_schema": form}

    def _is_refused(self, problem: Problem, field: str) -> bool:
        # Servers that give one answer only refuse "n" with its bounds, and the field as such is known to them.
        return names(problem, field) and (field == "n" or _is_unsupported(problem))

    def _without_refused(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        name = _limit_field(sent)
        if name is not None and names(problem, name) and _is_unsupported(problem):
            # Another call may have found this out while this one was on its way: then it just asks again.
            others = tuple(other for other in self._constraints.limit_fields if other != name)
            return replace(self._constraints, limit_fields=others) if others else None
        return super()._without_refused(problem, sent)

    def _form_in(self, sent: Mapping[str, Any]) -> str | None:
        form: str | None = sent.get("response_format", {}).get("type")
        return form

    def _limit_in(self, sent: Mapping[str, Any]) -> int | None:
        name = _limit_field(sent)
        return None if name is None else sent[name]

    def _read(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        return reply_of(answer, model=self.model, quoted=_is_string(body), keep_reasoning=self._options.keep_reasoning)


def _is_unsupported(problem: Problem) -> bool:
    """Tell whether a server says that it does not know something, and not that its value is wrong."""
    return _UNSUPPORTED.search(f"{problem.code} {problem.detail}") is not None


def _limit_field(sent: Mapping[str, Any]) -> str | None:
    """Return the name of the limit in a body, None where it has none of ours."""
    return next((name for name in LIMITS if name in sent), None)


def _is_string(body: Mapping[str, Any]) -> bool:
    """Tell whether a request asked for a JSON string, the way a pattern is held."""
    form = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    return bool(form.get("type") == "string")
