"""The OpenAI Chat Completions wire, which most servers speak."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from summarise.backends.http.bodies import JSONResponse
from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import (
    Count,
    Index,
    LogProbability,
    Name,
    Problem,
    Read,
    Reason,
    RefusedError,
    Told,
)
from summarise.backends.replies import Split, fields_of, split
from summarise.backends.wires.base import RequestConstraints, WireBackend, WireOptions, names, turns_of
from summarise.data import Alternative, Finish, Reply, Request, WireRequest

_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length", "content_filter": "filter"}
# Types of content parts with reasoning.
_THOUGHTS = frozenset({"thinking", "reasoning", "redacted_thinking", "thought", "summary"})


class _Part(Read):
    type: Name = None
    text: str | None = None
    thinking: Any = None

    @property
    def is_thought(self) -> bool:
        return self.type in _THOUGHTS or self.thinking is not None


def _words(thought: Any) -> str:
    """Return the text of reasoning in any server's format."""
    if isinstance(thought, str):
        return thought
    if isinstance(thought, list):
        return "".join(map(_words, thought))
    if isinstance(thought, dict):
        return next((_words(thought[name]) for name in ("text", "summary", "thinking") if thought.get(name)), "")
    return ""


class _Message(Read):
    content: str | tuple[_Part, ...] | None = None
    refusal: Told[str] = None
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
    def thoughts(self) -> str:
        """All reasoning, from other fields and the content; empty if it is encrypted."""
        beside = next(filter(None, map(_words, self._beside)), "")
        parts = self.content if isinstance(self.content, tuple) else ()
        within = "".join(_words(part.thinking) or part.text or "" for part in parts if part.is_thought)
        return "\n\n".join(filter(None, (beside, within, self.split.thoughts)))

    @property
    def thought(self) -> bool:
        return any(self._beside) or self.split.open or bool(self.thoughts)

    @property
    def _beside(self) -> tuple[Any, ...]:
        return self.reasoning_content, self.reasoning, self.thinking, self.reasoning_details


class _Token(Read):
    logprob: LogProbability = None


class _Logprobs(Read):
    content: tuple[_Token, ...] | None = None


class _Choice(Read):
    message: _Message
    finish_reason: Reason = None
    logprobs: Told[_Logprobs] = None
    index: Index = 0

    @property
    def finish(self) -> Finish:
        refused = self.message.content is None and self.message.refusal is not None
        return "filter" if refused else _FINISH.get(self.finish_reason, "other")

    @property
    def tokens(self) -> int:
        return len((self.logprobs and self.logprobs.content) or ())

    @property
    def likelihood(self) -> float | None:
        """The mean log-probability of the answer's tokens, or None."""
        tokens = (self.logprobs and self.logprobs.content) or ()
        known = [token.logprob for token in tokens if token.logprob is not None]
        return sum(known) / len(known) if known and len(known) == len(tokens) else None

    @property
    def text(self) -> str:
        return self.message.split.answer


class _Details(Read):
    cached_tokens: Count = None


class _Written(Read):
    reasoning_tokens: Count = None


class _Usage(Read):
    prompt_tokens: Count = None
    completion_tokens: Count = None
    total_tokens: Count = None
    prompt_tokens_details: Told[_Details] = None
    completion_tokens_details: Told[_Written] = None
    reasoning_tokens: Count = None  # Together and others
    prompt_cache_hit_tokens: Count = None  # DeepSeek


class _Timings(Read):
    cache_n: Count = None  # llama.cpp, if missing in `usage`


def _written_of(usage: _Usage) -> tuple[int, int]:
    """Return completion tokens and, of these, reasoning tokens.

    Google and xAI count reasoning only in `total_tokens`.
    """
    written = usage.completion_tokens or 0
    details = usage.completion_tokens_details or _Written()
    thought = details.reasoning_tokens or usage.reasoning_tokens or 0
    apart = (usage.total_tokens or 0) - (usage.prompt_tokens or 0) - written
    if usage.prompt_tokens is None or apart <= 0:
        return written, thought
    return written + apart, thought or apart


