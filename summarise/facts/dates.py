"""Finds dates, times of day, durations, and periods relative to the publication date."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

from summarise.data import Date, Qualifier
from summarise.facts.lexicon import MONTH_NAMES, WEEKDAY_NAMES
from summarise.facts.numbers import BELOW_100, UNIT, Number, plain, qualified, scan, value_of
from summarise.facts.parser import ParsedSentence, Place, free

MONTHS = {name[:cut]: number for number, name in enumerate(MONTH_NAMES, start=1) for cut in (3, None)} | {"sept": 9}
WEEKDAYS = {name[:cut]: name for name in WEEKDAY_NAMES for cut in (3, None)} | {
    "tues": "tuesday", "thur": "thursday", "thurs": "thursday",
}  # fmt: skip
SEASONS = {"spring": "spring", "summer": "summer", "autumn": "autumn", "fall": "autumn", "winter": "winter"}

# In months or in seconds, because a month has no fixed number of days.
_IN_MONTHS = {"month": 1, "year": 12, "decade": 120, "century": 1200, "centurie": 1200}
_IN_SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "night": 86400, "week": 604800, "fortnight": 1209600,
    "sec": 1, "min": 60, "hr": 3600,
}  # fmt: skip
# Prefix, letter and seconds of the units of an ISO 8601 duration, the largest first.
_UNITS_OF_TIME = (("", "W", 604800), ("", "D", 86400), ("T", "H", 3600), ("T", "M", 60), ("T", "S", 1))
_MONTH_SECONDS = Fraction(304, 10) * 86400
_UNITS = "|".join([*_IN_MONTHS, *_IN_SECONDS])


def day(month: int, day_of_month: int, year: int | None = None) -> str | None:
    """Format a day as "2026-03-14", or "--03-14" without a year. Returns None if the day does not exist."""
    longest = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    if not (1 <= month <= 12 and 1 <= day_of_month <= longest):
        return None
    return f"{f'{year:04d}' if year else '-'}-{month:02d}-{day_of_month:02d}"


def month_of(month: int, year: int | None = None) -> str:
    """Format a month as "2026-03", or "--03" without a year."""
    return f"{year:04d}-{month:02d}" if year else f"--{month:02d}"


def duration(*parts: tuple[Decimal, str]) -> str | None:
    """Return the sum of amounts with their units as an ISO 8601 duration, or None if it is not positive.

    The largest unit that divides the sum is used: "P18M", "PT90M". Months are not converted to days: "P2M3D".
    """
    units = [(Fraction(number), _singular(unit)) for number, unit in parts]
    months = sum((number * _IN_MONTHS.get(unit, 0) for number, unit in units), Fraction(0))
    seconds = sum((number * _IN_SECONDS.get(unit, 0) for number, unit in units), Fraction(0))
    if months == seconds == 0:
        return None
    text = "P"
    if months:
        years = months / 12
        text += f"{_number(years)}Y" if years.denominator == 1 else f"{_number(months)}M"
    if seconds:
        for prefix, letter, size in _UNITS_OF_TIME:
            amount = seconds / size
            # ISO 8601 has no weeks beside months. Seconds may have decimals.
            if letter == "S" or (amount.denominator == 1 and not (months and letter == "W")):
                return f"{text}{prefix}{_number(amount)}{letter}"
    return text


def _seconds(amount: Decimal, unit: str) -> Fraction:
    name = _singular(unit)
    return Fraction(amount) * (_IN_SECONDS[name] if name in _IN_SECONDS else _IN_MONTHS[name] * _MONTH_SECONDS)


def _singular(unit: str) -> str:
    unit = unit.casefold()
    return unit[:-1] if unit.endswith("s") and unit[:-1] in _IN_MONTHS | _IN_SECONDS else unit


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return plain(round(Decimal(value.numerator) / Decimal(value.denominator), 3))


def clock(hour: int, minute: int, half: str | None) -> str | None:
    """Format a time as "16:40". `half`: "a" (a.m.), "p" (p.m.) or None. Returns None for an invalid time."""
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02d}:{minute:02d}" if 0 <= hour < 24 and 0 <= minute < 60 else None


# Start, end, value, confidence, qualifier.
Found = tuple[int, int, str, float, Qualifier]

_S = r"[ \u00a0\u202f]"
_UNIT = rf"(?P<unit>{_UNITS})s?(?![\w])"
# "a 19-year-old" is an age, "miles per hour" and "60 a day" are rates.
_AFTER = re.compile(
    rf"(?P<gap>{_S}|[-‐‑])(?P<adj>(?:working|full|long|consecutive|straight|whole|more|calendar){_S})?{_UNIT}"
    rf"(?![-‐‑ ]old)",
    re.I,
)
# "a quarter of a century"
_PART_OF = re.compile(rf"{_S}of{_S}(?P<gap>an?{_S})(?P<adj>)(?P<unit>century|decade)(?!\w)", re.I)
# "two months and three days", "2 hours, 5 minutes"
_MORE = re.compile(rf"(?P<comma>,)?(?P<and>{_S}and)?{_S}(?=\w)", re.I)
# "two years, three days a week": the days are a rate.
_RATE = re.compile(rf"{_S}(?:an?|per|every)(?!\w)|[-‐‑/]", re.I)
_AND_HALF = re.compile(rf"{_S}and{_S}an?{_S}(?P<part>half|quarter)(?!\w)", re.I)
_SINGLE = re.compile(
    rf"(?<![\w-])(?:(?P<half>half){_S})?(?P<a>an?|one){_S}(?:(?:full|whole|further|good){_S})?(?P<unit>{_UNITS})(?!\w)"
    rf"|(?<![\w-])(?P<three>three)[- ]quarters{_S}of{_S}an{_S}(?P<u2>hour)(?!\w)|(?<![\w-])(?:a{_S})?"
    rf"(?P<fort>fortnight)(?!\w)",
    re.I,
)
# "a year" alone is usually a rate ("1.2m a year"); these words mark a length.
_LENGTH_CUE = re.compile(
    r"(?<!\w)(?:for|in|within|after|over|during|than|nearly|almost|about|around|last|lasted|took|takes|take|least"
    r"|just|under|"
    r"every|of|spent|spend|only|up to|to|as|and)[ ]$",
    re.I,
)
_TAIL = re.compile(rf"{_S}(?P<tail>ago|earlier|later|from now)(?!\w)", re.I)
_RECKONED = re.compile(rf"{_S}(?:ago|earlier|later|from now|after|before)(?!\w)", re.I)
_HEAD_WORD = re.compile(
    rf"(?<!\w)(?:the{_S})?(?P<head>next|last|past|coming|previous|first|following|final){_S}$", re.I
)
# "Over 63 days" is a period, "for over 63 days" a lower bound.
_MORE_THAN = re.compile(
    r"(?<!\w)(?:for|of|after|in|by|last|lasted|took|take|takes|is|was|just|well|s|old|spent)[ ]$", re.I
)
_TO_LAST = re.compile(r"(?<!\w)(?:to|will|would|could|should|may|might|can|must|not|did|does|do)[ ]$", re.I)
_HEADS = {"past": "last", "previous": "last", "coming": "next", "following": "next"}
_VAGUE = re.compile(
    rf"(?<!\w)(?:the{_S})?(?P<head>recent|coming|past|last|next|previous|following){_S}(?:few{_S}|several{_S}"
    rf"|couple{_S}of{_S})?"
    rf"(?P<unit>(?:hour|day|week|month|year|decade)s)(?!\w)",
    re.I,
)
_PERIOD = "week|weekend|month|year|decade|century|night|morning|afternoon|evening|term|quarter|season"
_DAYS, _MONTHS = "|".join(WEEKDAY_NAMES), "|".join(MONTH_NAMES)
_RELATIVE = re.compile(
    rf"(?<![\w-])(?:(?P<edge>(?:the{_S})?(?:end|start|beginning|middle){_S}of{_S}|(?:early|late|later|earlier)(?:"
    rf"{_S}in)?{_S}))?"
    rf"(?P<the>the{_S})?(?P<which>next|last|this|that|coming|previous|following|same|past){_S}"
    rf"(?P<what>{_PERIOD}|{'|'.join(SEASONS)}|{_DAYS}|{_MONTHS}|day)(?![\w])(?!-(?:old|long))",
    re.I,
)
_WORD = re.compile(
    rf"(?<![\w-])(?:the{_S}day{_S}(?P<day>before{_S}yesterday|after{_S}tomorrow)|(?P<word>yesterday|today|tomorrow"
    rf"|tonight|overnight))(?![\w])",
    re.I,
)


def periods(text: str) -> Iterator[Found]:
    """Yield durations and relative periods ("next week") as (start, end, value, confidence, qualifier)."""
    yield from _relatives(text)
    numbers = scan(text)
    singles = [(match.start(), _single(text, match, numbers)) for match in _SINGLE.finditer(text)]
    counted = [(number.start, _counted(text, number, numbers)) for number in numbers]
    end = 0
    # "an hour and ten minutes" before "ten minutes"
    for start, found in sorted([*singles, *counted], key=lambda pair: pair[0]):
        if found is not None and start >= end:
            end = found[1]
            yield found


def _counted(text: str, number: Number, numbers: tuple[Number, ...]) -> Found | None:
    if number.form not in ("cardinal", "fraction"):
        return None
    part = _PART_OF.match(text, number.end) if number.form == "fraction" else None
    after = part or _AFTER.match(text, number.end)
    if after is None or (part is None and number.form == "fraction" and after["unit"].casefold() != "century"):
        return None
    unit, end, amount = after["unit"], after.end(), number.amount
    plural = text[:end].casefold().endswith("s")
    if part is None and amount != 1 and after["gap"] not in ("-", "‐", "‑") and not plural:
        return None  # "the 356 night bus", "the two second reports"
    parts = [(amount, unit)]
    if number.upper is None:
        parts, end = _compound(text, numbers, parts, end)
    value = duration(*parts)
    if value is None:
        return None
    if number.upper is not None and (top := duration((number.upper, unit))):
        value += f"/{top}"
    if (after["adj"] or "").casefold().startswith("working"):
        value += "/working"
    return _framed(text, number.start, number.lead, end, value, number.qualifier, 0.95)


def _compound(
    text: str, numbers: tuple[Number, ...], parts: list[tuple[Decimal, str]], end: int
) -> tuple[list[tuple[Decimal, str]], int]:
    if (half := _AND_HALF.match(text, end)) is not None:
        parts.append((Decimal("0.5") if half["part"].casefold() == "half" else Decimal("0.25"), parts[0][1]))
        return parts, half.end()
    while (found := _smaller_part(text, numbers, parts[-1][1], end)) is not None:
        amount, unit, end = found
        parts.append((amount, unit))
    return parts, end


def _smaller_part(text: str, numbers: tuple[Number, ...], than: str, end: int) -> tuple[Decimal, str, int] | None:
    more = _MORE.match(text, end)
    if more is None:
        return None
    for number in numbers:
        if number.start != more.end() or number.upper is not None or number.form != "cardinal":
            continue
        unit = _AFTER.match(text, number.end)
        if unit is None or unit["gap"] in ("-", "‐", "‑") or (unit["adj"] or "").casefold().startswith("working"):
            return None
        if number.amount != 1 and not text[: unit.end()].casefold().endswith("s"):
            return None  # "two months and three day passes"
        if _seconds(number.amount, unit["unit"]) >= _seconds(Decimal(1), than) or _RATE.match(text, unit.end()):
            return None  # "three years, 18 months and 90 days" is a list
        if more["comma"] and _RECKONED.match(text, unit.end()):
            return None  # "he served two years, and three days later ..."
        return number.amount, unit["unit"], unit.end()
    return None


def _single(text: str, match: re.Match[str], numbers: tuple[Number, ...]) -> Found | None:
    start, end = match.span()
    lead, qualifier = qualified(text, start)
    unit = match["unit"] or match["u2"] or "fortnight"
    amount = Decimal("0.75") if match["three"] else Decimal("0.5") if match["half"] else Decimal(1)
    if match["fort"] or match["three"]:
        return _framed(text, start, lead, end, duration((amount, unit)), qualifier, 0.9)
    if unit.casefold() == "second" and match["a"].casefold() != "one":
        return None
    parts, longer = _compound(text, numbers, [(amount, unit)], end)
    tail, is_one = _TAIL.match(text, longer), match["a"].casefold() == "one"
    # "one day" and "a day" often mean a point in time.
    clear = longer > end or match["half"] or qualifier != "exactly" or tail
    around = _LENGTH_CUE.search(text[:start]) or re.match(rf"{_S}(?:early|late|before|after)\b", text[longer:])
    if not (clear or is_one or around) or (is_one and re.match(rf"{_S}of\b", text[end:])):
        return None
    if not tail and re.search(r"(?:per|\d|million|billion|thousand) $", text[:start]):
        return None  # "£3 million a year" is a rate, "£3 million a year earlier" is not
    return _framed(text, start, lead, longer, duration(*parts), qualifier, 0.9 if clear else 0.6)


def _framed(
    text: str, start: int, lead: int, end: int, value: str | None, qualifier: Qualifier, sure: float
) -> Found | None:
    """Return the duration `text[start:end]` with the words around it ("the last", "ago").

    `value`: the duration in ISO 8601. `lead`: the start of its qualifier ("about").
    """
    if value is None:
        return None
    if lead < start and text[lead:start].casefold().startswith("over") and not _MORE_THAN.search(text[:lead]):
        lead, qualifier = start, "exactly"
    head = _HEAD_WORD.search(text[:start])
    if head is not None and not (head["head"].casefold() == "last" and _TO_LAST.search(text[: head.start("head")])):
        word = head["head"].casefold()
        return head.start(), end, f"duration:{value}/{_HEADS.get(word, word)}", sure, "exactly"
    tail = _TAIL.match(text, end)
    if tail is not None and "/" not in value:
        word = " ".join(tail["tail"].casefold().split())
        word = "later" if word == "from now" else word
        return lead, tail.end(), f"duration:{value}/{word}", sure, qualifier
    return lead, end, f"duration:{value}", sure, qualifier


def _relatives(text: str) -> Iterator[Found]:
    for match in _RELATIVE.finditer(text):
        which, what = match["which"].casefold(), match["what"].casefold()
        if what in ("may", "march") and not match["what"][0].isupper():
            continue
        if which in ("last", "past") and _TO_LAST.search(text[: match.start()]):
            continue
        if what == "fall" and which in ("this", "that", "same"):
            continue
        which = {"past": "last", "coming": "next", "previous": "last"}.get(which, which)
        edge = re.sub(r"^the | (?:in|of)$", "", (match["edge"] or "").casefold().strip())
        edge = {"later": "late", "earlier": "early", "beginning": "start"}.get(edge.split(" ")[0], edge.split(" ")[0])
        value = f"relative:{which}-{SEASONS.get(what, what)}" + (f"/{edge}" if edge else "")
        start = (
            match.start() if edge else match.start("the") if match["the"] and which != "same" else match.start("which")
        )
        yield start, match.end(), value, 0.6 if which in ("that", "same") else 0.95, "exactly"
    for match in _WORD.finditer(text):
        word = match["word"] or "the-day-" + "-".join(match["day"].split())
        sure = 0.6 if word.casefold() in ("today", "tomorrow") else 0.9
        yield match.start(), match.end(), f"relative:{word.casefold()}", sure, "exactly"
    for match in _VAGUE.finditer(text):
        head = _HEADS.get(match["head"].casefold(), match["head"].casefold())
        if head == "last" and _TO_LAST.search(text[: match.start("head")]):
            continue
        start = match.start("head") if head == "recent" else match.start()
        yield start, match.end(), f"relative:{head}-{match['unit'].casefold()}", 0.9, "exactly"


# The value of a date, and a confidence.
DateValue = tuple[str, float]

_LONG = "|".join(map(str.capitalize, MONTH_NAMES))
_MONTH = rf"(?:{_LONG}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
_WEEKDAY = f"(?:{'|'.join(map(str.capitalize, WEEKDAY_NAMES))})"
_WEEKDAY_SHORT = r"(?:Mon|Tues|Tue|Wed|Thurs|Thur|Thu|Fri|Sat|Sun)\b\.?"
_D = r"(?P<d>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_D2 = r"(?P<d2>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_Y = r"(?P<y>1[5-9]\d\d|20\d\d)(?![\d%]|[.,]\d)"
_TO = rf"(?:{_S}?[-–—]{_S}?|{_S}(?:to|until|through|and){_S}(?:the{_S})?)"
_HEAD = rf"(?<![\w.,/:-])(?:(?:{_WEEKDAY}|{_WEEKDAY_SHORT})(?:,{_S}?|{_S})(?:the{_S})?)?"
_PART = (
    rf"(?P<part>(?:[Ee]arly|[Mm]id|[Ll]ate)(?:-|{_S}(?:in{_S}(?:the{_S})?)?)"
    rf"|(?:[Tt]he{_S})?(?P<edge>[Ee]nd|[Ss]tart|[Bb]eginning|[Mm]iddle){_S}of{_S}(?:the{_S})?)?"
)
_EDGES = {"start": "early", "beginning": "early", "middle": "mid", "end": "late"}
_BOUNDARY = r"(?![\w])"

_HOUR = rf"(?:1[0-2]|[1-9]|{UNIT}|ten|eleven|twelve)"
_CLOCK = rf"(?:{_S}in{_S}the{_S}(?P<of>morning|afternoon|evening))?(?![\w-]|{_S}\w+(?:rd|th)s\b)"

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
    word = re.match(r"[a-z]*", (match["edge"] or match["part"] or "").casefold())
    return f"/{_EDGES.get(word[0], word[0])}" if word and word[0] else ""


def _month(name: str) -> int:
    return int(name) if name.isdigit() else MONTHS[name.casefold().rstrip(".")]


def _day_month(match: re.Match[str]) -> DateValue | None:
    groups = match.groupdict()
    month, year = _month(match["m"]), _year(match)
    end_month = _month(groups["m2"]) if groups.get("m2") else month
    first = day(month, int(match["d"]), year)
    if not groups.get("d2"):
        return (f"day:{first}", 1.0) if first else None
    last = day(end_month, int(groups["d2"]), year)
    return (f"day:{first}/{last}", 1.0) if first and last and first < last else None


def _slashed(match: re.Match[str]) -> DateValue | None:
    a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    # 03/04 is read the British way, with low confidence.
    value = day(a, b, year) if b > 12 else day(b, a, year)
    return (f"day:{value}", 0.9 if max(a, b) > 12 or a == b else 0.5) if value else None


def _month_year(match: re.Match[str]) -> DateValue | None:
    return f"month:{month_of(_month(match['m']), _year(match))}{_part(match)}", 1.0


def _month_alone(match: re.Match[str]) -> DateValue | None:
    name, before = match["m"], match.string[: match.start()]
    part = _part(match)
    if name in ("May", "March") and not part:
        cue = re.search(
            r"(?<!\w)(?:in|since|until|till|by|of|during|before|after|from|to|and|for|through|on) $", before, re.I
        )
        if not cue or re.match(r" (?:not|be|have|also|well|[A-Z])", match.string[match.end() :]):
            return None
    if re.match(r"[ -][A-Z][a-z]", match.string[match.end() :]) and not part:
        return f"month:{month_of(_month(name))}", 0.6
    return f"month:{month_of(_month(name))}{part}", 0.9


def _year_alone(match: re.Match[str]) -> DateValue | None:
    before, after = match.string[: match.start()], match.string[match.end() :]
    cue = re.search(_YEAR_CUE, before, re.IGNORECASE)
    firm = re.search(r"(?<!\w)(?:in|since|during|until|before|after) $", before, re.IGNORECASE)
    if re.search(r"(?:\w-|[$£€#№]|No\. ?|page |room |flight |number )$", before, re.I) or re.match(
        r"[\w%°]|-\w{3,}", after
    ):
        return None
    if _COUNT_AFTER.match(after) and not firm:
        return None
    part = _part(match)
    return f"year:{match['y']}{part}", 1.0 if part or firm else 0.9 if cue else 0.7


def _year_range(match: re.Match[str]) -> DateValue | None:
    first, last = int(match["y"]), match["y2"]
    if _COUNT_AFTER.match(match.string[match.end() :]):
        return None
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    return (f"year:{first}/{end}", 0.9) if first < end <= first + 150 else None


def _decade(match: re.Match[str]) -> DateValue | None:
    digits = match["y"]
    start = int(digits) if len(digits) == 4 else 1900 + int(digits)
    return f"decade:{start}{_part(match)}", 1.0 if len(digits) == 4 else 0.7


def _season(match: re.Match[str]) -> DateValue | None:
    year, season = match.groupdict().get("y"), SEASONS[match["s"].casefold()]
    return (f"season:{year}-{season}", 1.0) if year else (f"season:{season}", 0.6)


def _quarter(match: re.Match[str]) -> DateValue | None:
    order = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4}
    number = int(match["n"]) if match["n"] else order[match["word"].casefold()]
    return f"quarter:{match['y'] or '-'}-Q{number}", 0.9 if match["y"] else 0.6


def _clock(match: re.Match[str]) -> DateValue | None:
    half = (match["half"] or "")[:1].casefold() or None
    value = clock(int(match["h"]), int(match["min"] or 0), half)
    return (f"time:{value}", 1.0) if value else None


def _clock_in_words(match: re.Match[str]) -> DateValue | None:
    """Read "half past six", "a quarter to midnight" and "six o'clock in the evening"."""
    share, hour, half = (match[name].casefold() if match[name] else "" for name in ("share", "h", "of"))
    time = {"midnight": "00:00", "noon": "12:00", "midday": "12:00"}.get(hour)
    time = time or clock(int(value_of(hour)), 0, {"m": "a", "a": "p", "e": "p"}.get(half[:1]))
    shares = {"": 0, "half": 30, "quarter": 15}
    minutes = shares[share] if share in shares else int(value_of(share))
    if time is None or minutes >= 60:
        return None
    hours, minute = divmod((int(time[:2]) * 60 + (-minutes if match["to"] else minutes)) % 1440, 60)
    return f"time:{clock(hours, minute, None)}", 1.0


def _weekday(match: re.Match[str]) -> DateValue | None:
    return f"weekday:{WEEKDAYS[match['w'].casefold()]}", 1.0


def _noon(match: re.Match[str]) -> DateValue | None:
    return f"time:{'00:00' if match['t'].casefold() == 'midnight' else '12:00'}", 0.9


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], DateValue | None]], ...] = tuple(
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
        # "Five to ten" is a range, unless it has "minutes".
        (rf"(?<![\w-])(?:a{_S})?(?P<share>half(?!{_S}to)|quarter|{BELOW_100}(?={_S}minutes|{_S}past))(?:{_S}minutes)?{_S}"
         rf"(?:past|(?P<to>to)){_S}(?P<h>{_HOUR}|midnight|noon|midday){_CLOCK}", re.I, _clock_in_words),
        (rf"(?<![\w-])(?P<share>)(?P<to>)(?P<h>{_HOUR}){_S}o[’']clock{_CLOCK}", re.I, _clock_in_words),
        (r"(?<!\w)(?P<t>midnight|noon|midday)(?!\w)", re.I, _noon),
        (rf"(?<![\w-])(?:[Ee]very{_S})?(?P<w>{_WEEKDAY})(?=s?(?!\w))", 0, _weekday),
        (rf"(?<![\w-]){_PART}(?P<m>{_LONG})(?!\w|{_S}\d)", 0, _month_alone),
    )
)  # fmt: skip


# Rules for text without capitals, where "may" and "march" are verbs.
_LOWER = tuple(
    (re.compile(pattern.pattern, pattern.flags | re.IGNORECASE), read)
    for pattern, read in _RULES
    if read in (_day_month, _month_year, _weekday)
)


def dates(passage: ParsedSentence, taken: tuple[Place, ...] = ()) -> Iterator[Date]:
    """Yield the dates, times, periods and durations outside the spans in `taken`."""
    text = passage.text
    spans = list(periods(text))
    relative = [(start, end) for start, end, value, *_ in spans if value.startswith("relative:")]
    found: list[Found] = []
    places = list(taken)

    def add(candidate: Found) -> None:
        found.append(candidate)
        places.append(candidate[:2])

    for pattern, read in _RULES if text[1:] != text[1:].lower() else (*_LOWER, *_RULES):
        for match in pattern.finditer(text):
            # Of "the end of March", "March" is the text, so that another month fits in its place.
            start, end = here = match.end("part") if match.groupdict().get("edge") else match.start(), match.end()
            # "last March" and "next Friday" are relative dates.
            within = any(first <= start and end <= last and (first, last) != here for first, last in relative)
            if free(here, places) and not within and (date_value := read(match)) is not None:
                add((start, end, *date_value, "exactly"))
    for candidate in spans:
        if free(candidate[:2], places):
            add(candidate)
    for start, end, value, confidence, qualifier in sorted(found):
        yield Date(**passage.where(start, end), value=value, confidence=confidence, qualifier=qualifier)
