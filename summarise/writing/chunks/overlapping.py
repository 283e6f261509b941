"""Chunks → the same chunks, each begun with the last sentences of the one before it.

Does not cut: where the budget has no room for them a chunk stays as it is.
"""

from collections.abc import Callable, Iterator, Sequence

from summarise.data import Article, Chunk
from summarise.writing.chunks.measuring import Size, most_that_fits


def overlapping(article: Article, chunks: Sequence[Chunk], budget: int, overlap: int, size: Size) -> Iterator[Chunk]:
    """Yield the chunks, begun with as many whole sentences as are within `overlap` and leave them within `budget`."""
    before = None
    for chunk in chunks:
        begin = _begin(article, before, chunk, budget, overlap, size) if before else chunk.first
        before = chunk
        if begin < chunk.first:
            start = article.sentences[begin].start
            tokens, repeated = size(start, chunk.end), chunk.start - start
            before = chunk.model_copy(update={"start": start, "first": begin, "tokens": tokens, "repeated": repeated})
        yield before


def _begin(article: Article, before: Chunk, chunk: Chunk, budget: int, overlap: int, size: Size) -> int:
    """Return the sentence that a chunk begins with; its own first one if none of those before it fits."""
    sentences = article.sentences
    if before.end != sentences[before.last].end:
        return chunk.first
    # Not all of it: a chunk that holds another would leave that one nothing to be read for.
    most = before.last - before.first

    def within(end: int, tokens: int) -> Callable[[int], bool]:
        return lambda count: size(sentences[before.last + 1 - count].start, end) <= tokens

    near = most_that_fits(within(before.end, overlap), most)
    return before.last + 1 - most_that_fits(within(chunk.end, budget), near, guess=near)
