"""What a rewrite has to keep of its source: its words, what qualifies them, who says it, and how certain it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategy_runs import ground_of

from summarise.checking import claims_of
from summarise.data import Fact
from summarise.strategies.faithful import adds_nothing, is_faithful, keeps_qualifiers, tells_enough

MUNK = "Karel Munk, who buys fruit for Grossmarkt, said on Friday that Polish growers may sell more apples."
DENIAL = "Prosecutors allege that the minister took about £400,000, but he did not resign."
PLAIN = "The council of Brelmouth closed the old bridge on Monday after engineers found cracks in 12 cables."


def facts_of(rewrite: str, source: str) -> tuple[list[Fact], list[Fact]]:
    """Return the facts of a rewrite and of its source, with links followed."""
    ground = ground_of(source)
    (claim,) = claims_of(rewrite, ground)
    return [ground.known(fact) for fact in claim.facts], list(ground.facts.resolved)


@pytest.mark.parametrize(
    ("rewrite", "kept"),
    [
        ("Engineers found cracks in 12 cables of the old bridge.", True),
        ("Brelmouth’s council is closing its old bridge.", True),
        ("The council shut the old bridge on Monday.", True),
        ("The council closed the old bridge on Tuesday.", False),
        ("The council closed the dangerous bridge on Monday.", False),
        ("Engineers found cracks in 13 cables.", False),
    ],
)
def test_a_rewrite_has_no_content_of_its_own(rewrite: str, kept: bool) -> None:
    """Other forms of a word, and words that mean the same, are the source's; other words and figures are not."""
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
    assert adds_nothing(source, source)
    assert keeps_qualifiers(source, source)
    assert tells_enough(source, source)
