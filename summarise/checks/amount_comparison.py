"""How two amounts compare: whether one bears the other out, excludes it, or may be it told in another way.

Pure functions of two figures or amounts of money; where they stand is the business of `quantities`.
"""

import re
from decimal import Decimal

from summarise.checks.derived_amounts import BOUNDS, RATIOS, in_base_unit, in_other_system, rounding_tolerance
from summarise.data import Figure, Money, Qualifier

ABOUT = Decimal("0.1")
"""How far, relatively, an "about" may stray."""
ROUNDED_LEAST, ROUNDED_MOST = Decimal("0.8"), Decimal("1.25")
"""From which to which share of an amount its rounding may lie, however few digits it shows."""
FEW = 20
"""Up to this number, counts of two things are often equal by chance."""
ROUNDING = Decimal("0.02")
"""How far, relatively, a rounded number may lie from the exact one before it is another."""
SURE = 0.65
"""Figures that the extractor is less sure of accuse nobody."""
COUNTED = frozenset({None, "ordinal", "age", "month old", "times", "score", "degree"})
"""Units that are no measurement; a bare degree does not tell of what."""
NEARLY = re.compile(r"(?:nearly|almost|(?:just|a little) (?:under|below|short of)|slightly less|close to)\b", re.I)
BEYOND = re.compile(r"(?:(?:just|a little) (?:over|above)|slightly more)\b", re.I)
DOLLARS = frozenset({"USD", "AUD", "CAD", "NZD", "HKD", "SGD", "TWD"})
BARE_DOLLAR = re.compile(r"(?:^|[^A-Z])\$|(?<!US )(?<!American )\bdollars?\b")
MULTIPLYING = {
    Decimal(2): re.compile(r"\bdoubl(?:ed?|es|ing)\b|\btwofold\b", re.IGNORECASE),
    Decimal(3): re.compile(r"\b(?:tripl|trebl)(?:ed?|es|ing)\b|\bthreefold\b", re.IGNORECASE),
    Decimal(4): re.compile(r"\bquadrupl(?:ed?|es|ing)\b|\bfourfold\b", re.IGNORECASE),
    Decimal("0.5"): re.compile(r"\bhalv(?:ed?|es|ing)\b", re.IGNORECASE),
}
"""Verbs that say how many times as large something became."""
OPPOSED: tuple[tuple[set[Qualifier], set[Qualifier]], ...] = (({"more than", "at least"}, {"less than", "at most"}),)


