"""The stream of OpenAI Chat Completions, folded into the body that comes without streaming.

Reads no socket and makes no Reply: `openai_bodies` reads both kinds of answer.
"""

from typing import Any

from summarise.backends.http.bodies import json_of
from summarise.backends.http.embedded_errors import refusal
from summarise.backends.http.reported_values import Name, Read, Reason, Told
from summarise.backends.http.stream_events import Event
from summarise.backends.wires.openai_bodies import Content, Thinking, text_of, thoughts_in

END = "[DONE]"
HIDDEN = "…"
"""Stands for thoughts that nobody can read."""


class _Delta(Thinking):
    content: Content = None
    refusal: Told[str] = None


class _Tokens(Read):
    content: tuple[dict[str, Any], ...] | None = None


class _Piece(Read):
    index: int | None = None
    delta: _Delta | None = None
    finish_reason: Reason = None
    logprobs: Told[_Tokens] = None


class _Chunk(Read):
    id: Name = None
    model: Name = None
    choices: tuple[_Piece, ...] | None = None
    usage: Told[dict[str, Any]] = None
    timings: Told[dict[str, Any]] = None
    error: Any = None


class CompletionStream:
    """An `Assembler` of one stream of chat completion chunks, in which `choices` answers were asked for.

    The answers may come mixed or one after the other, and be fewer than were asked for where the server says that it
    is done. What comes for an answer after its finish reason is ignored; counts of tokens may still come then.
    """

    def __init__(self, choices: int = 1) -> None:
        self._wanted = choices
        self._choices: dict[int, _Choice] = {}
        self._told: dict[str, Any] = {"object": "chat.completion"}
        self._ended = False

    def feed(self, event: Event) -> None:
        """Take in one chunk; ValueError where it is none, StreamRefusal for an error of the server."""
        data = event.data.strip()
        if not data:
            return
        if data == END:
            self._ended = True
            return
        chunk = _Chunk.model_validate(json_of(data))
        if chunk.error:
            raise refusal(chunk.error, data)
        for name in ("id", "model", "usage", "timings"):
            if value := getattr(chunk, name):
                self._told[name] = value
        for piece in chunk.choices or ():
            self._choices.setdefault(piece.index or 0, _Choice()).take(piece)
        # A chunk with counts and without choices is the last one.
        self._ended |= bool(chunk.usage) and not chunk.choices

    @property
    def whole(self) -> bool:
        """Whether every answer has its finish reason, and no further answer can come."""
        finished = bool(self._choices) and all(choice.finish for choice in self._choices.values())
        return finished and (self._ended or len(self._choices) >= self._wanted)

    @property
    def body(self) -> dict[str, Any]:
        """The body, with the answers in the order of their index."""
        return self._told | {"choices": [choice.body(index) for index, choice in sorted(self._choices.items())]}


class _Choice:
    """One answer as far as it has come."""

    def __init__(self) -> None:
        self._content: list[str] = []
        self._refusal: list[str] = []
        self._thoughts: list[str] = []
        self._thought = False
        self._tokens: list[dict[str, Any]] = []
        self.finish: str | None = None

    def take(self, piece: _Piece) -> None:
        """Take in what a chunk adds to the answer."""
        if self.finish:
            return
        if piece.delta:
            self._content.append(text_of(piece.delta.content))
            self._thoughts += (piece.delta.thoughts, thoughts_in(piece.delta.content))
            self._thought = self._thought or piece.delta.thinks
            self._refusal.append(piece.delta.refusal or "")
        self._tokens += (piece.logprobs and piece.logprobs.content) or ()
        # Some servers send an empty reason with every chunk but the last.
        self.finish = piece.finish_reason

    def body(self, index: int) -> dict[str, Any]:
        """Return the answer as it stands in a body."""
        content, refusal = "".join(self._content), "".join(self._refusal) or None
        message = {"role": "assistant", "content": content or (None if refusal else ""), "refusal": refusal}
        if (thoughts := "".join(self._thoughts)) or self._thought:
            # Encrypted ones are told by this alone.
            message["reasoning"] = thoughts or HIDDEN
        return {
            "index": index,
            "message": message,
            "finish_reason": self.finish,
            "logprobs": {"content": self._tokens} if self._tokens else None,
        }
