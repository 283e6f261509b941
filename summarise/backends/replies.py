"""Removes reasoning and secrets from replies, and checks a reply against its request."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from summarise.backends.breaker import ProxyBackend
from summarise.backends.tokens import estimate_tokens, least_prompt_tokens
from summarise.data import Alternative, Backend, Reply, Request
from summarise.errors import CallError, TruncationError
from summarise.secrets import redact_data, redactable

_NAMES = r"(?:seed:)?(?:think|thinking|thought|thoughts|reasoning|scratchpad|reflection)"
_OPEN = rf"<{_NAMES}>|\[THINK\]|◁think▷"
_CLOSE = rf"</{_NAMES}\s*>|\[/THINK\]|◁/think▷"
_OPENS = re.compile(_OPEN, re.IGNORECASE)
_CLOSES = re.compile(_CLOSE, re.IGNORECASE)
# A tag opens reasoning after a line break or closing punctuation; elsewhere it is part of a sentence.
_BEGINS = re.compile(rf"(?:(?<=\n)|(?<=[.!?\"”)}}\]]))[ \t]*(?:{_OPEN})", re.IGNORECASE)
_LINE_BEGINS = re.compile(rf"(?<=\n)[ \t]*(?:{_OPEN})", re.IGNORECASE)
# A closing tag without an opening one ends reasoning at the start or end of a line, or before JSON.
_ENDS = re.compile(rf"(?:(?:\A|(?<=\n))[ \t]*(?:{_CLOSE})|(?:{_CLOSE})(?=[ \t]*(?:\n|\Z|[{{\[])))", re.IGNORECASE)
# Hidden reasoning is assumed if a reply has more completion tokens than
# max(UNSEEN * the answer's estimated tokens, the answer's characters) + UNSEEN_BESIDE.
UNSEEN, UNSEEN_BESIDE = 3, 200
# Usual first words of reasoning, for models whose chat template contains the opening tag.
_REASONING_START = re.compile(
    r"[^\w{\[`\x22]*(?:okay|ok|alright|hmm+|wait|so|well|now|first|let me|let.s|let us|my task|thinking process"
    r"|we (?:need|have|must|should|are)|i (?:need|have|must|should|am|will)|i.(?:ll|m)"
    r"|the (?:user|task|question|request|prompt|instructions?)|here.s (?:a|my) (?:thinking|thought|plan))\b",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\s*")
_CHANNEL = re.compile(r"<\|channel\|>\s*+(\w++)[^<]*+(?:<\|constrain\|>[^<]*+)?<\|message\|>")
_CHANNEL_ENDS = re.compile(r"<\|(?:end|return|call|start)\|>")
# The harmony format without its special tokens, which some servers remove.
_BARE_CHANNELS = re.compile(r"\A\s*analysis(?=[A-Z\"“(])(?P<thoughts>.*?)assistantfinal(?P<answer>.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Split:
    """An answer and its reasoning; `open` is True if the reasoning has no end, because the text was cut off."""

    answer: str
    thoughts: str = ""
    open: bool = False


def split(text: str) -> Split:
    """Split a model's text into answer and reasoning ("<think>…</think>").

    Tags within a sentence or a JSON string belong to the answer.
    """
    if _CHANNEL.search(text):
        return _by_channels(text)
    if bare := _BARE_CHANNELS.match(text):
        return Split(bare["answer"].strip(), bare["thoughts"].strip())
    thoughts: list[str] = []
    kept: list[str] = []
    place, is_open = 0, False
    if (end := _unopened_close(text)) is not None:
        thoughts.append(text[: end.start()])
        place = end.end()
    while (begin := _next_opening(text, place, first=not kept)) is not None:
        if (before := text[place : begin.start()]).strip():
            kept.append(before)
        close = _CLOSES.search(text, begin.end())
        is_open = close is None
        thoughts.append(text[begin.end() : close.start() if close else len(text)])
        place = close.end() if close else len(text)
    if not thoughts:
        return Split(text)
    reasoning = "\n\n".join(filter(None, (thought.strip() for thought in thoughts)))
    return Split("".join([*kept, text[place:]]).strip(), reasoning, is_open)


def _next_opening(text: str, place: int, *, first: bool) -> re.Match[str] | None:
    start = _next_word(text, place)
    if first and (begin := _OPENS.match(text, start)):
        return begin
    begin = _BEGINS.search(text, _json_end(text, start) if first else place)
    if begin is not None and text[begin.start() - 1] != "\n" and not _CLOSES.search(text, begin.end()):
        # A sentence may begin by mentioning a tag.
        return _LINE_BEGINS.search(text, begin.end())
    return begin


def _unopened_close(text: str) -> re.Match[str] | None:
    """Return the first closing tag if no opening tag precedes it, or None. Some prompts end with the opening tag."""
    end = _ENDS.search(text, _json_end(text, _next_word(text, 0)))
    if end is None or _OPENS.search(text, 0, end.start()):
        return None
    return end


def _next_word(text: str, place: int) -> int:
    blanks = _BLANKS.match(text, place)
    return blanks.end() if blanks else place


def _json_end(text: str, start: int) -> int:
    if text[start : start + 1] not in ("{", "["):
        return start
    try:
        return json.JSONDecoder().raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return start


def _by_channels(text: str) -> Split:
    """Split a text in the harmony format of gpt-oss: the channel "final" is the answer."""
    before, *rest = _CHANNEL.split(text)
    # Some servers remove only the first channel's header.
    thoughts = [before.removesuffix("<|start|>assistant").strip()]
    answers: list[str] = []
    channels = rest[::2]
    for channel, part in zip(channels, rest[1::2], strict=True):
        (answers if channel == "final" else thoughts).append(_CHANNEL_ENDS.split(part, maxsplit=1)[0].strip())
    return Split("\n".join(answers), "\n\n".join(filter(None, thoughts)), channels[-1] != "final")


def reasoning_text(thought: Any) -> str:
    """Return the text of a reasoning field in any known format."""
    if isinstance(thought, str):
        return thought
    if isinstance(thought, list):
        return "".join(map(reasoning_text, thought))
    if isinstance(thought, dict):
        names = ("text", "summary", "thinking", "reasoningText")
        return next((reasoning_text(thought[name]) for name in names if thought.get(name)), "")
    return ""


def reasoning_fields(
    parts: Sequence[Split],
    *,
    thoughts: Iterable[str | None] = (),
    completion_tokens: int,
    keep: bool,
    counted: int = 0,
    reasoned: bool = False,
) -> dict[str, Any]:
    """Return the fields `reasoning_tokens` and `reasoning` of a Reply.

    `parts` are the answers. `thoughts` is reasoning that the server returned separately from them. `keep`: whether to
    return the text of the reasoning. `counted`: the server's count of reasoning tokens. `reasoned`: whether the model
    is known to have reasoned, even without readable text.
    """
    text = "\n".join(part.answer for part in parts)
    reasoning = "\n\n".join(filter(None, (*thoughts, *(part.thoughts for part in parts)))).strip()
    tokens, answer_tokens = counted, estimate_tokens(text)
    is_hidden = completion_tokens > max(UNSEEN * answer_tokens, len(text)) + UNSEEN_BESIDE
    if not tokens and (reasoned or reasoning or is_hidden or any(part.open for part in parts)):
        # Readable reasoning may be a summary, so count all tokens that are not the answer.
        tokens = max(1, completion_tokens - answer_tokens if completion_tokens else estimate_tokens(reasoning))
    if completion_tokens:
        tokens = min(tokens, completion_tokens)
    return {"reasoning_tokens": tokens, "reasoning": reasoning if keep else ""}


def lacks_answer(request: Request, reply: Reply) -> bool:
    """Return whether the model spent its tokens on reasoning, and all its answers are empty or cut off.

    Without a count of reasoning tokens, reasoning is assumed in two cases: all answers are empty, although tokens were
    used; or JSON was requested, and the text is cut off and begins like reasoning.
    """
    if reply.from_cache or reply.finish == "filter":
        return False
    answers = [(reply.text, reply.finish), *((other.text, other.finish) for other in reply.alternatives)]
    if any(text.strip() and finish != "length" for text, finish in answers):
        return False
    empty = not any(text.strip() for text, _ in answers)
    cut = reply.finish == "length"
    begins = request.json_schema is not None and _REASONING_START.match(reply.text) is not None
    assumed = (cut or reply.completion_tokens > 1) if empty else cut and begins
    return reply.reasoning_tokens > 0 or assumed


# A prompt was truncated if the server counts fewer tokens than this share of the lower bound of the prompt's tokens.
FRACTION = 0.9
# Prompts of fewer tokens fit every context and are not checked.
LEAST_SENT = 1024
# An upper bound for any text except long runs of spaces.
CHARACTERS_PER_TOKEN = 16


def require_full_prompt(request: Request, reply: Reply, *, server: str) -> None:
    """Raise TruncationError if the server's count of prompt tokens shows that it truncated the prompt."""
    if has_truncated_prompt(request, reply):
        counted = max(reply.prompt_tokens, reply.cached_tokens)
        raise TruncationError(
            f"{server} read {counted:,} tokens of a prompt that has at least {least_prompt_tokens(request):,}",
            advice="give its model a larger context (num_ctx, --ctx-size, --max-model-len) or set a smaller "
            "context_tokens (SUMMARISE_CONTEXT_TOKENS)",
            provider=server.partition(":")[0],
            request_id=reply.request_id,
            reply=reply,
        )


