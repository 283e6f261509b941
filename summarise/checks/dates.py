"""Check the dates, weekdays, times and durations in a claim."""

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from summarise.checks.amounts import ABOUT_TOLERANCE, direction
from summarise.checks.arithmetic import Interval
from summarise.checks.source_index import NEAR, SAME, Case
from summarise.checks.words import content_stems
from summarise.data import Date, Facts, Finding
from summarise.facts.dates import SEASONS
from summarise.facts.lexicon import MONTH_NAMES, WEEKDAY_NAMES

CALENDAR = re.compile(r"(?P<year>\d{4}|-)(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?")
WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAY_NAMES)})\b", re.I)
# Year, month and day as digits, "" or "-" if missing.
Parts = tuple[str, str, str]
DAY_FORMS = ("%d %B %Y", "%B %d %Y", "%d %b %Y", "%b %d %Y", "%Y-%m-%d")
# Parts of a written date to remove before it is parsed: weekday, ordinal suffix, time of day, punctuation.
NOT_OF_DAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|(?<=\d)(?:st|nd|rd|th)\b|(?<=\d)T\d.*|[.,]", re.I)
LEAP_YEAR = 2000
DAYS_AWAY = {"yesterday": -1, "today": 0, "tonight": 0, "overnight": 0, "tomorrow": 1, "last-night": -1, "this-day": 0,
             "the-day-before-yesterday": -2, "the-day-after-tomorrow": 2}  # fmt: skip
AWAY = {"last": -1, "this": 0, "next": 1}


class ArticleDates:
    """The dates in an article, and its publication date."""

    def __init__(self, facts: Facts) -> None:
        self.in_text = tuple(fact for fact in facts.facts if isinstance(fact, Date))
        text = facts.article.date or ""
        self.published = day_of(text)
        dated = [*self.in_text, *_ends_of_years(self.in_text, facts.article.text, self.published)]
        stated = list(dated)
        self.origin: Date | None = None
        if day := self.published or day_of(f"{text} {LEAP_YEAR}"):
            value = f"day:{day:%Y-%m-%d}" if self.published else f"day:--{day:%m-%d}"
            self.origin = Date(start=0, end=len(text), text=text, sentence=0, value=value)
            stated.append(self.origin)
        resolved = filter(None, map(self.resolve, stated))
        self.all = tuple({(fact.value, fact.text.casefold()): fact for fact in [*stated, *resolved]}.values())
        self.counted = (*_counted_years(dated), *_months_of_periods(self.in_text, facts.article.text))
        self.weekdays = frozenset(day for fact in self.all for day in weekdays(fact))

    def resolve(self, fact: Date) -> Date | None:
        """Return the calendar date of a relative date ("last year"). None for other dates or if `published` is None."""
        family, body = family_of(fact.value), body_of(fact.value)
        core, _, manner = body.partition("/")
        which, _, unit = core.rpartition("-")
        if self.published is None:
            return None
        if family == "relative" and core in DAYS_AWAY:
            value = f"day:{self.published + timedelta(days=DAYS_AWAY[core])}"
        elif family == "duration" and (years := re.fullmatch(r"P(\d{1,3})Y/ago", body)):
            value = f"year:{self.published.year - int(years[1]):04d}"
        elif family == "relative" and which in AWAY and unit in ("year", "month"):
            months = self.published.year * 12 + self.published.month - 1 + AWAY[which] * (12 if unit == "year" else 1)
            month = f"-{months % 12 + 1:02d}" if unit == "month" else ""
            value = f"{unit}:{months // 12:04d}{month}{f'/{manner}' if manner in PARTS else ''}"
        else:
            return None
        return fact.model_copy(update={"value": value})

    def names_weekday_of(self, said: Date) -> bool:
        """Return whether a date is within a week of publication and the article names its weekday."""
        parts = CALENDAR.fullmatch(body_of(said.value)) if said.value.startswith("day:") else None
        if self.published is None or parts is None:
            return False
        years = [parts["year"]] if parts["year"] != "-" else [f"{self.published.year + by:04d}" for by in (-1, 0, 1)]
        for year in years:
            try:
                day = date.fromisoformat(f"{year}-{parts['month']}-{parts['day']}")
            except ValueError:
                continue
            if abs((day - self.published).days) < WEEK and f"{day:%A}".casefold() in self.weekdays:
                return True
        return False


