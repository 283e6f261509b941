"""Whose words a sentence is: the article's, if it can be had by deleting or changing a few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.data import Evidence
from summarise.origin import FEW, edits, origin_of

SOURCE = "The old bridge of Vesterholm closed on Monday after engineers found cracks."
WORDS = st.lists(st.sampled_from("abc"), max_size=8)


def place(text: str) -> Evidence:
    return Evidence(start=0, end=len(text), text=text)


def slow_edits(ours: list[str], theirs: list[str]) -> int:
    """Count deletions and changes by trying everything; insertions are not allowed."""
    if len(ours) > len(theirs):
        return 1000
    if not theirs:
        return 0
    deleted = slow_edits(ours, theirs[1:]) + 1
    if not ours:
        return deleted
    return min(deleted, slow_edits(ours[1:], theirs[1:]) + (ours[0] != theirs[0]))


@given(ours=WORDS, theirs=WORDS)
def test_edits_are_the_fewest_deletions_and_changes(ours: list[str], theirs: list[str]) -> None:
    """A slow reference agrees up to the limit, and says more than the limit where `edits` does."""
    assert min(edits(ours, theirs), FEW + 1) == min(slow_edits(ours, theirs), FEW + 1)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("a b c", "a b c", 0),
        ("a b c", "a b x c", 1),
        ("a b c", "a y c", 1),
        ("a c", "x a b c y", 3),
        ("a", "x a b c y", FEW + 1),
        ("a b c", "a b", FEW + 1),
        ("", "a b c", 3),
        ("w x y z", "a b c d", 4),
        ("b c d a", "a b c d", 2 * 2),
    ],
)
def test_edits_by_example(ours: str, theirs: str, expected: int) -> None:
    """Deleting and changing cost one each; adding is impossible."""
    assert edits(ours.split(), theirs.split()) == expected


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        (SOURCE, "article"),
        ("the OLD bridge, of Vesterholm, closed on monday; after engineers found cracks", "article"),
        ("The bridge of Vesterholm closed Monday after engineers found.", "article"),  # three deleted
        ("The bridge of Vesterholm closed Monday after engineers.", "model"),  # four
        ("A young bridge of Vesterholm shut on Monday after engineers found cracks.", "article"),  # three changed
        ("A young pier of Vesterholm shut on Monday after engineers found cracks.", "model"),  # four
        ("The very old bridge of Vesterholm closed on Monday after engineers found cracks.", "model"),  # one added
        ("Cracks closed a bridge.", "model"),
    ],
)
def test_up_to_three_words_deleted_or_changed_stay_the_articles(text: str, origin: str) -> None:
    """Case and punctuation do not count; an added word is the model's own."""
    assert origin_of(text, [place(SOURCE)]) == origin


def test_any_of_the_places_will_do() -> None:
    """And without places there is nothing to copy from."""
    assert origin_of(SOURCE, [place("Snow fell over the whole of the coast last night."), place(SOURCE)]) == "article"
    assert origin_of(SOURCE, []) == "model"


@pytest.mark.parametrize(
    ("text", "source"),
    [("It’s Doe’s pier.", "it's doe's pier"), ("One two three don’t stop it", "four five six don't stop it")],
)
def test_apostrophes_may_be_of_either_kind(text: str, source: str) -> None:
    """A contraction is one word, however it is typed."""
    assert origin_of(text, [place(source)]) == "article"
    assert edits(["don't"], ["don", "t"]) == 2
