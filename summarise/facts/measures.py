"""Figures in units of measurement, "30 per cent" or "minus two degrees", and how any figure is built.

Which numbers are figures is decided in `figures`.
"""

import re
from dataclasses import replace

from summarise.data import Figure
from summarise.facts.cardinals import NUMBER, plain, value_of
from summarise.facts.counted_nouns import counted_noun
from summarise.facts.numbers import Number
from summarise.facts.parsed_sentence import ParsedSentence
from summarise.facts.ranges import opening
from summarise.facts.units import UNIT, UNITS

_SIGN = re.compile(r"(?:^|[\s(])(?P<sign>[-−]|minus )\Z", re.I)


def build_figure(
    passage: ParsedSentence,
    number: Number,
    start: int,
    end: int,
    *,
    unit: str | None = None,
    counted_noun: str | None = None,
    value: str | None = None,
    sure: float = 0.95,
) -> Figure:
    """Return the figure of a number whose words lie from `start` to `end`."""
    span = plain(number.amount) + (f"-{plain(number.upper)}" if number.upper is not None else "")
    return Figure(
        **passage.where(start, end),
        value=value or (f"{span} {unit}" if unit else span),
        confidence=sure,
        amount=number.amount,
        upper=number.upper,
        qualifier=number.qualifier,
        unit=unit,
        counted_noun=counted_noun,
    )


def measured(passage: ParsedSentence, number: Number, unit: str, end: int) -> Figure:
    """Return a figure in a unit that ends at `end`, or a range of two such; a percentage may tell of what."""
    number, end = _other_end(passage.text, number, unit, end)
    share = re.match(r" of (?=\w)", passage.text[end:]) if unit == "per cent" else None
    noun = counted_noun(passage.following(end)) if share else None
    return build_figure(passage, number, number.lead, end, unit=unit, counted_noun=noun.noun if noun else None)


def is_unit(unit: re.Match[str], number: Number) -> bool:
    """Tell a unit of one letter from a word or a grade: it stands right behind a digit, and degrees are capitals."""
    word = unit["unit"]
    if len(word) > 1 or not word.isalpha():
        return True
    return unit.start("unit") == number.end and unit.string[number.end - 1].isdigit() and word not in ("c", "f")


def below_zero(passage: ParsedSentence, number: Number) -> Figure | None:
    """Read "-2C" and "minus two degrees", the only amounts with a sign."""
    sign = _SIGN.search(passage.text, 0, number.start)
    unit = UNIT.match(passage.text, number.end)
    if sign is None or unit is None or not is_unit(unit, number):
        return None
    name = UNITS[unit["unit"].casefold()]
    if not name.startswith("degree"):
        return None
    below = replace(number, amount=-number.amount, upper=None, lead=sign.start("sign"))
    return build_figure(passage, below, below.lead, unit.end(), unit=name)


def _other_end(text: str, number: Number, unit: str, end: int) -> tuple[Number, int]:
    """Read on to the other end of a range that tells its unit twice: "between 3 per cent and 8 per cent"."""
    opened = opening(text, number.start) if number.upper is None else None
    link = re.compile(r" (\w+) ").match(text, end) if opened is not None else None
    if opened is None or link is None or link[1] not in opened.links:
        return number, end
    other = NUMBER.match(text, link.end())
    measure = UNIT.match(text, other.end()) if other is not None else None
    if other is None or measure is None or UNITS[measure["unit"].casefold()] != unit:
        return number, end
    upper = value_of(other.group())
    if upper <= number.amount:
        return number, end
    return replace(number, lead=opened.start, upper=upper), measure.end()
