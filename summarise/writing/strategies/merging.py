"""Merge what was drafted of the parts of a long article, by rounds, until it is no more than is wanted.

A round takes the notes that there are in batches that a model can read (`rounds.py`), has each batch merged into fewer
sentences, and has those checked against the article's facts, not against the notes. What cannot stand, and what failed,
gives way to the best of the notes themselves, so that no part is lost because of a model's answer. Citations are handed
on: a merged sentence rests on the article's sentences that its notes rest on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from summarise.backends.budget import LimitReachedError, MeteredBackend, SpendLimiter, failed
from summarise.backends.concurrency import together
from summarise.backends.tokens import REQUEST_MARGIN, estimate_tokens, prompt_tokens
from summarise.checks.judge import max_concurrency
from summarise.checks.provenance import Candidate
from summarise.data import Backend, Budget, Call, Sampling, StagePlan
from summarise.errors import AuthenticationError, CallError
from summarise.prompting.prompt import Prompt
from summarise.writing.answers import answer_tokens
from summarise.writing.guards import Examined
from summarise.writing.merge import STAGE, line_of, merge, request_for
from summarise.writing.repair import Standard
from summarise.writing.selection import Values, repeats, score, values_of
from summarise.writing.strategies import Generation, Provenance, SummaryTask
from summarise.writing.strategies.rounds import Batch, round_of, rounds_of

NOTE_TOKENS = 75
"""Tokens of a note with its number, at most (the longest of the 306 sentences in `seeds/` has 63): a longer one is not
merged, and is there to be chosen from."""
SENTENCE_TOKENS = 45
"""Tokens of a note, or of an answer's sentence with its citations, on the whole: what is expected, not the most."""

Answer = tuple[Examined, Call]


@dataclass(frozen=True)
class Merging:
    """How the notes of one task are merged: by which prompt, and how many tokens of notes one request holds.

    `notes` is how many there are at most, `standard` what a merged sentence has to be to go on.
    """

    task: SummaryTask
    prompt: Prompt
    room: int
    sampling: Sampling
    notes: int
    standard: Standard

    @property
    def wanted(self) -> int:
        """How many sentences the summary is to have."""
        return self.task.length.sentences

    @cached_property
    def stage(self) -> StagePlan:
        """What the merging takes: each call once, for notes stand in for an answer of no use."""
        bare = prompt_tokens(request_for((), prompt=self.prompt, sentences=1, sampling=self.sampling))
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
            completion_tokens=calls * answer_tokens(self.wanted),
        )
        return StagePlan(stage=STAGE, expected=expected, most=most)

    async def merge(
        self, notes: Sequence[Candidate], *, limiter: SpendLimiter, written: Generation
    ) -> tuple[list[Candidate], bool]:
        """Return what rounds of merging leave of notes, and whether it is one text.

        It is where the last round merged all notes that were left, and a sentence of its answer may stand: then all of
        the answer is returned, in the model's order, with what has to be mended. Else what is returned is to be chosen
        from: as many sentences as are wanted or a few more, merged ones and notes, in the order of the article. `notes`
        may stand in the summary themselves, and are in that order. What the model said goes to `written`. Errors of
        the server are kept with the call that failed; after a refused key no more is asked, and none beyond what is
        planned: the notes that there are then have to do.
        """
        backend = MeteredBackend(self.task.backend, limiter, self.task.observer)
        at_once = max_concurrency(self.task.backend, self.task.settings)
        left = [note for note in notes if _size(note) <= NOTE_TOKENS]
        aside = [note for note in notes if _size(note) > NOTE_TOKENS]
        calls, number, refused = self.stage.most.calls, 0, False
        while not refused and (found := round_of([_size(note) for note in left], self.room, self.wanted)):
            calls -= sum(batch.asked for batch in found)
            if calls < 0:
                break
            number += 1
            progress = partial(self.task.observer.stage, "merge", total=len(found))
            progress(0)
            groups = [left[batch.first : batch.last] for batch in found]
            asking = (self._ask(group, batch, backend) for group, batch in zip(groups, found, strict=True))
            answers = await together(asking, at_once=at_once, on_done=progress)
            following: list[Candidate] = []
            for group, batch, answer in zip(groups, found, answers, strict=True):
                said = self._read(answer, group, number, written)
                stands = [one for one in said if self.standard.passes(one)]
                if stands and len(found) == 1:
                    return said, True
                following += self._best(group, stands, batch.wanted)
            left = following
            refused = any(isinstance(answer, AuthenticationError) for answer in answers)
        return self._in_order([*left, *self._best(aside, (), self.wanted)]), False

    async def _ask(self, notes: Sequence[Candidate], batch: Batch, backend: Backend) -> Answer | CallError | None:
        """Return the answer or what went wrong; None where the model is not to be asked, or not any more."""
        if not batch.asked:
            return None
        try:
            return await merge(
                [note.sentence for note in notes],
                backend=backend,
                prompt=self.prompt,
                sentences=batch.wanted,
                sampling=self.sampling,
            )
        except LimitReachedError:
            return None
        except CallError as error:
            return error

    def _read(
        self, answer: Answer | CallError | None, notes: Sequence[Candidate], number: int, written: Generation
    ) -> list[Candidate]:
        """Return the sentences of an answer, checked; none where the model was not asked, or the call failed."""
        if answer is None:
            return []
        merged = tuple(note.draft for note in notes if note.draft is not None)
        if isinstance(answer, CallError):
            written.calls.append(failed(STAGE, answer).model_copy(update={"merged": merged}))
            return []
        found, call = answer
        written.calls.append(call.model_copy(update={"merged": merged}))
        first = len(written.said)
        for said in found.said:
            cited = [notes[source - 1] for source in dict.fromkeys(said.sources) if 1 <= source <= len(notes)]
            came = Provenance(
                round=number,
                merged=tuple(note.draft for note in cited if note.draft is not None),
                cited=tuple(sorted({source for note in cited for source in self._sources(note, written)})),
            )
            # A candidate that cites an article's sentence stands in the way of others that do, and a model that cites
            # every note would keep all others out: what a merged sentence repeats is told by its place and words.
            text = self.task.as_checked(said.text)
            written.add(self.task.verifier.verify(text, origin="model", first=len(written.said)), came)
        return written.said[first:]

    def _best(self, notes: Sequence[Candidate], stands: Sequence[Candidate], wanted: int) -> list[Candidate]:
        """Return what stands, then the best of the notes that do not repeat it: so many together, in order."""
        kept: list[Candidate] = []
        for candidate in (*stands, *sorted(notes, key=lambda note: -score(note, self._values))):
            if len(kept) < wanted and not any(repeats(candidate, other) for other in kept):
                kept.append(candidate)
        return self._in_order(kept)

    def _in_order(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        return sorted(candidates, key=lambda one: one.place.start if one.place else len(self.task.article.text))

    def _sources(self, note: Candidate, written: Generation) -> tuple[int, ...]:
        """Return the article's sentences that a note rests on: those it cites, else the one that bears it out best."""
        cited = written.cited(note)
        if cited or note.place is None:
            return cited
        return (self.task.verifier.sentence_at(note.place),)

    @cached_property
    def _values(self) -> Values:
        return values_of(self.task.article)


def _size(note: Candidate) -> int:
    return estimate_tokens(line_of(999, note.sentence.text))
