"""Dates written otherwise: day or month first, and in numbers where no reader could swap day and month."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.rules.dates import MONTHS
from benchmarks.edits.scene import Reading, Scene

_MONTH = "|".join(MONTHS)
_DAY_FIRST = re.compile(
    rf"(?<![\d-])(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?(?!\w)"
)
_MONTH_FIRST = re.compile(rf"(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:, (?P<year>\d{{4}}))?(?![\w-])")
_RANGE = re.compile(r"\s*(?:to|and|until|-|–)\s*\d")


def dates(scene: Scene, _reading: Reading) -> Iterator[Change]:
    """Yield the sentence with one date in another order or in numbers; ranges and quotations are left alone."""
    for start, end, _ in scene.dates:
        for pattern, day_first in ((_DAY_FIRST, True), (_MONTH_FIRST, False)):
            match = pattern.search(scene.text, start, end)
            if match is None or scene.in_quotation(start) or _RANGE.match(scene.text[match.end() :]):
                continue
            day, month, year = match["day"], match["month"], match["year"]
            if day_first:
                # In running text the comma behind the year is part of the American form.
                comma = "," if year and re.match(r" [a-z]", scene.text[match.end() :]) else ""
                new = f"{month} {day}" + (f", {year}{comma}" if year else "")
                yield scene.replace(*match.span(), new, "month first")
            else:
                new = f"{day} {month}" + (f" {year}" if year else "")
                stop = match.end() + (1 if year and scene.text[match.end() : match.end() + 1] == "," else 0)
                yield scene.replace(match.start(), stop, new, "day first")
            if year and int(day) > 12:
                number = MONTHS.index(month) + 1
                yield scene.replace(*match.span(), f"{day}/{number}/{year}", "date in numbers")
            break
