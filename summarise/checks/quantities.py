"""Check figures and amounts of money: does the article state this amount of this thing?

Does not look at dates. An amount is compared with those of the same kind and unit in the sentences that the claim
aligns with; where one of them fills the same place with another amount, that is an accusation.
"""

from collections.abc import Iterable
from decimal import Decimal

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.data import Figure, Finding, Money

CLOSE = 0.5
"""From this coverage on, an aligned sentence counts as the place that the claim speaks of."""
ABOUT = Decimal("0.1")
"""How far, relatively, an "about" may stray."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each figure or amount of money that the article does not bear out."""
    article = [fact for fact in ground.facts.facts if isinstance(fact, Figure | Money)]
    for said in claim.facts:
        if not isinstance(said, Figure | Money):
            continue
        near = [
            fact
            for alignment in alignments
            if alignment.coverage >= CLOSE
            for fact in alignment.source.facts
            if isinstance(fact, Figure | Money)
        ]
        if any(agrees(said, fact) for fact in near):
            continue
        rivals = [fact for fact in near if comparable(said, fact)]
        if rivals and not any(agrees(said, fact) for fact in article):
            place = ground.facts.article.evidence(rivals[0])
            yield Finding(
                kind=said.kind, severity="error", said=said.text, article_says=rivals[0].text, evidence=(place,)
            )
        elif not any(agrees(said, fact) for fact in article):
            yield Finding(kind=said.kind, severity="error", said=said.text)


def comparable(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether two quantities measure the same kind of thing, so that different amounts contradict."""
    if isinstance(said, Money) or isinstance(fact, Money):
        return isinstance(said, Money) and isinstance(fact, Money)
    if said.unit is not None or fact.unit is not None:
        return said.unit == fact.unit
    return said.counted is not None and said.counted == fact.counted


def agrees(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether what is said holds if the article's fact does.

    Units and currencies must be equal; a claim's "more than" or "about" leaves room, the article's does not add any.
    """
    if isinstance(said, Money) and isinstance(fact, Money):
        if said.currency != fact.currency:
            return False
    elif isinstance(said, Figure) and isinstance(fact, Figure):
        if said.unit != fact.unit:
            return False
        if said.unit is None and said.counted and fact.counted and said.counted != fact.counted:
            return said.amount == fact.amount and said.upper == fact.upper and said.amount > 20
    else:
        return False
    if said.upper is not None:
        return (said.amount, said.upper) == (fact.amount, fact.upper)
    # The bounds of "between 40 and 50" bear out "at least 40" and "more than 40" alike.
    lower, upper, ranged = fact.amount, fact.amount if fact.upper is None else fact.upper, fact.upper is not None
    match said.qualifier:
        case "more than":
            return lower > said.amount or (lower == said.amount and (ranged or fact.qualifier == "more than"))
        case "at least":
            return lower > said.amount or (lower == said.amount and fact.qualifier != "less than")
        case "less than":
            return upper < said.amount or (upper == said.amount and (ranged or fact.qualifier == "less than"))
        case "at most":
            return upper < said.amount or (upper == said.amount and fact.qualifier != "more than")
        case _ if ranged:
            return False
        case "about":
            return abs(fact.amount - said.amount) <= ABOUT * abs(fact.amount)
        case _:
            return fact.amount == said.amount
