"""Check dates, weekdays, times and durations: does the article name this time?

Reckons with the day on which the article appeared where that is known (`article_dates.py`); else does no calendar
arithmetic beyond leaving out parts: "9 August" agrees with "9 August 2024", "until 9 August" with "from 6 to 9
August", "the 1990s" with "the early 1990s" and with 1995.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from summarise.checks import duration_comparison as durations
from summarise.checks.alignment import Alignment
from summarise.checks.article_dates import CALENDAR, Parts, body_of, family_of, weekdays, year_of
from summarise.checks.elsewhere import elsewhere
from summarise.checks.opposing_facts import accused
from summarise.checks.source_index import Claim, SourceIndex
from summarise.checks.words import words_of
from summarise.data import Date, Finding

SURE = 0.7
"""Times that the extractor is less sure of accuse nobody."""
WEEK = 7
RECKONED = frozenset({"relative", "duration", "season", "weekday"})
"""Families of times that a claim may have reckoned from others, or from the day on which the article appeared."""
PARTS = frozenset({"early", "mid", "late"})
BOUND = re.compile(r"\b(?:by|before|after|since|until|till)\s+$", re.IGNORECASE)
"""Words before a time that make it a bound, which another time does not contradict."""
DAY_WORDS = frozenset({"yesterday", "today", "tonight", "overnight", "tomorrow"})


def check(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each time that the article does not bear out."""
    for said in claim.facts:
        if isinstance(said, Date) and (finding := judged(said, claim, source_index, alignments)) is not None:
            yield finding


def judged(said: Date, claim: Claim, source_index: SourceIndex, alignments: Sequence[Alignment]) -> Finding | None:
    """Return what is to be said of one time, None if the article bears it out."""
    told = [said, *([meant] if (meant := source_index.dates.meant(said)) is not None else [])]
    if dated(said, source_index):
        return None
    same = [fact for fact in source_index.dates.all if any(agrees(one, fact) for one in told)]
    if same:
        there = [fact for fact in source_index.times if any(agrees(one, fact) for one in told)]
        # The day on which the article appeared is in no sentence.
        in_text = len(told) == 1 and all(any(one.value == fact.value for one in there) for fact in same)

        def differs(fact: Date) -> bool:
            return fact.confidence >= SURE and comparable(said, fact) and not agrees(said, fact)

        return elsewhere(said, "date", there, differs, claim, source_index, alignments) if in_text else None
    whole = said.model_copy(update={"value": said.value.rpartition("/")[0]})
    if _manner(said.value) in PARTS and any(
        agrees(whole, fact) and _manner(fact.value) not in PARTS for fact in source_index.dates.all
    ):
        return Finding(code="date", severity="note", claim=claim.quote(said))
    doubt = doubtful(said, source_index)
    bounds = BOUND.search(claim.text, 0, said.start) is not None

    def excludes(fact: Date) -> bool:
        # "By March" it may have been so in January.
        return fact.confidence >= SURE and comparable(said, fact) and not bounds

    return accused(said, "date", Date, excludes, claim, source_index, alignments, doubtful=doubt)


def dated(said: Date, source_index: SourceIndex) -> bool:
    """Tell whether a day is one of those around the article's own, and the article names its weekday."""
    published = source_index.dates.published
    parts = CALENDAR.fullmatch(body_of(said.value)) if published and said.value.startswith("day:") else None
    if published is None or parts is None:
        return False
    years = [parts["year"]] if parts["year"] != "-" else [f"{published.year + by:04d}" for by in (-1, 0, 1)]
    for year in years:
        try:
            day = date.fromisoformat(f"{year}-{parts['month']}-{parts['day']}")
        except ValueError:
            continue
        if abs((day - published).days) < WEEK and f"{day:%A}".casefold() in source_index.dates.weekdays:
            return True
    return False


def doubtful(said: Date, source_index: SourceIndex) -> bool:
    """Tell whether a time that no fact bears out may follow from the article all the same.

    "Last year" and "the previous day" depend on when somebody writes; a duration may be reckoned; so may a day, where
    the article names weekdays and not its own; and where the article has all the words, the extractor may have missed
    the time.
    """
    words = words_of(said.text)
    return (
        family_of(said.value) in RECKONED
        or said.confidence < SURE
        or (
            said.value.startswith("day:") and source_index.dates.published is None and bool(source_index.dates.weekdays)
        )
        or all(source_index.knows(word.stem) or not word.content for word in words)
    )


