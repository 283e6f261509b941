"""How long a summary should be."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.errors import UsageError
from summarise.length import Length, default_length, length_for, parse_length


@pytest.mark.parametrize("wanted", [4, "4", " 4 "])
def test_a_bare_number_is_sentences(wanted: str | int) -> None:
    """4 and "4" are four sentences."""
    assert parse_length(wanted) == Length(sentences=4)


@pytest.mark.parametrize("wanted", ["80w", "80 w", "80words", "80 words", "80word"])
def test_a_number_with_w_is_words(wanted: str) -> None:
    """80w is eighty words, which are about four sentences."""
    assert parse_length(wanted) == Length(sentences=4, words=80)


@pytest.mark.parametrize(
    "wanted", [0, "0", "0w", -1, "-3", "", "w", "four", "4.5", "4 sentences", "1e3", "80 80w", True]
)
def test_anything_else_is_a_usage_error_that_shows_how(wanted: str | int) -> None:
    """What is no length is named, with an example of each kind."""
    with pytest.raises(UsageError, match=r"is no length: write 4 .* or 80w"):
        parse_length(wanted)


@given(st.integers(1, 999_999))
def test_words_make_at_least_one_sentence(words: int) -> None:
    """However few words are wanted, it is at least one sentence."""
    length = parse_length(f"{words}w")
    assert length.sentences >= 1
    assert length.words == words


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_default_is_three_to_five_and_grows_with_the_article(shorter: int, more: int) -> None:
    """The default is three to five sentences, never fewer for a longer article."""
    small, large = default_length(shorter), default_length(shorter + more)
    assert 3 <= small.sentences <= large.sentences <= 5
    assert small.words is None


@pytest.mark.parametrize(("words", "sentences"), [(40, 3), (299, 3), (300, 4), (799, 4), (800, 5), (3000, 5)])
def test_the_default_changes_at_300_and_800_words(words: int, sentences: int) -> None:
    """Three sentences below 300 words, four below 800, then five."""
    assert default_length(words).sentences == sentences


def test_a_length_that_was_given_is_held_within_half_as_much_again() -> None:
    """In the unit that it was given in; one that is only usual holds nothing."""
    assert (parse_length(5).most_sentences, parse_length(5).most_words) == (7, math.inf)
    assert (parse_length("80w").most_sentences, parse_length("80w").most_words) == (math.inf, 120)
    assert (default_length(500).most_sentences, default_length(500).most_words) == (math.inf, math.inf)


def test_a_headline_is_one_sentence_whoever_asks() -> None:
    """A brief is usually two, and may be more."""
    assert length_for("headline", None, article_words=500).most_sentences == 1
    assert length_for("brief", None, article_words=500).most_sentences == math.inf
    assert length_for("brief", Length(sentences=4), article_words=500) == Length(sentences=4)
