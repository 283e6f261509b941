"""Repetition in a summary, by the content of its sentences."""

from functools import cache

import pytest
from assembling import verifier_of

from summarise.writing.redundancy import Redundancy

ARTICLE = (
    "Holmfirth Tidal Power (HTP) will close its works at Sandry on Monday, Marian Oakfield said. "
    "The plan would save £4 million a year. "
    "Peter Lindqvist, a union official, praised the mill."
)


@cache
def redundancy() -> Redundancy:
    return Redundancy(verifier_of(ARTICLE).facts)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Holmfirth Tidal Power will close its works.", "HTP will close its works at Sandry on Monday.", True),
        ("The plan would save £4 million a year.", "The plan would save £9 million a year.", False),
        ("Oakfield praised the mill.", "Lindqvist praised the mill.", False),
        ("The company denied that it sold the mill.", "The company sold the mill.", False),
    ],
)
def test_sentences_repeat_each_other_if_one_has_the_content_of_the_other(one: str, other: str, same: bool) -> None:
    """Unless numbers, persons or denials differ."""
    assert redundancy().same(one, other) is same
    assert redundancy().same(other, one) is same


def test_the_content_of_a_sentence_may_be_in_several_others() -> None:
    sentence = "Holmfirth Tidal Power will close its works and save £4 million."
    parts = ["HTP will close its works at Sandry.", "The plan would save £4 million a year."]
    assert redundancy().covered(sentence, []) == 0.0
    assert redundancy().covered(sentence, [sentence]) == 1.0
    assert 0.0 < redundancy().covered(sentence, parts[:1]) < redundancy().covered(sentence, parts) <= 1.0
