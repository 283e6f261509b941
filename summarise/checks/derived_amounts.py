"""Amounts in another unit, and amounts that follow from two others: what a claim may have reckoned itself.

Conversions within the metric system are exact; those between it and feet, pounds and their like are only approximate.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from summarise.data import Figure, Money

METRIC = {
    "millimetre": ("metre", Decimal("0.001")), "centimetre": ("metre", Decimal("0.01")), "metre": ("metre", Decimal(1)),
    "kilometre": ("metre", Decimal(1000)), "milligram": ("gram", Decimal("0.001")), "gram": ("gram", Decimal(1)),
    "kilogram": ("gram", Decimal(1000)), "tonne": ("gram", Decimal(10**6)), "kilowatt": ("watt", Decimal(1000)),
    "megawatt": ("watt", Decimal(10**6)), "gigawatt": ("watt", Decimal(10**9)), "hectolitre": ("litre", Decimal(100)),
    "litre": ("litre", Decimal(1)), "basis point": ("percentage point", Decimal("0.01")),
}  # fmt: skip
IMPERIAL = {
    "inch": ("metre", Decimal("0.0254")), "foot": ("metre", Decimal("0.3048")), "yard": ("metre", Decimal("0.9144")),
    "mile": ("metre", Decimal("1609.344")), "ounce": ("gram", Decimal("28.349523")),
    "pound": ("gram", Decimal("453.59237")), "stone": ("gram", Decimal("6350.29318")),
    "mile per hour": ("kilometre per hour", Decimal("1.609344")), "acre": ("hectare", Decimal("0.40468564")),
    "square mile": ("square kilometre", Decimal("2.589988")), "square foot": ("square metre", Decimal("0.092903")),
}  # fmt: skip
HUNDRED = Decimal(100)
RATIOS = {"times": Decimal(1), "per cent": HUNDRED}
"""Units that tell how two amounts compare, and what one of them is in that unit."""
BOUNDS = frozenset({"more than", "at least", "less than", "at most"})
BEYOND = Decimal("1.2")
"""How far, relatively, a ratio may lie on its side of a bound: nobody says "over twice" of ten times."""
EVERYTHING = Decimal("Infinity")
FRACTION_STRAYS = Decimal("0.05")
"""How far a share may lie from the fraction that it is told as, in parts of itself or of the rest, whichever is less:
"a third" may be 32 to 34 per cent, "nine in ten" 90 or 90.5.
"""
PERCENTAGE = re.compile(r"%|per ?cent|\d ?pc\b", re.I)
DIGITS = re.compile(r"\d[\d,]*(?:\.(?P<decimals>\d+))?")
THOUSANDS = 3


class Room(NamedTuple):
    """The results that bear an amount out: from `low` to `high`, both included."""

    low: Decimal
    high: Decimal


def in_base_unit(figure: Figure) -> Figure:
    """Return a figure in the base unit of its measure; one in a unit without conversions as it is."""
    if figure.unit not in METRIC:
        return figure
    unit, factor = METRIC[figure.unit]
    upper = None if figure.upper is None else figure.upper * factor
    return figure.model_copy(update={"unit": unit, "amount": figure.amount * factor, "upper": upper})


def in_other_system(figure: Figure, unit: str) -> Decimal | None:
    """Return the amount of a figure in a unit of the other system, metric or imperial; None where there is none."""
    if (figure.unit in IMPERIAL) == (unit in IMPERIAL):
        return None
    (base, factor), (other_base, other_factor) = (
        IMPERIAL.get(one) or METRIC.get(one) or (one, Decimal(1)) for one in (figure.unit or "", unit)
    )
    return figure.amount * factor / other_factor if base == other_base else None


def is_fraction(amount: Figure | Money) -> bool:
    """Tell whether an amount is a share that is told as a fraction, "a third" or "one in five"."""
    return isinstance(amount, Figure) and amount.unit == "per cent" and not PERCENTAGE.search(amount.text)


def rounding_tolerance(said: Figure | Money) -> Decimal:
    """Return how far an amount may lie from the one that is said, if that one is its rounding.

    Half a unit of the last digit that is shown: "8 per cent" shows ones, "2.3 billion" tenths of a billion, "two
    million" and "2m" millions. For a share that is told as a fraction see `FRACTION_STRAYS`.
    """
    if is_fraction(said):
        return min(said.amount, abs(HUNDRED - said.amount)) * FRACTION_STRAYS
    written = DIGITS.search(said.text)
    if written and said.amount and (shown := Decimal(written.group().replace(",", ""))):
        return abs(said.amount / shown).scaleb(-len(written["decimals"] or "")) / 2
    exponent = int(said.amount.normalize().as_tuple().exponent)
    return Decimal(10) ** (exponent if exponent < 0 else exponent // THOUSANDS * THOUSANDS) / 2


def follows(said: Figure | Money, facts: Iterable[Figure | Money], *, about: Decimal) -> bool:
    """Tell whether an amount can be reckoned from two of the facts, or compared with one.

    As a sum or difference in its unit, the rest of 100 per cent, a share of an amount, what an amount was before it
    rose or fell by a share, or the ratio of two amounts of one unit or the change from one to the other. The result may
    be rounded to the digits that are said; `about` is how far, relatively, it may stray at most, and where the amount
    is qualified; a bound holds whatever lies on its side.
    """
    known: dict[str, list[Decimal]] = defaultdict(list)
    for fact in facts:
        if fact.upper is None:
            insort(known[measure(fact)], fact.amount)
    room, alike = _room(said, about), known[measure(said)]
    if _sum_or_difference(room, alike):
        return True
    if isinstance(said, Figure) and said.unit in ("per cent", "percentage point"):
        if _within(alike, HUNDRED - room.high, HUNDRED - room.low):
            return True
    elif any(_share(room, alike, share / HUNDRED) for share in known["per cent"]):
        return True
    if isinstance(said, Figure) and said.unit in RATIOS:
        low, high = room.low / RATIOS[said.unit], room.high / RATIOS[said.unit]
        changed = said.unit == "per cent"
        return any(_ratio(Room(low, high), amounts, changed=changed) for amounts in known.values())
    return measured(said) and said.qualifier in BOUNDS and _within(alike, *room)


def _within(amounts: Sequence[Decimal], low: Decimal, high: Decimal, *, beside: Decimal | None = None) -> bool:
    """Tell whether one of ordered amounts lies between two, both included; one that is `beside` does not count."""
    return bisect_right(amounts, high) - bisect_left(amounts, low) > (beside is not None and low <= beside <= high)


def _sum_or_difference(room: Room, known: Sequence[Decimal]) -> bool:
    return any(
        _within(known, room.low - one, room.high - one, beside=one)
        or _within(known, one + max(room.low, Decimal(0)), one + room.high, beside=one)
        for one in known
    )


def _share(room: Room, known: Sequence[Decimal], share: Decimal) -> bool:
    """Look for an amount of which the share, or what is left, is in the room, or which was there before a change."""
    taken = any(_within(known, room.low / part, room.high / part) for part in (share, 1 - share) if part > 0)
    before = any(_within(known, room.low * part, room.high * part) for part in (1 - share, 1 + share) if part > 0)
    return taken or before


def _ratio(room: Room, known: Sequence[Decimal], *, changed: bool) -> bool:
    """Look for two amounts whose ratio is in the room, or (`changed`) by which share of one the other is another."""
    rooms = [room, *([Room(1 + room.low, 1 + room.high), Room(1 - room.high, 1 - room.low)] if changed else [])]
    return any(
        _within(known, max(low * one, Decimal(0)), high * one, beside=one)
        for one in known
        if one > 0
        for low, high in rooms
    )


def measured(amount: Figure | Money) -> bool:
    """Tell whether an amount is one of money or of a unit of measurement, so that bounds of it may be compared."""
    return isinstance(amount, Money) or amount.unit in METRIC


def _room(said: Figure | Money, about: Decimal) -> Room:
    amount = said.amount
    match said.qualifier:
        case "more than" | "at least":
            return Room(amount, EVERYTHING if measured(said) else amount * BEYOND)
        case "less than" | "at most":
            return Room(-EVERYTHING if measured(said) else amount / BEYOND, amount)
    room = about * abs(amount)
    if said.qualifier == "exactly":
        room = min(room, rounding_tolerance(said))
    return Room(amount - room, amount + room)


def measure(amount: Figure | Money) -> str:
    """Return what an amount is measured in: its currency or unit; percentage points are a difference of per cents."""
    if isinstance(amount, Money):
        return amount.currency
    return "per cent" if amount.unit == "percentage point" else str(amount.unit)
