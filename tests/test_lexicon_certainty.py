"""How certain words make a clause: closed classes that hang together, and an order among the standings."""

from itertools import product
from typing import get_args

import pytest

from summarise.data import Certainty
from summarise.facts.lexicon import certainty
from summarise.facts.lexicon.certainty import (
    ADJECTIVES,
    ADVERBS,
    BIDDING,
    GOVERNORS,
    HEDGED,
    MARKS,
    MODALS,
    NOUNS,
    PREVENTING,
    REFUSING,
    weaker,
)
from summarise.facts.lexicon.wordnet import base_form

STANDINGS: tuple[Certainty, ...] = get_args(Certainty)


def test_facts_know_the_standings_that_the_lexicon_knows() -> None:
    """What the words give can be stored, and all of it is ordered."""
    assert set(HEDGED) == set(STANDINGS)
    assert len(HEDGED) == len(STANDINGS)


def test_the_weaker_of_two_standings_vouches_less() -> None:
    """What is so gives way to all else, and nothing prevails over a denial; the order of the two does not matter."""
    for one, other in product(STANDINGS, repeat=2):
        assert weaker(one, other) == weaker(other, one)
        assert weaker(one, other) in (one, other)
        assert weaker(one, one) == one
        assert weaker("asserted", one) == one
        assert weaker("denied", one) == "denied"
    assert weaker("planned", "alleged") == "alleged"
    assert weaker("suspected", "conditional") == "suspected"


def test_standings_can_be_gathered_in_any_order() -> None:
    """Three words above a clause give one standing, whichever two are compared first."""
    for one, two, three in product(STANDINGS, repeat=3):
        assert weaker(weaker(one, two), three) == weaker(one, weaker(two, three))


@pytest.mark.parametrize("words", ["_GOVERNORS", "_NOUNS", "_ADVERBS", "_ADJECTIVES", "_MODALS", "_MARKS"])
def test_a_word_gives_one_standing(words: str) -> None:
    """In no class does a word stand twice, since one of the two would be lost unseen."""
    groups: dict[Certainty, str] = getattr(certainty, words)
    listed = [word for group in groups.values() for word in group.split()]
    assert len(listed) == len(set(listed))
    assert "asserted" not in groups


@pytest.mark.parametrize("words", [GOVERNORS, BIDDING, REFUSING, PREVENTING])
def test_verbs_are_listed_in_base_form(words: frozenset[str] | dict[str, Certainty]) -> None:
    """They are looked up by base form, so that another form would never be found; adjectives among them are not."""
    adjectives = {"poised", "unwilling"}
    assert [word for word in words if base_form(word, "v") != word and word not in adjectives] == []


def test_nouns_are_listed_in_the_singular() -> None:
    """For the same reason."""
    assert [word for word in NOUNS if base_form(word, "n") != word] == []


def test_bidding_is_governing() -> None:
    """What is an exception among the governors is one of them."""
    assert set(GOVERNORS) - BIDDING
    assert [word for word in BIDDING if word not in GOVERNORS and word != "call"] == []


@pytest.mark.parametrize(
    ("words", "word", "standing"),
    [
        (GOVERNORS, "allege", "alleged"),
        (GOVERNORS, "deny", "denied"),
        (GOVERNORS, "hope", "planned"),
        (GOVERNORS, "suspect", "suspected"),
        (NOUNS, "allegation", "alleged"),
        (NOUNS, "plan", "planned"),
        (ADVERBS, "reportedly", "alleged"),
        (ADVERBS, "perhaps", "suspected"),
        (ADJECTIVES, "alleged", "alleged"),
        (ADJECTIVES, "planned", "planned"),
        (MODALS, "might", "suspected"),
        (MODALS, "will", "planned"),
        (MODALS, "would", "conditional"),
        (MARKS, "if", "conditional"),
        (MARKS, "whether", "suspected"),
    ],
)
def test_what_a_word_makes_of_its_clause(words: dict[str, Certainty], word: str, standing: Certainty) -> None:
    """One word of each class for each standing that it gives."""
    assert words[word] == standing


@pytest.mark.parametrize(
    "word", ["say", "know", "show", "confirm", "reveal", "admit", "because", "after", "can", "did"]
)
def test_words_that_vouch_leave_a_clause_as_it_is(word: str) -> None:
    """To say, know or admit that something happened leaves nothing open."""
    assert not any(word in words for words in (GOVERNORS, NOUNS, ADVERBS, ADJECTIVES, MODALS, MARKS))
