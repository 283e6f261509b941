"""Parsing and defaults of a summary's length."""

import math

import pytest

from summarise import Settings
from summarise.data import Style
from summarise.errors import UsageError
from summarise.settings.model import Length, LengthWord, length_for, parse_length, usual_length


@pytest.mark.parametrize(
    ("wanted", "length"),
    [
        (4, Length(sentences=4)),
        (" 4 ", Length(sentences=4)),
        ("80w", Length(sentences=4, words=80)),
        ("80 words", Length(sentences=4, words=80)),
        (" Short ", "short"),
    ],
)
def test_a_length_is_sentences_or_words_or_a_word_for_one(wanted: str | int, length: Length | LengthWord) -> None:
    """Settings accept the same values; 80 words are about four sentences."""
    assert parse_length(wanted) == length
    assert parse_length(Settings(length=str(wanted)).length or "") == length


@pytest.mark.parametrize("wanted", [0, "0w", "-3", "", "four", "4.5", "4 sentences", "80 80w", True])
def test_anything_else_is_a_usage_error_that_shows_how(wanted: str | int) -> None:
    with pytest.raises(UsageError, match=r"is no length: write 4 .* 80w .* or short, medium or long"):
        parse_length(wanted)


@pytest.mark.parametrize(("words", "sentences"), [(40, 3), (299, 3), (300, 4), (799, 4), (800, 5)])
def test_the_default_changes_at_300_and_800_words(words: int, sentences: int) -> None:
    """Three sentences below 300 words, four below 800, then five."""
    assert usual_length("prose", words).sentences == sentences


def test_a_length_that_was_given_is_held_within_half_as_much_again() -> None:
    """The limit is in the given unit; a default length has none."""
    five, words = Length(sentences=5), Length(sentences=4, words=80)
    assert (five.most_sentences, five.most_words) == (7, math.inf)
    assert (words.most_sentences, words.most_words) == (math.inf, 120)
    assert (usual_length("prose", 500).most_sentences, usual_length("prose", 500).most_words) == (math.inf, math.inf)


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
    """Values are rounded up and count as given; a headline is one sentence."""
    lengths: tuple[LengthWord, ...] = ("short", "medium", "long")
    found = [length_for(style, word, article_words=words) for word in lengths]
    assert tuple(one.sentences for one in found) == sentences
    assert all(one.given for one in found)


@pytest.mark.parametrize("wanted", [3, "60w"])
def test_a_headline_has_one_sentence_whatever_is_asked_for(wanted: int | str) -> None:
    """A limit in words still applies."""
    found = length_for("headline", parse_length(wanted), article_words=500)
    assert (found.sentences, found.words) == (1, 60 if wanted == "60w" else None)
