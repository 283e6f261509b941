"""What the Ollama wire reads of an answer: the record of a body, its stream, and the Reply that is made of it.

Sends nothing. Everything that is not named here may be missing, empty, or of any form, and so may all that is no part
of an answer's words (`reported_values.py`).
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict

from summarise.backends.http.bodies import json_of
from summarise.backends.http.embedded_errors import refusal
from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.reported_values import Count, Name, Read, Reason, Told
from summarise.backends.http.stream_events import Event
from summarise.backends.thoughts import fields_of, split
from summarise.data import Finish, Reply

_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length"}


class _Message(Read):
    content: str | None = None
    thinking: Told[str] = None


class Chat(Read):
    """An answer, or one line of a stream; ValidationError where it is neither."""

    message: _Message
    model: Name = None
    done_reason: Reason = None
    prompt_eval_count: Count = None
    eval_count: Count = None


class _Line(Read):
    model_config = ConfigDict(frozen=True, extra="allow")

    message: _Message | None = None
    done: bool = False
    error: Any = None


class ChatStream:
    """An `Assembler` of one stream of lines, complete once the server says that it is done.

    The last line has what is told of the whole answer; what comes after it is ignored.
    """

    def __init__(self) -> None:
        self._content: list[str] = []
        self._thinking: list[str] = []
        self._last: dict[str, Any] | None = None

    def feed(self, event: Event) -> None:
        """Take in one line; ValueError where it is none, StreamRefusal for an error of the server."""
        if self._last is not None or not event.data.strip():
            return
        line = _Line.model_validate(json_of(event.data))
        if line.error:
            raise refusal(line.error, event.data)
        if line.message:
            self._content.append(line.message.content or "")
            self._thinking.append(line.message.thinking or "")
        if line.done:
            self._last = line.model_dump(exclude={"error", "message"})

    @property
    def whole(self) -> bool:
        """Whether the server said that it is done."""
        return self._last is not None

    @property
    def body(self) -> dict[str, Any]:
        """The body, with the whole text."""
        message = {"role": "assistant", "content": "".join(self._content)}
        if thinking := "".join(self._thinking):
            message["thinking"] = thinking
        return (self._last or {}) | {"message": message}


def reply_of(answer: JSONResponse, *, model: str, keep_reasoning: bool = False) -> Reply:
    """Return the reply that an answer holds; ValueError where it holds none. `model` is who was asked."""
    read = Chat.model_validate(answer.body)
    found = split(read.message.content or "")
    return Reply(
        text=found.answer,
        finish=_FINISH.get(read.done_reason, "other"),
        model=read.model or model,
        prompt_tokens=read.prompt_eval_count or 0,
        completion_tokens=read.eval_count or 0,
        # They are counted, and not apart.
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
