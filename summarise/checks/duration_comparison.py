"""How two durations compare: in one unit, with the room that their words leave.

Pure functions of two dates whose family is "duration"; "ago" and "next" are the business of `dates`.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from summarise.checks.amount_comparison import ABOUT, direction
from summarise.data import Date

ISO = re.compile(r"P(?=T?\d)(?P<days>(?:\d++(?:\.\d++)?[YMWD])*+)(?:T(?P<hours>(?:\d++(?:\.\d++)?[HMS])++))?")
PART = re.compile(r"(?<![\d.])(\d++(?:\.\d++)?)([A-Z])")
DAY = Decimal(86400)
SECONDS = {
    "Y": 365 * DAY, "M": Decimal("30.4") * DAY, "W": 7 * DAY, "D": DAY, "TH": Decimal(3600), "TM": Decimal(60),
    "TS": Decimal(1),
}  # fmt: skip
"""The length of each unit; those of months and years are means, so lengths in them compare with the room of `ABOUT`."""
MONTHS_DIFFER = Decimal("0.05")
"""The share by which months may differ from their mean of 30.4 days: two months are 59 to 62 days."""
ENDLESS = Decimal("Infinity")


class Stretch(NamedTuple):
    """A length in seconds, or a range of lengths."""

    low: Decimal
    high: Decimal


def bears_out(said: Date, fact: Date) -> bool:
    """Tell whether a duration holds if the article's does: "under 10 seconds" if it took 9.58."""
    theirs, room = lengths(fact), room_of(said)
    if theirs is None or room is None:
        return said.value == fact.value
    if min(_months(said), _months(fact)) == 0:
        loose = MONTHS_DIFFER * max(_months(said), _months(fact))
        room = Stretch(room.low - loose, room.high + loose)
    strict = said.qualifier if said.qualifier in ("more than", "less than") else None
    if strict and theirs == lengths(said):
        return fact.qualifier == strict
    return room.low <= theirs.low and theirs.high <= room.high


def lengths(date: Date) -> Stretch | None:
    """Return the seconds that a duration lasts, from and to; None if its normal form tells none."""
    found = [sum((number * unit for number, unit in parts), Decimal(0)) for parts in _durations(date.value)]
    return Stretch(found[0], found[-1]) if found else None


def room_of(said: Date) -> Stretch | None:
    """Return which lengths bear a duration out; without a qualifier it may be rounded to its last unit, by a tenth."""
    told, ends = lengths(said), _durations(said.value)
    if told is None:
        return None
    match said.qualifier:
        case "more than" | "at least":
            return Stretch(told.low, ENDLESS)
        case "less than" | "at most":
            return Stretch(Decimal(0), told.high)
        case "about":
            below, above = direction(said.text)
            return Stretch(told.low * (1 - ABOUT * below), told.high * (1 + ABOUT * above))
    half = min(unit for _, unit in ends[0]) / 2
    room = min(half, ABOUT * told.low) if len(ends) == 1 else Decimal(0)
    return Stretch(told.low - room, told.high + room)


def _months(date: Date) -> Decimal:
    """Return the seconds of a duration that are told in months and years."""
    parts = (part for one in _durations(date.value) for part in one)
    return sum((number * unit for number, unit in parts if unit in (SECONDS["Y"], SECONDS["M"])), Decimal(0))


def _durations(value: str) -> list[list[tuple[Decimal, Decimal]]]:
    """Return of each duration in a normal form, of which a range has two, its parts: how many, and of what length."""
    found = (
        [
            (Decimal(number), SECONDS[time + unit])
            for time, group in (("", "days"), ("T", "hours"))
            for number, unit in PART.findall(one[group] or "")
        ]
        for one in ISO.finditer(value)
    )
    return [parts for parts in found if parts]
