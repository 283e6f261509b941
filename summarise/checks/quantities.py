"""Check figures and amounts of money: does the article state this amount of this thing?

Does not look at dates, and not at where in the article an amount stands: that is the entailment model's to read. Small
numbers in words ("two men") may have been counted by whoever wrote the claim, and sums, differences and shares may have
been reckoned: such amounts are notes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from summarise.checks.alignment import Alignment
from summarise.checks.amount_comparison import (
    COUNTED,
    SURE,
    agrees,
    bound,
    comparable,
    compatible,
    converted,
    distinct,
    multiplying,
    opposed,
    recounted,
    rounds,
)
from summarise.checks.derived_amounts import BOUNDS, RATIOS, computation, measure
from summarise.checks.elsewhere import elsewhere
from summarise.checks.opposing_facts import NEAR, SAME, accused, error
from summarise.checks.source_index import Claim, SourceIndex
from summarise.checks.words import words_of
from summarise.data import Figure, Finding, Money

STRAYS = Decimal("0.05")
"""How far, relatively, a computed amount may stray that is rounded or qualified ("about")."""
FOLLOWING = 3
"""Of so many words behind a count one must follow the other count at once."""
COUNTABLE = 3
"""Up to this number whoever writes a summary counts for himself."""


def check(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each figure or amount of money that the article does not bear out."""
    for said in claim.facts:
        if isinstance(said, Figure | Money) and (finding := judged(said, claim, source_index, alignments)) is not None:
            yield finding


def judged(
    said: Figure | Money, claim: Claim, source_index: SourceIndex, alignments: Sequence[Alignment]
) -> Finding | None:
    """Return what is to be said of one amount, None if the article bears it out."""
    note = Finding(code=said.kind, severity="note", claim=claim.quote(said))
    turned = turned_round(said, source_index)
    if turned is not None:
        here = any(one.source.index == turned.sentence and one.coverage_without(said) >= SAME for one in alignments)
        return error(said, said.kind, turned, claim, source_index) if here else note
    same = [fact for fact in source_index.amounts if bears_out(said, fact)]
    if same:
        return _elsewhere(said, same, claim, source_index, alignments)
    near = [place.source.index for place in alignments if place.coverage_without(said) >= NEAR]
    verb = multiplying(said)
    if verb is not None and any(verb.search(source_index.sources[index].evidence.text) for index in near):
        return None
    alike = [fact for fact in source_index.amounts if comparable(said, fact) and not distinct(said, fact)]
    # If the article counts the same things, a count of other things does not agree.
    retold = [fact for fact in source_index.amounts if converted(said, fact) or (not alike and recounted(said, fact))]
    retold += [fact for fact in alike if rounds(said, fact)]
    if retold and bound(said) in BOUNDS:
        return note
    computed = f"{retold[0].text} ≈ {said.text}" if retold else _computed(said, near, source_index)
    if computed is not None:
        return note.model_copy(update={"reason": "computed", "computation": computed})
    kind: type[Figure] | type[Money] = Money if isinstance(said, Money) else Figure
    doubt = doubtful(said, source_index)
    found = accused(
        said, said.kind, kind, lambda fact: excludes(said, fact), claim, source_index, alignments, doubtful=doubt
    )
    same = [fact for fact in source_index.amounts if said.amount == fact.amount and measure(said) == measure(fact)]
    if found.severity == "note" and same:
        return _elsewhere(said, same, claim, source_index, alignments) or found
    return found


def _elsewhere(
    said: Figure | Money,
    same: Sequence[Figure | Money],
    claim: Claim,
    source_index: SourceIndex,
    alignments: Sequence[Alignment],
) -> Finding | None:
    def differs(fact: Figure | Money) -> bool:
        return excludes(said, fact) or recounts(said, fact, claim, source_index)

    return elsewhere(said, said.kind, same, differs, claim, source_index, alignments)


