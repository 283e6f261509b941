"""OpenAI's wires: Chat Completions, which most servers speak, and Responses, which some models require."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from summarise.backends.http.client import JSONClient
from summarise.backends.http.responses import (
    Count,
    JSONResponse,
    Lenient,
    Name,
    Problem,
    Reason,
    RefusedError,
    ServerJSON,
    count_at,
    count_of,
    likelihood_at,
    name_at,
    value_at,
)
from summarise.backends.replies import Split, reasoning_text, split
from summarise.backends.wires.base import RequestConstraints, WireBackend, WireOptions, names_field, turns_of
from summarise.data import Alternative, Finish, Reply, Request, WireRequest

_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length", "content_filter": "filter"}
_THOUGHTS = frozenset({"thinking", "reasoning", "redacted_thinking", "thought", "summary"})


class _Part(ServerJSON):
    type: Name = None
    text: str | None = None
    thinking: Any = None

    @property
    def is_thought(self) -> bool:
        return self.type in _THOUGHTS or self.thinking is not None


class _Message(ServerJSON):
    content: str | tuple[_Part, ...] | None = None
    refusal: Lenient[str] = None
    reasoning_content: Any = None
    reasoning: Any = None
    reasoning_details: Any = None
    thinking: Any = None

    @cached_property
    def split(self) -> Split:
        if not isinstance(self.content, tuple):
            return split(self.content or "")
        return split("".join(part.text or "" for part in self.content if not part.is_thought))

    @property
    def thoughts(self) -> tuple[str, ...]:
        """The reasoning in separate fields, and in parts of the content."""
        in_fields = next(filter(None, map(reasoning_text, self.reasoning_fields)), "")
        parts = self.content if isinstance(self.content, tuple) else ()
        return in_fields, "".join(reasoning_text(part.thinking) or part.text or "" for part in parts if part.is_thought)

    @property
    def reasoning_fields(self) -> tuple[Any, ...]:
        return self.reasoning_content, self.reasoning, self.thinking, self.reasoning_details


class _Choice(ServerJSON):
    message: _Message
    finish_reason: Reason = None
    logprobs: Any = None
    index: Count = None

    @property
    def finish(self) -> Finish:
        refused = self.message.content is None and self.message.refusal is not None
        return "filter" if refused else _FINISH.get(self.finish_reason, "other")

    @property
    def tokens(self) -> Sequence[object]:
        tokens = value_at(self.logprobs, "content")
        valid = isinstance(tokens, list) and all(isinstance(token, dict) for token in tokens)
        return tokens if valid else []

    @property
    def likelihood(self) -> float | None:
        """The mean log-probability of the answer's tokens, or None if one is missing."""
        known = [value for token in self.tokens if (value := likelihood_at(token, "logprob")) is not None]
        return sum(known) / len(known) if known and len(known) == len(self.tokens) else None

    @property
    def alternative(self) -> Alternative:
        return Alternative(text=self.message.split.answer, finish=self.finish, likelihood=self.likelihood)


class _Completion(ServerJSON):
    choices: tuple[Lenient[_Choice], ...]


def _completion_tokens(usage: object) -> tuple[int, int]:
    """Return the numbers of completion tokens and of the reasoning tokens among them.

    Google and xAI count reasoning tokens only in `total_tokens`.
    """
    completion = count_at(usage, "completion_tokens")
    # Together and others write the number directly into `usage`.
    reasoning = count_at(usage, "completion_tokens_details", "reasoning_tokens") or count_at(usage, "reasoning_tokens")
    prompt = count_of(value_at(usage, "prompt_tokens"))
    uncounted = 0 if prompt is None else count_at(usage, "total_tokens") - prompt - completion
    return (completion, reasoning) if uncounted <= 0 else (completion + uncounted, reasoning or uncounted)


# Places of the number of cached tokens: OpenAI, DeepSeek, llama.cpp.
_CACHED_TOKENS = (
    ("usage", "prompt_tokens_details", "cached_tokens"),
    ("usage", "prompt_cache_hit_tokens"),
    ("timings", "cache_n"),
)
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecognized|unknown|unexpected|extra|not permitted|not allowed|only the default",
    re.IGNORECASE,
)
# OpenAI's and Azure's messages for models that Chat Completions does not offer.
_ONLY_RESPONSES = re.compile(
    r"v1/responses|responses (api|endpoint)|not a chat model|chatCompletion operation does not work", re.IGNORECASE
)


