"""Words that a rewrite joins as its source does, and words that need one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.facts.parser import read
from summarise.facts.tree import Tree
from summarise.strategies.arcs import Arc, SourceArcs, arcs

COMPANY = (
    "Velmark Shipping planned to cut 300 jobs after delays to two contracts in Karsund cost the company £4 million."
)
REFEREE = "The referee, Petra Voss, was attacked by two players after the match, which Ostrel won."
NUMBERS = "Profit fell by 12 per cent to £4 million in June, and sales rose by 3 per cent."
INQUIRY = "Rebuilding the bridge and repairing the quay would cost £20 million, the board of Tarnby told the inquiry."
FERRY = ("The ferry Maid of Ostrel ran aground off Breva Point.", "The ferry was carrying 31 passengers.")


def arcs_of(text: str) -> set[Arc]:
    """Return the arcs of one sentence."""
    return {arc for tokens in read([text]) for arc in arcs(Tree(tokens))}


@pytest.mark.parametrize(
    ("rewrite", "source", "kept"),
    [
        ("Velmark Shipping planned to cut 300 jobs.", COMPANY, True),
        ("Velmark Shipping planned to cut 300 jobs in Karsund.", COMPANY, False),
        ("Velmark Shipping cost the firm £4 million.", COMPANY, False),
        ("Petra Voss was attacked by two players.", REFEREE, True),
        ("Two players attacked the referee after the match.", REFEREE, True),
        ("The referee attacked two players after the match.", REFEREE, False),
        ("Ostrel won the match.", REFEREE, True),
        ("Petra Voss won the match.", REFEREE, False),
        ("Profit fell by 12% in June.", NUMBERS, True),
        ("Sales rose by 3 per cent.", NUMBERS, True),
    ],
)
def test_words_are_joined_as_in_the_source(rewrite: str, source: str, kept: bool) -> None:
    """Active or passive, by either name: the same words belong together, and whoever did it did it."""
    assert SourceArcs([source]).keep(rewrite) is kept


@pytest.mark.parametrize(
    ("rewrite", "source", "kept"),
    [
        ("Rebuilding the bridge and repairing the quay would cost £20 million.", INQUIRY, True),
        ("Rebuilding the bridge would cost £20 million.", INQUIRY, False),
        ("The cost would be £20 million, the board of Tarnby told the inquiry.", INQUIRY, True),
        ("The shoots rose by 8 points.", "The shoots that survived the winter rose by 8 points.", False),
        ("The shoots rose by 8 points.", "The shoots, which are young, rose by 8 points.", True),
        ("The board accused the builder.", "The board accused the builder, who had left, of fraud.", True),
        ("The council voted on Monday.", "The council voted on Monday to close the bridge.", False),
    ],
)
def test_a_word_keeps_what_it_needs(rewrite: str, source: str, kept: bool) -> None:
    """What completes a verb, which one is meant, and with whom a subject is joined."""
    assert SourceArcs([source]).keep(rewrite) is kept


def test_words_may_be_joined_that_are_joined_to_a_third() -> None:
    """Of one sentence, as parsers hang an adjunct here or there, and of two that have a word in common."""
    assert SourceArcs(FERRY).keep("The ferry with 31 passengers ran aground off Breva Point.")
    assert not SourceArcs(FERRY).keep("The ferry with 31 points ran aground off Breva Point.")


def test_another_name_for_something_is_joined_to_what_it_is_joined_to() -> None:
    """An apposition, and what is joined by "and"."""
    assert {Arc("attack", "refere", "patient"), Arc("attack", "voss", "patient")} <= arcs_of(REFEREE)
    agents = {arc for arc in arcs_of("Ann and Bo fell on Monday.") if arc.role == "agent"}
    assert agents == {Arc("fall", "ann", "agent"), Arc("fall", "bo", "agent")}


@given(st.sampled_from([COMPANY, REFEREE, NUMBERS, INQUIRY]), st.sampled_from([COMPANY, REFEREE, NUMBERS, INQUIRY]))
def test_a_sentence_keeps_all_of_itself_and_nothing_of_another(text: str, source: str) -> None:
    """One about something else has other arcs."""
    assert SourceArcs([source]).keep(text) is (text == source)
