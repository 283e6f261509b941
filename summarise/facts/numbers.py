"""Parses numbers: cardinals, ranges, fractions, ratios, scores, ordinals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple, cast

from summarise.data import Qualifier
from summarise.facts.lexicon import MONTH_NAMES, spellings

UNITS = {word: value for value, word in enumerate("zero one two three four five six seven eight nine".split())}
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SPELLED = UNITS | TEENS | TENS
SCALES = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "million": 10**6, "bn": 10**9,
    "billion": 10**9, "tn": 10**12, "trn": 10**12, "trillion": 10**12, "lakh": 10**5, "crore": 10**7,
}  # fmt: skip
_VULGAR = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅛": (1, 8), "⅜": (3, 8)}

SPACE = "[ \t\u00a0\u202f\u2009\n]"
UNIT = "(?:" + "|".join(UNITS) + ")"
_TEEN = "(?:" + "|".join(TEENS) + ")"
TEN = "(?:" + "|".join(TENS) + ")"
SCALE_WORD = "(?:thousand|million|billion|trillion|lakh|crore)"
SCALE_ANY = "(?:k|thousand|mn|mln|million|m|bn|billion|trn|trillion|tn|lakh|crore)"
_DIGITS = (
    r"(?<![\w.,/:])(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:[\u00a0\u202f\u2009]\d{3})+|\d+)(?:\.\d+)?"
    r"[½⅓⅔¼¾⅕⅛⅜]?(?!\d|[.,]\d)"
)
BELOW_100 = rf"(?:{TEN}(?:[-‐‑ ]{UNIT})?|{_TEEN}|{UNIT})"
BELOW_1000 = rf"(?:(?:an?|{BELOW_100})[- ]hundred(?:(?:{SPACE}and)?{SPACE}{BELOW_100})?|{BELOW_100})"
_HALF = rf"(?:{SPACE}and{SPACE}an?{SPACE}(?:half|quarter)|{SPACE}and{SPACE}three[- ]quarters)"
_WORDS = (
    rf"(?:(?:an?|half{SPACE}an?|{BELOW_100}){SPACE}dozen|(?:an?|{BELOW_1000}){_HALF}?(?:[- ]{SCALE_WORD}(?:(?:,"
    rf"|{SPACE}and)?{SPACE}{BELOW_1000}(?!\w))?)+"
    rf"|{BELOW_1000}{_HALF}?|half{SPACE}an?{SPACE}{SCALE_WORD}|an?{SPACE}(?:half|quarter){SPACE}{SCALE_WORD}"
    r")"
)
CORE = (
    rf"(?:[½⅓⅔¼¾⅕⅛⅜]|{_DIGITS}(?:(?:{SPACE}|-)?{SCALE_ANY}(?<!{SPACE}m)(?![\w’'&]))?"
    rf"|(?<![\w.-]){_WORDS}(?![\w]|-{UNIT}\b))"
)
NUMBER = re.compile(CORE, re.IGNORECASE)


def value_of(core: str) -> Decimal:
    """Return the value of a text that `NUMBER` matches: "1.5 million"."""
    text = core.casefold().strip()
    leading = re.match(r"[\d,.\u00a0\u202f\u2009]+", text)
    digits = leading[0] if leading else ""
    rest = text[len(digits) :]
    vulgar = _VULGAR.get(rest[:1])
    if not digits and vulgar is None:
        return _spelled(re.findall(r"[a-z]+", text))
    number = Decimal(re.sub(r"[,\u00a0\u202f\u2009]", "", digits) or 0)
    if vulgar is not None:
        number += Decimal(vulgar[0]) / Decimal(vulgar[1])
        rest = rest[1:]
    return number * SCALES.get(rest.strip(" \t\n-\u00a0\u202f\u2009"), 1)


def _spelled(words: list[str]) -> Decimal:
    total, current = Decimal(0), Decimal(0)
    for word in words:
        if word in _SPELLED:
            current += _SPELLED[word]
        elif word in ("hundred", "dozen"):
            current = (current or Decimal(1)) * (100 if word == "hundred" else 12)
        elif word == "half":
            current += Decimal("0.5")
        elif word == "quarter":
            current += Decimal("0.25")
        elif word == "quarters":
            # "and three quarters"
            current += Decimal("0.75") - 3
        elif word in SCALES:
            total += (current or Decimal(1)) * SCALES[word]
            current = Decimal(0)
    return total + current


def plain(amount: Decimal) -> str:
    """Format `amount` without exponent, separators or trailing zeros."""
    text = format(amount, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


_QUALIFIERS = cast("dict[str, Qualifier]", spellings("qualifiers"))
_QUALIFIER = "|".join(sorted((q.replace(" ", SPACE + "+") for q in _QUALIFIERS), key=len, reverse=True))
_LEAD = re.compile(rf"(?<!\w)(?P<q>{_QUALIFIER}){SPACE}+$", re.IGNORECASE)


def qualified(text: str, start: int) -> tuple[int, Qualifier]:
    """Return start and meaning of the qualifier ("about") that ends at `start`; without one, `start` and "exactly"."""
    match = _LEAD.search(text, max(0, start - 30), start)
    return (match.start(), _QUALIFIERS[" ".join(match["q"].casefold().split())]) if match else (start, "exactly")


_OPENING = re.compile(
    rf"(?<!\w)(?:(?P<between>between)|(?:rang(?:es?|ed|ing)|var(?:y|ies|ied|ying)|anywhere){SPACE}+(?P<from>from))"
    rf"{SPACE}+$",
    re.IGNORECASE,
)
_REACH = 32
_LINKS = {"between": ("and", "to"), "from": ("to",)}


class Opening(NamedTuple):
    """The word that opens a range ("between"). `links`: words that may link its ends ("and")."""

    start: int
    links: tuple[str, ...]


def opening(text: str, start: int) -> Opening | None:
    """Return the "between" or "ranging from" directly before the number at `start`."""
    match = _OPENING.search(text, max(0, start - _REACH), start)
    if match is None:
        return None
    word = "between" if match["between"] else "from"
    return Opening(match.start(word), _LINKS[word])


Form = Literal["cardinal", "ordinal", "fraction", "ratio", "score", "vague", "multiple", "half", "decade"]

_PARTS = {
    "half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "twelfth": 12, "twentieth": 20, "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
    "fortieth": 40, "fiftieth": 50, "hundredth": 100,
}  # fmt: skip
_DASH = "[-–—‐‑]"
_RANGE = re.compile(rf"{SPACE}to{SPACE}|{SPACE}?{_DASH}{SPACE}?")
_FROM = re.compile(rf"(?<!\w)from{SPACE}+$", re.IGNORECASE)
# "Fell from 12,000 tonnes in 2021 to 8,000 tonnes" has no range from 2021 to 8,000.
_IN_YEAR = re.compile(rf"(?<!\w)(?:in|since|by|{'|'.join(MONTH_NAMES)}){SPACE}+$", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_FRACTION = re.compile(
    r"(?<![\w.-])(?:(?P<n>an?|" + "|".join([*UNITS, *TEENS]) + rf")[- ](?P<d>{'|'.join(_PARTS)})s?"
    r"|(?P<bare>half)|(?P<top>\d{1,3})/(?P<low>\d{1,3}))(?![\w/]|[-‐‑]\w| (?:in a row|straight|running)\b)",
    re.IGNORECASE,
)
_OF_A_SCALE = re.compile(rf"{SPACE}of{SPACE}an?{SPACE}(?P<scale>{SCALE_WORD})(?![\w‐‑-])", re.IGNORECASE)
_ORDINAL = re.compile(
    rf"(?<![\w.,-])(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})*)(?:st|nd|rd|th)|(?:(?P<tens>{TEN})[- ])?"
    rf"(?P<word>{'|'.join(_ORDINALS)}))(?!\w)",
    re.IGNORECASE,
)
_RATIO = re.compile(
    rf"(?<![\w.-])(?P<a>{BELOW_100}|\d{{1,3}}){SPACE}(?:(?P<noun>[a-z]+){SPACE})?(?:in|out{SPACE}of)(?:{SPACE}every)?"
    rf"{SPACE}(?P<b>{BELOW_100}|\d{{1,4}}|an?{SPACE}hundred|an?{SPACE}thousand|100,000)(?![\w,.]*\d|\w|{SPACE}?"
    rf"(?:%|per|{SCALE_WORD}))",
    re.IGNORECASE,
)
_SCORE = re.compile(r"(?<![\w.,/:–-])(?P<a>\d{1,3})[-–](?P<b>\d{1,3})(?![\w/:–-]|[.,]\d|%)")
_VAGUE = re.compile(
    rf"(?<!\w)(?P<v>(?:tens|hundreds)(?={SPACE}of{SPACE}(?:thousands|millions|billions))|dozens|hundreds|thousands"
    rf"|millions|billions)"
    rf"(?:{SPACE}of{SPACE}(?P<w>thousands|millions|billions))?(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text. `lead`: start of its qualifier ("about").

    `upper`: upper end of a range, second half of a score, or total of a ratio. `exact`: value of a fraction or ratio.
    """

    start: int
    end: int
    lead: int
    amount: Decimal
    upper: Decimal | None = None
    qualifier: Qualifier = "exactly"
    form: Form = "cardinal"
    exact: Fraction | None = None


