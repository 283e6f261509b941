"""Merge what was drafted of the parts of a long article, by rounds, until it is no more than is wanted.

A round takes the notes that there are in batches that a model can read, has each batch merged into fewer sentences, and
has those checked against the article's facts, not against the notes. What cannot stand, and what failed, gives way to
the best of the notes themselves, so that no part is lost because of a model's answer. Citations are handed on: a merged
sentence rests on the article's sentences that its notes rest on.

Rounds end: where all notes fit into one batch, it leaves what is wanted, and that is less, or there is no such round.
Else every batch but the last has two notes at least, and leaves at least one fewer than it has; a last one that has a
single note leaves it. So every round leaves fewer notes than it took, and n notes take less than n rounds; of more than
twice as many as are wanted, a batch of k leaves k / 2 at most, rounded up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from summarise.calls import failed
from summarise.candidate import Candidate
from summarise.checking import judge
from summarise.choose import Values, repeats, score, values_of
from summarise.data import Backend, Budget, Sampling, StagePlan
from summarise.errors import CallError
from summarise.merge import STAGE, Merged, Note, answer_tokens, line_of, merge, request_for
from summarise.paying import Paying
from summarise.prompt import Prompt
from summarise.purse import Purse, SpentError
from summarise.repair import is_prose, may_stand
from summarise.strategies import Came, Task, Written
from summarise.together import together
from summarise.tokens import estimate_tokens, prompt_tokens

NOTE_TOKENS = 75
"""Tokens of a note with its number, as a plan reckons them: the longest of the 306 sentences in `seeds/` has 63."""
SENTENCE_TOKENS = 45
"""The tokens of a note or an answer's sentence, on the whole: what is expected, and not the most."""
SPARE = 1.5
"""How many sentences the batches of a round leave, together, for each that is wanted, so that there is a choice."""


@dataclass(frozen=True)
class Batch:
    """Notes `first` to `last` (exclusive) that are read together, and how many sentences they are merged into."""

    first: int
    last: int
    wanted: int

    @property
    def asked(self) -> bool:
        """Whether the model is asked at all: few notes stay as they are."""
        return self.last - self.first > self.wanted


