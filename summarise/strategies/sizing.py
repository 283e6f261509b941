"""How an article is cut for a model that drafts: how much fits into one request, and where chunks end.

Tokens are the backend's own counts where it can count, else estimates. Asks no model to write anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from summarise.chunks import MIN_BUDGET, cut
from summarise.data import Article, Chunk, CountingBackend, Request, Sampling, SizedBackend
from summarise.draft import answer_tokens, request_for
from summarise.errors import CallError, ConfigurationError
from summarise.facts.speech import spans_of_speech
from summarise.judging import context_of
from summarise.length import Length
from summarise.prompt import Prompt
from summarise.strategies import Task
from summarise.together import together
from summarise.tokens import estimate_tokens

SPARE = 1.5
"""How many sentences several chunks are asked for, for each that is wanted, so that there is a choice."""
LEAST_PER_CHUNK, MOST_PER_CHUNK = 2, 10
NUMBERING = 5
"""The tokens that numbering adds to a sentence, at most."""
COUNTINGS = 4
"""So often chunks are cut anew by what was counted of them, until each is within the budget."""
SLACK = 1.02
"""By so much more than it should be a stretch is taken to be: what was counted of a whole is not shared out evenly."""


@dataclass(frozen=True)
class Cut:
    """The chunks of an article; `exact` tells that their tokens were counted, and not estimated."""

    chunks: tuple[Chunk, ...]
    exact: bool = False


def cut_by_estimate(task: Task, prompt: Prompt, *, scale: float = 1.0) -> Cut:
    """Return the chunks that a draft by this prompt reads, by estimates times `scale`.

    ConfigurationError where the context has no room for an article, UsageError where chunks are too small for the
    overlap that is set.
    """
    text = task.article.text

    def size(start: int, end: int) -> int:
        return ceil(scale * estimate_tokens(text[start:end]))

    spoken = spans_of_speech(task.ground.facts)
    overlap = task.settings.chunk_overlap
    return Cut(cut(task.article, chunk_budget(task, prompt), size=size, together=spoken, overlap=overlap))


async def cut_by_count(task: Task, prompt: Prompt, backend: CountingBackend) -> Cut:
    """Return the chunks by counts of the backend; by estimates where one chunk is enough, or the counting fails.

    Estimates are scaled by what is counted until each chunk is within the budget, so that no more is counted than the
    article a few times over.
    """
    estimated = found = cut_by_estimate(task, prompt)
    if len(found.chunks) == 1:
        return found
    budget = chunk_budget(task, prompt)
    scale, at_once = 1.0, task.settings.concurrency
    for turn in range(COUNTINGS):
        try:
            counts = await together(
                (backend.count(task.article.quote(chunk)) for chunk in found.chunks), at_once=at_once
            )
        except CallError:
            # Who cannot count may still write; and if nothing can be reached, the draft will tell so.
            return estimated
        if turn and max(counts) <= budget:
            return Cut(_counted(found.chunks, counts), exact=True)
        by_estimate = _estimates(task.article, found.chunks)
        if turn == 0:
            scale = SLACK * sum(counts) / sum(by_estimate)
        else:
            scale *= SLACK * max(counts) / budget
        found = cut_by_estimate(task, prompt, scale=scale)
    return estimated


def _estimates(article: Article, chunks: Sequence[Chunk]) -> list[int]:
    return [estimate_tokens(article.quote(chunk)) for chunk in chunks]


def _counted(chunks: Sequence[Chunk], counts: Sequence[int]) -> tuple[Chunk, ...]:
    return tuple(chunk.model_copy(update={"tokens": counted}) for chunk, counted in zip(chunks, counts, strict=True))


def chunk_budget(task: Task, prompt: Prompt) -> int:
    """Return how many tokens of article go into one request, beside the prompt and the answer.

    Raises ConfigurationError if the context has no room for an article.
    """
    # One character of the first sentence, which may be a long one.
    begin = task.article.sentences[0].start if task.article.sentences else 0
    nothing = Chunk(start=begin, end=begin + 1, first=0, last=0, tokens=0, broken=True)
    bare = request_for(task.article, nothing, prompt=prompt, sentences=1, sampling=Sampling())
    # Each sentence is numbered; the shortest sentences of an article are some eight words on the whole.
    return room_for(task, bare, share=1 - NUMBERING / 16 if prompt.front.output == "cited" else 1.0)


def room_for(task: Task, bare: Request, *, share: float = 1.0) -> int:
    """Return how many tokens of text a request has room for that is `bare` without, a `share` of what is left of it.

    Raises ConfigurationError if that is too little.
    """
    sized = task.backend if isinstance(task.backend, SizedBackend) else None
    context = context_of(task.backend, task.settings)
    answer = answer_tokens(min(task.length.sentences, MOST_PER_CHUNK))
    examples = "".join(example.user + example.assistant for example in bare.examples)
    room = int((context - estimate_tokens(bare.system + examples + bare.user) - answer) * share)
    if room < MIN_BUDGET:
        raise ConfigurationError(
            f"a context of {context} tokens has no room for an article beside prompt and answer: "
            "ask for a shorter summary, or use a model with a larger context"
        )
    return max(MIN_BUDGET, min(room, task.settings.chunk_tokens or (sized.chunk_tokens if sized else room)))


def asked_of_each(length: Length, chunks: int) -> int:
    """Return how many sentences each chunk is asked for."""
    if chunks <= 1:
        return min(length.sentences, MOST_PER_CHUNK)
    return min(MOST_PER_CHUNK, max(LEAST_PER_CHUNK, round(SPARE * length.sentences / chunks + 0.5)))
