"""Cutting articles into chunks."""

import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ODDITIES, any_texts, texts

from summarise import Article, SummariseError, read_article
from summarise.backends.tokens import estimate_tokens
from summarise.data import Chunk, Sentence, Span
from summarise.writing.chunks import MIN_BUDGET, cut

Measure = Callable[[str], int]


def words(text: str) -> int:
    return len(text.split())


def uneven(text: str) -> int:
    """Measure a text so that it has more tokens than its parts together."""
    return len(text.split()) ** 2 // 40


def fitful(text: str) -> int:
    """Measure a text so that a part may have more tokens than the complete text."""
    return len(text) + 9 * (len(text) % 3)


budgets = st.integers(MIN_BUDGET, 300)
measures = st.sampled_from([estimate_tokens, words, uneven])
# Sentences of any length, some of which never end.
long_texts = st.one_of(
    texts,
    st.lists(texts, min_size=2, max_size=12).map(" ".join),
    st.text(ODDITIES, min_size=100, max_size=1500),
    any_texts.map(lambda text: text * 20),
)


def chunks_of(
    article: Article, budget: int, measure: Measure = words, *, together: Sequence[Span] = ()
) -> tuple[Chunk, ...]:
    """Cut an article by a measure of its text."""
    return cut(article, budget, size=lambda start, end: measure(article.text[start:end]), together=together)


def bounds(chunks: Sequence[Chunk]) -> list[tuple[int, int]]:
    """Return the indexes of the first and last sentences."""
    return [(chunk.first, chunk.last) for chunk in chunks]


def article_or_none(text: str) -> Article | None:
    """Read an article; None if it has no text, or a text in the form of a path."""
    try:
        return read_article(text)
    except SummariseError:
        return None


def article_of_one_sentence(text: str) -> Article:
    text = unicodedata.normalize("NFD", text)
    return Article(text=text, sentences=(Sentence(start=0, end=len(text), paragraph=0),))


def sentence(length: int) -> str:
    """Return a sentence of `length` words."""
    return " ".join(["The", *["bridge"] * (length - 2), "closed."])


def sentences(*lengths: int) -> Article:
    """Return an article with a paragraph for each sentence."""
    return read_article("\n\n".join(map(sentence, lengths)))


def paragraphs(*counts: int) -> Article:
    """Return an article; each count is the number of ten-word sentences in a paragraph."""
    return read_article("\n\n".join(" ".join(sentence(10) for _ in range(count)) for count in counts))


def over(article: Article, first: int, last: int) -> Span:
    """Return a span from inside the first sentence to inside the last."""
    return Span(start=article.sentences[first].end - 1, end=article.sentences[last].start + 1)


def assert_whole(article: Article, chunks: Sequence[Chunk]) -> None:
    """Assert that chunks cover every sentence once, in order, and that their fields are right."""
    assert all(before.end <= chunk.start for before, chunk in pairwise(chunks))
    covered = {place for chunk in chunks for place in range(chunk.start, chunk.end)}
    lost = {place for sentence in article.sentences for place in range(sentence.start, sentence.end)} - covered
    assert not "".join(article.text[place] for place in lost).strip()
    for chunk in chunks:
        first, last = article.sentences[chunk.first], article.sentences[chunk.last]
        assert first.start <= chunk.start < first.end
        assert last.start < chunk.end <= last.end
        assert chunk.broken == ((chunk.start, chunk.end) != (first.start, last.end))
        assert article.quote(chunk).strip()


def assert_together(article: Article, chunks: Sequence[Chunk], span: Span, budget: int, measure: Measure) -> None:
    """Assert that sentences touched by a span share a chunk, if they fit and have no heading beside them."""
    touched = [index for index, one in enumerate(article.sentences) if one.overlaps(span)]
    first, last = article.sentences[touched[0]], article.sentences[touched[-1]]
    before = article.sentences[touched[0] - 1].role if touched[0] else "body"
    if measure(article.text[first.start : last.end]) <= budget and {before, last.role} == {"body"}:
        assert any(chunk.start <= first.start and last.end <= chunk.end for chunk in chunks)