def weekdays(fact: Date) -> set[str]:
    """Return the names of weekdays in a date's text, case-folded."""
    return {match.casefold() for match in WEEKDAY.findall(fact.text)}


def family_of(value: str) -> str:
    """Return "calendar" for a day, month or year, else the prefix of the value ("duration")."""
    prefix = value.partition(":")[0]
    return "calendar" if prefix in ("day", "month", "year") else prefix


def body_of(value: str) -> str:
    """Return a date's value without its prefix ("P2Y/ago" for "duration:P2Y/ago")."""
    return value.partition(":")[2]


def _core(value: str) -> str:
    return body_of(value).partition("/")[0]


def day_of(text: str) -> date | None:
    """Parse a complete date with a year; return None for other texts."""
    words = " ".join(NOT_OF_DAY.sub(" ", text.strip()).split())
    for form in DAY_FORMS:
        try:
            return datetime.strptime(words, form).date()  # a day has no zone
        except ValueError:
            continue
    return None


def _counted_years(dates: Sequence[Date]) -> Iterator[Date]:
    """Yield years that the article states relative to another year: 2023 for "in 2024, from 300 a year earlier"."""
    # For each sentence, the first and last years of its dates: the year after 2010-2012 is 2013.
    years: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for fact in dates:
        if YEARLY.match(fact.value):
            found = [int(year) for year in YEAR.findall(fact.value)]
            years[fact.sentence].add((found[0], found[-1]))
    counted: set[tuple[int, int]] = set()
    for fact in dates:
        number = COUNTED_YEARS.fullmatch(fact.value)
        if PREVIOUS_YEAR.fullmatch(fact.text):
            counted.add((fact.sentence, -1))
        elif number is not None:
            counted.add((fact.sentence, int(number["years"]) * (1 if number["later"] else -1)))
    for sentence, away in counted:
        for first, last in years[sentence] or years[sentence - 1]:
            year = away + (last if away > 0 else first)
            if date.min.year <= year <= date.max.year:
                text = f"{year:04d}"
                yield Date(start=0, end=len(text), text=text, sentence=sentence, value=f"year:{text}")


def _ends_of_years(dates: Sequence[Date], text: str, published: date | None) -> Iterator[Date]:
    """Yield the ends of years that had ended by publication: 31 December 2024 for "the year to 31 December"."""
    for fact in dates if published else ():
        end = CALENDAR.fullmatch(_core(fact.value))
        if published and end and end["year"] == "-" and YEAR_TO.search(text, 0, fact.start):
            ended = (end["month"], end["day"] or "01") <= (f"{published:%m}", f"{published:%d}")
            year = published.year - (not ended)
            yield fact.model_copy(update={"value": fact.value.replace(":-", f":{year:04d}", 1)})


def _months_of_periods(dates: Sequence[Date], text: str) -> Iterator[Date]:
    """Yield the months of periods that end on a date: April, May and June for "the three months to 30 June"."""
    for period, last in pairwise(dates):
        count, end = PERIOD.fullmatch(period.value), CALENDAR.fullmatch(_core(last.value))
        if count is None or end is None or not end["month"] or not TO.fullmatch(text, period.end, last.start):
            continue
        for back in range(int(count[1])):
            years, month = divmod(int(end["month"]) - 1 - back, 12)
            year = "-" if end["year"] == "-" else f"{int(end['year']) + years:04d}"
            yield last.model_copy(update={"value": f"month:{year}-{month + 1:02d}"})


# Dates with a year, the years in them, and periods that are counted from the year of another date.
YEARLY = re.compile(r"(?:year|month|day|quarter|season):\d{4}")
YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
COUNTED_YEARS = re.compile(r"duration:P(?P<years>\d{1,3})Y/(?:earlier|before|(?P<later>later|after))")
# A period of up to a year, and the words before its end.
PERIOD = re.compile(r"duration:P(\d|1[0-2])M")
TO = re.compile(r"\s(?:to|until|up to|ended|ending|ended on|ending on)\s", re.I)
YEAR_TO = re.compile(rf"\b(?:year|12 months|twelve months){TO.pattern}$", re.I)
# Years that are counted from the publication date.
RELATIVE_YEAR = re.compile(
    rf"relative:(?:last|this|next)-(?:year|{'|'.join(MONTH_NAMES)}|{'|'.join(set(SEASONS.values()))})"
    r"|duration:P\d{1,3}Y/ago"
)
PREVIOUS_YEAR = re.compile(r"(?:the )?(?:previous|preceding|prior) year|the year before", re.IGNORECASE)
ISO = re.compile(r"P(?=T?\d)(?:\d++(?:\.\d++)?[YMWD])*+(?:T(?:\d++(?:\.\d++)?[HMS])++)?")
PART = re.compile(r"(?<![\d.])(\d++(?:\.\d++)?)([A-Z])")
DAY = Decimal(86400)
# Seconds in each unit of ISO 8601, with "T" before units of time.
SECONDS = {
    "Y": 365 * DAY, "M": Decimal("30.4") * DAY, "W": 7 * DAY, "D": DAY, "TH": Decimal(3600), "TM": Decimal(60),
    "TS": Decimal(1),
}  # fmt: skip
# Relative tolerance for the lengths of months: two months are 59 to 62 days.
MONTHS_DIFFER = Decimal("0.05")
UNLIMITED = Decimal("Infinity")


