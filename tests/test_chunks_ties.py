"""Chunking: spans that stay in one chunk, and overlaps between chunks."""

from itertools import pairwise

import pytest
from chunking import Measure, assert_whole, long_texts, measures, paragraphs, sentence, sized, words
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import Article, read_article
from summarise.data import Chunk, Span
from summarise.errors import ArticleError, UsageError
from summarise.writing.chunks import MIN_BUDGET, cut


def over(article: Article, first: int, last: int) -> Span:
    """Return a span from inside the first sentence to inside the last."""
    return Span(start=article.sentences[first].end - 1, end=article.sentences[last].start + 1)


def bounds(chunks: tuple[Chunk, ...]) -> list[tuple[int, int]]:
    return [(chunk.first, chunk.last) for chunk in chunks]


def test_a_chunk_does_not_end_inside_what_belongs_together() -> None:
    """It ends before or after such a span, even if a paragraph ends inside."""
    article = paragraphs(4, 4, 4)
    size = sized(article, words)
    assert bounds(cut(article, 40, size=size)) == [(0, 3), (4, 7), (8, 11)]
    assert bounds(cut(article, 40, size=size, together=[over(article, 3, 4)])) == [(0, 2), (3, 5), (6, 8), (9, 11)]
    assert bounds(cut(article, 40, size=size, together=[over(article, 2, 5)])) == [(0, 1), (2, 5), (6, 8), (9, 11)]


@pytest.mark.slow
@given(long_texts, st.integers(MIN_BUDGET, 300), measures, st.data())
def test_spans_that_fit_are_never_parted(text: str, budget: int, measure: Measure, data: st.DataObject) -> None:
    try:
        article = read_article(text)
    except (ArticleError, UsageError):
        return
    cuts = data.draw(st.lists(st.integers(0, len(article.sentences)), unique=True, max_size=8).map(sorted))
    spans = [over(article, first, last - 1) for first, last in pairwise(cuts) if last - first > 1]
    overlap = data.draw(st.sampled_from([0, budget // 3]))
    chunks = cut(article, budget, size=sized(article, measure), together=spans, overlap=overlap)
    assert_whole(article, chunks)
    assert all(chunk.tokens == measure(article.quote(chunk)) <= budget for chunk in chunks)
    for span in spans:
        touched = [index for index, one in enumerate(article.sentences) if one.overlaps(span)]
        first, last = article.sentences[touched[0]], article.sentences[touched[-1]]
        before = article.sentences[touched[0] - 1].role if touched[0] else "body"
        if measure(article.text[first.start : last.end]) <= budget and {before, last.role} == {"body"}:
            assert any(chunk.contains(Span(start=first.start, end=last.end)) for chunk in chunks)


def test_with_an_overlap_a_chunk_begins_with_the_last_sentences_of_the_one_before() -> None:
    """The overlap has as many sentences as its budget allows, and `new` is the offset of the chunk's own text."""
    article = paragraphs(12)
    chunks = cut(article, 65, size=sized(article, words), overlap=25)
    assert bounds(chunks) == [(0, 3), (2, 7), (6, 11)]
    assert [chunk.new for chunk in chunks] == [article.sentences[index].start for index in (0, 4, 8)]
    assert [chunk.tokens for chunk in chunks] == [40, 60, 60]


@pytest.mark.slow
@given(long_texts, st.integers(MIN_BUDGET, 300), measures, st.integers(1, 149))
def test_an_overlap_is_within_its_tokens_and_leaves_the_chunk_within_the_budget(
    text: str, budget: int, measure: Measure, overlap: int
) -> None:
    """For any text and measure; it is made of whole sentences, up to the end of the chunk before."""
    overlap = min(overlap, (budget - 1) // 2)
    try:
        article = read_article(text)
    except (ArticleError, UsageError):
        return
    chunks = cut(article, budget, size=sized(article, measure), overlap=overlap)
    assert_whole(article, chunks)
    assert all(chunk.tokens == measure(article.quote(chunk)) <= budget for chunk in chunks)
    for before, chunk in pairwise(chunks):
        if chunk.repeated:
            assert measure(article.text[chunk.start : before.end]) <= overlap
            assert chunk.start == article.sentences[chunk.first].start >= before.start
            assert before.end == article.sentences[before.last].end


@settings(max_examples=30)
@given(st.lists(st.integers(3, 20), min_size=8, max_size=30), st.integers(40, 120), st.integers(1, 55))
def test_no_sentence_more_would_have_fitted_into_the_overlap(lengths: list[int], budget: int, overlap: int) -> None:
    """If tokens are words, the overlap is as long as possible."""
    overlap = min(overlap, (budget - 1) // 2)
    article = read_article(" ".join(sentence(length) for length in lengths))
    for before, chunk in pairwise(cut(article, budget, size=sized(article, words), overlap=overlap)):
        more = article.sentences[chunk.first - 1].start if chunk.first else chunk.start
        assert (
            more <= before.start
            or words(article.text[more : before.end]) > overlap
            or words(article.text[more : chunk.end]) > budget
        )


def test_a_piece_of_a_sentence_is_not_repeated() -> None:
    """Neither the pieces nor the sentence after them begin with an overlap."""
    article = read_article("\n\n".join([sentence(10), sentence(100), sentence(10)]))
    chunks = cut(article, 50, size=sized(article, words), overlap=20)
    assert len(chunks) > 4
    assert [chunk.repeated > 0 for chunk in chunks[2:]] == [False] * (len(chunks) - 2)


def test_room_for_an_overlap_breaks_no_sentence() -> None:
    article = read_article("\n\n".join([sentence(10), sentence(10), sentence(45), sentence(10)]))
    chunks = cut(article, 50, size=sized(article, words), overlap=20)
    assert not any(chunk.broken for chunk in chunks)
    assert [chunk.repeated for chunk in chunks] == [0] * len(chunks)


@pytest.mark.parametrize("overlap", [-1, 50, 100])
def test_an_overlap_that_is_no_part_of_the_budget_is_refused(overlap: int) -> None:
    article = paragraphs(9)
    with pytest.raises(UsageError, match="less than half"):
        cut(article, 100, overlap=overlap)
    assert cut(article, 100, overlap=49)
