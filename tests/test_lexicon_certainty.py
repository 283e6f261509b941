"""How certain words make a clause: closed classes that hang together, and an order among the standings."""

from itertools import product
from typing import get_args

import pytest

from summarise.data import Certainty
from summarise.facts.lexicon import certainty
from summarise.facts.lexicon.certainty import ADJECTIVES, ADVERBS, GOVERNORS, HEDGED, MARKS, MODALS, NOUNS, weaker

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


@pytest.mark.parametrize("words", ["_GOVERNORS", "_NOUNS", "_ADVERBS", "_ADJECTIVES", "_MODALS", "_MARKS"])
def test_a_word_gives_one_standing(words: str) -> None:
    """In no class does a word stand twice, since one of the two would be lost unseen."""
    groups: dict[Certainty, str] = getattr(certainty, words)
    listed = [word for group in groups.values() for word in group.split()]
    assert len(listed) == len(set(listed))
    assert "asserted" not in groups


@pytest.mark.parametrize(
    ("words", "word", "standing"),
    [
        (GOVERNORS, "allege", "alleged"),
        (GOVERNORS, "deny", "denied"),
        (GOVERNORS, "hope", "planned"),
        (NOUNS, "allegation", "alleged"),
        (NOUNS, "plan", "planned"),
        (ADVERBS, "perhaps", "suspected"),
        (ADJECTIVES, "alleged", "alleged"),
        (MODALS, "might", "suspected"),
        (MODALS, "will", "planned"),
        (MARKS, "if", "conditional"),
    ],
)
def test_what_a_word_makes_of_its_clause(words: dict[str, Certainty], word: str, standing: Certainty) -> None:
    """One word of each class for each standing that it gives."""
    assert words[word] == standing
