"""Check dates, weekdays, times and durations: does the article name this time?

Does not do calendar arithmetic beyond leaving out parts: "9 August" agrees with "9 August 2024".
"""

import re
from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.quantities import CLOSE
from summarise.data import Date, Finding

CALENDAR = re.compile(r"(?P<year>\d{4}|-)(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?")


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each time that the article does not bear out."""
    article = [fact for fact in ground.facts.facts if isinstance(fact, Date)]
    for said in claim.facts:
        if not isinstance(said, Date) or any(agrees(said, fact) for fact in article):
            continue
        rivals = [
            fact
            for alignment in alignments
            if alignment.coverage >= CLOSE
            for fact in alignment.source.facts
            if isinstance(fact, Date) and comparable(said, fact)
        ]
        place = (ground.facts.article.evidence(rivals[0]),) if rivals else ()
        yield Finding(
            kind="date",
            severity="error",
            said=said.text,
            article_says=rivals[0].text if rivals else None,
            evidence=place,
        )


def comparable(said: Date, fact: Date) -> bool:
    """Tell whether two times are of one kind (both calendar dates, both weekdays, …), so that they can contradict."""
    return _family(said.value) == _family(fact.value)


def agrees(said: Date, fact: Date) -> bool:
    """Tell whether the time that is said is the article's, or a part of it (a month of a date, a year of a month)."""
    if said.value == fact.value:
        return True
    if _family(said.value) != "calendar" or _family(fact.value) != "calendar":
        return False
    ours, theirs = CALENDAR.findall(_body(said.value)), CALENDAR.findall(_body(fact.value))
    if not ours or len(ours) > len(theirs) or _manner(said.value) not in ("", _manner(fact.value)):
        return False
    return all(
        mine in ("", "-") or (other in ("", "-") and index == 0) or mine == other
        for part, counterpart in zip(ours, theirs, strict=False)
        for index, (mine, other) in enumerate(zip(part, counterpart, strict=True))
    )


def _family(value: str) -> str:
    prefix = value.partition(":")[0]
    return "calendar" if prefix in ("day", "month", "year") else prefix


def _body(value: str) -> str:
    return value.partition(":")[2]


def _manner(value: str) -> str:
    """Return "early", "late" or "mid" where the time carries such a word."""
    match = re.search(r"/(early|mid|late)$", value)
    return match[1] if match else ""
