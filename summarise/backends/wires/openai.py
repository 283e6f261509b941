"""OpenAI's wires: Chat Completions, which most servers speak, and Responses, which some models require."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from summarise.backends.http.client import JSONClient
from summarise.backends.http.responses import (
    Count,
    JSONResponse,
    Lenient,
    LogProbability,
    Name,
    Problem,
    Reason,
    RefusedError,
    ServerJSON,
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
        """The reasoning in fields of its own, in content parts, and in tags."""
        in_fields = next(filter(None, map(reasoning_text, self._reasoning_fields)), "")
        parts = self.content if isinstance(self.content, tuple) else ()
        in_parts = "".join(reasoning_text(part.thinking) or part.text or "" for part in parts if part.is_thought)
        return in_fields, in_parts, self.split.thoughts

    @property
    def has_thoughts(self) -> bool:
        return any(self._reasoning_fields) or self.split.open

    @property
    def _reasoning_fields(self) -> tuple[Any, ...]:
        return self.reasoning_content, self.reasoning, self.thinking, self.reasoning_details


class _Token(ServerJSON):
    logprob: LogProbability = None


class _Logprobs(ServerJSON):
    content: tuple[_Token, ...] | None = None


class _Choice(ServerJSON):
    message: _Message
    finish_reason: Reason = None
    logprobs: Lenient[_Logprobs] = None
    index: Count = None

    @property
    def finish(self) -> Finish:
        refused = self.message.content is None and self.message.refusal is not None
        return "filter" if refused else _FINISH.get(self.finish_reason, "other")

    @property
    def tokens(self) -> int:
        return len((self.logprobs and self.logprobs.content) or ())

    @property
    def likelihood(self) -> float | None:
        """The mean log-probability of the answer's tokens, or None if one is missing."""
        tokens = (self.logprobs and self.logprobs.content) or ()
        known = [token.logprob for token in tokens if token.logprob is not None]
        return sum(known) / len(known) if known and len(known) == len(tokens) else None

    @property
    def text(self) -> str:
        return self.message.split.answer

    @property
    def alternative(self) -> Alternative:
        return Alternative(text=self.text, finish=self.finish, likelihood=self.likelihood)


class _PromptDetails(ServerJSON):
    cached_tokens: Count = None


class _CompletionDetails(ServerJSON):
    reasoning_tokens: Count = None


class _Usage(ServerJSON):
    prompt_tokens: Count = None
    completion_tokens: Count = None
    total_tokens: Count = None
    prompt_tokens_details: Lenient[_PromptDetails] = None
    completion_tokens_details: Lenient[_CompletionDetails] = None
    reasoning_tokens: Count = None  # Together and others
    prompt_cache_hit_tokens: Count = None  # DeepSeek


class _Timings(ServerJSON):
    cache_n: Count = None  # llama.cpp, if missing in `usage`


def _completion_tokens(usage: _Usage) -> tuple[int, int]:
    """Return the numbers of completion tokens and of the reasoning tokens among them.

    Google and xAI count reasoning tokens only in `total_tokens`.
    """
    completion = usage.completion_tokens or 0
    details = usage.completion_tokens_details or _CompletionDetails()
    reasoning = details.reasoning_tokens or usage.reasoning_tokens or 0
    uncounted = (usage.total_tokens or 0) - (usage.prompt_tokens or 0) - completion
    if usage.prompt_tokens is None or uncounted <= 0:
        return completion, reasoning
    return completion + uncounted, reasoning or uncounted


class _Completion(ServerJSON):
    choices: tuple[Lenient[_Choice], ...]
    usage: Lenient[_Usage] = None
    timings: Lenient[_Timings] = None
    model: Name = None
    id: Name = None

    @property
    def cached_tokens(self) -> int:
        usage = self.usage or _Usage()
        details = usage.prompt_tokens_details or _PromptDetails()
        timings = self.timings or _Timings()
        return details.cached_tokens or usage.prompt_cache_hit_tokens or timings.cache_n or 0


