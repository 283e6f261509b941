"""The plan of a draft: the model writes sentences about each chunk; those of several chunks are merged."""

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
from summarise.writing.chunk_budget import Chunking, asked_of_each, at_a_time, room_beside
from summarise.writing.draft import ATTEMPTS, STAGE, draft_all, request_for
from summarise.writing.merge import NOTE_TOKENS, SENTENCE_TOKENS, Merging
from summarise.writing.merge import STAGE as MERGE
from summarise.writing.merge import request_for as merge_request
from summarise.writing.notices import headline_fault
from summarise.writing.repair import STRICT, RepairTools, Standard, showable
from summarise.writing.selection import score, values_of
from summarise.writing.task import Generation, Plan, Provenance, SummaryTask


@dataclass(frozen=True)
class DraftPlan(Plan):
    """The chunks, and the number of sentences asked of each. `standard`: for notes that are merged."""

    prompt: Prompt
    chunks: tuple[Chunk, ...]
    asked: int
    standard: Standard
    merging: Merging | None = None

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The prompt of the draft, and of merging if there are several chunks."""
        return (self.prompt, *([self.merging.prompt] if self.merging else []))

    @property
    def sampling(self) -> Sampling:
        """The sampling of the first attempt."""
        return self.task.sampling.model_copy(update={"max_tokens": answer_tokens(self.asked)})

    @property
    def uses(self) -> tuple[ChunkUse, ...]:
        """The chunks for the record."""
        return tuple(
            ChunkUse(start=chunk.start, end=chunk.end, tokens=chunk.tokens, broken=chunk.broken)
            for chunk in self.chunks
        )

    @property
    def stages(self) -> tuple[StagePlan, ...]:
        """At most all attempts at each chunk, and merging."""
        requests = [
            request_for(self.task.article, chunk, prompt=self.prompt, sentences=self.asked, sampling=self.sampling)
            for chunk in self.chunks
        ]
        read, calls = sum(map(prompt_tokens, requests)), len(requests)
        expected = min(answer_tokens(self.asked), SENTENCE_TOKENS * self.asked)
        drafting = StagePlan(
            stage=STAGE,
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
        """Twice the number asked: a model may write two sentences for one."""
        return 2 * (self.task.length.sentences if self.merging else self.asked)

    @property
    def _asks_for_headline(self) -> bool:
        """Whether a model writes the headline in one answer, which may be retried."""
        return self.task.style == "headline" and len(self.chunks) == 1 and self.task.backend.id != NO_MODEL

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Draft every chunk, check the sentences, and merge several chunks. Raises the errors of `draft_all`."""
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
        merged = False
        if self.merging is not None:
            notes = best_of_each(await notes_of(written, task, self.standard), written, self.asked, task)
            written.offered, merged = await self.merging.merge(notes, limiter=limiter, written=written)
        # Without a model, the sentences are no text, only candidates.
        written.one_text = task.backend.id != NO_MODEL and (merged or len(self.chunks) == 1)
        return written


async def notes_of(written: Generation, task: SummaryTask, standard: Standard) -> list[Candidate]:
    """Return the drafted sentences as notes: showable, corrected or replaced, without another call."""
    tools = RepairTools(judge=task.checked, judge_own=task.checked_own, standard=standard)
    return await showable(written.said, task.on_unsupported, tools, [])


def best_of_each(notes: Sequence[Candidate], written: Generation, most: int, task: SummaryTask) -> list[Candidate]:
    """Return the best `most` notes of each chunk."""
    values = values_of(task.article)
    of_chunk: dict[int | None, list[Candidate]] = defaultdict(list)
    for note in notes:
        of_chunk[written.came[note.draft].chunk if note.draft is not None else None].append(note)
    kept = {id(one) for some in of_chunk.values() for one in sorted(some, key=lambda one: -score(one, values))[:most]}
    return [note for note in notes if id(note) in kept]


def plan(
    task: SummaryTask, cut: Chunking, prompt_of: Callable[[str], Prompt], *, standard: Standard = STRICT
) -> DraftPlan:
    """Plan the draft of an article in chunks; `standard` as in `DraftPlan`."""
    asked, chunks = asked_of_each(task.length, len(cut.chunks)), len(cut.chunks)
    notes = asked * chunks
    merging = merging_for(task, prompt_of(MERGE), notes=notes, standard=standard) if chunks > 1 else None
    return DraftPlan(
        task=task, prompt=prompt_of(STAGE), chunks=cut.chunks, asked=asked, standard=standard, merging=merging
    )


def merging_for(task: SummaryTask, prompt: Prompt, *, notes: int, standard: Standard = STRICT) -> Merging | None:
    """Return the merging of a number of notes; a request has room for as many tokens as of an article.

    None if the context has no room for two notes and an answer: the drafts are then candidates.
    """
    bare = merge_request((), prompt=prompt, sentences=1, sampling=task.sampling)
    two = 2 * NOTE_TOKENS
    room = room_beside(task, bare, answer=answer_tokens(task.length.sentences))
    if room < two:
        return None
    return Merging(task, prompt, max(two, at_a_time(task, room)), task.sampling, notes, standard)
