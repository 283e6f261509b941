"""How an article is cut for a model that drafts: how much fits into one request, and where chunks end.

Tokens are the backend's own counts where it can count, else estimates. Asks no model to write anything.
"""

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
from summarise.writing.strategies import SummaryTask

SPARE = 1.5
"""How many sentences several chunks are asked for, for each that is wanted, so that there is a choice."""
LEAST_PER_CHUNK, MOST_PER_CHUNK = 2, 10
NUMBERING = 4
"""The tokens that numbering adds to a sentence beside the digits of its number: two brackets, a blank, a line's end."""
COUNTINGS = 4
"""So often chunks are cut anew by what was counted of them, until each is within the budget."""
SLACK = 1.02
"""By so much more than it should be a stretch is taken to be: what was counted of a whole is not shared out evenly."""

AROUND = 100
"""So many tokens a server may count around a text."""


@dataclass(frozen=True)
class Chunking:
    """The chunks of an article; `exact` tells that their tokens were counted, and not estimated."""

    chunks: tuple[Chunk, ...]
    exact: bool = False


def cut_by_estimate(task: SummaryTask, prompt: Prompt, *, scale: float = 1.0) -> Chunking:
    """Return the chunks that a draft by this prompt reads, by estimates times `scale`.

    ConfigurationError where the context has no room for an article, UsageError where chunks are too small for the
    overlap that is set.
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
    """Return the chunks by counts of the model; by estimates where one chunk is enough, or the counting fails.

    Estimates are scaled by what is counted until each chunk is within the budget, so that no more is counted than the
    article a few times over.
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
            # Who cannot count may still write; and if nothing can be reached, the draft will tell so.
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
    """Tell whether a text may have so many tokens: no honest count is as low as that, or above one for each byte."""
    return least_tokens(text) <= counted <= len(text.encode()) + AROUND


def chunk_budget(task: SummaryTask, prompt: Prompt) -> int:
    """Return how many tokens of article, as the prompt shows it, go into one request beside the prompt and the answer.

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
    """Return how many tokens of text fit beside an answer into a request that is `bare` without: 0 or less if none."""
    examples = "".join(example.user + example.assistant for example in bare.examples)
    context = context_of(task.backend, task.settings)
    return context - estimate_tokens(bare.system + examples + bare.user) - answer


def at_a_time(task: SummaryTask, room: int) -> int:
    """Return how many tokens of text the model is given at once: `room`, or less where that suits it or is set."""
    return min(room, task.settings.chunk_tokens or capabilities_of(task.backend).chunk_tokens or room)


def asked_of_each(length: Length, chunks: int) -> int:
    """Return how many sentences each chunk is asked for."""
    if chunks <= 1:
        return min(length.sentences, MOST_PER_CHUNK)
    return min(MOST_PER_CHUNK, max(LEAST_PER_CHUNK, round(SPARE * length.sentences / chunks + 0.5)))