class OpenAIBackend(WireBackend):
    """A model of a server that speaks OpenAI Chat Completions.

    If the server reports that the model needs the Responses API, the backend `responses` is used instead. The result of
    `on_the_wire`, and with it the cache key, stays the same.
    """

    PATH = "chat/completions"
    MODELS = "models"
    OPTIONAL = ("temperature", "seed", "n", "top_logprobs", "logprobs")
    LIMITS = (("max_tokens",), ("max_completion_tokens",))
    FORMS = ("json_schema", "json_object")
    FORM = ("response_format", "type")
    MISSING = "contains no choice"
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
        """Return the HTTP request as it is sent now, without the fields refused so far."""
        return self._moved_to.sent_now(request) if self._moved_to else super().sent_now(request)

    async def complete(self, request: Request) -> Reply:
        """Return the reply, from the Responses API if the model needs it."""
        if self._moved_to is None:
            try:
                return await super().complete(request)
            except RefusedError as refusal:
                moved = refusal.status in (400, 404) and _ONLY_RESPONSES.search(refusal.problem.detail)
                if self._responses is None or not moved:
                    raise
                self._moved_to = self._responses
        return await self._moved_to.complete(request)

    def _initial_constraints(self) -> RequestConstraints:
        quirks = self._options.quirks
        return replace(
            super()._initial_constraints(),
            forms=tuple(form for form in self.FORMS if form in quirks.forms),
            limit_fields=tuple(dict.fromkeys((quirks.limit_field, *(name for (name,) in self.LIMITS)))),
        )

    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.model,
            "messages": turns_of(request),
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            constraints.limit_fields[0]: constraints.within(sampling.max_tokens + request.reasoning_room),
            **constraints.effort,
        }
        if request.json_schema is not None and constraints.form is not None:
            body["response_format"] = {"type": constraints.form}
            if constraints.form == "json_schema":
                schema = {"name": request.stage, "strict": True, "schema": request.json_schema}
                body["response_format"]["json_schema"] = schema
        if request.candidates > 1:
            body |= {"n": request.candidates, "logprobs": True}
            if "logprobs" not in constraints.left_out:
                # llama.cpp sends ten top log-probabilities per token by default.
                body["top_logprobs"] = 1
        return body

    def _is_refused(self, problem: Problem, field: str) -> bool:
        # Servers that allow only one answer refuse the value of "n", not the field.
        return names_field(problem, field) and (field == "n" or _is_unsupported(problem))

    def _without_refused(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        name = next((name for (name,) in self.LIMITS if name in sent), None)
        if name is not None and names_field(problem, name) and _is_unsupported(problem):
            # A concurrent call may already have dropped this name.
            others = tuple(field for field in self._constraints.limit_fields if field != name)
            return replace(self._constraints, limit_fields=others) if others else None
        return super()._without_refused(problem, sent)

    def _read(self, answer: JSONResponse) -> Reply:
        read = _Completion.model_validate(answer.body)
        choices = sorted(filter(None, read.choices), key=lambda choice: choice.index or 0)
        first, *others = choices
        completion_tokens, reasoning_tokens = _completion_tokens(answer.body.get("usage"))
        return self._reply_of(
            answer,
            *(choice.message.split for choice in choices),
            finish=first.finish,
            likelihood=first.likelihood,
            alternatives=tuple(other.alternative for other in others),
            prompt_tokens=count_at(answer.body, "usage", "prompt_tokens"),
            # llama.cpp counts only the first of several answers.
            completion_tokens=max(completion_tokens, sum(len(choice.tokens) for choice in choices)),
            cached_tokens=next(filter(None, (count_at(answer.body, *place) for place in _CACHED_TOKENS)), 0),
            thoughts=[text for choice in choices for text in choice.message.thoughts],
            counted=reasoning_tokens,
            reasoned=any(any(choice.message.reasoning_fields) for choice in choices),
        )


def _is_unsupported(problem: Problem) -> bool:
    return _UNSUPPORTED.search(f"{problem.code} {problem.detail}") is not None


_FAILED = ("failed", "cancelled")
_CUT: Mapping[str | None, Finish] = {"max_output_tokens": "length", "content_filter": "filter"}


class _OutputPart(ServerJSON):
    type: Name = None
    text: str | None = None
    refusal: Lenient[str] = None


class _Item(ServerJSON):
    type: Name = None
    content: tuple[_OutputPart, ...] | None = None
    summary: Lenient[tuple[_OutputPart, ...]] = None


class _Response(ServerJSON):
    output: tuple[_Item, ...]
    status: Reason = None
    incomplete_details: Any = None

    @property
    def text(self) -> str:
        return "".join(part.text or "" for part in self._parts if part.type == "output_text")

    @property
    def thoughts(self) -> list[str]:
        items = [item for item in self.output if item.type == "reasoning"]
        return [part.text or "" for item in items for part in (*(item.content or ()), *(item.summary or ()))]

    @property
    def finish(self) -> Finish:
        if self.status == "incomplete":
            return _CUT.get(name_at(self.incomplete_details, "reason"), "other")
        if not self.text and any(part.type == "refusal" for part in self._parts):
            return "filter"
        return "stop" if self.status in ("completed", None) else "other"

    @property
    def _parts(self) -> tuple[_OutputPart, ...]:
        return tuple(part for item in self.output if item.type == "message" for part in item.content or ())


# OpenAI's minimum of `max_output_tokens`.
LEAST_TOKENS = 16


class ResponsesBackend(WireBackend):
    """A model of a server that speaks OpenAI Responses."""

    PATH = "responses"
    OPTIONAL = ("temperature", "store")
    LIMITS = (("max_output_tokens",),)
    FORMS = ("json_schema", "json_object")
    FORM = ("text", "format", "type")
    MISSING = "has no output"
    ADVICE = "try again later, or check the base URL"

    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.model,
            **({"instructions": request.system} if request.system else {}),
            "input": [turn for turn in turns_of(request) if turn["role"] != "system"],
            "max_output_tokens": constraints.within(max(LEAST_TOKENS, sampling.max_tokens + request.reasoning_room)),
            "temperature": sampling.temperature,
            "store": False,
            **constraints.effort,
        }
        if request.json_schema is not None and constraints.form is not None:
            form: dict[str, Any] = {"type": constraints.form}
            if constraints.form == "json_schema":
                form |= {"name": request.stage, "strict": True, "schema": request.json_schema}
            body["text"] = {"format": form}
        return body

    def _read(self, answer: JSONResponse) -> Reply:
        if answer.body.get("status") in _FAILED:
            raise self._client.unusable(answer, "has failed", advice=self.ADVICE)
        read = _Response.model_validate(answer.body)
        usage = partial(count_at, answer.body, "usage")
        return self._reply_of(
            answer,
            split(read.text),
            finish=read.finish,
            prompt_tokens=usage("input_tokens"),
            completion_tokens=usage("output_tokens"),
            cached_tokens=usage("input_tokens_details", "cached_tokens"),
            thoughts=read.thoughts,
            counted=usage("output_tokens_details", "reasoning_tokens"),
        )
