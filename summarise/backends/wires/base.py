"""Defines the base class of all wires (protocols): it builds request bodies, and changes them after refusals.

A dialect is a server's format for the request fields that control a model's reasoning.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

from summarise.backends.http.client import JSONClient
from summarise.backends.http.responses import (
    JSONResponse,
    Problem,
    RefusedError,
    count_at,
    name_at,
    one_line,
    value_at,
)
from summarise.backends.replies import Split, reasoning_fields
from summarise.data import Capabilities, Reasoning, Reply, Request, WireRequest
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, merged, unmerged
from summarise.settings.providers import Dialect, Quirks

Fields = Mapping[str, Any]
# Alternative reasoning fields, in the order in which they are tried.
Ladder = tuple[Fields, ...]

# Reasoning tokens by level, for providers that require a number; Anthropic's minimum is 1,024.
BUDGETS: Mapping[str, int] = {"low": 1024, "medium": 4096, "high": 16384}
_ABOUT = re.compile(r"reasoning|effort|think|chat_template", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"unrecogni[sz]ed|unknown|unexpected|extra inputs|not permitted|unsupported parameter"
    r"|not support (?:the |this )?[\w.` '\"]{0,40}(?:parameter|argument|field)",
    re.IGNORECASE,
)


def _effort(*words: str) -> Ladder:
    return tuple({"reasoning_effort": word} for word in words)


def _object(*words: str) -> Ladder:
    return tuple({"reasoning": {"effort": word}} for word in words)


def _template(think: bool, effort: str) -> Ladder:
    # Qwen and GLM: enable_thinking; DeepSeek, Kimi and Granite: thinking; gpt-oss: reasoning_effort.
    return (
        {"chat_template_kwargs": {"enable_thinking": think, "thinking": think, "reasoning_effort": effort}},
        {"chat_template_kwargs": {"enable_thinking": think}},
    )


def _enabled(level: str) -> Ladder:
    switch = {"reasoning": {"enabled": True}}
    return (switch | {"reasoning_effort": level}, switch)


def _adaptive(level: str) -> Ladder:
    budget = {"type": "enabled", "budget_tokens": BUDGETS[level]}
    return ({"thinking": {"type": "adaptive"}, "output_config": {"effort": level}}, {"thinking": budget})


def _ladders(auto: Ladder, off: Ladder, at: Callable[[str], Ladder]) -> Mapping[Reasoning, Ladder]:
    return {"auto": auto, "off": off, "low": at("low"), "medium": at("medium"), "high": at("high")}


_DISABLED: Ladder = ({"reasoning": {"enabled": False}},)
DIALECTS: Mapping[Dialect, Mapping[Reasoning, Ladder]] = {
    # https://developers.openai.com/api/docs/guides/reasoning: "none" from gpt-5.1 on, "minimal" before;
    # https://ai.google.dev/gemini-api/docs/openai, https://console.groq.com/docs/reasoning (Qwen: none or default),
    # https://docs.mistral.ai/capabilities/reasoning/adjustable (some models: none or high).
    "effort": {
        "auto": _effort("low", "none"),
        "off": _effort("none", "minimal", "low"),
        "low": _effort("low", "default"),
        "medium": _effort("medium", "default", "high"),
        "high": _effort("high", "default"),
    },
    # https://openrouter.ai/docs/use-cases/reasoning-tokens; the Responses API of OpenAI has the same field.
    "object": _ladders(_object("low", "none"), _object("none", "minimal", "low"), _object),
    # https://docs.together.ai/docs/inference/chat/reasoning
    "enabled": _ladders(_DISABLED, _DISABLED, _enabled),
    # https://api-docs.deepseek.com/guides/thinking_mode; Kimi and GLM have the field, too.
    "thinking": {
        "auto": (*_effort("low"), {"thinking": {"type": "disabled"}}),
        "off": ({"thinking": {"type": "disabled"}},),
        "low": _effort("low"),
        "medium": _effort("medium", "high"),
        "high": _effort("high"),
    },
    # https://docs.vllm.ai/en/stable/features/reasoning_outputs and llama.cpp's tools/server/README.md
    "template": _ladders(_template(False, "low"), _template(False, "low"), partial(_template, True)),
    # https://platform.claude.com/docs/en/build-with-claude/effort and …/extended-thinking; models that
    # always reason refuse "disabled", and one of them accepts "between_tools" instead.
    "anthropic": _ladders(
        ({"output_config": {"effort": "low"}},),
        (
            {"thinking": {"type": "disabled"}},
            {"thinking": {"type": "between_tools"}},
            {"output_config": {"effort": "low"}},
        ),
        _adaptive,
    ),
    # https://docs.ollama.com/capabilities/thinking
    "ollama": _ladders(({"think": False},), ({"think": False},), lambda level: ({"think": level}, {"think": True})),
    # gpt-oss on Ollama supports only levels and ignores booleans.
    "levels": _ladders(({"think": "low"},), ({"think": "low"},), lambda level: ({"think": level},)),
}


def ladder_after(ladder: Ladder, problem: Problem, tried: Fields, sent: Mapping[str, Any]) -> Ladder | None:
    """Return the alternatives of `ladder` to try after the server refused `tried`, or None if it refused other fields.

    `sent` is the refused body. If the server does not know a field of `tried`, all alternatives with this field are
    dropped; if it refuses only the value, only `tried` is.
    """
    message = f"{problem.param} {problem.code} {problem.detail}"
    named = [name for name, value in tried.items() if name in sent and _is_named(name, value, message)]
    if not named:
        # "response_format" and the like are not about reasoning.
        others = [name for name in sent if "_" in name and not _sets_reasoning([name])]
        if not (_ABOUT.search(message) and _sets_reasoning(sent)) or _names_any(message, others):
            return None
    if tried not in ladder:
        # A concurrent call has already dropped the refused fields.
        return ladder
    rest = ladder[ladder.index(tried) + 1 :]
    if _UNKNOWN.search(message):
        rest = tuple(fields for fields in rest if not fields.keys() & set(named or tried))
    return rest


def _is_named(name: str, value: Any, message: str) -> bool:
    keys = value.keys() - {"type"} if isinstance(value, Mapping) else ()
    return _names_any(message, (name, *keys))


def _names_any(message: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"\b{word}\b", message) for word in words)


def _sets_reasoning(names: Iterable[str]) -> bool:
    return any(_ABOUT.search(name) or name == "output_config" for name in names)


def with_budget(fields: Fields, limit: int, answer: int) -> Fields:
    """Reduce the number of reasoning tokens in `fields`, if any, so that `answer` of the `limit` tokens are left.

    If the number becomes too small, it is removed from `fields`.
    """
    thinking = fields.get("thinking")
    if not isinstance(thinking, Mapping) or "budget_tokens" not in thinking:
        return fields
    budget = min(thinking["budget_tokens"], limit - answer)
    if budget < BUDGETS["low"]:
        return {name: value for name, value in fields.items() if name != "thinking"}
    return {**fields, "thinking": {**thinking, "budget_tokens": budget}}


@dataclass(frozen=True)
class WireOptions:
    """Options of a wire: `extra` are the user's own body fields, `quirks` the server's known deviations.

    `ladder` contains the alternative fields for the reasoning effort, in the order in which they are tried.
    `context_tokens` is the context size to request, if the protocol supports that.
    """

    extra: Mapping[str, Any] = field(default_factory=dict)
    quirks: Quirks = field(default_factory=Quirks)
    ladder: Ladder = ()
    keep_reasoning: bool = False
    context_tokens: int = DEFAULT_CONTEXT_TOKENS


def turns_of(request: Request) -> list[dict[str, str]]:
    """Return the chat messages of a request, each with "role" and "content"."""
    turns = [("system", request.system)] if request.system else []
    for example in request.examples:
        turns += [("user", example.user), ("assistant", example.assistant)]
    return [{"role": role, "content": content} for role, content in (*turns, ("user", request.user))]


_ABOUT_FORM = re.compile(
    r"response_format|text\.format|json_schema|json_object|schema|structured output|grammar", re.IGNORECASE
)
# A smaller number in a refusal is not a token limit, but part of a name or the lower end of a range.
LEAST = 16
_ABOUT_LIMIT = re.compile(
    r"max_(?:completion_|output_|new_)?tokens|maxTokens|maximum tokens|num_predict|(?:output|completion) tokens",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile(
    r"too (?:large|high|big)|at most|maximum|range|exceed|less than|greater than|[<>]", re.IGNORECASE
)


@dataclass(frozen=True)
class RequestConstraints:
    """The fields and values that a server accepts, as known from its refusals.

    `left_out`: refused fields. `most`: the highest accepted token limit, if known. `forms`: output formats,
    `limit_fields`: names of the token-limit field, `ladder`: fields for the reasoning effort. The last three contain
    the alternatives that have not been refused, best first.
    """

    left_out: frozenset[str] = frozenset()
    forms: tuple[str, ...] = ()
    limit_fields: tuple[str, ...] = ()
    most: int | None = None
    ladder: Ladder = ()

    @property
    def effort(self) -> Fields:
        """The fields for the reasoning effort to send; empty for none."""
        return self.ladder[0] if self.ladder else {}

    @property
    def form(self) -> str | None:
        """The strictest accepted output format, or None."""
        return self.forms[0] if self.forms else None

    def within(self, limit: int) -> int:
        """Return a token limit reduced to the server's maximum."""
        return limit if self.most is None else min(limit, self.most)

    def without(self, name: str) -> "RequestConstraints":
        """Return constraints with one more field left out."""
        return replace(self, left_out=self.left_out | {name})


