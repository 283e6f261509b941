"""Check figures and amounts of money: does the article state this amount of this thing?

Does not look at dates, and not at where in the article an amount stands: that is the entailment model's to read. Small
numbers in words ("two men") may have been counted by whoever wrote the claim, and sums, differences and shares may have
been reckoned: such amounts are notes.
"""

from collections.abc import Iterable, Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.amount_comparison import (
    ABOUT,
    COUNTED,
    SURE,
    agrees,
    bound,
    comparable,
    compatible,
    converted,
    distinct,
    opposed,
    recounted,
    rounds,
)
from summarise.checks.derived_amounts import BOUNDS, follows
from summarise.checks.opposing_facts import NEAR, SAME, accused, error
from summarise.checks.source_index import Claim, SourceIndex
from summarise.checks.words import words_of
from summarise.data import Figure, Finding, Money

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
        same = any(one.source.index == turned.sentence and one.coverage_without(said) >= SAME for one in alignments)
        return error(said, said.kind, turned, claim, source_index) if same else note
    if any(bears_out(said, fact) for fact in source_index.amounts):
        return None
    near = [place.source.index for place in alignments if place.coverage_without(said) >= NEAR]
    # Of two percentages that are so many points apart, one often stands in the next sentence.
    reach = 1 if isinstance(said, Figure) and said.unit == "percentage point" else 0
    around = {index + step for index in near for step in range(-reach, reach + 1)}
    there = [fact for fact in source_index.amounts if fact.sentence in around]
    alike = [fact for fact in source_index.amounts if comparable(said, fact) and not distinct(said, fact)]
    # Where the article counts the same things, another count of others is none of them.
    retold = any(converted(said, fact) or (not alike and recounted(said, fact)) for fact in source_index.amounts)
    if retold or any(rounds(said, fact) for fact in alike) or follows(said, there, about=ABOUT):
        return note
    kind: type[Figure] | type[Money] = Money if isinstance(said, Money) else Figure
    doubt = doubtful(said, source_index)
    return accused(
        said, said.kind, kind, lambda fact: excludes(said, fact), claim, source_index, alignments, doubtful=doubt
    )


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


def excludes(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether an amount of the article measures the same kind of thing, and is another one."""
    return min(said.confidence, fact.confidence) >= SURE and comparable(said, fact) and not bears_out(said, fact)


def doubtful(said: Figure | Money, source_index: SourceIndex) -> bool:
    """Tell whether an amount that no fact bears out may stand in the article all the same, or follow from it."""
    if said.confidence < SURE:
        return True
    if isinstance(said, Figure) and said.unit in ("ordinal", "score"):
        return True
    if isinstance(said, Figure) and said.upper is None and said.amount <= COUNTABLE and said.unit in COUNTED:
        return True
    same = [fact for fact in source_index.amounts if said.amount in (fact.amount, fact.upper)]
    if same:
        # The article has the amount: of something else, if both tell what of.
        return not all(distinct(said, fact) for fact in same)
    words = [word.stem for word in words_of(said.text) if word.content]
    return bool(words) and all(map(source_index.knows, words))
