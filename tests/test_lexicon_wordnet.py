"""The list of common English words, and their inflected forms."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.facts import lexicon
from summarise.facts.lexicon import known

DATA = Path(lexicon.__file__).with_name("wordnet.txt")
WORDS = DATA.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    "form",
    ["investigating", "planned", "hoping", "hopping", "dying", "tied", "fled", "panicked", "travelled",
     "traveled", "halves", "people", "men", "crises", "addresses", "worst", "bigger", "happiest", "Accused",
     "government", "bus"],
)  # fmt: skip
def test_a_common_word_is_known_in_every_form(form: str) -> None:
    """Regular and irregular forms, British and American spelling, any case."""
    assert known(form)


@pytest.mark.parametrize("word", ["gover", "nment", "xerus", "zorbly", "brexiteers", "s", "ing", ""])
def test_what_is_no_common_word_is_not_known(word: str) -> None:
    """Parts of words, bare endings and rare words."""
    assert not known(word)


@given(st.text("abcdeginorstuy-' É’", max_size=12))
def test_any_text_can_be_asked_for(word: str) -> None:
    """Case does not matter, and no text raises an error."""
    assert known(word) == known(word.upper().lower())


def test_the_list_is_sorted_and_small() -> None:
    """Changes can be read as a diff; each word is there once, in lower case, in at most 120 kB."""
    assert sorted(set(WORDS)) == WORDS
    assert all(word.isalpha() and word == word.casefold() for word in WORDS)
    assert DATA.stat().st_size <= 120_000
