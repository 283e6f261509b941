"""Plan and request the drafted sentences of an article, in chunks that fit into the context of the model."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil

from summarise.backends.budget import LimitReachedError, MeteredBackend, SpendLimiter, failed_call, forget_reply
from summarise.backends.concurrency import together
from summarise.backends.tokens import estimate_tokens, least_tokens, prompt_tokens
from summarise.checks.focus import REPHRASE
from summarise.checks.judge import context_of, max_concurrency
from summarise.checks.verification import Candidate
from summarise.data import (
    Article,
    Backend,
    Budget,
    Call,
    Chunk,
    ChunkUse,
    Evidence,
    Request,
    Sampling,
    Sentence,
    StagePlan,
    Style,
    capabilities_of,
)
from summarise.data.exchange import Count
from summarise.errors import AnswerError, AuthenticationError, CallError, ConfigurationError, NotAnsweredError
from summarise.facts.quotations import spans_of_speech
from summarise.prompting import NO_ANSWER, Prompt, fence
from summarise.settings.model import Length
from summarise.writing.chunks import MIN_BUDGET, cut
from summarise.writing.guards import OutputSentence, answer_tokens, ask, request_of, warmed
from summarise.writing.merge import NOTE_TOKENS, SENTENCE_TOKENS, Merging
from summarise.writing.merge import request_for as merge_request
from summarise.writing.repair import Repair, RepairPlan
from summarise.writing.selection import score, values_of
from summarise.writing.task import Generation, Plan, Provenance, Standard, SummaryTask, best_headline_faults, with_item

STAGE = "draft"
ATTEMPTS = 3
# Added to the temperature in each attempt: greedy decoding would repeat a loop.
TEMPERATURES = (0.0, 0.4, 0.8)
# Forms of answers that cite numbered sentences.
NUMBERED = ("cited", "minutes")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def request_for(article: Article, chunk: Chunk, *, prompt: Prompt, sentences: int, sampling: Sampling) -> Request:
    """Build the request to draft `sentences` sentences from one chunk.

    If the answer must cite, each sentence of the chunk is on a line with its index plus one: "[3] …".
    """
    count = NUMBERS[sentences] if sentences < len(NUMBERS) else str(sentences)
    noun = "short sentence" if sentences == 1 else "short sentences"
    if prompt.front.output == "minutes":
        noun = "item" if sentences == 1 else "items"
    return request_of(
        STAGE,
        prompt,
        {"article": fence(chunk_text(article, chunk, prompt)), "count": f"{count} {noun}"},
        sampling=sampling,
        passages=_passages(article, chunk),
        least=1 if article.focus else sentences,
        most=sentences,
    )


def _passages(article: Article, chunk: Chunk) -> tuple[Evidence, ...]:
    sentences = _sentences_of(article, chunk)
    body = [sentence for sentence in sentences if sentence.role == "body"]
    return tuple(map(article.evidence, body or sentences))


def chunk_text(article: Article, chunk: Chunk, prompt: Prompt) -> str:
    """Return the text of a chunk for the prompt, as numbered lines if the answer must cite."""
    if prompt.front.output not in NUMBERED:
        return article.prompt_text(chunk)
    lines: list[str] = []
    for number, sentence in enumerate(_sentences_of(article, chunk), start=chunk.first + 1):
        utterance = article.utterance_at(sentence.start)
        # The speaker's name is at the beginning of an utterance, and of the chunk.
        starts = utterance is not None and sentence.start in (utterance.speech.start, chunk.start)
        label = utterance.label if utterance and starts else ""
        lines.append(f"[{number}] {label}{' '.join(article.quote(sentence).split())}")
    return "\n".join(lines)


def _sentences_of(article: Article, chunk: Chunk) -> Sequence[Sentence]:
    sentences = article.sentences[chunk.first : chunk.last + 1]
    if not chunk.broken:
        return sentences
    return [s.model_copy(update={"start": max(s.start, chunk.start), "end": min(s.end, chunk.end)}) for s in sentences]


@dataclass(frozen=True)
class Draft:
    """The usable sentences of one chunk, and the calls.

    `problem`: the reason if there are no sentences. `ended`: the error or the reached limit that ended the attempts.
    `unanswered`: the model found nothing about the focus in the chunk.
    """

    sentences: tuple[OutputSentence, ...] = ()
    calls: tuple[Call, ...] = ()
    problem: str | None = None
    ended: CallError | LimitReachedError | None = None
    unanswered: bool = False


def _unusable(drafts: Sequence[Draft]) -> AnswerError:
    problem = next((draft.problem for draft in drafts if draft.problem), "no answer")
    tokens = sum(call.reasoning_tokens for draft in drafts for call in draft.calls)
    reasoning = f" after {tokens:,} tokens of thinking in all" if tokens else ""
    advice = "have the model think less (--reasoning off)" if tokens else "try again, name another model"
    return AnswerError(f"the model's answers cannot be used ({problem}{reasoning}): {advice}, or use --model extract")


# Sentences requested from all chunks together, per wanted sentence.
SPARE = 1.5
LEAST_PER_CHUNK, MOST_PER_CHUNK = 2, 10
# Maximum items of minutes requested from a chunk.
MOST_ITEMS = 20
# Tokens of a numbered line in addition to the digits: two brackets, a space, a line break.
NUMBERING = 4
# Maximum attempts to cut chunks by counted tokens.
COUNTINGS = 4
# Margin on scaled estimates: tokens are not evenly distributed.
SLACK = 1.02
# Tokens that a server may add to a text that it counts.
ADDED_TOKENS = 100


def cut_by_estimate(task: SummaryTask, prompt: Prompt, *, scale: float = 1.0) -> tuple[Chunk, ...]:
    """Cut the article into chunks by estimated tokens, multiplied by `scale`.

    Raises ConfigurationError if the context has no room for an article.
    """
    text, starts = task.article.text, [sentence.start for sentence in task.article.sentences]
    # In cited drafts, a number precedes each sentence.
    numbering = NUMBERING + len(str(len(starts))) if prompt.front.output in NUMBERED else 0

    def size(start: int, end: int) -> int:
        lines = max(1, bisect_left(starts, end) - bisect_left(starts, start))
        return ceil(scale * (estimate_tokens(text[start:end]) + numbering * lines))

    spoken = spans_of_speech(task.verifier.facts)
    return cut(task.article, chunk_budget(task, prompt), size=size, together=spoken)


async def cut_by_count(task: SummaryTask, prompt: Prompt, count: Count) -> tuple[tuple[Chunk, ...], bool]:
    """Cut the article into chunks by counted tokens. Returns the chunks, and whether their tokens were counted.

    A cut by estimate is repeated with scaled estimates until each counted chunk is within the budget, at most
    `COUNTINGS` times. If that or the counting fails, the first cut is returned. A single chunk is not counted.
    """
    estimated = chunks = cut_by_estimate(task, prompt)
    if len(chunks) == 1:
        return chunks, False
    budget, scale = chunk_budget(task, prompt), 1.0
    for attempt in range(COUNTINGS):
        texts = [chunk_text(task.article, chunk, prompt) for chunk in chunks]
        try:
            counts = await together(map(count, texts), at_once=max_concurrency(task.backend, task.settings))
        except CallError:
            # A server that cannot count may still write.
            return estimated, False
        if not all(
            least_tokens(text) <= counted <= len(text.encode()) + ADDED_TOKENS
            for text, counted in zip(texts, counts, strict=True)
        ):
            return estimated, False
        if attempt and max(counts) <= budget:
            pairs = zip(chunks, counts, strict=True)
            return tuple(chunk.model_copy(update={"tokens": tokens}) for chunk, tokens in pairs), True
        ratio = sum(counts) / sum(map(estimate_tokens, texts))
        scale = SLACK * (ratio if attempt == 0 else scale * max(counts) / budget)
        chunks = cut_by_estimate(task, prompt, scale=scale)
    return estimated, False


def chunk_budget(task: SummaryTask, prompt: Prompt) -> int:
    """Return the maximum tokens of article text in one request.

    Raises ConfigurationError if the context has no room for an article.
    """
    # One character instead of an empty chunk, which would have no sentence.
    begin = task.article.sentences[0].start if task.article.sentences else 0
    smallest = Chunk(start=begin, end=begin + 1, first=0, last=0, tokens=0, broken=True)
    bare = request_for(task.article, smallest, prompt=prompt, sentences=1, sampling=Sampling())
    room = _room_for_text(task, bare, min(task.length.sentences, most_of_chunk(task.style)), least=MIN_BUDGET)
    if room is None:
        raise ConfigurationError(
            f"a context of {context_of(task.backend, task.settings)} tokens has no room for an article beside prompt "
            "and answer: ask for a shorter summary, set a larger context_tokens (SUMMARISE_CONTEXT_TOKENS) if the "
            "model has one, or use another model"
        )
    return room


def _room_for_text(task: SummaryTask, bare: Request, sentences: int, *, least: int) -> int | None:
    """Return the maximum tokens of text that fit into the request `bare`, or None if that is less than `least`."""
    examples = "".join(example.user + example.assistant for example in bare.examples)
    used = estimate_tokens(bare.system + examples + bare.user) + answer_tokens(sentences)
    room = context_of(task.backend, task.settings) - used
    if room < least:
        return None
    return max(least, min(room, task.settings.chunk_tokens or capabilities_of(task.backend).chunk_tokens or room))


def most_of_chunk(style: Style) -> int:
    """Return the maximum number of sentences requested from one chunk."""
    return MOST_ITEMS if style == "minutes" else MOST_PER_CHUNK


def sentences_per_chunk(length: Length, chunks: int, style: Style = "prose") -> int:
    """Return the number of sentences requested from each chunk."""
    most = most_of_chunk(style)
    if chunks <= 1:
        return min(length.sentences, most)
    return min(most, max(LEAST_PER_CHUNK, round(SPARE * length.sentences / chunks + 0.5)))


@dataclass(frozen=True, kw_only=True)
class DraftPlan(Plan):
    """A plan to draft sentences from chunks, and to merge the drafts of several chunks.

    `per_chunk`: the number of sentences requested from each chunk. `standard`: the conditions that a drafted sentence
    must meet to be merged.
    """

    prompt: Prompt
    chunks: tuple[Chunk, ...]
    per_chunk: int
    standard: Standard
    merging: Merging | None

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Draft, check and merge. Raises the errors of `drafts`."""
        task = self.task
        drafts = await self.drafts(limiter)
        task.observer.stage("check")
        uses = zip(self.uses, drafts, strict=True)
        written = Generation(
            observer=task.observer,
            calls=[call for draft in drafts for call in draft.calls],
            chunks=tuple(use.model_copy(update={"problem": draft.problem}) for use, draft in uses),
        )
        for index, draft in enumerate(drafts):
            before = ""
            for sentence in draft.sentences:
                text, first = task.as_checked(sentence.text), len(written.sentences)
                checked = task.verifier.verify(text, origin="model", first=first, cited=sentence.sources, before=before)
                written.add([with_item(candidate, sentence.item) for candidate in checked], Provenance(chunk=index))
                before = text
        merged = False
        if self.merging is not None:
            repair = Repair(RepairPlan(task, self.standard), limiter)
            notes = await repair.repair_all(written.sentences)
            notes = notes if task.style == "minutes" else self._best_of_each_chunk(notes, written)
            written.candidates, merged = await self.merging.merge(notes, limiter=limiter, written=written)
        written.one_text = merged or len(self.chunks) == 1
        return written

    async def drafts(self, limiter: SpendLimiter) -> list[Draft]:
        """Request the sentences of every chunk.

        Raises the first CallError if the requests of all chunks failed, and AnswerError if no answer is usable and no
        limit was reached. Raises NotAnsweredError if the model finds nothing about the focus, unless the entailment
        model is sure that the article answers it, and `on_unsupported` permits showing article sentences.
        """
        task, focus = self.task, self.task.article.focus
        backend = MeteredBackend(task.backend, limiter, task.observer)
        progress = partial(task.observer.stage, "draft", total=len(self.chunks))
        progress(0)
        asking = (self._draft(chunk, index, backend) for index, chunk in enumerate(self.chunks))
        drafts = await together(asking, at_once=max_concurrency(task.backend, task.settings), on_done=progress)
        failures = [draft.ended for draft in drafts if isinstance(draft.ended, CallError)]
        if failures and len(failures) == sum(bool(draft.calls) for draft in drafts):
            raise failures[0]
        if drafts and all(draft.unanswered for draft in drafts):
            if focus and focus.sure and task.on_unsupported in ("repair", "replace"):
                return drafts
            raise NotAnsweredError(f"{task.backend.id} found no answer to the focus in the article: {REPHRASE}")
        spent = any(isinstance(draft.ended, LimitReachedError) for draft in drafts)
        if not spent and all(draft.problem for draft in drafts):
            raise _unusable(drafts)
        return drafts

    async def _draft(self, chunk: Chunk, index: int, backend: Backend) -> Draft:
        """Request a chunk's sentences until an answer is usable, at most `ATTEMPTS` times.

        If all headlines are faulty, the first is used. Raises AuthenticationError; any other error ends the attempts.
        """
        calls: list[Call] = []
        problem = "no answer"
        ended: CallError | LimitReachedError | None = None
        faulty: tuple[int, tuple[OutputSentence, ...]] | None = None
        article, source = self.task.article, self.task.article.prompt_text(chunk)
        count, numbers = min(self.per_chunk, chunk.last - chunk.first + 1), range(chunk.first + 1, chunk.last + 2)
        # Several headlines are merged into one.
        is_headline = self.task.style == "headline" and len(self.chunks) == 1
        for attempt in range(ATTEMPTS):
            sampling = warmed(self.sampling, TEMPERATURES[attempt], attempt=attempt)
            request = request_for(article, chunk, prompt=self.prompt, sentences=count, sampling=sampling)
            place = {"chunk": index, "attempt": attempt + 1}
            try:
                answer, call = await ask(request, backend=backend, prompt=self.prompt, source=source)
            except LimitReachedError as limit:
                problem, ended = problem if calls else str(limit), limit
                break
            except AuthenticationError:
                raise
            except CallError as error:
                problem, ended = str(error), error
                calls.append(failed_call(STAGE, error).model_copy(update=place))
                break
            sentences = tuple(
                replace(sentence, sources=tuple(number - 1 for number in sentence.sources if number in numbers))
                for sentence in answer.sentences
            )
            if article.focus:
                usable = [s for s in sentences if s.text.strip(" .\"'").upper() != NO_ANSWER]
                if sentences and not usable:
                    return Draft(calls=(*calls, call.model_copy(update=place)), unanswered=True)
                sentences = tuple(usable)
            fault = best_headline_faults([sentence.text for sentence in sentences]) if is_headline else None
            calls.append(call.model_copy(update={**place, "problem": answer.problem or fault}))
            # Minutes may have no items.
            if answer.problem is None and fault is None:
                return Draft(sentences, tuple(calls))
            if sentences:
                forget_reply(backend, request)
                faulty = faulty or (attempt, sentences)
            problem = answer.problem or problem
        if faulty is not None:
            first, sentences = faulty
            calls[first] = calls[first].model_copy(update={"problem": None})
            return Draft(sentences, tuple(calls))
        return Draft(calls=tuple(calls), problem=problem, ended=ended)

    def _best_of_each_chunk(self, notes: Sequence[Candidate], written: Generation) -> list[Candidate]:
        values = values_of(self.task.article)
        by_chunk: dict[int | None, list[Candidate]] = defaultdict(list)
        for note in sorted(notes, key=lambda note: -score(note, values)):
            by_chunk[written.provenance(note).chunk].append(note)
        best = {id(note) for ranked in by_chunk.values() for note in ranked[: self.per_chunk]}
        return [note for note in notes if id(note) in best]