def supported_by(said: Date, fact: Date) -> bool:
    """Return whether the article's duration, `fact`, supports the claim's: 9.58 seconds support "under 10 seconds".

    Without a qualifier, the tolerance is half of the claim's smallest unit or a tenth of its duration, whichever is
    less.
    """
    ours, theirs = lengths(said), lengths(fact)
    if ours is None or theirs is None:
        return said.value == fact.value
    low, high = ours
    match said.qualifier:
        case "more than" | "less than" if theirs == ours:
            return fact.qualifier == said.qualifier
        case "more than" | "at least":
            high = UNLIMITED
        case "less than" | "at most":
            low = Decimal(0)
        case "about":
            below, above = direction(said.text)
            low, high = low * (1 - ABOUT_TOLERANCE * below), high * (1 + ABOUT_TOLERANCE * above)
        case _ if len(ends := _durations(said.value)) == 1:
            tolerance = min(min(unit for _, unit in ends[0]) / 2, ABOUT_TOLERANCE * low)
            low, high = low - tolerance, high + tolerance
    # If only one of the durations has months, they may differ: "two months" for 60 days.
    months = sorted((_months(said), _months(fact)))
    tolerance = MONTHS_DIFFER * months[1] if months[0] == 0 else Decimal(0)
    return low - tolerance <= theirs.low and theirs.high <= high + tolerance


def lengths(date: Date) -> Interval | None:
    """Return the minimum and maximum length of a duration in seconds; None for other dates."""
    found = [sum((number * unit for number, unit in parts), Decimal(0)) for parts in _durations(date.value)]
    return Interval(found[0], found[-1]) if found else None


def _months(date: Date) -> Decimal:
    parts = (part for duration in _durations(date.value) for part in duration)
    return sum((number * unit for number, unit in parts if unit in (SECONDS["Y"], SECONDS["M"])), Decimal(0))


def _durations(value: str) -> list[list[tuple[Decimal, Decimal]]]:
    """Return the (number, seconds per unit) pairs of each duration; a range ("P1Y/P2Y") has two."""
    found = []
    for match in ISO.finditer(value):
        days, _, times = match[0].partition("T")
        units = [*PART.findall(days), *((number, f"T{unit}") for number, unit in PART.findall(times))]
        found.append([(Decimal(number), SECONDS[unit]) for number, unit in units])
    return [parts for parts in found if parts]


# Minimum extraction confidence of two times that may contradict each other.
SURE = 0.7
WEEK = 7
# Kinds of times that a claim may compute from other times or from the publication date.
DERIVED = frozenset({"relative", "duration", "season", "weekday"})
PARTS = frozenset({"early", "mid", "late"})
SEASON = re.compile(rf"season:(\d{{4}})-({'|'.join(SEASONS)})")
# The months of each part of a year, and the days of each part of a month; neighbouring parts overlap.
MONTHS_OF = {
    "early": range(1, 6), "mid": range(4, 10), "late": range(8, 13), "spring": range(2, 7), "summer": range(5, 10),
    "autumn": range(8, 13), "winter": (1, 2, 3, 11, 12),
}  # fmt: skip
DAYS_OF = {"early": range(1, 14), "mid": range(8, 24), "late": range(18, 32)}
# Minutes of half a day. A time in words is less than ROUNDED_MINUTES off: "half past six" for 6.33.
HALF_DAY, ROUNDED_MINUTES = 720, 5
# Forms of a time that state the half of the day.
HALF_OF_DAY = re.compile(r"^0\d|\d\s?[ap]\.?\s?m\b|midnight|noon|midday|morning|afternoon|evening", re.I)
# Words before a time that make it a limit: "by March" is not contradicted by January.
BOUND = re.compile(r"\b(?:by|before|after|since|until|till)\s+$", re.IGNORECASE)
BY_END = re.compile(r"\b(?:by|before|until|till)\s+(?:the\s+)?end\s+of\s+(?:the\s+)?$", re.I)
DAY_WORDS = frozenset({"yesterday", "today", "tonight", "overnight", "tomorrow"})


