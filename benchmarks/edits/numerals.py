"""Finds numbers in text, and writes other numbers in the same format."""

import re
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.edits.case import draw
from summarise.data import Qualifier

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def spelled(number: int) -> str:
    """Write a whole number from 0 to 99 in words."""
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


WORDS = {spelled(number): number for number in range(100)}
WORD = "|".join(sorted(WORDS, key=len, reverse=True))
_NUMERAL = re.compile(
    r"(?<![\w.,/:-])(?:[£$€]?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<point>\.\d+)?(?!\d|[.,/:]\d)"
    rf"|(?P<word>{WORD})(?![\w]|-(?:half|third|quarter|fifth|tenth)))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text: its span, its value and its format (in words, with commas, number of decimals)."""

    start: int
    end: int
    value: Decimal
    words: bool = False
    commas: bool = False
    decimals: int = 0

    def write(self, value: Decimal) -> str:
        """Write `value` in the format of this number. Numbers above 99 are written in digits."""
        if self.words and 0 <= value < 100:
            return spelled(int(value))
        return f"{value:,.{self.decimals}f}" if self.commas or value >= 10_000 else f"{value:.{self.decimals}f}"


def numeral(text: str, start: int, end: int) -> Numeral | None:
    """Return the first number of `text` between `start` and `end`, without its sign, or None."""
    match = _NUMERAL.search(text, start, end)
    if match is None:
        return None
    if match["word"]:
        return Numeral(*match.span("word"), Decimal(WORDS[match["word"].casefold()]), words=True)
    value = Decimal(match["digits"].replace(",", "") + (match["point"] or ""))
    decimals = len(match["point"]) - 1 if match["point"] else 0
    return Numeral(match.start("digits"), match.end(), value, commas="," in match["digits"], decimals=decimals)


def another(number: Numeral, qualifier: Qualifier, *key: object) -> Decimal:
    """Return a number that makes a statement with `number` false under `qualifier`.

    An exact number becomes a near number. A bound moves in the direction that is not implied ("more than 40" to a
    larger number). A number with "about" changes by at least a half.
    """
    value = number.value
    # A round number stays round, because 2,400,002 is not a likely error for 2,400,000.
    zeros = len(str(int(value))) - len(str(int(value)).rstrip("0")) if value >= 1000 and not number.decimals else 0
    step = Decimal(1).scaleb(zeros - number.decimals)
    if qualifier in ("less than", "at most"):
        return max((value / 2).quantize(step), step) if value > step else value + step
    if qualifier != "exactly":
        return value * (2 + draw(*key) % 2)
    options = [value + 2 * step, value + 3 * step, value * 2, *([value - step] if value > 3 * step else [])]
    return options[draw(*key) % len(options)]