def _ranges(text: str, singles: list[re.Match[str]]) -> Iterator[Number]:
    last = 0
    for index, match in enumerate(singles):
        start, end = match.span()
        if start < last:
            continue
        amount, upper, opened = value_of(match[0]), None, opening(text, start)
        lead, qualifier = qualified(text, start)
        if index + 1 < len(singles):
            after = singles[index + 1]
            gap, top, low = text[end : after.start()], value_of(after[0]), _scaled_like(amount, match[0], after[0])
            year = _YEAR.fullmatch(match[0]) and not _YEAR.fullmatch(after[0]) and _IN_YEAR.search(text[:start][-12:])
            joined = (
                (_RANGE.fullmatch(gap) and not _FROM.search(text[:start][-8:]) and not year)
                or (opened is not None and re.fullmatch(rf"{SPACE}(?:{'|'.join(opened.links)}){SPACE}", gap))
                or (top == amount + 1 and re.fullmatch(rf"{SPACE}or{SPACE}", gap))
            )
            if joined and low < top:
                amount, upper, end, last = low, top, after.end(), after.end()
                lead = opened.start if opened is not None else lead
        yield Number(start, end, lead, amount, upper, qualifier)


def _scaled_like(amount: Decimal, words: str, after: str) -> Decimal:
    """Return the first `amount` of a range with the scale of the second: 20 million in "20 to 30 million".

    `words` and `after`: the two numbers as written.
    """
    scale = re.search(rf"({SCALE_ANY})$", after.casefold())
    if scale and not re.search(rf"{SCALE_ANY}$", words.casefold()) and amount < 1000:
        return amount * SCALES[scale.group(1)]
    return amount


