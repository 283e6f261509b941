"""Cutting articles into chunks."""

from itertools import pairwise

import pytest
from chunking import (
    MIN_BUDGET,
    Measure,
    article_or_none,
    assert_together,
    assert_whole,
    bounds,
    budgets,
    chunks_of,
    estimate_tokens,
    fitful,
    long_texts,
    measures,
    one_sentence,
    over,
    paragraphs,
    sentence,
    sentences,
    words,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import SummariseError, read_article


@settings(max_examples=20)
@given(long_texts, budgets, measures | st.just(fitful), st.data())
def test_chunks_hold_every_sentence_within_the_budget(
    text: str, budget: int, measure: Measure, data: st.DataObject
) -> None:
    """Once, in order, for any text and measure; spans that fit are not parted, and overlaps are whole sentences."""
    article = article_or_none(text)
    if article is None:
        return
    cuts = data.draw(st.lists(st.integers(0, len(article.sentences)), unique=True, max_size=8).map(sorted))
    spans = [over(article, first, last - 1) for first, last in pairwise(cuts) if last - first > 1]
    overlap = data.draw(st.sampled_from([0, 1, budget // 3])) if measure is not fitful else 0
    chunks = chunks_of(article, budget, measure, together=spans, overlap=overlap)
    assert_whole(article, chunks)
    assert all(chunk.tokens == measure(article.quote(chunk)) <= budget for chunk in chunks)
    if measure is not fitful:
        for span in spans:
            assert_together(article, chunks, span, budget, measure)
    for before, chunk in pairwise(chunks):
        if chunk.repeated:
            assert measure(article.text[chunk.start : before.end]) <= overlap
            assert chunk.start == article.sentences[chunk.first].start >= before.start
            assert before.end == article.sentences[before.last].end


@pytest.mark.slow
@given(st.lists(st.integers(3, 30), min_size=2, max_size=40), st.integers(MIN_BUDGET, 200))
def test_chunks_are_not_many_more_than_needed(lengths: list[int], budget: int) -> None:
    """There are at most twice as many as the budget requires, plus one."""
    article = read_article(" ".join(map(sentence, lengths)))
    assert len(chunks_of(article, budget)) <= 2 * sum(lengths) // budget + 1


@pytest.mark.parametrize(
    ("counts", "budget", "expected"),
    [
        ((4, 4, 4, 4), 90, [(0, 7), (8, 15)]),
        ((3, 2, 6, 2), 80, [(0, 4), (5, 12)]),
        # If paragraph ends leave a small rest, the last two chunks share their sentences.
        ((1, 4, 5, 6, 1), 60, [(0, 4), (5, 9), (10, 12), (13, 16)]),
    ],
)
def test_chunks_end_at_paragraph_ends_if_they_can(
    counts: tuple[int, ...], budget: int, expected: list[tuple[int, int]]
) -> None:
    """A paragraph end is preferred to fuller or more even chunks."""
    assert bounds(chunks_of(paragraphs(*counts), budget)) == expected


def test_a_heading_stays_with_what_follows() -> None:
    section = "What happens next\n\n" + "\n\n".join(sentence(10) for _ in range(3))
    article = read_article("Bridge closes\n\n" + "\n\n".join([sentence(10), *[section] * 5]))
    assert [found.role for found in article.sentences].count("heading") == 5
    for budget in range(MIN_BUDGET, 120, 8):
        for chunk in chunks_of(article, budget):
            assert article.sentences[chunk.last].role == "body"


@pytest.mark.slow
@given(long_texts, budgets, measures)
def test_a_heading_ends_a_chunk_only_if_it_must(text: str, budget: int, measure: Measure) -> None:
    """At the end, before another heading, or if the next sentence does not fit."""
    article = article_or_none(f"{text}\n\nWhat happens next\n\n{text}")
    if article is None:
        return
    for chunk in chunks_of(article, budget, measure)[:-1]:
        heading = article.sentences[chunk.last]
        if heading.role != "body" and chunk.end == heading.end:
            following = article.sentences[chunk.last + 1]
            assert following.role != "body" or measure(article.text[heading.start : following.end]) > budget


@pytest.mark.parametrize("measure", [words, len])
def test_an_article_that_just_fits_is_not_cut(measure: Measure) -> None:
    """One token less gives two chunks."""
    article = paragraphs(3, 1, 4)
    budget = measure(article.text)
    assert [len(chunks_of(article, tokens, measure)) for tokens in (budget, budget - 1)] == [1, 2]


@pytest.mark.parametrize(
    ("budget", "overlap", "message"),
    [
        *((budget, 0, f"at least {MIN_BUDGET}") for budget in (-1, 0, MIN_BUDGET - 1)),
        *((100, overlap, "less than half") for overlap in (-1, 50, 100)),
    ],
)
def test_a_small_budget_and_a_large_overlap_are_refused(budget: int, overlap: int, message: str) -> None:
    with pytest.raises(SummariseError, match=message):
        chunks_of(paragraphs(9), budget, overlap=overlap)
    assert chunks_of(paragraphs(9), 100, overlap=49)


@pytest.mark.parametrize(
    ("together", "expected"),
    [
        (None, [(0, 3), (4, 7), (8, 11)]),
        ((3, 4), [(0, 2), (3, 5), (6, 8), (9, 11)]),
        ((2, 5), [(0, 1), (2, 5), (6, 8), (9, 11)]),
    ],
)
def test_a_chunk_does_not_end_inside_a_span(together: tuple[int, int] | None, expected: list[tuple[int, int]]) -> None:
    """It ends before or after it, even if a paragraph ends inside."""
    article = paragraphs(4, 4, 4)
    spans = [] if together is None else [over(article, *together)]
    assert bounds(chunks_of(article, 40, together=spans)) == expected


# sentences over the budget


def test_a_sentence_over_the_budget_is_cut_into_chunks_of_its_own() -> None:
    """They are `broken`; its neighbours stay complete."""
    article = sentences(10, 90, 10)
    chunks = chunks_of(article, 50)
    assert bounds(chunks) == [(0, 0), (1, 1), (1, 1), (2, 2)]
    assert [(chunk.tokens, chunk.broken) for chunk in chunks] == [(10, False), (45, True), (45, True), (10, False)]
    assert " ".join(article.quote(chunk) for chunk in chunks[1:3]) == article.quote(article.sentences[1])


@pytest.mark.parametrize(
    ("marks", "end"),
    [
        ((",", ", and", ";", ",", ", but"), "bridge;"),
        ((",", ", and", ":", ",", ", but"), "bridge:"),
        ((",", ", and", " –", ",", ", but"), "bridge –"),
        ((", and", ",", ",", ", but", ","), "bridge,"),
        (("", ",", "", ",", ""), "bridge,"),
        (("", "", "", "", ""), "bridge"),
    ],
)
def test_the_best_end_near_the_middle_is_taken(marks: tuple[str, ...], end: str) -> None:
    """Semicolon, colon or dash; then comma with conjunction; comma; space."""
    article = one_sentence(" ".join(" ".join(["bridge"] * 10) + mark for mark in (*marks, ".")))
    first, second = (article.quote(chunk) for chunk in chunks_of(article, 45))
    assert first.endswith(end)
    assert second.startswith("but") == (marks[3] == ", but")
    assert 20 <= words(first) <= 42


@settings(max_examples=30)
@given(st.integers(33, 1000), st.integers(MIN_BUDGET, 200))
def test_pieces_are_few_and_about_even(length: int, budget: int) -> None:
    chunks = chunks_of(one_sentence(sentence(length)), budget)
    assert len(chunks) <= -(-length // budget) * 1.2 + 1
    assert min(chunk.tokens for chunk in chunks) >= max(chunk.tokens for chunk in chunks) / 2 - 1


@pytest.mark.parametrize("unit", ["e\u0301", "👩\u200d🚀", "🇩🇪", "👍🏽", "कि", "각"])
def test_grapheme_clusters_are_not_split(unit: str) -> None:
    article = one_sentence(unit * 300)
    chunks = chunks_of(article, MIN_BUDGET, len)
    assert len(chunks) > 2
    for chunk in chunks:
        assert article.quote(chunk).replace(one_sentence(unit).text, "") == ""


@pytest.mark.parametrize("text", ["東" * 300, "a\u0301\u0302" * 200, "\u0301" * 300])
def test_a_text_without_a_space_or_an_end_is_within_the_budget(text: str) -> None:
    article = one_sentence(text)
    chunks = chunks_of(article, MIN_BUDGET, estimate_tokens)
    assert_whole(article, chunks)
    assert max(chunk.tokens for chunk in chunks) <= MIN_BUDGET


# overlaps


def test_with_an_overlap_a_chunk_begins_with_the_last_sentences_of_the_one_before() -> None:
    """The overlap has as many sentences as its budget allows, and `new` is the offset of the chunk's own text."""
    article = paragraphs(12)
    chunks = chunks_of(article, 65, overlap=25)
    assert bounds(chunks) == [(0, 3), (2, 7), (6, 11)]
    assert [chunk.new for chunk in chunks] == [article.sentences[index].start for index in (0, 4, 8)]
    assert [chunk.tokens for chunk in chunks] == [40, 60, 60]


@settings(max_examples=30)
@given(st.lists(st.integers(3, 20), min_size=8, max_size=30), st.integers(40, 120), st.integers(1, 55))
def test_no_sentence_more_would_have_fitted_into_the_overlap(lengths: list[int], budget: int, overlap: int) -> None:
    """If tokens are words, the overlap is as long as possible."""
    overlap = min(overlap, (budget - 1) // 2)
    article = read_article(" ".join(map(sentence, lengths)))
    for before, chunk in pairwise(chunks_of(article, budget, overlap=overlap)):
        more = article.sentences[chunk.first - 1].start if chunk.first else chunk.start
        assert (
            more <= before.start
            or words(article.text[more : before.end]) > overlap
            or words(article.text[more : chunk.end]) > budget
        )


def test_a_piece_of_a_sentence_is_not_repeated() -> None:
    """Neither the pieces nor the sentence after them begin with an overlap; room for one breaks no sentence."""
    chunks = chunks_of(sentences(10, 100, 10), 50, overlap=20)
    assert len(chunks) > 4
    assert not any(chunk.repeated for chunk in chunks[2:])
    assert not any(chunk.broken or chunk.repeated for chunk in chunks_of(sentences(10, 10, 45, 10), 50, overlap=20))
