"""Numbers in running text: finding one, writing another in the same manner. Does not know what they count."""

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
_PARTS = ("half", "third", "quarter", "fifth", "tenth")


def spelled(number: int) -> str:
    """Write a whole number from 0 to 99 in words."""
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


WORDS = {spelled(number): number for number in range(100)}
_WORD = "|".join(sorted(WORDS, key=len, reverse=True))
NUMERAL = re.compile(
    rf"(?<![\w.,/:-])(?:(?P<sign>[£$€])?(?P<digits>\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<point>\.\d+)?(?!\d|[.,/:]\d)"
    rf"|(?P<word>{_WORD})(?![\w]|-(?:{'|'.join(_PARTS)})))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it stands: its place, its value, and whether in words, with commas, with how many decimals."""

    start: int
    end: int
    value: Decimal
    words: bool
    commas: bool
    decimals: int

    def write(self, value: Decimal) -> str:
        """Write `value` in the manner of this number; numbers above 99 have no words here and take digits."""
        if self.words and value == int(value) and 0 <= value < 100:
            return spelled(int(value))
        if self.decimals:
            return f"{value:,.{self.decimals}f}" if self.commas else f"{value:.{self.decimals}f}"
        return f"{int(value):,}" if self.commas or value >= 10_000 else str(int(value))


def numeral(text: str, start: int = 0, end: int | None = None) -> Numeral | None:
    """Return the first number of `text` between `start` and `end`, its sign left out; None without one."""
    match = NUMERAL.search(text, start, len(text) if end is None else end)
    if match is None:
        return None
    if match["word"]:
        return Numeral(*match.span("word"), Decimal(WORDS[match["word"].casefold()]), True, False, 0)
    value = Decimal(match["digits"].replace(",", "") + (match["point"] or ""))
    decimals = len(match["point"]) - 1 if match["point"] else 0
    return Numeral(match.start("digits"), match.end(), value, False, "," in match["digits"], decimals)


def another(number: Numeral, qualifier: Qualifier, *key: object) -> Decimal:
    """Return a number that makes a statement with `number` false under `qualifier`.

    Exact numbers become a near one, one with two digits swapped, or one of another size; bounds move to the side
    that is not implied ("more than 40" to a larger number); "about" moves by at least a half.
    """
    value, step = number.value, Decimal(1).scaleb(-number.decimals)
    if value >= 1000 and value == int(value):
        # A round number stays round: nobody writes 2,400,002 by mistake for 2,400,000.
        step = Decimal(10) ** (len(str(int(value))) - len(str(int(value)).rstrip("0")))
    if qualifier in ("more than", "at least"):
        return _rounded(value * (2 if draw(*key) % 2 else 3), step)
    if qualifier in ("less than", "at most"):
        return max(_rounded(value / 2, step), step) if value > step else value + step
    if qualifier == "about":
        return _rounded(value * 2, step) if draw(*key) % 2 or value < 4 else _rounded(value / 2, step)
    options = [value + 2 * step, value + 3 * step, _swapped(value, step), value * 2]
    options += [value - step] if value > 3 * step else []
    fitting = sorted({option for option in options if option != value and option > 0})
    return fitting[draw(*key) % len(fitting)]


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step)


def _swapped(value: Decimal, step: Decimal) -> Decimal:
    """Swap the first two digits that differ: 15 becomes 51, 417 becomes 147."""
    digits = str(int(value / step))
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1] and (at > 0 or digits[1] != "0"):
            return Decimal(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]) * step
    return value