def compare(case: Case[Date]) -> Finding | None:
    """Return an error or note about a date, time or duration, or None if the article supports it."""
    source_index = case.source_index
    whole = case.said.model_copy(update={"value": case.said.value.rpartition("/")[0]})
    # "By the end of 2023" is right for May 2023.
    said = whole if whole.value and BY_END.search(case.claim.text, 0, case.said.start) else case.said
    known = source_index.facts.once(ArticleDates)
    meanings = [said, *filter(None, [known.resolve(said)])]
    if known.names_weekday_of(said):
        return None

    def supporting(facts: Iterable[Date]) -> list[Date]:
        return [fact for fact in facts if any(agrees(meaning, fact) for meaning in meanings)]

    if _has_both_ends(said, known.in_text):
        return None
    if same := supporting(known.all):
        there = supporting(known.in_text)
        # The publication date is in no sentence.
        if len(meanings) > 1 or not {fact.value for fact in same} <= {fact.value for fact in there}:
            return None
        return case.elsewhere(
            there, lambda fact: fact.confidence >= SURE and comparable(said, fact) and not agrees(said, fact)
        )
    # If the article has only "2020", "early 2020" is doubtful, not wrong.
    parts = [fact for fact in known.all if _suffix(said.value) in PARTS and agrees(whole, fact)]
    if any(
        _suffix(fact.value) not in PARTS and not (fact in known.in_text and comparable(said, fact)) for fact in parts
    ):
        return case.note()
    if any(in_part(fact, said) for fact in known.all):
        return case.note()
    is_limit = BOUND.search(case.claim.text, 0, said.start) is not None

    def excludes(fact: Date) -> bool:
        return fact.confidence >= SURE and comparable(said, fact) and not is_limit

    if supporting(known.counted):
        other = case.opposing(excludes, least=SAME, in_place=True)
        return case.error(other) if other is not None else None
    covered = {alignment.source.index: alignment.coverage_without(said) for alignment in case.alignments}
    near = {index for index, share in covered.items() if share >= max(NEAR, max(covered.values()) / 2)}
    relative = (fact for fact in known.in_text if fact.sentence in near and RELATIVE_YEAR.match(fact.value))
    if known.published is None and said.value.startswith("year:") and any(relative):
        return case.note()
    if computed := _date_computation(case, known, near):
        return case.computed(computed)
    # A day may be computed from a weekday if the publication date is unknown.
    may_follow = (
        family_of(said.value) in DERIVED
        or said.confidence < SURE
        or (said.value.startswith("day:") and known.published is None and bool(known.weekdays))
        or bool(parts)
        or all(map(source_index.knows, content_stems(said.text)))
    )
    return case.accused(excludes, may_follow=may_follow)


# A duration between two times ("two days later"), not a period such as "the last two days".
DISTANCE = re.compile(r"duration:P(?:\d{1,3}[YMWD]|T\d{1,3}[HM])(?:/(?:ago|earlier|later|next))?")
BACK = re.compile(r"\s(?:before|previously)\b|(?<=\bago)|(?<=\bearlier)", re.I)
OF_EVENT = re.compile(r"\s(?:before|after)\b", re.I)
DIRECTION = re.compile(r"^within | (?:ago|earlier|later)$", re.I)
# For each kind of time, its format and the units that may be added to it.
STEPS = {"day": ("%Y-%m-%d", "D W M Y"), "month": ("%Y-%m", "M Y"), "time": ("%H:%M", "TH TM")}