class _Completion(Read):
    choices: tuple[Told[_Choice], ...]
    usage: Told[_Usage] = None
    timings: Told[_Timings] = None
    model: Name = None
    id: Name = None

    @property
    def cached_tokens(self) -> int:
        usage = self.usage or _Usage()
        details = usage.prompt_tokens_details or _Details()
        timings = self.timings or _Timings()
        return details.cached_tokens or usage.prompt_cache_hit_tokens or timings.cache_n or 0


def reply_of(answer: JSONResponse, *, model: str, keep_reasoning: bool = False) -> Reply:
    """Parse a response to a request for `model`. Raises ValueError."""
    read = _Completion.model_validate(answer.body)
    choices = [choice for choice in read.choices if choice is not None]
    choice, *others = sorted(choices, key=lambda choice: choice.index)
    counted, told = _written_of(read.usage or _Usage())
    # llama.cpp counts only the first of several answers.
    written = max(counted, sum(choice.tokens for choice in choices))
    messages = [one.message for one in (choice, *others)]
    return Reply(
        text=choice.text,
        finish=choice.finish,
        likelihood=choice.likelihood,
        alternatives=tuple(
            Alternative(text=other.text, finish=other.finish, likelihood=other.likelihood) for other in others
        ),
        model=read.model or model,
        prompt_tokens=(read.usage and read.usage.prompt_tokens) or 0,
        completion_tokens=written,
        **fields_of(
            "\n".join(message.split.answer for message in messages),
            "\n\n".join(filter(None, (message.thoughts for message in messages))),
            told=told,
            completion_tokens=written,
            keep=keep_reasoning,
            shown=any(message.thought for message in messages),
        ),
        cached_tokens=read.cached_tokens,
        request_id=answer.request_id or read.id,
        seconds=answer.seconds,
    )


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
    """A model behind a server that speaks OpenAI Chat Completions.

    `responses` takes over when the server says that the model needs the Responses API. `on_the_wire` does not change
    then, because it is part of the cache key.
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
        """Return the request as sent under the current constraints."""
        return self._moved_to.sent_now(request) if self._moved_to else super().sent_now(request)

    async def complete(self, request: Request) -> Reply:
        """Return the reply to a request."""
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
            # llama.cpp sends ten top log-probabilities per token by default.
            body |= {"n": request.candidates, "logprobs": True, "top_logprobs": 1}
        left_out = constraints.left_out | ({"top_logprobs"} if "logprobs" in constraints.left_out else set())
        return {name: value for name, value in body.items() if name not in left_out}

    def _form(self, request: Request, strictest: str | None) -> dict[str, Any] | None:
        if request.json_schema is not None:
            if strictest != "json_schema":
                return {"type": strictest} if strictest else None
            form = {"name": request.stage, "strict": True, "schema": request.json_schema}
            return {"type": "json_schema", "json_schema": form}
        return None

    def _is_refused(self, problem: Problem, field: str) -> bool:
        # Servers that allow one answer refuse the value of "n", not the field.
        return names(problem, field) and (field == "n" or _is_unsupported(problem))

    def _without_refused(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        name = _limit_field(sent)
        if name is not None and names(problem, name) and _is_unsupported(problem):
            # A concurrent call may have learned this already; then the request is just sent again.
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
        del body
        return reply_of(answer, model=self.model, keep_reasoning=self._options.keep_reasoning)


def _is_unsupported(problem: Problem) -> bool:
    """Return whether a field is unknown to the server, not its value wrong."""
    return _UNSUPPORTED.search(f"{problem.code} {problem.detail}") is not None


def _limit_field(sent: Mapping[str, Any]) -> str | None:
    return next((name for name in LIMITS if name in sent), None)
