"""The fact of the article that contradicts a wrong value, if it is unambiguous."""

import pytest
from by_hand import aligned, claim_of, figure, ground_of
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks import SourceIndex
from summarise.checks.opposing_facts import opposing
from summarise.data import Fact, Figure

ARTICLE = (
    "The firm sold 40 boats to Osterby.",
    "The club bought 12 nets and lent 30 flags in May.",
    "The board has 7 members.",
)
AMOUNTS = (("40", 0), ("12", 1), ("30", 1), ("7", 2))


def source_index(*sentences: str, amounts: tuple[tuple[str, int], ...] = AMOUNTS) -> SourceIndex:
    return ground_of(*(sentences or ARTICLE), facts=[(index, figure(amount)) for amount, index in amounts])


def found(text: str, said: str, *others: str, least: float = 0.5, on: SourceIndex | None = None) -> str | None:
    """Return the fact that opposes the number `said` of a claim that also has `others`."""
    on = on or source_index()
    claim = claim_of(on, text, *(figure(amount) for amount in (said, *others)))
    fact = opposing(claim.facts[0], claim, aligned(on, claim), Figure, lambda one: one.text != said, least=least)
    return fact.text if fact else None


@pytest.mark.parametrize(
    ("text", "said", "others", "opposed"),
    [
        pytest.param("The firm sold 41 boats to Osterby.", "41", (), "40", id="the only one of its sentence"),
        pytest.param("Sold to Osterby were 41 boats.", "41", (), "40", id="in another order"),
        pytest.param("The club bought 13 nets and lent 30 flags.", "13", ("30",), "12", id="told itself: the other"),
        pytest.param("The club bought 13 nets and lent flags in May.", "13", (), "12", id="told apart by neighbours"),
        pytest.param("The club bought nets and lent 31 flags in May.", "31", (), "30", id="the second by neighbours"),
        pytest.param("The club bought nets and lent flags in May: 13.", "13", (), None, id="neighbours do not tell"),
        pytest.param("The firm sold 40 boats, not 41, to Osterby.", "41", ("40",), None, id="all told by the claim"),
        pytest.param("The firm sold 40 boats to Osterby.", "40", (), None, id="not excluded"),
        pytest.param("The firm of Ann Poe painted 41 new boats.", "41", (), None, id="too little of the claim"),
        pytest.param("41 zebras ate.", "41", (), None, id="nothing of the claim"),
    ],
)
def test_the_value_in_the_place_of_what_was_said(
    text: str, said: str, others: tuple[str, ...], opposed: str | None
) -> None:
    """Its sentence shares enough words with the claim, which does not have it."""
    assert found(text, said, *others) == opposed


def test_the_best_sentence_is_asked_first_and_the_next_where_it_has_nothing() -> None:
    both = source_index("The firm sold 40 boats in Osterby.", "The firm sold 50 boats.", amounts=(("40", 0), ("50", 1)))
    assert found("The firm sold 41 boats in Osterby.", "41", on=both) == "40"
    second = source_index("The firm sold boats in Osterby.", "The firm sold 50 boats.", amounts=(("50", 1),))
    assert found("The firm sold 41 boats in Osterby.", "41", on=second) == "50"


@given(
    st.lists(st.sampled_from("firm club sold bought 12 30 40 41 boats nets".split()), min_size=1, max_size=8),
    st.floats(0, 1),
)
def test_what_opposes_is_a_fact_of_the_article_that_is_excluded(words: list[str], least: float) -> None:
    """It is never a fact of the claim."""
    on = source_index()
    said: list[Fact] = [figure(word) for word in dict.fromkeys(words) if word.isdigit()]
    claim = claim_of(on, " ".join(words), *said)
    told = {one.value for one in claim.facts}
    for one in claim.facts:
        fact = opposing(one, claim, aligned(on, claim), Figure, lambda other: other.value not in told, least=least)
        assert fact is None or (fact in on.facts.facts and fact.value not in told)
        assert opposing(one, claim, aligned(on, claim), Figure, lambda other: other.value in told, least=least) is None
