"""OpenAI Responses, the wire protocol of models that are not in Chat Completions: from a Request to a Reply.

Sends through the HTTP client and judges nothing that a model says. A seed, a pattern and several answers to one request
are not in this protocol and are not sent. The server is asked to keep nothing.
"""

from collections.abc import Mapping
from typing import Any

from summarise.backends.http.error_responses import Problem
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.conversation_turns import turns_of
from summarise.backends.wires.request_constraints import RequestConstraints
from summarise.backends.wires.responses_bodies import reply_of
from summarise.data import Reply, Request

LEAST_TOKENS = 16
"""The smallest limit that OpenAI takes."""


class ResponsesBackend(WireBackend):
    """A model behind a server that speaks OpenAI Responses.

    What may be left out, or put in another way: the strict JSON Schema, then any JSON form, the temperature, that
    nothing be stored, how much to think, and the size of the limit.
    """

    PATH = "responses"
    OPTIONAL = ("temperature", "store")
    FORMS = ("json_schema", "json_object")
    MISSING = "has no output"
    ADVICE = "try again later, or check the base URL"

    def _after(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        """Return what a refusal teaches; the form goes first, whose refusals may tell of reasoning models."""
        return (
            self._constraints.lowered(problem, self._limit_in(sent))
            or self._without_refused(problem, sent)
            or self._looser(problem, sent)
            or self._constraints.thinking_otherwise(problem, self._thinking_in(sent))
        )

    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.model,
            "instructions": request.system,
            "input": [turn for turn in turns_of(request) if turn["role"] != "system"],
            "max_output_tokens": constraints.within(max(LEAST_TOKENS, sampling.max_tokens + request.reasoning_room)),
            "temperature": sampling.temperature,
            "store": False,
            **constraints.effort.fields,
        }
        if not request.system:
            del body["instructions"]
        if request.json_schema is not None and constraints.form is not None:
            form: dict[str, Any] = {"type": constraints.form}
            if constraints.form == "json_schema":
                form |= {"name": request.stage, "strict": True, "schema": request.json_schema}
            body["text"] = {"format": form}
        return {name: value for name, value in body.items() if name not in constraints.left_out}

    def _form_in(self, sent: Mapping[str, Any]) -> str | None:
        form: str | None = sent.get("text", {}).get("format", {}).get("type")
        return form

    def _limit_in(self, sent: Mapping[str, Any]) -> int | None:
        return sent.get("max_output_tokens")

    def _missing_in(self, answer: JSONResponse) -> str:
        return "has failed" if answer.body.get("status") in ("failed", "cancelled") else self.MISSING

    def _read(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        del body
        return reply_of(answer, model=self.model, keep_reasoning=self._options.keep_reasoning)
