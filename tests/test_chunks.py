"""Chunks: nothing lost, nothing twice, nothing over the budget, and cut where a reader would."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from summarise.article import read_article
from summarise.chunks import MIN_BUDGET, cut
from summarise.data import Article
from summarise.errors import ArticleError, UsageError
from summarise.tokens import estimate_tokens


def words(text: str) -> int:
    """Estimate by words, which is easy to reckon with."""
    return len(text.split())


def uneven(text: str) -> int:
    """Estimate so that the whole is more than its parts."""
    return len(text.split()) ** 2 // 40


def sentence(length: int, first: str = "The") -> str:
    return " ".join([first, *["bridge"] * (length - 2), "closed."])


@given(texts, st.integers(MIN_BUDGET, 300), st.sampled_from([estimate_tokens, words, uneven, len]))
def test_chunks_hold_every_sentence_once_in_order_within_the_budget(
    text: str, budget: int, estimate: Callable[[str], int]
) -> None:
    """For any text, budget and estimate; only a sentence that alone is over the budget exceeds it."""
    try:
        article = read_article(text)
    except ArticleError:
        return
    chunks = cut(article, budget, estimate=estimate)
    expected = 0
    for chunk in chunks:
        assert chunk.first == expected
        assert chunk.last >= chunk.first
        assert (chunk.start, chunk.end) == (
            article.sentences[chunk.first].start,
            article.sentences[chunk.last].end,
        )
        assert chunk.tokens == estimate(article.quote(chunk))
        assert chunk.tokens <= budget or chunk.first == chunk.last
        expected = chunk.last + 1
    assert expected == len(article.sentences)


@given(st.lists(st.integers(3, 30), min_size=2, max_size=40), st.integers(MIN_BUDGET, 200))
def test_chunks_are_not_many_more_than_needed(lengths: list[int], budget: int) -> None:
    """Each two neighbours are together more than the budget allows, or nearly so."""
    article = read_article(" ".join(sentence(length) for length in lengths))
    chunks = cut(article, budget, estimate=words)
    assert len(chunks) <= 2 * sum(lengths) // budget + 1


def test_a_short_article_is_one_chunk() -> None:
    """What fits is not cut."""
    article = read_article("\n\n".join(sentence(10) for _ in range(3)))
    (chunk,) = cut(article, MIN_BUDGET, estimate=words)
    assert (chunk.first, chunk.last, chunk.tokens) == (0, 2, 30)


def paragraphs(*counts: int) -> Article:
    """Return an article of paragraphs of so many sentences, each of ten words."""
    return read_article("\n\n".join(" ".join(sentence(10) for _ in range(count)) for count in counts))


def test_chunks_end_at_paragraph_ends_where_they_can() -> None:
    """The end of a paragraph is taken, though more would fit or the sizes would be more even."""
    chunks = cut(paragraphs(4, 4, 4, 4), 90, estimate=words)
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 7), (8, 15)]
    chunks = cut(paragraphs(3, 2, 6, 2), 80, estimate=words)
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 4), (5, 12)]


def test_the_last_chunk_is_not_tiny() -> None:
    """Where paragraph ends would leave little over, the last two chunks share their sentences anew."""
    chunks = cut(paragraphs(1, 4, 5, 6, 1), 60, estimate=words)
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 4), (5, 9), (10, 12), (13, 16)]


def test_a_paragraph_over_the_budget_is_cut_at_sentence_ends() -> None:
    """Sentences stay whole in a paragraph that does not fit."""
    article = read_article(" ".join(sentence(10) for _ in range(9)))
    chunks = cut(article, 40, estimate=words)
    assert [chunk.last - chunk.first + 1 for chunk in chunks] == [3, 3, 3]


def test_chunks_are_about_even() -> None:
    """No tiny last chunk: the text is shared out over as few chunks as are needed."""
    for count in range(11, 60):
        article = read_article("\n\n".join(sentence(10) for _ in range(count)))
        sizes = [chunk.tokens for chunk in cut(article, 100, estimate=words)]
        assert len(sizes) == -(-count // 10)
        assert max(sizes) <= 2 * min(sizes)


def test_a_heading_stays_with_what_follows() -> None:
    """No chunk ends with a heading or headline."""
    section = "What happens next\n\n" + "\n\n".join(sentence(10) for _ in range(3))
    article = read_article("Bridge closes\n\n" + "\n\n".join([sentence(10), *[section] * 5]))
    assert [found.role for found in article.sentences].count("heading") == 5
    for budget in range(MIN_BUDGET, 120):
        for chunk in cut(article, budget, estimate=words):
            assert article.sentences[chunk.last].role == "body"


def test_a_sentence_over_the_budget_is_a_chunk_that_says_so() -> None:
    """It stands alone, and its tokens exceed the budget."""
    article = read_article("\n\n".join([sentence(10), sentence(100), sentence(10)]))
    chunks = cut(article, 50, estimate=words)
    assert [(chunk.first, chunk.last, chunk.tokens) for chunk in chunks] == [(0, 0, 10), (1, 1, 100), (2, 2, 10)]


def test_an_article_without_sentences_has_no_chunks() -> None:
    """Nothing gives nothing."""
    assert cut(Article(text="The bridge closed."), 100) == ()


@pytest.mark.parametrize("budget", [-1, 0, MIN_BUDGET - 1])
def test_a_budget_that_is_too_small_is_refused(budget: int) -> None:
    """One line says how small it may be."""
    with pytest.raises(UsageError, match=f"at least {MIN_BUDGET}"):
        cut(read_article("The bridge closed."), budget)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        # Counted with the tokenizer of SmolLM2-135M-Instruct.
        (
            "The harbour bridge in the old town closed on Friday after engineers found cracks in two of its cables, "
            "the city said. Repairs will take twelve weeks, according to the mayor, and ferries will run every twenty "
            "minutes until then.",
            47,
        ),
        (
            "Die Hafenbrücke wurde am Freitag gesperrt, nachdem Ingenieure Risse in zwei ihrer Kabel "
            "entdeckt hatten, teilte die Stadtverwaltung mit. "
            "Die Reparatur dauert zwölf Wochen.",
            70,
        ),
        ("星期五，海港大桥因工程师发现两根缆索出现裂缝而关闭，市政府表示。维修工作预计需要十二周。", 86),
        ("1,250 3.5 980 14 2026 77,310 0.25 12 100,000 45 6.75", 52),
    ],
)
def test_the_estimate_is_a_little_over_the_count(text: str, counted: int) -> None:
    """In English, German, Chinese and figures it is never under the count and at most half over."""
    assert counted <= estimate_tokens(text) <= 1.5 * counted


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_has_an_estimate(text: str) -> None:
    """It is zero for nothing, and never negative."""
    assert estimate_tokens(text) >= (1 if text.strip() else 0)
    assert estimate_tokens("") == 0
