"""Sentences → chunks of whole sentences, each within a budget of tokens.

Does not call a tokenizer and knows no model: the budget is given, and so is what measures. Does not decide what a
chunk is used for.
"""

import bisect
from collections.abc import Iterator, Sequence

from summarise.backends.tokens import estimate_tokens
from summarise.data import Article, Chunk, Span
from summarise.errors import UsageError
from summarise.writing.chunks.keep_together import tied
from summarise.writing.chunks.long_sentences import pieces
from summarise.writing.chunks.measuring import Size
from summarise.writing.chunks.overlapping import overlapping
from summarise.writing.chunks.packing import Atom, even, scaled

MIN_BUDGET = 32
# So often groups are filled, at most, where the whole is more than its parts.
FILLINGS = 3


def cut(
    article: Article, budget: int, *, size: Size | None = None, together: Sequence[Span] = (), overlap: int = 0
) -> tuple[Chunk, ...]:
    """Return the sentences of `article` as chunks, in order, nothing lost, nothing twice, each within `budget`.

    `size` tells the tokens of the article's text from one offset to another; without it they are estimated. `budget`,
    `overlap` and `Chunk.tokens` are such tokens. Chunks end at the end of a paragraph where that leaves them well
    filled, else at that of a sentence, never behind a heading, and are about even. Sentences that one of the spans
    `together` touches are in one chunk unless they exceed the budget. A sentence that alone exceeds it is cut at the
    ends of its clauses, into chunks of its own, which are `broken`. With an `overlap` each chunk begins with as many of
    the last whole sentences of the one before, but not all of it, as are within that many tokens and leave the chunk
    within the budget. Raises UsageError if `budget` is under 32 or `overlap` not under half of it.
    """
    if budget < MIN_BUDGET:
        raise UsageError(f"a chunk of {budget} tokens is too small: give it at least {MIN_BUDGET}")
    if not 0 <= 2 * overlap < budget:
        raise UsageError(f"chunks of {budget} tokens cannot overlap by {overlap}: give 0 or more, and less than half")
    size = size or _estimate(article)
    chunks = _Cutting(article, budget, budget - overlap, size).chunks(together)
    return tuple(overlapping(article, chunks, budget, overlap, size) if overlap else chunks)


def _estimate(article: Article) -> Size:
    return lambda start, end: estimate_tokens(article.text[start:end])


class _Cutting:
    """One article being cut into chunks within `budget`, which are filled up to `cap` tokens."""

    def __init__(self, article: Article, budget: int, cap: int, size: Size) -> None:
        self._article = article
        self._starts = [sentence.start for sentence in article.sentences]
        self._budget = budget
        self._cap = cap
        self._size = size

    def chunks(self, together: Sequence[Span]) -> list[Chunk]:
        """Return the chunks, each sentence in one of them."""
        atoms = [self._atom(*group) for group in tied(self._article, together, self._budget, self._size)]
        best: list[Chunk] = []
        for _ in range(FILLINGS):
            groups = even(atoms, self._cap)
            tokens = [self._size(*self._place(group)) for group in groups]
            chunks = [chunk for each in zip(groups, tokens, strict=True) for chunk in self._within(*each)]
            best = chunks if not best or len(chunks) < len(best) else best
            if all(counted <= self._cap or len(group) == 1 for group, counted in zip(groups, tokens, strict=True)):
                break
            # The whole is more than its parts: they are filled anew, each taken for its share of the whole.
            atoms = [atom for each in zip(groups, tokens, strict=True) for atom in scaled(*each)]
        return best

    def _atom(self, first: int, last: int) -> Atom:
        sentences = self._article.sentences
        ends = last + 1 == len(sentences) or sentences[last + 1].paragraph != sentences[last].paragraph
        return Atom(first, last, sum(map(self._with_gap, range(first, last + 1))), ends)

    def _with_gap(self, index: int) -> int:
        """Return the size of a sentence and what stands before the next, so that sizes add up to that of the text."""
        next_start = self._starts[index + 1] if index + 1 < len(self._starts) else self._article.sentences[index].end
        return self._size(self._starts[index], next_start)

    def _place(self, group: Sequence[Atom]) -> tuple[int, int]:
        sentences = self._article.sentences
        return sentences[group[0].first].start, sentences[group[-1].last].end

    def _within(self, group: Sequence[Atom], tokens: int) -> Iterator[Chunk]:
        """Yield the group, of so many tokens, as a chunk; as several if it is over what it was filled up to."""
        start, end = self._place(group)
        if tokens <= (self._cap if len(group) > 1 else self._budget):
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