def _date_computation(case: Case[Date], known: ArticleDates, near: Set[int]) -> str | None:
    """Return how `case.said` follows from another time: "12 June − two days = 10 June", or None.

    The other time is the publication date, or is in the duration's sentence or next to that sentence.
    """
    said, text = case.said, case.source_index.facts.article.text
    for period in known.in_text:
        around = {period.sentence - 1, period.sentence, period.sentence + 1}
        if near.isdisjoint(around) or not DISTANCE.fullmatch(period.value):
            continue
        for base in known.all:
            if base is not known.origin and base.sentence not in around:
                continue
            # "On 12 June, two days after the exam": the exam was before.
            of_event = OF_EVENT.match(text, period.end) and re.fullmatch(r",?\s", text[base.end : period.start])
            back = bool(BACK.match(text, period.end)) is not bool(of_event)
            moved = _shifted(base, period.value, -1 if back else 1)
            if moved and agrees(said, moved):
                return f"{base.text} {'−' if back else '+'} {DIRECTION.sub('', period.text)} = {said.text}"
    return None


def _shifted(base: Date, period: str, sign: int) -> Date | None:
    """Return a time plus a duration, or minus it if `sign` is -1. None if their units do not fit."""
    kind, _, value = base.value.partition(":")
    core, (amount, unit) = _core(base.value), PART.findall(period)[0]
    form, units = STEPS.get(kind, ("", ""))
    unit, number = ("T" if "T" in period else "") + unit, sign * int(amount)
    if unit not in units.split():
        return None
    try:
        time = datetime.strptime(core.replace("--", f"{LEAP_YEAR}-", 1), form)
        if unit in ("M", "Y"):
            year, month = divmod(time.year * 12 + time.month - 1 + number * (12 if unit == "Y" else 1), 12)
            time = time.replace(year=year, month=month + 1, day=min(time.day, monthrange(year, month + 1)[1]))
        else:
            time += timedelta(seconds=number * int(SECONDS[unit]))
    except (ValueError, OverflowError):
        return None
    moved = f"{time:{form}}"
    moved = (f"-{moved[4:]}" if core.startswith("-") else moved) + value.removeprefix(core)
    return base.model_copy(update={"value": f"{kind}:{moved}", "text": WEEKDAY.sub("", base.text)})


def comparable(said: Date, fact: Date) -> bool:
    """Return whether two times of the same kind contradict each other, because a part that both state differs.

    True for "9 August" and "9 July". False for "2019" and "9 August", and for a day inside a range of days.
    """
    family, suffix, other_suffix = family_of(said.value), _suffix(said.value), _suffix(fact.value)
    # Not None, which means that they are no part and time of one year.
    if False in (in_part(said, fact), in_part(fact, said)):
        return True
    if family != family_of(fact.value):
        return False
    if _weekdays_differ(said, fact):
        return True
    if family == "duration":
        return suffix == other_suffix and not supported_by(said, fact)
    if family == "relative" and _unit(said.value) != _unit(fact.value):
        return False
    suffixes_differ = len({suffix, other_suffix} - {""}) > 1
    if family == "time":
        return not _same_time(said, fact)
    if family != "calendar":
        return suffixes_differ or not _same_core(said.value, fact.value)
    own, article = CALENDAR.findall(body_of(said.value)), CALENDAR.findall(body_of(fact.value))
    if len(own) == 1 and len(article) == 2 and article[0] <= own[0] <= article[1]:
        return False
    return suffixes_differ or any(_differ(mine, other) for mine, other in zip(own, article, strict=False))


def agrees(said: Date, fact: Date) -> bool:
    """Return whether the claim's time, `said`, equals the article's time, `fact`, or states a part of it.

    "March" states a part of "Friday 13 March 2026". "The 1990s" agrees with "1994", and "9 August 2024" with the
    article's "9 August".
    """
    family, same_family = family_of(said.value), family_of(said.value) == family_of(fact.value)
    if _weekdays_differ(said, fact):
        return False
    if said.value == fact.value and family != "duration":
        return True
    if family == "weekday" and body_of(said.value) in fact.text.casefold():
        return True
    if in_part(said, fact):
        return True
    if _suffix(said.value) not in ("", _suffix(fact.value)):
        return False
    if not same_family:
        return family in ("decade", "calendar") and _contains(said.value, fact.value)
    if family == "duration":
        return supported_by(said, fact)
    if family == "time":
        return _same_time(said, fact)
    if family != "calendar":
        return _same_core(said.value, fact.value)
    own, article = CALENDAR.findall(body_of(said.value)), CALENDAR.findall(body_of(fact.value))
    if len(own) == 1:
        return any(_within(own[0], end) for end in article)
    return len(own) == len(article) > 0 and all(map(_within, own, article))


