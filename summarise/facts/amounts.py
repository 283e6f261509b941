"""Finds figures (amounts with a unit, percentages, counts with their noun) and amounts of money."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import dropwhile, zip_longest
from typing import NamedTuple

from summarise.data import Figure, Money
from summarise.facts.lexicon import SINGULARS, bases, listed, spellings, word_set
from summarise.facts.numbers import NUMBER, TENS, Form, Number, opening, plain, qualified, scan, value_of
from summarise.facts.parser import ParsedSentence, Place, Token, free

UNITS = spellings("units")
UNIT = re.compile(
    r"(?:[ \u00a0\u202f]|[-‐‑])?(?P<unit>"
    + "|".join(re.escape(u).replace(r"\ ", "[ -]") for u in sorted(UNITS, key=len, reverse=True))
    + r")(?!\w)",
    re.I,
)


def _unit(match: re.Match[str]) -> str:
    unit = match["unit"].casefold()
    return UNITS.get(unit) or UNITS[unit.replace("-", " ")]


_IRREGULAR = SINGULARS | bases("counted_nouns")
_ADJECTIVES = {"JJ", "JJR", "JJS", "VBN", "VBG", "CD", "HYPH", "AFX"}
_DETERMINERS, _NOT_COUNTED = word_set("determiners"), word_set("not_counted")
_INVARIANT, _ONE_OF_MANY = word_set("invariant_nouns"), word_set("one_of_many")
_NO_NOUNS = frozenset("and or to in of was is has as this his its".split())
_HYPHENS = ("-", "‐", "‑")
# Maximum number of tokens from a number to the noun that it counts.
_REACH = 6


def singular(noun: str) -> str:
    """Return the singular of an English noun, in lower case."""
    word = noun.casefold()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending in ("men", "women", "people"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return word[: -len(ending)] + _IRREGULAR[ending]
    if len(word) < 4 or word.endswith(("ss", "us", "is", "'s", "’s")):
        return word[:-1] if len(word) == 3 and word.endswith("s") and word not in ("gas", "bus", "his", "was") else word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes", "oes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


class Counted(NamedTuple):
    """The noun that a number counts, in the singular. `direct`: no "of" or "out of" precedes it."""

    noun: str | None = None
    end: int = 0
    direct: bool = False
    plural: bool = False


def counted_noun(passage: ParsedSentence, end: int) -> Counted:
    """Return the noun that the number before `end` counts."""
    words = passage.following(end)[: _REACH + 4]
    first = words[0].text.casefold() if words else ""
    if first in _HYPHENS:
        # "a 90-page pack" counts pages, "£100,000-a-week" nothing.
        noun = words[1] if len(words) > 1 and words[1].text.isalpha() and len(words[1].text) > 2 else None
        return Counted(singular(noun.text), noun.end, True, True) if noun else Counted()
    direct = first not in ("of", "out")
    if not direct:
        words = tuple(dropwhile(_is_determiner, words[1:]))
    elif first in _DETERMINERS:
        words = words[1:]
    head = _head(words[:_REACH]) if any(word.tag for word in words) else _plural(words[:4])
    # Names are not counted: "12 Calder bolts" counts bolts.
    if head is None or head.tag == "NNP" or not head.text[:1].isalpha():
        return Counted()
    plural = head.tag != "NN" or head.text.casefold() in _INVARIANT
    return Counted(singular(head.text), head.end, direct, plural)


def _is_determiner(word: Token) -> bool:
    return word.text.casefold() in _DETERMINERS | {"of"} or word.tag == "PRP$"


def _head(words: Sequence[Token]) -> Token | None:
    head: Token | None = None
    for word in words:
        if word.tag in ("NN", "NNS", "NNPS", "NNP"):
            if word.text.casefold() in _NOT_COUNTED or (word.tag == "NNP" and head is not None):
                break
            head = word
        elif (head is not None or word.tag not in _ADJECTIVES) and not (head is not None and word.text in _HYPHENS):
            break
    return head


def _plural(words: Sequence[Token]) -> Token | None:
    """Return the first word that ends like a plural, for sentences without tags."""
    for word in words:
        text = word.text.casefold()
        if not text.isalpha() or text in _NO_NOUNS:
            return None
        if text in _IRREGULAR or (text.endswith("s") and not text.endswith(("ss", "us", "is"))):
            return word
    return None


_TENTH_OF = re.compile(r" of (?:1|one|a) ?(?:per ?cent(?!\w)|%)|(?: of)? (?:a|one) percentage point(?!\w)", re.I)
_PLAIN_FRACTION = re.compile(r" (?:of|the|her|his|its|their|our|my|all|that|those|these|off|what|as)\b", re.I)
_FRACTION_CUE = re.compile(
    r"(?<!\w)(?:by|in|to|than|about|nearly|almost|around|roughly|some|only|just|over|under|least|and"
    r"|pay(?:s|ing)?|paid|cover(?:s|ed|ing)?|own(?:s|ed|ing)?|fund(?:s|ed|ing)?|spen(?:ds?|t|ding)) $",
    re.I,
)
# "Half were women", "fell by a third but"
_PLURAL_VERB, _CHANGED = re.compile(r" (?:were|are|have)\b", re.I), re.compile(r"(?<!\w)(?:by|to) $", re.I)
_CLAUSE_ENDS = re.compile(
    r" (?:but|and|while|whereas|as|when|because|over|between|during|compared|last|this|year)\b", re.I
)
_COMPARED = re.compile(r" (?:of|off|more|less|fewer|higher|lower|larger|smaller|cheaper|dearer|faster|slower)\b", re.I)
_HALF_NAMED = re.compile(
    r"(?:first|second|third|other|opening|final|latter|better|closing|each|this|that|top|bottom)[ -]$", re.I
)


def share(passage: ParsedSentence, number: Number, noun: str | None = None) -> Figure:
    """Return a fraction or ratio as a figure in per cent. `noun`: the counted noun in the singular.

    The figure's `value` is the fraction ("1/3") if the percentage would need more than two decimals.
    """
    exact = number.exact or Fraction(number.amount)
    hundred = exact * 100
    amount = Decimal(hundred.numerator) / Decimal(hundred.denominator)
    short = (hundred * 100).denominator == 1
    value = f"{plain(amount)} per cent" if short else f"{exact.numerator}/{exact.denominator}"
    part = replace(number, amount=amount, upper=None)
    return _build(passage, part, unit="per cent", counted_noun=noun, value=value, sure=0.9)


def fraction(passage: ParsedSentence, number: Number) -> Figure | None:
    """Return a fraction as a percentage, or None if it means something else: "first half", "9/11"."""
    text = passage.text
    words, before, after = text[number.start : number.end].casefold(), text[: number.start], text[number.end :]
    if tenth := _TENTH_OF.match(after):
        found = share(passage, replace(number, end=number.end + tenth.end(), exact=(number.exact or Fraction(0)) / 100))
        if not tenth[0].casefold().endswith("point"):
            return found
        return found.model_copy(update={"unit": "percentage point", "value": f"{plain(found.amount)} percentage point"})
    if words[:1].isdigit() and not re.match(r" of\b", after):
        return None  # "9/11", "24/7"
    if words == "half" and _HALF_NAMED.search(before):
        return None
    if words in ("a half", "a quarter") and re.search(r"\w[ ]and[ ]$", before):
        return None
    follows = _COMPARED.match(after) if words.startswith(("a ", "an ", "one ")) else _PLAIN_FRACTION.match(after)
    ends = re.match(r"\s*(?:[.,;:)]|$| (?:in|on|from|since|to|more|less)\b)", after)
    cue = _FRACTION_CUE.search(before) and (ends or number.lead < number.start)
    changed = _CHANGED.search(before) and _CLAUSE_ENDS.match(after)
    if not (words.endswith("s") or follows or cue or changed or _PLURAL_VERB.match(after)):
        return None
    return share(passage, number, None if changed else counted_noun(passage, number.end).noun)


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
_NEXT_ORDINAL = re.compile(r"(?:, (?:and )?| and | or )\d+(?:st|nd|rd|th)(?!\w)")
_AND_A_HALF = re.compile(r"(?<![\w-])(?:an?|one) [a-z]+ and a half(?!\w)", re.I)
# An age: "in his late fifties".
_DECADES = {word[:-1] + "ies": tens for word, tens in TENS.items()}
_DECADE = re.compile(
    rf"\bin (?:his|her|their|my|our) (?:(?:early|mid|late)[ -])?(?P<decade>{'|'.join(_DECADES)}|[2-9]0s)(?!\w)", re.I
)
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
_VOTED = re.compile(r"\b(?:vot(?:es?|ed)|rul(?:ed|es)|decid(?:ed|es)|split)(?: was)? (?:by |of )?\Z", re.I)
_VOTE = re.compile(r" (?:votes?|decisions?|rulings?|majorit(?:y|ies)|verdicts?)\b", re.I)


def figures(passage: ParsedSentence, taken: tuple[Place, ...] = ()) -> Iterator[Figure]:
    """Yield the figures outside the spans in `taken`."""
    text = passage.text
    numbers = [n for n in scan(text) if free((n.start, n.end), taken)]
    numbers = sorted(
        [*numbers, *_multiples(text, taken), *_decades(text, taken)], key=lambda number: (number.start, -number.end)
    )
    end_of_last = 0
    for number in numbers:
        if number.start >= end_of_last and (figure := _figure(passage, number)) is not None:
            place = passage.place_of(figure)
            if place[0] < end_of_last or not free(place, taken):
                # The qualifier and the noun are dropped if they overlap another fact.
                alone = passage.where(number.start, number.end)
                figure = figure.model_copy(update={**alone, "qualifier": "exactly", "counted_noun": None})
            end_of_last = passage.place_of(figure)[1]
            yield figure


def _multiples(text: str, taken: tuple[Place, ...]) -> Iterator[Number]:
    forms: tuple[tuple[re.Pattern[str], Form], ...] = ((_TWICE, "multiple"), (_AND_A_HALF, "half"))
    for expression, form in forms:
        for match in expression.finditer(text):
            if free(match.span(), taken):
                lead, qualifier = qualified(text, match.start())
                amount = Decimal("1.5") if form == "half" else Decimal(3 if match[0].casefold() == "thrice" else 2)
                yield Number(match.start(), match.end(), lead, amount, None, qualifier, form)


def _decades(text: str, taken: tuple[Place, ...]) -> Iterator[Number]:
    for match in _DECADE.finditer(text):
        if free(match.span("decade"), taken):
            first = Decimal(_DECADES.get(match["decade"].casefold()) or match["decade"][:2])
            yield Number(*match.span("decade"), match.start("decade"), first, first + 9, form="decade")


def _figure(passage: ParsedSentence, number: Number) -> Figure | None:
    text, start, form = passage.text, number.start, number.form
    before, after = text[:start], text[number.end :]
    words = text[start : number.end].casefold()
    if form == "half":
        noun = words.split()[1]
        unit = UNITS.get(noun)
        return _build(
            passage, number, unit=unit, counted_noun=None if unit else singular(noun), sure=0.95 if unit else 0.9
        )
    share_follows = re.match(r"(?:[ -](?:%|per ?cent)|%)", after, re.I)
    if _IDENTIFIER.search(before[-14:]) and number.lead == start and not share_follows:
        return None
    if after[:1] == "s" or re.search(r"(?:^|[\s(])[-−]$|\b(?:a|an) \w+ or $", before):
        return None  # "the Under 21s", "-5", "a year or two"
    if text[start].isupper() and re.search(r"[\w,] $", before) and re.match(r" [A-Z]", after):
        return None  # "Ten City"
    if form == "decade":
        return _build(passage, number, unit="age", sure=0.9)
    if form == "multiple":
        return _build(passage, number, unit="times", sure=0.8)
    if form == "ratio":
        return share(passage, number)
    if form == "fraction":
        return fraction(passage, number)
    measure = UNIT.match(text, number.end)
    pair = number.upper is not None and re.fullmatch(r"\d{1,2}[-–]\d{1,2}", text[number.lead : number.end])
    if form == "score" or (pair and not measure):
        # In a headline, a score may be between the names of two teams.
        between = re.search(r"[A-Z][\w’']{1,40} $", before) and re.match(r" [A-Z]", after)
        if _VOTED.search(text, 0, start) or _VOTE.match(text, number.end) or between or _CONTEST.search(text):
            return _score(passage, number)
        if form == "score":
            return None
    if form == "ordinal":
        return _ordinal(passage, number)
    if measure is not None and _is_unit(measure, number):
        return _measured(passage, number, _unit(measure), measure.end())
    if form == "vague":
        noun_counted = counted_noun(passage, number.end).noun
        return _build(passage, number, counted_noun=noun_counted, value=" ".join(words.split()), sure=0.6)
    if age := _AGE_AFTER.match(text, number.end):
        return _build(passage, number, end=age.end(), unit="age" if "year" in age.group().casefold() else "month old")
    if _is_age(text[: number.lead], after, number):
        return _build(passage, number, unit="age", sure=0.8)
    return _counting(passage, number)


def _is_unit(unit: re.Match[str], number: Number) -> bool:
    # A letter is a unit only after a digit: "5m".
    word = unit["unit"]
    if len(word) > 1 or not word.isalpha():
        return True
    return unit.start("unit") == number.end and unit.string[number.end - 1].isdigit() and word not in ("c", "f")


def _build(
    passage: ParsedSentence,
    number: Number,
    *,
    end: int | None = None,
    unit: str | None = None,
    counted_noun: str | None = None,
    value: str | None = None,
    sure: float = 0.95,
) -> Figure:
    """Build a figure. Its text begins with the number's qualifier and ends at `end`."""
    return Figure(
        **passage.where(number.lead, end or number.end),
        value=value or (f"{_span(number)} {unit}" if unit else _span(number)),
        confidence=sure,
        amount=number.amount,
        upper=number.upper,
        qualifier=number.qualifier,
        unit=unit,
        counted_noun=counted_noun,
    )


