"""Replies: thoughts and secrets removed, and a reply checked against its request."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from summarise.backends.proxy import ProxyBackend
from summarise.backends.tokens import estimate_tokens, least_prompt_tokens
from summarise.data import Alternative, Backend, Reply, Request
from summarise.errors import CallError, TruncationError
from summarise.observing.secrets import hidden, to_hide

_NAMES = r"(?:seed:)?(?:think|thinking|thought|thoughts|reasoning|scratchpad|reflection)"
_OPEN = rf"<{_NAMES}>|\[THINK\]|◁think▷"
_CLOSE = rf"</{_NAMES}\s*>|\[/THINK\]|◁/think▷"
_OPENS = re.compile(_OPEN, re.IGNORECASE)
_CLOSES = re.compile(_CLOSE, re.IGNORECASE)
# Where a block of thoughts may begin: a tag within a sentence is a word of it.
_BEGINS = re.compile(rf"(?:(?<=\n)|(?<=[.!?\"”)}}\]]))[ \t]*(?:{_OPEN})", re.IGNORECASE)
_LINE_BEGINS = re.compile(rf"(?<=\n)[ \t]*(?:{_OPEN})", re.IGNORECASE)
# An end without a beginning: alone in its line, or at the end of one; before JSON it may stand anywhere.
_ENDS = re.compile(rf"(?:(?:\A|(?<=\n))[ \t]*(?:{_CLOSE})|(?:{_CLOSE})(?=[ \t]*(?:\n|\Z|[{{\[])))", re.IGNORECASE)
UNSEEN, UNSEEN_BESIDE = 3, 200
"""A server that counts so many times an answer's tokens, and so many more than it has characters, counts thoughts."""
_MUSING = re.compile(
    r"[^\w{\[`\x22]*(?:okay|ok|alright|hmm+|wait|so|well|now|first|let me|let.s|let us|my task|thinking process"
    r"|we (?:need|have|must|should|are)|i (?:need|have|must|should|am|will)|i.(?:ll|m)"
    r"|the (?:user|task|question|request|prompt|instructions?)|here.s (?:a|my) (?:thinking|thought|plan))\b",
    re.IGNORECASE,
)
"""How thoughts begin whose opening tag stands in the chat template. A weak model that runs on begins otherwise."""
_BLANKS = re.compile(r"\s*")
_CHANNEL = re.compile(r"<\|channel\|>\s*+(\w++)[^<]*+(?:<\|constrain\|>[^<]*+)?<\|message\|>")
_CHANNEL_ENDS = re.compile(r"<\|(?:end|return|call|start)\|>")
# The harmony format as it looks where a server drops special tokens.
_BARE_CHANNELS = re.compile(r"\A\s*analysis(?=[A-Z\"“(])(?P<thoughts>.*?)assistantfinal(?P<answer>.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Split:
    """A text without its thoughts, and these. `open` tells that they have no end, so that no answer follows."""

    answer: str
    thoughts: str = ""
    open: bool = False


def split(text: str) -> Split:
    """Return what of a text is its answer, and what are thoughts.

    A tag within a sentence, or within a string of JSON, is a word of the answer and stays.
    """
    if _CHANNEL.search(text):
        return _by_channels(text)
    if bare := _BARE_CHANNELS.match(text):
        return Split(bare["answer"].strip(), bare["thoughts"].strip())
    thoughts: list[str] = []
    kept: list[str] = []
    place, is_open = 0, False
    if (end := _end_without_beginning(text)) is not None:
        thoughts.append(text[: end.start()])
        place = end.end()
    while (begin := _next_block(text, place, first=not kept)) is not None:
        if (before := text[place : begin.start()]).strip():
            kept.append(before)
        close = _CLOSES.search(text, begin.end())
        is_open = close is None
        thoughts.append(text[begin.end() : close.start() if close else len(text)])
        place = close.end() if close else len(text)
    if not thoughts:
        return Split(text)
    said = [thought.strip() for thought in thoughts]
    return Split("".join([*kept, text[place:]]).strip(), "\n\n".join(filter(None, said)), is_open)


def _next_block(text: str, place: int, *, first: bool) -> re.Match[str] | None:
    """Return the next block's beginning at or after a place; `first` tells that nothing of an answer stands before."""
    start = _after_blanks(text, place)
    if first and (begin := _OPENS.match(text, start)):
        return begin
    begin = _BEGINS.search(text, _json_end(text, start) if first else place)
    if begin is not None and text[begin.start() - 1] != "\n" and not _CLOSES.search(text, begin.end()):
        # A sentence may begin with a tag that it tells of.
        return _LINE_BEGINS.search(text, begin.end())
    return begin


def _end_without_beginning(text: str) -> re.Match[str] | None:
    """Return the end of thoughts whose beginning the prompt holds, None where there is none."""
    end = _ENDS.search(text, _json_end(text, _after_blanks(text, 0)))
    if end is None or _OPENS.search(text, 0, end.start()):
        return None
    return end


def _after_blanks(text: str, place: int) -> int:
    """Return the place of the first character from a place on that is no blank."""
    blanks = _BLANKS.match(text, place)
    return blanks.end() if blanks else place


def _json_end(text: str, start: int) -> int:
    """Return where the JSON ends that a text begins with; `start` where it begins with none, or with none whole."""
    if text[start : start + 1] not in ("{", "["):
        return start
    try:
        return json.JSONDecoder().raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return start


def _by_channels(text: str) -> Split:
    """Split a text in the harmony format: what is said on the channel "final" is the answer."""
    answers: list[str] = []
    thoughts: list[str] = []
    last = ""
    places = list(_CHANNEL.finditer(text))
    for place, following in zip(places, [*places[1:], None], strict=True):
        said = text[place.end() : following.start() if following else len(text)]
        said = said[: end.start()] if (end := _CHANNEL_ENDS.search(said)) else said
        last = place[1]
        (answers if last == "final" else thoughts).append(said.strip())
    before = text[: places[0].start()].removesuffix("<|start|>assistant").strip()
    if before:
        # A server may have taken the first channel's name off, and not the others'.
        thoughts.insert(0, before)
    return Split("\n".join(answers), "\n\n".join(filter(None, thoughts)), last != "final")


def fields_of(
    text: str, thoughts: str, *, told: int | None, completion_tokens: int, keep: bool, shown: bool = False
) -> dict[str, Any]:
    """Return the fields of a Reply that tell of thoughts.

    `text` is the answer, `thoughts` what the model thought as far as the server shows it, `told` the server's count of
    their tokens, None or 0 where it gives none. `shown` tells that it thought though nothing of it can be read. They
    are kept only where `keep` says so.
    """
    counted, answer = told or 0, estimate_tokens(text)
    # A server may show nothing at all of what it counts.
    shown = shown or bool(thoughts.strip()) or completion_tokens > max(UNSEEN * answer, len(text)) + UNSEEN_BESIDE
    if not counted and shown:
        # What it shows may be a summary of what it counts: what is no answer was thought.
        counted = max(1, completion_tokens - answer if completion_tokens else estimate_tokens(thoughts))
    if completion_tokens:
        counted = min(counted, completion_tokens)
    return {"reasoning_tokens": counted, "reasoning": thoughts.strip() if keep else ""}


def came_to_nothing(request: Request, reply: Reply) -> bool:
    """Tell whether thoughts took the room of an answer: it was cut off, or is empty, and the model thought.

    Where a server tells nothing of thoughts, an empty answer that was cut off, or for which it counted tokens, is taken
    to have been thought, and so is what was cut off before any of the JSON came that was asked for and begins as
    thoughts do: a template may open them.
    """
    if reply.from_cache or reply.finish == "filter":
        return False
    answers = [(reply.text, reply.finish), *((other.text, other.finish) for other in reply.alternatives)]
    if any(text.strip() and finish != "length" for text, finish in answers):
        return False
    empty = not any(text.strip() for text, _ in answers)
    cut = reply.finish == "length"
    musing = request.json_schema is not None and _MUSING.match(reply.text) is not None
    unseen = (cut or reply.completion_tokens > 1) if empty else cut and musing
    return reply.reasoning_tokens > 0 or unseen


FRACTION = 0.9
"""A count below this share of the fewest tokens that a prompt can have is no count of the whole prompt."""
LEAST_SENT = 1024
"""Prompts of fewer tokens fit every server's context; what a server counts of them is not looked at."""
CHARACTERS_PER_TOKEN = 16
"""More than a token has in any text, but for runs of blanks: English has four to five."""


def require_whole(request: Request, reply: Reply, *, server: str) -> None:
    """Raise TruncationError where a server's count tells that it read clearly less than it was sent.

    A server that tells no count is believed. What it had read before counts as read.
    """
    if was_cut(request, reply):
        told = max(reply.prompt_tokens, reply.cached_tokens)
        raise TruncationError(
            f"{server} read {told:,} tokens of a prompt that has at least {least_prompt_tokens(request):,}",
            advice="give its model a larger context (num_ctx, --ctx-size, --max-model-len) or set a smaller "
            "context_tokens (SUMMARISE_CONTEXT_TOKENS)",
            provider=server.partition(":")[0],
            request_id=reply.request_id,
            reply=reply,
        )


def was_cut(request: Request, reply: Reply) -> bool:
    """Tell whether a server's own count tells that it read clearly less than it was sent."""
    return looks_cut(max(reply.prompt_tokens, reply.cached_tokens), least_prompt_tokens(request))


def looks_cut(told: int, least: int) -> bool:
    """Tell whether a count of `told` tokens (0: not told) is clearly short of a prompt that has `least` at least."""
    return 0 < told < FRACTION * least and least >= LEAST_SENT


def within_length(request: Request, reply: Reply) -> Reply:
    """Return a reply cut to the length and candidates that its request allows; a text that is cut says so."""
    most = CHARACTERS_PER_TOKEN * (request.sampling.max_tokens + request.reasoning_room)
    if len(reply.alternatives) >= request.candidates:
        reply = reply.model_copy(update={"alternatives": reply.alternatives[: request.candidates - 1]})
    if all(len(text) <= most for text in (reply.text, *(other.text for other in reply.alternatives))):
        return reply
    alternatives = tuple(
        other if len(other.text) <= most else Alternative(text=other.text[:most], finish="length")
        for other in reply.alternatives
    )
    if len(reply.text) <= most:
        return reply.model_copy(update={"alternatives": alternatives})
    return reply.model_copy(update={"text": reply.text[:most], "finish": "length", "alternatives": alternatives})


class ThoughtRemovingBackend(ProxyBackend):
    """A backend of whose answers thoughts are taken out; with `keep_reasoning` they come beside them."""

    def __init__(self, backend: Backend, *, keep_reasoning: bool) -> None:
        super().__init__(backend)
        self._keep_reasoning = keep_reasoning

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        return cleared(await self._backend.complete(request), keep_reasoning=self._keep_reasoning)


def cleared(reply: Reply, *, keep_reasoning: bool) -> Reply:
    """Return a reply with no thoughts in its texts, which are counted where its backend did not."""
    found = [split(text) for text in (reply.text, *(other.text for other in reply.alternatives))]
    if not any(one.thoughts or one.open for one in found):
        return reply if keep_reasoning or not reply.reasoning else reply.model_copy(update={"reasoning": ""})
    beside = filter(None, (reply.reasoning, *(one.thoughts for one in found)))
    told = fields_of(
        "\n".join(one.answer for one in found),
        "\n\n".join(beside),
        told=reply.reasoning_tokens,
        completion_tokens=reply.completion_tokens,
        keep=keep_reasoning,
        shown=True,
    )
    others = tuple(
        other.model_copy(update={"text": one.answer}) for other, one in zip(reply.alternatives, found[1:], strict=True)
    )
    return reply.model_copy(update={"text": found[0].answer, "alternatives": others, **told})


TEXTS = {"text", "alternatives", "reasoning", "model", "request_id"}


class SecretRemovingBackend(ProxyBackend):
    """A backend with "…" for the `secrets`, and for what it authenticates with, in its replies."""

    def __init__(self, backend: Backend, secrets: Callable[[], Iterable[str]]) -> None:
        super().__init__(backend)
        self._secrets = secrets

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        try:
            return self._cleared(await self._backend.complete(request))
        except CallError as error:
            if isinstance(error.reply, Reply):
                error.reply = self._cleared(error.reply)
            raise

    def _cleared(self, reply: Reply) -> Reply:
        own = {str(place): value for place, value in enumerate(self.capabilities.secrets())}
        cleared = hidden((*self._secrets(), *to_hide(own)), reply.model_dump(include=TEXTS))
        return Reply.model_validate(reply.model_dump() | cleared)