def in_part(whole: Date, fact: Date) -> bool | None:
    """Return whether a month or day lies in a part of its year or month ("late 2022"). None for other times."""
    season = SEASON.fullmatch(whole.value)
    part = season[2] if season else _suffix(whole.value)
    if part not in MONTHS_OF or {"calendar"} != {
        family_of(fact.value),
        "calendar" if season else family_of(whole.value),
    }:
        return None
    ours, theirs = CALENDAR.findall(season[1] if season else _core(whole.value)), CALENDAR.findall(_core(fact.value))
    year, month, day_of_month = ours[0]
    same_year = year == theirs[0][0] or (month != "" and "-" in (year, theirs[0][0]))
    place, places = (theirs[0][2], DAYS_OF) if month else (theirs[0][1], MONTHS_OF)
    if len(theirs) > 1 or day_of_month or not place or not same_year or month not in ("", theirs[0][1]):
        return None
    return int(place) in places[part]


def _has_both_ends(said: Date, dates: Sequence[Date]) -> bool:
    """Return whether a range's ends are next to each other: "2017 to 2022" for "from April 2017 until June 2022"."""
    kind, _, body = said.value.partition(":")
    ends = [said.model_copy(update={"value": f"{kind}:{end}"}) for end in body.split("/")]
    if family_of(said.value) != "calendar" or len(CALENDAR.findall(body)) != len(ends) or len(ends) == 1:
        return False
    return any(
        first.sentence == last.sentence and agrees(ends[0], first) and agrees(ends[1], last)
        for first, last in pairwise(dates)
    )


def _same_time(said: Date, fact: Date) -> bool:
    """Return whether two times of day are the same. "Half past six" is 6.30am or 6.30pm, or a few minutes off."""
    ours, theirs = map(_minutes, (said, fact))
    sure = all(minutes > HALF_DAY or HALF_OF_DAY.search(time.text) for minutes, time in ((ours, said), (theirs, fact)))
    cycle = 2 * HALF_DAY if sure else HALF_DAY
    apart = min((ours - theirs) % cycle, (theirs - ours) % cycle)
    return apart < (1 if re.search(r"\d", said.text) else ROUNDED_MINUTES)


def _minutes(time: Date) -> int:
    hours, minutes = body_of(time.value).split(":")
    return int(hours) * 60 + int(minutes)


def _weekdays_differ(said: Date, fact: Date) -> bool:
    ours, theirs = weekdays(said), weekdays(fact)
    return bool(ours and theirs and ours.isdisjoint(theirs))


def _contains(said: str, fact: str) -> bool:
    if family_of(fact) == "calendar":
        years = [year for year, *_ in CALENDAR.findall(body_of(fact))]
    else:
        years = re.findall(r"^(?:season|quarter):(\d{4})-", fact)
    if family_of(said) == "decade":
        first = int(body_of(said)[:4])
        return any(first <= int(year) < first + 10 for year in years if year != "-")
    return said.startswith("year:") and body_of(said) in years


def _within(said: Parts, fact: Parts) -> bool:
    same_year = said[0] in ("-", fact[0]) or (fact[0] == "-" and said[1] != "")
    return same_year and all(mine in ("", other) for mine, other in zip(said[1:], fact[1:], strict=True))


def _differ(said: Parts, fact: Parts) -> bool:
    return any(mine != other and not {mine, other} & {"", "-"} for mine, other in zip(said, fact, strict=True))


def _same_core(said: str, fact: str) -> bool:
    ours, theirs = _core(said), _core(fact)
    if family_of(said) not in ("quarter", "season"):
        return ours == theirs
    (year, _, name), (other_year, _, other_name) = ours.rpartition("-"), theirs.rpartition("-")
    return name == other_name and (year == other_year or bool({year, other_year} & {"", "-"}))


def _unit(value: str) -> str:
    unit = _core(value).rpartition("-")[2]
    return "day" if unit in DAY_WORDS else unit


def _suffix(value: str) -> str:
    match = re.search(r"/([a-z][a-z -]*)$", value)
    return match[1] if match else ""


def group(date: Date) -> str | None:
    """Return the time's group for contrasts ("year"), or None (see `Kind.group`)."""
    if date.qualifier != "exactly":
        return None
    return "year" if date.value.startswith("year:") else family_of(date.value)


def in_place(said: Date, fact: Date) -> tuple[int, int, str] | None:
    """Return the replacement of all of `said.text` by `fact.text` (see `Kind.in_place`).

    None if only one of the texts begins with a capital letter.
    """
    return (0, len(said.text), fact.text) if said.text[0].isupper() == fact.text[0].isupper() else None