def names_field(problem: Problem, name: str) -> bool:
    """Return whether an error names a field of the request."""
    return re.search(rf"\b{name}\b", f"{problem.param} {problem.detail}", re.IGNORECASE) is not None


def most_allowed(problem: Problem, limit: int) -> int | None:
    """Return the highest accepted token limit, from an error about a larger `limit`, or None for other errors.

    Examples of errors: "max_tokens: 40000 > 8192" (Anthropic), "the valid range of max_tokens is [1, 8192]" (DeepSeek).
    """
    message = f"{problem.param} {problem.detail}"
    if not (_ABOUT_LIMIT.search(message) and _TOO_LARGE.search(problem.detail)):
        return None
    numbers = (int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", problem.detail))
    return max((number for number in numbers if LEAST <= number < limit), default=None)


# Names of the context size in lists of models: vLLM; Groq: https://console.groq.com/docs/api-reference; OpenRouter:
# https://openrouter.ai/docs/api-reference/overview; Mistral: https://docs.mistral.ai/api; Anthropic:
# https://platform.claude.com/docs/en/api/models
CONTEXT_FIELDS = ("max_model_len", "context_window", "context_length", "max_context_length", "max_input_tokens")
LONGEST_NAME = 100
# After this number of changes to one request, the refusal is raised.
MOST_CHANGES = 20


class WireBackend(ABC):
    """A model on the server that `client` calls. A field that the server refuses is left out of all later requests.

    `complete` raises the client's errors, and MalformedAnswerError for a response without an answer.
    """

    # The path below the base URL; {model} is replaced by the model's name.
    PATH: ClassVar[str]
    # The path of the list of models, or None.
    MODELS: ClassVar[str | None] = None
    # Fields that may be left out. A refusal is searched for their names in this order.
    OPTIONAL: ClassVar[tuple[str, ...]] = ()
    # The alternative paths of the token limit in a body; the first that exists in the body is used.
    LIMITS: ClassVar[tuple[tuple[str, ...], ...]] = (("max_tokens",),)
    # Output formats, strictest first, and the path of the requested format in a body.
    FORMS: ClassVar[tuple[str, ...]] = ()
    FORM: ClassVar[tuple[str, ...]] = ()
    # The end of the message about a response without an answer: "the answer of SERVER has no content: check …".
    MISSING: ClassVar[str]
    ADVICE: ClassVar[str]

    def __init__(self, model: str, *, client: JSONClient, options: WireOptions | None = None) -> None:
        self.model = model
        self._client = client
        self._options = options or WireOptions()
        self._path = self.PATH.format(model=quote(model, safe=""))
        self._first_constraints = self._constraints = self._initial_constraints()
        self.capabilities = Capabilities(
            on_the_wire=self.on_the_wire,
            sent_now=self.sent_now,
            list_models=self._list_models if self.MODELS else None,
            secrets=lambda: client.secrets,
        )

    @property
    def id(self) -> str:
        """The id in run records: "PROVIDER:MODEL"."""
        return f"{self._client.provider}:{self.model}"

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the HTTP request with all fields, including those refused since, so that cache keys do not change."""
        return WireRequest(
            address=self._client.address(self._path), body=self._full_body(request, self._first_constraints)
        )

    def sent_now(self, request: Request) -> WireRequest:
        """Return the HTTP request as it is sent now, without the fields refused so far."""
        return WireRequest(address=self._client.address(self._path), body=self._full_body(request, self._constraints))

    async def complete(self, request: Request) -> Reply:
        """Return the reply, sending the request again without fields that the server refuses."""
        changes = 0
        while True:
            used = self._constraints
            body = self._full_body(request, used)
            try:
                answer = await self._client.post(self._path, body, thinking=request.reasoning_room)
            except RefusedError as refusal:
                own = unmerged(body, self._options.extra)
                fixable = refusal.status in (400, 422) and changes < MOST_CHANGES
                constraints = self._constraints_after(refusal.problem, own, used) if fixable else None
                if constraints is None:
                    raise
            else:
                return self._reply(answer, body)
            self._constraints, changes = constraints, changes + 1

    async def _list_models(self) -> Mapping[str, int | None]:
        assert self.MODELS is not None
        body = (await self._client.get(self.MODELS)).body
        rows = body.get("data") or body.get("models")
        models = {}
        for row in rows if isinstance(rows, list) else []:
            name = (row.get("id") or row.get("name")) if isinstance(row, dict) else None
            if isinstance(name, str):
                size = next(filter(None, (count_at(row, field) for field in CONTEXT_FIELDS)), None)
                # Google's list prefixes names with "models/".
                models[one_line(name.removeprefix("models/"), limit=LONGEST_NAME)] = size
        return models

    def _initial_constraints(self) -> RequestConstraints:
        options = self._options
        ladder = () if _sets_reasoning(self._thinking_in(options.extra)) else options.ladder
        return RequestConstraints(left_out=frozenset(options.quirks.left_out), forms=self.FORMS, ladder=ladder)

    @abstractmethod
    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        """Return the body of a request. The caller removes refused fields at its top level, and adds the user's own."""

    @abstractmethod
    def _read(self, answer: JSONResponse) -> Reply:
        """Parse a response. Raises ValueError if it is not valid."""

    def _fields_in(self, sent: Mapping[str, Any]) -> Collection[str]:
        return sent.keys()

    def _is_refused(self, problem: Problem, field: str) -> bool:
        return names_field(problem, field)

    def _constraints_after(
        self, problem: Problem, sent: Mapping[str, Any], used: RequestConstraints
    ) -> RequestConstraints | None:
        """Return the constraints for the next attempt after a refusal, or None if no other attempt is possible.

        `sent` is the refused body, without the user's own fields, and `used` the constraints with which it was built.
        """
        constraints = self._constraints
        limit = next(filter(None, (value_at(sent, *place) for place in self.LIMITS)), 0)
        if (most := most_allowed(problem, limit)) is not None:
            return replace(constraints, most=constraints.within(most))
        if changed := self._without_refused(problem, sent) or self._looser(problem, sent):
            return changed
        # Last, because a message about a refused format may mention reasoning models.
        ladder = ladder_after(constraints.ladder, problem, used.effort, self._thinking_in(sent))
        return None if ladder is None else replace(constraints, ladder=ladder)

    def _without_refused(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        fields = self._fields_in(sent)
        refused = (name for name in self.OPTIONAL if name in fields and self._is_refused(problem, name))
        return self._constraints.without(name) if (name := next(refused, None)) else None

    def _looser(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        form = value_at(sent, *self.FORM) if self.FORM else None
        if not form or not _ABOUT_FORM.search(f"{problem.param} {problem.detail}"):
            return None
        # A concurrent call may already have removed more formats.
        looser = self.FORMS[self.FORMS.index(form) + 1 :]
        forms = tuple(form for form in self._constraints.forms if form in looser)
        return replace(self._constraints, forms=forms)

    def _thinking_in(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return body

    def _full_body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        body = self._body(request, constraints)
        accepted = {name: value for name, value in body.items() if name not in constraints.left_out}
        return merged(accepted, self._options.extra)

    def _reply(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        del body
        with suppress(ValueError):
            return self._client.redacted(self._read(answer))
        # Raised outside `with`, because a ValidationError as its context would contain the body, perhaps with the key.
        raise self._client.unusable(answer, self.MISSING, advice=self.ADVICE)

    def _reply_of(
        self,
        answer: JSONResponse,
        *parts: Split,
        completion_tokens: int,
        thoughts: Iterable[str | None] = (),
        counted: int = 0,
        reasoned: bool = False,
        **fields: Any,
    ) -> Reply:
        reasoning = reasoning_fields(
            parts,
            thoughts=thoughts,
            counted=counted,
            completion_tokens=completion_tokens,
            keep=self._options.keep_reasoning,
            reasoned=reasoned,
        )
        return Reply(
            text=parts[0].answer,
            model=name_at(answer.body, "model") or self.model,
            completion_tokens=completion_tokens,
            request_id=answer.request_id or name_at(answer.body, "id"),
            seconds=answer.seconds,
            **reasoning,
            **fields,
        )
