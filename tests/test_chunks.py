"""Cutting articles into chunks."""

import pytest
from chunking import Measure, assert_whole, fitful, long_texts, measures, paragraphs, sentence, sized, words
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import Article, read_article
from summarise.data import Chunk
from summarise.errors import ArticleError, UsageError
from summarise.writing.chunks import MIN_BUDGET, cut


def cut_by_words(article: Article, budget: int) -> tuple[Chunk, ...]:
    return cut(article, budget, size=sized(article, words))


@settings(max_examples=12)
@given(long_texts, st.integers(MIN_BUDGET, 300), measures | st.just(fitful))
def test_chunks_hold_every_sentence_once_in_order_within_the_budget(text: str, budget: int, measure: Measure) -> None:
    """This holds for any text, budget and measure, even one that is not additive."""
    try:
        article = read_article(text)
    except (ArticleError, UsageError):  # no text, or a text in the form of a path
        return
    chunks = cut(article, budget, size=sized(article, measure))
    assert_whole(article, chunks)
    for chunk in chunks:
        assert chunk.tokens == measure(article.quote(chunk)) <= budget
        assert chunk.new == chunk.start


@pytest.mark.slow
@given(st.lists(st.integers(3, 30), min_size=2, max_size=40), st.integers(MIN_BUDGET, 200))
def test_chunks_are_not_many_more_than_needed(lengths: list[int], budget: int) -> None:
    """There are at most twice as many as the budget requires, plus one."""
    article = read_article(" ".join(sentence(length) for length in lengths))
    chunks = cut_by_words(article, budget)
    assert len(chunks) <= 2 * sum(lengths) // budget + 1


def test_chunks_end_at_paragraph_ends_where_they_can() -> None:
    """A paragraph end is preferred to fuller or more even chunks."""
    chunks = cut_by_words(paragraphs(4, 4, 4, 4), 90)
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 7), (8, 15)]
    chunks = cut_by_words(paragraphs(3, 2, 6, 2), 80)
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 4), (5, 12)]


def test_the_last_chunk_is_not_tiny() -> None:
    """If paragraph ends leave a small rest, the last two chunks share their sentences."""
    chunks = cut_by_words(paragraphs(1, 4, 5, 6, 1), 60)
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 4), (5, 9), (10, 12), (13, 16)]


def test_a_heading_stays_with_what_follows() -> None:
    """No chunk ends with a heading."""
    section = "What happens next\n\n" + "\n\n".join(sentence(10) for _ in range(3))
    article = read_article("Bridge closes\n\n" + "\n\n".join([sentence(10), *[section] * 5]))
    assert [found.role for found in article.sentences].count("heading") == 5
    for budget in range(MIN_BUDGET, 120, 8):
        for chunk in cut_by_words(article, budget):
            assert article.sentences[chunk.last].role == "body"


@pytest.mark.slow
@given(long_texts, st.integers(MIN_BUDGET, 300), measures)
def test_a_heading_never_ends_a_chunk_where_it_need_not(text: str, budget: int, measure: Measure) -> None:
    """It does so only at the end, before another heading, or if the next sentence does not fit."""
    try:
        article = read_article(f"{text}\n\nWhat happens next\n\n{text}")
    except (ArticleError, UsageError):  # no text, or a text in the form of a path
        return
    for chunk in cut(article, budget, size=sized(article, measure))[:-1]:
        heading = article.sentences[chunk.last]
        if heading.role != "body" and chunk.end == heading.end:
            following = article.sentences[chunk.last + 1]
            assert following.role != "body" or measure(article.text[heading.start : following.end]) > budget


@pytest.mark.parametrize("measure", [words, len])
def test_an_article_that_just_fits_is_not_cut(measure: Measure) -> None:
    """One token less gives two chunks."""
    article = paragraphs(3, 1, 4)
    budget = measure(article.text)
    assert len(cut(article, budget, size=sized(article, measure))) == 1
    assert len(cut(article, budget - 1, size=sized(article, measure))) == 2


@pytest.mark.parametrize("budget", [-1, 0, MIN_BUDGET - 1])
def test_a_budget_that_is_too_small_is_refused(budget: int) -> None:
    with pytest.raises(UsageError, match=f"at least {MIN_BUDGET}"):
        cut(read_article("The bridge closed."), budget)