def comparable(said: Date, fact: Date) -> bool:
    """Tell whether two times of one kind contradict if they do not agree: a part that both tell must differ.

    "2019" does not contradict "9 August", nor "9 August" "August" or "from 6 to 12 August".
    """
    if family_of(said.value) != family_of(fact.value):
        return False
    if weekdays(said) and weekdays(fact) and not weekdays(said) & weekdays(fact):
        return True
    manners = {_manner(said.value), _manner(fact.value)} - {""}
    if family_of(said.value) == "duration":
        return _manner(said.value) == _manner(fact.value) and not durations.bears_out(said, fact)
    if family_of(said.value) == "relative" and _unit(said.value) != _unit(fact.value):
        return False
    if family_of(said.value) != "calendar":
        return len(manners) > 1 or not _same_core(said.value, fact.value)
    own, article = CALENDAR.findall(body_of(said.value)), CALENDAR.findall(body_of(fact.value))
    if len(own) == 1 and len(article) == 2 and article[0] <= own[0] <= article[1]:
        return False
    return len(manners) > 1 or any(_differ(mine, other) for mine, other in zip(own, article, strict=False))


def agrees(said: Date, fact: Date) -> bool:
    """Tell whether the time that is said is the article's, or a part of it.

    A part is a month of a date, a year of a month, either end of a range, a weekday named with its date, a decade
    without its "early", or of a year. A year that the article leaves out is not held against a day, month, quarter
    or season, but a year alone needs a year.
    """
    if weekdays(said) and weekdays(fact) and not weekdays(said) & weekdays(fact):
        return False
    family = family_of(said.value)
    if (said.value == fact.value and family != "duration") or (
        family == "weekday" and body_of(said.value) in fact.text.casefold()
    ):
        return True
    if _manner(said.value) not in ("", _manner(fact.value)):
        return False
    if family in ("decade", "calendar") and family != family_of(fact.value):
        return _contains(said.value, fact.value)
    if family != family_of(fact.value):
        return False
    if family == "duration":
        return durations.bears_out(said, fact)
    if family != "calendar":
        return _same_core(said.value, fact.value)
    own, article = CALENDAR.findall(body_of(said.value)), CALENDAR.findall(body_of(fact.value))
    if len(own) == 1:
        return any(_within(own[0], end) for end in article)
    return len(own) == len(article) > 0 and all(map(_within, own, article))


def _contains(said: str, fact: str) -> bool:
    """Tell whether a decade or a year holds a time of another family: a date, a season or a quarter with its year."""
    years = [year_of(fact)] if family_of(fact) != "calendar" else [year for year, *_ in CALENDAR.findall(body_of(fact))]
    if family_of(said) == "decade":
        first = int(body_of(said)[:4])
        return any(first <= int(year) < first + 10 for year in years if year not in (None, "-"))
    return said.startswith("year:") and body_of(said) in years


def _within(said: Parts, fact: Parts) -> bool:
    same_year = said[0] in ("-", fact[0]) or (fact[0] == "-" and said[1] != "")
    return same_year and all(mine in ("", other) for mine, other in zip(said[1:], fact[1:], strict=True))


def _differ(said: Parts, fact: Parts) -> bool:
    return any(mine != other and not {mine, other} & {"", "-"} for mine, other in zip(said, fact, strict=True))


def _same_core(said: str, fact: str) -> bool:
    """Compare times that are no calendar dates without their manner; one year is enough for a quarter or season."""
    ours, theirs = body_of(said).partition("/")[0], body_of(fact).partition("/")[0]
    if family_of(said) not in ("quarter", "season"):
        return ours == theirs
    (year, _, name), (other_year, _, other_name) = ours.rpartition("-"), theirs.rpartition("-")
    return name == other_name and (year == other_year or bool({year, other_year} & {"", "-"}))


def _unit(value: str) -> str:
    """Return of what a relative time is the last or next: "year", and "day" for yesterday and its like too."""
    unit = body_of(value).partition("/")[0].rpartition("-")[2]
    return "day" if unit in DAY_WORDS else unit


def _manner(value: str) -> str:
    """Return "early", "late", "ago", "next" or the like where the time carries such a word."""
    match = re.search(r"/([a-z][a-z -]*)$", value)
    return match[1] if match else ""
