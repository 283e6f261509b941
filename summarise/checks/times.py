"""An article's dates by what a claim may say of them: a claim's date meets only those that it may agree with.

Finds, and does not judge: `dates` compares what is found.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from summarise.data import Date

CALENDAR = re.compile(r"(?P<year>\d{4}|-)(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?")
WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I)
DAYS = tuple(f"{day}day" for day in "mon tues wednes thurs fri satur sun".split())
BY_NAME = frozenset({"quarter", "season"})
"""Families of which the name alone may be told, without the year."""
ANY_YEAR = "*"
Parts = tuple[str, str, str]
"""Year, month and day in digits, each "" or "-" where it is not told."""


class Times:
    """An article's dates, each value once in each form of words."""

    def __init__(self, dates: Iterable[Date]) -> None:
        self._dates = list({(date.value, date.text.casefold()): date for date in dates}.values())
        self._by_key: dict[tuple[str, ...], list[Date]] = defaultdict(list)
        for date in self._dates:
            for key in {*_keys(date)}:
                self._by_key[key].append(date)

    def near(self, said: Date) -> Iterator[Date]:
        """Yield the dates that a claim's may agree with, and maybe some others."""
        yield from self._by_key.get(("value", said.value), ())
        family, text = family_of(said.value), body_of(said.value)
        if family == "calendar":
            parts = CALENDAR.findall(text)
            for year, month, day in parts[:1]:
                years = [year, *([ANY_YEAR] if month else [])]
                yield from chain.from_iterable(self._by_key.get((one, month, day), ()) for one in years)
        elif family == "weekday":
            named = [day for day in DAYS if day in text]
            yield from chain.from_iterable(self._by_key.get(("weekday", day), ()) for day in named[:1])
            if not named:
                yield from self._dates
        yield from self._by_key.get(("core", family, _core(family, text)), ())

    @cached_property
    def with_weekdays(self) -> tuple[Date, ...]:
        """Dates that name weekdays: one for all that name the same."""
        named = {frozenset(weekdays(date)): date for date in self._dates}
        return tuple(date for days, date in named.items() if days)


def _keys(date: Date) -> Iterator[tuple[str, ...]]:
    yield "value", date.value
    family, text = family_of(date.value), body_of(date.value)
    for day in DAYS:
        if day in date.text.casefold():
            yield "weekday", day
    if family != "calendar":
        yield "core", family, _core(family, text)
        return
    for year, month, day in CALENDAR.findall(text):
        # "9 August 2024" bears out 2024, August, August 2024, and 9 August of a year that is not told.
        for one in {year, "-", *([ANY_YEAR] if year == "-" else [])}:
            for shorter in {(month, day), (month, ""), ("", day), ("", "")}:
                yield one, *shorter


def _core(family: str, text: str) -> str:
    core = text.partition("/")[0]
    return core.rpartition("-")[2] if family in BY_NAME else core


def weekdays(date: Date) -> set[str]:
    """Return the weekdays that a date names."""
    return {match.casefold() for match in WEEKDAY.findall(date.text)}


def family_of(value: str) -> str:
    """Return the sort of a time: "calendar" for days, months and years, else what its normal form begins with."""
    prefix = value.partition(":")[0]
    return "calendar" if prefix in ("day", "month", "year") else prefix


def body_of(value: str) -> str:
    """Return what the normal form of a time says after its sort."""
    return value.partition(":")[2]
