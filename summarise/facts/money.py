"""Amounts of money: currency, exact amount, range and qualifier."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from summarise.data import Money
from summarise.facts.numbers import Number, opening, plain, qualified, scan
from summarise.facts.parser import ParsedSentence, Place, free

_SIGNS = {
    "US$": "USD", "U.S.$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD",
    "S$": "SGD", "R$": "BRL", "NT$": "TWD", "$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₽": "RUB",
    "₩": "KRW", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₦": "NGN", "₱": "PHP", "Rs": "INR", "Rs.": "INR", "CHF": "CHF",
}  # fmt: skip
_CODES = (
    "USD EUR GBP JPY CHF CAD AUD NZD CNY RMB INR RUB BRL ZAR SEK NOK DKK PLN UAH TRY ILS KRW MXN HKD SGD TWD HUF "
    "PHP NGN"
).split()
_WORDS = {
    "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "pounds sterling": "GBP", "sterling": "GBP",
    "dollar": "USD", "dollars": "USD", "us dollars": "USD", "american dollars": "USD", "australian dollars": "AUD",
    "canadian dollars": "CAD", "new zealand dollars": "NZD", "hong kong dollars": "HKD", "singapore dollars": "SGD",
    "yen": "JPY", "swiss francs": "CHF", "francs": "CHF", "roubles": "RUB", "rubles": "RUB", "rouble": "RUB",
    "rupees": "INR", "rupee": "INR", "yuan": "CNY", "renminbi": "CNY", "pesos": "MXN", "lira": "TRY", "zloty": "PLN",
    "zlotys": "PLN", "hryvnia": "UAH", "hryvnias": "UAH", "shekels": "ILS", "rand": "ZAR", "naira": "NGN",
    "swedish kronor": "SEK", "kronor": "SEK", "norwegian kroner": "NOK", "danish kroner": "DKK", "forint": "HUF",
    "south korean won": "KRW", "quid": "GBP",
    "pence": "GBP", "penny": "GBP", "cents": "USD", "cent": "USD",
}  # fmt: skip
_HUNDREDTHS = {"pence", "penny", "cents", "cent", "p", "c"}
# Ambiguous signs and words: only the article's country would decide.
_UNSURE = {
    "$", "dollar",
    "dollars", "cents", "cent", "francs", "rupees", "rupee", "pesos", "lira",
    "pound", "pounds", "kronor", "Rs", "Rs.",
}  # fmt: skip
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
    """An amount with its sign or word; `sure` if that names only one currency."""

    number: Number
    currency: str
    sure: bool


def money(passage: ParsedSentence, taken: tuple[Place, ...] = ()) -> Iterator[Money]:
    """Yield the amounts of money in `passage` in order, outside `taken`; "$" is read as USD, less confidently."""
    text = passage.text
    numbers = (number for number in scan(text) if free((number.start, number.end), taken))
    found = [amount for number in numbers if (amount := _amount(text, number)) is not None]
    skip, last = False, 0
    for index, (one, currency, sure) in enumerate(found):
        if skip:
            skip = False
            continue
        end, upper, lead = one.end, one.upper, one.lead
        if index + 1 < len(found) and upper is None:
            other, other_currency, _ = found[index + 1]
            gap, opened = text[one.end : other.start], opening(text, one.start)
            same = other_currency == currency and one.amount < other.amount and other.upper is None
            if same and _GLUE.fullmatch(gap):
                if opened is not None and gap.strip() in opened.links:
                    end, upper, lead, skip = other.end, other.amount, opened.start, True
                elif gap.strip() != "and" and not _MOVES.search(text[: min(one.lead, one.start)]):
                    # "Rose by £3 million to £9 million" is a step and its result, not a range.
                    end, upper, skip = other.end, other.amount, True
        lead, last = max(lead, last), end
        span = plain(one.amount) + (f"-{plain(upper)}" if upper is not None else "")
        vague = one.form == "vague"
        yield Money(
            **passage.where(lead, end),
            value=f"{currency} {span}" + (" or more" if vague else ""),
            confidence=0.6 if vague else 0.95 if sure else 0.8,
            amount=one.amount,
            upper=upper,
            qualifier=one.qualifier,
            currency=currency,
        )


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
