"""The wire of Ollama's own API. Unlike Ollama's OpenAI-compatible API, it accepts a context size."""

import re
from collections.abc import Mapping
from typing import Any

from summarise.backends.http.responses import Count, JSONResponse, Lenient, Name, Reason, ServerJSON
from summarise.backends.replies import split
from summarise.backends.wires.base import RequestConstraints, WireBackend, turns_of
from summarise.data import Finish, Reply, Request
from summarise.errors import ContextOverflowError

_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length"}


class _Message(ServerJSON):
    content: str | None = None
    thinking: Lenient[str] = None


class _Chat(ServerJSON):
    message: _Message
    model: Name = None
    done_reason: Reason = None
    prompt_eval_count: Count = None
    eval_count: Count = None


# An upper bound of the average characters per token in any language.
MOST_CHARACTERS = 6
# Fields that request an error, instead of truncation, if the prompt does not fit; older servers ignore them.
WHOLE = {"truncate": False, "shift": False}


class OllamaBackend(WireBackend):
    """A model of a server that speaks Ollama's API.

    All requests set the same context size: without it Ollama silently truncates prompts to a small default, and with
    another size it reloads the model. If a request cannot fit, `complete` raises ContextOverflowError before sending.
    """

    PATH = "api/chat"
    MODELS = "api/tags"
    # Servers before 0.5 do not support schemas.
    FORMS = ("schema", "json")
    LIMIT = ("options", "num_predict")
    ABOUT_FORM = re.compile(r"\bformat\b|schema|grammar", re.IGNORECASE)
    MISSING = "has no message"
    ADVICE = "check the base URL and that the server speaks Ollama's own API"

    async def complete(self, request: Request) -> Reply:
        """Return the reply. Raises ContextOverflowError, without a call, if the request cannot fit."""
        self._require_room(request)
        return await super().complete(request)

    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.model,
            "messages": turns_of(request),
            "stream": False,
            "options": {
                "num_ctx": self._options.context_tokens,
                "num_predict": constraints.within(sampling.max_tokens + request.reasoning_room),
                "temperature": sampling.temperature,
                "seed": sampling.seed,
            },
        }
        if request.json_schema is not None and constraints.form is not None:
            body["format"] = request.json_schema if constraints.form == "schema" else "json"
        return body | dict(constraints.effort.fields) | WHOLE

    def _form_in(self, sent: Mapping[str, Any]) -> str | None:
        asked = sent.get("format")
        return asked if asked is None or asked == "json" else "schema"

    def _read(self, answer: JSONResponse) -> Reply:
        read = _Chat.model_validate(answer.body)
        inline = split(read.message.content or "")
        # The server does not count reasoning tokens separately.
        return self._reply_of(
            answer,
            text=inline.answer,
            finish=_FINISH.get(read.done_reason, "other"),
            model=read.model,
            prompt_tokens=read.prompt_eval_count or 0,
            completion_tokens=read.eval_count or 0,
            thoughts=[read.message.thinking, inline.thoughts],
            reasoned=inline.open,
        )

    def _require_room(self, request: Request) -> None:
        characters = sum(len(message["content"]) for message in turns_of(request))
        least = characters // MOST_CHARACTERS + request.sampling.max_tokens
        if least > self._options.context_tokens:
            raise ContextOverflowError(
                f"the request to {self.id} needs at least {least} tokens with its answer, more than the context of "
                f"{self._options.context_tokens} tokens",
                advice="set a larger context_tokens (SUMMARISE_CONTEXT_TOKENS) or a smaller chunk_tokens",
                provider=self._client.provider,
            )
