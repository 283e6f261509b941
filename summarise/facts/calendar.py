"""Calendar words, and normal forms of dates, times and durations."""

from decimal import Decimal
from fractions import Fraction

from summarise.facts.numbers import plain

MONTH_NAMES = tuple("january february march april may june july august september october november december".split())
WEEKDAY_NAMES = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
MONTHS = {name[:cut]: number for number, name in enumerate(MONTH_NAMES, start=1) for cut in (3, None)} | {"sept": 9}
WEEKDAYS = {name[:cut]: name for name in WEEKDAY_NAMES for cut in (3, None)} | {
    "tues": "tuesday", "thur": "thursday", "thurs": "thursday",
}  # fmt: skip
SEASONS = {"spring": "spring", "summer": "summer", "autumn": "autumn", "fall": "autumn", "winter": "winter"}

# Units in months or in seconds: the two have no common measure.
_IN_MONTHS = {"month": 1, "year": 12, "decade": 120, "century": 1200}
_IN_SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "night": 86400, "week": 604800, "fortnight": 1209600,
    "sec": 1, "min": 60, "hr": 3600,
}  # fmt: skip
_MONTH = Fraction(304, 10) * 86400
UNITS = "|".join([*_IN_MONTHS, *_IN_SECONDS])


def day(month: int, day_of_month: int, year: int | None = None) -> str | None:
    """Return "2026-03-14" or "--03-14"; None if the day does not exist."""
    longest = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    if not (1 <= month <= 12 and 1 <= day_of_month <= longest):
        return None
    return f"{f'{year:04d}' if year else '-'}-{month:02d}-{day_of_month:02d}"


def month_of(month: int, year: int | None = None) -> str:
    """Return "2026-03" or "--03"."""
    return f"{year:04d}-{month:02d}" if year else f"--{month:02d}"


def duration(*parts: tuple[Decimal, str]) -> str | None:
    """Return a normalised ISO 8601 duration, or None if it is not positive.

    Years are P2Y, other months P18M, weeks P3W, other days P10D, shorter times PT2H, PT90M or PT11S. Months have no
    fixed number of days: P2M3D.
    """
    units = [(Fraction(number), _singular(unit)) for number, unit in parts]
    months = sum((number * _IN_MONTHS.get(unit, 0) for number, unit in units), Fraction(0))
    seconds = sum((number * _IN_SECONDS.get(unit, 0) for number, unit in units), Fraction(0))
    if months < 0 or seconds < 0 or months == seconds == 0:
        return None
    return f"P{_of_months(months)}{_of_seconds(seconds, weeks=not months)}"


def less_than_one(amount: Decimal, unit: str, other: str) -> bool:
    """Return whether `amount` of `unit` is less than one `other`."""
    return Fraction(amount) * _seconds(unit) < _seconds(other)


def _seconds(unit: str) -> Fraction:
    name = _singular(unit)
    return Fraction(_IN_SECONDS[name]) if name in _IN_SECONDS else _IN_MONTHS[name] * _MONTH


def _of_months(months: Fraction) -> str:
    if not months:
        return ""
    return f"{_number(months / 12)}Y" if (months / 12).denominator == 1 else f"{_number(months)}M"


def _of_seconds(seconds: Fraction, *, weeks: bool) -> str:
    if not seconds:
        return ""
    for letter, length in (("W", 604800), ("D", 86400)):
        if (seconds / length).denominator == 1 and (weeks or letter == "D"):
            return f"{seconds // length}{letter}"
    for letter, length in (("H", 3600), ("M", 60)):
        if (seconds / length).denominator == 1:
            return f"T{seconds // length}{letter}"
    return f"T{_number(seconds)}S"


def _singular(unit: str) -> str:
    unit = unit.casefold()
    if unit in ("centurie", "centuries"):
        return "century"
    return unit[:-1] if unit.endswith("s") and unit[:-1] in _IN_MONTHS | _IN_SECONDS else unit


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return plain(round(Decimal(value.numerator) / Decimal(value.denominator), 3))


def clock(hour: int, minute: int, half: str | None) -> str | None:
    """Return "16:40", or None if no clock shows that time; `half` is "a", "p" or None."""
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02d}:{minute:02d}" if 0 <= hour < 24 and 0 <= minute < 60 else None