@pytest.mark.slow
@settings(max_examples=20)
@given(long_texts, budgets, measures | st.just(fitful), st.data())
def test_chunks_hold_every_sentence_within_the_budget(
    text: str, budget: int, measure: Measure, data: st.DataObject
) -> None:
    """Each sentence is in one chunk, in order, for any text and measure. Spans that fit are not divided."""
    article = article_or_none(text)
    if article is None:
        return
    cuts = data.draw(st.lists(st.integers(0, len(article.sentences)), unique=True, max_size=8).map(sorted))
    spans = [over(article, first, last - 1) for first, last in pairwise(cuts) if last - first > 1]
    chunks = chunks_of(article, budget, measure, together=spans)
    assert_whole(article, chunks)
    assert all(chunk.tokens == measure(article.quote(chunk)) <= budget for chunk in chunks)
    if measure is not fitful:
        for span in spans:
            assert_together(article, chunks, span, budget, measure)


@pytest.mark.parametrize(
    ("counts", "budget", "expected"),
    [
        ((4, 4, 4, 4), 90, [(0, 7), (8, 15)]),
        ((3, 2, 6, 2), 80, [(0, 4), (5, 12)]),
        # If the last chunk would be small, the sentences of the last two are divided evenly.
        ((1, 4, 5, 6, 1), 60, [(0, 4), (5, 9), (10, 12), (13, 16)]),
    ],
)
def test_chunks_end_at_paragraph_ends_if_they_can(
    counts: tuple[int, ...], budget: int, expected: list[tuple[int, int]]
) -> None:
    """A paragraph end is preferred to fuller or more even chunks."""
    assert bounds(chunks_of(paragraphs(*counts), budget)) == expected


def test_a_heading_stays_with_the_sentence_after_it() -> None:
    """A heading also stays with the first piece of a sentence over the budget."""
    section = "What happens next\n\n" + "\n\n".join(sentence(10) for _ in range(3))
    long = f"Why it fell\n\n{sentence(150)}"
    article = read_article("Bridge closes\n\n" + "\n\n".join([sentence(10), *[section] * 5, long]))
    assert [s.role for s in article.sentences].count("heading") == 6
    for budget in range(MIN_BUDGET, 120, 8):
        for chunk in chunks_of(article, budget):
            assert article.sentences[chunk.last].role == "body"


@pytest.mark.parametrize("measure", [words, len])
def test_an_article_that_just_fits_is_not_cut(measure: Measure) -> None:
    """With a budget of one token less, there are two chunks."""
    article = paragraphs(3, 1, 4)
    budget = measure(article.text)
    assert [len(chunks_of(article, tokens, measure)) for tokens in (budget, budget - 1)] == [1, 2]


@pytest.mark.parametrize("budget", [-1, 0, MIN_BUDGET - 1])
def test_a_small_budget_is_refused(budget: int) -> None:
    with pytest.raises(SummariseError, match=f"at least {MIN_BUDGET}"):
        chunks_of(paragraphs(9), budget)


@pytest.mark.parametrize(
    ("together", "expected"),
    [
        (None, [(0, 3), (4, 7), (8, 11)]),
        ((3, 4), [(0, 2), (3, 5), (6, 8), (9, 11)]),
        ((2, 5), [(0, 1), (2, 5), (6, 8), (9, 11)]),
    ],
)
def test_a_chunk_does_not_end_inside_a_span(together: tuple[int, int] | None, expected: list[tuple[int, int]]) -> None:
    """It ends before or after the span, even if a paragraph ends inside."""
    article = paragraphs(4, 4, 4)
    spans = [] if together is None else [over(article, *together)]
    assert bounds(chunks_of(article, 40, together=spans)) == expected


# sentences over the budget


def test_a_sentence_over_the_budget_is_cut_into_chunks_of_its_own() -> None:
    """These chunks are `broken`. The neighbouring sentences stay complete."""
    article = sentences(10, 90, 10)
    chunks = chunks_of(article, 50)
    assert bounds(chunks) == [(0, 0), (1, 1), (1, 1), (2, 2)]
    assert [(chunk.tokens, chunk.broken) for chunk in chunks] == [(10, False), (45, True), (45, True), (10, False)]
    assert " ".join(article.quote(chunk) for chunk in chunks[1:3]) == article.quote(article.sentences[1])


@pytest.mark.parametrize("unit", ["e\u0301", "👩\u200d🚀", "कि"])
def test_a_character_is_not_separated_from_its_marks(unit: str) -> None:
    article = article_of_one_sentence(unit * 300)
    chunks = chunks_of(article, MIN_BUDGET, len)
    assert len(chunks) > 2
    for chunk in chunks:
        assert article.quote(chunk).replace(article_of_one_sentence(unit).text, "") == ""
