"""Goes through a summary from its first sentence to its last and proposes for each how it would read there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from summarise.coherence.anaphors import anaphors
from summarise.coherence.cast import Cast
from summarise.coherence.connectives import cut, inside, times
from summarise.coherence.descriptions import descriptions
from summarise.coherence.mentions import first_mentions
from summarise.coherence.naming import Naming
from summarise.coherence.pointers import pointers
from summarise.coherence.pronouns import pronouns
from summarise.coherence.reading import Reading, read
from summarise.coherence.shown import Change, ChangeKind, Dangling, Edit, Proposal, Shown, edited
from summarise.coherence.told import Told
from summarise.data import Date, Facts

Accepts = Callable[[str], bool]
"""Tells whether a changed sentence may be shown."""
_PASSES = 4
"""How often a sentence is gone through: a pronoun becomes a name, which then gets its office."""

_REFUSED: dict[ChangeKind, float] = {"pronoun": 0.9, "description": 0.4, "acronym": 0.3, "connective": 0.3}
"""How much it weighs that a change was refused; a surname alone does no harm."""


def proposals(shown: Sequence[Shown], facts: Facts, *, accepts: Accepts | None = None) -> tuple[Proposal, ...]:
    """Return for each sentence, in order, how it would read behind those before it: changed, as it is, or dangling.

    One that is `fixed` is never changed: what it would need dangles.
    Nothing inside quotation marks is changed, and no hedge or attribution is taken out. A second pass over what was
    proposed proposes nothing more. With `accepts` a change is proposed only if the sentence is accepted with it;
    smaller changes are tried in place of one that is not, and the sentences behind know what was accepted.
    """
    run = _Run(Cast(facts), accepts)
    told = Told()
    found: list[Proposal] = []
    for one in shown:
        proposal, told = run.proposed(one, told)
        found.append(proposal)
    return tuple(found)


@dataclass(frozen=True)
class _Pass:
    """What one going through a sentence found."""

    edits: tuple[Edit, ...]
    dangling: tuple[Dangling, ...]
    meant: tuple[tuple[int, str], ...]


class _Run:
    """One summary of one article."""

    def __init__(self, cast: Cast, accepts: Accepts | None) -> None:
        self._cast = cast
        self._naming = Naming(cast)
        self._accepts = accepts

    def proposed(self, one: Shown, told: Told) -> tuple[Proposal, Told]:
        """Return the proposal for a sentence, and what is known behind it."""
        reading = read(one, self._cast.facts)
        changes: tuple[Change, ...] = ()
        for _ in range(0 if one.fixed else _PASSES):
            found = self._gone_through(reading, told)
            text, made = self._made(reading.text, found.edits)
            if not made:
                break
            changes += made
            reading = read(replace(one, text=text), self._cast.facts)
        found = self._gone_through(reading, told)
        known = told.after(reading, self._cast, self._naming, dict(found.meant))
        refused = tuple(
            Dangling(reading.text[edit.start : edit.end], "what would explain it was refused", _REFUSED[edit.kind])
            for edit in found.edits
            if edit.kind in _REFUSED
        )
        return Proposal(reading.text, changes, (*refused, *found.dangling)), known

    def _gone_through(self, reading: Reading, told: Told) -> _Pass:
        """Return what can be changed in a sentence as it reads, and what dangles."""
        quotes = list(reading.quotes)
        edits = [] if told.follows(reading) or reading.spoken else [*cut(reading.text), *inside(reading.text, quotes)]
        edits = [edit for edit in edits if not any(a < edit.end and edit.start < b for a, b in quotes)]
        if any(edit.start == 0 for edit in edits):
            return _Pass(tuple(edits), (), ())  # what follows is read again with its capital
        resolved = pronouns(reading, told, self._cast, self._naming)
        described, unnamed = descriptions(reading, told, self._cast, self._naming)
        edits += [*resolved.edits, *described]
        taken = {value for value in self._cast.people if any(self._names(edit, value) for edit in edits)}
        edits += first_mentions(reading, told, self._naming, taken)
        dangling = [*resolved.dangling, *unnamed, *pointers(reading, told), *anaphors(reading, told)]
        if not told.follows(reading):
            dangling += times(reading.text, quotes, dated=self._dated(reading))
        if reading.spoken:
            edits = []  # somebody's own words
        outside = [edit for edit in edits if not any(a < edit.end and edit.start < b for a, b in quotes)]
        return _Pass(tuple(outside), tuple(dangling), resolved.meant)

    def _made(self, text: str, edits: Sequence[Edit]) -> tuple[str, tuple[Change, ...]]:
        """Make all edits, or where that is refused, one after the other those that are accepted."""
        changed, changes = edited(text, edits)
        if self._accepts is None or not changes or self._accepts(changed):
            return changed, changes
        kept: list[Edit] = []
        for edit in edits:
            for choice in [edit, *(replace(edit, after=after) for after in edit.otherwise)]:
                if self._accepts(edited(text, [*kept, choice])[0]):
                    kept.append(choice)
                    break
        return edited(text, kept)

    def _names(self, edit: Edit, value: str) -> bool:
        full, short = self._naming.full(value), self._naming.short(value)
        return any(form is not None and form in edit.after for form in (full, short))

    def _dated(self, reading: Reading) -> bool:
        """Tell whether the article has a date in the sentences that one comes from."""
        facts = self._cast.facts.facts
        return any(isinstance(fact, Date) and reading.first <= fact.sentence <= reading.last for fact in facts)
