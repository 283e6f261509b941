"""The cast: bearers of names, first names and surnames that belong together, and initials."""

import pytest
from by_hand import name
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.entity_index import EntityIndex, initials

CAST = EntityIndex(
    [
        name("Ann Poe"),
        name("the mayor", value="Ann Poe"),
        name("Ben Cole"),
        name("John Roe"),
        name("Tom Roe"),
        name("Hart"),
        name("National Harbour Board", category="organisation"),
    ],
    frozenset(["ann", "poe", "nhx"]),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Poe", "Ann Poe"), ("POE", "Ann Poe"), ("Ann Poe", "Ann Poe"), ("Ben", "Ben Cole"), ("The Mayor", "Ann Poe"),
     ("Roe", "Roe"), ("Zed Quill", "Zed Quill")],
)  # fmt: skip
def test_a_name_is_its_bearers(text: str, expected: str) -> None:
    """By its own words, by a mention, or as part of the only fuller name; a part of two names stays what it is."""
    assert CAST.bearer(name(text)) == expected


@pytest.mark.parametrize(
    ("given", "surname", "mixed"),
    [("ann", "cole", True), ("ben", "poe", True), ("ann", "poe", False), ("john", "roe", False),
     ("zed", "poe", False), ("ann", "hart", False), ("nation", "poe", False)],
)  # fmt: skip
def test_names_of_two_people_are_mixed(given: str, surname: str, *, mixed: bool) -> None:
    """One person's first name and another's surname; only of people whose full names the article tells."""
    assert CAST.mixes(given, surname) is mixed


def test_a_surname_belongs_to_somebody_with_a_first_name() -> None:
    """A mere surname leaves the first name open."""
    assert [CAST.has_surname(stem) for stem in ("poe", "ann", "hart", "board")] == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("NHB", True), ("N.H.B.", True), ("NHX", False), ("National", False), ("Northern Harbour Xylophone", True),
     ("Northern Harbour Yard", False)],
)  # fmt: skip
def test_initials_of_a_name_abbreviate_it(text: str, *, expected: bool) -> None:
    """With or without dots, and either way round: the article may have the initials as a word."""
    assert CAST.abbreviates(text) is expected


@given(st.lists(st.sampled_from(["National", "Harbour", "Board", "of", "the", "Æsir"]), max_size=5))
def test_initials_have_a_letter_for_each_word_that_counts(words: list[str]) -> None:
    """A single word has none."""
    counted = [word for word in words if word not in ("of", "the")]
    assert len(initials(" ".join(words))) == (len(counted) if len(counted) > 1 else 0)
