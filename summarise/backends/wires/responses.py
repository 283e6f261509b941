"""The OpenAI Responses wire, for models that Chat Completions does not offer."""

from collections.abc import Mapping
from typing import Any

from summarise.backends.http.bodies import JSONResponse
from summarise.backends.http.error_responses import Count, Name, Problem, Read, Reason, Told
from summarise.backends.replies import fields_of, split
from summarise.backends.wires.base import RequestConstraints, WireBackend, turns_of
from summarise.data import Finish, Reply, Request

_CUT: Mapping[str | None, Finish] = {"max_output_tokens": "length", "content_filter": "filter"}


class _Part(Read):
    type: Name = None
    text: str | None = None
    refusal: Told[str] = None


class _Item(Read):
    type: Name = None
    content: tuple[_Part, ...] | None = None
    summary: Told[tuple[_Part, ...]] = None


class _InputDetails(Read):
    cached_tokens: Count = None


class _OutputDetails(Read):
    reasoning_tokens: Count = None


class _Usage(Read):
    input_tokens: Count = None
    output_tokens: Count = None
    input_tokens_details: Told[_InputDetails] = None
    output_tokens_details: Told[_OutputDetails] = None


class _Incomplete(Read):
    reason: Reason = None


class _Response(Read):
    output: tuple[_Item, ...]
    status: Reason = None
    incomplete_details: Told[_Incomplete] = None
    usage: Told[_Usage] = None
    model: Name = None
    id: Name = None

    @property
    def text(self) -> str:
        return "".join(part.text or "" for part in self._parts if part.type == "output_text")

    @property
    def thoughts(self) -> str:
        items = [item for item in self.output if item.type == "reasoning"]
        return "\n\n".join(part.text or "" for item in items for part in (*(item.content or ()), *(item.summary or ())))

    @property
    def finish(self) -> Finish:
        if self.status == "incomplete":
            return _CUT.get(self.incomplete_details.reason if self.incomplete_details else None, "other")
        if not self.text and any(part.type == "refusal" for part in self._parts):
            return "filter"
        return "stop" if self.status in ("completed", None) else "other"

    @property
    def _parts(self) -> tuple[_Part, ...]:
        return tuple(part for item in self.output if item.type == "message" for part in item.content or ())


def reply_of(answer: JSONResponse, *, model: str, keep_reasoning: bool = False) -> Reply:
    """Parse a response to a request for `model`. Raises ValueError if it is not valid."""
    read = _Response.model_validate(answer.body)
    if read.status in ("failed", "cancelled"):
        raise ValueError(read.status)
    usage = read.usage or _Usage()
    inline = split(read.text)
    thoughts = "\n\n".join(filter(None, (read.thoughts, inline.thoughts)))
    read_before = usage.input_tokens_details or _InputDetails()
    told = (usage.output_tokens_details or _OutputDetails()).reasoning_tokens
    completion = usage.output_tokens or 0
    return Reply(
        text=inline.answer,
        finish=read.finish,
        model=read.model or model,
        prompt_tokens=usage.input_tokens or 0,
        completion_tokens=completion,
        cached_tokens=read_before.cached_tokens or 0,
        request_id=answer.request_id or read.id,
        seconds=answer.seconds,
        **fields_of(
            inline.answer,
            thoughts,
            told=told,
            completion_tokens=completion,
            keep=keep_reasoning,
            shown=inline.open,
        ),
    )


# OpenAI's minimum.
LEAST_TOKENS = 16


class ResponsesBackend(WireBackend):
    """A model behind a server that speaks OpenAI Responses."""

    PATH = "responses"
    OPTIONAL = ("temperature", "store")
    FORMS = ("json_schema", "json_object")
    MISSING = "has no output"
    ADVICE = "try again later, or check the base URL"

    def _after(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        """Check the format first, because its refusals may mention reasoning models."""
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