def _span(number: Number) -> str:
    return plain(number.amount) + (f"-{plain(number.upper)}" if number.upper is not None else "")


def _measured(passage: ParsedSentence, number: Number, unit: str, end: int) -> Figure:
    number, end = _other_end(passage.text, number, unit, end)
    is_share = unit == "per cent" and re.match(r" of (?=\w)", passage.text[end:])
    noun = counted_noun(passage, end).noun if is_share else None
    return _build(passage, number, end=end, unit=unit, counted_noun=noun)


def _other_end(text: str, number: Number, unit: str, end: int) -> tuple[Number, int]:
    """Extend a number to a range that repeats the unit ("between 3 per cent and 8 per cent").

    Returns the number, extended or not, and the end of the last unit.
    """
    opened = opening(text, number.start) if number.upper is None else None
    link = re.compile(rf" (?:{'|'.join(opened.links)}) ").match(text, end) if opened else None
    other = NUMBER.match(text, link.end()) if link else None
    measure = UNIT.match(text, other.end()) if other else None
    if opened and other and measure and _unit(measure) == unit:
        upper = value_of(other.group())
        if upper > number.amount:
            return replace(number, lead=opened.start, upper=upper), measure.end()
    return number, end


def _counting(passage: ParsedSentence, number: Number) -> Figure | None:
    before, words = passage.text[: number.start], passage.text[number.start : number.end]
    is_one, noun = words.casefold() == "one", counted_noun(passage, number.end)
    if is_one and not _counts_one(passage, number, noun):
        return None
    if re.fullmatch(r"[\d.,]+m", words) and not (noun.direct and noun.plural):
        return None  # "5m" is five million or five metres, unless a plural follows
    # A numeral after a capitalised word is part of a name: "Boeing 737", "Apollo 11".
    named = words[0].isdigit() and number.lead == number.start and re.search(r"[\w,;)] [A-Z][\w&]+ $", before)
    if named and not noun.plural:
        return None
    if noun.direct and (noun.plural or number.amount == 1):
        return _build(passage, number, end=noun.end, counted_noun=noun.noun, sure=0.6 if is_one else 0.95)
    if noun.direct:
        # "the 747 bus"
        return _build(passage, number, sure=0.5)
    return _build(passage, number, counted_noun=noun.noun, sure=0.85 if noun.noun or words[0].isdigit() else 0.75)


