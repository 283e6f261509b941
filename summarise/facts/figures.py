"""Figures: amounts with their unit, or with the noun that they count.

Money and dates are not figures. Does not convert units: kilometres and miles stay what they are.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from summarise.data import Figure
from summarise.facts.cardinals import NUMBER, plain, value_of
from summarise.facts.counted_nouns import Counted, counted_noun, singular
from summarise.facts.fractions import fraction, share
from summarise.facts.numbers import Form, Number, scan
from summarise.facts.parsed_sentence import ParsedSentence, Place, free
from summarise.facts.qualifiers import qualified
from summarise.facts.ranges import opening
from summarise.facts.units import UNIT, UNITS

_AGE_AFTER = re.compile(r"[- ]years?[- ](?:old|of[- ]age)s?(?!\w)|[- ]months?[- ]olds?(?!\w)", re.I)
_AGE_BEFORE = re.compile(
    r"(?<!\w)(?:aged|at the age of|age|ages?|turned|turns|(?:who|he|she) (?:is|was|turned|will be|would be)"
    r"(?: only| just)?)[ ]$",
    re.I,
)
_APPOSED = re.compile(r"[A-Z][\w'’.-]{1,40}, $")
_TWICE = re.compile(
    r"(?<!\w)(?:twice|thrice)(?= (?:(?:as|the|what|that|its|their|his|her)\b|(?:last|this) \w+[’']s\b))", re.I
)
_RANKED = re.compile(r"\b(?:finish(?:es|ed|ing)?|c[ao]mes?|coming|placed|ranked|ranks?) $", re.I)
_AND_A_HALF = re.compile(r"(?<![\w-])(?:an?|one) [a-z]+ and a half(?!\w)", re.I)
_IDENTIFIER = re.compile(
    r"(?:\b(?:No|Nos|no)\. ?|№ ?|#|\b(?:number|page|pages|room|flight|route|article|section|chapter|channel"
    r"|highway|junction|"
    r"platform|gate|figure|table|version|windows|formula|group|grade|year|level|type|phase|stage|day|week|apollo|"
    r"covid|g|under|unit|block|bus|line|size|psalm|part|volume|act|point|zone|category|class|division|league"
    r"|round) ?-?)$",
    re.I,
)
_CONTEST = re.compile(
    r"\b(?:win|wins|won|beat\w*|lost|los\w+|draw\w*|drew|defeat\w*|victor\w+|lead\w*|led|goal\w*|scor\w+|match"
    r"|game|games|set|sets|aggregate|penalt\w+|champion\w*|cup|league|final|semi-final|ahead|down|up|triumph\w*"
    r"|thrash\w*)\b",
    re.I,
)
_VOTED, _VOTE = re.compile(r"\bvote[sd]? (?:by )?\Z", re.I), re.compile(r" votes?\b", re.I)


def figures(passage: ParsedSentence, taken: tuple[Place, ...] = ()) -> Iterator[Figure]:
    """Yield the figures of `passage` in order, leaving out the places in `taken` (its money and dates)."""
    text = passage.text
    numbers = [n for n in scan(text) if free((n.start, n.end), taken)]
    numbers = sorted([*numbers, *_multiples(text, taken)], key=lambda number: (number.start, -number.end))
    end_of_last = 0
    for number in numbers:
        if number.start < end_of_last:
            continue
        figure = _figure(passage, number)
        if figure is not None:
            figure = _clear(passage, figure, number, taken, end_of_last)
            end_of_last = passage.place_of(figure)[1]
            yield figure


def _clear(passage: ParsedSentence, figure: Figure, number: Number, taken: tuple[Place, ...], after: int) -> Figure:
    """Keep qualifier and noun out of the facts beside the figure: they may belong to those."""
    start, end = passage.place_of(figure)
    if start >= after and free((start, end), taken):
        return figure
    alone = passage.where(number.start, number.end)
    return figure.model_copy(update={**alone, "qualifier": "exactly", "counted_noun": None})


def _multiples(text: str, taken: tuple[Place, ...]) -> Iterator[Number]:
    """Find "twice" where it multiplies ("twice as long", "more than twice what it cost"), and "a page and a half"."""
    forms: tuple[tuple[re.Pattern[str], Form], ...] = ((_TWICE, "multiple"), (_AND_A_HALF, "half"))
    for expression, form in forms:
        for match in expression.finditer(text):
            if free(match.span(), taken):
                lead, qualifier = qualified(text, match.start())
                amount = Decimal("1.5") if form == "half" else Decimal(3 if match[0].casefold() == "thrice" else 2)
                yield Number(match.start(), match.end(), lead, amount, None, qualifier, form)


def _half_more(passage: ParsedSentence, number: Number) -> Figure:
    """Read "a metre and a half", a measure, or "a page and a half", a count."""
    noun = passage.text[number.start : number.end].split()[1].casefold()
    if (unit := UNITS.get(noun)) is not None:
        return _build(passage, number, number.lead, number.end, unit=unit)
    return _build(passage, number, number.lead, number.end, counted_noun=singular(noun), sure=0.9)


def _figure(passage: ParsedSentence, number: Number) -> Figure | None:
    if number.form == "half":
        return _half_more(passage, number)
    text, start = passage.text, number.start
    before, after = text[:start], text[number.end :]
    share_follows = re.match(r"(?:[ -](?:%|per ?cent)|%)", after, re.I)
    if _IDENTIFIER.search(before[-14:]) and number.lead == start and not share_follows:
        return None
    if after[:1] == "s" or re.search(r"(?:^|[\s(])[-−]$|\b(?:a|an) \w+ or $", before):
        return None  # "the Under 21s", "-5", "a year or two"
    if text[start].isupper() and re.search(r"[\w,] $", before) and re.match(r" [A-Z]", after):
        return None  # "Ten City"
    if number.form == "multiple":
        return _build(passage, number, number.lead, number.end, unit="times", sure=0.8)
    if number.form == "ratio":
        return share(passage, number, number.end)
    if number.form == "fraction":
        return fraction(passage, number)
    if number.form == "score" or (number.upper is not None and _is_score(text, number)):
        return _score(passage, number)
    if number.form == "ordinal":
        return _ordinal(passage, number)
    unit = UNIT.match(text, number.end)
    if unit is not None and _is_unit(unit, number):
        return _measured(passage, number, UNITS[unit["unit"].casefold()], unit.end())
    if number.form == "vague":
        return _vague(passage, number)
    age = _AGE_AFTER.match(text, number.end)
    if age is not None:
        return _build(
            passage, number, number.lead, age.end(), unit="age" if "year" in age.group().casefold() else "month old"
        )
    if _is_age(before, after, number):
        return _build(passage, number, number.lead, number.end, unit="age", sure=0.8)
    return _counting(passage, number)


def _is_unit(unit: re.Match[str], number: Number) -> bool:
    """Tell a unit of one letter from a word or a grade: it stands right behind a digit, and degrees are capitals."""
    word = unit["unit"]
    if len(word) > 1 or not word.isalpha():
        return True
    return unit.start("unit") == number.end and unit.string[number.end - 1].isdigit() and word not in ("c", "f")


def _build(
    passage: ParsedSentence,
    number: Number,
    start: int,
    end: int,
    *,
    unit: str | None = None,
    counted_noun: str | None = None,
    value: str | None = None,
    sure: float = 0.95,
) -> Figure:
    span = plain(number.amount) + (f"-{plain(number.upper)}" if number.upper is not None else "")
    return Figure(
        **passage.where(start, end),
        value=value or (f"{span} {unit}" if unit else span),
        confidence=sure,
        amount=number.amount,
        upper=number.upper,
        qualifier=number.qualifier,
        unit=unit,
        counted_noun=counted_noun,
    )


def _measured(passage: ParsedSentence, number: Number, unit: str, end: int) -> Figure:
    number, end = _other_end(passage.text, number, unit, end)
    share = re.match(r" of (?=\w)", passage.text[end:]) if unit == "per cent" else None
    noun = counted_noun(passage.following(end)) if share else None
    return _build(passage, number, number.lead, end, unit=unit, counted_noun=noun.noun if noun else None)


def _other_end(text: str, number: Number, unit: str, end: int) -> tuple[Number, int]:
    """Read on to the other end of a range that tells its unit twice: "between 3 per cent and 8 per cent"."""
    opened = opening(text, number.start) if number.upper is None else None
    link = re.compile(r" (\w+) ").match(text, end) if opened is not None else None
    if opened is None or link is None or link[1] not in opened.links:
        return number, end
    other = NUMBER.match(text, link.end())
    measure = UNIT.match(text, other.end()) if other is not None else None
    if other is None or measure is None or UNITS[measure["unit"].casefold()] != unit:
        return number, end
    upper = value_of(other.group())
    if upper <= number.amount:
        return number, end
    return replace(number, lead=opened.start, upper=upper), measure.end()


def _counting(passage: ParsedSentence, number: Number) -> Figure | None:
    text, words = passage.text, passage.text[number.start : number.end]
    noun = counted_noun(passage.following(number.end))
    before = text[: number.start]
    if words.casefold() == "one" and not _counts_one(passage, number, noun):
        return None
    if re.fullmatch(r"[\d.,]+m", words) and not (noun is not None and noun.direct and noun.plural):
        return None  # "5m" is five million or five metres: without a plural nobody can tell
    # A numeral right behind a capitalised word is part of a name: "Boeing 737", "Apollo 11".
    named = words[0].isdigit() and number.lead == number.start and re.search(r"[\w,;)] [A-Z][\w&]+ $", before)
    if named and (noun is None or not noun.plural):
        return None
    if noun is not None and noun.direct and (noun.plural or number.amount == 1):
        alone = 0.6 if words.casefold() == "one" else 0.95
        return _build(passage, number, number.lead, noun.end, counted_noun=noun.noun, sure=alone)
    if noun is not None and noun.direct:
        # "the 747 bus": the number tells which bus, not how many.
        return _build(passage, number, number.lead, number.end, sure=0.5)
    sure = 0.85 if noun is not None or words[0].isdigit() else 0.75
    return _build(passage, number, number.lead, number.end, counted_noun=noun.noun if noun else None, sure=sure)


def _counts_one(passage: ParsedSentence, number: Number, noun: Counted | None) -> bool:
    """Tell the number one from the pronoun: it counts a noun directly, and not a day or a way."""
    if noun is None or not noun.direct or noun.noun in _ONE_OF_MANY or passage.tokens[0].tag == "":
        return False
    following = passage.following(number.end)
    return bool(following) and following[0].tag in ("NN", "VBG") and noun.end - number.end < 25


_ONE_OF_MANY = {
    "day", "way", "thing", "time", "side", "hand", "point", "reason", "another", "moment", "night", "morning",
    "stage", "end", "step", "love", "voice", "kind", "sort", "place", "example",
}  # fmt: skip


def _vague(passage: ParsedSentence, number: Number) -> Figure | None:
    noun = counted_noun(passage.following(number.end))
    words = " ".join(passage.text[number.start : number.end].casefold().split())
    return _build(
        passage, number, number.lead, number.end, counted_noun=noun.noun if noun else None, value=words, sure=0.6
    )


def _is_score(text: str, number: Number) -> bool:
    dashed = re.fullmatch(r"\d{1,2}[-–]\d{1,2}", text[number.lead : number.end])
    return dashed is not None and not UNIT.match(text, number.end) and _tells_scores(text, number)


def _tells_scores(text: str, number: Number) -> bool:
    """Tell whether a sentence is about a match, or two numbers of it about a vote ("voted 5-2", "a 5-2 vote")."""
    voted = _VOTED.search(text, 0, number.start) or _VOTE.match(text, number.end)
    return bool(voted or _CONTEST.search(text))


def _score(passage: ParsedSentence, number: Number) -> Figure | None:
    if not _tells_scores(passage.text, number) or number.upper is None:
        return None
    # The winner's goals come first in one report and the home side's in another.
    high, low = max(number.amount, number.upper), min(number.amount, number.upper)
    ordered = Number(number.start, number.end, number.start, high, low, form="score")
    return _build(passage, ordered, number.start, number.end, unit="score", sure=0.85)


def _ordinal(passage: ParsedSentence, number: Number) -> Figure | None:
    noun = counted_noun(passage.following(number.end))
    spelled = not passage.text[number.start].isdigit()
    if passage.tokens[0].tag == "":
        return None
    if _stands_alone(passage.text[: number.start], passage.text[number.end :], spelled=spelled):
        return _build(passage, number, number.start, number.end, unit="ordinal", sure=0.6)
    if noun is None or not noun.direct or (spelled and number.amount < 3):
        return None
    if spelled and re.match(r"-", passage.text[number.end :]):
        return None
    return _build(passage, number, number.start, number.end, unit="ordinal", counted_noun=noun.noun, sure=0.7)


def _stands_alone(before: str, after: str, *, spelled: bool) -> bool:
    """Tell whether an ordinal needs no noun: "finished seventh in the league", "scored in the 61st, and lost"."""
    if not re.match(r"\s*(?:[.,;:)”\"]|$|(?:in|out|of|behind|overall)\b)", after):
        return False
    if _RANKED.search(before):
        return True
    # "On the 5th" is a day.
    return not spelled and re.match(r"\s*[.,;:)]", after) is not None and bool(re.search(r"(?<!\bon )\bthe $", before))


def _is_age(before: str, after: str, number: Number) -> bool:
    if number.upper is not None or not 0 < number.amount < 120 or number.amount % 1:
        return False
    closed = re.match(r"\s*(?:[.,;:)”\"]|$|and\b|when\b)", after)
    if _AGE_BEFORE.search(before):
        return bool(closed) or bool(re.search(r"\b(?:aged|age|ages|turned|turns) $", before, re.I))
    return bool(_APPOSED.search(before)) and re.match(r"[,.]", after) is not None
