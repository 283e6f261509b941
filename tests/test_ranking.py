"""Ranking of sentences by worth and by how well they stand alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.facts.salience import (
    LONGEST,
    QUOTATION_COST,
    SHORTEST,
    balanced,
    fitness,
    overlap,
    points_back,
    rank,
    telling_words,
    worth,
)
from summarise.writing.selection import UNFIT

PLAIN = "The harbour of Vesterholm will close to large ships from Monday."
TEXTS = st.lists(
    st.one_of(st.text(max_size=40), st.sampled_from([PLAIN, "He left.", "Is it?", "“So", ""])), max_size=12
)


def words(count: int) -> str:
    return " ".join(["Ships"] * count) + "."


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (PLAIN, 1.0),
        ("The harbour of Vesterholm will close (at last!)", 1.0),
        ("Harbour of Vesterholm will close on Monday", 0.2),
        ("Will the harbour of Vesterholm close on Monday?", 0.4),
        ("He said that the harbour would close.", 0.4),
        ("But the harbour of Vesterholm will close.", 0.4),
        ("In addition the harbour of Vesterholm will close.", 0.4),
        ("Theory tells that the harbour will close.", 1.0),
        ("The harbour of Vesterholm will close on Monday.»", 0.5),
        ("The harbour of Vesterholm has sold 2m boats since '08, when it was built.", 1.0),
        ("Jane Doe asked: “Will the harbour of Vesterholm close?”", 0.4),
        ("He said: “No harbour of ours will close.”", 0.4),
        (words(SHORTEST), 1.0),
        (words(SHORTEST - 1), 0.3),
        (words(LONGEST), 1.0),
        (words(LONGEST + 1), 0.7),
    ],
)
def test_a_sentence_that_stands_badly_alone_is_worth_less(sentence: str, expected: float) -> None:
    assert fitness(sentence) == pytest.approx(expected)
    assert fitness(f"  {sentence} \n") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("Jane Doe said: “The harbour of Vesterholm will close.”", "“The harbour of Vesterholm will close.”"),
        ("“The harbour will close on Monday,” Jane Doe said.", "“The harbour will close on Monday,”"),
        ("‘The harbour will close on Monday,’ Jane Doe said.", "‘The harbour will close on Monday,’"),
        ("The harbour of Vesterholm is to be “mothballed” on Monday.", "“mothballed”"),
    ],
)
def test_the_more_of_a_sentence_is_quoted_the_less_it_is_worth(said: str, quoted: str) -> None:
    assert fitness(said) == pytest.approx(1.0 - QUOTATION_COST * len(quoted) / len(said))
    assert fitness(said) > UNFIT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ('"a" b', True),
        ('"a b', False),
        ("“a” b", True),
        ("“a b", False),
        ("a” b", False),
        ("«a» b", True),
        ("«a b", False),
        ("don’t ‘a", True),
    ],
)
def test_double_quotation_marks_must_come_in_pairs(text: str, expected: bool) -> None:
    """Single ones may be apostrophes."""
    assert balanced(text) is expected


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("See the original story at the site of the Vesterholm Courier.", 0.01),
        ("©2015 The Vesterholm Courier, all rights of the story are ours.", 0.01),
        ("Scroll down for the video of the harbour of Vesterholm.", 0.01),
        ("The video contains footage that some viewers may find upsetting.", 0.01),
        ("This content will not work, please check Javascript and cookies are enabled.", 0.01),
        ("When I say “one sentence,” I mean any sentence of a report.", 0.5),
        ("The harbour of Vesterholm is what we all like the most.", 0.5),
        ("7. The harbour of Vesterholm will close to large ships.", 0.5),
        ("Closed down: The harbour of Vesterholm will shut on Monday.", 0.5),
        ("The harbour of Vesterholm (pictured) will close on Monday.", 0.5),
        ("Jane Doe said: “I think that we will close the harbour.”", 1.0),
        ("The town said: ‘We, the people, will close the harbour’.", 1.0),
    ],
)
def test_notices_captions_and_asides_are_worth_less(text: str, most: float) -> None:
    """Page notices score lowest, then captions and asides; a quotation may say "I"."""
    assert fitness(text) <= most
    assert most < 1.0 or fitness(text) > 1.0 - QUOTATION_COST


@given(sentences=TEXTS, count=st.integers(0, 15))
def test_rank_picks_as_many_as_asked_for_each_once(sentences: list[str], count: int) -> None:
    """The first picks do not depend on the count."""
    picked = rank(sentences, count=count)
    assert len(picked) == len(set(picked)) == min(count, len(sentences))
    assert all(0 <= index < len(sentences) for index in picked)
    assert rank(sentences, count=max(0, count - 1)) == picked[: max(0, count - 1)]


def test_what_repeats_a_picked_sentence_comes_after_another_and_ties_go_to_the_earlier_one() -> None:
    other = "A ferry company bought three boats in the spring."
    assert rank([PLAIN, PLAIN, other], count=3) == (0, 2, 1)
    assert rank([PLAIN, other, PLAIN], count=2) == (0, 1)
    assert rank(["…", "…", "…"], count=3) == (0, 1, 2)


def test_a_sentence_is_worth_more_at_the_start() -> None:
    """Up to twice as much."""
    found = worth([PLAIN] * 40)
    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(2 * found[-1], rel=0.01)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ships “left” in 2019.", {"ships", "left", "2019"}),
        ("Of 3 men, 12 ran", {"3", "12"}),
        ("", set()),
    ],
)
def test_longer_words_and_numbers_are_telling(text: str, expected: set[str]) -> None:
    assert telling_words(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a b c d e", "a b c x y z", True),
        ("a b c d e", "a b x y z", False),
        ("a", "a b c d e f", True),
        ("", "", False),
    ],
)
def test_sentences_that_share_most_telling_words_of_the_shorter_say_the_same(
    one: str, other: str, *, same: bool
) -> None:
    ours, theirs = frozenset(one.split()), frozenset(other.split())
    assert overlap(ours, theirs) is overlap(theirs, ours) is same


@pytest.mark.parametrize(
    ("text", "expected"),
    [("He left.", True), ("“This is bad.”", True), ("However, it rained.", True), ("Heat is bad.", False)],
)
def test_a_sentence_points_back_by_its_first_word(text: str, expected: bool) -> None:
    assert points_back(text) is expected
