"""Ollama's own API, from a Request to a Reply. Unlike its imitation of OpenAI's it can be told the size of the context.

Sends through the HTTP door and judges nothing that a model says. A pattern and several answers to one request are not
in this protocol and are not sent.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from typing import Any

from summarise.backends.http import Door
from summarise.backends.json_answer import Answer
from summarise.backends.listing import by_listing
from summarise.backends.ollama_bodies import ChatStream, reply_of
from summarise.backends.reasoning import Effort, beside, effort_for
from summarise.backends.refusals import RefusedError
from summarise.backends.turns import turns_of
from summarise.data import Reply, Request, Sent
from summarise.errors import ContextOverflowError
from summarise.settings import merged, unmerged

PATH = "api/chat"
FORMS = ("schema", "json")
"""What a server may know of holding a model to a form, from the strictest down; servers before 0.5 know no schema."""
MOST_CHARACTERS = 6
"""Characters of a token at most, on average over a text: English has four to five, every other language fewer."""
WHOLE = {"truncate": False, "shift": False}
"""Asks for an error where the prompt does not fit, not for one without its beginning; older servers take no heed."""
_ABOUT_FORM = re.compile(r"\bformat\b|schema|grammar", re.IGNORECASE)


class OllamaBackend:
    """A model of `provider` behind a server that speaks Ollama's API, reached through an open `door`.

    Every request sets the same `context_tokens`, because by itself Ollama takes a few thousand and cuts what is longer
    without a word, and because a change loads the model anew. With `stream` the answer is read as it is written; the
    Reply is the same. What the server does not know is left out from then on, for the life of this object: how much to
    think (`effort`), the JSON Schema, then any JSON. Thoughts are no part of an answer; with `keep_reasoning` they come
    beside it. `extra` are fields that every request
    carries besides. Errors are those of the door, ContextOverflowError, before anything is sent, for a request that
    cannot fit, and MalformedAnswerError for an answer that has no message.
    """

    def __init__(
        self,
        model: str,
        *,
        door: Door,
        context_tokens: int,
        provider: str = "ollama",
        stream: bool = False,
        extra: Mapping[str, Any] | None = None,
        effort: Effort | None = None,
        keep_reasoning: bool = False,
    ) -> None:
        self.model = model
        self._door = door
        self._context_tokens = context_tokens
        self._provider = provider
        self._stream = stream
        self._extra = dict(extra or {})
        self._forms = list(FORMS)
        self._effort = beside(effort_for("auto", "ollama") if effort is None else effort, self._extra)
        self._keep_reasoning = keep_reasoning
        # Learning puts new values in the place of old ones, so that this goes on as it is now.
        self._untaught = copy(self)
        self.list_models = by_listing(door, "api/tags")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that it authenticates with, which must stand nowhere."""
        return self._door.secrets

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        return f"{self._provider}:{self.model}"

    def on_the_wire(self, request: Request) -> Sent:
        """Return what is sent for a request before the server has refused any part of one, and send nothing."""
        first = self._untaught
        return Sent(address=self._door.address(PATH), body=first._body(request, first._form(request)))

    def sent_now(self, request: Request) -> Sent:
        """Return what is sent for a request by now, without what the server has refused, and send nothing."""
        return Sent(address=self._door.address(PATH), body=self._body(request, self._form(request)))

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        self._require_room(request)
        while True:
            form = self._form(request)
            body = self._body(request, form)
            try:
                answer = await self._send(body, thinking=request.reasoning_room)
            except RefusedError as refusal:
                if refusal.status not in (400, 422):
                    raise
                ours = unmerged(body, self._extra)
                if (effort := self._effort.after(refusal.problem, ours)) is not None:
                    self._effort = effort
                elif form is not None and _ABOUT_FORM.search(refusal.problem.detail):
                    # Another call may have found out more while this one was on its way.
                    self._forms = [other for other in self._forms if FORMS.index(other) > FORMS.index(form)]
                else:
                    raise
            else:
                return self._reply(answer)

    def _form(self, request: Request) -> str | None:
        """Return the form that an answer is held to, as strict as the server knows it; None for free text."""
        return self._forms[0] if self._forms and request.json_schema is not None else None

    async def _send(self, body: dict[str, Any], *, thinking: int) -> Answer:
        if body["stream"]:
            return await self._door.stream(PATH, body, ChatStream, thinking=thinking)
        return await self._door.post(PATH, body, thinking=thinking)

    def _body(self, request: Request, form: str | None) -> dict[str, Any]:
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
        if form is not None:
            body["format"] = request.json_schema if form == "schema" else "json"
        return merged(body | dict(self._effort.fields) | WHOLE, self._extra)

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

    def _reply(self, answer: Answer) -> Reply:
        with suppress(ValueError):
            return self._door.cleared(reply_of(answer, model=self.model, keep_reasoning=self._keep_reasoning))
        # Raised out here: the error of reading holds the body, and that may hand the key back.
        raise self._door.unusable(
            answer, "has no message", advice="check the base URL and that the server speaks Ollama's own API"
        )
