"""Facts and words of the article that oppose a claim, and notes on values that it has about something else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from summarise.checks.source_index import Alignment, Claim, SourceIndex, SourceSentence, Unit
from summarise.data import Fact, Finding, Span

# Minimum share of the claim's other units in a sentence with a counterpart.
SAME_STATEMENT = 0.6
MOST = 4


def counterpart(said: Span, claim: Claim, alignments: Sequence[Alignment]) -> Span | None:
    """Return the words in the place of `said` in the best matching sentence, or None."""
    ranked = sorted(alignments, key=lambda one: -one.coverage_without(said))
    if not ranked or ranked[0].coverage_without(said) < SAME_STATEMENT:
        return None
    alignment = ranked[0]
    inside = [unit for unit in claim.units if unit.end > said.start and unit.start < said.end]
    matched = dict(alignment.pairs)
    if not inside or any(unit in matched for unit in inside):
        return None
    # Only words next to matched words are known to be in the same place.
    first, last = claim.units.index(inside[0]), claim.units.index(inside[-1])
    around = claim.units[first - 1 : first] if first else (), claim.units[last + 1 : last + 2]
    if any(unit not in matched for side in around for unit in side):
        return None
    before, after = (next((matched[unit] for unit in side), None) for side in around)
    found = _between(alignment.source.units, before, after, len(inside))
    claimed = {unit.key for unit in inside}
    if not 1 <= len(found) <= MOST or any(unit.key in claimed for unit in found):
        return None
    return Span(start=found[0].start, end=found[-1].end)


def _between(units: Sequence[Unit], before: Unit | None, after: Unit | None, count: int) -> Sequence[Unit]:
    if before is not None and after is not None:
        return [unit for unit in units if unit.start >= before.end and unit.end <= after.start]
    if before is not None:
        return [unit for unit in units if unit.start >= before.end][:count]
    if after is not None:
        return [unit for unit in units if unit.end <= after.start][-count:]
    return []


F = TypeVar("F", bound=Fact)
# Minimum coverage of a sentence that contradicts a value, and a doubtful value.
NEAR, SAME = 0.1, 0.75
# Minimum weighted share of the claim's other units in the sentence that has another value.
ELSEWHERE_SHARED = 0.25
# Minimum difference from the share of each sentence with the claim's value.
ELSEWHERE_MORE = 0.3
# Units on each side of a value that are also compared by themselves.
AROUND = 3


@dataclass(frozen=True, slots=True)
class Case(Generic[F]):
    """A fact of a claim, `said`, that is compared with the article's facts of its kind."""

    said: F
    claim: Claim
    source_index: SourceIndex
    alignments: Sequence[Alignment]

    def note(self) -> Finding:
        """Return a note on the fact."""
        return Finding(code=self.said.kind, severity="note", claim=self.claim.quote(self.said))

    def error(self, other: Fact | None = None) -> Finding:
        """Return the error for the fact, with the article's fact that contradicts it."""
        article = self.source_index.facts.article.evidence(other) if other else None
        return Finding(code=self.said.kind, severity="error", claim=self.claim.quote(self.said), article=article)

    def accused(self, excludes: Callable[[F], bool], *, doubtful: bool = False) -> Finding:
        """Return the error for a fact, or a note if it is `doubtful` and nothing contradicts it."""
        other = self.opposing(excludes, least=SAME if doubtful else NEAR)
        return self.note() if doubtful and other is None else self.error(other)

    def opposing(self, excludes: Callable[[F], bool], *, least: float, in_place: bool = False) -> F | None:
        """Return the article's fact in the place of `said`, or None.

        Searches sentences with at least the coverage `least`, best first, for a single value that `excludes` accepts
        and the claim lacks. With several values, or `in_place`, the fact must be between the same words.
        """
        said, kind = self.said, type(self.said)
        claimed = {fact.value for fact in self.claim.facts if isinstance(fact, kind)}
        for alignment in sorted(self.alignments, key=lambda one: -one.coverage_without(said)):
            if alignment.coverage_without(said) < least:
                return None
            there = [fact for fact in alignment.source.facts if isinstance(fact, kind) and fact.value not in claimed]
            found = [fact for fact in there if excludes(fact)]
            if in_place or len({fact.value for fact in found}) > 1:
                found = [fact for fact in found if _between_the_same(said, fact, alignment)]
            if len({fact.value for fact in found}) == 1:
                return found[0]
        return None

    def elsewhere(self, same: Sequence[F], differs: Callable[[F], bool]) -> Finding | None:
        """Return a note if the facts that agree, `same`, are all about something else, or None.

        Not an error, since a claim may merge sentences. `differs` selects facts that contradict `said`.
        """
        said, kind, index = self.said, type(self.said), self.source_index
        before = [unit.key for unit in self.claim.units if unit.end <= said.start]
        behind = [unit.key for unit in self.claim.units if unit.start >= said.end]
        near = before[-AROUND:] + behind[:AROUND]

        def shares(source: SourceSentence) -> tuple[float, float]:
            return _share(before + behind, source, index), _share(near, source, index)

        having = {fact.sentence for fact in same}
        claimed = {fact.value for fact in self.claim.facts}
        places = []
        for source in (alignment.source for alignment in self.alignments if alignment.source.index not in having):
            rivals = (fact for fact in source.facts if isinstance(fact, kind) and fact.value not in claimed)
            if facts := list(filter(differs, rivals)):
                places.append((shares(source), facts))
        if not places:
            return None
        (whole, around), facts = max(places, key=lambda place: sum(place[0]))
        if min(whole, around) < ELSEWHERE_SHARED or len({fact.value for fact in facts}) > 1:
            return None
        for place in having:
            own = shares(index.sources[place])
            if own[0] > whole - ELSEWHERE_MORE or own[1] > around - ELSEWHERE_MORE / 2:
                return None
        here, there = index.facts.article.evidence(facts[0]), index.sources[same[0].sentence].evidence
        return self.note().model_copy(update={"article": here, "reason": "elsewhere", "elsewhere": there})


def _between_the_same(said: Span, fact: Span, alignment: Alignment) -> bool:
    sides = [(_side(ours, said), _side(theirs, fact)) for ours, theirs in alignment.pairs]
    return bool(sides) and all(one == other for one, other in sides)


def _side(unit: Unit, place: Span) -> int:
    return -1 if unit.end <= place.start else 1 if unit.start >= place.end else 0


def _share(keys: Sequence[str], source: SourceSentence, source_index: SourceIndex) -> float:
    known = {unit.key for unit in source.units} | {word.stem for word in source.words}
    total = sum(map(source_index.weight, keys))
    return sum(source_index.weight(key) for key in keys if key in known) / total if total else 0.0
