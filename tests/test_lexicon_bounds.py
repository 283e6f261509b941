"""The words that leave an amount open: found right before it, and levelled where both sides leave the same room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.lexicon.bounds import SIDES, bound_before, levelled


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fell by as much as ", "as much as"),
        ("more than a ", "more than"),
        ("roughly one in ", "roughly"),
        ("about €", "about"),
        ("More  than ", "more than"),
        ("as much as it rained by ", None),
        ("someabout ", None),
    ],
)
def test_a_phrase_is_found_right_before_an_amount(text: str, expected: str | None) -> None:
    """An article, a currency sign or "one in" may stand between; anything else may not."""
    assert bound_before(text, len(text)) == expected


@given(st.sampled_from(sorted(SIDES)), st.sampled_from(sorted(SIDES)))
def test_only_phrases_of_one_side_are_levelled(one: str, other: str) -> None:
    """What is left of two stretches is alike exactly where they leave room on the same side."""
    ours, theirs = levelled(f"fell by {one} ", f"fell by {other} ")
    assert (ours == theirs == "fell by ") == (SIDES[one] == SIDES[other])
