"""Whose words a sentence is, and how far it is reworded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.verification import MOST_EDITS, origin_of, rewording_of
from summarise.data import Evidence

SOURCE = "The old bridge of Vesterholm closed on Monday after engineers found cracks."


def place(text: str) -> Evidence:
    return Evidence(start=0, end=len(text), text=text)


def test_apostrophes_may_be_of_either_kind() -> None:
    """A contraction is one word with either: three others are changed."""
    assert origin_of("One two three don’t stop it", [place("four five six don't stop it")]) == "article"


def test_numbers_are_telling_however_short() -> None:
    places = [place("The pier of Vesterholm was sold."), place("It cost 7 crowns in 98.")]
    assert rewording_of("Sold was the pier of Vesterholm for 7 in 98.", places) == "fused"
    assert rewording_of("Sold was the pier of Vesterholm, it in.", places) == "reworded"


BELL = "Divers found the bell of the ferry Astrid near the northern pier."


@pytest.mark.parametrize(
    ("text", "rewording"),
    [
        (SOURCE, "copied"),
        ("the OLD bridge, of Vesterholm, closed on monday; after engineers found cracks", "copied"),
        ("The bridge of Vesterholm closed Monday after engineers found.", "copied"),  # three deleted
        ("A young bridge of Vesterholm shut on Monday after engineers found cracks.", "copied"),  # three changed
        ("The young bridge of Vesterholm closed Monday after engineers found cracks.", "copied"),  # one of each
        ("The bridge of Vesterholm closed Monday after engineers.", "shortened"),  # four deleted
        ("The bridge of Vesterholm closed on Monday.", "shortened"),
        ("the BRIDGE closed, on Monday!", "shortened"),
        ("After engineers found cracks, the old bridge of Vesterholm closed on Monday.", "reworded"),  # only moved
        ("The bridge of Vesterholm was closed on Monday.", "reworded"),  # a word added
        ("The very old bridge of Vesterholm closed on Monday after engineers found cracks.", "reworded"),
        ("A young pier of Vesterholm shut on Monday after engineers found cracks.", "reworded"),  # four changed
        ("A young bridge of Vesterholm shut Monday after engineers found cracks.", "reworded"),  # three and one
        ("Divers found the Astrid, and cracks closed the bridge of Vesterholm.", "fused"),
        ("The bridge of Vesterholm closed near the northern pier.", "fused"),  # two words from elsewhere
        ("Divers found the bell near the pier.", "shortened"),
    ],
)
def test_how_far_a_sentence_is_reworded(text: str, rewording: str) -> None:
    """Up to three words deleted or changed, and none added, stay the article's, in any order of the places."""
    assert (rewording == "copied") is (origin_of(text, [place(SOURCE), place(BELL)]) == "article")
    assert rewording_of(text, [place(SOURCE), place(BELL)]) == rewording
    assert rewording_of(text, [place(BELL), place(SOURCE)]) == rewording


LONGER = st.lists(st.sampled_from("alpha bravo charlie delta echo 12 of the".split()), max_size=12)


@given(theirs=LONGER, data=st.data())
def test_what_is_left_of_a_sentence_is_copied_or_shortened(theirs: list[str], data: st.DataObject) -> None:
    """Copied, if up to three words are missing."""
    kept = data.draw(st.lists(st.booleans(), min_size=len(theirs), max_size=len(theirs)))
    ours = [word for word, keep in zip(theirs, kept, strict=True) if keep]
    rewording = rewording_of(" ".join(ours), [place(" ".join([*theirs, "."]))])
    assert rewording == ("copied" if len(theirs) - len(ours) <= MOST_EDITS else "shortened")
    beside = rewording_of(" ".join(ours), [place(BELL), place(" ".join([*theirs, "."]))])
    assert beside == rewording


@given(ours=LONGER, theirs=st.lists(LONGER, max_size=3))
def test_copied_is_what_is_the_articles(ours: list[str], theirs: list[list[str]]) -> None:
    """`rewording_of` and `origin_of` never disagree."""
    text, places = " ".join(ours), [place(" ".join([*words, "."])) for words in theirs]
    rewording = rewording_of(text, places)
    assert (rewording == "copied") is (origin_of(text, places) == "article")
    assert rewording == rewording_of(text.upper() + " !", places), "case and punctuation do not count"
    assert rewording == rewording_of(text, [*places, *places]), "a place given twice lacks nothing"
    if len(places) < 2:
        assert rewording != "fused"
