"""How long a summary should be."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.data import Style
from summarise.errors import UsageError
from summarise.settings.length import Length, LengthWord, length_for, parse_length, usual_length
from summarise.settings.model import Settings


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
    with pytest.raises(UsageError, match=r"is no length: write 4 .* 80w .* or short, medium or long"):
        parse_length(wanted)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_default_is_three_to_five_and_grows_with_the_article(shorter: int, more: int) -> None:
    """The default is three to five sentences, never fewer for a longer article."""
    small, large = usual_length("prose", shorter), usual_length("prose", shorter + more)
    assert 3 <= small.sentences <= large.sentences <= 5
    assert small.words is None


@pytest.mark.parametrize(("words", "sentences"), [(40, 3), (299, 3), (300, 4), (799, 4), (800, 5), (3000, 5)])
def test_the_default_changes_at_300_and_800_words(words: int, sentences: int) -> None:
    """Three sentences below 300 words, four below 800, then five."""
    assert usual_length("prose", words).sentences == sentences


def test_a_length_that_was_given_is_held_within_half_as_much_again() -> None:
    """In the unit that it was given in; one that is only usual holds nothing."""
    five, words = Length(sentences=5), Length(sentences=4, words=80)
    assert (five.most_sentences, five.most_words) == (7, math.inf)
    assert (words.most_sentences, words.most_words) == (math.inf, 120)
    assert (usual_length("prose", 500).most_sentences, usual_length("prose", 500).most_words) == (math.inf, math.inf)


@pytest.mark.parametrize("word", ["short", "medium", "long", " Short "])
def test_a_word_is_a_length(word: str) -> None:
    """Which one it is depends on style and article."""
    assert parse_length(word) == word.strip().lower()


@pytest.mark.parametrize(
    ("style", "words", "sentences"),
    [
        ("prose", 200, (2, 3, 6)),
        ("prose", 500, (2, 4, 8)),
        ("bullets", 5000, (3, 5, 10)),
        ("brief", 5000, (1, 2, 4)),
        ("headline", 5000, (1, 1, 1)),
    ],
)
def test_short_is_half_of_what_is_usual_and_long_is_twice(
    style: Style, words: int, sentences: tuple[int, int, int]
) -> None:
    """Rounded up; a headline is one sentence. They are asked for, and so held as a number is."""
    lengths: tuple[LengthWord, ...] = ("short", "medium", "long")
    found = [length_for(style, word, article_words=words) for word in lengths]
    assert tuple(one.sentences for one in found) == sentences
    assert all(one.given for one in found)


@pytest.mark.parametrize("written", ["4", "80w", "80 words", "short", "Long", " 7 "])
def test_the_settings_take_what_a_call_takes(written: str) -> None:
    """Whatever is a length in a call is one in a file or the environment."""
    assert parse_length(Settings(length=written).length or "") == parse_length(written)
