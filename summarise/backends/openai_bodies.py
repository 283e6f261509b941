"""What the OpenAI wire reads of an answer: the records of a body, and the Reply that is made of it.

Sends nothing. Everything that is not named here may be missing, empty, or of any form.
"""

import json
from collections.abc import Mapping
from contextlib import suppress

from pydantic import BaseModel, ConfigDict

from summarise.backends.http import Answer
from summarise.data import Alternative, Finish, Reply

_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length", "content_filter": "filter"}


class Read(BaseModel):
    """What is read of a server's JSON; it may hold more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Part(Read):
    """A part of a message's content; those of other types have no text."""

    text: str = ""


def text_of(content: str | tuple[Part, ...] | None) -> str:
    """Return a content's text; some servers send it in parts."""
    return "".join(part.text for part in content) if isinstance(content, tuple) else content or ""


class _Message(Read):
    content: str | tuple[Part, ...] | None = None
    refusal: str | None = None


class _Token(Read):
    logprob: float


class _Logprobs(Read):
    content: tuple[_Token, ...] | None = None


class _Choice(Read):
    message: _Message
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None
    index: int = 0

    @property
    def finish(self) -> Finish:
        """Why the answer ends."""
        refused = self.message.content is None and self.message.refusal is not None
        return "filter" if refused else _FINISH.get(self.finish_reason, "other")

    @property
    def tokens(self) -> int:
        """The tokens of the answer, 0 where the server does not tell them."""
        return len((self.logprobs and self.logprobs.content) or ())

    @property
    def likelihood(self) -> float | None:
        """The mean log-probability of a token of the answer, None where the server does not tell."""
        tokens = (self.logprobs and self.logprobs.content) or ()
        return sum(token.logprob for token in tokens) / len(tokens) if tokens else None

    def text(self, quoted: bool) -> str:
        """Return the answer's text, taken out of the JSON string that a pattern is held with."""
        text = text_of(self.message.content)
        if quoted:
            with suppress(ValueError):
                inner = json.loads(text)
                return inner if isinstance(inner, str) else text
        return text


class _Details(Read):
    cached_tokens: int | None = None


class _Usage(Read):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None
    prompt_cache_hit_tokens: int | None = None  # DeepSeek's name


class _Timings(Read):
    cache_n: int | None = None  # llama.cpp's name, where its usage does not tell


class Completion(Read):
    """A whole answer: at least one choice, and what the server tells of it; ValidationError where it holds none."""

    choices: tuple[_Choice, ...]
    usage: _Usage | None = None
    timings: _Timings | None = None
    model: str | None = None
    id: str | None = None

    @property
    def cached_tokens(self) -> int:
        """The tokens of the prompt that the server had read before, by whichever name it tells them."""
        usage = self.usage or _Usage()
        details = usage.prompt_tokens_details or _Details()
        timings = self.timings or _Timings()
        return details.cached_tokens or usage.prompt_cache_hit_tokens or timings.cache_n or 0


def reply_of(answer: Answer, *, model: str, quoted: bool) -> Reply:
    """Return the reply that an answer holds, its choices in the order of their index; ValueError where it holds none.

    `model` is who was asked, for servers that do not tell; `quoted` that a JSON string was asked for.
    """
    read = Completion.model_validate(answer.body)
    choice, *others = sorted(read.choices, key=lambda choice: choice.index)
    counted = (read.usage and read.usage.completion_tokens) or 0
    return Reply(
        text=choice.text(quoted),
        finish=choice.finish,
        likelihood=choice.likelihood,
        alternatives=tuple(
            Alternative(text=other.text(quoted), finish=other.finish, likelihood=other.likelihood) for other in others
        ),
        model=read.model or model,
        prompt_tokens=(read.usage and read.usage.prompt_tokens) or 0,
        # Of several answers llama.cpp counts the first alone.
        completion_tokens=max(counted, sum(choice.tokens for choice in read.choices)),
        cached_tokens=read.cached_tokens,
        request_id=answer.request_id or read.id,
        seconds=answer.seconds,
    )
