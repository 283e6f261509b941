"""Which sentences stay in one chunk: headings with what follows, and those that a given stretch touches.

Does not group them into chunks. What is tied and exceeds the budget is parted at a sentence's end.
"""

import bisect
from collections.abc import Iterator, Sequence

from summarise.data import Article, Span
from summarise.writing.chunks.measuring import Size, most_that_fits

# A heading goes with the first piece of a sentence over the budget if it takes no more than this share of it.
HEADING_SHARE = 4


def tied(article: Article, together: Sequence[Span], budget: int, size: Size) -> list[tuple[int, int]]:
    """Return the sentences in groups that stay together, each as its first and last index, in order.

    A group is within the budget, or one sentence, with its headings before it.
    """
    found: list[tuple[int, int]] = []
    for first, last in _joined(article, together):
        parts: list[tuple[int, int]] = []
        # From the end, so that a heading stays with what follows where not all can.
        while last >= first:
            begin = _begin(article, first, last, budget, size)
            parts.append((begin, last))
            last = begin - 1
        found += reversed(parts)
    return found


def _joined(article: Article, together: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Yield the groups as if there were no budget."""
    sentences = article.sentences
    # For each sentence the last one that it is tied to.
    reach = list(range(len(sentences)))
    for index, sentence in enumerate(sentences[:-1]):
        if sentence.role != "body":
            reach[index] = index + 1
    ends = [sentence.end for sentence in sentences]
    starts = [sentence.start for sentence in sentences]
    for span in together:
        touched = bisect.bisect_right(ends, span.start), bisect.bisect_left(starts, span.end) - 1
        if touched[0] < touched[1]:
            reach[touched[0]] = max(reach[touched[0]], touched[1])
    first = last = 0
    for index, reached in enumerate(reach):
        if index > last:
            yield first, last
            first = index
        last = max(last, reached)
    if sentences:
        yield first, last


def _begin(article: Article, first: int, last: int, budget: int, size: Size) -> int:
    """Return the earliest sentence from `first` on with which those up to `last` are within the budget."""
    if first == last:
        return first
    sentences, end = article.sentences, article.sentences[last].end
    count = most_that_fits(lambda count: size(sentences[last - count + 1].start, end) <= budget, last - first + 1)
    if count:
        return last - count + 1
    begin = last
    while begin > first and _leads(article, begin - 1, last, budget, size):
        begin -= 1
    return begin


def _leads(article: Article, heading: int, last: int, budget: int, size: Size) -> bool:
    """Tell whether a heading is to be cut with a sentence over the budget: it is short, and nothing stands between."""
    one, following = article.sentences[heading], article.sentences[heading + 1]
    return (
        one.role != "body"
        and not article.text[one.end : following.start].strip()
        and size(one.start, article.sentences[last].start) * HEADING_SHARE <= budget
    )
