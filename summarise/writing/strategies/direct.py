"""Direct: the model reads the article and drafts sentences that cite it; a long one chunk by chunk, merged then.

For models that were measured to draft few errors. Does not ask for repairs.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from summarise.backends.budget import NO_MODEL, MeteredBackend, SpendLimiter
from summarise.backends.tokens import prompt_tokens
from summarise.checks.judge import max_concurrency
from summarise.checks.provenance import Candidate
from summarise.data import Budget, Chunk, ChunkUse, Sampling, StagePlan
from summarise.prompting.prompt import Prompt
from summarise.writing.answers import answer_tokens
from summarise.writing.draft import ATTEMPTS, draft_all, request_for
from summarise.writing.draft import STAGE as DRAFT
from summarise.writing.merge import STAGE as MERGE
from summarise.writing.merge import request_for as merge_request
from summarise.writing.notices import headline_fault
from summarise.writing.repair import STRICT, RepairTools, Standard, repair
from summarise.writing.selection import score, values_of
from summarise.writing.strategies import Generation, Plan, Provenance, SummaryTask
from summarise.writing.strategies.chunk_budget import Chunking, asked_of_each, at_a_time, room_beside
from summarise.writing.strategies.merging import NOTE_TOKENS, SENTENCE_TOKENS, Merging


@dataclass(frozen=True)
class DirectPlan(Plan):
    """The chunks that the model will read, and how many sentences it is asked for of each.

    `standard` is what a sentence has to be for a note that goes on to merging as it is.
    """

    prompt: Prompt
    chunks: tuple[Chunk, ...]
    asked: int
    standard: Standard
    merging: Merging | None = None

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The prompt of the draft, and that of merging where there are several chunks."""
        return (self.prompt, *([self.merging.prompt] if self.merging else []))

    @property
    def sampling(self) -> Sampling:
        """How the model is sampled at first."""
        return self.task.sampling.model_copy(update={"max_tokens": answer_tokens(self.asked)})

    @property
    def uses(self) -> tuple[ChunkUse, ...]:
        """The chunks as a record tells them."""
        return tuple(
            ChunkUse(start=chunk.start, end=chunk.end, tokens=chunk.tokens, broken=chunk.broken)
            for chunk in self.chunks
        )

    @property
    def stages(self) -> tuple[StagePlan, ...]:
        """Every attempt at every chunk at most, and the merging of all that is asked for."""
        requests = [
            request_for(self.task.article, chunk, prompt=self.prompt, sentences=self.asked, sampling=self.sampling)
            for chunk in self.chunks
        ]
        read, calls = sum(map(prompt_tokens, requests)), len(requests)
        expected = min(answer_tokens(self.asked), SENTENCE_TOKENS * self.asked)
        drafting = StagePlan(
            stage=DRAFT,
            expected=Budget(calls=calls, prompt_tokens=read, completion_tokens=calls * expected),
            most=Budget(
                calls=ATTEMPTS * calls,
                prompt_tokens=ATTEMPTS * read,
                completion_tokens=ATTEMPTS * calls * answer_tokens(self.asked),
            ),
        )
        return (drafting, *([self.merging.stage] if self.merging else []))

    @property
    def sentences(self) -> int:
        """Twice as many as are asked for: a model may say two in the place of one."""
        return 2 * (self.task.length.sentences if self.merging else self.asked)

    @property
    def _asks_for_headline(self) -> bool:
        """Whether a model writes the headline in one go: what is merged, or only copied, is not asked for again."""
        return self.task.style == "headline" and len(self.chunks) == 1 and self.task.backend.id != NO_MODEL

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Draft every chunk, check what comes, and merge it if there are several; raises what `draft_all` raises."""
        task = self.task
        drafts = await draft_all(
            task.article,
            self.chunks,
            backend=MeteredBackend(task.backend, limiter, task.observer),
            prompt=self.prompt,
            sentences=self.asked,
            sampling=self.sampling,
            concurrency=max_concurrency(task.backend, task.settings),
            progress=partial(task.observer.stage, "draft"),
            fault_of=headline_fault if self._asks_for_headline else lambda _: None,
        )
        task.observer.stage("check")
        written = Generation(
            observer=task.observer,
            calls=[call for drafted in drafts for call in drafted.calls],
            chunks=tuple(
                use.model_copy(update={"problem": drafted.problem})
                for use, drafted in zip(self.uses, drafts, strict=True)
            ),
        )
        for index, drafted in enumerate(drafts):
            texts = [task.as_checked(said.text) for said in drafted.said]
            for said, text, before in zip(drafted.said, texts, ["", *texts], strict=False):
                found = task.verifier.verify(
                    text,
                    origin="model",
                    first=len(written.said),
                    cited=said.sources,
                    before=before,
                )
                written.add(found, Provenance(chunk=index))
        if self.merging is not None:
            notes = best_of_each(await notes_of(written, task, self.standard), written, self.asked, task)
            written.offered, written.one_text = await self.merging.merge(notes, limiter=limiter, written=written)
        else:
            written.one_text = len(self.chunks) == 1
        return written


async def notes_of(written: Generation, task: SummaryTask, standard: Standard) -> list[Candidate]:
    """Return what was said as notes that may stand in a summary themselves, mended or replaced as the user wants it.

    The model is not asked again: that is for what may be shown.
    """
    tools = RepairTools(judge=task.checked, judge_own=task.checked_own, standard=standard)
    return (await repair(written.said, task.on_unsupported, tools)).shown


def best_of_each(notes: Sequence[Candidate], written: Generation, most: int, task: SummaryTask) -> list[Candidate]:
    """Return the best notes of each chunk, as many as were asked for: a model may have said more."""
    values = values_of(task.article)
    of_chunk: dict[int | None, list[Candidate]] = defaultdict(list)
    for note in notes:
        of_chunk[written.came[note.draft].chunk if note.draft is not None else None].append(note)
    kept = {id(one) for some in of_chunk.values() for one in sorted(some, key=lambda one: -score(one, values))[:most]}
    return [note for note in notes if id(note) in kept]


def plan(
    task: SummaryTask, cut: Chunking, prompt_of: Callable[[str], Prompt], *, standard: Standard = STRICT
) -> DirectPlan:
    """Plan a direct draft of an article that is cut so; `standard` as in `DirectPlan`."""
    asked, chunks = asked_of_each(task.length, len(cut.chunks)), len(cut.chunks)
    notes = asked * chunks
    merging = merging_for(task, prompt_of(MERGE), notes=notes, standard=standard) if chunks > 1 else None
    return DirectPlan(
        task=task, prompt=prompt_of(DRAFT), chunks=cut.chunks, asked=asked, standard=standard, merging=merging
    )


def merging_for(task: SummaryTask, prompt: Prompt, *, notes: int, standard: Standard = STRICT) -> Merging | None:
    """Return how so many notes of several chunks are merged; a request holds as much of them as of an article.

    None where the context has no room for two notes beside an answer of so many sentences as are wanted: what was
    drafted is then chosen from.
    """
    bare = merge_request((), prompt=prompt, sentences=1, sampling=task.sampling)
    two = 2 * NOTE_TOKENS
    room = room_beside(task, bare, answer=answer_tokens(task.length.sentences))
    if room < two:
        return None
    return Merging(task, prompt, max(two, at_a_time(task, room)), task.sampling, notes, standard)
