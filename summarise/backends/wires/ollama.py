"""Ollama's own API, which unlike its OpenAI-compatible API accepts a context size."""

import re
from collections.abc import Mapping
from typing import Any

from summarise.backends.http.bodies import JSONResponse
from summarise.backends.http.error_responses import Count, Name, Read, Reason, Told
from summarise.backends.replies import fields_of, split
from summarise.backends.wires.base import RequestConstraints, WireBackend, turns_of
from summarise.data import Finish, Reply, Request
from summarise.errors import ContextOverflowError

_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length"}


class _Message(Read):
    content: str | None = None
    thinking: Told[str] = None


class _Chat(Read):
    message: _Message
    model: Name = None
    done_reason: Reason = None
    prompt_eval_count: Count = None
    eval_count: Count = None


def reply_of(answer: JSONResponse, *, model: str, keep_reasoning: bool = False) -> Reply:
    """Parse a response to a request for `model`. Raises ValueError if it is not valid."""
    read = _Chat.model_validate(answer.body)
    found = split(read.message.content or "")
    return Reply(
        text=found.answer,
        finish=_FINISH.get(read.done_reason, "other"),
        model=read.model or model,
        prompt_tokens=read.prompt_eval_count or 0,
        completion_tokens=read.eval_count or 0,
        # Reasoning tokens are not counted separately.
        **fields_of(
            found.answer,
            "\n\n".join(filter(None, (read.message.thinking, found.thoughts))),
            told=None,
            completion_tokens=read.eval_count or 0,
            keep=keep_reasoning,
            shown=found.open,
        ),
        request_id=answer.request_id,
        seconds=answer.seconds,
    )


# Average characters per token, at most: English has four to five, other languages fewer.
MOST_CHARACTERS = 6
# Asks for an error if the prompt does not fit, instead of truncation; older servers ignore it.
WHOLE = {"truncate": False, "shift": False}


class OllamaBackend(WireBackend):
    """A model behind a server that speaks Ollama's API.

    All requests set the same context size: Ollama silently truncates to a small default, and reloads the model on a
    change. Raises ContextOverflowError, before sending, if a request cannot fit.
    """

    PATH = "api/chat"
    MODELS = "api/tags"
    # Servers before 0.5 do not support schemas.
    FORMS = ("schema", "json")
    ABOUT_FORM = re.compile(r"\bformat\b|schema|grammar", re.IGNORECASE)
    MISSING = "has no message"
    ADVICE = "check the base URL and that the server speaks Ollama's own API"

    async def complete(self, request: Request) -> Reply:
        """Return the reply to a request."""
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

    def _limit_in(self, sent: Mapping[str, Any]) -> int | None:
        limit: int | None = sent.get("options", {}).get("num_predict")
        return limit

    def _read(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        del body
        return reply_of(answer, model=self.model, keep_reasoning=self._options.keep_reasoning)

    def _require_room(self, request: Request) -> None:
        """Raise if the request certainly exceeds the context."""
        characters = sum(len(message["content"]) for message in turns_of(request))
        least = characters // MOST_CHARACTERS + request.sampling.max_tokens
        if least > self._options.context_tokens:
            raise ContextOverflowError(
                f"the request, of at least {least} tokens with its answer, does not fit into the context of "
                f"{self._options.context_tokens} that {self.id} is given",
                advice="set a larger context_tokens (SUMMARISE_CONTEXT_TOKENS) or a smaller chunk_tokens",
                provider=self._client.provider,
            )