def _counts_one(passage: ParsedSentence, number: Number, noun: Counted) -> bool:
    near = noun.direct and noun.noun not in _ONE_OF_MANY and noun.end - number.end < 25
    return near and passage.following(number.end)[0].tag in ("NN", "VBG")


def _score(passage: ParsedSentence, number: Number) -> Figure:
    # Reports differ in whose score comes first.
    low, high = sorted((number.amount, number.upper or Decimal(0)))
    ordered = replace(number, lead=number.start, amount=high, upper=low, qualifier="exactly")
    return _build(passage, ordered, unit="score", sure=0.85)


def _ordinal(passage: ParsedSentence, number: Number) -> Figure | None:
    before, after = passage.text[: number.start], passage.text[number.end :]
    spelled = not passage.text[number.start].isdigit()
    if passage.tokens[0].tag == "":
        return None
    last = number.end
    while following := _NEXT_ORDINAL.match(passage.text, last):
        last = following.end()
    if last > number.end and (shared := counted_noun(passage, last)).direct:
        # "in the 47th and 71st minutes"
        return _build(passage, number, unit="ordinal", counted_noun=shared.noun, sure=0.7)
    if _stands_alone(before, after, spelled=spelled):
        return _build(passage, number, unit="ordinal", sure=0.6)
    noun = counted_noun(passage, number.end)
    if not noun.direct or (spelled and (number.amount < 3 or after.startswith("-"))):
        return None
    return _build(passage, number, unit="ordinal", counted_noun=noun.noun, sure=0.7)


