"""An article's dates by what a claim may say of them: a claim's date meets only those that it may agree with.

The day on which the article appeared is one of them, and so is what "last year" and "yesterday" mean on that day.
Finds, and does not judge: `dates` compares what is found.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
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


DAY_FORMS = ("%d %B %Y", "%B %d %Y", "%d %b %Y", "%b %d %Y", "%Y-%m-%d")
BESIDE_DAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|(?<=\d)(?:st|nd|rd|th)\b|(?<=\d)T\d.*|[.,]", re.I)
"""What may stand beside a day and its month and does not tell which it is."""
SOME_LEAP_YEAR = 2000
DAYS_AWAY = {"yesterday": -1, "today": 0, "tonight": 0, "overnight": 0, "tomorrow": 1, "last-night": -1, "this-day": 0,
             "the-day-before-yesterday": -2, "the-day-after-tomorrow": 2}  # fmt: skip
AWAY = {"last": -1, "this": 0, "next": 1}


class DateIndex:
    """An article's dates, each value once in each form of words; `published` is the article's word for its own day."""

    def __init__(self, dates: Iterable[Date], published: str | None = None) -> None:
        self.published = day_of(published or "")
        told = [*dates, *_publication(published or "")]
        meant = [one for fact in told if (one := self.meant(fact)) is not None]
        self._dates = list({(fact.value, fact.text.casefold()): fact for fact in [*told, *meant]}.values())
        self._by_key: dict[tuple[str, ...], list[Date]] = defaultdict(list)
        for fact in self._dates:
            for key in {*_keys(fact)}:
                self._by_key[key].append(fact)

    def meant(self, fact: Date) -> Date | None:
        """Return the day, month or year that "last year", "yesterday" or "ten years ago" means, if it is known."""
        value = _resolved(fact.value, self.published) if self.published is not None else None
        return fact.model_copy(update={"value": value}) if value else None

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
        elif family == "duration":
            yield from self._by_key.get(("family", family), ())
        elif family == "decade":
            decade = range(int(text[:4]), int(text[:4]) + 10)
            yield from chain.from_iterable(self._by_key.get((str(year), "", ""), ()) for year in decade)
        yield from self._by_key.get(("core", family, _core(family, text)), ())

    @cached_property
    def with_weekdays(self) -> tuple[Date, ...]:
        """Dates that name weekdays: one for all that name the same."""
        named = {frozenset(weekdays(fact)): fact for fact in self._dates}
        return tuple(fact for days, fact in named.items() if days)


def _keys(fact: Date) -> Iterator[tuple[str, ...]]:
    yield "value", fact.value
    family, text = family_of(fact.value), body_of(fact.value)
    for day in DAYS:
        if day in fact.text.casefold():
            yield "weekday", day
    if family != "calendar":
        yield "core", family, _core(family, text)
        yield "family", family
        if (year := year_of(fact.value)) is not None:
            yield year, "", ""
        return
    for year, month, day in CALENDAR.findall(text):
        # "9 August 2024" bears out 2024, August, August 2024, and 9 August of a year that is not told.
        for one in {year, "-", *([ANY_YEAR] if year == "-" else [])}:
            for shorter in {(month, day), (month, ""), ("", day), ("", "")}:
                yield one, *shorter


def _core(family: str, text: str) -> str:
    core = text.partition("/")[0]
    return core.rpartition("-")[2] if family in BY_NAME else core


def weekdays(fact: Date) -> set[str]:
    """Return the weekdays that a date names."""
    return {match.casefold() for match in WEEKDAY.findall(fact.text)}


def family_of(value: str) -> str:
    """Return the sort of a time: "calendar" for days, months and years, else what its normal form begins with."""
    prefix = value.partition(":")[0]
    return "calendar" if prefix in ("day", "month", "year") else prefix


def body_of(value: str) -> str:
    """Return what the normal form of a time says after its sort."""
    return value.partition(":")[2]


def year_of(value: str) -> str | None:
    """Return the year of a season or quarter, if it is told."""
    told = re.match(r"(?:season|quarter):(\d{4})-", value)
    return told[1] if told else None


def day_of(text: str) -> date | None:
    """Return the day that an article's own words for its date name, if they do, and with its year."""
    words = " ".join(BESIDE_DAY.sub(" ", text.strip()).split())
    for form in DAY_FORMS:
        try:
            return datetime.strptime(words, form).date()  # a day has no zone
        except ValueError:
            continue
    return None


def _publication(text: str) -> Iterator[Date]:
    """Yield the day on which an article appeared as one of its dates, without a year where it tells none."""
    if (day := day_of(text)) is not None:
        value = f"day:{day:%Y-%m-%d}"
    elif (day := day_of(f"{text} {SOME_LEAP_YEAR}")) is not None:
        value = f"day:--{day:%m-%d}"
    else:
        return
    yield Date(start=0, end=len(text), text=text, sentence=0, value=value)


def _resolved(value: str, published: date) -> str | None:
    """Return the calendar value that a relative one means on a day; None for weeks and what else has no such value."""
    family, text = family_of(value), body_of(value)
    core, _, manner = text.partition("/")
    if family == "relative" and core in DAYS_AWAY:
        return f"day:{published + timedelta(days=DAYS_AWAY[core])}"
    which, _, unit = core.rpartition("-")
    years = re.fullmatch(r"P(\d{1,3})Y/ago", text)
    if family == "duration" and years:
        return f"year:{published.year - int(years[1]):04d}"
    if family != "relative" or which not in AWAY:
        return None
    ending = f"/{manner}" if manner in ("early", "mid", "late") else ""
    if unit == "year":
        return f"year:{published.year + AWAY[which]:04d}{ending}"
    if unit == "month":
        months = published.year * 12 + published.month - 1 + AWAY[which]
        return f"month:{months // 12:04d}-{months % 12 + 1:02d}{ending}"
    return None
