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
SCALES = (Decimal(10**9), Decimal(10**6))
RATIOS = {"times": Decimal(1), "per cent": HUNDRED}
"""Units that tell how two amounts compare, and what one of them is in that unit."""
BOUNDS = frozenset({"more than", "at least", "less than", "at most"})
BEYOND = Decimal("1.2")
"""How far, relatively, a result may lie on its side of a bound: nobody says "over twice" of ten times."""
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


def computation(said: Figure | Money, facts: Iterable[Figure | Money], *, about: Decimal) -> str | None:
    """Return how an amount follows from two of the facts, or from one and 100 per cent; None if it does not.

    As a sum or difference in its unit, the rest of 100 per cent, a share of an amount or what is left of it, an amount
    before it rose or fell by a share, the ratio of two amounts of one unit, or the change from one to the other. The
    result may be rounded to the digits that are said; `about` is how far, relatively, it may stray at most, and if the
    amount is qualified.

    Of £3.7 million and the facts £6.2 million and £2.5 million it returns "6.2 − 2.5 = 3.7".
    """
    known: dict[str, list[Decimal]] = defaultdict(list)
    for fact in facts:
        if fact.upper is None:
            insort(known[measure(fact)], fact.amount)
    room, alike = _room(said, about), known[measure(said)]
    per_cent = isinstance(said, Figure) and said.unit in ("per cent", "percentage point")
    unit = "%" if per_cent else ""
    if (found := _sum_or_difference(room, alike)) is not None:
        one, sign, other = found
        exact = one + other if sign == "+" else one - other
        return _equation(f"{{}}{unit} {sign} {{}}{unit}", (one, other), exact, said)
    if per_cent:
        rest = _within(alike, HUNDRED - room.high, HUNDRED - room.low)
        if rest is not None:
            return _equation("{}% − {}%", (HUNDRED, rest), HUNDRED - rest, said)
    for share in [] if per_cent else known["per cent"]:
        if (part := _share(room, alike, share)) is not None:
            form, amount, exact = part
            return _equation(form.replace("S", _digits(share)), (amount,), exact, said)
    if isinstance(said, Figure) and said.unit in RATIOS:
        low, high = room.low / RATIOS[said.unit], room.high / RATIOS[said.unit]
        for amounts in known.values():
            if (ratio := _ratio(Room(low, high), amounts, changed=said.unit == "per cent")) is not None:
                form, one, other, exact = ratio
                form = form if said.unit == "per cent" else "{} / {}"
                return _equation(form, (one, other), exact * RATIOS[said.unit], said)
    return None


def _equation(form: str, operands: Sequence[Decimal], exact: Decimal, said: Figure | Money) -> str:
    """Write a computation as a reader does: "6.2 − 2.5 = 3.7", in millions if all are; "≈" for a rounded result."""
    percent = isinstance(said, Figure) and said.unit in ("per cent", "percentage point")
    result = said.amount if said.qualifier == "exactly" else exact
    amounts = (*operands, result) if isinstance(said, Money) else operands
    scale = next((step for step in SCALES if all(abs(amount) >= step for amount in amounts)), Decimal(1))
    equation = form.format(*(_digits(one / scale) for one in operands))
    sign = "=" if exact == result and exact == round(exact, 3) else "≈"
    if percent:
        share = said.value if "/" in said.value and result == said.amount else f"{_digits(result)}%"
        return f"{equation} {sign} {share}"
    ratio = isinstance(said, Figure) and said.unit in RATIOS
    return f"{equation} {sign} {_digits(result if ratio else result / scale)}"


def _digits(amount: Decimal) -> str:
    digits = f"{amount:,.3f}"
    return digits.rstrip("0").rstrip(".")


def _within(
    amounts: Sequence[Decimal], low: Decimal, high: Decimal, *, beside: Decimal | None = None
) -> Decimal | None:
    """Return the first of ordered amounts between two, both included; `beside` is left out once."""
    start, end = bisect_left(amounts, low), bisect_right(amounts, high)
    inside = amounts[start : min(end, start + 2)]
    if beside is not None and low <= beside <= high:
        inside = [*inside[: inside.index(beside)], *inside[inside.index(beside) + 1 :]] if beside in inside else inside
    return inside[0] if inside else None


def _sum_or_difference(room: Room, known: Sequence[Decimal]) -> tuple[Decimal, str, Decimal] | None:
    for one in known:
        if (other := _within(known, room.low - one, room.high - one, beside=one)) is not None:
            return max(one, other), "+", min(one, other)
        if (other := _within(known, one + max(room.low, Decimal(0)), one + room.high, beside=one)) is not None:
            return other, "−", one
    return None


def _share(room: Room, known: Sequence[Decimal], share: Decimal) -> tuple[str, Decimal, Decimal] | None:
    """Look for an amount of which the share, or the rest, is in the room, or which it was before a change.

    Returns the form of the computation, with "S" for the share, the amount, and the exact result.
    """
    part = share / HUNDRED
    ways = [("S% of {}", part), ("{} − S%", 1 - part), ("{} / (1 + S%)", 1 / (1 + part))]
    if part < 1:
        ways.append(("{} / (1 − S%)", 1 / (1 - part)))
    for form, times in ways:
        if times > 0 and (amount := _within(known, room.low / times, room.high / times)) is not None:
            return form, amount, amount * times
    return None


def _ratio(room: Room, known: Sequence[Decimal], *, changed: bool) -> tuple[str, Decimal, Decimal, Decimal] | None:
    """Look for two amounts whose ratio is in the room, or (`changed`) by which share of one the other is another.

    Returns the form of the computation, both amounts, and the exact result.
    """
    forms = [("{} of {}", room, 0)]
    if changed:
        forms.append(("({0} − {1}) / {1}", Room(1 + room.low, 1 + room.high), 1))
        forms.append(("({1} − {0}) / {1}", Room(1 - room.high, 1 - room.low), 1))
    for one in (amount for amount in known if amount > 0):
        for form, (low, high), less in forms:
            if (other := _within(known, max(low * one, Decimal(0)), high * one, beside=one)) is not None:
                return form, other, one, abs(other / one - less)
    return None


def _room(said: Figure | Money, about: Decimal) -> Room:
    amount = said.amount
    match said.qualifier:
        case "more than" | "at least":
            return Room(amount, amount * BEYOND)
        case "less than" | "at most":
            return Room(amount / BEYOND, amount)
    room = about * abs(amount)
    if said.qualifier == "exactly":
        room = min(room, rounding_tolerance(said))
    return Room(amount - room, amount + room)


def measure(amount: Figure | Money) -> str:
    """Return what an amount is measured in: its currency or unit; percentage points are a difference of per cents."""
    if isinstance(amount, Money):
        return amount.currency
    return "per cent" if amount.unit == "percentage point" else str(amount.unit)
