"""Check figures and amounts of money: does the article state this amount of this thing?

Does not look at dates, and not at where in the article an amount stands: that is the entailment model's to read. Small
numbers in words ("two men") may have been counted by whoever wrote the claim, and sums, differences and shares may have
been reckoned: such amounts are notes.
"""

from collections.abc import Iterable, Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.amounts import ABOUT, COUNTED, SURE, agrees, comparable, compatible, distinct, opposed
from summarise.checks.ground import Claim, Ground
from summarise.checks.measures import follows
from summarise.checks.opposing import opposing
from summarise.checks.words import words_of
from summarise.data import Figure, Finding, Money

COUNTABLE = 3
"""Up to this number whoever writes a summary counts for himself."""
NEAR, SAME = 0.1, 0.75
"""A sentence with less of the claim opposes none of its amounts, and none that may have been counted or reckoned."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each figure or amount of money that the article does not bear out."""
    for said in claim.facts:
        if isinstance(said, Figure | Money) and (finding := judged(said, claim, ground, alignments)) is not None:
            yield finding


def judged(said: Figure | Money, claim: Claim, ground: Ground, alignments: Sequence[Alignment]) -> Finding | None:
    """Return what is to be said of one amount, None if the article bears it out."""
    if any(bears_out(said, fact) for fact in ground.counts.near(said)):
        return None
    code = said.kind
    there = [fact for place in alignments for fact in place.source.facts if isinstance(fact, Figure | Money)]
    least = SAME if (doubt := doubtful(said, ground) or follows(said, there, about=ABOUT)) else NEAR
    kind: type[Figure] | type[Money] = Money if isinstance(said, Money) else Figure
    other = opposing(said, claim, alignments, kind, lambda fact: excludes(said, fact), least=least)
    if doubt and other is None:
        return Finding(code=code, severity="note", claim=claim.quote(said))
    article = ground.facts.article.evidence(other) if other else None
    return Finding(code=code, severity="error", claim=claim.quote(said), article=article)


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


def doubtful(said: Figure | Money, ground: Ground) -> bool:
    """Tell whether an amount that no fact bears out may stand in the article all the same, or follow from it."""
    if said.confidence < SURE:
        return True
    if isinstance(said, Figure) and said.unit in ("ordinal", "score"):
        return True
    if isinstance(said, Figure) and said.upper is None and said.amount <= COUNTABLE and said.unit in COUNTED:
        return True
    same = list(ground.counts.equal(said.amount))
    if same:
        # The article has the amount: of something else, if both tell what of.
        return not all(distinct(said, fact) for fact in same)
    words = [word.stem for word in words_of(said.text) if word.content]
    return bool(words) and all(map(ground.knows, words))