def round_of(sizes: Sequence[int], room: int, wanted: int) -> list[Batch]:
    """Return the batches of the next round over notes of these sizes, in tokens; none where no round is to be made.

    A batch has at most `room` tokens, but two notes at least where there are two; `wanted` is how many sentences the
    summary is to have. What a round leaves is less than it took and not less than is wanted.
    """
    if len(sizes) <= wanted:
        return []
    starts, held = [0], 0
    for index, size in enumerate(sizes):
        if index - starts[-1] > 1 and held + size > room:
            starts.append(index)
            held = 0
        held += size
    if len(starts) == 1:
        return [Batch(0, len(sizes), wanted)]
    left = max(wanted, min(len(sizes) // 2, ceil(SPARE * wanted)))
    found = [
        Batch(first, last, max(1, min(last - first - 1, ceil(left * (last - first) / len(sizes)))))
        for first, last in zip(starts, [*starts[1:], len(sizes)], strict=True)
    ]
    return found if sum(batch.wanted for batch in found) >= wanted else []


def largest(notes: int, room: int, wanted: int) -> list[Batch]:
    """Return the batches of all rounds over so many notes, each as large as a note may be."""
    found: list[Batch] = []
    while batches := round_of([NOTE_TOKENS] * notes, room, wanted):
        found += [batch for batch in batches if batch.asked]
        notes = sum(batch.wanted for batch in batches)
    return found


@dataclass(frozen=True)
class Merging:
    """How the notes of one task are merged: by which prompt, and how many tokens of notes one request holds."""

    task: Task
    prompt: Prompt
    room: int
    sampling: Sampling

    def stage(self, notes: int) -> StagePlan:
        """Return what merging so many notes takes: each call once, for notes stand in for an answer of no use."""
        found = largest(notes, self.room, self.task.length.sentences)
        bare = prompt_tokens(request_for((), prompt=self.prompt, sentences=1, sampling=self.sampling))
        read, wanted = sum(batch.last - batch.first for batch in found), sum(batch.wanted for batch in found)
        expected = Budget(
            calls=len(found),
            prompt_tokens=len(found) * bare + SENTENCE_TOKENS * read,
            completion_tokens=SENTENCE_TOKENS * wanted,
        )
        most = Budget(
            calls=len(found),
            prompt_tokens=len(found) * bare + NOTE_TOKENS * read,
            completion_tokens=sum(answer_tokens(batch.wanted) for batch in found),
        )
        return StagePlan(stage=STAGE, expected=expected, most=most)

    async def merge(self, notes: Sequence[Candidate], *, purse: Purse, written: Written) -> list[Candidate]:
        """Return what rounds of merging leave of notes, which are as many sentences as are wanted or a few more.

        `notes` may stand in the summary themselves, and are in the order of the article, like what is returned. What
        the model said goes to `written`. Errors of the server are kept with the call that failed.
        """
        backend = Paying(self.task.backend, purse)
        at_once = self.task.settings.concurrency
        left = list(notes)
        number = 0
        while found := round_of([_size(candidate) for candidate in left], self.room, self.task.length.sentences):
            number += 1
            self.task.progress(f"merging: {len(left)} notes in {len(found)} batches")
            groups = [left[batch.first : batch.last] for batch in found]
            asking = (self._ask(group, batch, backend) for group, batch in zip(groups, found, strict=True))
            answers = await together(asking, at_once=at_once)
            following: list[Candidate] = []
            for group, batch, answer in zip(groups, found, answers, strict=True):
                following += self._read(answer, group, batch, number, written)
            left = following
        return left

    async def _ask(self, notes: Sequence[Candidate], batch: Batch, backend: Backend) -> Merged | CallError | None:
        """Return the answer or what went wrong; None where the model is not to be asked, or not any more."""
        if not batch.asked:
            return None
        try:
            return await merge(
                [Note(one.sentence.text, one.sentence.evidence) for one in notes],
                backend=backend,
                prompt=self.prompt,
                sentences=batch.wanted,
                sampling=self.sampling,
            )
        except SpentError:
            return None
        except CallError as error:
            return error

    def _read(
        self,
        answer: Merged | CallError | None,
        notes: Sequence[Candidate],
        batch: Batch,
        number: int,
        written: Written,
    ) -> list[Candidate]:
        """Return what a batch leaves: the merged sentences that may stand, and the best notes in place of others."""
        if answer is None:
            return self._best(notes, (), batch.wanted)
        merged = tuple(note.draft for note in notes if note.draft is not None)
        if isinstance(answer, CallError):
            written.calls.append(failed(STAGE, answer).model_copy(update={"merged": merged}))
            return self._best(notes, (), batch.wanted)
        written.calls.append(answer.call.model_copy(update={"merged": merged}))
        stands: list[Candidate] = []
        taken: set[int] = set()
        for said in answer.said:
            cited = [source - 1 for source in said.sources if 1 <= source <= len(notes)]
            # A note counts for the first sentence that rests on it, so that two are not taken to say the same.
            own = [note for note in dict.fromkeys(cited) if note not in taken]
            taken.update(own)
            sources = tuple(sorted({source for note in own for source in self._sources(notes[note])}))
            found = judge(said.text, self.task.ground, origin="model", first=len(written.said), cited=sources)
            drafts = tuple(draft for note in cited if (draft := notes[note].draft) is not None)
            written.add(found, Came(round=number, merged=drafts))
            stands += [one for one in found if may_stand(one) and is_prose(one.sentence.text)]
        return self._best(notes, stands, batch.wanted)

    def _best(self, notes: Sequence[Candidate], stands: Sequence[Candidate], wanted: int) -> list[Candidate]:
        """Return what stands, then the best of the notes that do not repeat it: so many together, in order."""
        kept: list[Candidate] = []
        for candidate in (*stands, *sorted(notes, key=lambda note: -score(note, self._values))):
            if len(kept) < wanted and not any(repeats(candidate, other) for other in kept):
                kept.append(candidate)
        return sorted(kept, key=lambda one: one.place.start if one.place else len(self.task.article.text))

    def _sources(self, note: Candidate) -> tuple[int, ...]:
        """Return the article's sentences that a note rests on: those it cites, else the one that bears it out best."""
        if note.cited or note.place is None:
            return note.cited
        return (self.task.ground.source_of(note.place).index,)

    @cached_property
    def _values(self) -> Values:
        return values_of(self.task.article)


def _size(note: Candidate) -> int:
    return estimate_tokens(line_of(99, note.sentence.text))
