"""Direct: the model reads the article and drafts sentences that cite it; a long one chunk by chunk, merged then.

For models that were measured to draft few errors. Does not repair.
"""

from collections.abc import Callable
from dataclasses import dataclass

from summarise.candidate import Candidate
from summarise.checking import judge
from summarise.data import Budget, Chunk, ChunkUse, Sampling, StagePlan
from summarise.draft import ATTEMPTS, answer_tokens, draft_all, request_for
from summarise.draft import STAGE as DRAFT
from summarise.merge import STAGE as MERGE
from summarise.merge import request_for as merge_request
from summarise.paying import Paying
from summarise.prompt import Prompt
from summarise.purse import Purse
from summarise.repair import Tools, repair
from summarise.strategies import Came, Task, Written
from summarise.strategies.merging import Merging
from summarise.strategies.sizing import Cut, asked_of_each, room_for
from summarise.tokens import prompt_tokens

SENTENCE_TOKENS = 45
"""The tokens that a sentence of an answer has, with its citations, on the whole: what is expected and not the most."""


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
        return (drafting, *([self.merging.stage(self.asked * calls)] if self.merging else []))

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
                use.model_copy(update={"problem": drafted.problem})
                for use, drafted in zip(self.uses, drafts, strict=True)
            ),
        )
        for index, drafted in enumerate(drafts):
            for said in drafted.said:
                found = judge(
                    _as_checked(said.text, task),
                    task.ground,
                    origin="model",
                    first=len(written.said),
                    cited=said.sources,
                )
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
        judge=lambda text: judge(_as_checked(text, task), task.ground, origin="model"),
        judge_own=lambda text: judge(text, task.ground, origin="article"),
    )
    return (await repair(written.said, task.on_unsupported, tools)).shown


def plan(task: Task, cut: Cut, prompt_of: Callable[[str], Prompt]) -> DirectPlan:
    """Plan a direct draft of an article that is cut so."""
    return DirectPlan(
        task=task,
        prompt=prompt_of(DRAFT),
        chunks=cut.chunks,
        asked=asked_of_each(task.length, len(cut.chunks)),
        merging=merging_for(task, prompt_of(MERGE)) if len(cut.chunks) > 1 else None,
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


def _as_checked(text: str, task: Task) -> str:
    return with_full_stop(text) if task.style == "headline" else text
