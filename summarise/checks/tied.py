"""Check what amounts and dates belong to: is it the same deed that took so long, cost so much, happened then?

Reads relations: an amount or a date that hangs on a verb on both sides is compared even where the words around it
differ ("will stay at 19 pence"), and one that the article ties to another deed of the claim has been moved. What stands
in the same place of the same words is the business of `quantities` and `dates`.
"""

from collections.abc import Iterable, Iterator, Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.amounts import contradicts
from summarise.checks.ground import Claim, Ground
from summarise.checks.pairing import Pair, closest
from summarise.data import Argument, Date, Fact, Figure, Finding, Money, Relation

Value = Figure | Money | Date


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for the first amount or date of the claim that the article ties to the deed in another size."""
    coverage = {alignment.source.index: alignment for alignment in alignments}
    told = {
        id(relation): [p for p in closest(relation, coverage, ground) if p.kept and p.same]
        for relation in claim.relations
        if relation.form == "clause"
    }
    for relation in claim.relations:
        for argument in relation.arguments:
            own = value_at(argument, claim.facts)
            pairs = told.get(id(relation))
            if own is None or not pairs:
                continue
            finding = other_size(argument, own, pairs, ground) or moved(argument, pairs, claim, told, ground)
            if finding is not None:
                yield finding
                return


def other_size(argument: Argument, own: Value, pairs: Sequence[Pair], ground: Ground) -> Finding | None:
    """Return a finding where every place that tells the deed has another amount in the same role."""
    rivals = []
    for pair in pairs:
        source = ground.sources[pair.theirs.sentence]
        theirs = [value for a in pair.theirs.those(argument.role) if (value := value_at(a, source.facts))]
        elsewhere = [r for r in ground.relations_in(source.index) if r is not pair.theirs and _has(r, argument)]
        if not elsewhere and any(fact.value == argument.value for fact in source.facts):
            return None  # the amount is told of the deed, in another part of the sentence
        against = [other for other in theirs if _excludes(own, other)]
        if not against or len(against) < len(theirs):
            return None
        rivals.append((against[0], source.evidence))
    rival, place = rivals[0]
    return Finding(kind=own.kind, severity="error", said=own.text, article_says=rival.text, evidence=(place,))


def _excludes(own: Value, other: Value) -> bool:
    if isinstance(own, Date) or isinstance(other, Date):
        return False
    return contradicts(own, other)


def moved(
    argument: Argument, pairs: Sequence[Pair], claim: Claim, told: dict[int, list[Pair]], ground: Ground
) -> Finding | None:
    """Return a finding where the article ties the value to another deed of the sentence that the claim tells too."""
    if any(_has(pair.theirs, argument) for pair in pairs) or not _measures(argument):
        return None
    for pair in pairs:
        for other in claim.relations:
            if other is pair.ours or _has(other, argument):
                continue
            for there in told.get(id(other), ()):
                if there.theirs.sentence == pair.theirs.sentence and _has(there.theirs, argument):
                    return Finding(
                        kind="who-did-what",
                        severity="error",
                        said=f"{pair.ours.predicate} | {argument.text}",
                        article_says=f"{there.theirs.predicate} | {argument.text}",
                        evidence=(ground.sources[there.theirs.sentence].evidence,),
                    )
    return None


def _measures(argument: Argument) -> bool:
    """Tell whether an argument is an amount or a duration; a day may hang on any of the deeds of that day."""
    return argument.role != "time" or (argument.value or "").startswith("duration:")


def _has(relation: Relation, argument: Argument) -> bool:
    return any(one.value == argument.value for one in relation.arguments)


def value_at(argument: Argument, facts: Iterable[Fact]) -> Value | None:
    """Return the amount or date that an argument is, None if it is something else."""
    found: Iterator[Value] = (
        fact for fact in facts if isinstance(fact, Figure | Money | Date) and fact.overlaps(argument)
    )
    return next((fact for fact in found if fact.value == argument.value), None)