def _stands_alone(before: str, after: str, *, spelled: bool) -> bool:
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


_SIGNS, _WORDS = spellings("currency_signs"), spellings("currency_words")
_CODES, _HUNDREDTHS, _UNSURE = listed("currency_codes"), word_set("hundredths"), word_set("ambiguous_currencies")
_WEIGHT = re.compile(r"\b(?:weigh\w*|weight|heav\w+|lighter|shed|lift\w*|lb)\b", re.IGNORECASE)
_SIGN = re.compile(r"(?<![\w$])(" + "|".join(re.escape(s) for s in sorted(_SIGNS, key=len, reverse=True)) + r")\s?$")
_CODE_BEFORE = re.compile(rf"(?<!\w)({'|'.join(_CODES)})\s?$")
_CODE_AFTER = re.compile(rf"\s?({'|'.join(_CODES)})(?!\w)")
_WORD_AFTER = re.compile(
    r"[\s-](?:of[\s-])?(" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")(?![\w-])", re.IGNORECASE
)
_SMALL_AFTER = re.compile(r"(p|c)(?!\w)")
_GLUE = re.compile(r"\s?[-–—]\s?|\s(?:to|and)\s")
_MOVES = re.compile(
    r"\b(?:from|by|rose|rises?|rising|risen|climb(?:s|ed|ing)?|gr[eo]w|grows|grown|growing|jump(?:s|ed|ing)?|fell|falls?"
    r"|fallen|falling|drop(?:s|ped|ping)?|slid|slip(?:s|ped|ping)?|(?:in|de)creas(?:es?|ed|ing))\s$",
    re.IGNORECASE,
)


