"""Dates and times of day: days, months, years, weekdays, clock times, and ranges of them.

Durations and relative periods are in `durations.py`. Does not resolve what is relative, and adds no year to a day
that is written without one.
"""

import re
from collections.abc import Callable, Iterator

from summarise.data import Date, Qualifier
from summarise.facts.calendar import MONTH_NAMES, MONTHS, SEASONS, WEEKDAY_NAMES, WEEKDAYS, clock, day, month_of
from summarise.facts.durations import periods
from summarise.facts.parsed_sentence import ParsedSentence, Place, free

Reading = tuple[str, float]

_S = r"[ \u00a0\u202f]"
_LONG = "|".join(map(str.capitalize, MONTH_NAMES))
_MONTH = rf"(?:{_LONG}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
_WEEKDAY = f"(?:{'|'.join(map(str.capitalize, WEEKDAY_NAMES))})"
_WEEKDAY_SHORT = r"(?:Mon|Tues|Tue|Wed|Thurs|Thur|Thu|Fri|Sat|Sun)\b\.?"
_D = r"(?P<d>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_D2 = r"(?P<d2>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_Y = r"(?P<y>1[5-9]\d\d|20\d\d)(?![\d%]|[.,]\d)"
_TO = rf"(?:{_S}?[-–—]{_S}?|{_S}(?:to|until|through|and){_S}(?:the{_S})?)"
_HEAD = rf"(?<![\w.,/:-])(?:(?:{_WEEKDAY}|{_WEEKDAY_SHORT})(?:,{_S}?|{_S})(?:the{_S})?)?"
_PART = rf"(?P<part>(?:[Ee]arly|[Mm]id|[Ll]ate)(?:-|{_S}(?:in{_S}(?:the{_S})?)?))?"
_BOUNDARY = r"(?![\w])"

_YEAR_CUE = (
    r"(?<!\w)(?:in|since|by|before|after|until|till|from|during|of|to|and|between|for|early|late|mid|the|around|circa|"
    r"[Ii]n early|year|season|summer|spring|autumn|winter|fall|back to)[ -]$"
)
_COUNT_AFTER = re.compile(
    r"[ -](?:[a-z]+(?<!us)(?<!ss)s|people|men|women|children|per|percent)\b(?<!was)(?<!has)(?<!is)(?<!as)(?<!its)"
    r"(?<!this)(?<!his)"
)


def _year(match: re.Match[str]) -> int | None:
    return int(match["y"]) if match["y"] else None


def _part(match: re.Match[str]) -> str:
    """Return "/early", "/mid" or "/late" as a value ends with it, of "late in 2018" too; "" where nothing is told."""
    word = re.match(r"[a-z]*", (match["part"] or "").casefold())
    return f"/{word[0]}" if word and word[0] else ""


def _month(name: str) -> int:
    return int(name) if name.isdigit() else MONTHS[name.casefold().rstrip(".")]


def _day_month(match: re.Match[str]) -> Reading | None:
    groups = match.groupdict()
    month, year = _month(match["m"]), _year(match)
    end_month = _month(groups["m2"]) if groups.get("m2") else month
    first = day(month, int(match["d"]), year)
    if not groups.get("d2"):
        return (f"day:{first}", 1.0) if first else None
    last = day(end_month, int(groups["d2"]), year)
    return (f"day:{first}/{last}", 1.0) if first and last and first < last else None


def _slashed(match: re.Match[str]) -> Reading | None:
    a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    # 14/03 and 03/14 tell themselves; 03/04 is read the British way, without much confidence.
    value = day(a, b, year) if b > 12 else day(b, a, year)
    return (f"day:{value}", 0.9 if max(a, b) > 12 or a == b else 0.5) if value else None


def _month_year(match: re.Match[str]) -> Reading | None:
    return f"month:{month_of(_month(match['m']), _year(match))}{_part(match)}", 1.0


def _month_range(match: re.Match[str]) -> Reading | None:
    year = _year(match)
    return f"month:{month_of(_month(match['m']), year)}/{month_of(_month(match['m2']), year)}", 0.9


def _month_alone(match: re.Match[str]) -> Reading | None:
    name, before = match["m"], match.string[: match.start()]
    part = _part(match)
    if name in ("May", "March") and not part:
        cue = re.search(
            r"(?<!\w)(?:in|since|until|till|by|of|during|before|after|from|to|and|for|through|on) $", before, re.I
        )
        if not cue or re.match(r" (?:not|be|have|also|well|[A-Z])", match.string[match.end() :]):
            return None
    if name.endswith(".") or (len(name) == 3 and name != "May"):
        return None  # "Jan" and "Mar" without a day or a year are names and words
    if re.match(r"[ -][A-Z][a-z]", match.string[match.end() :]) and not part:
        return f"month:{month_of(_month(name))}", 0.6
    return f"month:{month_of(_month(name))}{part}", 0.9


def _year_alone(match: re.Match[str]) -> Reading | None:
    before, after = match.string[: match.start()], match.string[match.end() :]
    cue = re.search(_YEAR_CUE, before, re.IGNORECASE)
    firm = re.search(r"(?<!\w)(?:in|since|during|until|before|after) $", before, re.IGNORECASE)
    if re.search(r"(?:\w-|[$£€#№]|No\. ?|page |room |flight |number )$", before, re.I) or re.match(
        r"[\w%°]|-\w{3,}", after
    ):
        return None
    if _COUNT_AFTER.match(after) and not firm:
        return None
    if part := _part(match):
        return f"year:{match['y']}{part}", 1.0
    return f"year:{match['y']}", 1.0 if firm else 0.9 if cue else 0.7


def _year_range(match: re.Match[str]) -> Reading | None:
    first, last = int(match["y"]), match["y2"]
    if _COUNT_AFTER.match(match.string[match.end() :]):
        return None
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    return (f"year:{first}/{end}", 0.9) if first < end <= first + 150 else None


def _decade(match: re.Match[str]) -> Reading | None:
    digits = match["y"]
    start = int(digits) if len(digits) == 4 else 1900 + int(digits)
    return f"decade:{start}{_part(match)}", 1.0 if len(digits) == 4 else 0.7


def _season(match: re.Match[str]) -> Reading | None:
    year, season = match.groupdict().get("y"), SEASONS[match["s"].casefold()]
    return (f"season:{year}-{season}", 1.0) if year else (f"season:{season}", 0.6)


def _quarter(match: re.Match[str]) -> Reading | None:
    order = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4}
    number = int(match["n"]) if match["n"] else order[match["word"].casefold()]
    return f"quarter:{match['y'] or '-'}-Q{number}", 0.9 if match["y"] else 0.6


