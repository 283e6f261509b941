"""What may stand for a word: synonyms, nouns of verbs and verbs of nouns, by their stems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.synonymy import alike
from summarise.checks.words import stem
from summarise.lexicon.relations import synonyms

ROOTS = ("buy", "close", "accuse", "cut", "ban", "win", "attack")
WORDS = sorted({*ROOTS, *(word for root in ROOTS for word in synonyms(root, "v"))})


@pytest.mark.parametrize(
    ("word", "other"),
    [("bought", "acquire"), ("bought", "purchase"), ("die", "death"), ("death", "die"), ("car", "automobile"),
     ("prohibited", "ban"), ("abandon", "give")],
)  # fmt: skip
def test_a_word_of_the_same_meaning_may_stand_for_it(word: str, other: str) -> None:
    """Also in another form, as the noun or verb of the same deed, and as the first word of a phrase."""
    assert stem(other) in alike(word)


@pytest.mark.parametrize(
    ("word", "other"), [("bought", "sell"), ("rise", "fall"), ("win", "lose"), ("buy", "buyer"), ("car", "boat")]
)
def test_opposites_doers_and_other_things_may_not(word: str, other: str) -> None:
    """They mean something else."""
    assert stem(other) not in alike(word)


@given(st.sampled_from(WORDS))
def test_what_stands_for_a_word_has_it_stand_for_itself(word: str) -> None:
    """Single words are mutual, and no word stands for itself."""
    assert stem(word) not in alike(word)
    for other in synonyms(word, "v"):
        if "_" not in word + other and stem(other) != stem(word):
            assert stem(other) in alike(word)
            assert stem(word) in alike(other)


def test_an_unknown_word_stands_alone() -> None:
    """Nothing may stand for it."""
    assert alike("vrxq") == frozenset()
