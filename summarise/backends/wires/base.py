"""What all wires share: a request goes out as a body, what the server refuses is left out, and that is remembered.

Knows no protocol: a wire makes the body, says what to leave out, and reads the answer.
"""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import RefusedError, UnaffordableError
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.stream_events import Assembler
from summarise.backends.wires.reasoning import Effort
from summarise.data import Capabilities, Reply, Request, WireRequest

MOST_CHANGES = 20
"""So often one request is put in another way, because a part of it was refused; then the refusal is the answer."""


class WireBackend(ABC):
    """A model of `provider` at `path` of a server, reached through an open `client`.

    What is learnt holds for the life of the object. `extra` are fields of the user's own, which every request carries
    besides; `effort` says how much to think, and thoughts come beside the answer only with `keep_reasoning`.
    """

    def __init__(
        self,
        model: str,
        *,
        client: JSONClient,
        provider: str,
        path: str,
        extra: Mapping[str, Any] | None,
        effort: Effort,
        keep_reasoning: bool,
    ) -> None:
        self.model = model
        self._client = client
        self._provider = provider
        self._path = path
        self._extra = dict(extra or {})
        self._effort = effort
        self._keep_reasoning = keep_reasoning
        self._most: int | None = None
        self._untaught: WireBackend | None = None
        self.capabilities = Capabilities(
            on_the_wire=self.on_the_wire, sent_now=self.sent_now, secrets=lambda: client.secrets
        )

    def _begin(self) -> None:
        """Keep what nothing has been learnt of: to be called once, when all is set."""
        # Learning puts new values in the place of old ones, so that this goes on as it is now.
        self._untaught = copy(self)

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        return f"{self._provider}:{self.model}"

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return what is sent for a request before the server has refused any part of one, and send nothing."""
        return (self._untaught or self).sent_now(request)

    def sent_now(self, request: Request) -> WireRequest:
        """Return what is sent for a request by now, without what the server has refused, and send nothing."""
        return WireRequest(address=self._client.address(self._path), body=self._body(request))

    async def complete(self, request: Request) -> Reply:
        """JSONResponse one request."""
        for change in itertools.count():
            body = self._body(request)
            try:
                answer = await self._send(body, thinking=request.reasoning_room)
            except RefusedError as refusal:
                if refusal.status not in (400, 422) or change >= MOST_CHANGES or not self._adapt(body, refusal):
                    raise
            except UnaffordableError as refusal:
                if change >= MOST_CHANGES or not self._afford(body, refusal, least=request.sampling.max_tokens):
                    raise
            else:
                return self._reply(answer, body)
        raise AssertionError("it is counted without an end")

    async def _send(self, body: dict[str, Any], *, thinking: int) -> JSONResponse:
        if body.get("stream"):
            return await self._client.stream(self._path, body, self._assembler(body), thinking=thinking)
        return await self._client.post(self._path, body, thinking=thinking)

    @abstractmethod
    def _body(self, request: Request) -> dict[str, Any]:
        """Return the body of a request, as the server is known to take it by now."""

    def _assembler(self, body: Mapping[str, Any]) -> Callable[[], Assembler]:
        """Return what makes the assembler of the stream that a body asks for; for wires that stream."""
        raise NotImplementedError

    @abstractmethod
    def _adapt(self, sent: Mapping[str, Any], refusal: RefusedError) -> bool:
        """Tell whether the request can be put in a way that the server may like better, and remember it."""

    def _afford(self, sent: Mapping[str, Any], refusal: UnaffordableError, *, least: int) -> bool:
        """Tell whether a lower limit, but not below the `least`, may be within the account's credit; remember it."""
        del sent, refusal, least
        return False

    @abstractmethod
    def _reply(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        """Return the reply that the answer to a body holds; MalformedAnswerError where it holds none."""
