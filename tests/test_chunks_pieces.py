"""Splitting a sentence that is over the budget."""

import unicodedata

import pytest
from chunking import assert_whole, sentence, sized, words
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import Article, read_article
from summarise.data import Sentence
from summarise.writing.chunks import MIN_BUDGET, cut


def one_sentence(text: str) -> Article:
    return Article(text=text, sentences=(Sentence(start=0, end=len(text), paragraph=0),))


def quoted(article: Article, budget: int) -> list[str]:
    return [article.quote(chunk) for chunk in cut(article, budget, size=sized(article, words))]


def test_a_sentence_over_the_budget_is_cut_into_chunks_of_its_own() -> None:
    """They are `broken`; its neighbours stay complete."""
    article = read_article("\n\n".join([sentence(10), sentence(90), sentence(10)]))
    chunks = cut(article, 50, size=sized(article, words))
    assert [(chunk.first, chunk.last, chunk.tokens, chunk.broken) for chunk in chunks] == [
        (0, 0, 10, False),
        (1, 1, 45, True),
        (1, 1, 45, True),
        (2, 2, 10, False),
    ]
    assert " ".join(article.quote(chunk) for chunk in chunks[1:3]) == article.quote(article.sentences[1])


def clauses(*marks: str) -> str:
    """Return a sentence of ten-word clauses with these marks."""
    return " ".join(" ".join(["bridge"] * 10) + mark for mark in (*marks, "."))


@pytest.mark.parametrize(
    ("marks", "end"),
    [
        ((",", ", and", ";", ",", ", but"), "bridge;"),
        ((",", ", and", ":", ",", ", but"), "bridge:"),
        ((",", ", and", " –", ",", ", but"), "bridge –"),
        ((", and", ",", ",", ", but", ","), "bridge, but"),
        (("", ",", "", ",", ""), "bridge,"),
        (("", "", "", "", ""), "bridge"),
    ],
)
def test_the_best_end_near_the_middle_is_taken(marks: tuple[str, ...], end: str) -> None:
    """Semicolon, colon or dash; then comma with conjunction; comma; space."""
    first, second = quoted(one_sentence(clauses(*marks)), 45)
    if ", but" in end:
        assert first.endswith("bridge,")
        assert second.startswith("but")
    else:
        assert first.endswith(end)
    assert 20 <= words(first) <= 42


@settings(max_examples=30)
@given(st.integers(33, 1000), st.integers(MIN_BUDGET, 200))
def test_pieces_are_few_and_about_even(length: int, budget: int) -> None:
    chunks = cut(article := one_sentence(sentence(length)), budget, size=sized(article, words))
    assert len(chunks) <= -(-length // budget) * 1.2 + 1
    assert min(chunk.tokens for chunk in chunks) >= max(chunk.tokens for chunk in chunks) / 2 - 1


@pytest.mark.parametrize("unit", ["e\u0301", "👩\u200d🚀", "🇩🇪", "👍🏽", "कि", "각"])
def test_a_character_is_not_parted_from_its_marks(unit: str) -> None:
    """Grapheme clusters are not split."""
    article = one_sentence(unicodedata.normalize("NFD", unit) * 300)
    unit = unicodedata.normalize("NFD", unit)
    chunks = cut(article, MIN_BUDGET, size=lambda start, end: end - start)
    assert len(chunks) > 2
    for chunk in chunks:
        assert article.quote(chunk).replace(unit, "") == ""


@pytest.mark.parametrize("text", ["東" * 300, "a\u0301\u0302" * 200, "\u0301" * 300])
def test_a_text_without_a_space_or_an_end_is_within_the_budget(text: str) -> None:
    article = one_sentence(text)
    chunks = cut(article, MIN_BUDGET)
    assert_whole(article, chunks)
    assert max(chunk.tokens for chunk in chunks) <= MIN_BUDGET
