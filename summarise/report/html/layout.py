"""Divides the article into blocks with marked facts and evidence, and computes word-level differences of texts."""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple, get_args

from summarise.data import (
    Article,
    CheckedSentence,
    Evidence,
    Fact,
    FactKind,
    Facts,
    Report,
    Sentence,
    SentenceRole,
    SourceSpan,
    Span,
    clock,
    overlapping,
)
from summarise.errors import UsageError
from summarise.report.wording import lines_of

# Texts less similar than this are shown as one replacement, not as a word-level difference.
CLOSE = 0.5
_TOKEN = re.compile(r"\s+|\w+(?:[’'.,-]\w+)*|[^\w\s]")


class Change(NamedTuple):
    """A piece of a difference: words of both texts, or of only one text."""

    kind: Literal["same", "left out", "put in"]
    text: str


def changes(before: str, after: str) -> list[Change]:
    """Return the word-level difference of two texts."""
    one, other = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < CLOSE:
        return _listed([Change("left out", before), Change("put in", after)])
    found: list[Change] = []
    gone = new = ""
    for kind, start, end, there, to in matcher.get_opcodes():
        left, right = "".join(one[start:end]), "".join(other[there:to])
        # Whitespace between two changes joins them.
        if kind == "equal" and not (left.isspace() and (gone or new) and end < len(one) and to < len(other)):
            found += [Change("left out", gone), Change("put in", new), Change("same", left)]
            gone = new = ""
        else:
            gone, new = gone + left, new + right
    return _listed([*found, Change("left out", gone), Change("put in", new)])


def _listed(found: Sequence[Change]) -> list[Change]:
    return [change for change in found if change.text]


class Places:
    """The spans of an article that a report refers to, numbered from 1."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self.lines = lines_of(article)
        self.several = bool(article.sources)
        self._numbers: dict[tuple[int, int], int] = {}

    def number(self, place: Evidence | Fact) -> int:
        """Return the number of a span. Raises UsageError if the article has another text there."""
        if self._article.quote(place) != place.text:
            raise UsageError(
                f"the article does not match the report at {place.start}-{place.end}: give the article that was checked"
            )
        return self._numbers.setdefault((place.start, place.end), len(self._numbers) + 1)

    @property
    def spans(self) -> list[Span]:
        """The spans by number."""
        return [Span(start=start, end=end) for start, end in self._numbers]

    def against(self, sentence: CheckedSentence) -> list[int]:
        """Return the numbers of the spans that conflict with a sentence."""
        return self._of(sentence.opposing)

    def of(self, sentence: CheckedSentence) -> list[int]:
        """Return the numbers of a sentence's spans, conflicting spans first."""
        noted = [finding.article for finding in sentence.findings if finding.article]
        return list(dict.fromkeys([*self.against(sentence), *self._of([*sentence.evidence, *noted])]))

    def _of(self, places: Sequence[Evidence]) -> list[int]:
        return list(dict.fromkeys(self.number(place) for place in places))


def places_of(report: Report, article: Article) -> Places:
    """Return the spans that a report refers to, numbered in reading order."""
    places = Places(article)
    for sentence in report.sentences:
        for place in sentence.evidence:
            places.number(place)
        places.of(sentence)
    for disagreement in report.disagreements:
        for value in disagreement.values:
            places.number(value.place)
    for key in report.omitted:
        places.number(key.pieces[-1])
    return places


class Piece(NamedTuple):
    """A piece of text, and the indices of the spans that cover it."""

    start: int
    end: int
    on: tuple[int, ...]


def pieces(length: int, spans: Sequence[Span], *, cuts: Iterable[int] = ()) -> Iterator[Piece]:
    """Split a text of `length` characters at the borders of `spans` and at the offsets `cuts`, in order."""
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for index, span in enumerate(spans):
        if span.start < length:
            opening.setdefault(span.start, []).append(index)
            closing.setdefault(min(span.end, length), []).append(index)
    borders = sorted({length, *opening, *closing, *(cut for cut in cuts if 0 < cut < length)} - {0})
    open_spans = set(opening.get(0, ()))
    start = 0
    for border in borders:
        if border > start:
            yield Piece(start, border, tuple(sorted(open_spans)))
        open_spans.difference_update(closing.get(border, ()))
        open_spans.update(opening.get(border, ()))
        start = border