def opposed(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether one amount is a lower bound and the other an upper one."""
    bounds = {bound(said), bound(fact)}
    return any(bounds & low and bounds & high for low, high in OPPOSED)


def bound(amount: Figure | Money) -> Qualifier:
    """Return the qualifier, with "nearly" and "just over" and their like for the bounds that they are."""
    if NEARLY.match(amount.text):
        return "less than"
    return "more than" if BEYOND.match(amount.text) else amount.qualifier


def compatible(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether one amount may be a rounder or finer telling of the other."""
    if (said.upper is None) != (fact.upper is None) and {said.amount, said.upper} & {fact.amount, fact.upper} - {None}:
        return True  # one end of a range
    near = abs(said.amount - fact.amount) <= ABOUT * abs(fact.amount)
    if near and rounds(said, fact):
        return True
    match fact.qualifier:
        case "about":
            return near
        case "more than" | "at least":
            return near and said.amount >= fact.amount
        case "less than" | "at most":
            return near and said.amount <= fact.amount
    return False


def rounds(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether an amount is the article's, rounded to the digits that are said, or a round number close to it.

    A bound is no rounding, and neither is a range.
    """
    if said.upper is not None or fact.upper is not None or bound(said) in BOUNDS:
        return False
    if not said.amount * ROUNDED_LEAST <= fact.amount <= said.amount * ROUNDED_MOST:
        return False
    apart = abs(said.amount - fact.amount)
    return apart <= rounding_tolerance(said) or (rounded(said) and apart <= ROUNDING * abs(fact.amount))


def recounted(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether a count is one of the article's, rounded and of another noun: "almost 6,000 people", 5,900 staff."""
    if not (isinstance(said, Figure) and isinstance(fact, Figure)) or said.unit or fact.unit or said.amount <= FEW:
        return False
    if not said.amount * ROUNDED_LEAST <= fact.amount <= said.amount * ROUNDED_MOST:
        return False
    said, fact = (one.model_copy(update={"counted_noun": None}) for one in (said, fact))
    return agrees(said, fact) or rounds(said, fact)


def multiplying(said: Figure | Money) -> re.Pattern[str] | None:
    """Return the verbs that say a change by a share, or times: of 100 per cent and of twice "doubled" and its forms."""
    if not isinstance(said, Figure) or said.unit not in RATIOS or said.upper is not None:
        return None
    times = said.amount / RATIOS[said.unit]
    if said.unit == "per cent":
        times = 1 - times if times < 1 else 1 + times
    return MULTIPLYING.get(times)


def converted(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether a measure is one of the article's in units of the other system: "around 10 feet" of 3 metres."""
    if not (isinstance(said, Figure) and isinstance(fact, Figure)) or said.unit is None or fact.upper is not None:
        return False
    amount = in_other_system(fact, said.unit)
    if amount is None:
        return False
    fact = fact.model_copy(update={"unit": said.unit, "amount": amount})
    return agrees(said, fact) or rounds(said, fact)


def same_currency(said: Money, fact: Money) -> bool:
    """Tell whether two amounts may be of one currency: a bare "$" is any country's dollar."""
    if said.currency == fact.currency:
        return True
    bare = any(BARE_DOLLAR.search(amount.text) for amount in (said, fact))
    return bare and {said.currency, fact.currency} <= DOLLARS


def distinct(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether two amounts are certainly not of one thing: of two currencies, or in two units of measurement.

    An age, a count or an ordinal may be told in another way ("34", "34-year-old"), and a currency may be left out.
    """
    if isinstance(said, Money) and isinstance(fact, Money):
        return not same_currency(said, fact)
    if isinstance(said, Figure) and isinstance(fact, Figure):
        if (fact.unit is None and fact.counted_noun) or (said.unit is None and said.counted_noun):
            return bool({said.unit, fact.unit} - COUNTED)
        return said.unit != fact.unit and not {said.unit, fact.unit} & COUNTED
    return False


def rounded(said: Figure | Money) -> bool:
    """Tell whether an amount has at most two digits before its zeros, as rounded ones do."""
    return said.amount >= 100 and len(said.amount.normalize().as_tuple().digits) <= 2


def comparable(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether two quantities measure the same kind of thing, so that different amounts contradict."""
    if isinstance(said, Money) or isinstance(fact, Money):
        return isinstance(said, Money) and isinstance(fact, Money)
    if said.unit not in (None, "ordinal") or fact.unit not in (None, "ordinal"):
        return said.unit == fact.unit
    return said.unit == fact.unit and said.counted_noun is not None and said.counted_noun == fact.counted_noun


def agrees(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether what is said holds if the article's fact does.

    Units and currencies must be equal; a claim's "more than" or "about" leaves room, the article's does not add any.
    """
    if isinstance(said, Money) and isinstance(fact, Money):
        if not same_currency(said, fact):
            return False
    elif isinstance(said, Figure) and isinstance(fact, Figure):
        if said.unit != fact.unit:
            said, fact = in_base_unit(said), in_base_unit(fact)
        if said.unit != fact.unit:
            return False
        if said.unit is None and said.counted_noun and fact.counted_noun and said.counted_noun != fact.counted_noun:
            return said.amount == fact.amount and said.upper == fact.upper and said.amount > FEW
    else:
        return False
    if said.upper is not None:
        return (said.amount, said.upper) == (fact.amount, fact.upper)
    if said.amount == fact.amount and "about" in (said.qualifier, fact.qualifier) and opposed(said, fact):
        return False
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
            return abs(fact.amount - said.amount) <= ABOUT * abs(fact.amount) and _on_its_side(said, fact)
        case _:
            return fact.amount == said.amount


def direction(text: str) -> tuple[bool, bool]:
    """Tell on which sides of an amount another may lie, below and above: of "nearly" below, of "just over" above."""
    return not BEYOND.match(text), not NEARLY.match(text)


def _on_its_side(said: Figure | Money, fact: Figure | Money) -> bool:
    below, above = direction(said.text)
    return (below or fact.amount >= said.amount) and (above or fact.amount <= said.amount)
