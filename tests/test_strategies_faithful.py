"""What a rewrite has to keep of its source: its words, what qualifies them, who says it, and how certain it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategy_runs import ground_of

from summarise.checking import claims_of
from summarise.data import Fact
from summarise.strategies.faithful import is_faithful
from summarise.strategies.kept_words import (
    adds_nothing,
    keeps_articles,
    keeps_numbers,
    keeps_qualifiers,
    keeps_words,
    tells_enough,
)

MUNK = "Karel Munk, who buys fruit for Grossmarkt, said on Friday that Polish growers may sell more apples."
DENIAL = "Prosecutors allege that the minister took about £400,000, but he did not resign."
PLAIN = "The council of Brelmouth closed the old bridge on Monday after engineers found cracks in 12 cables."


def facts_of(rewrite: str, source: str) -> tuple[list[Fact], list[Fact]]:
    """Return the facts of a rewrite and of its source, with links followed."""
    ground = ground_of(source)
    (claim,) = claims_of(rewrite, ground)
    return [ground.known(fact) for fact in claim.facts], [*ground.facts.facts, *ground.facts.resolved]


@pytest.mark.parametrize(
    ("rewrite", "kept"),
    [
        ("Engineers found cracks in 12 cables of the old bridge.", True),
        ("Brelmouth’s council is closing its old bridge.", True),
        ("The closure of the old bridge followed.", False),
        ("The closing of the old bridge.", True),
        ("The council closed the old bridge on Tuesday.", False),
        ("The council closed the dangerous bridge on Monday.", False),
        ("Engineers found cracks in 13 cables.", False),
        ("Engineers found cracks in 12 cables, it said.", False),
    ],
)
def test_a_rewrite_has_no_content_of_its_own(rewrite: str, kept: bool) -> None:
    """Other forms of a word are the source's, and the noun of its verb is; other words and figures are not."""
    assert adds_nothing(rewrite, PLAIN) is kept


@pytest.mark.parametrize(
    ("rewrite", "source", "kept"),
    [
        ("Polish growers may sell more apples, Karel Munk said.", MUNK, True),
        ("Polish growers could sell more apples, Karel Munk said.", MUNK, True),
        ("Polish growers sell more apples, Karel Munk said.", MUNK, False),
        ("Karel Munk buys fruit for Grossmarkt.", MUNK, True),
        ("The minister took £400,000, prosecutors allege.", DENIAL, False),
        ("The minister took about £400,000, prosecutors allege.", DENIAL, True),
        ("The minister did resign.", DENIAL, False),
        ("The council did not close the old bridge.", PLAIN, False),
    ],
)
def test_what_qualifies_a_word_stays_with_it(rewrite: str, source: str, kept: bool) -> None:
    """A modal, "about", "not": none is lost from what is told, and none comes in."""
    assert keeps_qualifiers(rewrite, source) is kept


@pytest.mark.parametrize(
    ("rewrite", "source", "kept"),
    [
        ("Polish growers may sell more apples, Karel Munk said.", MUNK, True),
        ("According to Karel Munk, Polish growers may sell more apples.", MUNK, True),
        ("Polish growers may sell more apples.", MUNK, False),
        ("Grossmarkt said that Polish growers may sell more apples.", MUNK, False),
        ("The minister took about £400,000.", DENIAL, False),
        ("The council closed the old bridge on Monday.", PLAIN, True),
        ("The old bridge of Brelmouth on Monday.", PLAIN, False),
    ],
)
def test_a_rewrite_keeps_speakers_and_certainty(rewrite: str, source: str, kept: bool) -> None:
    """Who puts something forward is named with it, nobody else is, and what is alleged stays so; it has a verb."""
    assert is_faithful(rewrite, *facts_of(rewrite, source)) is kept


SHARES = "The shares fell by as much as 14 per cent in London before closing at 412 pence, their lowest since 2023."
PROFIT = "Profit dropped to £187 million from £212 million a year earlier, short of the £201 million that was expected."
MOSS = "Warming explained roughly 60 per cent of the change if the 412 samples of the club were right."


@pytest.mark.parametrize(
    ("rewrite", "source", "kept"),
    [
        ("The shares fell by as much as 14 per cent.", SHARES, True),
        ("The shares fell by as much as 14% before closing at 412 pence.", SHARES, True),
        ("The shares fell by 14 per cent.", SHARES, False),
        ("The shares fell by as much as 14.", SHARES, False),
        ("The shares closed at 412.", SHARES, False),
        ("The shares closed at 14 pence.", SHARES, False),
        ("Profit dropped to £187 million from £201 million a year earlier.", PROFIT, False),
        ("Profit dropped to £187 million from £212 million a year earlier.", PROFIT, True),
    ],
)
def test_a_number_keeps_its_unit_and_its_bounds(rewrite: str, source: str, kept: bool) -> None:
    """A sign stands for its word."""
    assert keeps_numbers(rewrite, source) is kept


@pytest.mark.parametrize(
    ("rewrite", "source"),
    [
        ("The shares closed at 412 pence, their lowest.", SHARES),
        ("Warming explained the change if the samples were right.", MOSS),
        ("Warming explained roughly 60 per cent of the change.", MOSS),
    ],
)
def test_a_part_a_condition_and_a_period_are_kept(rewrite: str, source: str) -> None:
    """What is true of a part, on a condition or since a time is not told without."""
    assert not keeps_qualifiers(rewrite, source)


def test_what_is_known_stays_known_and_a_name_a_name() -> None:
    """A club that is known is no "a club", and a name is not spelt like another word."""
    assert not keeps_articles("A club had 412 samples.", MOSS)
    assert keeps_articles("The club had 412 samples.", MOSS)
    assert not adds_nothing("The shares fell in london.", SHARES)
    assert not adds_nothing("The Shares fell, their Lowest since 2023.", SHARES)


def test_a_rewrite_tells_what_its_source_tells_and_not_an_aside() -> None:
    """Enough of its content."""
    assert tells_enough("The council of Brelmouth closed the old bridge.", PLAIN)
    assert not tells_enough("Engineers found cracks.", PLAIN)


@pytest.mark.parametrize("source", [MUNK, DENIAL, PLAIN])
@given(st.data())
def test_a_source_keeps_everything_of_itself(source: str, data: st.DataObject) -> None:
    """And so does any beginning of it as far as words of its own go."""
    words = source.split()
    beginning = " ".join(words[: data.draw(st.integers(1, len(words)))])
    assert adds_nothing(beginning, source)
    assert keeps_words(source, source)
