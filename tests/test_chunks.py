"""Chunks: nothing lost, nothing twice, nothing over the budget, and cut where a reader would."""

import pytest
from chunking import Measure, assert_whole, fitful, long_texts, measures, paragraphs, sentence, sized, words
from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.budget.token_estimates import estimate_tokens
from summarise.data import Article, Chunk, Sentence
from summarise.errors import ArticleError, UsageError
from summarise.pipeline.reading import read_article
from summarise.writing.chunks import MIN_BUDGET, cut


def cut_by_words(article: Article, budget: int) -> tuple[Chunk, ...]:
    """Cut an article, with words for tokens."""
    return cut(article, budget, size=sized(article, words))


@given(long_texts, st.integers(MIN_BUDGET, 300), measures | st.just(fitful))
def test_chunks_hold_every_sentence_once_in_order_within_the_budget(text: str, budget: int, measure: Measure) -> None:
    """For any text, budget and measure, also where the whole is more or less than its parts."""
    try:
        article = read_article(text)
    except ArticleError:
        return
    chunks = cut(article, budget, size=sized(article, measure))
    assert_whole(article, chunks)
    for chunk in chunks:
        assert chunk.tokens == measure(article.quote(chunk)) <= budget
        assert chunk.new == chunk.start


@pytest.mark.slow
@given(st.lists(st.integers(3, 30), min_size=2, max_size=40), st.integers(MIN_BUDGET, 200))
def test_chunks_are_not_many_more_than_needed(lengths: list[int], budget: int) -> None:
    """Each two neighbours are together more than the budget allows, or nearly so."""
    article = read_article(" ".join(sentence(length) for length in lengths))
    chunks = cut_by_words(article, budget)
    assert len(chunks) <= 2 * sum(lengths) // budget + 1


def test_a_short_article_is_one_chunk() -> None:
    """What fits is not cut."""
    article = read_article("\n\n".join(sentence(10) for _ in range(3)))
    (chunk,) = cut_by_words(article, MIN_BUDGET)
    assert (chunk.first, chunk.last, chunk.tokens) == (0, 2, 30)


def test_chunks_end_at_paragraph_ends_where_they_can() -> None:
    """The end of a paragraph is taken, though more would fit or the sizes would be more even."""
    chunks = cut_by_words(paragraphs(4, 4, 4, 4), 90)
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 7), (8, 15)]
    chunks = cut_by_words(paragraphs(3, 2, 6, 2), 80)
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 4), (5, 12)]


def test_the_last_chunk_is_not_tiny() -> None:
    """Where paragraph ends would leave little over, the last two chunks share their sentences anew."""
    chunks = cut_by_words(paragraphs(1, 4, 5, 6, 1), 60)
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 4), (5, 9), (10, 12), (13, 16)]


def test_a_paragraph_over_the_budget_is_cut_at_sentence_ends() -> None:
    """Sentences stay whole in a paragraph that does not fit."""
    article = read_article(" ".join(sentence(10) for _ in range(9)))
    chunks = cut_by_words(article, 40)
    assert [chunk.last - chunk.first + 1 for chunk in chunks] == [3, 3, 3]


