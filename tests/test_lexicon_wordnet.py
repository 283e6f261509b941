"""The list of common English words, and the forms that it knows them in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.facts.lexicon import known, wordnet

DATA = Path(wordnet.__file__).with_name("wordnet.txt")
WORDS = DATA.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    "form",
    ["investigating", "planned", "hoping", "hopping", "dying", "tied", "fled", "panicked", "travelled",
     "traveled", "halves", "people", "men", "crises", "addresses", "worst", "bigger", "happiest", "Accused",
     "government", "bus"],
)  # fmt: skip
def test_a_common_word_is_known_in_every_form(form: str) -> None:
    """Regular and irregular, British and American, in any case."""
    assert known(form)


@pytest.mark.parametrize("word", ["gover", "nment", "xerus", "zorbly", "brexiteers", "s", "ing", ""])
def test_what_is_no_common_word_is_not_known(word: str) -> None:
    """Parts of words, endings alone, and rare words."""
    assert not known(word)


@given(st.text("abcdeginorstuy-' É’", max_size=12))
def test_any_text_can_be_asked_for(word: str) -> None:
    """No text is refused, and case does not count."""
    assert known(word) == known(word.upper().lower())


def test_the_list_is_sorted_and_small() -> None:
    """So that a change of it can be read, and the package stays light; each word stands once, in lower case."""
    assert sorted(set(WORDS)) == WORDS
    assert all(word.isalpha() and word == word.casefold() for word in WORDS)
    assert DATA.stat().st_size <= 120_000
