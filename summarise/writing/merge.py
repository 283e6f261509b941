"""Merge notes, which are the drafted sentences of several chunks, into one summary, in rounds.

In each round the model merges batches of notes into fewer sentences. These are checked against the article, and notes
replace those that fail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from math import ceil

from summarise.backends.budget import LimitReachedError, MeteredBackend, SpendLimiter, failed_call
from summarise.backends.concurrency import together
from summarise.backends.tokens import REQUEST_MARGIN, estimate_tokens, prompt_tokens
from summarise.checks.judge import max_concurrency
from summarise.checks.verification import Candidate
from summarise.data import Backend, Budget, Call, CheckedSentence, Request, Sampling, StagePlan
from summarise.errors import AuthenticationError, CallError
from summarise.prompting import Prompt, fence, harmless
from summarise.writing.guards import Answer, answer_tokens, ask, request_of
from summarise.writing.selection import Values, repeats, score, values_of
from summarise.writing.task import Generation, Provenance, Standard, SummaryTask, with_item

STAGE = "merge"
# Maximum tokens of a note with its number; longer notes are not merged.
NOTE_TOKENS = 75
# Expected tokens of a note, or of a sentence with its citations.
SENTENCE_TOKENS = 45
# Sentences that remain after a round of several batches, per wanted sentence.
SPARE = 1.5


def line_of(number: int, note: str) -> str:
    """Return a note as a line of the prompt, "[3] …", without tags that could end the list."""
    return f"[{number}] " + harmless(" ".join(note.split()))


def note_text(note: CheckedSentence) -> str:
    """Return the text of a note for the prompt. In minutes it is "action, Ann Lee, Friday: …"."""
    if note.item is None:
        return note.text
    return ", ".join(filter(None, [note.item.kind, note.item.owner, note.item.due])) + f": {note.text}"


def request_for(notes: Sequence[CheckedSentence], *, prompt: Prompt, sentences: int, sampling: Sampling) -> Request:
    """Build the request to merge notes into at most `sentences` sentences."""
    count = "one sentence" if sentences == 1 else f"at most {sentences} sentences"
    if prompt.front.output == "minutes":
        count = f"at most {sentences} item{'' if sentences == 1 else 's'}"
    lines = "\n".join(line_of(number, note_text(note)) for number, note in enumerate(notes, start=1))
    inputs = {"notes": fence(lines), "count": count}
    passages = [note.evidence[0] for note in notes if note.evidence]
    return request_of(STAGE, prompt, inputs, sampling=sampling, passages=passages, most=sentences)


@dataclass(frozen=True)
class Batch:
    """The notes of one request, from the index `first` to `last` (exclusive).

    `wanted`: the maximum number of merged sentences. `always`: call the model even for at most `wanted` notes.
    """

    first: int
    last: int
    wanted: int
    always: bool = False

    @property
    def needs_call(self) -> bool:
        """Whether the model must be called."""
        return self.always or self.last - self.first > self.wanted


def round_of(sizes: Sequence[int], room: int, wanted: int) -> list[Batch]:
    """Return the batches of the next round; empty if no round is needed.

    `sizes`: the tokens of each note. `room`: the maximum tokens of a batch of more than two notes. `wanted`: the
    number of sentences of the summary; each round leaves at least that many.
    """
    if len(sizes) <= wanted:
        return []
    starts, tokens = [0], 0
    for index, size in enumerate(sizes):
        if index - starts[-1] > 1 and tokens + size > room:
            starts.append(index)
            tokens = 0
        tokens += size
    if len(starts) == 1:
        return [Batch(0, len(sizes), wanted)]
    remaining = max(wanted, min(len(sizes) // 2, ceil(SPARE * wanted)))
    batches = [
        Batch(first, last, max(1, min(last - first - 1, ceil(remaining * (last - first) / len(sizes)))))
        for first, last in zip(starts, [*starts[1:], len(sizes)], strict=True)
    ]
    return batches if sum(batch.wanted for batch in batches) >= wanted else []


def rounds_of(notes: int, size: int, room: int, wanted: int) -> list[Batch]:
    """Return all batches that need a model call, of all rounds, for notes of `size` tokens each."""
    calls: list[Batch] = []
    while batches := round_of([size] * notes, room, wanted):
        calls += [batch for batch in batches if batch.needs_call]
        notes = sum(batch.wanted for batch in batches)
    return calls


@dataclass(frozen=True)
class Merging:
    """The plan to merge the notes of one task.

    `room`: the maximum tokens of notes in a request. `notes`: the maximum number of notes. `standard`: the conditions
    for merged sentences.
    """

    task: SummaryTask
    prompt: Prompt
    room: int
    sampling: Sampling
    notes: int
    standard: Standard

    @property
    def wanted(self) -> int:
        """The number of sentences of the summary."""
        return self.task.length.sentences

    @cached_property
    def stage(self) -> StagePlan:
        """The budget of the merge calls, each tried once: expected for notes of usual length, maximum for long ones."""
        bare = prompt_tokens(request_for((), prompt=self.prompt, sentences=1, sampling=self.sampling))
        if self.task.style == "minutes":
            likely = [Batch(0, self.notes, self.notes, always=True)]
            calls = 1
        else:
            calls = len(rounds_of(self.notes, NOTE_TOKENS, self.room, self.wanted))
            likely = rounds_of(self.notes, SENTENCE_TOKENS, self.room, self.wanted)[:calls]
        expected = Budget(
            calls=len(likely),
            prompt_tokens=len(likely) * bare + SENTENCE_TOKENS * sum(batch.last - batch.first for batch in likely),
            completion_tokens=SENTENCE_TOKENS * sum(batch.wanted for batch in likely),
        )
        most = Budget(
            calls=calls,
            prompt_tokens=calls * (bare + round(REQUEST_MARGIN * self.room)),
            completion_tokens=calls * answer_tokens(max(batch.wanted for batch in likely) if likely else self.wanted),
        )
        return StagePlan(stage=STAGE, expected=expected, most=most)

    async def merge(
        self, notes: Sequence[Candidate], *, limiter: SpendLimiter, written: Generation
    ) -> tuple[list[Candidate], bool]:
        """Merge notes that may be shown as they are. Returns sentences, and whether they are one text.

        The result is one text if the last request merges all remaining notes, and a sentence of its answer meets the
        standard. Otherwise it is merged sentences and notes to choose from, in the article's order. A refused key or
        the planned number of calls ends the merging. Merged sentences are added to `written`.
        """
        backend = MeteredBackend(self.task.backend, limiter, self.task.observer)
        at_once = max_concurrency(self.task.backend, self.task.settings)
        remaining = [note for note in notes if _size(note) <= NOTE_TOKENS]
        long_notes = [note for note in notes if _size(note) > NOTE_TOKENS]
        calls_left, number, refused = self.stage.most.calls, 0, False
        while not refused and (batches := self._batches(remaining)):
            calls_left -= sum(batch.needs_call for batch in batches)
            if calls_left < 0:
                break
            number += 1
            progress = partial(self.task.observer.stage, "merge", total=len(batches))
            progress(0)
            groups = [remaining[batch.first : batch.last] for batch in batches]
            asking = (self._ask(group, batch, backend) for group, batch in zip(groups, batches, strict=True))
            answers = await together(asking, at_once=at_once, on_done=progress)
            remaining = []
            for group, batch, answer in zip(groups, batches, answers, strict=True):
                sentences = self._checked(answer, group, number, written)
                if self.task.style == "minutes":
                    # Notes replace an answer that cannot be used.
                    return (sentences, True) if sentences else ([*group, *long_notes], False)
                passing = [sentence for sentence in sentences if self.standard.passes(sentence)]
                if passing and len(batches) == 1:
                    return sentences, True
                remaining += self._best(group, passing, batch.wanted)
            refused = any(isinstance(answer, AuthenticationError) for answer in answers)
        return self._in_order([*remaining, *self._best(long_notes, (), self.wanted)]), False

    def _batches(self, notes: Sequence[Candidate]) -> list[Batch]:
        """Return the batches of the next round. Minutes are merged in one request, or not at all."""
        sizes = [_size(note) for note in notes]
        if self.task.style != "minutes":
            return round_of(sizes, self.room, self.wanted)
        fits = len(notes) > 1 and sum(sizes) <= self.room
        return [Batch(0, len(notes), len(notes), always=True)] if fits else []

    async def _ask(
        self, notes: Sequence[Candidate], batch: Batch, backend: Backend
    ) -> tuple[Answer, Call] | CallError | None:
        """Send one batch. Returns None if it needs no call, or a limit is reached."""
        if not batch.needs_call:
            return None
        sentences = [note.sentence for note in notes]
        request = request_for(sentences, prompt=self.prompt, sentences=batch.wanted, sampling=self.sampling)
        source = " ".join(map(note_text, sentences))
        try:
            return await ask(request, backend=backend, prompt=self.prompt, source=source)
        except LimitReachedError:
            return None
        except CallError as error:
            return error

    def _checked(
        self,
        answer: tuple[Answer, Call] | CallError | None,
        notes: Sequence[Candidate],
        number: int,
        written: Generation,
    ) -> list[Candidate]:
        if answer is None:
            return []
        merged = tuple(note.draft for note in notes if note.draft is not None)
        usable, call = (Answer(), failed_call(STAGE, answer)) if isinstance(answer, CallError) else answer
        written.calls.append(call.model_copy(update={"merged": merged}))
        first = len(written.sentences)
        for sentence in usable.sentences:
            cited = [notes[source - 1] for source in dict.fromkeys(sentence.sources) if 1 <= source <= len(notes)]
            provenance = Provenance(
                round=number,
                merged=tuple(note.draft for note in cited if note.draft is not None),
                cited=tuple(sorted({source for note in cited for source in self._sources(note, written)})),
            )
            # Without `cited`: if the model cites all notes, every other candidate would count as a repetition.
            text = self.task.as_checked(sentence.text)
            checked = self.task.verifier.verify(text, origin="model", first=len(written.sentences))
            written.add([with_item(candidate, sentence.item) for candidate in checked], provenance)
        return written.sentences[first:]

    def _best(self, notes: Sequence[Candidate], merged: Sequence[Candidate], wanted: int) -> list[Candidate]:
        """Return up to `wanted` sentences without repetition: merged ones first, then the best notes."""
        best: list[Candidate] = []
        for candidate in (*merged, *sorted(notes, key=lambda note: -score(note, self._values))):
            if len(best) < wanted and not any(repeats(candidate, earlier) for earlier in best):
                best.append(candidate)
        return self._in_order(best)

    def _in_order(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        end = len(self.task.article.text)
        return sorted(candidates, key=lambda candidate: candidate.place.start if candidate.place else end)

    def _sources(self, note: Candidate, written: Generation) -> tuple[int, ...]:
        own = () if note.place is None else (self.task.verifier.sentence_at(note.place),)
        return written.cited(note) or own

    @cached_property
    def _values(self) -> Values:
        return values_of(self.task.article)


def _size(note: Candidate) -> int:
    return estimate_tokens(line_of(999, note_text(note.sentence)))