@pytest.mark.slow
def test_chunks_are_about_even() -> None:
    """No tiny last chunk: the text is shared out over as few chunks as are needed."""
    for count in range(11, 60):
        article = read_article("\n\n".join(sentence(10) for _ in range(count)))
        sizes = [chunk.tokens for chunk in cut_by_words(article, 100)]
        assert len(sizes) == -(-count // 10)
        assert max(sizes) <= 2 * min(sizes)


def test_a_heading_stays_with_what_follows() -> None:
    """No chunk ends with a heading or headline."""
    section = "What happens next\n\n" + "\n\n".join(sentence(10) for _ in range(3))
    article = read_article("Bridge closes\n\n" + "\n\n".join([sentence(10), *[section] * 5]))
    assert [found.role for found in article.sentences].count("heading") == 5
    for budget in range(MIN_BUDGET, 120):
        for chunk in cut_by_words(article, budget):
            assert article.sentences[chunk.last].role == "body"


@pytest.mark.slow
@given(long_texts, st.integers(MIN_BUDGET, 300), measures)
def test_a_heading_never_ends_a_chunk_where_it_need_not(text: str, budget: int, measure: Measure) -> None:
    """It does so only at the end, before other headings, or where the next sentence does not fit behind it."""
    try:
        article = read_article(f"{text}\n\nWhat happens next\n\n{text}")
    except ArticleError:
        return
    for chunk in cut(article, budget, size=sized(article, measure))[:-1]:
        heading = article.sentences[chunk.last]
        if heading.role != "body" and chunk.end == heading.end:
            following = article.sentences[chunk.last + 1]
            assert following.role != "body" or measure(article.text[heading.start : following.end]) > budget


def test_chunks_are_few_where_the_whole_is_a_little_more_than_its_parts() -> None:
    """As where each sentence is rounded down: chunks are not cut in two for the few tokens that they are over."""
    article = paragraphs(*[1] * 600)
    chunks = cut(article, 400, size=sized(article, lambda text: len(text) // 5))
    assert len(chunks) <= 1.1 * len(article.text) / 2000


def test_a_heading_goes_with_the_first_piece_of_a_sentence_over_the_budget() -> None:
    """A chunk of a heading alone would say nothing."""
    article = read_article("\n\n".join([sentence(20), "What happens next", sentence(100), sentence(20)]))
    chunks = cut_by_words(article, 40)
    assert [(chunk.first, chunk.last, chunk.broken) for chunk in chunks] == [
        (0, 0, False),
        (1, 2, True),
        (2, 2, True),
        (2, 2, True),
        (3, 3, False),
    ]


def test_a_long_heading_stands_alone_before_a_sentence_over_the_budget() -> None:
    """It would take the place of the text."""
    heading, long = "Next " * 11, sentence(100)
    places = (
        Sentence(start=0, end=len(heading) - 1, paragraph=0, role="heading"),
        Sentence(start=len(heading), end=len(heading) + len(long), paragraph=1),
    )
    chunks = cut_by_words(Article(text=heading + long, sentences=places), 40)
    assert [(chunk.first, chunk.last) for chunk in chunks][:2] == [(0, 0), (1, 1)]


def test_a_heading_is_not_joined_to_a_sentence_over_the_budget_over_boilerplate() -> None:
    """It stands alone, and nothing but the sentence is in its pieces."""
    text = f"Next\n{'advertisement ' * 6}\n{sentence(100)}"
    start = text.index("The bridge")
    heading = Sentence(start=0, end=4, paragraph=0, role="heading")
    article = Article(text=text, sentences=(heading, Sentence(start=start, end=len(text), paragraph=1)))
    chunks = cut_by_words(article, 40)
    assert_whole(article, chunks)
    assert not any("advertisement" in article.quote(chunk) for chunk in chunks)


@pytest.mark.parametrize("measure", [words, len])
def test_an_article_that_just_fits_is_not_cut(measure: Measure) -> None:
    """One token less of room, and it is cut in two."""
    article = paragraphs(3, 1, 4)
    budget = measure(article.text)
    assert len(cut(article, budget, size=sized(article, measure))) == 1
    assert len(cut(article, budget - 1, size=sized(article, measure))) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [sentence(10) + " ", sentence(10) + "\n\n", "bridge ", "bridge", "What happens next\n\n"]
)
def test_what_is_measured_grows_with_the_article_and_not_faster(text: str) -> None:
    """Sentences, one sentence, one word, headings: no character is measured more than a dozen times."""

    def measured(times: int) -> int:
        article = read_article(text * times)
        count = 0

        def size(start: int, end: int) -> int:
            nonlocal count
            count += end - start
            return (end - start) // 5

        cut(article, 400, size=size)
        return count

    for length in (20_000, 200_000):
        assert measured(length // len(text)) <= 12 * length


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
