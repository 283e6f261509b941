"""Durations ("more than two years", "18 months") and periods relative to the article's date ("next week").

Does not resolve the relative ones. A direction that belongs to a duration is kept after a slash:
"the next four years" is `duration:P4Y/next`, "two years ago" is `duration:P2Y/ago`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from summarise.data import Qualifier
from summarise.facts.calendar import MONTH_NAMES, SEASONS, UNITS, WEEKDAY_NAMES, duration, less_than_one
from summarise.facts.numbers import Number, scan
from summarise.facts.qualifiers import qualified

Found = tuple[int, int, str, float, Qualifier]

_S = r"[ \u00a0\u202f]"
_UNIT = rf"(?P<unit>{UNITS}|centurie)s?(?![\w])"
# "a 19-year-old" is an age, "miles per hour" and "60 a day" are rates: none of them is a stretch of time.
_AFTER = re.compile(
    rf"(?P<gap>{_S}|[-‐‑])(?P<adj>(?:working|full|long|consecutive|straight|whole|more|calendar){_S})?{_UNIT}"
    rf"(?![-‐‑ ]old)",
    re.I,
)
# "a quarter of a century"
_PART_OF = re.compile(rf"{_S}of{_S}(?P<gap>an?{_S})(?P<adj>)(?P<unit>century|decade)(?!\w)", re.I)
# "two months and three days", "2 hours, 5 minutes", "2 hours 5 minutes"
_MORE = re.compile(rf"(?P<comma>,)?(?P<and>{_S}and)?{_S}(?=\w)", re.I)
# "two years, three days a week": the days are a rate, and no part of the duration.
_RATE = re.compile(rf"{_S}(?:an?|per|every)(?!\w)|[-‐‑/]", re.I)
_AND_HALF = re.compile(rf"{_S}and{_S}an?{_S}(?P<part>half|quarter)(?!\w)", re.I)
_SINGLE = re.compile(
    rf"(?<![\w-])(?:(?P<half>half){_S})?(?P<a>an?|one){_S}(?:(?:full|whole|further|good){_S})?(?P<unit>{UNITS})(?!\w)"
    rf"|(?<![\w-])(?P<three>three)[- ]quarters{_S}of{_S}an{_S}(?P<u2>hour)(?!\w)|(?<![\w-])(?:a{_S})?"
    rf"(?P<fort>fortnight)(?!\w)",
    re.I,
)
# "a year" alone is nearly always a rate ("1.2m a year"); these words tell that it is a length.
_LENGTH_CUE = re.compile(
    r"(?<!\w)(?:for|in|within|after|over|during|than|nearly|almost|about|around|last|lasted|took|takes|take|least"
    r"|just|under|"
    r"every|of|spent|spend|only|up to|to|as|and)[ ]$",
    re.I,
)
_TAIL = re.compile(rf"{_S}(?P<tail>ago|earlier|later|from now)(?!\w)", re.I)
_RECKONED = re.compile(rf"{_S}(?:ago|earlier|later|from now|after|before)(?!\w)", re.I)
_HEAD = re.compile(rf"(?<!\w)(?:the{_S})?(?P<head>next|last|past|coming|previous|first|following|final){_S}$", re.I)
# "Over 63 days" is a stretch of time, "for over 63 days" a lower bound.
_MORE_THAN = re.compile(
    r"(?<!\w)(?:for|of|after|in|by|last|lasted|took|take|takes|is|was|just|well|s|old|spent)[ ]$", re.I
)
_TO_LAST = re.compile(r"(?<!\w)(?:to|will|would|could|should|may|might|can|must|not|did|does|do)[ ]$", re.I)
_HEADS = {"past": "last", "previous": "last", "coming": "next", "following": "next"}
_TAILS = {"from now": "later"}
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
    """Yield (start, end, value, confidence, qualifier) of every duration and relative period in `text`."""
    yield from _relatives(text)
    numbers = scan(text)
    singles = [(match.start(), _single(text, match, numbers)) for match in _SINGLE.finditer(text)]
    counted = [(number.start, _counted(text, number, numbers)) for number in numbers]
    end = 0
    # Singles first where both begin alike, and what begins earlier before what it contains: "an hour and ten minutes".
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
    if text[: number.start].endswith(("£", "€", "$")):
        return None
    unit, end, amount = after["unit"], after.end(), number.amount
    if amount == 1 and number.end - number.start == 1 and not text[number.start].isdigit():
        return None
    plural = text[:end].casefold().endswith("s")
    if part is None and amount != 1 and after["gap"] not in ("-", "‐", "‑") and not plural:
        return None  # "the 356 night bus", "the two second reports"
    parts = [(amount, unit)]
    if number.upper is None:
        parts, end = _compound(text, numbers, parts, end)
    value = duration(*parts)
    if value is None:
        return None
    if number.upper is not None:
        top = duration((number.upper, unit))
        value = f"{value}/{top}" if top else value
    adjective = (after["adj"] or "").strip().casefold()
    if adjective == "working":
        value += "/working"
    return _framed(text, number.start, number.lead, end, value, number.qualifier, 0.95)


def _compound(
    text: str, numbers: tuple[Number, ...], parts: list[tuple[Decimal, str]], end: int
) -> tuple[list[tuple[Decimal, str]], int]:
    """Read on: "and a half", or smaller and smaller units, as in "two years, three months and four days"."""
    if (half := _AND_HALF.match(text, end)) is not None:
        parts.append((Decimal("0.5") if half["part"].casefold() == "half" else Decimal("0.25"), parts[0][1]))
        return parts, half.end()
    while (found := _smaller_part(text, numbers, parts[-1][1], end)) is not None:
        amount, unit, end = found
        parts.append((amount, unit))
    return parts, end


def _smaller_part(text: str, numbers: tuple[Number, ...], than: str, end: int) -> tuple[Decimal, str, int] | None:
    """Return the amount and unit that go on a duration which ends at `end`, and where they end."""
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
        if not less_than_one(number.amount, unit["unit"], than) or _RATE.match(text, unit.end()):
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
        value = duration((amount, unit))
        return None if value is None else _framed(text, start, lead, end, value, qualifier, 0.9)
    if unit.casefold() == "second" and match["a"].casefold() != "one":
        return None
    parts, longer = _compound(text, numbers, [(amount, unit)], end)
    cue = (
        longer > end or match["half"] or qualifier != "exactly" or _LENGTH_CUE.search(text[:start])
        or _TAIL.match(text, longer) or match["a"].casefold() == "one"
        or re.match(rf"{_S}(?:early|late|before|after)\b", text[longer:])
    )  # fmt: skip
    if not cue or (match["a"].casefold() == "one" and re.match(rf"{_S}of\b", text[end:])):
        return None
    if re.search(r"(?:per|\d|million|billion|thousand) $", text[:start]) and not _TAIL.match(text, longer):
        return None  # "£3 million a year" is a rate, "£3 million a year earlier" is not
    value = duration(*parts)
    if value is None:
        return None
    # "one day" and "a day" tell a point in time as often as a length.
    sure = 0.9 if longer > end or match["half"] or qualifier != "exactly" or _TAIL.match(text, longer) else 0.6
    return _framed(text, start, lead, longer, value, qualifier, sure)


def _framed(text: str, start: int, lead: int, end: int, value: str, qualifier: Qualifier, sure: float) -> Found:
    """Take in "the next" before a duration and "ago" behind it."""
    if lead < start and text[lead:start].casefold().startswith("over") and not _MORE_THAN.search(text[:lead]):
        lead, qualifier = start, "exactly"
    head = _HEAD.search(text[:start])
    if head is not None and not (head["head"].casefold() == "last" and _TO_LAST.search(text[: head.start("head")])):
        word = head["head"].casefold()
        return head.start(), end, f"duration:{value}/{_HEADS.get(word, word)}", sure, "exactly"
    tail = _TAIL.match(text, end)
    if tail is not None and "/" not in value:
        word = " ".join(tail["tail"].casefold().split())
        return lead, tail.end(), f"duration:{value}/{_TAILS.get(word, word)}", sure, qualifier
    return lead, end, f"duration:{value}", sure, qualifier


def _relatives(text: str) -> Iterator[Found]:
    for match in _RELATIVE.finditer(text):
        which, what = match["which"].casefold(), match["what"].casefold()
        if what == "may" and not match["what"][0].isupper():
            continue
        if what == "march" and not match["what"][0].isupper():
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