class _Amount(NamedTuple):
    """An amount of money. `sure`: whether its currency symbol or word means only one currency."""

    number: Number
    currency: str
    sure: bool


def money(passage: ParsedSentence, taken: tuple[Place, ...] = ()) -> Iterator[Money]:
    """Yield the amounts of money outside the spans in `taken`."""
    text = passage.text
    numbers = (number for number in scan(text) if free((number.start, number.end), taken))
    found = [amount for number in numbers if (amount := _amount(text, number)) is not None]
    united, last = False, 0
    for amount, following in zip_longest(found, found[1:]):
        if united:
            united = False
            continue
        both = _range(text, amount, following) if following else None
        united, number = both is not None, both or amount.number
        lead, last = max(number.lead, last), number.end
        vague = number.form == "vague"
        yield Money(
            **passage.where(lead, number.end),
            value=f"{amount.currency} {_span(number)}" + (" or more" if vague else ""),
            confidence=0.6 if vague else 0.95 if amount.sure else 0.8,
            amount=number.amount,
            upper=number.upper,
            qualifier=number.qualifier,
            currency=amount.currency,
        )


def _range(text: str, first: _Amount, second: _Amount) -> Number | None:
    low, high = first.number, second.number
    gap, opened = text[low.end : high.start], opening(text, low.start)
    rises = first.currency == second.currency and low.upper is high.upper is None and low.amount < high.amount
    if not rises or not _GLUE.fullmatch(gap):
        return None
    if opened is not None and gap.strip() in opened.links:
        return replace(low, lead=opened.start, end=high.end, upper=high.amount)
    # "Rose by £3 million to £9 million" is no range.
    is_range = gap.strip() != "and" and not _MOVES.search(text[: low.lead])
    return replace(low, end=high.end, upper=high.amount) if is_range else None


