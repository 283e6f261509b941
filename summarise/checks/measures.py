"""Amounts in another unit, and amounts that follow from two others: what a claim may have reckoned itself.

Converts within the metric system only, where conversions are exact; miles and kilometres stay what they are.
"""

from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations

from summarise.data import Figure, Money

METRIC = {
    "millimetre": ("metre", Decimal("0.001")), "centimetre": ("metre", Decimal("0.01")), "metre": ("metre", Decimal(1)),
    "kilometre": ("metre", Decimal(1000)), "milligram": ("gram", Decimal("0.001")), "gram": ("gram", Decimal(1)),
    "kilogram": ("gram", Decimal(1000)), "tonne": ("gram", Decimal(10**6)), "kilowatt": ("watt", Decimal(1000)),
    "megawatt": ("watt", Decimal(10**6)), "gigawatt": ("watt", Decimal(10**9)), "hectolitre": ("litre", Decimal(100)),
    "litre": ("litre", Decimal(1)),
}  # fmt: skip
HUNDRED = Decimal(100)
RATIOS = {"times": Decimal(1), "per cent": HUNDRED}
"""Units that tell how two amounts compare, and what one of them is in that unit."""
BOUNDS = frozenset({"more than", "at least", "less than", "at most"})
BEYOND = Decimal("1.2")
"""How far, relatively, a ratio may lie on its side of a bound: nobody says "over twice" of ten times."""


def in_base_unit(figure: Figure) -> Figure:
    """Return a figure in the base unit of its measure; one in a unit without conversions as it is."""
    if figure.unit not in METRIC:
        return figure
    unit, factor = METRIC[figure.unit]
    upper = None if figure.upper is None else figure.upper * factor
    return figure.model_copy(update={"unit": unit, "amount": figure.amount * factor, "upper": upper})


def follows(said: Figure | Money, facts: Iterable[Figure | Money], *, about: Decimal) -> bool:
    """Tell whether an amount can be reckoned from two of the facts, or compared with one.

    As a sum or difference in its unit, the rest of 100 per cent, a share of an amount, what an amount was before it
    rose or fell by a share, or the ratio of two amounts of one unit. `about` is how far, relatively, it may stray where
    it is qualified at all; a bound holds whatever lies on its side.
    """
    known = [fact for fact in facts if fact.upper is None]
    alike = [fact.amount for fact in known if measure(fact) == measure(said)]
    results = [value for one, other in combinations(alike, 2) for value in (one + other, abs(one - other))]
    shares = [fact.amount / HUNDRED for fact in known if isinstance(fact, Figure) and fact.unit == "per cent"]
    if isinstance(said, Figure) and said.unit in ("per cent", "percentage point"):
        results += [HUNDRED - amount for amount in alike]
    else:
        results += [amount * part for amount in alike for share in shares for part in (share, 1 - share)]
        results += [
            amount / part for amount in alike for share in shares for part in (1 - share, 1 + share) if part > 0
        ]
    if isinstance(said, Figure) and said.unit in RATIOS:
        results += [RATIOS[said.unit] * ratio for ratio in ratios(known)]
    if measured(said) and said.qualifier in BOUNDS:
        results += alike
    return any(_holds(said, result, about) for result in results)


def ratios(facts: Iterable[Figure | Money]) -> list[Decimal]:
    """Return how many times one amount is another of the same measure, both ways round."""
    pairs = [(one, other) for one, other in combinations(facts, 2) if measure(one) == measure(other)]
    amounts = [(one.amount, other.amount) for one, other in pairs if one.amount > 0 and other.amount > 0]
    return [ratio for one, other in amounts for ratio in (one / other, other / one)]


def measured(amount: Figure | Money) -> bool:
    """Tell whether an amount is one of money or of a unit of measurement, so that bounds of it may be compared."""
    return isinstance(amount, Money) or amount.unit in METRIC


def _holds(said: Figure | Money, result: Decimal, about: Decimal) -> bool:
    room = Decimal(0) if said.qualifier == "exactly" else about * abs(said.amount)
    match said.qualifier:
        case "more than" | "at least":
            return result >= said.amount and (measured(said) or result <= said.amount * BEYOND)
        case "less than" | "at most":
            return result <= said.amount and (measured(said) or result * BEYOND >= said.amount)
    return abs(result - said.amount) <= room


def measure(amount: Figure | Money) -> str:
    """Return what an amount is measured in: its currency or unit; percentage points are a difference of per cents."""
    if isinstance(amount, Money):
        return amount.currency
    return "per cent" if amount.unit == "percentage point" else str(amount.unit)
