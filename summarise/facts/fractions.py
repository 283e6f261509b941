"""Shares: fractions and ratios, "two-thirds", "half her staff", "one in five", as percentages.

Percentages themselves are in `figures`.
"""

import re
from decimal import Decimal
from fractions import Fraction

from summarise.data import Figure
from summarise.facts.cardinals import plain
from summarise.facts.counted_nouns import counted_noun
from summarise.facts.numbers import Number
from summarise.facts.parsed_sentence import ParsedSentence

_TENTH_OF = re.compile(r" of (?:1|one|a) ?(?:per ?cent(?!\w)|%)|(?: of)? (?:a|one) percentage point(?!\w)", re.I)
_PLAIN_FRACTION = re.compile(r" (?:of|the|her|his|its|their|our|my|all|that|those|these|off|what|as)\b", re.I)
_FRACTION_CUE = re.compile(
    r"(?<!\w)(?:by|in|to|than|about|nearly|almost|around|roughly|some|only|just|over|under|least|and) $", re.I
)
_COMPARED = re.compile(r" (?:of|off|more|less|fewer|higher|lower|larger|smaller|cheaper|dearer|faster|slower)\b", re.I)
_HALF_NAMED = re.compile(
    r"(?:first|second|third|other|opening|final|latter|better|closing|each|this|that|top|bottom)[ -]$", re.I
)


def share(passage: ParsedSentence, number: Number, end: int, counted_noun: str | None = None) -> Figure:
    """Return a fraction or a ratio as a percentage; its value is the fraction where that has more than two decimals."""
    exact = number.exact or Fraction(number.amount)
    hundred = exact * 100
    amount = Decimal(hundred.numerator) / Decimal(hundred.denominator)
    short = (hundred * 100).denominator == 1
    return Figure(
        **passage.where(number.lead, end),
        value=f"{plain(amount)} per cent" if short else f"{exact.numerator}/{exact.denominator}",
        confidence=0.9,
        amount=amount,
        qualifier=number.qualifier,
        unit="per cent",
        counted_noun=counted_noun,
    )


def fraction(passage: ParsedSentence, number: Number) -> Figure | None:
    """Read a fraction as a share of something, or return None where "half" and "third" tell halves and ranks."""
    text = passage.text
    words, before, after = text[number.start : number.end].casefold(), text[: number.start], text[number.end :]
    if tenth := _TENTH_OF.match(after):
        number = Number(
            number.start,
            number.end + tenth.end(),
            number.lead,
            number.amount / 100,
            None,
            number.qualifier,
            "fraction",
            (number.exact or Fraction(0)) / 100,
        )
        found = share(passage, number, number.end)
        if not tenth[0].casefold().endswith("point"):
            return found
        return found.model_copy(update={"unit": "percentage point", "value": f"{plain(found.amount)} percentage point"})
    if words[:1].isdigit() and not re.match(r" of\b", after):
        return None  # 9/11, 24/7 and box numbers look like fractions too
    if words == "half" and _HALF_NAMED.search(before):
        return None
    if re.search(r"\w[ ]and[ ]$", before) and words in ("a half", "a quarter"):
        return None
    follows = _COMPARED.match(after) if words.startswith(("a ", "an ", "one ")) else _PLAIN_FRACTION.match(after)
    ends = re.match(r"\s*(?:[.,;:)]|$| (?:in|on|from|since|to|more|less)\b)", after)
    plural = words.endswith("s")
    if not (plural or follows or (_FRACTION_CUE.search(text[: number.start]) and (ends or number.lead < number.start))):
        return None
    noun = counted_noun(passage.following(number.end))
    return share(passage, number, number.end, noun.noun if noun else None)