Role = Literal["headline", "heading", "body", "aside", "addressed", "gap"]
# CSS class of each kind of fact: short, because a page has thousands.
KINDS = {kind: kind[0] for kind in get_args(FactKind)}


class Part(NamedTuple):
    """A piece of the article's text.

    `kinds`: CSS classes of the facts in it. `places`: numbers of the evidence spans that contain it. `begins`: numbers
    of the evidence spans that begin here.
    """

    text: str
    kinds: str
    places: str
    begins: tuple[int, ...]


class Block(NamedTuple):
    """A paragraph, headline, aside (boilerplate), gap, or text that instructs a machine ("addressed").

    `source`: the source that begins here. `time`: the time of the utterance that begins here.
    """

    role: Role
    parts: tuple[Part, ...]
    source: SourceSpan | None = None
    time: str | None = None


def blocks(facts: Facts, places: Sequence[Span]) -> list[Block]:
    """Return all text of the article in blocks, marked with facts and with the evidence `places`."""
    article = facts.article
    borders = list(_borders(article))
    found = facts.facts
    laid = list(pieces(len(article.text), [*found, *places], cuts=[start for start, _ in borders]))
    begun: set[int] = set()
    result: list[Block] = []
    position = 0
    starts = {source.start: source for source in article.sources}
    ends = [*(start for start, _ in borders), len(article.text)][1:]
    for (start, role), end in zip(borders, ends, strict=True):
        parts: list[Part] = []
        while position < len(laid) and laid[position].end <= end:
            parts.append(_part(laid[position], facts, begun))
            position += 1
        turn = article.utterance_at(start)
        time = clock(turn.time) if turn and turn.time is not None and turn.start == start else None
        result.append(Block(role, tuple(parts), starts.get(start), time))
    return result


def _part(piece: Piece, facts: Facts, begun: set[int]) -> Part:
    found = facts.facts
    kinds = {KINDS[found[index].kind] for index in piece.on if index < len(found)}
    numbers = [index - len(found) + 1 for index in piece.on if index >= len(found)]
    begins = tuple(number for number in numbers if number not in begun)
    begun.update(begins)
    return Part(
        text=facts.article.text[piece.start : piece.end],
        kinds=" ".join(sorted(kinds)),
        places=" ".join(map(str, numbers)),
        begins=begins,
    )


def _borders(article: Article) -> Iterator[tuple[int, Role]]:
    """Yield the start and role of each block. The first block starts at 0."""
    position = 0
    aside = [span.start for span in article.addressed]

    def block(sentence: Sentence) -> tuple[int, SentenceRole, int]:
        return sentence.paragraph, sentence.role, bisect(aside, sentence.start)

    for (_, role, _), group in groupby(article.sentences, key=block):
        sentences: list[Sentence] = list(group)
        turn = article.utterance_at(sentences[0].start)
        # The speaker's name begins the block.
        start = turn.start if turn and turn.speech.start == sentences[0].start else sentences[0].start
        yield from _between(article, position, start)
        yield start, role
        position = sentences[-1].end
    yield from _between(article, position, len(article.text))


def _between(article: Article, start: int, end: int) -> Iterator[tuple[int, Role]]:
    """Yield the start and role of each gap, aside and addressed text between two blocks."""
    position = start
    for span in overlapping(article.addressed, Span(start=start, end=end)) if start < end else ():
        if start <= span.start and span.end <= end:
            yield from _around(article.text, position, span.start)
            yield span.start, "addressed"
            position = span.end
    yield from _around(article.text, position, end)


def _around(text: str, start: int, end: int) -> Iterator[tuple[int, Role]]:
    words = text[start:end].strip()
    if not words:
        if start < end:
            yield start, "gap"
        return
    first = text.index(words[0], start)
    last = first + len(words)
    if start < first:
        yield start, "gap"
    yield first, "aside"
    if last < end:
        yield last, "gap"
