"""Rules that replace a number, amount of money, date or name in a sentence by another."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change, draw
from benchmarks.edits.numerals import another, numeral
from benchmarks.edits.scene import Reading, Scene
from summarise.checks.arithmetic import is_fraction
from summarise.data import Date, Figure, Money, Name

MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DAY = re.compile(r"(?<![\d:.])(?:[12]?\d|3[01])(?![\d:.]\d|\d|st|nd|rd|th)")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?![\ds])")
_FRACTION = re.compile(r"hal(?:f|ves)|third|quarter|fifth|tenth|dozen| in | out of ")
# Invented names, but real nationalities, because news does not report on invented countries.
_UNKNOWN = {
    "person": ("Aldous Ferrimond", "Imke Tarrow", "Dorian Pellisk", "Sunniva Crake", "Matthis Orbell", "Jessamy Volk"),
    "organisation": ("Harbinger Trust", "Quellan Group", "Ostrow Institute", "Fennick Council", "Larkmoor Union"),
    "place": ("Brackenholt", "Sallowmere", "Tamberley", "Ravensholm", "Dunmarrow"),
    "nationality": ("Portuguese", "Peruvian", "Norwegian", "Kenyan", "Vietnamese"),
}
_TITLE = re.compile(r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Prof|Professor|Judge|Justice|Captain)\.? $")


def figures(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one figure changed. Ranges, fractions, scores and ranks are not changed."""
    for start, end, figure in scene.of(Figure):
        if figure.unit not in ("score", "ordinal") and not is_fraction(figure):
            yield from _other_number(scene, start, end, figure)


def money(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one amount of money changed."""
    for start, end, amount in scene.of(Money):
        yield from _other_number(scene, start, end, amount)


def _other_number(scene: Scene, start: int, end: int, fact: Figure | Money) -> Iterator[Change]:
    number = numeral(scene.text, start, end)
    halved = _FRACTION.search(scene.text, start, end) or re.match(r" and (?:a )?half", scene.text[end:])
    if number and fact.upper is None and not halved and (number.value > 1 or number.decimals):
        new = number.write(another(number, fact.qualifier, scene.text, start))
        yield scene.replace(number.start, number.end, new, "number in words" if number.words else "number in digits")


def dates(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with the day, month, year or weekday of a date changed, but no durations and times."""
    text = scene.text
    for start, end, date in scene.of(Date):
        if date.value.partition(":")[0] in ("duration", "time"):
            continue
        for how, names in (("month", MONTHS), ("weekday", _WEEKDAYS)):
            word = re.compile(rf"\b(?:{'|'.join(names)})\b").search(text, start, end)
            if word:
                new = names[(names.index(word[0]) + 1 + draw(text, start, how) % 4) % len(names)]
                yield scene.replace(*word.span(), new, how)
            day = _DAY.search(text, start, end) if how == "month" and word else None
            if day:
                number = int(day[0])
                yield scene.replace(*day.span(), str(number + 3 if number < 25 else number - 5), "day")
        year = _YEAR.search(text, start, end)
        if year:
            yield scene.replace(*year.span(), str(int(year[0]) + (-2, -1, 1, 2)[draw(text, start) % 4]), "year")


def names(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield the sentence with a name replaced by an invented name, and by a name of its category in the article."""
    for start, end, name in scene.of(Name):
        before, surname = scene.text[:start], len(scene.text[start:end].split()) == 1
        twice = sum(other.value == name.value for _, _, other in scene.of(Name)) > 1
        articled = name.category == "place" and before.casefold().endswith("the ")
        if name.category == "other" or twice or articled or name.confidence < 0.5:
            continue
        surname = name.category == "person" and (surname or bool(_TITLE.search(before)))
        unknown = _UNKNOWN[name.category][draw(scene.text, start) % len(_UNKNOWN[name.category])]
        yield scene.replace(start, end, unknown.split()[-1] if surname else unknown, f"unknown {name.category}")
        candidates = sorted({other.text for other in reading.names if _fits(name, other, scene, reading)})
        if candidates:
            yield scene.replace(
                start, end, candidates[draw(scene.text, start) % len(candidates)], f"{name.category} of the article"
            )


def _fits(name: Name, other: Name, scene: Scene, reading: Reading) -> bool:
    """Return whether `other` certainly names something else, has as many words, and is not mentioned nearby."""
    if other.category != name.category or other.confidence < 0.5 or len(other.text) < 4:
        return False
    if (len(other.text.split()) > 1) != (len(name.text.split()) > 1) or other.value in scene.near:
        return False
    if set(name.value.casefold().split()) & set(other.value.casefold().split()):
        return False
    # "Cardiff, Wales", "the Welsh city of Cardiff": one place contains the other.
    first, second = re.escape(name.text), re.escape(other.text)
    one_in_the_other = (
        rf"\b{first}(?:,| in| of|[’']s) (?:the )?{second}\b|\b{second}(?:,| in| of|[’']s) (?:the )?{first}\b"
    )
    return not re.search(rf"\b{second}\b", scene.near) and not re.search(one_in_the_other, reading.text)
