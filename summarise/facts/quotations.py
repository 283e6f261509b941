"""Direct quotations: words between quotation marks of any style, also split, unclosed and running over paragraphs.

Who speaks is the business of `quotation_speakers`. A quotation inside a quotation is part of the outer one.
"""

import bisect
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence

from summarise.data import Article, Quotation
from summarise.facts.quotation_speakers import Voices
from summarise.facts.references import Quoted, References, Voice

_MARK = re.compile(r"``|''|[“”„‟\"«»‘’‚'‹›]")
_OPEN = {
    "“": ("”",), "„": ("“", "”", "‟"), "«": ("»",), "``": ("''", '"', "”"), "‘": ("’", "'"), "‚": ("‘", "’"),
    "‹": ("›",), "‟": ("”",),
}  # fmt: skip
_ELISION = re.compile(r"(?:\d0s|em|til|tis|twas|cause|n|round|bout|cos)\b", re.IGNORECASE)
_TRAILING = " \t\n,.;:!?…-–—"


def folded(text: str) -> str:
    """Return quoted words for comparing: case, marks, diacritics, dashes, spaces and closing punctuation folded."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    bare = re.sub(r"``|''|[“”„‟\"«»‚‹›]", "", bare)
    bare = re.sub(r"[‘’]", "'", bare)
    bare = re.sub(r"(?<!\w)'|'(?!\w)", "", bare)
    bare = re.sub(r"[-‐‑–—]+", "-", bare)
    return " ".join(bare.casefold().split()).strip(_TRAILING)


def quoted(article: Article) -> tuple[Quoted, ...]:
    """Return the places of all that is quoted, in order.

    Each paragraph of a longer quotation is one, and so is each part of one that "she said" splits.
    """
    found: list[Quoted] = []
    paragraphs = _paragraphs(article)
    for number, (start, end) in enumerate(paragraphs):
        following = paragraphs[number + 1][0] if number + 1 < len(paragraphs) else None
        goes_on = following is not None and article.text[following] in '“"«„‘'
        found += _stretches(article.story, start, end, goes_on=goes_on)
    return tuple(found)


def voices(article: Article, places: Sequence[Quoted], references: References) -> tuple[Voice, ...]:
    """Return who speaks each of `places`."""
    found = Voices(article, places, references, _paragraphs(article))
    return tuple(found.speaker(index) for index in range(len(places)))


def quotations(article: Article, places: Sequence[Quoted], speakers: Sequence[Voice]) -> Iterator[Quotation]:
    """Yield a quotation for each of `places`, with its speaker if a name is beside it; `speakers` has one for each."""
    starts = [sentence.start for sentence in article.sentences]
    for place, voice in zip(places, speakers, strict=True):
        text = article.text[place.start : place.end]
        words = len(text.split())
        sure = 0.5 if not place.closed else 0.6 if words <= 2 else 0.95
        value = folded(text)
        if value:
            yield Quotation(
                start=place.start,
                end=place.end,
                text=text,
                sentence=_sentence_at(starts, place.start),
                value=value,
                confidence=min(sure, voice.sure),
                speaker=None if voice.inferred else voice.name,
            )


def _paragraphs(article: Article) -> list[tuple[int, int]]:
    places: dict[int, tuple[int, int]] = {}
    for sentence in article.sentences:
        start, end = places.get(sentence.paragraph, (sentence.start, sentence.end))
        places[sentence.paragraph] = (min(start, sentence.start), max(end, sentence.end))
    return sorted(places.values())


def _sentence_at(starts: Sequence[int], position: int) -> int:
    return max(0, bisect.bisect_right(starts, position) - 1)


def _stretches(text: str, start: int, end: int, *, goes_on: bool) -> list[Quoted]:
    """Pair the marks of one paragraph; a mark without a partner is skipped, or read as the stray that it is."""
    found: list[Quoted] = []
    marks = list(_MARK.finditer(text, start, end))
    singles = _SingleMarks(text, marks, end)
    # Signs of which one found no partner: none behind it will.
    alone: set[str] = set()
    index = 0
    while index < len(marks):
        mark = marks[index]
        if not _opens(text, mark, start, end):
            index += 1
            continue
        single = mark.group() in ("‘", "'", "‚", "‹")
        if single:
            partner = singles.partner(index)
        else:
            partner = None if mark.group() in alone else _partner(text, marks, index, start, end)
        if partner is not None:
            found += _made(text, mark.end(), marks[partner].start(), mark.start(), marks[partner].end(), closed=True)
            index = partner + 1
            continue
        alone |= set() if single else {mark.group()}
        if not single and (goes_on or mark.start() == start):
            found += _made(text, mark.end(), end, mark.start(), end, closed=goes_on)
            break
        index += 1
    return found


def _made(text: str, start: int, end: int, outer_start: int, outer_end: int, *, closed: bool) -> Iterator[Quoted]:
    while start < end and (text[start].isspace() or _MARK.fullmatch(text[start])):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(character.isalnum() for character in text[start:end]):
        yield Quoted(start, end, outer_start, outer_end, closed)


def _opens(text: str, mark: re.Match[str], start: int, end: int) -> bool:
    before = text[mark.start() - 1] if mark.start() > start else " "
    after = text[mark.end()] if mark.end() < end else " "
    sign = mark.group()
    if sign in ("“", "„", "«", "``", "‟"):
        return True
    if sign == '"':
        return not after.isspace() and (before.isspace() or before in "([{—–-/:,'‘")
    if sign in ("‘", "'", "‚", "‹", "’"):
        # An apostrophe follows a letter; in "’90s" and "’em" it stands where a mark would.
        return (
            sign != "’"
            and (before.isspace() or before in '([—–-/"“')
            and after.isalnum()
            and not _ELISION.match(text, mark.end())
        )
    return False


def _partner(text: str, marks: Sequence[re.Match[str]], opening: int, start: int, end: int) -> int | None:
    sign = marks[opening].group()
    for index in range(opening + 1, len(marks)):
        other = marks[index]
        closer = other.group()
        if sign == '"':
            if closer == '"' and _closes_straight(text, other, end):
                return index
        elif closer in _OPEN[sign] and not (closer == '"' and _opens(text, other, start, end)):
            return index
    return None


def _closes_straight(text: str, mark: re.Match[str], end: int) -> bool:
    after = text[mark.end()] if mark.end() < end else " "
    before = text[mark.start() - 1]
    return not before.isspace() or after.isspace()


class _SingleMarks:
    """The marks of a paragraph that matter to a single quotation mark, by index, so that each search is a bisection."""

    def __init__(self, text: str, marks: Sequence[re.Match[str]], end: int) -> None:
        self._openers: list[int] = []
        self._straight: list[int] = []
        self._closers: list[int] = []
        # "workers’ rights", or the end of the quotation.
        self._doubtful: list[int] = []
        for index, mark in enumerate(marks):
            sign = mark.group()
            if sign in ("‘", "“", "„", "«"):
                self._openers.append(index)
            elif sign == '"':
                self._straight.append(index)
            elif sign in ("’", "'", "›"):
                before, after = text[mark.start() - 1], text[mark.end()] if mark.end() < end else " "
                if after.isalnum() or before.isspace():
                    continue
                genitive = before in "sS" and re.match(r" [a-z]", text[mark.end() : mark.end() + 2])
                (self._doubtful if genitive else self._closers).append(index)

    def partner(self, opening: int) -> int | None:
        """Return the index of the mark that closes the quotation which begins at `opening`, or None."""
        limit = _next(self._openers, opening)
        doubtful, closer = _next(self._doubtful, opening), _next(self._closers, opening)
        if doubtful < min(limit, closer):
            return int(closer if closer < min(limit, _next(self._straight, doubtful)) else doubtful)
        return int(closer) if closer < limit else None


def _next(indexes: Sequence[int], after: float) -> float:
    """Return the first index after another one, infinity if there is none."""
    place = bisect.bisect_right(indexes, after)
    return indexes[place] if place < len(indexes) else math.inf
