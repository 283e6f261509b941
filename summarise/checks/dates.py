"""Check dates, weekdays, times and durations: does the article name this time?

Does not do calendar arithmetic beyond leaving out parts: "9 August" agrees with "9 August 2024", "until 9 August"
with "from 6 to 9 August", "the 1990s" with "the early 1990s".
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.opposing import opposing
from summarise.checks.times import CALENDAR, Parts, body_of, family_of, weekdays
from summarise.checks.words import words_of
from summarise.data import Date, Finding

SURE = 0.7
"""Times that the extractor is less sure of accuse nobody."""
WEEK = 7
NEAR, SAME = 0.1, 0.75
"""A sentence with less of the claim opposes none of its times, and none that may have been reckoned."""
RECKONED = frozenset({"relative", "duration", "season", "weekday"})
"""Families of times that a claim may have reckoned from others, or from the day on which the article appeared."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each time that the article does not bear out."""
    for said in claim.facts:
        if isinstance(said, Date) and (finding := judged(said, claim, ground, alignments)) is not None:
            yield finding


def judged(said: Date, claim: Claim, ground: Ground, alignments: Sequence[Alignment]) -> Finding | None:
    """Return what is to be said of one time, None if the article bears it out."""
    borne_out = any(agrees(said, fact) for fact in ground.times.near(said))
    if borne_out or dated(said, ground, ground.times.with_weekdays):
        return None
    least = SAME if (doubt := doubtful(said, ground)) else NEAR
    other = opposing(said, claim, alignments, Date, lambda fact: excludes(said, fact), least=least)
    if doubt and other is None:
        return Finding(code="date", severity="note", claim=claim.quote(said))
    article = ground.facts.article.evidence(other) if other else None
    return Finding(code="date", severity="error", claim=claim.quote(said), article=article)


def excludes(said: Date, fact: Date) -> bool:
    """Tell whether a time of the article is of the same kind, and another one."""
    return fact.confidence >= SURE and comparable(said, fact)


def dated(said: Date, ground: Ground, article: Sequence[Date]) -> bool:
    """Tell whether a date follows from the day on which the article appeared.

    A day does where it is at most six days away and the article names its weekday, a year where it is that day's.
    """
    published = day_of(ground.facts.article.date or "")
    if published is None:
        return False
    if said.value == f"year:{published.year}":
        return True
    try:
        day = date.fromisoformat(said.value.removeprefix("day:"))
    except ValueError:
        return False
    named = set().union(*(weekdays(fact) for fact in article))
    return abs((day - published).days) < WEEK and f"{day:%A}".casefold() in named


def day_of(text: str) -> date | None:
    """Return the day that an article's own words for its date name, if they do."""
    for form in ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).date()  # a day has no zone
        except ValueError:
            continue
    return None


def doubtful(said: Date, ground: Ground) -> bool:
    """Tell whether a time that no fact bears out may follow from the article all the same.

    "Last year" and "the previous day" depend on when somebody writes; a duration may be reckoned; and where the article
    has all the words, the extractor may have missed the time.
    """
    words = words_of(said.text)
    return (
        family_of(said.value) in RECKONED
        or said.confidence < SURE
        or all(ground.knows(word.stem) or not word.content for word in words)
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
    if family_of(said.value) != "calendar":
        return len(manners) > 1 or not _same_core(said.value, fact.value)
    own, article = CALENDAR.findall(body_of(said.value)), CALENDAR.findall(body_of(fact.value))
    if len(own) == 1 and len(article) == 2 and article[0] <= own[0] <= article[1]:
        return False
    return len(manners) > 1 or any(_differ(mine, other) for mine, other in zip(own, article, strict=False))


def agrees(said: Date, fact: Date) -> bool:
    """Tell whether the time that is said is the article's, or a part of it.

    A part is a month of a date, a year of a month, either end of a range, a weekday named with its date, a decade
    without its "early". A year that the article leaves out is not held against a day, month, quarter or season, but a
    year alone needs a year.
    """
    if weekdays(said) and weekdays(fact) and not weekdays(said) & weekdays(fact):
        return False
    family = family_of(said.value)
    if said.value == fact.value or (family == "weekday" and body_of(said.value) in fact.text.casefold()):
        return True
    if family != family_of(fact.value) or _manner(said.value) not in ("", _manner(fact.value)):
        return False
    if family != "calendar":
        return _same_core(said.value, fact.value)
    own, article = CALENDAR.findall(body_of(said.value)), CALENDAR.findall(body_of(fact.value))
    if len(own) == 1:
        return any(_within(own[0], end) for end in article)
    return len(own) == len(article) > 0 and all(map(_within, own, article))


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


def _manner(value: str) -> str:
    """Return "early", "late", "ago", "next" or the like where the time carries such a word."""
    match = re.search(r"/([a-z][a-z -]*)$", value)
    return match[1] if match else ""
