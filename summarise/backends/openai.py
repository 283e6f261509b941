"""OpenAI Chat Completions, the wire protocol that most servers speak: from a Request to a Reply.

Sends through the HTTP door and judges nothing that a model says. It never adds to a prompt: where a server cannot
hold the model to a JSON Schema, the prompt's own words have to do.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from summarise.backends.http import Answer, Door
from summarise.backends.refusals import RefusedError, one_line
from summarise.data import Alternative, Finish, Reply, Request
from summarise.errors import AnswerError

DEFAULT_BASE_URL = "https://api.openai.com/v1"
# What a server may know of holding a model to a form, from the strictest down.
FORMS = ("json_schema", "json_object", "text")
OPTIONAL = ("temperature", "seed", "n", "top_logprobs", "logprobs")
LIMITS = ("max_tokens", "max_completion_tokens")
_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length", "content_filter": "filter"}
_ABOUT_FORM = re.compile(r"response_format|json_schema|json_object|schema|structured output|grammar", re.IGNORECASE)
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecognized|unknown|unexpected|extra|not permitted|not allowed|only the default",
    re.IGNORECASE,
)


class OpenAIBackend:
    """A model behind a server that speaks OpenAI Chat Completions, reached through an open `door`.

    What the server does not know is left out from then on, for the life of this object: the strict JSON Schema,
    then any JSON form, `temperature`, `seed`, several answers at once, and the name of the token limit. `extra` are
    fields that every request carries besides. `patterns` tells that the server takes a JSON string with a pattern for
    a form, as llama.cpp does; to others a pattern is not sent. Errors are those of the door, and AnswerError for an
    answer that holds no choice.
    """

    def __init__(
        self, model: str, *, door: Door, extra: Mapping[str, Any] | None = None, patterns: bool = False
    ) -> None:
        self.model = model
        self._patterns = patterns
        self._door = door
        self._extra = dict(extra or {})
        self._form = 0
        self._left_out: set[str] = set()
        # OpenAI's newer models refuse max_tokens; most other servers know no other name.
        self._limit = LIMITS[door.host == "api.openai.com"]
        self._refused_limits: set[str] = set()

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        return f"openai:{self.model}"

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        while True:
            body = self._body(request)
            try:
                answer = await self._door.post("chat/completions", body)
            except RefusedError as refusal:
                if not self._adapt(body, refusal):
                    raise
            else:
                return self._reply(answer, quoted=_is_string(body))

    def _body(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.model,
            "messages": _messages(request),
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            self._limit: sampling.max_tokens,
        }
        if request.json_schema is not None and FORMS[self._form] != "text":
            body["response_format"] = {"type": FORMS[self._form]}
            if FORMS[self._form] == "json_schema":
                form = {"name": request.stage, "strict": True, "schema": request.json_schema}
                body["response_format"]["json_schema"] = form
        elif request.pattern is not None and self._patterns and FORMS[self._form] == "json_schema":
            form = {"name": request.stage, "schema": {"type": "string", "pattern": request.pattern}}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        if request.candidates > 1:
            # One token's own probability is enough; llama.cpp sends ten others with each by default.
            body |= {"n": request.candidates, "logprobs": True, "top_logprobs": 1}
        for field in self._left_out:
            body.pop(field, None)
        if "logprobs" not in body:
            body.pop("top_logprobs", None)
        return body | self._extra

    def _adapt(self, sent: Mapping[str, Any], refusal: RefusedError) -> bool:
        """Tell whether the request can be put in a way that the server may like better, and remember it."""
        if refusal.status not in (400, 422):
            return False
        problem = refusal.problem
        unsupported = _UNSUPPORTED.search(f"{problem.code} {problem.detail}") is not None

        def concerns(field: str) -> bool:
            return field in sent and (
                problem.param == field or re.search(rf"\b{field}\b", problem.detail, re.IGNORECASE) is not None
            )

        limit = next(name for name in LIMITS if name in sent)
        if unsupported and concerns(limit):
            self._refused_limits.add(limit)
            # Another call may have found this out while this one was on its way: then it just asks again.
            self._limit = LIMITS[1 - LIMITS.index(limit)]
            return self._limit not in self._refused_limits
        for field in OPTIONAL:
            # Servers that give one answer only refuse "n" with its bounds, and the field as such is known to them.
            if concerns(field) and (unsupported or field == "n"):
                self._left_out.add(field)
                return True
        if "response_format" in sent and _ABOUT_FORM.search(f"{problem.param} {problem.detail}"):
            self._form = max(self._form, FORMS.index(sent["response_format"]["type"]) + 1)
            return True
        return False

    def _reply(self, answer: Answer, *, quoted: bool) -> Reply:
        try:
            read = _Completion.model_validate(answer.body)
            choice, *others = sorted(read.choices, key=lambda choice: choice.index)
        except (ValidationError, ValueError):
            said = _said(answer.body)
            raise AnswerError(f"the answer of {self._door.called} holds no choice{said}: check the base URL") from None
        return Reply(
            text=choice.text(quoted),
            finish=choice.finish,
            likelihood=choice.likelihood,
            alternatives=tuple(
                Alternative(text=other.text(quoted), finish=other.finish, likelihood=other.likelihood)
                for other in others
            ),
            model=read.model or self.model,
            prompt_tokens=read.usage.prompt_tokens if read.usage else 0,
            # Of several answers llama.cpp counts the first alone.
            completion_tokens=max(
                read.usage.completion_tokens if read.usage else 0, sum(choice.tokens for choice in read.choices)
            ),
            cached_tokens=read.usage.cached_tokens if read.usage else 0,
            request_id=answer.request_id or read.id,
            seconds=answer.seconds,
        )


def _messages(request: Request) -> list[dict[str, str]]:
    """Return the turns of a request: what the examples share with every later call comes first."""
    turns = [("system", request.system)]
    for example in request.examples:
        turns += [("user", example.user), ("assistant", example.assistant)]
    return [{"role": role, "content": content} for role, content in (*turns, ("user", request.user))]


def _is_string(body: Mapping[str, Any]) -> bool:
    """Tell whether a request asked for a JSON string, the way a pattern is held."""
    form = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    return bool(form.get("type") == "string")


def _said(body: Mapping[str, Any]) -> str:
    """Return what an error says that came with a status of success, as some brokers send it."""
    with suppress(KeyError, TypeError):
        return f" ({one_line(str(body['error']['message']))})"
    return ""


class _Wire(BaseModel):
    """What is read of an answer; servers may send more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Part(_Wire):
    type: str = "text"
    text: str = ""


