"""What the Ollama wire reads of an answer: the record of a body, and the Reply that is made of it.

Sends nothing. Everything that is not named here may be missing, empty, or of any form, and so may all that is no part
of an answer's words (`reported_values.py`).
"""

from collections.abc import Mapping

from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.reported_values import Count, Name, Read, Reason, Told
from summarise.backends.thoughts import fields_of, split
from summarise.data import Finish, Reply

_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length"}


class _Message(Read):
    content: str | None = None
    thinking: Told[str] = None


class _Chat(Read):
    """An answer; ValidationError where it holds no message."""

    message: _Message
    model: Name = None
    done_reason: Reason = None
    prompt_eval_count: Count = None
    eval_count: Count = None


def reply_of(answer: JSONResponse, *, model: str, keep_reasoning: bool = False) -> Reply:
    """Return the reply that an answer holds; ValueError where it holds none. `model` is who was asked."""
    read = _Chat.model_validate(answer.body)
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
