"""Cardinal numbers: the grammar of digits and number words, and their exact values.

Knows no ranges, fractions or ordinals (`numbers` does) and no qualifiers (`qualifiers` does).
"""

import re
from decimal import Decimal

UNITS = dict(zip("zero one two three four five six seven eight nine".split(), range(10), strict=True))
TEENS = dict(
    zip(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
        range(10, 20),
        strict=True,
    )
)
TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
SCALES = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "million": 10**6, "bn": 10**9,
    "billion": 10**9, "tn": 10**12, "trn": 10**12, "trillion": 10**12, "lakh": 10**5, "crore": 10**7,
}  # fmt: skip
VULGAR = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅛": (1, 8), "⅜": (3, 8)}

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
    """Return the value of a stretch that `NUMBER` matched."""
    text = core.casefold().strip()
    digits = re.match(r"[\d,.\u00a0\u202f\u2009]+", text)
    if text[0] in VULGAR or (digits and digits.end() > 0):
        number = Decimal(re.sub(r"[,\u00a0\u202f\u2009]", "", digits.group())) if digits else Decimal(0)
        rest = text[digits.end() :] if digits else text
        if rest[:1] in VULGAR and rest:
            top, low = VULGAR[rest[0]]
            number, rest = number + Decimal(top) / Decimal(low), rest[1:]
        scale = rest.strip(" \t\n-\u00a0\u202f\u2009")
        return number * SCALES.get(scale, 1)
    return _spelled(re.findall(r"[a-z]+", text))


def _spelled(words: list[str]) -> Decimal:
    total, current, last = Decimal(0), Decimal(0), ""
    for word in words:
        if word in UNITS or word in TEENS or word in TENS:
            current += (UNITS | TEENS | TENS)[word]
        elif word == "hundred":
            current = (current or Decimal(1)) * 100
        elif word == "dozen":
            current = (current or Decimal(1)) * 12
        elif word in ("half", "quarter", "quarters"):
            part = Decimal("0.5") if word == "half" else Decimal("0.25")
            if word == "quarters":
                current += Decimal("0.75") - 3 if last == "three" else 0
            else:
                current += part
        elif word in SCALES:
            total += (current or Decimal(1)) * SCALES[word]
            current = Decimal(0)
        last = word
    return total + current


def plain(amount: Decimal) -> str:
    """Write `amount` without exponent, separators or needless zeros."""
    text = format(amount, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