def _amount(text: str, number: Number) -> _Amount | None:
    if number.form not in ("cardinal", "vague"):
        return None
    start, end, currency, hundredths, sure = number.start, number.end, "", False, True
    if sign := _SIGN.search(text[max(0, start - 6) : start]) or _CODE_BEFORE.search(text[max(0, start - 6) : start]):
        currency, sure = _SIGNS.get(sign[1], sign[1]), sign[1] not in _UNSURE
        start -= len(sign.group())
        if after := _CODE_AFTER.match(text, end):
            currency, sure, end = after[1], True, after.end()
    elif after := _CODE_AFTER.match(text, end):
        currency, end = after[1], after.end()
    elif word := _WORD_AFTER.match(text, end):
        name = word[1].casefold()
        currency, end, sure = _WORDS[name], word.end(), name not in _UNSURE
        hundredths = name in _HUNDREDTHS
        if name in ("pound", "pounds") and _WEIGHT.search(text):
            return None
    elif (small := _SMALL_AFTER.match(text, end)) and text[end - 1].isdigit():
        currency, end, sure, hundredths = "GBP" if small[1] == "p" else "USD", small.end(), False, True
    if not currency:
        return None
    currency = "CNY" if currency == "RMB" else currency
    scale = Decimal("0.01") if hundredths else Decimal(1)
    # In "up to €75 million" the qualifier precedes the sign.
    lead, qualifier = (number.lead, number.qualifier) if start == number.start else qualified(text, start)
    upper = None if number.upper is None else number.upper * scale
    whole = replace(
        number, start=start, end=end, lead=lead, qualifier=qualifier, amount=number.amount * scale, upper=upper
    )
    return _Amount(whole, currency, sure)
