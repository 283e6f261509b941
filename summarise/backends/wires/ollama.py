"""Ollama's own API, from a Request to a Reply. Unlike its imitation of OpenAI's it can be told the size of the context.

Sends through the HTTP client and judges nothing that a model says. A pattern and several answers to one request are not
in this protocol and are not sent.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import RefusedError
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.stream_events import Assembler
from summarise.backends.model_list import by_listing
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.conversation_turns import turns_of
from summarise.backends.wires.ollama_bodies import ChatStream, reply_of
from summarise.backends.wires.reasoning import Effort, beside, effort_for
from summarise.data import Reply, Request
from summarise.errors import ContextOverflowError
from summarise.settings.model import merged, unmerged

PATH = "api/chat"
FORMS = ("schema", "json")
"""What a server may know of holding a model to a form, from the strictest down; servers before 0.5 know no schema."""
MOST_CHARACTERS = 6
"""Characters of a token at most, on average over a text: English has four to five, every other language fewer."""
WHOLE = {"truncate": False, "shift": False}
"""Asks for an error where the prompt does not fit, not for one without its beginning; older servers take no heed."""
_ABOUT_FORM = re.compile(r"\bformat\b|schema|grammar", re.IGNORECASE)


class OllamaBackend(WireBackend):
    """A model of `provider` behind a server that speaks Ollama's API, reached through an open `client`.

    Every request sets the same `context_tokens`, because by itself Ollama takes a few thousand and cuts what is longer
    without a word, and because a change loads the model anew. With `stream` the answer is read as it is written; the
    Reply is the same. What the server does not know is left out from then on, for the life of this object: how much to
    think (`effort`), the JSON Schema, then any JSON. Thoughts are no part of an answer; with `keep_reasoning` they come
    beside it. `extra` are fields that every request carries besides. Errors are those of the client,
    ContextOverflowError, before anything is sent, for a request that cannot fit, and MalformedAnswerError for an answer
    that has no message.
    """

    def __init__(
        self,
        model: str,
        *,
        client: JSONClient,
        context_tokens: int,
        provider: str = "ollama",
        stream: bool = False,
        extra: Mapping[str, Any] | None = None,
        effort: Effort | None = None,
        keep_reasoning: bool = False,
    ) -> None:
        super().__init__(
            model,
            client=client,
            provider=provider,
            path=PATH,
            extra=extra,
            effort=beside(effort_for("auto", "ollama") if effort is None else effort, extra or {}),
            keep_reasoning=keep_reasoning,
        )
        self._context_tokens = context_tokens
        self._stream = stream
        self._forms = list(FORMS)
        self._begin()
        self.capabilities = replace(self.capabilities, list_models=by_listing(client, "api/tags"))

    async def complete(self, request: Request) -> Reply:
        """JSONResponse one request."""
        self._require_room(request)
        return await super().complete(request)

    def _assembler(self, body: Mapping[str, Any]) -> Callable[[], Assembler]:
        del body
        return ChatStream

    def _body(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.model,
            "messages": turns_of(request),
            "stream": self._stream,
            "options": {
                "num_ctx": self._context_tokens,
                "num_predict": sampling.max_tokens + request.reasoning_room,
                "temperature": sampling.temperature,
                "seed": sampling.seed,
            },
        }
        if request.json_schema is not None and self._forms:
            body["format"] = request.json_schema if self._forms[0] == "schema" else "json"
        return merged(body | dict(self._effort.fields) | WHOLE, self._extra)

    def _adapt(self, sent: Mapping[str, Any], refusal: RefusedError) -> bool:
        ours = unmerged(sent, self._extra)
        if (effort := self._effort.after(refusal.problem, ours)) is not None:
            self._effort = effort
            return True
        if "format" in ours and _ABOUT_FORM.search(refusal.problem.detail):
            refused = "json" if ours["format"] == "json" else "schema"
            # Another call may have found out more while this one was on its way.
            self._forms = [form for form in self._forms if FORMS.index(form) > FORMS.index(refused)]
            return True
        return False

    def _require_room(self, request: Request) -> None:
        """Raise where prompt and answer are certainly more than the context; what is less clear the server tells."""
        characters = sum(len(message["content"]) for message in turns_of(request))
        least = characters // MOST_CHARACTERS + request.sampling.max_tokens
        if least > self._context_tokens:
            raise ContextOverflowError(
                f"the request, of at least {least} tokens with its answer, does not fit into the context of "
                f"{self._context_tokens} that {self._provider}:{self.model} is given",
                advice="set a larger context_tokens (SUMMARISE_CONTEXT_TOKENS) or a smaller chunk_tokens",
                provider=self._provider,
            )

    def _reply(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        del body
        with suppress(ValueError):
            return self._client.cleared(reply_of(answer, model=self.model, keep_reasoning=self._keep_reasoning))
        # Raised out here: the error of reading holds the body, and that may hand the key back.
        raise self._client.unusable(
            answer, "has no message", advice="check the base URL and that the server speaks Ollama's own API"
        )
