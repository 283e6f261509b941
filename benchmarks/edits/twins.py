"""Rules that reword a sentence without changing its meaning. Each rule yields every rewording that it can make.

The rules are not used on sentences with quotation marks, because quotations are compared word for word.
"""

import re
from collections.abc import Callable, Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.errors.values import MONTHS
from benchmarks.edits.numerals import WORD, WORDS, spelled
from benchmarks.edits.scene import Reading, Scene
from summarise.data import Date, Figure, Money, Name

_WORD = re.compile(rf"(?<![\w-])(?:{WORD})(?![\w-])", re.IGNORECASE)
_DIGITS = re.compile(
    r"(?<![\w.,:/£$€#’'-])[1-9]?\d(?![\w%:/-]|[.,]\d| ?(?:million|billion|per|percent|pm|am|p\.m|a\.m))"
)
_MILLIONS = re.compile(r"(?<![\w.,-])(\d{1,3})(?:\.(\d{1,2}))? million(?!s|\w| to| and a)")
_PER_CENT = re.compile(r"(?<=\d)(?:%| per cent\b)(?!age)")
_DAY_FIRST = re.compile(rf"(?<![\d-])(\d{{1,2}}) ({'|'.join(MONTHS)})( \d{{4}})?(?=[.;”\"]|$)")
_MONTH_FIRST = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}})(?:,( \d{{4}}))?(?=[.;”\"]|$)")
_LONG = re.compile(r"\b(did|does|do|is|are|was|were|has|have|had|would|could|should) not\b(?! only)")
_SHORT = re.compile(r"\b(did|does|do|is|are|was|were|has|have|had|would|could|should)n[’']t\b")
# Words with a synonym that fits everywhere in news. There are few.
_SYNONYMS = {
    "approximately": "about", "almost": "nearly", "nearly": "almost", "huge": "enormous", "enormous": "huge",
    "mistake": "error", "mistakes": "errors", "lawyer": "attorney", "lawyers": "attorneys", "although": "though",
    "quickly": "rapidly", "rapidly": "quickly", "twice": "two times", "investigation": "inquiry", "often": "frequently",
    "frequently": "often", "occurred": "happened", "happened": "occurred", "purchased": "bought", "entire": "whole",
    "residents": "inhabitants", "companies": "firms", "because of": "owing to", "despite": "in spite of",
    "prior to": "before", "a number of": "several", "plans to": "intends to", "intends to": "plans to",
    "said that": "stated that", "stressed that": "emphasised that", "argued that": "contended that",
    "most of the": "the majority of the", "believed to": "thought to", "thought to": "believed to",
}  # fmt: skip
_SYNONYM = re.compile(rf"(?<![\w-])(?:{'|'.join(_SYNONYMS)})(?![\w-])")
_SAID = re.compile(
    r"(?P<who>(?:[A-Z][\w’'-]+ ?){1,3}|He|She|They) (?P<said>said|warned|added) that (?P<what>[^“”\"]+)\."
)


def numbers(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one number written in another form of equal value."""
    for start, end, fact in (*scene.of(Figure), *scene.of(Money)):
        million = _MILLIONS.search(scene.text, start, end)
        if million:
            whole = int(million[1]) * 1_000_000 + int((million[2] or "").ljust(6, "0"))
            yield scene.replace(*million.span(), f"{whole:,}", "million in digits")
        per_cent = _PER_CENT.search(scene.text, start, end)
        if per_cent:
            yield scene.replace(*per_cent.span(), " per cent" if per_cent[0] == "%" else "%", "per cent")
        if isinstance(fact, Figure) and fact.upper is None and fact.unit is None and fact.counted_noun is not None:
            word, digits = _WORD.search(scene.text, start, end), _DIGITS.search(scene.text, start, end)
            if word and WORDS[word[0].casefold()] > 1:
                yield scene.replace(*word.span(), str(WORDS[word[0].casefold()]), "words to digits")
            elif digits and int(digits[0]) > 1:
                yield scene.replace(*digits.span(), spelled(int(digits[0])), "digits to words")


def dates(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with the day and month of one date in the other order."""
    for start, end, _date in scene.of(Date):
        # An American date has commas around its year, so only dates at the end of a clause are changed.
        for pattern, comma in ((_DAY_FIRST, ","), (_MONTH_FIRST, "")):
            match = pattern.match(scene.text, start)
            if match and match.end() <= end:
                year = comma + match[3] if match[3] else ""
                yield scene.replace(*match.span(), f"{match[2]} {match[1]}{year}", "day and month")


def contractions(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one "did not" as "didn't", or one "didn't" as "did not"."""
    for match in _LONG.finditer(scene.text):
        yield scene.replace(*match.span(), f"{match[1]}n’t", "contraction")
    for match in _SHORT.finditer(scene.text):
        yield scene.replace(*match.span(), f"{match[1]} not", "contraction")


def surnames(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield the sentence with a full name replaced by the surname, if the article uses it for that person only."""
    for start, end, name in scene.of(Name):
        full = name.value.split()
        bearers = {other.value for other in reading.names if full[-1] in other.value.split()}
        alone = sum(other.value == name.value for _, _, other in scene.of(Name)) == 1
        if name.category != "person" or len(full) != 2 or name.text != name.value or len(bearers) != 1 or not alone:
            continue
        if re.search(rf"(?<!{re.escape(full[0])} )\b{re.escape(full[1])}\b", reading.text):
            yield scene.replace(start, end, full[1], "surname")


def synonyms(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one word or phrase replaced by a synonym. Names are not changed."""
    for match in _SYNONYM.finditer(scene.text):
        if not any(start <= match.start() < end for start, end, _ in scene.of(Name)):
            yield scene.replace(*match.span(), _SYNONYMS[match[0]], "synonym")


def hedges(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with "might" for "may", or "may" for "might"."""
    for token in scene.tokens:
        if token.text in ("may", "might") and token.tag == "MD" and "not" not in scene.text:
            yield scene.replace(token.start, token.end, {"may": "might", "might": "may"}[token.text], "equal hedge")


def attributions(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with its attribution ("she said") moved to the end."""
    match = _SAID.fullmatch(scene.text)
    if match:
        what, who = match["what"], match["who"]
        who = re.sub("^(?:The|He|She|They)\\b", lambda first: first[0].lower(), who)
        yield Change("attribution moved", f"{what[0].upper()}{what[1:]}, {who} {match['said']}.")


TWINS: tuple[Callable[[Scene, Reading], Iterator[Change]], ...] = (
    numbers,
    dates,
    contractions,
    surnames,
    synonyms,
    hedges,
    attributions,
)
