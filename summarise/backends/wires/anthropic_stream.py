"""The stream of Anthropic Messages, folded into the body that comes without streaming.

Reads no socket and makes no Reply: `anthropic_bodies` reads both kinds of answer.
"""

from contextlib import suppress
from typing import Any

from summarise.backends.http.bodies import json_of
from summarise.backends.http.embedded_errors import refusal
from summarise.backends.http.reported_values import Name, Read, Reason, Told
from summarise.backends.http.stream_events import Event


class _Delta(Read):
    type: Name = None
    text: str = ""
    partial_json: str = ""
    thinking: Told[str] = None
    stop_reason: Reason = None


class _Told(Read):
    type: Name = None
    index: int = 0
    message: Told[dict[str, Any]] = None
    content_block: dict[str, Any] | None = None
    delta: _Delta | None = None
    usage: Told[dict[str, Any]] = None
    error: Any = None


_KINDS = {"text_delta": "text", "input_json_delta": "tool_use", "thinking_delta": "thinking"}
"""The types of blocks that changes are made to; what signs a thought is left out."""


class MessageStream:
    """An `Assembler` of one stream of a message's events, complete once its stop reason is told.

    The start of the message, which tells model and counts, may be missing, and so may the starts and ends of its
    blocks: the changes say to which block they belong and of which type it is.
    """

    def __init__(self) -> None:
        self._message: dict[str, Any] = {"type": "message", "role": "assistant"}
        self._usage: dict[str, Any] = {}
        self._blocks: dict[int, _Block] = {}
        self._stop: str | None = None

    def feed(self, event: Event) -> None:
        """Take in one event; ValueError where it is none, StreamRefusal for an error of the server."""
        data = event.data.strip()
        # Servers that speak both protocols may end this one as they end the other.
        if not data or data == "[DONE]":
            return
        told = _Told.model_validate(json_of(data))
        if told.error or "error" in (event.name, told.type):
            raise refusal(told.error, data)
        if told.type == "message_start" and told.message:
            self._message = told.message | self._message
            self._count(told.message.get("usage"))
        elif told.type == "content_block_start" and not self._stop:
            self._blocks.setdefault(told.index, _Block(told.content_block or {}))
        elif told.type == "content_block_delta" and told.delta and not self._stop:
            if kind := _KINDS.get(told.delta.type or ""):
                self._blocks.setdefault(told.index, _Block({"type": kind})).take(told.delta)
        elif told.type == "message_delta":
            self._stop = self._stop or (told.delta and told.delta.stop_reason) or None
            self._count(told.usage)

    def _count(self, usage: Any) -> None:
        """Note counts of tokens: later ones include earlier ones, but a 0 may stand for one that is not told."""
        if isinstance(usage, dict):
            self._usage |= {name: value for name, value in usage.items() if value or name not in self._usage}

    @property
    def whole(self) -> bool:
        """Whether the stop reason is told."""
        return self._stop is not None

    @property
    def body(self) -> dict[str, Any]:
        """The body, with the blocks in the order of their index."""
        content = [block.body for _, block in sorted(self._blocks.items())]
        return self._message | {"content": content, "stop_reason": self._stop, "usage": self._usage}


class _Block:
    """One block as far as it has come."""

    def __init__(self, start: dict[str, Any]) -> None:
        self._start = start
        self._pieces: list[str] = []

    def take(self, delta: _Delta) -> None:
        """Take in what an event adds to the block."""
        self._pieces.append(delta.text or delta.partial_json or delta.thinking or "")

    @property
    def body(self) -> dict[str, Any]:
        """The block as it stands in a body; a tool's input that is no JSON, because it was cut off, stays a text."""
        told = "".join(self._pieces)
        for kind in ("text", "thinking"):
            if self._start.get("type") == kind:
                begun = self._start.get(kind)
                return self._start | {kind: (begun if isinstance(begun, str) else "") + told}
        if self._start.get("type") != "tool_use" or not told:
            return self._start
        given: Any = told
        with suppress(ValueError):
            given = json_of(told)
        return self._start | {"input": given}
