"""Notes on values that the article has, but about something else."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from summarise.checks.source_index import Alignment, Claim, Source, SourceIndex
from summarise.data import FactBase, Finding, FindingCode

F = TypeVar("F", bound=FactBase)
# Minimum weighted share of the claim's other units in the sentence that has another value.
SHARED = 0.25
# Minimum difference from the share of each sentence with the claim's value.
MORE = 0.3
# Units on each side of a value that are also compared by themselves.
AROUND = 3


def elsewhere(
    said: FactBase,
    code: FindingCode,
    same: Sequence[F],
    differs: Callable[[F], bool],
    claim: Claim,
    source_index: SourceIndex,
    alignments: Sequence[Alignment],
) -> Finding | None:
    """Return a note if the facts that agree, `same`, are all about something else, or None.

    Not an error, since a claim may merge sentences. `differs` selects facts that contradict `said`.
    """
    before = [unit.key for unit in claim.units if unit.end <= said.start]
    behind = [unit.key for unit in claim.units if unit.start >= said.end]
    near = before[-AROUND:] + behind[:AROUND]

    def shares(source: Source) -> tuple[float, float]:
        return _share(before + behind, source, source_index), _share(near, source, source_index)

    having = {fact.sentence for fact in same}
    told = {fact.value for fact in claim.facts}
    places = [
        (shares(alignment.source), facts)
        for alignment in alignments
        if alignment.source.index not in having
        and (facts := [fact for fact in _of_kind(same, alignment.source) if fact.value not in told and differs(fact)])
    ]
    if not places:
        return None
    (whole, around), facts = max(places, key=lambda place: sum(place[0]))
    if min(whole, around) < SHARED or len({fact.value for fact in facts}) > 1:
        return None
    for index in having:
        own = shares(source_index.sources[index])
        if own[0] > whole - MORE or own[1] > around - MORE / 2:
            return None
    article = source_index.facts.article
    there = source_index.sources[same[0].sentence].evidence
    quote, place = claim.quote(said), article.evidence(facts[0])
    return Finding(code=code, severity="note", claim=quote, article=place, reason="elsewhere", elsewhere=there)


def _of_kind(same: Sequence[F], source: Source) -> Iterable[F]:
    kind = type(same[0]) if same else None
    return (fact for fact in source.facts if kind is not None and isinstance(fact, kind))


def _share(keys: Sequence[str], source: Source, source_index: SourceIndex) -> float:
    known = {unit.key for unit in source.units} | {word.stem for word in source.words}
    total = sum(map(source_index.weight, keys))
    return sum(source_index.weight(key) for key in keys if key in known) / total if total else 0.0
