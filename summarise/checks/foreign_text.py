"""What can be compared of a sentence in a language that the checks cannot read: numbers, dates, quotations, names.

By characters alone, so that nothing hangs on a grammar. Numbers are compared by their digits, since languages set
points and commas differently. Scripts without capitals show no names. Says nothing of what a sentence states.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from summarise.data import Finding, FindingCode, Quote

SPELT_OUT = 12
"""Numbers up to this one may stand in the article as words."""
QUOTED_WORDS, QUOTED_LETTERS = 3, 12
"""A quotation of fewer words is a term or a title; letters are for scripts without spaces."""
ENDING = 2
"""Letters at the end of a name that case endings may change."""
SHORTEST, LONGEST = 3, 40
"""Letters that names are compared by, at least and at most."""
CAPITAL_NOUNS = frozenset({"de", "lb"})
"""Languages that write every noun with a capital: there a name shows only beside another capital."""
_DATE = re.compile(r"(?<![\w.,/-])\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\w)")
_NUMBER = re.compile(r"\d+(?:[.,:'’\u00a0\u202f\u066b\u066c]\d+)*")
_QUOTED = re.compile(r"«([^«»]+)»|»([^«»]+)«|[“”„「『]([^“”„«»「」『』]+)[“”」』]|\"([^\"]+)\"")
_GAP = re.compile(r"\[?…\]?|\[?\.\.\.\]?")
_WORD = re.compile(r"[^\W\d_]+")
_OPENS = re.compile(r"(?:^|[.!?:;…«»“”„\"(])\W{0,8}$")
_APOSTROPHES = str.maketrans("’‘", "''")


class Literals:
    """The numbers, dates and words of an article, as far as characters show them."""

    def __init__(self, text: str) -> None:
        self._text = text

    def compare(self, claim: str, language: str) -> Iterator[Finding]:
        """Yield an error for each number, date, quotation and name of a claim that the article does not have."""
        dates = list(_DATE.finditer(claim))
        for date in dates:
            if len(set(_parts(date.group())) & self._numbers) < 2:
                yield _error("date", claim, *date.span())
        for number in _NUMBER.finditer(claim):
            inside = any(date.start() <= number.start() < date.end() for date in dates)
            digits = _digits(number.group())
            if not inside and digits not in self._numbers and (len(digits) > 2 or int(digits) > SPELT_OUT):
                yield _error("figure", claim, *number.span())
        for quoted in _QUOTED.finditer(claim):
            group = quoted.lastindex or 0
            parts = [part for part in _GAP.split(quoted[group]) if part.strip()]
            long = len(quoted[group].split()) >= QUOTED_WORDS or len(_spaceless(quoted[group])) >= QUOTED_LETTERS
            if long and not all(_spaceless(part).strip(".,;!?。，") in self._spaceless for part in parts):
                yield _error("quotation", claim, *quoted.span(group))
        for start, end in _names(claim, language):
            length = min(LONGEST, max(SHORTEST, end - start - ENDING))
            if claim[start:end].casefold()[:length] not in self._beginnings:
                yield _error("name", claim, start, end)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        """The digits of every number, and of every part of one that looks like a date."""
        whole = {_digits(number) for number in _NUMBER.findall(self._text)}
        return frozenset(whole | {part for date in _DATE.finditer(self._text) for part in _parts(date.group())})

    @cached_property
    def _spaceless(self) -> str:
        return _spaceless(self._text)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        """Every word in lower case, and what is left of it without its last letters."""
        words = {word.casefold() for word in _WORD.findall(self._text)}
        return frozenset(word[:length] for word in words for length in range(SHORTEST, min(len(word), LONGEST) + 1))


def _names(claim: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield the places of words that begin with a capital inside a sentence."""
    before: re.Match[str] | None = None
    for word in _WORD.finditer(claim):
        capital = word.group()[0].isupper() and len(word.group()) >= SHORTEST
        beside = before is not None and before.group()[0].isupper() and claim[before.end() : word.start()] == " "
        opens = _OPENS.search(claim, max(0, word.start() - 10), word.start())
        if capital and not opens and (beside or language not in CAPITAL_NOUNS):
            yield word.span()
        before = word


def _digits(number: str) -> str:
    """Return the digits of a number in whatever script, as 0 to 9."""
    return "".join(str(int(sign)) for sign in number if sign.isdecimal())


def _parts(date: str) -> list[str]:
    """Return the numbers of a date without zeros before them."""
    return [str(int(part)) for part in re.split(r"[./-]", date)]


def _spaceless(text: str) -> str:
    return "".join(text.translate(_APOSTROPHES).casefold().split())


def _error(code: FindingCode, claim: str, start: int, end: int) -> Finding:
    return Finding(code=code, severity="error", claim=Quote(start=start, end=end, text=claim[start:end]))
