"""Chunks that fit into the context of a model: budgets and cuts, by counted or estimated tokens."""

from bisect import bisect_left
from dataclasses import dataclass
from math import ceil

from summarise.backends.concurrency import together
from summarise.backends.tokens import estimate_tokens, least_tokens
from summarise.checks.judge import context_of, max_concurrency
from summarise.data import Chunk, Request, Sampling, capabilities_of
from summarise.data.exchange import Count
from summarise.errors import CallError, ConfigurationError
from summarise.facts.quotations import spans_of_speech
from summarise.prompting.prompt import Prompt
from summarise.settings.model import Length
from summarise.writing.answers import answer_tokens
from summarise.writing.chunks import MIN_BUDGET, cut
from summarise.writing.draft import material_of, request_for
from summarise.writing.task import SummaryTask

# Sentences asked of all chunks, per wanted sentence.
SPARE = 1.5
LEAST_PER_CHUNK, MOST_PER_CHUNK = 2, 10
# Tokens that numbering adds to a sentence, without the digits: two brackets, a space, a line break.
NUMBERING = 4
# Maximum number of cuts by counted tokens.
COUNTINGS = 4
# Factor for estimates scaled by a count, because tokens are not evenly distributed.
SLACK = 1.02

# Tokens that a server may add to a text.
AROUND = 100


@dataclass(frozen=True)
class Chunking:
    """The chunks of an article; `exact` if their tokens were counted, not estimated."""

    chunks: tuple[Chunk, ...]
    exact: bool = False


def cut_by_estimate(task: SummaryTask, prompt: Prompt, *, scale: float = 1.0) -> Chunking:
    """Return the chunks for a draft with this prompt, by estimates times `scale`.

    Raises ConfigurationError if the context has no room for an article, UsageError if chunks are too small for the
    configured overlap.
    """
    text, starts = task.article.text, [sentence.start for sentence in task.article.sentences]
    # Cited drafts have each sentence behind its number, and short sentences may have more of those than of words.
    numbering = NUMBERING + len(str(len(starts))) if prompt.front.output == "cited" else 0

    def size(start: int, end: int) -> int:
        lines = max(1, bisect_left(starts, end) - bisect_left(starts, start))
        return ceil(scale * (estimate_tokens(text[start:end]) + numbering * lines))

    spoken = spans_of_speech(task.verifier.facts)
    overlap = task.settings.chunk_overlap
    return Chunking(cut(task.article, chunk_budget(task, prompt), size=size, together=spoken, overlap=overlap))


async def cut_by_count(task: SummaryTask, prompt: Prompt, count: Count) -> Chunking:
    """Return the chunks by the model's counts, or by estimates if one chunk is enough or counting fails.

    Estimates are scaled by counts until each chunk is within the budget, at most `COUNTINGS` times.
    """
    estimated = found = cut_by_estimate(task, prompt)
    if len(found.chunks) == 1:
        return found
    budget, scale = chunk_budget(task, prompt), 1.0
    for turn in range(COUNTINGS):
        shown = [material_of(task.article, chunk, prompt) for chunk in found.chunks]
        try:
            counts = await together(map(count, shown), at_once=max_concurrency(task.backend, task.settings))
        except CallError:
            # A server that cannot count may still write.
            return estimated
        if not all(is_count_of(counted, text) for counted, text in zip(counts, shown, strict=True)):
            return estimated
        if turn and max(counts) <= budget:
            chunks = zip(found.chunks, counts, strict=True)
            return Chunking(
                tuple(chunk.model_copy(update={"tokens": counted}) for chunk, counted in chunks), exact=True
            )
        whole = sum(counts) / sum(map(estimate_tokens, shown))
        scale = SLACK * (whole if turn == 0 else scale * max(counts) / budget)
        found = cut_by_estimate(task, prompt, scale=scale)
    return estimated


def is_count_of(counted: int, text: str) -> bool:
    """Return whether a count is plausible for a text: not too low, and at most one token per byte."""
    return least_tokens(text) <= counted <= len(text.encode()) + AROUND


def chunk_budget(task: SummaryTask, prompt: Prompt) -> int:
    """Return the tokens of article text, as in the prompt, that fit into one request with prompt and answer.

    Raises ConfigurationError if the context has no room for an article.
    """
    # One character of the first sentence, which may be a long one.
    begin = task.article.sentences[0].start if task.article.sentences else 0
    nothing = Chunk(start=begin, end=begin + 1, first=0, last=0, tokens=0, broken=True)
    bare = request_for(task.article, nothing, prompt=prompt, sentences=1, sampling=Sampling())
    room = room_beside(task, bare, answer=answer_tokens(min(task.length.sentences, MOST_PER_CHUNK)))
    if room < MIN_BUDGET:
        raise ConfigurationError(
            f"a context of {context_of(task.backend, task.settings)} tokens has no room for an article beside prompt "
            "and answer: ask for a shorter summary, set a larger context_tokens (SUMMARISE_CONTEXT_TOKENS) if the "
            "model has one, or use another model"
        )
    return max(MIN_BUDGET, at_a_time(task, room))


def room_beside(task: SummaryTask, bare: Request, *, answer: int) -> int:
    """Return the tokens of text that fit into a request, `bare` without it, with an answer; may be negative."""
    examples = "".join(example.user + example.assistant for example in bare.examples)
    context = context_of(task.backend, task.settings)
    return context - estimate_tokens(bare.system + examples + bare.user) - answer


def at_a_time(task: SummaryTask, room: int) -> int:
    """Return the tokens of text per request: `room`, or less if configured or better for the model."""
    return min(room, task.settings.chunk_tokens or capabilities_of(task.backend).chunk_tokens or room)


def asked_of_each(length: Length, chunks: int) -> int:
    """Return the number of sentences asked of each chunk."""
    if chunks <= 1:
        return min(length.sentences, MOST_PER_CHUNK)
    return min(MOST_PER_CHUNK, max(LEAST_PER_CHUNK, round(SPARE * length.sentences / chunks + 0.5)))