def _computed(said: Figure | Money, near: Sequence[int], source_index: SourceIndex) -> str | None:
    """Return how an amount follows from those of a sentence that shares words with the claim, or of it and the next.

    Two counts of different sentences must be of the same things, and a share is only of amounts in its own sentence.
    """
    by_sentence: dict[int, list[Figure | Money]] = defaultdict(list)
    for fact in source_index.amounts:
        by_sentence[fact.sentence].append(fact)
    for index in near:
        there = by_sentence[index]
        beside = [fact for step in (-1, 1) for fact in by_sentence[index + step] if _of_one_kind(said, fact, there)]
        found = computation(said, there, about=STRAYS) or computation(said, [*there, *beside], about=STRAYS)
        if found is not None:
            return found
    return None


def _of_one_kind(said: Figure | Money, fact: Figure | Money, others: Sequence[Figure | Money]) -> bool:
    if isinstance(fact, Money) or fact.unit is not None:
        return measure(fact) == measure(said) or (measure(said) in RATIOS and measure(fact) != "per cent")
    nouns = {other.counted_noun for other in [said, *others] if isinstance(other, Figure)}
    return fact.counted_noun is not None and fact.counted_noun in nouns


def turned_round(said: Figure | Money, source_index: SourceIndex) -> Figure | Money | None:
    """Return the article's opposite bound of the same amount of the same thing, None if it has it any other way too.

    A larger amount of something else must not bear out "more than 50" where the article says "fewer than 50".
    """
    if bound(said) not in BOUNDS:
        return None
    same = [fact for fact in source_index.amounts if fact.amount == said.amount and comparable(said, fact)]
    turned = next((fact for fact in same if opposed(said, fact) and not distinct(said, fact)), None)
    return None if any(agrees(said, fact) for fact in same if not opposed(said, fact)) else turned


def bears_out(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether an amount of the article is what was said, or may be what was said in a rounder or finer way.

    Another currency is no way to say it, and neither is the opposite bound of the same amount.
    """
    if agrees(said, fact):
        return True
    turned = said.amount == fact.amount and opposed(said, fact)
    return comparable(said, fact) and compatible(said, fact) and not distinct(said, fact) and not turned


def recounts(said: Figure | Money, fact: Figure | Money, claim: Claim, source_index: SourceIndex) -> bool:
    """Tell whether another count is in the same place: before the same word, whatever noun each is thought to count."""
    if not (isinstance(said, Figure) and isinstance(fact, Figure)) or said.unit or fact.unit:
        return False
    units = source_index.sources[fact.sentence].units
    behind = next((unit.key for unit in units if unit.start >= fact.end), None)
    following = [unit.key for unit in claim.units if unit.start >= said.end][:FOLLOWING]
    sure = min(said.confidence, fact.confidence) >= SURE and said.amount != fact.amount
    return sure and behind in following and not bears_out(said, fact)


def excludes(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether an amount of the article measures the same kind of thing, and is another one."""
    return min(said.confidence, fact.confidence) >= SURE and comparable(said, fact) and not bears_out(said, fact)


def doubtful(said: Figure | Money, source_index: SourceIndex) -> bool:
    """Tell whether an amount that no fact bears out may stand in the article all the same, or follow from it."""
    if said.confidence < SURE:
        return True
    if isinstance(said, Figure) and said.unit == "ordinal":
        return True
    if isinstance(said, Figure) and said.unit == "score":
        # Where the article has other scores, 35 of 38 labelled claims with a new one are wrong; else 14 of 22.
        return not any(isinstance(fact, Figure) and fact.unit == "score" for fact in source_index.amounts)
    if isinstance(said, Figure) and said.upper is None and said.amount <= COUNTABLE and said.unit in COUNTED:
        return True
    same = [fact for fact in source_index.amounts if said.amount in (fact.amount, fact.upper)]
    if same:
        # The article has the amount: of something else, if both tell what of.
        return not all(distinct(said, fact) for fact in same)
    words = [word.stem for word in words_of(said.text) if word.content]
    return bool(words) and all(map(source_index.knows, words))
