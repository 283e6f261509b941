"""Figures: another number, scale, qualifier or noun. Money, dates and units have their own rules."""

import re
from collections.abc import Iterator
from decimal import Decimal

from benchmarks.edits.case import Change, draw
from benchmarks.edits.numerals import another, numeral, spelled
from benchmarks.edits.scene import Reading, Scene, pick
from summarise.data import Figure

SCALES = {"million": "billion", "billion": "million", "thousand": "million", "trillion": "billion"}
_SHORT = {"m": "bn", "bn": "m", "k": "m"}
_FLIPPED = {
    "more than": "fewer than", "fewer than": "more than", "less than": "more than", "at least": "at most",
    "at most": "at least", "over": "under", "under": "over", "up to": "at least", "no more than": "at least",
    "no fewer than": "at most", "nearly": "more than", "almost": "more than", "just under": "just over",
    "just over": "just under",
}  # fmt: skip
_FRACTIONS = {
    "half": "a third", "a third": "a quarter", "one third": "one quarter", "one-third": "one-quarter",
    "a quarter": "a third", "two-thirds": "one-third", "two thirds": "one third", "three-quarters": "two-thirds",
    "three quarters": "two thirds", "a fifth": "a third", "a tenth": "a fifth", "one-tenth": "one-fifth",
}  # fmt: skip
_VAGUE = {"dozens": "hundreds", "hundreds": "thousands", "thousands": "millions"}
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_ANYBODY = {
    "people",
    "persons",
    "others",
    "things",
    "items",
    "individuals",
    "members",
    "years",
    "times",
    "cases",
    "hundreds",
    "thousands",
    "millions",
    "dozens",
}
_PLURAL = re.compile(r"(?:[a-z]{3,}s|people|men|women|children)")


def figures(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield one change for each way in which a figure of the sentence can be made wrong."""
    for start, end, figure in scene.figures:
        yield from _numbers(scene, start, end, figure)
        yield from _wording(scene, start, end, figure)
        yield from _of_another_noun(scene, reading, start, end, figure)
        yield from _noun(scene, reading, start, end, figure)


def _numbers(scene: Scene, start: int, end: int, figure: Figure) -> Iterator[Change]:
    found = numeral(scene.text, start, end)
    if figure.unit == "ordinal":
        yield from _ordinal(scene, start, end)
    elif found and figure.upper is None and (found.value > 1 or found.decimals) and not _fractional(scene, start, end):
        new = another(found, figure.qualifier, scene.text, start)
        if figure.unit == "age":
            new = found.value + 1 + draw(scene.text, start) % 9
        how = "number in words" if found.words else "number in digits"
        how = {"per cent": "percentage", "percentage point": "percentage", "age": "age"}.get(figure.unit or "", how)
        if figure.unit != "score":
            yield scene.replace(found.start, found.end, found.write(new), how)
    elif found and figure.unit == "score" and not found.words:
        yield scene.replace(found.start, found.end, str(int(found.value) + 1 + draw(scene.text) % 2), "score")
    elif found and figure.upper is not None and figure.unit != "share":
        last = numeral(scene.text, found.end + 1, end)
        if last and last.value > found.value:
            new = last.value * 2
            yield scene.replace(last.start, last.end, last.write(new), "end of a range")


def _fractional(scene: Scene, start: int, end: int) -> bool:
    if re.match(r" and (?:a )?half", scene.text[end:]):
        return True
    return bool(re.search(r"hal(?:f|ves)|third|quarter|fifth|tenth|dozen| in | out of ", scene.text[start:end]))


def _ordinal(scene: Scene, start: int, end: int) -> Iterator[Change]:
    digits = re.compile(r"\d+(?=st|nd|rd|th)").search(scene.text, start, end)
    if digits:
        new = int(digits.group()) + 2
        ending = "th" if 10 < new % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(new % 10, "th")
        yield scene.replace(digits.start(), digits.end() + 2, f"{new}{ending}", "ordinal")
    word = re.compile(rf"\b(?:{'|'.join(_ORDINALS[2:])})\b").search(scene.text, start, end)
    if word:
        new_word = _ORDINALS[(_ORDINALS.index(word.group()) + 1) % 10]
        yield scene.replace(word.start(), word.end(), new_word, "ordinal")


def _wording(scene: Scene, start: int, end: int, figure: Figure) -> Iterator[Change]:
    text = scene.text
    for table, how in ((SCALES, "scale"), (_FLIPPED, "qualifier"), (_FRACTIONS, "fraction"), (_VAGUE, "vague number")):
        words = "|".join(sorted(table, key=len, reverse=True))
        match = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE).search(text, start, end)
        if match and how == "fraction" and re.search(r"\band an? $", text[: match.start()]):
            continue  # "a page and a half"
        if match and not (how == "scale" and text[match.end() : match.end() + 1] == "s"):
            new = table[match.group().casefold()]
            if new == "fewer than" and (figure.counted is None or figure.unit is not None):
                new = "less than"
            # "more than" and "at most" stand everywhere; what must not be near is the bound with its number.
            brought = new if how != "qualifier" else new + text[match.end() : end]
            yield scene.replace(match.start(), match.end(), new, how, brought=brought)
    short = re.compile(r"(?<=\d)(?:m|bn|k)\b").search(text, start, end)
    if short:
        yield scene.replace(short.start(), short.end(), _SHORT[short.group()], "scale")


def _of_another_noun(scene: Scene, reading: Reading, start: int, end: int, figure: Figure) -> Iterator[Change]:
    found = numeral(scene.text, start, end)
    if found is None or found.value < 2 or figure.qualifier != "exactly" or figure.upper is not None:
        return
    if figure.unit in ("score", "ordinal", "share", "times", "age") or _fractional(scene, start, end):
        return
    amounts = sorted(
        {
            _written(other)
            for other in reading.figures
            if other.upper is None
            and other.amount not in (figure.amount, Decimal(1))
            and other.amount == int(other.amount)
            and (other.counted != figure.counted or other.unit != figure.unit)
            and Decimal("0.05") < other.amount / (figure.amount or 1) < 20
        }
    )
    amounts = [amount for amount in amounts if not _holds(scene.near, amount)]
    if amounts:
        new = pick(amounts, scene.text, start)
        yield scene.replace(found.start, found.end, new, "number of another noun")


def _written(figure: Figure) -> str:
    amount = int(figure.amount)
    return spelled(amount) if amount <= 10 else f"{amount:,}"


def _holds(text: str, written: str) -> bool:
    return re.search(rf"(?<![\w,.]){re.escape(written)}(?![\w]|[.,]\d)", text, re.IGNORECASE) is not None


def _noun(scene: Scene, reading: Reading, start: int, end: int, figure: Figure) -> Iterator[Change]:
    counted = re.search(r" ([a-z]{3,})$", scene.text[start:end])
    if figure.counted is None or figure.unit is not None or figure.amount <= 1 or counted is None:
        return
    if not _PLURAL.fullmatch(counted[1]):
        return
    nouns = sorted(
        {
            other.text.split()[-1]
            for other in reading.figures
            if other.counted not in (None, figure.counted) and other.unit is None and other.amount > 1
        }
        - _ANYBODY
    )
    nouns = [noun for noun in nouns if _PLURAL.fullmatch(noun) and not re.search(rf"\b{noun}\b", scene.near)]
    if nouns:
        new = pick(nouns, scene.text, start)
        yield scene.replace(start + counted.start(1), end, new, "counted noun")