def _clock(match: re.Match[str]) -> Reading | None:
    half = (match["half"] or "")[:1].casefold() or None
    value = clock(int(match["h"]), int(match["min"] or 0), half)
    return (f"time:{value}", 1.0) if value else None


def _weekday(match: re.Match[str]) -> Reading | None:
    return f"weekday:{WEEKDAYS[match['w'].casefold()]}", 1.0


def _noon(match: re.Match[str]) -> Reading | None:
    return f"time:{'00:00' if match['t'].casefold() == 'midnight' else '12:00'}", 0.9


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Reading | None]], ...] = tuple(
    (re.compile(pattern, flags), read)
    for pattern, flags, read in (
        (r"(?<![\w-])(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?![\d-])", 0, _day_month),
        (rf"{_HEAD}{_D}{_S}(?P<m>{_MONTH}){_TO}{_D2}{_S}(?P<m2>{_MONTH})(?:,?{_S}{_Y})?{_BOUNDARY}", 0, _day_month),
        (rf"{_HEAD}(?P<m>{_MONTH}){_S}{_D}{_TO}(?P<m2>{_MONTH}){_S}{_D2}(?:,?{_S}{_Y})?{_BOUNDARY}", 0, _day_month),
        (rf"{_HEAD}{_D}{_TO}{_D2}{_S}(?:of{_S})?(?P<m>{_MONTH})(?:,?{_S}{_Y})?{_BOUNDARY}", 0, _day_month),
        (rf"{_HEAD}(?P<m>{_MONTH}){_S}{_D}{_TO}{_D2}(?:,?{_S}{_Y})?{_BOUNDARY}", 0, _day_month),
        (rf"{_HEAD}{_D}{_S}(?:of{_S})?(?P<m>{_MONTH})(?:,?{_S}{_Y})?{_BOUNDARY}", 0, _day_month),
        (rf"{_HEAD}(?P<m>{_MONTH}){_S}(?:the{_S})?{_D}(?:,?{_S}{_Y})?{_BOUNDARY}(?!:\d|{_S}?(?:%|per{_S}?cent"
         rf"|people|million))", 0, _day_month),
        (r"(?<![\w/.-])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>\d{4}|\d\d)(?![\w/])", 0, _slashed),
        (r"(?<![\w/.-])(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.(?P<y>\d{4})(?![\w.]\w)", 0, _slashed),
        (rf"(?<![\w-]){_PART}(?P<m>{_MONTH})(?:,?{_S}|{_S}of{_S}){_Y}{_BOUNDARY}", 0, _month_year),
        (rf"(?<![\w-])(?P<m>{_LONG})(?:{_S}?[-–—]{_S}?|{_S}(?:to|until){_S})(?P<m2>{_LONG})(?:,?{_S}{_Y})?"
         rf"{_BOUNDARY}", 0, _month_range),
        (rf"(?<![\w-])(?P<s>spring|summer|autumn|fall|winter)(?:{_S}season)?{_S}(?:of{_S})?{_Y}"
         rf"{_BOUNDARY}", re.I, _season),
        (rf"(?<![\w-])the{_S}(?P<s>spring|summer|autumn|winter)(?={_S}(?:and|of|when|after|before|but|with|to)\b"
         rf"|[.,;:”\")]|$)", re.I, _season),
        (rf"(?<!\w)(?:(?P<word>first|second|third|fourth|final){_S}quarter|Q(?P<n>[1-4]))(?:{_S}(?:of{_S})?{_Y})?"
         rf"(?![\w-])", re.I, _quarter),
        (rf"(?<![\w.]){_PART}(?P<y>1[5-9]\d0|20\d0|(?<=['’])[1-9]0)['’]?s(?!\w)", re.I, _decade),
        (rf"(?<!\w)between{_S}(?P<y>1[5-9]\d\d|20\d\d){_S}and{_S}(?P<y2>\d{{4}})(?![\w/–-]|[.,]\d)", re.I, _year_range),
        (rf"(?<![\w.,/–-])(?P<y>1[5-9]\d\d|20\d\d)(?:[-–/]|{_S}to{_S})(?P<y2>\d{{4}}|\d\d)(?![\w/–-]"
         rf"|[.,]\d)", 0, _year_range),
        (rf"(?<![\w.,/:–-]){_PART}{_Y}(?![/:–])", 0, _year_alone),
        (rf"(?<![\w.,/:])(?P<h>\d{{1,2}})(?:[.:](?P<min>\d\d))?{_S}?(?P<half>[ap])\.?{_S}?m(?:\.|\b)", re.I, _clock),
        (r"(?<![\w.,/:+-])(?P<h>[01]?\d|2[0-3]):(?P<min>[0-5]\d)(?P<half>)(?![\w:]|[.,]\d)", 0, _clock),
        (rf"(?<![\w.,/:])(?P<h>[01]?\d|2[0-3])\.(?P<min>[0-5]\d)(?P<half>)(?={_S}(?:GMT|BST|CET|UTC"
         rf"|o[’']clock))", 0, _clock),
        (r"(?<!\w)(?P<t>midnight|noon|midday)(?!\w)", re.I, _noon),
        (rf"(?<![\w-])(?:[Ee]very{_S})?(?P<w>{_WEEKDAY})(?=s?(?!\w))", 0, _weekday),
        (rf"(?<![\w-]){_PART}(?P<m>{_LONG})(?!\w|{_S}\d)", 0, _month_alone),
    )
)  # fmt: skip