def has_truncated_prompt(request: Request, reply: Reply) -> bool:
    """Return whether the server's count of prompt tokens is so low that it must have truncated the prompt.

    False if the server gives no count (0), or the prompt is short.
    """
    least = least_prompt_tokens(request)
    return least >= LEAST_SENT and 0 < max(reply.prompt_tokens, reply.cached_tokens) < FRACTION * least


def within_length(request: Request, reply: Reply) -> Reply:
    """Return a reply with at most the requested number of answers, and with texts of excessive length truncated."""
    most = CHARACTERS_PER_TOKEN * (request.sampling.max_tokens + request.reasoning_room)
    alternatives = tuple(
        other if len(other.text) <= most else Alternative(text=other.text[:most], finish="length")
        for other in reply.alternatives[: request.candidates - 1]
    )
    shorter = {"text": reply.text[:most], "finish": "length"} if len(reply.text) > most else {}
    return reply.model_copy(update={"alternatives": alternatives, **shorter})


class ThoughtRemovingBackend(ProxyBackend):
    """A backend that removes reasoning from the replies of another `backend`."""

    def __init__(self, backend: Backend, *, keep_reasoning: bool) -> None:
        super().__init__(backend)
        self._keep_reasoning = keep_reasoning

    async def complete(self, request: Request) -> Reply:
        """Return the wrapped backend's reply without reasoning in its texts, or raise TypeError if it is no `Reply`."""
        reply: object = await self._backend.complete(request)
        if not isinstance(reply, Reply):
            raise TypeError(f"complete(request) of {self.id} must return a Reply, not {type(reply).__name__}")
        return cleared(reply, keep_reasoning=self._keep_reasoning)


