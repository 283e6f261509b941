"""The length of a summary: what may be given, and what is usual."""

from typing import Any

import pytest

from summarise import Settings, errors, plan

OFF = Settings(entailment="off")


def sentences_of(length: Any, *, style: Any = "prose", words: int = 500, settings: Settings = OFF) -> int:
    """Return the planned number of sentences for an article of so many words."""
    article = "Word " * (words - 1) + "end."
    return plan(article, model="extract", length=length, style=style, settings=settings).sentences


@pytest.mark.slow
@pytest.mark.parametrize(
    ("length", "sentences"), [(4, 4), (" 4 ", 4), ("80w", 4), ("80 words", 4), (" Short ", 2), ("20w", 1)]
)
def test_a_length_is_sentences_or_words_or_a_word_for_one(length: str | int, sentences: int) -> None:
    """Settings accept the same values; 80 words are about four sentences."""
    settings = Settings(entailment="off", length=str(length))
    assert sentences_of(length) == sentences_of(None, settings=settings) == sentences


@pytest.mark.parametrize("length", [0, "0w", "-3", "", "four", "4.5", "4 sentences", "80 80w", True])
def test_anything_else_is_a_usage_error_that_shows_how(length: str | int) -> None:
    with pytest.raises(errors.UsageError, match=r"is not a length: write 4 .* 80w .* or short, medium or long"):
        sentences_of(length)


@pytest.mark.parametrize(("words", "sentences"), [(40, 3), (299, 3), (300, 4), (799, 4), (800, 5)])
def test_the_default_changes_at_300_and_800_words(words: int, sentences: int) -> None:
    assert sentences_of(None, words=words) == sentences


@pytest.mark.slow
@pytest.mark.parametrize(
    ("style", "words", "sentences"),
    [
        ("prose", 200, [2, 3, 6]),
        ("prose", 500, [2, 4, 8]),
        ("bullets", 1000, [3, 5, 10]),
        ("brief", 1000, [1, 2, 4]),
        ("headline", 1000, [1, 1, 1]),
    ],
)
def test_short_is_half_of_what_is_usual_and_long_is_twice(style: str, words: int, sentences: list[int]) -> None:
    """Values are rounded up; a headline is one sentence, whatever is asked for."""
    assert [sentences_of(length, style=style, words=words) for length in ("short", "medium", "long")] == sentences
    assert style != "headline" or {sentences_of(3, style=style), sentences_of("60w", style=style)} == {1}
