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


def in_base_unit(figure: Figure) -> Figure:
    """Return a figure in the base unit of its measure; one in a unit without conversions as it is."""
    if figure.unit not in METRIC:
        return figure
    unit, factor = METRIC[figure.unit]
    upper = None if figure.upper is None else figure.upper * factor
    return figure.model_copy(update={"unit": unit, "amount": figure.amount * factor, "upper": upper})


def follows(said: Figure | Money, facts: Iterable[Figure | Money], *, about: Decimal) -> bool:
    """Tell whether an amount is the sum or difference of two of the facts in its unit, or the rest of 100 per cent.

    `about` is how far, relatively, it may stray where it is qualified at all.
    """
    alike = [fact.amount for fact in facts if measure(fact) == measure(said)]
    room = Decimal(0) if said.qualifier == "exactly" else about * abs(said.amount)
    results = [value for one, other in combinations(alike, 2) for value in (one + other, abs(one - other))]
    if isinstance(said, Figure) and said.unit in ("per cent", "percentage point"):
        results += [HUNDRED - amount for amount in alike]
    return any(abs(result - said.amount) <= room for result in results)


def measure(amount: Figure | Money) -> str:
    """Return what an amount is measured in: its currency or unit; percentage points are a difference of per cents."""
    if isinstance(amount, Money):
        return amount.currency
    return "per cent" if amount.unit == "percentage point" else str(amount.unit)
