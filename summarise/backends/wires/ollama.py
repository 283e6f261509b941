"""The wire of Ollama's own API. Unlike Ollama's OpenAI-compatible API, it accepts a context size."""

import re
from collections.abc import Mapping
from typing import Any

from summarise.backends.http.responses import JSONResponse, Lenient, Problem, Reason, ServerJSON, count_at
from summarise.backends.replies import split
from summarise.backends.wires.base import RequestConstraints, WireBackend, turns_of
from summarise.data import Finish, Reply, Request

_ABOUT_FORM = re.compile(r"\bformat\b|schema|grammar", re.IGNORECASE)
_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length"}


class _Message(ServerJSON):
    content: str | None = None
    thinking: Lenient[str] = None


class _Chat(ServerJSON):
    message: _Message
    done_reason: Reason = None


# Fields that request an error, not truncation, if the prompt does not fit; older servers ignore them.
REFUSE_LONG_PROMPTS = {"truncate": False, "shift": False}


class OllamaBackend(WireBackend):
    """A model of a server that speaks Ollama's API.

    All requests set the same context size: without it Ollama silently truncates prompts to a small default, and with
    another size it reloads the model.
    """

    PATH = "api/chat"
    MODELS = "api/tags"
    # Servers before 0.5 do not support schemas in `format`.
    OPTIONAL = ("format",)
    LIMITS = (("options", "num_predict"),)
    MISSING = "has no message"
    ADVICE = "check the base URL and that the server speaks Ollama's own API"

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
        if request.json_schema is not None:
            body["format"] = request.json_schema
        return body | dict(constraints.effort) | REFUSE_LONG_PROMPTS

    def _is_refused(self, problem: Problem, field: str) -> bool:
        return field == "format" and _ABOUT_FORM.search(problem.detail) is not None

    def _read(self, answer: JSONResponse) -> Reply:
        read = _Chat.model_validate(answer.body)
        # The server does not count reasoning tokens separately.
        return self._reply_of(
            answer,
            split(read.message.content or ""),
            finish=_FINISH.get(read.done_reason, "other"),
            prompt_tokens=count_at(answer.body, "prompt_eval_count"),
            completion_tokens=count_at(answer.body, "eval_count"),
            thoughts=[read.message.thinking],
        )
