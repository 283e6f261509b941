"""What the Responses wire reads of an answer: the records of a body, and the Reply.

Sends nothing. Everything that is not named here may be missing, empty, or of any form, and so may all that is no part
of an answer's words (`reported_values.py`). The source:
https://developers.openai.com/api/reference/resources/responses
"""

from collections.abc import Mapping

from summarise.backends.http.json_response import JSONResponse
from summarise.backends.http.reported_values import Count, Name, Read, Reason, Told
from summarise.backends.thoughts import fields_of, split
from summarise.data import Finish, Reply

_CUT: Mapping[str | None, Finish] = {"max_output_tokens": "length", "content_filter": "filter"}


class _Part(Read):
    """A part of an item: text of an answer or of a thought, or the words of a refusal."""

    type: Name = None
    text: str | None = None
    refusal: Told[str] = None


class _Item(Read):
    """An item of the output: a message, thoughts, or something else that is not asked for."""

    type: Name = None
    content: tuple[_Part, ...] | None = None
    summary: Told[tuple[_Part, ...]] = None


class _InputDetails(Read):
    cached_tokens: Count = None


class _OutputDetails(Read):
    reasoning_tokens: Count = None


class _Usage(Read):
    input_tokens: Count = None
    output_tokens: Count = None
    input_tokens_details: Told[_InputDetails] = None
    output_tokens_details: Told[_OutputDetails] = None


class _Incomplete(Read):
    reason: Reason = None


class _Response(Read):
    """A whole answer; ValidationError where it has no output."""

    output: tuple[_Item, ...]
    status: Reason = None
    incomplete_details: Told[_Incomplete] = None
    usage: Told[_Usage] = None
    model: Name = None
    id: Name = None

    @property
    def text(self) -> str:
        """The text of all messages; thoughts and refusals are none."""
        return "".join(part.text or "" for part in self._parts if part.type == "output_text")

    @property
    def thoughts(self) -> str:
        """What the model thought, as far as the server shows it."""
        items = [item for item in self.output if item.type == "reasoning"]
        return "\n\n".join(part.text or "" for item in items for part in (*(item.content or ()), *(item.summary or ())))

    @property
    def finish(self) -> Finish:
        """Why the answer ends."""
        if self.status == "incomplete":
            return _CUT.get(self.incomplete_details.reason if self.incomplete_details else None, "other")
        if not self.text and any(part.type == "refusal" for part in self._parts):
            return "filter"
        return "stop" if self.status in ("completed", None) else "other"

    @property
    def _parts(self) -> tuple[_Part, ...]:
        return tuple(part for item in self.output if item.type == "message" for part in item.content or ())


def reply_of(answer: JSONResponse, *, model: str, keep_reasoning: bool = False) -> Reply:
    """Return the reply that an answer holds; ValueError where it holds none. `model` is who was asked."""
    read = _Response.model_validate(answer.body)
    if read.status in ("failed", "cancelled"):
        raise ValueError(read.status)
    usage = read.usage or _Usage()
    inline = split(read.text)
    thoughts = "\n\n".join(filter(None, (read.thoughts, inline.thoughts)))
    read_before = usage.input_tokens_details or _InputDetails()
    told = (usage.output_tokens_details or _OutputDetails()).reasoning_tokens
    completion = usage.output_tokens or 0
    return Reply(
        text=inline.answer,
        finish=read.finish,
        model=read.model or model,
        prompt_tokens=usage.input_tokens or 0,
        completion_tokens=completion,
        cached_tokens=read_before.cached_tokens or 0,
        request_id=answer.request_id or read.id,
        seconds=answer.seconds,
        **fields_of(
            inline.answer,
            thoughts,
            told=told,
            completion_tokens=completion,
            keep=keep_reasoning,
            shown=inline.open,
        ),
    )
