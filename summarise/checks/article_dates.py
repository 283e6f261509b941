"""An article's dates, with the day on which it appeared, and with what "last year" and "yesterday" mean on that day.

Does not judge: `dates` compares them with a claim's.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from summarise.data import Date
from summarise.facts.calendar import WEEKDAY_NAMES

CALENDAR = re.compile(r"(?P<year>\d{4}|-)(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?")
WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAY_NAMES)})\b", re.I)
Parts = tuple[str, str, str]
"""Year, month and day in digits, each "" or "-" where it is not told."""


DAY_FORMS = ("%d %B %Y", "%B %d %Y", "%d %b %Y", "%b %d %Y", "%Y-%m-%d")
BESIDE_DAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|(?<=\d)(?:st|nd|rd|th)\b|(?<=\d)T\d.*|[.,]", re.I)
"""What may stand beside a day and its month and does not tell which it is."""
SOME_LEAP_YEAR = 2000
DAYS_AWAY = {"yesterday": -1, "today": 0, "tonight": 0, "overnight": 0, "tomorrow": 1, "last-night": -1, "this-day": 0,
             "the-day-before-yesterday": -2, "the-day-after-tomorrow": 2}  # fmt: skip
AWAY = {"last": -1, "this": 0, "next": 1}


class ArticleDates:
    """An article's dates, each value once in each form of words; `published` is the article's word for its own day."""

    def __init__(self, dates: Iterable[Date], published: str | None = None) -> None:
        self.published = day_of(published or "")
        told = [*dates, *_publication(published or "")]
        meant = [one for fact in told if (one := self.meant(fact)) is not None]
        self.all = tuple({(fact.value, fact.text.casefold()): fact for fact in [*told, *meant]}.values())
        self.weekdays = frozenset(day for fact in self.all for day in weekdays(fact))

    def meant(self, fact: Date) -> Date | None:
        """Return the day, month or year that "last year", "yesterday" or "ten years ago" means, if it is known."""
        value = _resolved(fact.value, self.published) if self.published is not None else None
        return fact.model_copy(update={"value": value}) if value else None


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
