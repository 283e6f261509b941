"""Compute an amount of a claim from the article's amounts: sums, differences, shares, ratios and products."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice, permutations
from typing import NamedTuple

from summarise.data import Figure, Money, Qualifier

METRIC = {
    "millimetre": ("metre", Decimal("0.001")), "centimetre": ("metre", Decimal("0.01")), "metre": ("metre", Decimal(1)),
    "kilometre": ("metre", Decimal(1000)), "milligram": ("gram", Decimal("0.001")), "gram": ("gram", Decimal(1)),
    "kilogram": ("gram", Decimal(1000)), "tonne": ("gram", Decimal(10**6)), "kilowatt": ("watt", Decimal(1000)),
    "megawatt": ("watt", Decimal(10**6)), "gigawatt": ("watt", Decimal(10**9)), "hectolitre": ("litre", Decimal(100)),
    "litre": ("litre", Decimal(1)), "basis point": ("percentage point", Decimal("0.01")),
}  # fmt: skip
Amount = Figure | Money
# The unit and the amount of a fact.
Operand = tuple[str, Decimal]
# The format string of an equation's left side ("{} − {}"), the amounts in it, and the exact result.
Derivation = tuple[str, tuple[Decimal, ...], Decimal]
# Maximum facts that are tried as operands of a computation, and maximum operands of a sum.
MOST_OPERANDS, MOST_ADDED = 40, 6
HUNDRED = Decimal(100)
# Maximum denominator of a share that is shown as a fraction.
MOST_PARTS = 1000
# 100 per cent as an operand: 60 per cent is the remainder of 40 per cent.
WHOLE = ("whole", HUNDRED)
SCALES = (Decimal(10**9), Decimal(10**6))
# "25p" is shown as 25, not 0.25.
IN_PENCE, PENNY = re.compile(r"\d ?(?:p|c|pence|penny|cents?)\Z", re.I), Decimal("0.01")
# Units of figures by which no money is multiplied.
NO_FACTORS = frozenset({"per cent", "times", "age", "month old", "ordinal", "score"})
# Units of a ratio of two amounts, and the number for a ratio of 1: "1 times", "100 per cent".
RATIOS = {"times": Decimal(1), "per cent": HUNDRED}
LOWER: frozenset[Qualifier] = frozenset({"more than", "at least"})
UPPER: frozenset[Qualifier] = frozenset({"less than", "at most"})
BOUNDS = LOWER | UPPER
# Maximum factor between a bound and an amount that supports it: a ratio of 10 does not support "over twice".
MOST_BEYOND = Decimal("1.2")
# Tolerance of a fraction, as a share of it or of its complement: "nine in ten" is 89.5 to 90.5%.
FRACTION_TOLERANCE = Decimal("0.05")
PERCENTAGE = re.compile(r"%|per ?cent|\d ?pc\b", re.I)
DIGITS = re.compile(r"\d[\d,]*(?:\.(?P<decimals>\d+))?")
THOUSANDS = 3


class Interval(NamedTuple):
    """An inclusive range of amounts."""

    low: Decimal
    high: Decimal


def is_fraction(amount: Amount) -> bool:
    """Return whether an amount is written as a fraction ("one in five")."""
    return isinstance(amount, Figure) and amount.unit == "per cent" and not PERCENTAGE.search(amount.text)


def rounding_tolerance(said: Amount) -> Decimal:
    """Return how far the exact amount may be from a rounded one: half a unit of the last digit.

    That is 0.05 billion for "2.3 billion". For a fraction ("nine in ten"), it is 5% of the fraction or of its
    complement, whichever is less.
    """
    if is_fraction(said):
        return min(said.amount, abs(HUNDRED - said.amount)) * FRACTION_TOLERANCE
    written = DIGITS.search(said.text)
    if written and said.amount and (shown := Decimal(written.group().replace(",", ""))):
        return abs(said.amount / shown).scaleb(-len(written["decimals"] or "")) / 2
    exponent = int(said.amount.normalize().as_tuple().exponent)
    return Decimal(10) ** (exponent if exponent < 0 else exponent // THOUSANDS * THOUSANDS) / 2


def computation(said: Amount, facts: Iterable[Amount], *, about: Decimal) -> str | None:
    """Return an equation that computes an amount from facts ("6.2 − 2.5 = 3.7"), or None.

    The operands are pairs of the first `MOST_OPERANDS` facts and 100 per cent; the result is a sum, difference, share,
    amount before a change, ratio, relative change, or money multiplied or divided by a count. Last, 3 to `MOST_ADDED`
    facts with the unit of `said` are added up. An exact result is preferred. `about`: the relative tolerance.
    """
    operands = [_operand(said, fact) for fact in islice(facts, MOST_OPERANDS) if fact.upper is None]
    low, high = accepted(said, about)
    added = [amount for unit, amount in operands if unit == measure(said)]
    pairs = list(permutations([*operands, WHOLE], 2))
    derivations = [
        pair
        for derive in (_sums, _shares, _ratios, _products)
        for first, second in pairs
        for pair in derive(said, first, second)
    ]
    if 2 < len(added) <= MOST_ADDED:
        derivations.append((" + ".join(["{}"] * len(added)), tuple(added), Decimal(sum(added))))
    found = [derivation for derivation in derivations if low <= derivation[-1] <= high]
    # The first exact result, or the first.
    return equation(*min(found, key=lambda derivation: derivation[-1] != said.amount), said) if found else None


def _operand(said: Amount, fact: Amount) -> Operand:
    """Return the unit and amount of a fact, converted to the unit of `said` if possible."""
    (base, factor), (said_base, said_factor) = (
        METRIC.get(unit, (unit, Decimal(1))) for unit in (measure(fact), measure(said))
    )
    return (measure(said), fact.amount * factor / said_factor) if base == said_base else (measure(fact), fact.amount)


def _sums(said: Amount, first: Operand, second: Operand) -> Iterator[Derivation]:
    (unit, amount), (other_unit, less) = first, second
    if other_unit != measure(said) or amount < less:
        return
    sign = "%" if other_unit == "per cent" else ""
    if unit == other_unit:
        yield f"{{}}{sign} + {{}}{sign}", (amount, less), amount + less
    if unit == other_unit or (first is WHOLE and sign):
        yield f"{{}}{sign} − {{}}{sign}", (amount, less), amount - less


def _shares(said: Amount, first: Operand, second: Operand) -> Iterator[Derivation]:
    (unit, amount), (other_unit, per_cent) = first, second
    if unit == measure(said) and unit != other_unit == "per cent":
        part, share = per_cent / HUNDRED, _share(per_cent)
        yield f"{share} of {{}}", (amount,), amount * part
        rest = f"{{}} − {share}" if share.endswith("%") else f"{_share(HUNDRED - per_cent)} of {{}}"
        yield rest, (amount,), amount * (1 - part)
        for sign, divisor in (("+", 1 + part), ("−", 1 - part)):
            if divisor > 0:
                yield f"{{}} / (1 {sign} {share})", (amount,), amount / divisor


def _ratios(said: Amount, first: Operand, second: Operand) -> Iterator[Derivation]:
    (unit, amount), (other_unit, whole) = first, second
    if unit != other_unit or amount < 0 or whole <= 0 or not isinstance(said, Figure):
        return
    if said.unit == "times":
        yield "{} / {}", (amount, whole), amount / whole
    elif said.unit == "per cent":
        yield "{} of {}", (amount, whole), HUNDRED * amount / whole
        change = "({0} − {1}) / {1}" if amount > whole else "({1} − {0}) / {1}"
        yield change, (amount, whole), HUNDRED * abs(amount - whole) / whole


def _products(said: Amount, first: Operand, second: Operand) -> Iterator[Derivation]:
    (unit, amount), (other_unit, count) = first, second
    if isinstance(said, Money) and unit == measure(said) and count > 1 and other_unit not in NO_FACTORS | {unit}:
        yield "{} × {}", (amount, count), amount * count
        yield "{} / {}", (amount, count), amount / count


def equation(form: str, operands: Sequence[Decimal], exact: Decimal, said: Amount) -> str:
    """Format a computation: "6.2 − 2.5 = 3.7", in the scale of its operands."""
    result = said.amount if said.qualifier == "exactly" else exact
    amounts = (*operands, result) if isinstance(said, Money) else operands
    scale = next((step for step in SCALES if all(abs(amount) >= step for amount in amounts)), Decimal(1))
    scale = PENNY if isinstance(said, Money) and IN_PENCE.search(said.text) else scale
    equation = form.format(*(_digits(operand / scale) for operand in operands))
    sign = "=" if exact == result and exact == round(exact, 3) else "≈"
    if measure(said) == "per cent":
        share = said.value if "/" in said.value and result == said.amount else f"{_digits(result)}%"
        return f"{equation} {sign} {share}"
    return f"{equation} {sign} {_digits(result if measure(said) == 'times' else result / scale)}"


def _share(per_cent: Decimal) -> str:
    """Format a share: "12.5%", or "1/3" if it has no exact decimal form."""
    if per_cent == round(per_cent, 3):
        return f"{_digits(per_cent)}%"
    return str(Fraction(per_cent / HUNDRED).limit_denominator(MOST_PARTS))


def _digits(amount: Decimal) -> str:
    return f"{amount:,.3f}".rstrip("0").rstrip(".")


def accepted(said: Amount, about: Decimal) -> Interval:
    """Return the results that `said` may be a form of: within `about`, or its bound or rounding."""
    amount = said.amount
    if said.qualifier in LOWER:
        return Interval(amount, amount * MOST_BEYOND)
    if said.qualifier in UPPER:
        return Interval(amount / MOST_BEYOND, amount)
    tolerance = about * abs(amount)
    if said.qualifier == "exactly":
        tolerance = min(tolerance, rounding_tolerance(said))
    return Interval(amount - tolerance, amount + tolerance)


def measure(amount: Amount) -> str:
    """Return the currency or unit of an amount; percentage points count as per cent."""
    if isinstance(amount, Money):
        return amount.currency
    return "per cent" if amount.unit == "percentage point" else str(amount.unit)