def plan_draft(
    task: SummaryTask,
    chunks: tuple[Chunk, ...],
    prompt: Prompt,
    *,
    merge_prompt: Prompt | None,
    standard: Standard,
) -> DraftPlan:
    """Plan to draft from chunks, and to merge the drafts of several chunks with `merge_prompt`."""
    per_chunk, calls = sentences_per_chunk(task.length, len(chunks), task.style), len(chunks)
    merging = merging_for(task, merge_prompt, notes=per_chunk * calls, standard=standard) if merge_prompt else None
    sampling = task.sampling.model_copy(update={"max_tokens": answer_tokens(per_chunk)})
    request = partial(request_for, task.article, prompt=prompt, sentences=per_chunk, sampling=sampling)
    read = sum(prompt_tokens(request(chunk)) for chunk in chunks)
    drafting = StagePlan(
        stage=STAGE,
        expected=Budget(calls=calls, prompt_tokens=read, completion_tokens=calls * SENTENCE_TOKENS * per_chunk),
        most=Budget(
            calls=ATTEMPTS * calls,
            prompt_tokens=ATTEMPTS * read,
            completion_tokens=ATTEMPTS * calls * answer_tokens(per_chunk),
        ),
    )
    return DraftPlan(
        task=task,
        sampling=sampling,
        stages=(drafting, *([merging.stage] if merging else [])),
        uses=tuple(
            ChunkUse(start=chunk.start, end=chunk.end, tokens=chunk.tokens, broken=chunk.broken) for chunk in chunks
        ),
        prompts=(prompt, *([merging.prompt] if merging else [])),
        # A model may write two sentences instead of one.
        sentences=2 * (task.length.sentences if merging else per_chunk),
        prompt=prompt,
        chunks=chunks,
        per_chunk=per_chunk,
        standard=standard,
        merging=merging,
    )


def merging_for(task: SummaryTask, prompt: Prompt, *, notes: int, standard: Standard) -> Merging | None:
    """Plan to merge up to `notes` notes, in requests no longer than those for chunks.

    Returns None if the context has no room for two notes and an answer.
    """
    bare = merge_request((), prompt=prompt, sentences=1, sampling=task.sampling)
    room = _room_for_text(task, bare, task.length.sentences, least=2 * NOTE_TOKENS)
    if room is None:
        return None
    return Merging(task, prompt, room, task.sampling, notes, standard)
