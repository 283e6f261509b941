"""Direct: the model reads the article and drafts sentences that cite it; a long one chunk by chunk, merged then.

For models that were measured to draft few errors. Does not repair.
"""

from collections.abc import Callable
from dataclasses import dataclass

from summarise.candidate import Candidate
from summarise.checking import judge
from summarise.chunks import MIN_BUDGET, cut
from summarise.data import Budget, Chunk, ChunkUse, Request, Sampling, SizedBackend
from summarise.draft import ATTEMPTS, answer_tokens, draft_all, request_for
from summarise.draft import STAGE as DRAFT
from summarise.errors import ConfigurationError
from summarise.facts.speech import spans_of_speech
from summarise.judging import context_of
from summarise.length import Length
from summarise.merge import STAGE as MERGE
from summarise.merge import request_for as merge_request
from summarise.paying import Paying
from summarise.prompt import Prompt
from summarise.purse import Purse
from summarise.repair import Tools, repair
from summarise.strategies import Came, Task, Written
from summarise.strategies.merging import Merging
from summarise.tokens import estimate_tokens, prompt_tokens

SPARE = 1.5
"""How many sentences several chunks are asked for, for each that is wanted, so that there is a choice."""
LEAST_PER_CHUNK, MOST_PER_CHUNK = 2, 10
NUMBERING = 5
"""The tokens that numbering adds to a sentence, at most."""


@dataclass(frozen=True)
class DirectPlan:
    """The chunks that the model will read, and how many sentences it is asked for of each."""

    task: Task
    prompt: Prompt
    chunks: tuple[Chunk, ...]
    asked: int
    merging: Merging | None = None

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The prompt of the draft, and that of merging where there are several chunks."""
        return (self.prompt, *([self.merging.prompt] if self.merging else []))

    @property
    def sampling(self) -> Sampling:
        """How the model is sampled at first."""
        settings = self.task.settings
        return Sampling(temperature=settings.temperature, seed=settings.seed, max_tokens=answer_tokens(self.asked))

    @property
    def budget(self) -> Budget:
        """Every attempt at every chunk, and the merging of all that is asked for."""
        requests = [
            request_for(self.task.article, chunk, prompt=self.prompt, sentences=self.asked, sampling=self.sampling)
            for chunk in self.chunks
        ]
        read = sum(map(prompt_tokens, requests))
        drafting = Budget(
            calls=ATTEMPTS * len(requests),
            prompt_tokens=ATTEMPTS * read,
            completion_tokens=ATTEMPTS * len(requests) * answer_tokens(self.asked),
        )
        return drafting.added(*([self.merging.budget(self.asked * len(self.chunks))] if self.merging else []))

    @property
    def sentences(self) -> int:
        """Twice as many as are asked for: a model may say two in the place of one."""
        return 2 * (self.task.length.sentences if self.merging else self.asked)

    async def write(self, purse: Purse) -> Written:
        """Draft every chunk, check what comes, and merge it if there are several; raises what `draft_all` raises."""
        task = self.task
        drafts = await draft_all(
            task.article,
            self.chunks,
            backend=Paying(task.backend, purse),
            prompt=self.prompt,
            sentences=self.asked,
            sampling=self.sampling,
            concurrency=task.settings.concurrency,
            progress=task.progress,
        )
        task.progress("checking")
        written = Written(
            calls=[call for drafted in drafts for call in drafted.calls],
            chunks=tuple(
                ChunkUse(
                    start=chunk.start,
                    end=chunk.end,
                    tokens=chunk.tokens,
                    broken=chunk.broken,
                    problem=drafted.problem,
                )
                for chunk, drafted in zip(self.chunks, drafts, strict=True)
            ),
        )
        for index, drafted in enumerate(drafts):
            for said in drafted.said:
                text = said.text if task.style != "headline" else with_full_stop(said.text)
                found = judge(text, task.ground, origin="model", first=len(written.said), cited=said.sources)
                written.add(found, Came(chunk=index))
        if self.merging is not None:
            notes = await notes_of(written, task)
            written.offered = await self.merging.merge(notes, purse=purse, written=written)
        return written


async def notes_of(written: Written, task: Task) -> list[Candidate]:
    """Return what was said as notes that may stand in a summary themselves, mended or replaced as the user wants it.

    The model is not asked again: that is for what may be shown.
    """
    tools = Tools(
        judge=lambda text: judge(text, task.ground, origin="model"),
        judge_own=lambda text: judge(text, task.ground, origin="article"),
    )
    return (await repair(written.said, task.on_unsupported, tools)).shown


def plan(task: Task, prompt_of: Callable[[str], Prompt]) -> DirectPlan:
    """Plan a direct draft; raises ConfigurationError if the context has no room for an article.

    UsageError if the chunks are too small for the overlap that is set.
    """
    prompt = prompt_of(DRAFT)
    together = spans_of_speech(task.ground.facts)
    chunks = cut(task.article, chunk_budget(task, prompt), together=together, overlap=task.settings.chunk_overlap)
    return DirectPlan(
        task=task,
        prompt=prompt,
        chunks=chunks,
        asked=asked_of_each(task.length, len(chunks)),
        merging=merging_for(task, prompt_of(MERGE)) if len(chunks) > 1 else None,
    )


def merging_for(task: Task, prompt: Prompt) -> Merging:
    """Return how notes of several chunks are merged; a request holds as much of them as of an article."""
    settings = task.settings
    sampling = Sampling(temperature=settings.temperature, seed=settings.seed)
    bare = merge_request((), prompt=prompt, sentences=1, sampling=sampling)
    return Merging(task, prompt, room_for(task, bare), sampling)


def with_full_stop(text: str) -> str:
    """Return a headline as a sentence, as checks read it."""
    return text if text.rstrip("”\"’')").endswith((".", "!", "?", "…")) else f"{text}."


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
