"""Split an article into chunks of complete sentences within a token budget."""

import bisect
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from summarise.backends.tokens import estimate_tokens
from summarise.data import Article, Chunk, Span
from summarise.errors import UsageError

# Returns the number of tokens between two offsets of the article's text.
Size = Callable[[int, int], int]


def most_that_fits(fits: Callable[[int], bool], most: int, *, guess: int = 1, grain: int = 1) -> int:
    """Return the largest count, at most `most`, for which `fits(count)` is true; 0 if `fits(1)` is false.

    `fits` must be true up to some count, and false above it. `grain`: the precision; with 16, the result may be 15 too
    small. `guess`: the first count to try.
    """
    low, high = 0, min(max(guess, 1), most)
    while low < high and fits(high):
        low, high = high, min(high + max(1, high // 2), most)
    while high - low > (grain if low else 1):
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low


# Maximum relative deviation of a piece from an equal share of its sentence.
SLACK = 0.4
# Precision of the search for the largest piece: 1/GRAIN of the first guess.
GRAIN = 16
_JOINER = "\u200d"


def pieces(text: str, start: int, end: int, budget: int, size: Size) -> Iterator[tuple[int, int]]:
    """Yield consecutive pieces (start, end) of `text[start:end]`, of similar size, each within `budget`.

    A piece ends at a space if possible, and not between a letter and its combining marks. One character is yielded even
    if it is over the budget.
    """
    room = budget
    while start < end:
        room = _room(start, end, budget, size, guess=room)
        stop = start + room if start + room == end else _stop(text, start, end, room)
        while stop > start + 1 and text[stop - 1].isspace():
            stop -= 1
        if size(start, stop) > budget:
            stop = start + room
        yield start, stop
        start = stop
        while start < end and text[start].isspace():
            start += 1


def _room(start: int, end: int, budget: int, size: Size, *, guess: int) -> int:
    most, grain = end - start, max(1, guess // GRAIN)
    return max(1, most_that_fits(lambda count: size(start, start + count) <= budget, most, guess=guess, grain=grain))


def _stop(text: str, start: int, end: int, room: int) -> int:
    share = (end - start) / -(-(end - start) // room)
    aim = start + round(share)
    low, high = start + max(1, int(share * (1 - SLACK))), start + min(room, int(share * (1 + SLACK)))

    def cost(place: int) -> tuple[bool, bool, int]:
        # Combining marks, and characters joined by a zero-width joiner, are one character.
        splits = _JOINER in text[place - 1 : place + 1] or unicodedata.category(text[place]).startswith("M")
        return not text[place].isspace(), splits, abs(place - aim)

    return min(range(low, high + 1), key=cost)


# A heading joins the first piece of an oversized sentence if it takes at most 1/4 of the budget.
HEADING_SHARE = 4


def inseparable(article: Article, together: Sequence[Span], budget: int, size: Size) -> list[tuple[int, int]]:
    """Group the sentences that must be in one chunk. Returns the indexes (first, last) of each group, in order.

    Sentences that overlap the same span of `together` form a group, and so do a heading and the next sentence. A group
    over the budget is divided.
    """
    groups: list[tuple[int, int]] = []
    for first, last in _unlimited_groups(article, together):
        parts: list[tuple[int, int]] = []
        # Backwards, so that in a group over the budget a heading stays with the sentence after it.
        while last >= first:
            begin = _begin(article, first, last, budget, size)
            parts.append((begin, last))
            last = begin - 1
        groups += reversed(parts)
    return groups


def _unlimited_groups(article: Article, together: Sequence[Span]) -> Iterator[tuple[int, int]]:
    sentences = article.sentences
    # For each sentence, the last sentence that must stay with it.
    reach = [index + (sentence.role != "body") for index, sentence in enumerate(sentences)]
    ends = [sentence.end for sentence in sentences]
    starts = [sentence.start for sentence in sentences]
    for span in together:
        overlapped = bisect.bisect_right(ends, span.start), bisect.bisect_left(starts, span.end) - 1
        if overlapped[0] < overlapped[1]:
            reach[overlapped[0]] = max(reach[overlapped[0]], overlapped[1])
    first = last = 0
    for index, reached in enumerate(reach):
        if index > last:
            yield first, last
            first = index
        last = min(max(last, reached), len(sentences) - 1)
    if sentences:
        yield first, last


def _begin(article: Article, first: int, last: int, budget: int, size: Size) -> int:
    if first == last:
        return first
    sentences, end = article.sentences, article.sentences[last].end
    count = most_that_fits(lambda count: size(sentences[last - count + 1].start, end) <= budget, last - first + 1)
    if count:
        return last - count + 1
    begin = last
    while begin > first:
        heading, following = sentences[begin - 1], sentences[begin]
        apart = article.text[heading.end : following.start].strip()
        if heading.role == "body" or apart or HEADING_SHARE * size(heading.start, sentences[last].start) > budget:
            break
        begin -= 1
    return begin


# A group ends at a paragraph boundary only if it has at least this share of the maximum size.
LEAST_FILL = 0.6
# Bisection steps in the search for the smallest maximum size of equal groups.
EVENING_STEPS = 12


class Atom(NamedTuple):
    """Sentences that stay together, `first` to `last` (inclusive), and their size in tokens."""

    first: int
    last: int
    size: float
    ends_paragraph: bool


def even_groups(atoms: Sequence[Atom], budget: int) -> list[list[Atom]]:
    """Split atoms into as few groups as the budget allows, of similar size, preferably at paragraph boundaries.

    An atom over the budget forms its own group.
    """
    best = _fill(atoms, budget)
    count = len(best)
    low, high = 0, budget
    for _ in range(EVENING_STEPS if count > 1 else 0):
        cap = (low + high) // 2
        groups = _fill(atoms, cap)
        if len(groups) <= count:
            best, high = groups, cap
        else:
            low = cap
    return _with_fair_end(best, budget)


def enlarged(group: Sequence[Atom], size: float) -> list[Atom]:
    """Enlarge each atom of a group equally, so that their total is at least `size` tokens."""
    missing = max(0.0, size - _size(group)) / len(group)
    return [atom._replace(size=atom.size + missing) for atom in group]


def _with_fair_end(groups: list[list[Atom]], budget: int) -> list[list[Atom]]:
    """Even out the last two groups if the last is smaller than half of the one before."""
    if len(groups) < 2 or 2 * _size(groups[-1]) >= _size(groups[-2]):
        return groups
    atoms = [*groups[-2], *groups[-1]]
    total, head, best = _size(atoms), 0.0, (float("inf"), len(groups[-2]))
    for index, atom in enumerate(atoms[:-1], start=1):
        head += atom.size
        if max(head, total - head) <= budget:
            # A cut inside a paragraph costs as much as a difference of a fifth of the tokens.
            best = min(best, (abs(total - 2 * head) + (0 if atom.ends_paragraph else total / 5), index))
    return [*groups[:-2], atoms[: best[1]], atoms[best[1] :]]


def _size(atoms: Sequence[Atom]) -> float:
    return sum((atom.size for atom in atoms), 0.0)


def _fill(atoms: Sequence[Atom], cap: int) -> list[list[Atom]]:
    groups: list[list[Atom]] = []
    group: list[Atom] = []
    size = 0.0
    # The number of atoms up to the last paragraph boundary at which the group may end.
    good_end = 0
    for atom in atoms:
        while group and size + atom.size > cap:
            end = good_end or len(group)
            groups.append(group[:end])
            group, good_end = group[end:], 0
            size = _size(group)
        group.append(atom)
        size += atom.size
        if atom.ends_paragraph and size >= LEAST_FILL * cap:
            good_end = len(group)
    return [*groups, group] if group else groups


MIN_BUDGET = 32
# Maximum attempts to form groups.
FILLINGS = 3


def cut(article: Article, budget: int, *, size: Size | None = None, together: Sequence[Span] = ()) -> tuple[Chunk, ...]:
    """Split the article's sentences into chunks of similar size, each within `budget` tokens.

    `size` returns the number of tokens between two offsets; by default they are estimated. Chunks end at paragraph
    boundaries if possible, and not after a heading. Sentences that overlap the same span of `together` are in one chunk
    if they fit. A sentence over the budget is split into chunks marked `broken`. No chunk contains text of two sources.

    Raises UsageError if `budget` is under 32.
    """
    if budget < MIN_BUDGET:
        raise UsageError(f"a chunk of {budget} tokens is too small: give it at least {MIN_BUDGET}")
    size = size or (lambda start, end: estimate_tokens(article.text[start:end]))
    parts = [(article, together)]
    if len(article.sources) > 1:
        parts = [
            (article.within([source.id]), [span for span in together if source.contains(span)])
            for source in article.sources
        ]
    chunks: list[Chunk] = []
    first = 0
    for part, spans in parts:
        chunks += (
            chunk.model_copy(update={"first": chunk.first + first, "last": chunk.last + first})
            for chunk in _Cutter(part, budget, size).chunks(spans)
        )
        first += len(part.sentences)
    return tuple(chunks)


class _Cutter:
    def __init__(self, article: Article, budget: int, size: Size) -> None:
        self._article = article
        self._starts = [sentence.start for sentence in article.sentences]
        self._budget = budget
        self._size = size

    def chunks(self, together: Sequence[Span]) -> list[Chunk]:
        atoms = [self._atom(*group) for group in inseparable(self._article, together, self._budget, self._size)]
        best: list[Chunk] = []
        for _ in range(FILLINGS):
            groups = even_groups(atoms, self._budget)
            tokens = [self._size(*self._place(group)) for group in groups]
            chunks = [chunk for pair in zip(groups, tokens, strict=True) for chunk in self._within(*pair)]
            best = chunks if not best or len(chunks) < len(best) else best
            if all(counted <= self._budget or len(group) == 1 for group, counted in zip(groups, tokens, strict=True)):
                break
            # The text of a group may have more tokens than its atoms in sum: enlarge the atoms, and group again.
            atoms = [atom for pair in zip(groups, tokens, strict=True) for atom in enlarged(*pair)]
        return best

    def _atom(self, first: int, last: int) -> Atom:
        sentences = self._article.sentences
        ends = last + 1 == len(sentences) or sentences[last + 1].paragraph != sentences[last].paragraph
        return Atom(first, last, sum(map(self._with_gap, range(first, last + 1))), ends)

    def _with_gap(self, index: int) -> int:
        next_start = self._starts[index + 1] if index + 1 < len(self._starts) else self._article.sentences[index].end
        return self._size(self._starts[index], next_start)

    def _place(self, group: Sequence[Atom]) -> tuple[int, int]:
        sentences = self._article.sentences
        return sentences[group[0].first].start, sentences[group[-1].last].end

    def _within(self, group: Sequence[Atom], tokens: int) -> Iterator[Chunk]:
        start, end = self._place(group)
        if tokens <= self._budget:
            yield self._chunk(start, end, tokens)
        elif len(group) > 1:
            for half in (group[: len(group) // 2], group[len(group) // 2 :]):
                yield from self._within(half, self._size(*self._place(half)))
        else:
            for piece in pieces(self._article.text, start, end, self._budget, self._size):
                yield self._chunk(*piece, self._size(*piece))

    def _chunk(self, start: int, end: int, tokens: int) -> Chunk:
        first, last = bisect.bisect_right(self._starts, start) - 1, bisect.bisect_left(self._starts, end) - 1
        broken = start != self._starts[first] or end != self._article.sentences[last].end
        return Chunk(start=start, end=end, first=first, last=last, tokens=tokens, broken=broken)