class _Message(_Wire):
    content: str | tuple[_Part, ...] | None = None
    refusal: str | None = None

    @property
    def text(self) -> str:
        """The message's text; some servers send it in parts."""
        if isinstance(self.content, tuple):
            return "".join(part.text for part in self.content)
        return self.content or ""


class _Token(_Wire):
    logprob: float


class _Logprobs(_Wire):
    content: tuple[_Token, ...] | None = None


class _Choice(_Wire):
    message: _Message
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None
    index: int = 0

    @property
    def finish(self) -> Finish:
        """Why the answer ends."""
        refused = self.message.content is None and self.message.refusal is not None
        return "filter" if refused else _FINISH.get(self.finish_reason, "other")

    @property
    def tokens(self) -> int:
        """The tokens of the answer, 0 where the server does not tell them."""
        return len((self.logprobs and self.logprobs.content) or ())

    @property
    def likelihood(self) -> float | None:
        """The mean log-probability of a token of the answer, None where the server does not tell."""
        tokens = (self.logprobs and self.logprobs.content) or ()
        return sum(token.logprob for token in tokens) / len(tokens) if tokens else None

    def text(self, quoted: bool) -> str:
        """Return the answer's text, taken out of the JSON string that a pattern is held with."""
        if quoted:
            with suppress(ValueError):
                inner = json.loads(self.message.text)
                return inner if isinstance(inner, str) else self.message.text
        return self.message.text


class _Details(_Wire):
    cached_tokens: int | None = None


class _Usage(_Wire):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _Details | None = None

    @property
    def cached_tokens(self) -> int:
        """The tokens of the prompt that the server had read before."""
        return (self.prompt_tokens_details and self.prompt_tokens_details.cached_tokens) or 0


class _Completion(_Wire):
    choices: tuple[_Choice, ...]
    usage: _Usage | None = None
    model: str | None = None
    id: str | None = None