LIMITS = ("max_tokens", "max_completion_tokens")
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
            **constraints.effort,
        }
        if request.json_schema is not None and constraints.form is not None:
            body["response_format"] = {"type": constraints.form}
            if constraints.form == "json_schema":
                schema = {"name": request.stage, "strict": True, "schema": request.json_schema}
                body["response_format"]["json_schema"] = schema
        if request.candidates > 1:
            # llama.cpp sends ten top log-probabilities per token by default.
            body |= {"n": request.candidates, "logprobs": True, "top_logprobs": 1}
        left_out = constraints.left_out | ({"top_logprobs"} if "logprobs" in constraints.left_out else set())
        return {name: value for name, value in body.items() if name not in left_out}

    def _is_refused(self, problem: Problem, field: str) -> bool:
        # Servers that allow one answer refuse the value of "n", not the field.
        return names_field(problem, field) and (field == "n" or _is_unsupported(problem))

    def _without_refused(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        name = _limit_field(sent)
        if name is not None and names_field(problem, name) and _is_unsupported(problem):
            # A concurrent call may already have dropped this name.
            others = tuple(field for field in self._constraints.limit_fields if field != name)
            return replace(self._constraints, limit_fields=others) if others else None
        return super()._without_refused(problem, sent)

    def _limit_in(self, sent: Mapping[str, Any]) -> int | None:
        return sent.get(_limit_field(sent) or "")

    def _read(self, answer: JSONResponse) -> Reply:
        read = _Completion.model_validate(answer.body)
        choices = sorted(filter(None, read.choices), key=lambda choice: choice.index or 0)
        first, *others = choices
        usage = read.usage or _Usage()
        completion_tokens, reasoning_tokens = _completion_tokens(usage)
        return self._reply_of(
            answer,
            text=first.text,
            finish=first.finish,
            likelihood=first.likelihood,
            alternatives=tuple(other.alternative for other in others),
            model=read.model,
            prompt_tokens=usage.prompt_tokens or 0,
            # llama.cpp counts only the first of several answers.
            completion_tokens=max(completion_tokens, sum(choice.tokens for choice in choices)),
            cached_tokens=read.cached_tokens,
            answers="\n".join(choice.text for choice in choices),
            thoughts=[text for choice in choices for text in choice.message.thoughts],
            counted=reasoning_tokens,
            reasoned=any(choice.message.has_thoughts for choice in choices),
            request_id=read.id,
        )


def _is_unsupported(problem: Problem) -> bool:
    """Return whether an error means that a field, and not only its value, is not supported."""
    return _UNSUPPORTED.search(f"{problem.code} {problem.detail}") is not None


def _limit_field(sent: Mapping[str, Any]) -> str | None:
    return next((name for name in LIMITS if name in sent), None)


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


class _ResponseUsage(ServerJSON):
    input_tokens: Count = None
    output_tokens: Count = None
    input_tokens_details: Lenient[_PromptDetails] = None
    output_tokens_details: Lenient[_CompletionDetails] = None


class _Incomplete(ServerJSON):
    reason: Reason = None


class _Response(ServerJSON):
    output: tuple[_Item, ...]
    status: Reason = None
    incomplete_details: Lenient[_Incomplete] = None
    usage: Lenient[_ResponseUsage] = None
    model: Name = None
    id: Name = None

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
            return _CUT.get(self.incomplete_details.reason if self.incomplete_details else None, "other")
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
    LIMIT = ("max_output_tokens",)
    FORMS = ("json_schema", "json_object")
    FORM = ("text", "format", "type")
    MISSING = "has no output"
    ADVICE = "try again later, or check the base URL"

    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.model,
            "instructions": request.system,
            "input": [turn for turn in turns_of(request) if turn["role"] != "system"],
            "max_output_tokens": constraints.within(max(LEAST_TOKENS, sampling.max_tokens + request.reasoning_room)),
            "temperature": sampling.temperature,
            "store": False,
            **constraints.effort,
        }
        if not request.system:
            del body["instructions"]
        if request.json_schema is not None and constraints.form is not None:
            form: dict[str, Any] = {"type": constraints.form}
            if constraints.form == "json_schema":
                form |= {"name": request.stage, "strict": True, "schema": request.json_schema}
            body["text"] = {"format": form}
        return {name: value for name, value in body.items() if name not in constraints.left_out}

    def _missing_in(self, answer: JSONResponse) -> str:
        return "has failed" if answer.body.get("status") in _FAILED else self.MISSING

    def _read(self, answer: JSONResponse) -> Reply:
        read = _Response.model_validate(answer.body)
        if read.status in _FAILED:
            raise ValueError(read.status)
        usage, inline = read.usage or _ResponseUsage(), split(read.text)
        return self._reply_of(
            answer,
            text=inline.answer,
            finish=read.finish,
            model=read.model,
            prompt_tokens=usage.input_tokens or 0,
            completion_tokens=usage.output_tokens or 0,
            cached_tokens=(usage.input_tokens_details or _PromptDetails()).cached_tokens or 0,
            thoughts=[*read.thoughts, inline.thoughts],
            counted=(usage.output_tokens_details or _CompletionDetails()).reasoning_tokens,
            reasoned=inline.open,
            request_id=read.id,
        )