def _fractions(text: str) -> Iterator[Number]:
    for match in _FRACTION.finditer(text):
        if match["top"]:
            top, low = int(match["top"]), int(match["low"])
            if not 0 < top < low <= 100:
                continue
        elif match["bare"]:
            top, low = 1, 2
        else:
            numerator = match["n"].casefold()
            top = 1 if numerator in ("a", "an") else _SPELLED[numerator]
            low = _PARTS[match["d"].casefold()]
        # "Six quarters" are periods.
        if 0 < top < low:
            lead, qualifier = qualified(text, match.start())
            value = Fraction(top, low)
            scaled = _OF_A_SCALE.match(text, match.end())
            if scaled and (whole := SCALES[scaled["scale"].casefold()] * value).denominator == 1:
                yield Number(match.start(), scaled.end(), lead, Decimal(whole.numerator), None, qualifier)
                continue
            yield Number(match.start(), match.end(), lead, Decimal(top) / low, None, qualifier, "fraction", value)


def _ordinals(text: str) -> Iterator[Number]:
    for match in _ORDINAL.finditer(text):
        if match["digits"]:
            amount = int(match["digits"].replace(",", ""))
        else:
            amount = TENS.get((match["tens"] or "").casefold(), 0) + _ORDINALS[match["word"].casefold()]
        yield Number(match.start(), match.end(), match.start(), Decimal(amount), form="ordinal")


def _ratios(text: str) -> Iterator[Number]:
    for match in _RATIO.finditer(text):
        a, b = value_of(match["a"]), value_of(match["b"])
        if 0 < a < b and (match["noun"] is None or a <= 3) and not 1900 <= b <= 2099:
            lead, qualifier = qualified(text, match.start())
            yield Number(match.start(), match.end(), lead, a, b, qualifier, "ratio", Fraction(int(a), int(b)))


def scan(text: str) -> tuple[Number, ...]:
    """Return the numbers in a text, in order. Of overlapping numbers the longest is kept."""
    singles = list(NUMBER.finditer(text))
    found = [*_ratios(text), *_fractions(text), *_ordinals(text), *_ranges(text, singles)]
    for match in _SCORE.finditer(text):
        if int(match["a"]) >= int(match["b"]):
            pair = Decimal(match["a"]), Decimal(match["b"])
            found.append(Number(match.start(), match.end(), match.start(), *pair, form="score"))
    for match in _VAGUE.finditer(text):
        scale = {"tens": 10, "dozens": 12, "hundreds": 100, "thousands": 10**3, "millions": 10**6, "billions": 10**9}
        amount = Decimal(scale[match["v"].casefold()] * scale.get((match["w"] or "").casefold(), 1))
        found.append(Number(match.start(), match.end(), match.start(), amount, None, "at least", "vague"))
    order = ("ratio", "score", "fraction", "ordinal", "vague", "cardinal")
    kept: list[Number] = []
    for number in sorted(found, key=lambda n: (-(n.end - n.start), n.start, order.index(n.form))):
        if all(number.end <= other.start or number.start >= other.end for other in kept):
            kept.append(number)
    return tuple(sorted(kept, key=lambda n: n.start))