def cleared(reply: Reply, *, keep_reasoning: bool) -> Reply:
    """Remove reasoning from the texts of a reply. Reasoning tokens that the server did not count are estimated."""
    first, *others = parts = [split(text) for text in (reply.text, *(other.text for other in reply.alternatives))]
    if not any(part.thoughts or part.open for part in parts):
        return reply if keep_reasoning or not reply.reasoning else reply.model_copy(update={"reasoning": ""})
    reasoning = reasoning_fields(
        parts,
        thoughts=[reply.reasoning],
        counted=reply.reasoning_tokens,
        completion_tokens=reply.completion_tokens,
        keep=keep_reasoning,
        reasoned=True,
    )
    alternatives = tuple(
        other.model_copy(update={"text": part.answer}) for other, part in zip(reply.alternatives, others, strict=True)
    )
    return reply.model_copy(update={"text": first.answer, "alternatives": alternatives, **reasoning})


TEXTS = {"text", "alternatives", "reasoning", "model", "request_id"}


class SecretRemovingBackend(ProxyBackend):
    """A backend that redacts `secrets`, and the keys of the wrapped backend, in replies."""

    def __init__(self, backend: Backend, secrets: Callable[[], Iterable[str]]) -> None:
        super().__init__(backend)
        self._secrets = secrets

    async def complete(self, request: Request) -> Reply:
        """Return the wrapped backend's reply with secrets redacted."""
        try:
            return self._cleared(await self._backend.complete(request))
        except CallError as error:
            if isinstance(error.reply, Reply):
                error.reply = self._cleared(error.reply)
            raise

    def _cleared(self, reply: Reply) -> Reply:
        own = {str(place): value for place, value in enumerate(self.capabilities.secrets())}
        cleared = redact_data((*self._secrets(), *redactable(own)), reply.model_dump(include=TEXTS))
        return Reply.model_validate(reply.model_dump() | cleared)