_LOWER = tuple(
    (re.compile(pattern.pattern, pattern.flags | re.IGNORECASE), read)
    for pattern, read in _RULES
    if read in (_day_month, _month_year, _weekday)
)
"""The rules for text without capitals; a month alone is left out: "may" and "march" are verbs."""


def dates(passage: ParsedSentence, taken: tuple[Place, ...] = ()) -> Iterator[Date]:
    """Yield the dates, times, periods and durations of `passage` in order, leaving out the places in `taken`."""
    text = passage.text
    found: list[tuple[int, int, str, float, Qualifier]] = []
    places = list(taken)
    for start, end, value, confidence, qualifier in (*_absolute(text, places), *periods(text)):
        if free((start, end), places):
            places.append((start, end))
            found.append((start, end, value, confidence, qualifier))
    for start, end, value, confidence, qualifier in sorted(found):
        yield Date(**passage.where(start, end), value=value, confidence=confidence, qualifier=qualifier)


def _absolute(text: str, taken: list[Place]) -> list[tuple[int, int, str, float, Qualifier]]:
    found: list[tuple[int, int, str, float, Qualifier]] = []
    places = list(taken)
    relative = [(start, end) for start, end, value, *_ in periods(text) if value.startswith("relative:")]
    for pattern, read in _RULES if text[1:] != text[1:].lower() else (*_LOWER, *_RULES):
        for match in pattern.finditer(text):
            place = match.span()
            if free(place, places) and (reading := read(match)) is not None:
                # "last March" and "next Friday" are one relative date, not a month or a weekday.
                if any(start <= place[0] and place[1] <= end and (start, end) != place for start, end in relative):
                    continue
                places.append(place)
                found.append((*place, *reading, "exactly"))
    return found
