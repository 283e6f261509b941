"""Dates: another day, month, year, weekday or hour; the other side of today; another length of time."""

import re
from collections.abc import Iterator, Sequence

from benchmarks.edits.case import Change, draw
from benchmarks.edits.numerals import another, numeral
from benchmarks.edits.scene import Reading, Scene
from summarise.data import Date

MONTHS = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_RELATIVE = {
    "next": "last", "last": "next", "previous": "next", "yesterday": "tomorrow", "tomorrow": "yesterday",
    "today": "yesterday", "tonight": "last night", "this": "last", "ago": "from now", "earlier": "later",
    "later": "earlier",
}  # fmt: skip
_UNITS = {
    "seconds": "minutes", "minutes": "hours", "hours": "days", "days": "weeks", "weeks": "months", "months": "years",
    "years": "months", "second": "minute", "minute": "hour", "hour": "day", "day": "week", "week": "month",
    "month": "year", "year": "month", "decades": "years", "decade": "year",
}  # fmt: skip


def dates(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one date changed in one part."""
    for start, end, date in scene.dates:
        kind = date.value.partition(":")[0]
        if kind == "duration":
            yield from _durations(scene, start, end, date)
            continue
        if kind == "time":
            yield from _hours(scene, start, end)
            continue
        yield from _parts(scene, start, end)
        yield from _mapped(scene, start, end, _RELATIVE, "relative")


def _parts(scene: Scene, start: int, end: int) -> Iterator[Change]:
    text = scene.text
    month = _word(MONTHS, scene, start, end)
    day = re.compile(r"(?<![\d:.])([12]?\d|3[01])(st|nd|rd|th)?(?![\d:.]\d|\d)").search(text, start, end)
    if month and day:
        number = int(day[1])
        new = next(n for n in (number + 2 + draw(text, start) % 4, number - 5) if 0 < n <= 28)
        ending = day[2] and ("th" if 10 < new < 14 else {1: "st", 2: "nd", 3: "rd"}.get(new % 10, "th"))
        yield scene.replace(day.start(), day.end(), f"{new}{ending or ''}", "day")
    if month:
        shift = 1 + draw(text, start, "month") % 4
        new_month = MONTHS[(MONTHS.index(month.group()) + shift) % 12]
        yield scene.replace(month.start(), month.end(), new_month, "month")
    year = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?![\ds])").search(text, start, end)
    if year:
        step = (-2, -1, 1, 2)[draw(text, start, "year") % 4]
        yield scene.replace(year.start(), year.end(), str(int(year.group()) + step), "year")
    weekday = _word(WEEKDAYS, scene, start, end)
    if weekday:
        shift = 1 + draw(text, start, "weekday") % 6
        new_weekday = WEEKDAYS[(WEEKDAYS.index(weekday.group()) + shift) % 7]
        yield scene.replace(weekday.start(), weekday.end(), new_weekday, "weekday")


def _word(words: Sequence[str], scene: Scene, start: int, end: int) -> re.Match[str] | None:
    return re.compile(rf"\b(?:{'|'.join(words)})\b").search(scene.text, start, end)


def _mapped(scene: Scene, start: int, end: int, table: dict[str, str], how: str) -> Iterator[Change]:
    match = re.compile(rf"\b(?:{'|'.join(table)})\b", re.IGNORECASE).search(scene.text, start, end)
    if match:
        new = table[match.group().casefold()]
        brought = scene.text[start : match.start()] + new + scene.text[match.end() : end]
        yield scene.replace(match.start(), match.end(), new, how, brought=brought)


def _durations(scene: Scene, start: int, end: int, date: Date) -> Iterator[Change]:
    number = numeral(scene.text, start, end)
    if number and number.value > 1 and not re.search(r"half|quarter|dozen", scene.text[start:end]):
        new = number.write(another(number, date.qualifier, scene.text, start))
        yield scene.replace(number.start, number.end, new, "duration")
    # "One day" is also "at some time".
    if date.qualifier == "exactly" and scene.text[start:end].casefold() != "one day":
        yield from _mapped(scene, start, end, _UNITS, "unit of a duration")


def _hours(scene: Scene, start: int, end: int) -> Iterator[Change]:
    hour = re.compile(r"\d{1,2}").search(scene.text, start, end)
    if hour:
        number = int(hour.group())
        new = number + 2 if number <= 9 else number - 3
        width = len(hour.group())
        brought = f"{new:0{width}d}{scene.text[hour.end() : end]}"
        yield scene.replace(hour.start(), hour.end(), f"{new:0{width}d}", "hour", brought=brought)
