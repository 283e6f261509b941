"""Numbers written otherwise: digits and words, scale words and zeros, the ways to write per cent."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.numerals import WORDS, spelled
from benchmarks.edits.scene import Reading, Scene

_SCALED = re.compile(r"(?<![\w.,-])(\d{1,3})(?:\.(\d{1,2}))? million(?!s|\w| to| and a)")
_LONG = re.compile(r"(?<![\w.,])(\d{1,3}),(\d00),000(?![\w,.]\d)")
_WORD = re.compile(
    rf"(?<![\w-])(?:{'|'.join(w for w in sorted(WORDS, key=len, reverse=True) if WORDS[w] >= 2)})(?![\w-])",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?<![\w.,:/£$€#’'-])([2-9]|[1-9]\d)(?![\w%:/-]|[.,]\d|,\d| ?(?:million|billion|per|percent|pm|am|p\.m|a\.m))"
)
_PER_CENT = re.compile(r"(?<=\d)(?P<form>%| per cent\b| percent\b)(?!age)")


def numbers(scene: Scene, _reading: Reading) -> Iterator[Change]:
    """Yield the sentence with one number written in another way that means the same; quotations are left alone."""
    text = scene.text
    for start, end, _ in (*scene.figures, *scene.money):
        if scene.in_quotation(start):
            continue
        scaled = _SCALED.search(text, start, end)
        if scaled:
            whole = int(scaled[1]) * 1_000_000 + int((scaled[2] or "").ljust(6, "0"))
            yield scene.replace(*scaled.span(), f"{whole:,}", "million in digits")
        long = _LONG.search(text, start, end)
        if long:
            tenth = long[2].rstrip("0")
            yield scene.replace(*long.span(), long[1] + (f".{tenth}" if tenth else "") + " million", "million in words")
    for start, end, figure in scene.figures:
        if scene.in_quotation(start):
            continue
        if figure.unit in ("ordinal", "score", "share", "age", "times") or figure.upper is not None:
            continue
        if re.search(r"hundred|thousand|illion|dozen|half|third|quarter", text[start:end], re.IGNORECASE):
            continue
        word, digits = _WORD.search(text, start, end), _DIGITS.search(text, start, end)
        if figure.unit is None and figure.counted is None:
            continue  # a bare number may be part of a name
        if word:
            yield scene.replace(*word.span(), str(WORDS[word.group().casefold()]), "words to digits")
        elif digits:
            yield scene.replace(*digits.span(), spelled(int(digits[1])), "digits to words")
    for match in _PER_CENT.finditer(text):
        for form in ("%", " per cent", " percent"):
            if form != match["form"] and not scene.in_quotation(match.start()):
                yield scene.replace(*match.span(), form, f"per cent as {form.strip()}")
